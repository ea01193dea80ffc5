INSERT INTO users (id, moods) VALUES (1,'{calm,angry}');
