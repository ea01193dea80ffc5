INSERT INTO users VALUES (1,'ann@x','hi',30),(7,'bob@x',NULL,40);
