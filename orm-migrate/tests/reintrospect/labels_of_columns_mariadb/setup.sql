CREATE TABLE users (id bigint AUTO_INCREMENT PRIMARY KEY, state enum('on','off') NOT NULL DEFAULT 'on', level enum('a','b'), bag set('x','y'));
CREATE TABLE posts (id bigint AUTO_INCREMENT PRIMARY KEY, state enum('on','off'), user_id bigint NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id));
