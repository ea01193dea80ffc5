//! One folder for each kind of change: `before.json`, `after.json`, and one snapshot for each dialect.
//!
//! `renames.txt` holds decisions, `rows.sql` rows that the plan meets when it runs, `dialects.txt` the dialects whose words
//! are used, where they are not everybody's.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use orm_migrate::{Dialect, Diff, DiffOptions, Plan, PlanError, diff, normalise, plan};
use orm_schema::Schema;

/// A folder.
pub(crate) struct Case {
    pub(crate) folder: PathBuf,
    pub(crate) before: Schema,
    pub(crate) after: Schema,
    pub(crate) options: DiffOptions,
    /// Where it can be said.
    dialects: Vec<Dialect>,
}

impl Case {
    fn read(folder: PathBuf) -> Self {
        let schema = |file: &str| -> Schema {
            let path = folder.join(file);
            let text = fs::read_to_string(&path).unwrap();
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let decisions = fs::read_to_string(folder.join("renames.txt")).unwrap_or_default();
        let renames = decisions.lines().map(|line| line.parse().unwrap()).collect();
        let (before, after) = (schema("before.json"), schema("after.json"));
        let named = fs::read_to_string(folder.join("dialects.txt")).unwrap_or_default();
        let is_named =
            |dialect: &Dialect| named.is_empty() || named.lines().any(|name| name == dialect.to_string());
        let dialects = Dialect::ALL.into_iter().filter(is_named).collect();
        Self { before, after, options: DiffOptions { renames, ..DiffOptions::default() }, dialects, folder }
    }

    pub(crate) fn name(&self) -> &str {
        self.folder.file_name().unwrap().to_str().unwrap()
    }

    /// Both schemas as the dialect has them.
    pub(crate) fn schemas(&self, dialect: Dialect) -> (Schema, Schema) {
        (normalise(dialect, self.before.clone()), normalise(dialect, self.after.clone()))
    }

    pub(crate) fn diff(&self, dialect: Dialect) -> Diff {
        let (from, to) = self.schemas(dialect);
        diff(dialect, &from, &to, &self.options)
    }

    pub(crate) fn plan(&self, dialect: Dialect) -> Plan {
        self.try_plan(dialect).unwrap()
    }

    /// Not every database can do everything.
    fn try_plan(&self, dialect: Dialect) -> Result<Plan, PlanError> {
        let (from, to) = self.schemas(dialect);
        plan(dialect, &from, &to, &self.diff(dialect).changes)
    }

    pub(crate) fn rows(&self) -> String {
        fs::read_to_string(self.folder.join("rows.sql")).unwrap_or_default()
    }
}

/// All folders, by name.
pub(crate) fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan/golden");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.into_iter().map(Case::read).collect()
}

/// Those that SQLite can do.
pub(crate) fn cases_of_sqlite() -> Vec<Case> {
    let can = |schema: &Schema| orm_migrate::unsupported(Dialect::Sqlite, schema).is_empty();
    let is_said =
        |case: &Case| case.dialects.contains(&Dialect::Sqlite) && can(&case.before) && can(&case.after);
    cases().into_iter().filter(is_said).collect()
}

#[test]
fn plans_are_what_was_read_and_accepted() {
    for case in cases() {
        for dialect in case.dialects.clone() {
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(&case.folder);
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(dialect.to_string(), report(&case, dialect)));
        }
    }
}

/// All that a plan says, as text.
fn report(case: &Case, dialect: Dialect) -> String {
    let diff = case.diff(dialect);
    let mut text = String::new();
    for change in &diff.changes {
        writeln!(text, "change: {change}").unwrap();
    }
    for question in &diff.questions {
        writeln!(text, "question: {question} yes: {} no: {}", question.yes(), question.no()).unwrap();
    }
    let plan = match case.try_plan(dialect) {
        Ok(plan) => plan,
        Err(error) => return format!("{text}error: {error}\n"),
    };
    for step in &plan.steps {
        for check in &step.prechecks {
            writeln!(
                text,
                "check {}: {}\n  {}\n  fix: {}",
                check.code, check.message, check.count, check.fix
            )
            .unwrap();
        }
        for loss in &step.data_loss {
            writeln!(text, "loss: {}\n  {}", loss.what, loss.count).unwrap();
        }
    }
    let locks: Vec<_> = plan.steps.iter().filter_map(|step| step.lock).collect();
    writeln!(text, "locks: {locks:?}\n\n=== up.sql\n{}\n=== down.sql\n{}", plan.up_sql(), plan.down_sql())
        .unwrap();
    text
}
