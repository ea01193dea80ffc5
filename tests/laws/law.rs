//! Laws 2 to 5 for one pair of schemas on one database.

use std::{collections::BTreeMap, fs, path::Path};

use chrono::{DateTime, Utc};
use orm::Connection;
use orm_migrate::{
    Change, Dialect, DiffOptions, Migrations, Plan, Proposal, Rename, RenameQuestion, change::Constraint,
    deploy, diff, executor::DeployOptions, folder::Draft, inspect, normalise, plan,
};
use orm_schema::{Column, ColumnName, Schema, Snapshot, TableName};

use crate::rows;

/// Why a law does not hold.
pub(crate) type Failure = String;

/// Two schemas, and the decisions on what was renamed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pair {
    pub(crate) before: Schema,
    pub(crate) after: Schema,
    pub(crate) renames: Vec<Rename>,
    /// Whether what could be a rename and is not decided is a drop and an addition.
    pub(crate) others_are_new: bool,
}

/// What was seen on the way, for those who count.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) changes: Vec<Change>,
    pub(crate) reversed: bool,
}

/// Makes `before` in an empty database, fills it, goes to `after`, stays there, and goes back.
pub(crate) async fn hold(session: &mut Connection, pair: &Pair) -> Result<Seen, Failure> {
    let dialect = Dialect::of(session);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut migrations = Migrations::create(folder.path(), dialect).map_err(|error| error.to_string())?;
    for schema in [&pair.before, &pair.after] {
        differs_in_nothing_from_itself(dialect, schema)?;
    }

    let made = step(session, &mut migrations, folder.path(), &pair.before, pair).await?;
    to_the_next(session, &mut migrations, folder.path(), pair)
        .await
        .map_err(|found| format!("from what this made:\n{}\n{found}", made.plan.up_sql()))
}

/// From `before`, which is there, to `after` and back.
async fn to_the_next(
    session: &mut Connection,
    migrations: &mut Migrations,
    folder: &Path,
    pair: &Pair,
) -> Result<Seen, Failure> {
    is_as(session, &pair.before).await.map_err(|found| format!("after making it: {found}"))?;
    rows::fill(session, &pair.before, &|table, column| pair.may_stay_null(table, column)).await?;
    let before = pair.survivors_before(session).await?;

    let proposal = step(session, migrations, folder, &pair.after, pair).await?;
    let seen = |found| format!("after applying this:\n{}\n{found}", proposal.plan.up_sql());
    is_as(session, &pair.after).await.map_err(seen)?;
    same_rows(&before, &pair.survivors_after(session).await?).map_err(seen)?;
    deploying_again_does_nothing(session, migrations, pair).await.map_err(seen)?;
    let reversed = go_back(session, migrations, folder, &proposal, pair).await?;
    Ok(Seen { changes: proposal.changes, reversed })
}

/// Law 2, without a database.
pub(crate) fn differs_in_nothing_from_itself(dialect: Dialect, schema: &Schema) -> Result<(), Failure> {
    let normal = normalise(dialect, schema.clone());
    let again = normalise(dialect, normal.clone());
    if again != normal {
        return Err(format!("normalised once:\n{normal:#?}\ntwice:\n{again:#?}"));
    }
    no_difference(dialect, &normal, &normal)?;
    let text = Snapshot::new(schema.clone()).to_json().map_err(|error| error.to_string())?;
    let read = Snapshot::from_json(&text).map_err(|error| error.to_string())?;
    no_difference(dialect, &normalise(dialect, read.schema), &normal)
}

/// Whether nothing must be done to come from one to the other.
pub(crate) fn no_difference(dialect: Dialect, from: &Schema, to: &Schema) -> Result<(), Failure> {
    let found = diff(dialect, from, to, &DiffOptions::default());
    if found.changes.is_empty() && found.questions.is_empty() {
        return Ok(());
    }
    Err(format!("differences: {:#?}\nquestions: {:?}", found.changes, found.questions))
}

/// Whether the live database is as the schema says.
pub(crate) async fn is_as(session: &mut Connection, schema: &Schema) -> Result<(), Failure> {
    let dialect = Dialect::of(session);
    let live = inspect(session).await.map_err(|error| error.to_string())?.schema;
    no_difference(dialect, &normalise(dialect, live), &normalise(dialect, schema.clone()))
}

/// Makes all that the normal schema says in an empty database.
pub(crate) async fn make(session: &mut Connection, schema: &Schema) -> Result<(), Failure> {
    let dialect = Dialect::of(session);
    let empty = Schema::default();
    let changes = diff(dialect, &empty, schema, &DiffOptions::default()).changes;
    let plan = plan(dialect, &empty, schema, &changes).map_err(|error| format!("no plan: {error}"))?;
    for sql in plan.steps.iter().flat_map(|step| &step.sql) {
        session.batch(sql).await.map_err(|error| format!("making it anew: {error}\n{sql}"))?;
    }
    Ok(())
}

/// Proposes, writes and deploys the next migration.
async fn step(
    session: &mut Connection,
    migrations: &mut Migrations,
    folder: &Path,
    target: &Schema,
    pair: &Pair,
) -> Result<Proposal, Failure> {
    let proposal = proposed_twice(migrations, target, pair)?;
    if proposal.is_empty() {
        return Ok(proposal);
    }
    let draft = Draft { now: DateTime::<Utc>::UNIX_EPOCH, ..proposal.draft("a step") };
    same_files(migrations, &draft)?;
    add_and_deploy(session, migrations, folder, &draft).await?;
    Ok(proposal)
}

async fn add_and_deploy(
    session: &mut Connection,
    migrations: &mut Migrations,
    folder: &Path,
    draft: &Draft,
) -> Result<(), Failure> {
    migrations.add(folder, draft).map_err(|error| error.to_string())?;
    match deploy(session, migrations, &DeployOptions::default(), &mut |_| {}).await {
        Ok(deployed) if deployed.applied.len() == 1 => Ok(()),
        Ok(deployed) => Err(format!("one migration was pending, {:?} ran", deployed.applied)),
        Err(error) => Err(format!("{error:?}\nwhile this ran:\n{}", draft.up)),
    }
}

/// Law 5: the same schemas, whatever the order of their tables, give the same SQL.
fn proposed_twice(migrations: &Migrations, target: &Schema, pair: &Pair) -> Result<Proposal, Failure> {
    let mut options = DiffOptions { renames: pair.renames.clone(), ..DiffOptions::default() };
    if pair.others_are_new {
        let open = propose(migrations, target, &options)?.questions;
        options.renames.extend(open.iter().map(RenameQuestion::no));
    }
    let proposal = propose(migrations, target, &options)?;
    if !proposal.questions.is_empty() {
        return Err(format!("undecided: {:?}", proposal.questions));
    }
    let mut shuffled = target.clone();
    shuffled.tables.reverse();
    shuffled.enums.reverse();
    for same in [target, &shuffled] {
        let other = propose(migrations, same, &options)?;
        if texts(&other.plan) != texts(&proposal.plan) {
            return Err(format!(
                "two plans for one thing: {:#?}",
                [texts(&other.plan), texts(&proposal.plan)]
            ));
        }
    }
    Ok(proposal)
}

fn propose(migrations: &Migrations, target: &Schema, options: &DiffOptions) -> Result<Proposal, Failure> {
    Proposal::new(migrations, target.clone(), options).map_err(|error| error.to_string())
}

fn texts(plan: &Plan) -> [String; 2] {
    [plan.up_sql(), plan.down_sql()]
}

/// Law 5: the same migration gives the same files.
fn same_files(migrations: &Migrations, draft: &Draft) -> Result<(), Failure> {
    let written = || -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut fresh =
            Migrations::create(folder.path(), migrations.dialect()).map_err(|error| error.to_string())?;
        fresh.add(folder.path(), draft).map_err(|error| error.to_string())?;
        let mut files = BTreeMap::new();
        read_files(folder.path(), folder.path(), &mut files).map_err(|error| error.to_string())?;
        Ok(files)
    };
    if written()? == written()? {
        Ok(())
    } else {
        Err("two migrations that are one have different files".to_owned())
    }
}

fn read_files(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_files(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.insert(name, fs::read(&path)?);
        }
    }
    Ok(())
}

/// Law 4, second half.
async fn deploying_again_does_nothing(
    session: &mut Connection,
    migrations: &Migrations,
    pair: &Pair,
) -> Result<(), Failure> {
    let rows = pair.survivors_after(session).await?;
    let strict = DeployOptions { strict: true, ..DeployOptions::default() };
    let deployed = deploy(session, migrations, &strict, &mut |_| {}).await;
    let deployed = deployed.map_err(|error| format!("deploying again: {error:?}"))?;
    if !deployed.applied.is_empty() {
        return Err(format!("deploying again ran {:?}", deployed.applied));
    }
    if !deployed.warnings.is_empty() {
        return Err(format!("deploying again finds a drift: {:?}", deployed.warnings));
    }
    same_rows(&rows, &pair.survivors_after(session).await?)?;
    is_as(session, &pair.after).await
}

/// Law 4, first half: the way back is the next migration. `false` where the plan says that rows are in its way.
async fn go_back(
    session: &mut Connection,
    migrations: &mut Migrations,
    folder: &Path,
    proposal: &Proposal,
    pair: &Pair,
) -> Result<bool, Failure> {
    if proposal.is_empty() || proposal.changes.iter().any(|change| is_one_way(change, &proposal.changes)) {
        return Ok(false);
    }
    let down = proposal.plan.down_sql();
    let draft = Draft { up: down.clone(), down: None, schema: pair.before.clone(), ..proposal.draft("back") };
    let before = pair.survivors_after(session).await?;
    add_and_deploy(session, migrations, folder, &draft).await?;
    let seen = |found| format!("after going back by this:\n{down}\n{found}");
    is_as(session, &pair.before).await.map_err(seen)?;
    same_rows(&before, &pair.survivors_before(session).await?).map_err(seen)?;
    Ok(true)
}

/// Whether rows are in the way of going back: a required column comes back without values, one with a default comes back
/// with one value in all rows, and a table comes back without rows.
fn is_one_way(change: &Change, all: &[Change]) -> bool {
    match change {
        Change::DropColumn { table, column } => {
            let is_empty = !column.nullable && column.default.is_none() && column.identity.is_none();
            let is_unique = |change: &Change| drops_key_of(change, table, &column.name);
            is_empty || (column.default.is_some() && all.iter().any(is_unique))
        }
        Change::DropConstraint { constraint: Constraint::ForeignKey(key), .. } => {
            all.iter().any(|change| matches!(change, Change::DropTable { table } if table.name == key.table))
        }
        _ => false,
    }
}

fn drops_key_of(change: &Change, of: &TableName, column: &ColumnName) -> bool {
    match change {
        Change::DropIndex { table, index, .. } => {
            table == of && index.unique && index.columns().contains(column)
        }
        Change::DropConstraint { table, constraint: Constraint::Unique(unique), .. } => {
            table == of && unique.columns.contains(column)
        }
        Change::DropConstraint { table, constraint: Constraint::PrimaryKey(key), .. } => {
            table == of && key.columns.contains(column)
        }
        _ => false,
    }
}

/// The rows of each table that is in both, by its later name.
type Contents = BTreeMap<TableName, Vec<String>>;

fn same_rows(before: &Contents, after: &Contents) -> Result<(), Failure> {
    for (table, rows) in before {
        if after.get(table) != Some(rows) {
            return Err(format!("the rows of {table} were\n{rows:#?}\nand are\n{:#?}", after.get(table)));
        }
    }
    Ok(())
}

/// A table that is in both schemas, and its columns that the change leaves alone, each by both names.
struct Survivor {
    before: TableName,
    after: TableName,
    columns: Vec<(ColumnName, ColumnName)>,
}

impl Pair {
    async fn survivors_before(&self, session: &mut Connection) -> Result<Contents, Failure> {
        let mut contents = Contents::new();
        for survivor in self.survivors() {
            let columns: Vec<_> = survivor.columns.into_iter().map(|(before, _)| before).collect();
            contents.insert(survivor.after, rows::contents(session, &survivor.before, &columns).await?);
        }
        none_dangles(session).await.map(|()| contents)
    }

    async fn survivors_after(&self, session: &mut Connection) -> Result<Contents, Failure> {
        let mut contents = Contents::new();
        for survivor in self.survivors() {
            let columns: Vec<_> = survivor.columns.into_iter().map(|(_, after)| after).collect();
            let rows = rows::contents(session, &survivor.after, &columns).await?;
            contents.insert(survivor.after, rows);
        }
        none_dangles(session).await.map(|()| contents)
    }

    fn survivors(&self) -> Vec<Survivor> {
        let survivors = self.before.tables.iter().filter_map(|table| {
            let name = self.table_after(&table.name)?;
            let other = self.after.table(&name)?;
            let columns = table.columns.iter().filter_map(|column| {
                let after = self.column_after(&table.name, &name, &column.name);
                let found = other.column(&after)?;
                self.keeps_values(column, found).then(|| (column.name.clone(), after))
            });
            Some(Survivor { before: table.name.clone(), after: name.clone(), columns: columns.collect() })
        });
        survivors.collect()
    }

    fn table_after(&self, table: &TableName) -> Option<TableName> {
        let from = table.to_string();
        let renamed = self.renamed(&from).and_then(|to| {
            self.after.tables.iter().map(|table| &table.name).find(|name| name.to_string() == to)
        });
        let hinted = self.after.tables.iter().find(|after| after.renamed_from.as_ref() == Some(table));
        renamed
            .or_else(|| hinted.map(|table| &table.name))
            .or_else(|| self.after.table(table).map(|table| &table.name))
            .cloned()
    }

    fn column_after(&self, before: &TableName, after: &TableName, column: &ColumnName) -> ColumnName {
        let renamed = self.renamed(&format!("{before}.{column}"));
        let renamed = renamed.and_then(|to| to.strip_prefix(&format!("{after}."))).map(ColumnName::from);
        let columns = self.after.table(after).map(|table| table.columns.as_slice()).unwrap_or_default();
        let hinted = columns.iter().find(|after| after.renamed_from.as_ref() == Some(column));
        renamed.or_else(|| hinted.map(|column| column.name.clone())).unwrap_or_else(|| column.clone())
    }

    fn renamed(&self, from: &str) -> Option<&str> {
        let rename = self.renames.iter().find(|rename| rename.same && rename.from == from);
        rename.map(|rename| rename.to.as_str())
    }

    /// Whether the change does not concern the values.
    fn keeps_values(&self, before: &Column, after: &Column) -> bool {
        before.column_type == after.column_type && before.identity == after.identity
    }

    fn may_stay_null(&self, table: &TableName, column: &Column) -> bool {
        let after = self.table_after(table);
        let found = after.as_ref().and_then(|after| {
            self.after.table(after)?.column(&self.column_after(table, after, &column.name))
        });
        found.is_none_or(|column| column.nullable && column.identity.is_none())
            && after.is_none_or(|after| {
                let name = self.column_after(table, &after, &column.name);
                self.after.table(&after).is_none_or(|table| !table.is_key(&name))
            })
    }
}

async fn none_dangles(session: &mut Connection) -> Result<(), Failure> {
    match rows::dangling(session).await? {
        0 => Ok(()),
        count => Err(format!("{count} rows lead nowhere")),
    }
}
