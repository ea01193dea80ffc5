CREATE TABLE other (id INTEGER PRIMARY KEY, status TEXT NOT NULL DEFAULT 'new' CHECK (status in ('new', 'it''s paid', 'in transit', 'done')), amount INT NOT NULL CHECK (amount > 0));
DROP TABLE orders; ALTER TABLE other RENAME TO orders;
