//! The way back: counted, refused without consent, resumed, and on a database as good as never gone.

use crate::support::{Database, Project, on_every_database};

const NAME: &str = "    pub name: String,\n";

/// Three migrations: a table, a column of it, a table that refers to it; rows in all of it.
fn three(project: &Project) -> Vec<String> {
    project.orm("migrate dev --name users").done();
    project.edit("src/models.rs", NAME, &format!("{NAME}    pub bio: Option<String>,\n"));
    project.orm("migrate dev --name bio").done();
    let post = "\n#[derive(Model)]\npub struct Post {\n    pub id: i64,\n    #[orm(belongs_to(user: User))]\n    pub user_id: i64,\n}\n";
    let models = project.read("src/models.rs");
    project.write("src/models.rs", &(models + post));
    project.orm("migrate dev --name posts").done();
    project.sql("INSERT INTO users (id, name, bio) VALUES (1, 'Ann', 'x'), (2, 'Ben', NULL)");
    project.sql("INSERT INTO posts (id, user_id) VALUES (1, 1)");
    project.migrations()
}

#[test]
fn the_way_back_is_counted_and_needs_consent() {
    on_every_database(|project| {
        let names = three(&project);
        let ran = project.orm("migrate down --steps 2").ends(2).says("error[M034]");
        ran.says("the rows of `posts`: 1").says("the values of `users.bio`: 1");
        let json = project.orm("migrate down --steps 2 --dry-run --json").done().json();
        assert_eq!(json["migrations"][0]["name"], names[2]);
        assert_eq!(json["losses"].as_array().unwrap().len(), 2);
        assert_eq!(json["taken_back"].as_array().unwrap().len(), 0);
        project.orm("migrate status --exit-code").done();
        project
            .orm("migrate down --steps 2 --accept-data-loss")
            .done()
            .says(&format!("took {} back", names[1]));
        assert_eq!(project.text("SELECT name FROM users ORDER BY id"), "Ann Ben");
        project.orm("migrate status --exit-code").ends(2);
        project.orm("migrate deploy").done().says("2 migrations applied");
        project.orm("migrate status --exit-code").done().says("the database is up to date");
        assert_eq!(project.text("SELECT name FROM users ORDER BY id"), "Ann Ben");
    });
}

#[test]
fn the_way_back_leads_to_a_migration_that_stays() {
    on_every_database(|project| {
        let names = three(&project);
        let to = format!("migrate down --accept-data-loss --to {}", names[0]);
        project.orm(&to).done();
        project.orm(&to).done().says("no migration is to be taken back");
        assert_eq!(project.text("SELECT name FROM users ORDER BY id"), "Ann Ben");
        project.orm("migrate down --to 20200101000000_nothing").ends(1).says("error[M011]");
        project.orm("migrate down --accept-data-loss").done();
        project.orm("migrate down").done().says("no migration is to be taken back");
        project.orm("migrate deploy").done().says("3 migrations applied");
    });
}

#[test]
fn a_rename_is_taken_back_without_a_loss() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.sql("INSERT INTO users (name) VALUES ('Ann')");
        project.edit("src/models.rs", "name", "full_name");
        project.orm("migrate dev --rename users.name=users.full_name").done();
        project.orm("migrate down").done();
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
    });
}

#[test]
fn rows_in_the_way_are_told_before_anything_runs() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.edit("src/models.rs", "name: String", "name: Option<String>");
        project.orm("migrate dev").done();
        project.sql("INSERT INTO users (name) VALUES (NULL)");
        project.orm("migrate down").ends(1).says("is NULL in 1 row of `users`");
        project.sql("DELETE FROM users");
        project.orm("migrate down").done();
    });
}

#[test]
fn what_has_no_way_back_says_so() {
    on_every_database(|project| {
        let names = three(&project);
        let down = format!("migrations/{}/down.sql", names[2]);
        project.write(&down, &format!("-- cannot undo: that (why)\n{}", project.read(&down)));
        std::fs::remove_file(project.path(&format!("migrations/{}/down.sql", names[1]))).unwrap();
        project.orm("migrate dev").done();
        let ran = project.orm("migrate down --steps 2 --accept-data-loss").ends(3);
        ran.says("error[M019]").says("cannot be taken back: that (why)").says("has no down.sql");
        project.orm("migrate status --exit-code").done();
    });
}

/// Where each statement is committed by itself, half of a way back is possible: it goes on there.
#[test]
fn a_way_back_that_stopped_half_way_goes_on_there_and_nothing_else_does_meanwhile() {
    on_every_database(|project| {
        let names = three(&project);
        let down = format!("migrations/{}/down.sql", names[2]);
        let own = "-- orm: no transaction\nUPDATE users SET name = 'once ' || name;\n\
                   -- orm: transaction\nINSERT INTO users (id, name) VALUES (3, 'Cleo');\n";
        let own = match project.database {
            Database::MariaDb => own.replace("'once ' || name", "concat('once ', name)"),
            Database::Sqlite | Database::Postgres => own.to_owned(),
        };
        project.write(&down, &(own + &project.read(&down)));
        project.orm("migrate dev").done();
        project.sql("INSERT INTO users (id, name) VALUES (3, 'in the way')");
        project.orm("migrate down --accept-data-loss").ends(1).says("error[M030]").says("it goes on there");
        project.orm("migrate status --exit-code").ends(3).says("error[M028]").says("is half taken back");
        project.orm("migrate deploy").ends(3).says("error[M028]").says("run `orm migrate down` again");
        project.sql("DELETE FROM users WHERE id = 3");
        project.orm("migrate down --accept-data-loss").done();
        assert_eq!(project.text("SELECT name FROM users ORDER BY id"), "once Ann once Ben Cleo");
        project.orm("migrate status --exit-code").ends(2);
        project.orm("migrate deploy").done();
        project.orm("migrate status --exit-code").done();
    });
}

#[test]
fn drift_where_the_way_back_leads_through_stops_it() {
    on_every_database(|project| {
        three(&project);
        project.sql("ALTER TABLE posts ADD COLUMN by_hand int");
        project.orm("migrate down --accept-data-loss").ends(3).says("error[M027]");
        project.sql("ALTER TABLE posts DROP COLUMN by_hand");
        project.orm("migrate down --accept-data-loss").done();
    });
}

#[test]
fn what_a_person_knows_is_told_to_the_journal_and_held_against_the_database() {
    on_every_database(|project| {
        let names = three(&project);
        let last = &names[2];
        project.orm(&format!("migrate resolve --rolled-back {last}")).ends(3).says("error[M018]");
        project.orm(&format!("migrate resolve --applied {last}")).ends(3).says("error[M018]");
        project.orm(&format!("migrate resolve --ran {last}")).ends(3).says("error[M018]");
        project.orm("migrate resolve --applied nothing").ends(1).says("error[M011]");
        project.orm("migrate resolve").ends(64);
        project.sql(&format!("DELETE FROM _orm_statement WHERE migration = '{last}'"));
        project.sql(&format!("DELETE FROM _orm_migration WHERE name = '{last}'"));
        project.sql("ALTER TABLE posts ADD COLUMN by_hand int");
        project
            .orm(&format!("migrate resolve --applied {last}"))
            .ends(3)
            .says("error[M027]")
            .says("`posts.by_hand`");
        project.sql("ALTER TABLE posts DROP COLUMN by_hand");
        project.orm(&format!("migrate resolve --applied {last}")).done();
        project.orm("migrate status --exit-code").done();
        project.sql(&format!("UPDATE _orm_migration SET finished_at = NULL WHERE name = '{last}'"));
        project.orm(&format!("migrate resolve --rolled-back {last}")).ends(3).says("error[M027]");
        project.sql("DROP TABLE posts");
        project.orm(&format!("migrate resolve --rolled-back {last}")).done();
        project.orm("migrate deploy").done();
        project.orm("migrate status --exit-code").done();
    });
}

#[test]
fn a_statement_in_doubt_is_settled_by_whoever_looked() {
    on_every_database(|project| {
        let names = three(&project);
        let last = &names[2];
        let doubt = format!(
            "UPDATE _orm_migration SET finished_at = NULL WHERE name = '{last}'; \
             UPDATE _orm_statement SET finished_at = NULL WHERE migration = '{last}' AND position = 1"
        );
        doubt.split("; ").for_each(|sql| project.sql(sql));
        project.orm(&format!("migrate resolve --ran {last}")).done().says("goes on after the statement");
        project.orm("migrate deploy").done();
        project.orm("migrate status --exit-code").done();
        doubt.split("; ").for_each(|sql| project.sql(sql));
        project.sql(&format!("DELETE FROM _orm_statement WHERE migration = '{last}' AND position > 1"));
        project.sql("DROP TABLE posts");
        project.orm(&format!("migrate resolve --not-run {last}")).done();
        project.orm("migrate deploy").done();
        project.orm("migrate status --exit-code").done();
    });
}
