//! Which database is meant, and who says so.

use crate::support::{Project, bare, ran};

/// Runs with nothing in the environment, and says which database was meant.
fn meant(project: &Project, folder: &str, words: &[&str]) -> String {
    let ran = ran(bare(&project.path(folder), words).output().unwrap());
    let line = ran.stderr.lines().next().unwrap_or_default().to_owned();
    project.stable(line.strip_prefix("database ").unwrap_or(&ran.stderr))
}

#[test]
fn the_flag_comes_before_the_environment_before_dotenv_before_orm_toml() {
    let project = Project::new();
    let status = ["migrate", "status"];
    project.write("orm.toml", "[databases.main]\nurl = \"sqlite:toml.db\"\n");
    assert_eq!(meant(&project, ".", &status), "sqlite:toml.db");
    project.write(".env", "OTHER=x\nDATABASE_URL=\"sqlite:dotenv.db\"\n");
    assert_eq!(meant(&project, ".", &status), "sqlite:dotenv.db");
    let mut command = bare(&project.path("."), &status);
    command.env("DATABASE_URL", "sqlite:environment.db");
    assert!(ran(command.output().unwrap()).stderr.starts_with("database sqlite:environment.db\n"));
    let flag = ["migrate", "status", "--database-url", "sqlite:flag.db"];
    assert_eq!(meant(&project, ".", &flag), "sqlite:flag.db");
}

#[test]
fn a_relative_file_is_meant_from_the_folder_of_whoever_wrote_it() {
    let project = Project::new();
    let deep = ["migrate", "status"];
    project.write("orm.toml", "[databases.main]\nurl = \"sqlite:toml.db\"\n");
    assert_eq!(meant(&project, "src", &deep), "sqlite:toml.db");
    project.write(".env", "DATABASE_URL=sqlite:dotenv.db\n");
    assert_eq!(meant(&project, "src", &deep), "sqlite:dotenv.db");
}

#[test]
fn of_several_databases_one_is_chosen_by_name() {
    let project = Project::new();
    let status = ["migrate", "status"];
    let several =
        "[databases.main]\nurl = \"sqlite:main.db\"\n[databases.reports]\nurl = \"sqlite:reports.db\"\n";
    project.write("orm.toml", several);
    let ran = ran(bare(&project.path("."), &status).output().unwrap());
    ran.ends(1).says("error[C003]").says("main, reports").says("--database main");
    let named = ["migrate", "status", "--database", "reports"];
    assert_eq!(meant(&project, ".", &named), "sqlite:reports.db");
    project.write("orm.toml", &format!("database = \"reports\"\n{several}"));
    assert_eq!(meant(&project, ".", &status), "sqlite:reports.db");
    project.orm("migrate status --database nope").ends(1).says("`main`, `reports`");
}

#[test]
fn a_database_has_migrations_and_models_of_its_own() {
    let project = Project::new();
    project.write("reports/models.rs", "#[derive(orm::Model)] pub struct Report { pub id: i64 }\n");
    project.write(
        "orm.toml",
        "[databases.reports]\nurl = \"sqlite:reports.db\"\nmigrations = \"reports/migrations\"\nmodels = [\"reports\"]\n",
    );
    project.orm("migrate dev --database reports").done().says("create table `reports`");
    assert!(project.path("reports/migrations/orm.lock").exists());
}

#[test]
fn what_orm_toml_says_wrong_is_shown_at_its_line() {
    let project = Project::new();
    project.write("orm.toml", "migrations = \"m\"\nmodel = [\"src\"]\n");
    let ran = project.orm("migrate status").ends(1);
    insta::assert_snapshot!(ran.stderr);
    project.write("orm.toml", "migrations = \n");
    project.orm("migrate status").ends(1).says("error[C006]").says("--> orm.toml:1");
    project.write("orm.toml", "database = \"x\"\n");
    project.orm("migrate status").ends(1).says("error[C006]").says("no database `x`");
    project.write("orm.toml", "[lint]\nignore = [\"L101\", \"L999\"]\n");
    project
        .orm("migrate status")
        .ends(1)
        .says("error[C006]: there is no rule `L999`")
        .says("--> orm.toml:2:19");
    std::fs::remove_file(project.path("orm.toml")).unwrap();
    project.write(".env", "DATABASE_URL\n");
    let ran = crate::support::ran(bare(&project.path("."), &["migrate", "status"]).output().unwrap());
    ran.ends(1).says("error[C007]").says("--> .env");
}

#[test]
fn commands_that_only_look_make_no_file_and_write_nothing() {
    let project = Project::new();
    project.orm("migrate status").done().says("it does not exist yet");
    project.write("migrations/orm.lock", "format 1\ndialect sqlite\nhead -\n");
    project.orm("migrate deploy --dry-run").done();
    project.orm("migrate diff --from database --to models").ends(1).says("error[C005]");
    project.orm("introspect").ends(1).says("error[C005]");
    assert!(!project.path("app.db").exists());
}

#[test]
fn color_is_there_only_when_it_is_wanted() {
    let project = Project::new();
    let plain = project.orm("migrate deploy").ends(1).stderr;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let colored = project.orm("migrate deploy --color always").ends(1).stderr;
    assert!(colored.contains("\u{1b}[1;31merror[M001]\u{1b}[0m"), "{colored}");
}

#[test]
fn init_says_where_the_models_are_named_in_a_program() {
    let project = Project::empty();
    project.write("src/main.rs", "fn main() {}\n");
    project.orm("init").done().says("write `mod models;` into src/main.rs");
    project.write("src/lib.rs", "");
    project.orm("init").done().says("write `pub mod models;` into src/lib.rs");
    let server = "init --database-url postgres://ann@localhost/shop --migrations migrations/postgres";
    project.orm(server).done().says("`cargo add orm --features postgres`");
}

#[test]
fn a_migrations_folder_that_is_not_there_is_not_up_to_date() {
    let project = Project::new();
    let ran = project.orm("migrate status --migrations migratoins").done();
    assert!(!ran.stderr.contains("up to date"), "{}", ran.stderr);
    ran.says("there are no migrations in `migratoins` yet");
}

#[test]
fn a_models_path_that_is_not_there_says_how_to_name_another() {
    let ran = Project::new().orm("migrate dev --models src/modles.rs").ends(1).says("error[S001]");
    ran.says("--> src/modles.rs").says("fix: name a file, folder or package that is there");
}
