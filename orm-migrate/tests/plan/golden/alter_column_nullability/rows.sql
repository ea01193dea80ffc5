INSERT INTO users VALUES (1,'ann@x','hi',3);
