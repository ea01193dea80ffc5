//! Many migrations become one that makes what they make.
//!
//! They are run in a scratch database, and what that holds then is written down as a baseline is, views and functions
//! included. A database that has run all of them has run the new one; one that has run some of them is told to run the
//! others first, from the release before.

use std::path::Path;

use crate::{
    baseline::render,
    clear::contents,
    error::{Code, MigrateError, Result},
    folder::Migrations,
    inspect::NotOwned,
    replay,
    scratch::{Scratch, Session, with},
};

/// What becomes of the first migrations.
#[derive(Debug, Clone, Copy)]
pub struct Squash<'a> {
    /// The migrations folder.
    pub folder: &'a Path,
    /// What the new migration is called.
    pub name: &'a str,
    /// The last one that goes into it; all where none is named.
    pub to: Option<&'a str>,
    /// The rows that migrations write are given up.
    pub without_rows: bool,
}

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Squashed {
    /// The new migration.
    pub name: String,
    /// Those in whose place it is.
    pub replaced: Vec<String>,
    /// How many objects it makes.
    pub objects: usize,
    /// What it does not make.
    pub left_out: Vec<NotOwned>,
}

/// Writes one migration in the place of the first ones.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_migrate::{Dialect, Migrations, folder::Draft, scratch::Scratch, squash::{Squash, squash}};
///
/// let home = tempfile::tempdir()?;
/// let folder = home.path().join("migrations");
/// let mut migrations = Migrations::create(&folder, Dialect::Sqlite)?;
/// for up in ["SELECT 1;", "SELECT 2;"] {
///     let (what_for, up) = ("step".to_owned(), up.to_owned());
///     migrations.add(&folder, &Draft { what_for, now: chrono::Utc::now(), up, down: None, schema: Default::default() })?;
/// }
/// let how = Squash { folder: &folder, name: "begin", to: None, without_rows: false };
/// let squashed = squash(Scratch::Memory, &mut migrations, &how).await?;
/// assert_eq!(squashed.replaced.len(), 2);
/// assert_eq!(migrations.list().len(), 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a migration does something else than its snapshot says, when no scratch database can be made, and when the folder
/// cannot be written; of the class [`Decision`](crate::error::Class::Decision) when migrations write rows, which no schema
/// holds, without `without_rows`.
pub async fn squash(scratch: Scratch<'_>, migrations: &mut Migrations, how: &Squash<'_>) -> Result<Squashed> {
    let verified = migrations.clone().verified()?;
    let count = how_many(&verified, how.to)?;
    let first = verified.first(count);
    let rendered = with(scratch, async |url: &str| {
        let mut session = Session::open(url).await?;
        MigrateError::all(replay::up(&mut session, &first).await?)?;
        if !how.without_rows {
            refuse_rows(&mut session).await?;
        }
        render(&mut session.connection).await
    })
    .await?;
    let schema = first.schema();
    let name = migrations.replace_first(how.folder, count, (how.name, &rendered.up, schema))?;
    Ok(Squashed {
        name: name.to_string(),
        replaced: first.list().iter().map(|migration| migration.name.to_string()).collect(),
        objects: rendered.objects,
        left_out: rendered.left_out,
    })
}

fn how_many(migrations: &Migrations, to: Option<&str>) -> Result<usize> {
    let list = migrations.list();
    let count = match to {
        None => list.len(),
        Some(name) => {
            list.iter().position(|migration| migration.name.as_str() == name).map(|at| at + 1).ok_or_else(
                || {
                    MigrateError::new(Code::BadName, format!("there is no migration `{name}`"))
                        .fix("`orm migrate status` shows their names")
                },
            )?
        }
    };
    if count < 2 {
        return Err(MigrateError::new(Code::NothingToSquash, "there are not two migrations to make one of"));
    }
    Ok(count)
}

/// Rows that a migration wrote would not be there on a new database.
async fn refuse_rows(session: &mut Session<'_>) -> Result<()> {
    let tables = contents(&mut session.connection).await?;
    let full: Vec<_> = tables.into_iter().filter(|table| table.rows > 0).collect();
    if full.is_empty() {
        return Ok(());
    }
    let error = MigrateError::new(Code::DataLoss, "these migrations write rows, which one that is made of the schema would not write")
        .fix("squash up to the migration before them with `--to NAME`, or give `--accept-data-loss` and write them into the new up.sql");
    Err(full.iter().fold(error, |error, table| error.note(format!("`{}`: {} rows", table.name, table.rows))))
}
