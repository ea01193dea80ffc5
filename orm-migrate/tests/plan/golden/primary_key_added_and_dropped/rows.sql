INSERT INTO logs (rowid, line, n) VALUES (9,'a',1),(4,'b',2);
