INSERT INTO users (id, value) VALUES (1,true), (2,NULL);
