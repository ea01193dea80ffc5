INSERT INTO users VALUES (1,'ann@x',3,'12','2026-01-02 03:04:05.000006','1'),(7,'bob@x',4,NULL,NULL,'0');
