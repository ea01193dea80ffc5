INSERT INTO users (name) VALUES ('Ann');
