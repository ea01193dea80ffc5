-- create table `tasks`
CREATE TABLE "tasks" (
    "id" INTEGER PRIMARY KEY,
    "title" VARCHAR(80) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "priority" INT,
    CONSTRAINT "tasks_state_check" CHECK ("state" IN ('open', 'done'))
);
CREATE INDEX "tasks_state_idx" ON "tasks" ("state");
