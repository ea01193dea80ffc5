INSERT INTO users (id, value) VALUES (1,1.25), (2,NULL);
