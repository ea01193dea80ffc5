INSERT INTO "Order ""x""" VALUES (1,'s');
