CREATE TABLE cities (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE users (id INTEGER PRIMARY KEY, nickname TEXT, city_id INTEGER REFERENCES cities (id), age INT NOT NULL CONSTRAINT grown CHECK (age > 0), mail TEXT UNIQUE);
CREATE INDEX users_age_idx ON users (age); CREATE INDEX by_mail ON users (mail, age DESC);
