//! What differs between two schemas, once every rename is decided, and how to change it.

use std::collections::BTreeMap;

use orm_migrate::{
    Change, Dialect, Diff, DiffOptions, MigrateError, Plan, PlanError, Rename, RenameQuestion, Unsupported,
    baseline::Definitions,
    carry_over::{Origin, in_words_of},
    diff,
    error::Code as MigrateCode,
    plan,
    plan::{Twin, plan_online},
    unsupported,
};
use orm_schema::Schema;

use super::models::Models;
use crate::{
    exit::Exit,
    failure::{Code, Failure, Place, Report},
    prompt,
    session::Session,
};

/// Two schemas, both normalised.
pub(crate) struct Comparison<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) from: &'a Schema,
    pub(crate) to: &'a Schema,
    /// What the server of one of them prints for expressions of the other.
    pub(crate) printed: BTreeMap<String, String>,
    /// Where `to` stands in the source, if it comes from there.
    pub(crate) models: &'a Models,
}

impl Comparison<'_> {
    /// What turns the one into the other. Asks where there is somebody to ask.
    ///
    /// # Errors
    /// When a rename is undecided and there is nobody, and when a decision fits nothing.
    pub(crate) async fn changes(
        &self,
        session: &Session,
        renames: &[Rename],
    ) -> Result<Vec<Change>, Failure> {
        Ok(self.decided(session, renames).await?.changes)
    }

    /// The same, with the schema as the database will have it.
    ///
    /// # Errors
    /// As [`changes`](Self::changes).
    pub(crate) async fn decided(&self, session: &Session, renames: &[Rename]) -> Result<Diff, Failure> {
        let mut options = DiffOptions { renames: renames.to_vec(), printed: self.printed.clone() };
        let mut found = diff(self.dialect, self.from, self.to, &options);
        self.refuse_unused(session, &found)?;
        while let Some(question) = found.questions.first() {
            if !session.settings.can_ask() {
                return Err(self.undecided(&found.questions));
            }
            let Some(yes) = prompt::yes_or_no(&session.output, &question.to_string()).await else {
                return Err(self.undecided(&found.questions));
            };
            options.renames.push(if yes { question.yes() } else { question.no() });
            found = diff(self.dialect, self.from, self.to, &options);
        }
        Ok(found)
    }

    /// The changes as the target spells them, where it is a database.
    pub(crate) fn spelled(&self, changes: Vec<Change>, target: Option<&Definitions>) -> Vec<Change> {
        match target {
            Some(target) => in_words_of(self.dialect, target, &changes),
            None => changes,
        }
    }

    /// The steps that make the changes.
    pub(crate) fn plan(&self, changes: &[Change]) -> Result<Plan, Failure> {
        plan(self.dialect, self.from, self.to, changes).map_err(|error| self.no_plan(&error))
    }

    /// The steps that make the changes while the tables are in use.
    pub(crate) fn plan_online(&self, changes: &[Change], twins: &[Twin]) -> Result<Plan, Failure> {
        plan_online(self.dialect, self.from, self.to, changes, twins).map_err(|error| self.no_plan(&error))
    }

    /// What a plan of these changes is made from.
    pub(crate) const fn origin<'a>(
        &'a self,
        changes: &'a [Change],
        target: Option<&'a Definitions>,
    ) -> Origin<'a> {
        Origin { from: self.from, to: self.to, changes, target }
    }

    /// A decision that decides nothing is a slip that may turn a rename into a loss, unless it was obeyed before.
    fn refuse_unused(&self, session: &Session, found: &Diff) -> Result<(), Failure> {
        let is_over = found.changes.is_empty();
        let (obeyed, slips): (Vec<_>, Vec<_>) =
            found.unused.iter().partition(|rename| is_over || self.has_obeyed(rename));
        obeyed.into_iter().for_each(|rename| session.output.warn(&unused(rename)));
        Failure::all(slips.into_iter().map(unused).collect()).map_or(Ok(()), Err)
    }

    /// Whether a run that was cut off has made what was decided: all of it, or, of a drop and an addition, the one or the
    /// other.
    fn has_obeyed(&self, rename: &Rename) -> bool {
        let (is_gone, is_there) = (!has(self.from, &rename.from), has(self.from, &rename.to));
        if rename.same { is_gone && is_there } else { is_gone || is_there }
    }

    fn undecided(&self, questions: &[RenameQuestion]) -> Failure {
        let reports = questions.iter().map(|question| {
            let report = Report::new(Code::Rename, question.to_string())
                .why("a rename keeps the values, a drop and an addition loses them, and only a person can tell which is meant")
                .fix(format!("give `--rename '{}'`, or `--rename '{}'` for a drop and an addition", question.yes(), question.no()));
            match self.place_of(&question.to) {
                Some(place) => report.place(place),
                None => report.file("--rename"),
            }
        });
        Failure { exit: Exit::Decision, reports: reports.collect(), questions: questions.to_vec() }
    }

    /// Where `table` or `table.column` stands in the source.
    fn place_of(&self, name: &str) -> Option<Place> {
        let table = self.to.tables.iter().find(|table| table.name.to_string() == name);
        if let Some(table) = table {
            return self.models.place(&table.name, None);
        }
        self.to.tables.iter().find_map(|table| {
            let column = name.strip_prefix(&table.name.to_string())?.strip_prefix('.')?;
            self.models.place(&table.name, Some(&column.into()))
        })
    }

    fn no_plan(&self, error: &PlanError) -> Failure {
        match error {
            PlanError::Unsupported(fault) => Failure::of(unsupported_report(fault, self.models)),
            PlanError::Foreign { .. } | PlanError::Circular { .. } => Failure::of(
                Report::new(Code::Plan, error.to_string())
                    .fix("make these changes one after the other, in two migrations"),
            ),
        }
    }
}

/// Everything that the database cannot do, together.
pub(crate) fn refuse_unsupported(dialect: Dialect, schema: &Schema, models: &Models) -> Result<(), Failure> {
    let faults = unsupported(dialect, schema);
    let reports = faults.iter().map(|fault| unsupported_report(fault, models)).collect();
    Failure::all(reports).map_or(Ok(()), Err)
}

fn unsupported_report(fault: &Unsupported, models: &Models) -> Report {
    let error = MigrateError::new(MigrateCode::Unsupported, fault.to_string()).fix(fault.fix.clone());
    let report = Report::from(&error).why(fault.why.clone());
    match models.place(&fault.table, fault.column.as_ref()) {
        Some(place) => report.place(place),
        None => report,
    }
}

/// Whether a table, a column, an enum type or one of its labels has that name, written as in `--rename`.
fn has(schema: &Schema, name: &str) -> bool {
    let columns = schema
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| format!("{}.{}", table.name, column.name)));
    let labels = schema
        .enums
        .iter()
        .flat_map(|found| found.labels.iter().map(move |label| format!("{}.{label}", found.name)));
    let tables = schema.tables.iter().map(|table| table.name.to_string());
    let enums = schema.enums.iter().map(|found| found.name.to_string());
    tables.chain(columns).chain(enums).chain(labels).any(|found| found == name)
}

fn unused(rename: &Rename) -> Report {
    Report::new(Code::NoRename, format!("`--rename {rename}` fits nothing that changes"))
        .why("the name before must be gone, and the name after must be new")
        .fix("write `--rename users.name=users.full_name`, both with their table as it is called then")
        .file("--rename")
}
