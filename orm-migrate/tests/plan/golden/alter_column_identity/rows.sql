INSERT INTO logs VALUES (5, 'x'); INSERT INTO old (line) VALUES ('y');
