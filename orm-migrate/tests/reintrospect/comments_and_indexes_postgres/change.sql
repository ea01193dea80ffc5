COMMENT ON TABLE users IS 'Who may log in,
and since when.';
COMMENT ON COLUMN users.name IS 'As others call them.';
COMMENT ON COLUMN users.mail IS '  odd  ';
COMMENT ON COLUMN users.age IS NULL;
ALTER TABLE users ALTER mail TYPE text COLLATE "POSIX";
ALTER TABLE users ADD since date; COMMENT ON COLUMN users.since IS 'Since when.';
ALTER TABLE users ADD initial text GENERATED ALWAYS AS (left(name, 1)) STORED;
DROP INDEX by_name;
CREATE INDEX by_name ON users (name text_pattern_ops DESC) INCLUDE (age) WITH (fillfactor = 70);
ALTER TABLE users ADD CONSTRAINT grown CHECK (age > 17) NOT VALID;
COMMENT ON TABLE quiet IS 'Nobody asked for it.';
