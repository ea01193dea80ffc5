//! Models that are there and a database that has changed → the models, edited.
//!
//! What a person wrote stays: names, order, comments, types, methods, other files. Only words that say something else than
//! the database does are rewritten; what is new is added; what is gone is marked with a comment and never deleted.
//!
//! ```text
//! scan + syntax ─→ models that are there ┐
//!                                        ├→ diff → steps → words before and after → edits → texts
//! inspect ───────→ plan of names ────────┘
//! ```
//!
//! The texts are scanned again before anybody gets them: they differ from the database in nothing but what is marked.

mod additions;
mod edit;
mod insert;
mod known;
mod marks;
mod models;
mod needs;
mod relabel;
mod rewrite;
mod source;
mod states;
mod texts;
mod words;

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

use orm_schema::{Column, ColumnType, EnumName, EnumType, Schema, Table};
use serde::Serialize;

use self::{
    additions::Ground, edit::Edits, marks::Marks, models::Existing, needs::Needs, rewrite::Rewriter,
    source::Sources, states::Way,
};
use super::{
    GeneratedFile, Options,
    enums::{Chosen, Columns, shared},
    plan::{Modules, Plan},
};
use crate::{
    change::{Change, Constraint},
    dialect::Dialect,
    diff::{DiffOptions, RenameQuestion, diff},
    error::{Code, MigrateError, Place, Result},
    inspect::Inspected,
    names::TableNames,
    normalise::normalise,
    source::{self as scanned, Scan},
};

/// What becomes of a folder of models.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// The files that are other now, with their text before (`None` for a new file) and after, by their paths.
    pub files: Vec<(PathBuf, Option<String>, String)>,
    /// What was done, one line each.
    pub noted: Vec<Noted>,
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Noted {
    /// The table, the column (`users.age`) or the enum.
    pub place: String,
    /// What kind of difference it was.
    pub what: What,
    /// What is written now.
    pub text: String,
    /// The file in which it is.
    pub file: PathBuf,
}

/// A kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is new in the database.
    New,
    /// The database has it otherwise.
    Changed,
    /// It is not in the database any more, and was marked.
    Gone,
    /// It is in the database again, and its mark was taken away.
    Back,
    /// It is left for a person to do.
    ByHand,
}

impl fmt::Display for Noted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, what, text, .. } = self;
        match what {
            What::New => write!(f, "{place}: new {text}"),
            What::Changed => write!(f, "{place}: {text}"),
            What::Gone => write!(f, "{place}: {text} is not in the database any more (marked)"),
            What::Back => write!(f, "{place}: {text} is in the database again"),
            What::ByHand => write!(f, "{place}: {text} (by hand)"),
        }
    }
}

/// Everything that is compared.
struct Sides<'a> {
    existing: &'a Existing,
    sources: &'a Sources,
    /// The tables as the models say them.
    start: &'a Schema,
    /// The tables as the database has them.
    database: &'a Schema,
    ways: &'a BTreeMap<orm_schema::TableName, Way>,
    changes: &'a [Change],
    options: &'a Options,
    folder: &'a Path,
}

/// Edits the models of a folder so that they say what the database has. `scan` is what the source says now, `source` how it
/// was scanned. Nothing is written.
///
/// # Errors
/// When a file is no Rust, when a model is written in a way that cannot be kept up, and when what comes out would not be
/// equal to the database.
pub fn update(
    dialect: Dialect,
    folder: &Path,
    scan: &Scan,
    source: &scanned::Options,
    inspected: &Inspected,
    options: &Options,
) -> Result<Rewritten> {
    let sources = Sources::read(&scan.files)?;
    let existing = Existing::find(folder, scan, &sources)?;
    let chosen: Chosen = known::chosen(scan);
    let live = normalise(dialect, inspected.schema.clone());
    let relabelled = relabel::relabelled(dialect, &scan.schema, &live);
    let models = relabelled.iter().fold(scan.schema.clone(), |schema, new| relabel::relabel(&schema, new));
    let (before, old_columns) = shared(dialect, dialect.as_models_say(&models), &chosen);
    let (mut database, mut columns) = shared(dialect, dialect.as_models_say(&inspected.schema), &chosen);
    database.enums.extend(relabelled);
    let found = diff(dialect, &live, &normalise(dialect, models), &DiffOptions::default());

    let ways = ways(&before, &database, &found.changes);
    let after = union(&before, &database, |table| ways.get(&table.name).map(|way| &way.end));
    let start = union(&before, &database, |table| ways.get(&table.name).map(|way| &way.start));
    extend(&mut columns, old_columns);
    let base = base(folder, &existing);
    let mut known = known::known(&existing, &scan.schema, &after, base.clone());
    known.taken.entry(base).or_default().extend(files_of(folder));
    let plan = Plan::of(&after, columns, &inspected.domains, &known);

    let sides = Sides {
        existing: &existing,
        sources: &sources,
        start: &start,
        database: &database,
        ways: &ways,
        changes: &found.changes,
        options,
        folder,
    };
    let mut rewritten = sides.rewritten(dialect, &after, &plan, &[])?;
    let mut left = left(dialect, &live, source, &rewritten)?;
    // An enum is marked where a model still needs it, which only the outcome tells.
    let needed: Vec<EnumName> = left.iter().filter_map(enum_of).collect();
    if !needed.is_empty() {
        rewritten = sides.rewritten(dialect, &after, &plan, &needed)?;
        left = self::left(dialect, &live, source, &rewritten)?;
    }
    equal_but_for_marks(dialect, &database, &left)?;
    rewritten.noted.extend(found.questions.iter().map(|question| renamed(question, folder)));
    Ok(rewritten)
}

/// A rename is never guessed: what may be one was taken for something gone and something new.
fn renamed(question: &RenameQuestion, folder: &Path) -> Noted {
    let text = format!(
        "may be `{}` under another name: then write that name on the old one, and delete the new",
        question.to
    );
    Noted { place: question.from.clone(), what: What::ByHand, text, file: folder.to_owned() }
}

fn enum_of(change: &Change) -> Option<EnumName> {
    match change {
        Change::CreateEnum { enum_type } => Some(enum_type.name.clone()),
        _ => None,
    }
}

fn extend(columns: &mut Columns, others: Columns) {
    for (key, name) in others {
        columns.entry(key).or_insert(name);
    }
}

/// The ways of the tables that both sides have.
fn ways(before: &Schema, database: &Schema, changes: &[Change]) -> BTreeMap<orm_schema::TableName, Way> {
    let both = before.tables.iter().filter_map(|model| Some((model, database.table(&model.name)?)));
    both.map(|(model, table)| (table.name.clone(), states::way(model, table, changes))).collect()
}

/// All tables of both sides; those that both have are in the state that is asked for.
fn union<'a>(before: &Schema, database: &Schema, state: impl Fn(&Table) -> Option<&'a Table>) -> Schema {
    let mut tables: Vec<_> =
        database.tables.iter().map(|table| state(table).unwrap_or(table).clone()).collect();
    tables.extend(before.tables.iter().filter(|table| database.table(&table.name).is_none()).cloned());
    let mut enums = database.enums.clone();
    enums.extend(before.enums.iter().filter(|one| database.enum_type(&one.name).is_none()).cloned());
    Schema { tables, enums }.sorted()
}

/// The names of what is in the folder, be it a module of the models or not.
fn files_of(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> =
        entries.filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

/// The module of the folder.
fn base(folder: &Path, existing: &Existing) -> Modules {
    models::roots(folder).iter().find_map(|root| existing.modules.get(root)).cloned().unwrap_or_default()
}

impl Sides<'_> {
    /// The files with their edits.
    fn rewritten(
        &self,
        dialect: Dialect,
        after: &Schema,
        plan: &Plan,
        gone: &[EnumName],
    ) -> Result<Rewritten> {
        let (mut edits, mut marks, mut needs, mut noted) =
            (Edits::default(), Marks::default(), Needs::default(), Vec::new());
        let mut on = Rewriter {
            dialect,
            schema: after,
            before: self.start,
            plan,
            edits: &mut edits,
            marks: &mut marks,
            needs: &mut needs,
            noted: &mut noted,
        };
        for model in &self.existing.models {
            let file = self.sources.file(&model.file)?;
            match self.ways.get(&model.table) {
                Some(way) if model.is_conditional && !way.steps.is_empty() => {
                    return Err(
                        model.error("has attributes in `cfg_attr`, and its table has changed", self.sources)
                    );
                }
                Some(way) => on.model(model, file, way),
                None => on.gone(model, file),
            }
        }
        additions::labels(&mut on, self.existing, self.sources, self.database)?;
        for name in gone {
            additions::gone_enum(&mut on, self.existing, self.sources, name)?;
        }
        let new = additions::files(
            &mut on,
            &self.ground(),
            &self.new_tables(after),
            &self.new_enums(),
            self.options,
        )?;
        self.texts(&new, &mut edits, &marks, &needs, noted)
    }

    fn ground(&self) -> Ground<'_> {
        let files = self.existing.modules.iter().map(|(path, module)| (module, path)).collect();
        Ground { sources: self.sources, files, folder: self.folder }
    }

    fn new_tables<'a>(&self, after: &'a Schema) -> Vec<&'a Table> {
        let is_new = |table: &&Table| {
            self.changes
                .iter()
                .any(|change| matches!(change, Change::DropTable { table: gone } if gone.name == table.name))
        };
        after.tables.iter().filter(is_new).collect()
    }

    fn new_enums(&self) -> Vec<&EnumType> {
        let is_there =
            |one: &&EnumType| self.existing.enums.iter().any(|other| other.enum_type.name == one.name);
        self.database.enums.iter().filter(|one| !is_there(one)).collect()
    }

    fn texts(
        &self,
        new: &[GeneratedFile],
        edits: &mut Edits,
        marks: &Marks,
        needs: &Needs,
        mut noted: Vec<Noted>,
    ) -> Result<Rewritten> {
        let mut files = Vec::new();
        for (path, file) in self.sources.iter() {
            needs.edit(path, file, edits);
            let marked = marks.edit(path, &file.text, edits);
            let note = |what, (place, text)| Noted { place, what, text, file: path.clone() };
            noted.extend(marked.new.into_iter().map(|mark| note(What::Gone, mark)));
            noted.extend(marked.back.into_iter().map(|text| note(What::Back, (self.place(path), text))));
            let text = edits.applied(path, &file.text)?;
            if text != file.text {
                files.push((path.clone(), Some(file.text.clone()), text));
            }
        }
        for file in new {
            let path = self.folder.join(&file.path);
            if self.sources.file(&path).is_ok() || path.exists() {
                return Err(MigrateError::new(
                    Code::WouldOverwrite,
                    format!("`{}` would be overwritten", path.display()),
                )
                .fix("the file is there, but no module of the models: move it, or say `mod` of it")
                .at(Place::file(path.display())));
            }
            files.push((path, None, file.text.clone()));
        }
        files.sort();
        Ok(Rewritten { files, noted })
    }

    /// What a mark that is gone was of, as far as the file tells.
    fn place(&self, path: &Path) -> String {
        let models = self.existing.models.iter().filter(|model| model.file == path);
        let tables: Vec<_> = models.map(|model| model.table.to_string()).collect();
        match tables.as_slice() {
            [only] => only.clone(),
            _ => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }
}

/// What the models would still say otherwise than the database.
fn left(
    dialect: Dialect,
    live: &Schema,
    source: &scanned::Options,
    rewritten: &Rewritten,
) -> Result<Vec<Change>> {
    let drafts = rewritten.files.iter().map(|(path, _, text)| (path.clone(), text.clone())).collect();
    let scan = scanned::scan_drafts(source, &drafts);
    if let Some(error) = scan.errors.first() {
        return Err(MigrateError::new(Code::BadCode, format!("the models could not be kept up: {}", error.message))
            .fix("bring this model up to date by hand, or give `--force` to write the models anew; nothing was written")
            .at(Place::file(error.location.file.display()).line(error.location.line, error.source_line.clone())));
    }
    let relabelled = relabel::relabelled(dialect, &scan.schema, live);
    let models = relabelled.iter().fold(scan.schema, |schema, new| relabel::relabel(&schema, new));
    Ok(diff(dialect, live, &normalise(dialect, models), &DiffOptions::default()).changes)
}

/// What the models have more than the database is marked; they have nothing less and nothing otherwise.
fn equal_but_for_marks(dialect: Dialect, database: &Schema, left: &[Change]) -> Result<()> {
    let is_more = |change: &&Change| match change {
        Change::CreateEnum { .. }
        | Change::AddEnumValue { .. }
        | Change::ReplaceEnum { .. }
        | Change::CreateTable { .. }
        | Change::AddColumn { .. }
        | Change::AddConstraint { .. }
        | Change::AddIndex { .. } => true,
        Change::AlterColumn { table, from, to } => {
            has_more_labels(dialect, from, to) || is_in_key(left, table, from, to)
        }
        // The index of a foreign key on MariaDB, in the place of which a key is that is marked.
        Change::DropIndex { table, name, .. } => {
            !database.table(table).is_some_and(|table| TableNames::of(table).indexes.contains(name))
        }
        Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::RenameEnumValue { .. }
        | Change::DropTable { .. }
        | Change::RenameTable { .. }
        | Change::AlterTable { .. }
        | Change::DropColumn { .. }
        | Change::RenameColumn { .. }
        | Change::DropConstraint { .. }
        | Change::RenameConstraint { .. }
        | Change::RenameIndex { .. } => false,
    };
    let errors = left.iter().filter(|change| !is_more(change)).map(|change| {
        MigrateError::new(Code::BadCode, format!("the models could not be kept up: {} would be left to do", change.inverse()))
            .fix("bring this model up to date by hand, or give `--force` to write the models anew; nothing was written")
    });
    MigrateError::all(errors.collect())
}

/// Whether a column lists the labels that the database has, and more.
fn has_more_labels(dialect: Dialect, database: &Column, model: &Column) -> bool {
    let labels = |column: &Column| match &column.column_type {
        ColumnType::Native(native) => dialect.labels(native),
        _ => None,
    };
    let same = Column { column_type: model.column_type.clone(), ..as_far_as_said(database, model) } == *model;
    let both = labels(database).zip(labels(model));
    same && both.is_some_and(|(ours, theirs)| ours.iter().all(|label| theirs.contains(label)))
}

/// Whether a column is never NULL only because the model still has its key.
fn is_in_key(left: &[Change], table: &orm_schema::TableName, database: &Column, model: &Column) -> bool {
    let is_key = |change: &Change| match change {
        Change::AddConstraint { table: of, constraint: Constraint::PrimaryKey(key), .. } => {
            of == table && key.columns.contains(&model.name)
        }
        _ => false,
    };
    Column { nullable: model.nullable, ..as_far_as_said(database, model) } == *model
        && left.iter().any(is_key)
}

/// The database's column without what the model leaves to it.
fn as_far_as_said(database: &Column, model: &Column) -> Column {
    let comment = model.comment.as_ref().map(|_| database.comment.clone().unwrap_or_default());
    Column { comment, renamed_from: model.renamed_from.clone(), ..database.clone() }
}
