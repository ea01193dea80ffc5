INSERT INTO users (id, value) VALUES (1,1), (2,32767), (3,NULL);
