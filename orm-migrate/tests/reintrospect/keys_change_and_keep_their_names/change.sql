CREATE TABLE other (id INTEGER NOT NULL, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, editor_code TEXT REFERENCES users (code) ON UPDATE CASCADE,
    place INT NOT NULL, line INT NOT NULL, PRIMARY KEY (place, line));
DROP TABLE posts; ALTER TABLE other RENAME TO posts; CREATE INDEX p ON posts (place, line DESC);
