//! Projects in the middle of their work, for the commands that write a migration or none.

use super::{MODELS, by_hand, once, write, written};
use crate::support::Project;

/// What the models say by now: a column under another name, three more, one less, and a table that refers to another.
const CHANGES: [(&str, &str); 4] = [
    (
        "    pub name: String,\n",
        "    pub full_name: String,\n    pub bio: Option<String>,\n    #[orm(default = 18, check = \"age >= 0\")]\n    pub age: i32,\n",
    ),
    ("#[derive(Model)]\npub struct User", "#[derive(Model)]\n#[orm(index(full_name))]\npub struct User"),
    ("    pub balance: i32,\n", "    pub note: Option<String>,\n"),
    (
        "pub note: String,\n}\n",
        "pub note: String,\n}\n\n#[derive(Model)]\npub struct Item {\n    pub id: i64,\n    \
         #[orm(belongs_to(account: Account))]\n    pub account_id: i64,\n    pub price: i32,\n}\n",
    ),
];

/// The words that decide what the changes ask.
pub(crate) const DECIDED: [&str; 3] = ["--accept-data-loss", "--rename", "users.name=users.full_name"];

/// A migration that a person edits and that ran nowhere, and models that have changed since.
pub(crate) fn to_migrate(project: &Project) {
    project.write("src/models.rs", MODELS);
    project.orm("migrate dev --name start").done();
    project.sql(&written::rows(project.database));
    write(project, &by_hand("edited", once("edited")));
    let up = format!("migrations/{}/up.sql", project.migrations()[1]);
    project.write(&up, &format!("{}UPDATE accounts SET balance = balance + 1;\n", project.read(&up)));
    change(project);
}

/// A database without a history that is not what the models say.
pub(crate) fn to_push(project: &Project) {
    pushed(project);
    change(project);
}

/// A database without a history, with what no model says.
pub(crate) fn to_take_over(project: &Project) {
    pushed(project);
    project.sql(&written::watch(project.database));
}

/// A column that somebody made by hand, and that the models say, too.
pub(crate) fn to_adopt(project: &Project) {
    project.write("src/models.rs", MODELS);
    project.orm("migrate dev --name start").done();
    project.sql(&written::rows(project.database));
    project.sql("ALTER TABLE users ADD COLUMN height int; UPDATE users SET height = id");
    project.edit(
        "src/models.rs",
        "    pub name: String,\n",
        "    pub name: String,\n    pub height: Option<i32>,\n",
    );
}

fn pushed(project: &Project) {
    project.write("src/models.rs", MODELS);
    project.orm("db push").done();
    project.sql(&written::rows(project.database));
}

fn change(project: &Project) {
    for (from, to) in CHANGES {
        project.edit("src/models.rs", from, to);
    }
}
