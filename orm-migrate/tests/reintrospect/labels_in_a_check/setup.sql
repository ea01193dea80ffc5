CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT NOT NULL DEFAULT 'new' CHECK ("status" IN ('new', 'in transit')), amount INT NOT NULL CHECK (amount > 0));
