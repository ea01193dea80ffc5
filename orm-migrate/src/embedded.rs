//! Migrations that a program carries with it: `orm::migrate!("migrations")`.

use orm_core::Db;

use crate::{
    error::Result,
    executor::{DeployOptions, Deployed, deploy},
    folder::Migrations,
    status::{Status, status},
};

/// A migrations folder inside the program.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_migrate::Embedded;
///
/// // What `orm::migrate!("migrations")` makes.
/// let migrations = Embedded::new(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")]);
/// let db = orm_core::Db::connect("sqlite::memory:").await?;
/// assert!(migrations.deploy(&db).await?.applied.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Embedded(&'static [(&'static str, &'static str)]);

impl Embedded {
    /// The files of the folder: paths relative to it, and their text.
    #[must_use]
    pub const fn new(files: &'static [(&'static str, &'static str)]) -> Self {
        Self(files)
    }

    /// The migrations, checked.
    ///
    /// # Errors
    /// When the folder is not as `orm.lock` says.
    pub fn migrations(&self) -> Result<Migrations> {
        Migrations::embedded(self.0)
    }

    /// Applies what is pending, with the lock, the journal and the checks of `orm migrate deploy`.
    ///
    /// # Errors
    /// As [`deploy`].
    pub async fn deploy(&self, db: &Db) -> Result<Deployed> {
        self.deploy_with(db, &DeployOptions::default()).await
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`deploy`].
    pub async fn deploy_with(&self, db: &Db, options: &DeployOptions) -> Result<Deployed> {
        let mut connection = db.connection().await?;
        deploy(&mut connection, &self.migrations()?, options, &mut |_| {}).await
    }

    /// What is applied, pending, in doubt, or differs.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn status(&self, db: &Db) -> Result<Status> {
        let mut connection = db.connection().await?;
        status(&mut connection, &self.migrations()?).await
    }
}
