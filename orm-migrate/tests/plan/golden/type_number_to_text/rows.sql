INSERT INTO users (id, value) VALUES (1,1), (2,22), (3,NULL);
