ALTER TYPE mood ADD VALUE 'so so' BEFORE 'fine';
ALTER TYPE mood ADD VALUE 'glad';
CREATE TYPE size AS ENUM ('S', 'M', 'XL');
ALTER TABLE users ADD COLUMN size size, ADD COLUMN seen timestamptz NOT NULL DEFAULT now(), DROP COLUMN paint;
DROP TYPE colour;
CREATE TABLE shop.lines (order_id bigint NOT NULL REFERENCES shop.orders (id) ON DELETE CASCADE, no int NOT NULL, price numeric(10,2) NOT NULL, PRIMARY KEY (order_id, no));
CREATE SCHEMA crm; CREATE TABLE crm.users (id bigint PRIMARY KEY REFERENCES users (id));
ALTER TABLE shop.orders ADD COLUMN place point, ADD CONSTRAINT far CHECK (id > 0) ;
CREATE INDEX orders_user ON shop.orders USING hash (user_id);
