INSERT INTO users (id, email) VALUES (1, 'ann@x'), (7, 'bob@x');
INSERT INTO kids VALUES (1, 7);
INSERT INTO pets VALUES (3, 1);
