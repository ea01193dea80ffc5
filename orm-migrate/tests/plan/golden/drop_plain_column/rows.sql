INSERT INTO users VALUES (1,'ann@x','hi'),(7,'bob@x',NULL);
