INSERT INTO users (id, value) VALUES (1,1), (2,300), (3,NULL);
