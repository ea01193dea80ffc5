CREATE TABLE "Order ""Details""; -- x" (
  "a b" INTEGER PRIMARY KEY AUTOINCREMENT, -- a comment; with a semicolon
  [select] TEXT NOT NULL DEFAULT 'it''s; done' COLLATE NOCASE, `back` REAL CHECK (`back` > 0), "Größe" NUMERIC(10,2),
  twice INTEGER GENERATED ALWAYS AS ("a b" * 2) VIRTUAL, kept TEXT AS (lower([select])) STORED,
  later INTEGER REFERENCES zebra (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "named; key" UNIQUE ("Größe", [select])
);
CREATE TABLE zebra (id INTEGER PRIMARY KEY, back INTEGER REFERENCES "Order ""Details""; -- x");
CREATE TABLE strict_one (id INTEGER PRIMARY KEY, any_value ANY, blob_value BLOB NOT NULL) STRICT;
CREATE TABLE no_rowid (a TEXT, b INT, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;
CREATE TABLE both (id INT PRIMARY KEY, x TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE found USING fts5(body, content='notes', content_rowid='id', tokenize = 'porter ascii');
CREATE VIRTUAL TABLE boxes USING rtree(id, min_x, max_x);
CREATE UNIQUE INDEX "part; of it" ON zebra (back DESC) WHERE back IS NOT NULL AND id <> 'x;y';
CREATE INDEX by_expression ON notes (lower(body) COLLATE NOCASE, id + 1);
CREATE VIEW upper_view AS SELECT * FROM lower_view -- a view that is made before the view it reads
;
CREATE VIEW lower_view (n) AS SELECT count(*) FROM notes;
CREATE TRIGGER "on; insert" AFTER INSERT ON notes WHEN new.body IS NOT NULL BEGIN
  INSERT INTO found (rowid, body) VALUES (new.id, new.body);
  INSERT INTO made_later SELECT CASE WHEN new.id > 1 THEN 'a;b' ELSE 'c' END;
END;
CREATE TABLE made_later (x TEXT);
CREATE TRIGGER instead_of INSTEAD OF INSERT ON upper_view BEGIN SELECT 1; END;
CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
INSERT INTO "Order ""Details""; -- x" ([select]) VALUES ('a'), ('b');
ANALYZE;
