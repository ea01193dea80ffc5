INSERT INTO users (id, email) VALUES (1, 'ann@x'), (7, 'bob@x');
