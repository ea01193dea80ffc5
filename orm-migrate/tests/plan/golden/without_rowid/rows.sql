INSERT INTO codes VALUES ('a',1);
