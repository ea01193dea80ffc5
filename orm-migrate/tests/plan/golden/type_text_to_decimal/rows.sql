INSERT INTO users (id, value) VALUES (1,'1.5'), (2,NULL);
