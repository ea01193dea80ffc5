CREATE TABLE other (id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, age INT NOT NULL CHECK (age > 0), city_id INTEGER REFERENCES cities (id) ON DELETE SET NULL,
    boss_id INTEGER REFERENCES users (id), CONSTRAINT fit CHECK (age < 200 OR mail > ''));
DROP TABLE users; ALTER TABLE other RENAME TO users;
CREATE INDEX users_age_idx ON users (age); CREATE INDEX by_city ON users (city_id, age DESC); CREATE INDEX older ON users (age) WHERE age > 60;
