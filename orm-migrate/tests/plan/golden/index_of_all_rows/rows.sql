INSERT INTO users VALUES (1,'ann@x','n'),(7,'bob@x','m');
