INSERT INTO users (id, value) VALUES (1,'abc'), (2,NULL);
