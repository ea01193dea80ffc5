INSERT INTO users (id, name, code) VALUES (1,'Ann',10);
