//! A history of more than forty migrations, for each kind of database: what models say, written by the program itself, and
//! what people write by hand around it.
//!
//! What must not run twice leaves a trace: every such file adds a row to `marks`, a table without a key, and counts up
//! `tallies.ran`.

pub(crate) mod begun;
mod written;

use std::{path::PathBuf, sync::OnceLock};

use chrono::Utc;
use orm_migrate::{Migrations, folder::Draft};
use tempfile::TempDir;

use crate::support::{Database, Project};

/// How many rows the table has that an ALTER copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// A few: the ALTER is over at once.
    Small,
    /// So many that it takes more than a second.
    Large,
}

/// A folder of migrations, made once by this process.
pub(crate) struct History {
    _root: TempDir,
    /// Where it is.
    pub(crate) folder: PathBuf,
    /// How many migrations it has.
    pub(crate) length: usize,
}

/// One migration to be made.
struct Step {
    name: &'static str,
    /// What changes in the models; nothing where all is written by hand.
    models: &'static [(&'static str, &'static str)],
    /// The SQL, given that of the program.
    up: Up,
}

type Up = Box<dyn Fn(String) -> String>;

const MODELS: &str = "\
use orm::prelude::*;

#[derive(Model)]
pub struct Mark {
    pub note: String,
}

#[derive(Model)]
pub struct Tally {
    pub id: i64,
    #[orm(default = 0)]
    pub ran: i64,
}

#[derive(Model)]
pub struct User {
    pub id: i64,
    pub name: String,
}

#[derive(Model)]
pub struct Account {
    pub id: i64,
    #[orm(belongs_to(owner: User, on_delete = cascade))]
    pub owner_id: i64,
    pub balance: i32,
}
";

/// The history of that database; it is made when it is first asked for.
pub(crate) fn history(database: Database, size: Size) -> Option<&'static History> {
    static MADE: [OnceLock<Option<History>>; 6] = [const { OnceLock::new() }; 6];
    MADE[place(database, size)].get_or_init(|| Some(make(&Project::on(database)?, size))).as_ref()
}

/// Where what is made once for each database and size is kept.
pub(crate) const fn place(database: Database, size: Size) -> usize {
    let first = match database {
        Database::Sqlite => 0,
        Database::Postgres => 2,
        Database::MariaDb => 4,
    };
    match size {
        Size::Small => first,
        Size::Large => first + 1,
    }
}

fn make(project: &Project, size: Size) -> History {
    let history = made(project, steps(project.database, size));
    assert!(history.length >= 40, "the history has only {} migrations", history.length);
    history
}

/// Three migrations, of which the last holds what can be in doubt.
pub(crate) fn short(project: &Project) -> History {
    let database = project.database;
    let statements = format!("{}{}", once("short"), written::in_doubt(database));
    made(project, vec![by_hand("rows", written::rows(database)), by_hand("in_doubt", statements)])
}

/// A procedure that commits, and a call of it that no transaction holds.
pub(crate) fn with_a_call(project: &Project) -> History {
    let database = project.database;
    let call = "-- orm: no transaction\nCALL add_one();\n".to_owned();
    made(
        project,
        vec![
            by_hand("rows", written::rows(database)),
            by_hand("procedure", written::procedure(database)),
            by_hand("call", call),
        ],
    )
}

/// What the program can take back as it made it.
pub(crate) fn there_and_back(project: &Project) -> History {
    let (growing, kinds) = (growing(project.database), kinds(project.database));
    let of_models = growing.into_iter().chain(kinds).filter(|step| !step.models.is_empty());
    made(project, of_models.collect())
}

fn made(project: &Project, steps: Vec<Step>) -> History {
    project.write("src/models.rs", MODELS);
    project.orm("migrate dev --create-only --name start").done();
    for step in steps {
        if step.models.is_empty() {
            write(project, &step);
        } else {
            modelled(project, &step);
        }
    }
    project.orm("migrate dev").done();
    project.orm("migrate status --exit-code").done();
    keep(project)
}

/// A migration that is all by hand: the models do not change.
fn write(project: &Project, step: &Step) {
    let folder = project.path("migrations");
    let mut migrations = Migrations::read(&folder).unwrap();
    if !migrations.irregularities().is_empty() {
        migrations.relock(&folder).unwrap();
    }
    let draft = Draft {
        what_for: step.name.to_owned(),
        now: Utc::now(),
        up: (step.up)(String::new()),
        down: None,
        schema: migrations.schema(),
    };
    migrations.add(&folder, &draft).unwrap();
}

/// A migration that the program writes from the models, and a person edits.
fn modelled(project: &Project, step: &Step) {
    for (from, to) in step.models {
        project.edit("src/models.rs", from, to);
    }
    project.words(&["migrate", "dev", "--create-only", "--name", step.name]).done();
    let up = format!("migrations/{}/up.sql", project.migrations().last().unwrap());
    let made = project.read(&up);
    project.write(&up, &(step.up)(made));
}

/// Moves the folder out of the project, which goes.
fn keep(project: &Project) -> History {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("migrations");
    std::fs::rename(project.path("migrations"), &folder).unwrap();
    let length = Migrations::read(&folder).unwrap().list().len();
    History { _root: root, folder, length }
}

/// What the program wrote, as it is.
fn models(name: &'static str, models: &'static [(&'static str, &'static str)]) -> Step {
    edited(name, models, |up| up)
}

/// What the program wrote, after a person was at it.
fn edited(
    name: &'static str,
    models: &'static [(&'static str, &'static str)],
    up: impl Fn(String) -> String + 'static,
) -> Step {
    Step { name, models, up: Box::new(up) }
}

/// SQL that nobody but a person writes.
fn by_hand(name: &'static str, sql: String) -> Step {
    edited(name, &[], move |_| sql.clone())
}

/// Rows that count how often they were written.
fn once(name: &str) -> String {
    format!("INSERT INTO marks (note) VALUES ('{name}');\nUPDATE tallies SET ran = ran + 1 WHERE id = 1;\n")
}

/// Makes indexes without keeping writers out, where the database can.
fn concurrently(database: Database) -> impl Fn(String) -> String {
    move |up| match database {
        Database::Sqlite | Database::MariaDb => up,
        Database::Postgres => {
            format!("-- orm: no transaction\n{}", up.replace(" INDEX ", " INDEX CONCURRENTLY "))
        }
    }
}

/// In the order in which they run.
fn steps(database: Database, size: Size) -> Vec<Step> {
    [
        growing(database),
        written::before(database),
        kinds(database),
        written::large(database, size),
        relations(),
        written::after(database),
        counted(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn growing(database: Database) -> Vec<Step> {
    vec![
        by_hand("rows", written::rows(database)),
        models(
            "bio",
            &[("    pub name: String,\n", "    pub name: String,\n    pub bio: Option<String>,\n")],
        ),
        by_hand("bios", format!("UPDATE users SET bio = name;\n{}", once("bios"))),
        models("email", &[("    pub bio:", "    pub email: Option<String>,\n    pub bio:")]),
        by_hand("emails", format!("{}UPDATE users SET email = name;\n", once("emails"))),
        models("email_is_required", &[("pub email: Option<String>", "pub email: String")]),
        edited(
            "by_name",
            &[(
                "#[derive(Model)]\npub struct User",
                "#[derive(Model)]\n#[orm(index(name))]\npub struct User",
            )],
            concurrently(database),
        ),
        edited("by_email", &[("index(name)", "index(name), index(email, unique)")], concurrently(database)),
        by_hand("watch", written::watch(database)),
        by_hand("touch", format!("UPDATE accounts SET balance = balance + 1;\n{}", once("touch"))),
        models(
            "age",
            &[(
                "    pub email:",
                "    #[orm(default = 18, check = \"age >= 0\")]\n    pub age: i32,\n    pub email:",
            )],
        ),
        by_hand(
            "segments",
            format!(
                "{}-- orm: no transaction\n{}UPDATE users SET age = age + 1;\n-- orm: transaction\n{}",
                once("first"),
                once("alone"),
                once("last")
            ),
        ),
        models("about", &[("    pub bio:", "    #[orm(renamed_from = \"bio\")]\n    pub about:")]),
    ]
}

fn kinds(database: Database) -> Vec<Step> {
    const MOOD: &str =
        "use orm::prelude::*;\n\n#[derive(Enum)]\npub enum Mood {\n    Happy,\n    Sad,\n}\n\n";
    vec![
        models(
            "mood",
            &[
                ("use orm::prelude::*;\n\n", MOOD),
                ("    pub email:", "    pub mood: Option<Mood>,\n    pub email:"),
            ],
        ),
        by_hand("moods", format!("UPDATE users SET mood = 'happy' WHERE id < 50;\n{}", once("moods"))),
        models("calm", &[("    Sad,\n", "    Sad,\n    Calm,\n")]),
        by_hand(
            "calm_users",
            format!("{}UPDATE users SET mood = 'calm' WHERE mood = 'happy' AND id < 20;\n", once("calm")),
        ),
        models("old_age", &[("pub age: i32", "pub age: i64")]),
        edited("no_names", &[("index(name), ", "")], concurrently(database)),
        models(
            "solvent",
            &[("    pub balance: i32", "    #[orm(check = \"balance >= 0\")]\n    pub balance: i32")],
        ),
    ]
}

fn relations() -> Vec<Step> {
    const MANAGER: &str = "    #[orm(belongs_to(manager: User, on_delete = set_null))]\n    \
                           pub manager_id: Option<i64>,\n    pub email:";
    const ITEMS: &str = "pub note: String,\n}\n\n#[derive(Model)]\n#[orm(primary_key(account_id, place))]\n\
                         pub struct Item {\n    #[orm(belongs_to(account: Account))]\n    pub account_id: i64,\n    \
                         pub place: i32,\n    pub price: i32,\n    pub amount: i32,\n}\n";
    const PARTS: &str = "pub note: String,\n}\n\n#[derive(Model)]\n\
                         #[orm(belongs_to(item: Item, (account_id, place) = (account_id, place)))]\n\
                         pub struct Part {\n    pub id: i64,\n    pub account_id: i64,\n    pub place: i32,\n}\n";
    const TOTAL: &str =
        "    pub amount: i32,\n    #[orm(generated = \"price * amount\")]\n    pub total: Option<i32>,\n";
    const WALLETS: &str =
        "#[derive(Model)]\n#[orm(table = \"wallets\", renamed_from = \"accounts\")]\npub struct Account";
    let items = "INSERT INTO items (account_id, place, price, amount) SELECT id, 1, 3, 4 FROM accounts;\n";
    vec![
        models("manager", &[("    pub email:", MANAGER)]),
        by_hand("managers", format!("UPDATE users SET manager_id = 1 WHERE id > 1;\n{}", once("managers"))),
        models("items", &[("pub note: String,\n}\n", ITEMS)]),
        by_hand("item_rows", format!("{items}{}", once("items"))),
        models("parts", &[("pub note: String,\n}\n", PARTS)]),
        models("total", &[("    pub amount: i32,\n", TOTAL)]),
        models("wallets", &[("#[derive(Model)]\npub struct Account", WALLETS)]),
        by_hand("richer", format!("UPDATE wallets SET balance = balance * 2;\n{}", once("richer"))),
        models("no_parts", &[(PARTS, "pub note: String,\n}\n")]),
    ]
}

/// A column and what fills it, again and again.
fn counted() -> Vec<Step> {
    vec![
        models(
            "score",
            &[(
                "    pub name: String,\n",
                "    pub name: String,\n    #[orm(default = 1)]\n    pub score: i64,\n",
            )],
        ),
        by_hand("scores", format!("UPDATE users SET score = score * 2;\n{}", once("scores"))),
        models("score_by_age", &[("index(email, unique)", "index(email, unique), index(age, score)")]),
        by_hand("scores_again", format!("{}UPDATE users SET score = score * 3;\n", once("scores again"))),
        models("level", &[("    pub score: i64,\n", "    pub score: i64,\n    pub level: Option<i32>,\n")]),
        by_hand("levels", format!("UPDATE users SET level = id % 5;\n{}", once("levels"))),
        models("no_about", &[("    #[orm(renamed_from = \"bio\")]\n    pub about: Option<String>,\n", "")]),
        by_hand("end", once("end")),
    ]
}
