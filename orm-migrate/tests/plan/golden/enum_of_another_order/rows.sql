INSERT INTO users (id, mood) VALUES (1,'calm'), (2,'angry');
