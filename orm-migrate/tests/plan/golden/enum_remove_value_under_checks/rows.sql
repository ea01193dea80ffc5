INSERT INTO jobs VALUES (1,'todo',NULL),(2,'done','todo');
