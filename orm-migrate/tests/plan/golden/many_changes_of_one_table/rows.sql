INSERT INTO users VALUES (1,'ann@x',30,'hi'),(7,'bob@x',40,NULL);
INSERT INTO kids VALUES (1, 7);
