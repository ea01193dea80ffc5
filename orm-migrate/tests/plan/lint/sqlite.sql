-- A migration by hand, with everything in it that one should not do, and some that one may.
CREATE TABLE fresh (id INTEGER PRIMARY KEY, code TEXT UNIQUE, FOREIGN KEY (code) REFERENCES codes (code)) STRICT;
CREATE TABLE weak (code TEXT, n INT, PRIMARY KEY (code, n));
DROP TABLE IF EXISTS old_users;
ALTER TABLE users DROP COLUMN age;
ALTER TABLE users ADD COLUMN bio TEXT NOT NULL;
ALTER TABLE users ADD COLUMN nick TEXT NOT NULL DEFAULT '';
ALTER TABLE users RENAME COLUMN name TO full_name;
ALTER TABLE users RENAME TO members;
DELETE FROM posts;
CREATE UNIQUE INDEX members_email ON members (email COLLATE NOCASE);
CREATE UNIQUE INDEX some_email ON members (lower(email)) WHERE email IS NOT NULL;
PRAGMA legacy_alter_table = ON;
CREATE TABLE new_posts ("id" INTEGER PRIMARY KEY, [title] TEXT NOT NULL);
INSERT INTO new_posts SELECT id, title FROM posts;
DROP TABLE posts;
ALTER TABLE new_posts RENAME TO posts;
VACUUM;
COMMIT;
-- orm: allow L101 kept in the archive
DROP TABLE 'notes';
