//! A migrations folder inside a program: what `orm::migrate!` makes.

use orm_core::{Db, Tx};

use crate::{
    error::Result,
    executor::{DeployOptions, Deployed, Event, deploy},
    folder::Migrations,
    functions::Functions,
    status::{Status, status},
};

/// The files of a migrations folder, as a program holds them.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::Db;
/// use orm_migrate::Embedded;
///
/// static MIGRATIONS: Embedded = Embedded::new(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")]);
/// let db = Db::connect("sqlite::memory:").await?;
/// let deployed = MIGRATIONS.deploy(&db).await?;
/// assert!(deployed.applied.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    files: &'static [(&'static str, &'static str)],
}

impl Embedded {
    /// Takes paths relative to the folder, with `/`, and their text.
    #[must_use]
    pub const fn new(files: &'static [(&'static str, &'static str)]) -> Self {
        Self { files }
    }

    /// The migrations.
    ///
    /// # Errors
    /// When the files are not as `orm.lock` says.
    pub fn migrations(&self) -> Result<Migrations> {
        Migrations::embedded(self.files)
    }

    /// Runs the pending migrations, with the lock, journal and checks of the command line.
    ///
    /// # Errors
    /// As [`deploy`].
    pub async fn deploy(&self, db: &Db) -> Result<Deployed> {
        self.deploy_with(db, &DeployOptions::default()).await
    }

    /// Runs the pending migrations with options.
    ///
    /// # Errors
    /// As [`deploy`].
    pub async fn deploy_with(&self, db: &Db, options: &DeployOptions) -> Result<Deployed> {
        let mut connection = db.connection().await?;
        deploy(&mut connection, &self.migrations()?, options, &mut trace).await
    }

    /// With a function that migrations call by `CALL orm.name();`, inside their transaction and under their journal.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use orm_core::{Db, Tx};
    /// use orm_migrate::Embedded;
    ///
    /// async fn fill_slugs(_tx: Tx) -> orm_core::Result<()> {
    ///     Ok(()) // typed queries on the transaction
    /// }
    ///
    /// static MIGRATIONS: Embedded = Embedded::new(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")]);
    /// let db = Db::connect("sqlite::memory:").await?;
    /// MIGRATIONS.with("fill_slugs", fill_slugs).deploy(&db).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with<F>(&self, name: &str, function: impl Fn(Tx) -> F + Send + Sync + 'static) -> WithFunctions
    where
        F: Future<Output = orm_core::Result<()>> + Send + 'static,
    {
        WithFunctions { embedded: *self, functions: Functions::default().with(name, function) }
    }

    /// Where the database stands.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn status(&self, db: &Db) -> Result<Status> {
        let mut connection = db.connection().await?;
        status(&mut connection, &self.migrations()?).await
    }
}

/// Migrations with the functions that they call.
#[derive(Debug, Clone)]
pub struct WithFunctions {
    embedded: Embedded,
    functions: Functions,
}

impl WithFunctions {
    /// One more function.
    #[must_use]
    pub fn with<F>(self, name: &str, function: impl Fn(Tx) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = orm_core::Result<()>> + Send + 'static,
    {
        Self { functions: self.functions.with(name, function), ..self }
    }

    /// Runs the pending migrations.
    ///
    /// # Errors
    /// As [`deploy`].
    pub async fn deploy(&self, db: &Db) -> Result<Deployed> {
        let options = DeployOptions { functions: self.functions.clone(), ..DeployOptions::default() };
        self.embedded.deploy_with(db, &options).await
    }
}

/// What happens, for the program's log.
fn trace(event: Event<'_>) {
    match event {
        Event::Waiting(holder) => {
            let holder = holder.map(ToString::to_string).unwrap_or_default();
            tracing::info!(target: "orm::migrate", holder, "waiting for another deploy");
        }
        Event::Warning(warning) => tracing::warn!(target: "orm::migrate", "{warning}"),
        Event::Migration(name) => tracing::info!(target: "orm::migrate", name, "applying"),
        Event::Statement { position, total, line } => {
            tracing::debug!(target: "orm::migrate", position, total, line, "statement");
        }
        Event::Settled { position, has_run } => {
            tracing::info!(target: "orm::migrate", position, has_run, "begun before, and no end is recorded");
        }
        Event::Retry(why) => tracing::info!(target: "orm::migrate", "trying again: {why}"),
        Event::Done(name) => tracing::info!(target: "orm::migrate", name, "applied"),
        Event::TakenBack(name) => tracing::info!(target: "orm::migrate", name, "taken back"),
        Event::Already(name) => {
            tracing::debug!(target: "orm::migrate", name, "another deploy has applied it")
        }
    }
}
