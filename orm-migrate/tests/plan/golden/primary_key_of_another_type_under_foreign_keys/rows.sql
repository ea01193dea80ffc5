INSERT INTO users VALUES (1,'Ann'); INSERT INTO posts (id, user_id) VALUES (5,1);
