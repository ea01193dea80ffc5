-- A migration by hand, with everything in it that one should not do, and some that one may.
CREATE TABLE `fresh` (id int unsigned AUTO_INCREMENT, at timestamp NULL, body varchar(10) CHARACTER SET utf8, of bigint REFERENCES users (id), PRIMARY KEY (id), KEY `by at` (at), FULLTEXT KEY (body)) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
ALTER TABLE fresh MODIFY at datetime NOT NULL, ADD CONSTRAINT c CHECK (id > 3);

DROP TABLE IF EXISTS old_users, `older`;
ALTER TABLE users DROP age, DROP COLUMN IF EXISTS nick, DROP INDEX users_name, DROP FOREIGN KEY fk_1, DROP CONSTRAINT c_1;
DROP DATABASE shop;
TRUNCATE TABLE users;
DELETE FROM posts;
DELETE FROM posts LIMIT 10;

ALTER TABLE users MODIFY COLUMN age bigint NOT NULL DEFAULT 3 COMMENT 'a, b' AFTER id, CHANGE name full_name varchar(200) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL;
ALTER TABLE users CONVERT TO CHARACTER SET utf8;
ALTER TABLE users DROP PRIMARY KEY;
ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (id, age);
ALTER TABLE users ENGINE = Aria;
ALTER TABLE users ENGINE = InnoDB, ALGORITHM = INPLACE, LOCK = NONE;
ALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18);
CREATE FULLTEXT INDEX users_text ON users (full_name);
ALTER TABLE places ADD SPATIAL INDEX (at);
CREATE UNIQUE INDEX users_email ON users (email (20));
ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT uuid(), ADD COLUMN (a int, b int NOT NULL), ADD c int AS (a + 1) STORED;
ALTER TABLE users ADD COLUMN boss_id bigint REFERENCES users (id);
SET foreign_key_checks = 0;
ALTER TABLE posts ADD CONSTRAINT posts_editor FOREIGN KEY (editor_id) REFERENCES users (id);
SET foreign_key_checks = 1;
RENAME TABLE users TO members, posts TO articles;
ALTER TABLE members RENAME COLUMN age TO years;
UPDATE members SET years = 3;
CREATE TRIGGER t BEFORE INSERT ON members FOR EACH ROW BEGIN DELETE FROM log; SET NEW.years = 3; END;
/*!40101 SET NAMES utf8 */;
ALTER TABLE members FROB x;
START TRANSACTION;
-- orm: allow L104: the table is a cache
TRUNCATE cache;
