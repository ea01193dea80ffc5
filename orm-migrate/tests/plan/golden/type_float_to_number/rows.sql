INSERT INTO users (id, value) VALUES (1,1.0), (2,2.0);
