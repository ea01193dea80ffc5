-- undo: create table `tasks`
-- going back loses the rows of `tasks`
DROP TABLE "tasks";
