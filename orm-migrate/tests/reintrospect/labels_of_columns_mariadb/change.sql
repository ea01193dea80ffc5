ALTER TABLE users MODIFY state enum('on','off','gone away') NOT NULL DEFAULT 'off', MODIFY level enum('a','b','c') NOT NULL, ADD COLUMN size enum('S','L');
ALTER TABLE posts MODIFY state enum('on','off','gone away'), ADD COLUMN old_state enum('on','off','gone away'), ADD COLUMN title varchar(80) NOT NULL;
CREATE TABLE logs (line text NOT NULL, state enum('on','off','gone away') NOT NULL, at datetime(6));
CREATE INDEX by_title ON posts (title);
