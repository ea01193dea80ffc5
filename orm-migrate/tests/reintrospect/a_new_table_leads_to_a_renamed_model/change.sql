CREATE TABLE teams (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL REFERENCES users (id), made DATE, "Member" TEXT);
CREATE TABLE memberships (team_id INTEGER NOT NULL REFERENCES teams (id), user_id INTEGER NOT NULL REFERENCES users (id), PRIMARY KEY (team_id, user_id));
CREATE TABLE members (id INTEGER PRIMARY KEY);
