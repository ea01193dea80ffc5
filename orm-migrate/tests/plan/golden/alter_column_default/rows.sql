INSERT INTO users VALUES (1,'ann@x',3,'b',1,NULL);
