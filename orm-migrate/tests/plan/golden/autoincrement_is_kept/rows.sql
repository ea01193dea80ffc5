INSERT INTO users (id, email) VALUES (1, 'ann@x'), (7, 'bob@x');
DELETE FROM users WHERE id = 7;
