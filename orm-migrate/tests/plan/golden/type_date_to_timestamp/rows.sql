INSERT INTO users (id, value) VALUES (1,'2020-01-02'), (2,NULL);
