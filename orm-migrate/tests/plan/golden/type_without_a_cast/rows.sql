INSERT INTO users (id, value) VALUES (1,'1');
