//! Whole sessions, from an empty folder to a database somewhere else.

use std::fmt::Write as _;

use crate::support::{Project, on_every_database};

/// What one would see on a terminal: stdout as it is, stderr behind a bar.
struct Transcript<'a> {
    project: &'a Project,
    text: String,
}

impl<'a> Transcript<'a> {
    fn new(project: &'a Project) -> Self {
        Self { project, text: String::new() }
    }

    fn orm(&mut self, words: &str) {
        let ran = self.project.orm(words);
        writeln!(self.text, "$ orm {words}").unwrap();
        for line in ran.stderr.lines() {
            writeln!(self.text, "| {line}").unwrap();
        }
        self.text.push_str(&ran.stdout);
        writeln!(self.text, "[{}]\n", ran.exit).unwrap();
    }

    fn note(&mut self, note: &str) {
        writeln!(self.text, "# {note}\n").unwrap();
    }

    fn end(self) -> String {
        self.project.stable(&self.text)
    }
}

#[test]
fn a_project_grows_from_init_to_a_deploy_elsewhere() {
    on_every_database(|project| {
        std::fs::remove_file(project.path("src/models.rs")).unwrap();
        let mut session = Transcript::new(&project);
        session.orm("init");
        session.orm("migrate dev");
        session.note("a field `bio` is added");
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    pub name: String,\n    pub bio: Option<String>,\n",
        );
        session.orm("migrate diff --from migrations --to models");
        session.orm("migrate dev --name Add_bio");
        session.orm("migrate dev");
        session.orm("migrate status");
        session.note("elsewhere");
        let other = Project::on(project.database).unwrap();
        let url = other.absolute_url();
        session.orm(&format!("migrate deploy --dry-run --database-url {url}"));
        session.orm(&format!("migrate deploy --database-url {url}"));
        session.orm(&format!("migrate status --exit-code --database-url {url}"));
        let text = other.stable(&session.end()).replace(&url, "<other database>");
        let text = text.replace(&other.absolute_url(), "<other database>");
        insta::assert_snapshot!(project.database.word(), text);
    });
}

#[test]
fn what_init_writes_is_never_written_over() {
    let project = Project::empty();
    project.orm("init").done();
    let before = project.files(".");
    let ran = project.orm("init").done();
    assert!(ran.stderr.contains("kept  orm.toml"), "{}", ran.stderr);
    assert_eq!(project.files("."), before);
}

#[test]
fn init_writes_a_model_that_the_first_migration_can_be_made_of() {
    let project = Project::new();
    std::fs::remove_file(project.path("src/models.rs")).unwrap();
    project.orm("init").done();
    insta::assert_snapshot!(project.read("src/models.rs"));
    insta::assert_snapshot!(project.read("orm.toml"));
    insta::assert_snapshot!(project.read(".env.example"));
}

#[test]
fn init_keeps_a_password_out_of_the_repository() {
    let project = Project::empty();
    project.orm("init --database-url postgres://ann:secret@localhost/shop").done();
    assert!(project.files(".").iter().all(|(_, text)| !text.contains("secret")));
    assert!(project.read("orm.toml").contains("# url = \"postgres://ann:***@localhost/shop\""));
    project.orm("migrate status --database-url postgres://ann:secret@localhost/shop");
}

#[test]
fn a_reset_deletes_everything_and_applies_every_migration_again() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.sql("INSERT INTO users (name) VALUES ('Ann'); CREATE VIEW v AS SELECT * FROM users; CREATE TABLE own (x int)");
        if project.is_postgres() {
            project.sql(
                "CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN d AS int; CREATE TYPE pair AS (a int, b mood); \
                 CREATE FUNCTION f(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SEQUENCE s; \
                 CREATE SCHEMA \"My schema\"; CREATE TABLE \"My schema\".t (x mood); \
                 CREATE MATERIALIZED VIEW m AS SELECT 1 AS one",
            );
        }
        project.orm("migrate reset").ends(2).says("error[C013]").says("users: 1 row");
        assert_eq!(project.number("SELECT count(*) FROM users"), 1);
        project.orm("migrate reset --force").done();
        if project.is_postgres() {
            let left = "SELECT count(*) FROM pg_type WHERE typname IN ('mood', 'd', 'pair', 's', 'm', 't')";
            assert_eq!(project.number(left), 0);
        }
        assert_eq!(project.number("SELECT count(*) FROM users"), 0);
        project.orm("migrate status --exit-code").done();
    });
}

#[test]
fn a_push_makes_the_database_equal_and_leaves_no_history() {
    on_every_database(|project| {
        project.orm("db push").done().says("create table `users`");
        project.orm("db push").done().says("the database was equal already");
        project.orm("migrate diff --from database --to models --exit-code").done();
        assert!(project.migrations().is_empty());
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    pub name: String,\n    pub age: Option<i32>,\n",
        );
        project.orm("db push").done().says("add column `users.age`");
        project.orm("db push --to empty").done().says("drop table `users`");
    });
}

#[test]
fn a_push_to_a_database_with_a_history_is_refused() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.edit("src/models.rs", "    pub name: String,\n", "");
        project.orm("db push").ends(3).says("error[M026]");
        assert_eq!(project.number("SELECT count(name) FROM users"), 0);
    });
}

#[test]
fn sql_runs_from_a_file_and_from_stdin() {
    on_every_database(|project| {
        project.write("a.sql", "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (2);\n");
        project.orm("db execute --file a.sql").done().says("done: 2 statements of `a.sql` ran");
        let ran = project.with_input("db execute --file -", "INSERT INTO a VALUES (3)");
        ran.done().says("1 statement of `stdin` ran");
        assert_eq!(project.number("SELECT count(*) FROM a"), 3);
    });
}

#[test]
fn introspection_prints_or_writes_and_keeps_what_a_person_edited() {
    on_every_database(|project| {
        project.orm("db push").done();
        let printed = project.orm("introspect").done();
        assert!(printed.stdout.contains("pub struct User {"), "{}", printed.stdout);
        project.orm("introspect --output found --dry-run").done().says("writes 2 files");
        assert!(!project.path("found").exists(), "a dry run writes nothing");
        project.orm("introspect --output found").done().says("2 files written, 0 unchanged");
        project
            .orm("introspect --output found")
            .done()
            .says("nothing to do: the models say what the database has");

        project.edit("found/user.rs", "pub struct User", "/// Mine.\npub struct Member");
        project.edit("found/user.rs", "#[derive(", "#[orm(table = \"users\")]\n#[derive(");
        let mine = project.read("found/user.rs");
        project.orm("introspect --output found").done().says("nothing to do");
        let users = project.quote("users");
        project.sql(&format!("ALTER TABLE {users} ADD COLUMN height INT"));
        let shown = project.orm("introspect --output found --dry-run").done();
        assert!(shown.stdout.contains("\n+    pub height: Option<i32>,\n"), "{}", shown.stdout);
        assert_eq!(project.read("found/user.rs"), mine, "a dry run writes nothing");
        project
            .orm("introspect --output ./found")
            .done()
            .says("users.height: new field `height: Option<i32>`")
            .says("1 file written");
        let edited = project.read("found/user.rs");
        assert!(edited.contains("/// Mine.\npub struct Member"), "{edited}");
        project.orm("introspect --output found").done().says("nothing to do");
        project.orm("migrate diff --from database --to models --models found --exit-code").done();

        project.edit("found/user.rs", "pub height:", "pub height");
        let broken = project.read("found/user.rs");
        project.orm("introspect --output found").ends(1).says("error[S").says("found/user.rs:");
        assert_eq!(project.read("found/user.rs"), broken);
        project.orm("introspect --output found --force").done();
        assert!(!project.read("found/user.rs").contains("Mine"));
        project.orm("migrate diff --from database --to models --models found --exit-code").done();
    });
}
