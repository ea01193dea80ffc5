SET sql_mode = "";
CREATE SEQUENCE `odd seq` START WITH 5 INCREMENT BY 2 MAXVALUE 1000 CACHE 10 CYCLE;
CREATE TABLE `order` (
  `id` int NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'AUTO_INCREMENT=5, `x` ''y'' ) ;',
  `select` bigint DEFAULT nextval(`odd seq`),
  `a ``b` varchar(20) NOT NULL DEFAULT 'it''s; \\ done',
  `Größe` decimal(10,2) UNSIGNED CHECK (`Größe` > 0),
  kinds set('a','b','it''s') DEFAULT 'a,b',
  born year,
  made timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',
  day date DEFAULT '2010-00-15',
  body text,
  at_place point NOT NULL,
  twice int GENERATED ALWAYS AS (`id` * 2) VIRTUAL,
  long_name varchar(100) GENERATED ALWAYS AS (concat(`a ``b`, ' DEFINER=`x`')) STORED,
  bits bit(4) DEFAULT b'101',
  bin binary(2) DEFAULT 'ab',
  latin varchar(10) CHARACTER SET latin1 COLLATE latin1_german1_ci,
  changed datetime(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
  hidden int INVISIBLE DEFAULT 3,
  doc json,
  u uuid,
  KEY `by; name` (`a ``b`(5) DESC),
  FULLTEXT KEY words (body),
  SPATIAL KEY spots (at_place),
  CONSTRAINT `named check` CHECK (`select` <> 4 or `born` > 1901)
) ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='AUTO_INCREMENT=9; DEFINER=`a`@`b`';
ALTER TABLE `order` DROP CONSTRAINT `named check`;
ALTER TABLE `order` ADD CONSTRAINT `named check` CHECK (`born` > 1901);
CREATE TABLE team (id int PRIMARY KEY, captain int);
CREATE TABLE player (id int PRIMARY KEY, team int, boss int, CONSTRAINT p_team FOREIGN KEY (team) REFERENCES team (id) ON DELETE CASCADE,
  CONSTRAINT p_boss FOREIGN KEY (boss) REFERENCES player (id));
ALTER TABLE team ADD CONSTRAINT t_captain FOREIGN KEY (captain) REFERENCES player (id) ON UPDATE SET NULL;
CREATE TABLE zebra_parent (id int PRIMARY KEY);
CREATE TABLE a_child (id int PRIMARY KEY, zebra int, CONSTRAINT to_zebra FOREIGN KEY (zebra) REFERENCES zebra_parent (id));
CREATE TABLE parts (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (to_days(at)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
  (PARTITION p0 VALUES LESS THAN (to_days('2020-01-01')), PARTITION `p; 1` VALUES LESS THAN MAXVALUE COMMENT = 'AUTO_INCREMENT=1');
CREATE TABLE versioned (id int PRIMARY KEY, x int) WITH SYSTEM VERSIONING;
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL);
CREATE TABLE bücher (`naïve` int PRIMARY KEY);
DELIMITER //
CREATE FUNCTION half(x int) RETURNS int DETERMINISTIC COMMENT 'it''s; a half' BEGIN IF x > 0 THEN RETURN x / 2; END IF; RETURN CASE x WHEN 0 THEN 0 ELSE -1 END; END//
CREATE PROCEDURE `do it`(IN a int, OUT `b c` text) MODIFIES SQL DATA
BEGIN
  -- a comment; with a semicolon
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET @x = 'DELIMITER $$ ; //';
  outer_loop: LOOP
    UPDATE {database}.team SET captain = NULL WHERE {database}.team.id = a; LEAVE outer_loop;
  END LOOP;
  SELECT `größe` INTO `b c` FROM (SELECT 'ü' AS `größe`) AS t;
END//
CREATE TRIGGER {database}.`first; trigger` BEFORE INSERT ON {database}.`order` FOR EACH ROW BEGIN SET NEW.born = 2000; SET NEW.body = 'a;b'; END//
CREATE TRIGGER third AFTER INSERT ON `order` FOR EACH ROW INSERT INTO zzz_log VALUES (NEW.id)//
CREATE TRIGGER second AFTER INSERT ON `order` FOR EACH ROW PRECEDES third SET @a = 1//
CREATE EVENT `clean up` ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'x; y' DO BEGIN DELETE FROM zzz_log; DELETE FROM team WHERE id < 0; END//
DELIMITER ;
SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'; SET NAMES latin1;
DELIMITER //
CREATE PROCEDURE ansi() BEGIN SELECT "id" || 'x' AS "q;" FROM "order"; END//
DELIMITER ;
SET NAMES utf8mb4; SET sql_mode = 'ORACLE';
DELIMITER //
CREATE PACKAGE tools AS FUNCTION one RETURN int; PROCEDURE two; END;//
CREATE PACKAGE BODY tools AS FUNCTION one RETURN int AS BEGIN RETURN 1; END; PROCEDURE two AS BEGIN SELECT 2; END; END;//
DELIMITER ;
SET sql_mode = '';
CREATE TABLE zzz_log (id int);
CREATE VIEW z_first AS SELECT id, half(id) AS h, born FROM `order` GROUP BY born;
CREATE SQL SECURITY INVOKER VIEW `a view; on a view` AS SELECT h + 1 AS `x y` FROM z_first WHERE h IN (SELECT team.id FROM information_schema.tables t JOIN {database}.team);
CREATE ALGORITHM=MERGE VIEW m_view (id) AS SELECT id FROM team WITH LOCAL CHECK OPTION;
