-- A migration by hand, with everything in it that one should not do, and some that one may.
CREATE TABLE fresh (id serial PRIMARY KEY, at timestamp, code char(3), body json, amount numeric(10, 2) DEFAULT 0::numeric(10, 2));
CREATE INDEX fresh_at ON fresh (at);
ALTER TABLE fresh ALTER COLUMN at SET NOT NULL, ADD CONSTRAINT later CHECK (at > '2020-01-01');

DROP TABLE IF EXISTS old_users, "Older" CASCADE;
ALTER TABLE ONLY public.users DROP COLUMN IF EXISTS age CASCADE, DROP nick;
DROP SCHEMA shop CASCADE;
TRUNCATE users, posts CASCADE;
DELETE FROM posts;
DELETE FROM posts WHERE id < 3;
DROP TYPE mood CASCADE;

CREATE INDEX users_age ON users USING btree (age DESC, lower(name)) WHERE age > 3;
CREATE UNIQUE INDEX ON public.users (email, name) INCLUDE (age);
DROP INDEX users_name, public.users_other;
ALTER TABLE users ALTER email SET NOT NULL;
ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18), ADD CHECK ((name IS NOT NULL)) NOT VALID;
ALTER TABLE posts ADD CONSTRAINT "Author" FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE SET NULL NOT DEFERRABLE;
ALTER TABLE posts ADD COLUMN editor_id bigint REFERENCES users (id);
ALTER TABLE users ADD UNIQUE NULLS NOT DISTINCT (email) INCLUDE (age) DEFERRABLE, ADD PRIMARY KEY (id);
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);
ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(), ADD n bigserial, ADD since timestamptz DEFAULT now();
ALTER TABLE users ADD COLUMN full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED;
ALTER TABLE users ALTER COLUMN age SET DATA TYPE bigint USING age::bigint, ALTER COLUMN name TYPE text;
SET LOCAL lock_timeout TO '0';
REINDEX TABLE users;
LOCK TABLE users IN ACCESS EXCLUSIVE MODE;
REFRESH MATERIALIZED VIEW totals;
ALTER TABLE users SET TABLESPACE fast;
ALTER TABLE logs DETACH PARTITION logs_2020;
ALTER TABLE users VALIDATE CONSTRAINT other;
ALTER TABLE users ADD CONSTRAINT tall CHECK (height > 100) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT tall;

ALTER TABLE users ADD COLUMN bio text NOT NULL;
UPDATE users SET bio = '', (name, email) = ('a', 'b') WHERE id IN (SELECT user_id FROM posts);
ALTER TABLE users RENAME TO members;
ALTER TABLE members RENAME COLUMN name TO full;
ALTER TABLE members RENAME email TO mail;
ALTER TABLE members SET SCHEMA crm;
ALTER SCHEMA crm RENAME TO sales;
ALTER TYPE mood RENAME VALUE 'sad' TO 'low';
ALTER TYPE mood ADD VALUE 'high' AFTER 'ok';
INSERT INTO notes (mood) VALUES ('high');
CREATE TABLE a_name_that_is_so_long_that_nobody_will_read_it_to_the_end_of_it (id bigint);

BEGIN;
CREATE INDEX CONCURRENTLY posts_at ON posts (at);
COMMIT;
FROBNICATE users;
-- orm: allow L101 L106 nobody has read it since 2.4
DROP TABLE archive CASCADE;
-- orm: allow L101
DROP TABLE archive_2;
-- orm: allow L102 there is no such column here
SELECT 1;
-- orm: alow L101 misspelt
SELECT 2;

-- orm: no transaction
CREATE INDEX CONCURRENTLY posts_by ON posts (author_id);
VACUUM FULL posts;
-- orm: transaction
UPDATE posts SET title = '' WHERE title IS NULL;
ALTER TABLE posts ALTER COLUMN title SET NOT NULL;
