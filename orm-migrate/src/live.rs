//! The part of a dialect that needs a connection: the one place where that choice is made.

use orm_core::Connection;
use orm_schema::TableName;

use crate::{
    asked::Printed,
    baseline::Definitions,
    carry_over::{Origin, unbroken},
    change::Change,
    dialect::Dialect,
    error::Result,
    executor::{
        lost::Variables,
        run::schema_fingerprint,
        script::{Script, Statement},
    },
    inspect::Inspected,
    journal::JournalSql,
    lock::Holder,
    mysql,
    plan::{Plan, context::Context},
    postgres, sqlite,
    tenants::TenantSql,
};

impl From<orm_core::Dialect> for Dialect {
    fn from(dialect: orm_core::Dialect) -> Self {
        match dialect {
            orm_core::Dialect::Sqlite => Self::Sqlite,
            orm_core::Dialect::Postgres => Self::Postgres,
            orm_core::Dialect::MariaDb => Self::MariaDb,
            orm_core::Dialect::MySql => Self::MySql,
        }
    }
}

impl From<Dialect> for orm_core::Dialect {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite => Self::Sqlite,
            Dialect::Postgres => Self::Postgres,
            Dialect::MariaDb => Self::MariaDb,
            Dialect::MySql => Self::MySql,
        }
    }
}

impl Dialect {
    /// That of a connection.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        connection.dialect().into()
    }

    /// Begins a transaction that only looks, at one moment where the database can, and sees names and expressions printed in
    /// one way.
    const fn look(self) -> &'static str {
        match self {
            Self::Sqlite | Self::MariaDb | Self::MySql => "BEGIN",
            Self::Postgres => postgres::printers::LOOK,
        }
    }

    /// Runs what only looks in a transaction that [looks](Self::look), and ends it.
    pub(crate) async fn at_one_moment<T>(
        self,
        connection: &mut Connection,
        read: impl AsyncFnOnce(&mut Connection) -> Result<T>,
    ) -> Result<T> {
        connection.batch(self.look()).await?;
        let found = read(connection).await;
        let ended = connection.batch("ROLLBACK").await;
        found.and_then(|found| ended.map(|()| found).map_err(Into::into))
    }

    pub(crate) async fn inspect(self, connection: &mut Connection) -> Result<Inspected> {
        match self {
            Self::Sqlite => sqlite::inspect::inspect(connection).await,
            Self::Postgres => postgres::inspect::inspect(connection).await,
            Self::MariaDb | Self::MySql => mysql::inspect::inspect(connection).await,
        }
    }

    /// What makes the database anew.
    pub(crate) async fn definitions(self, connection: &mut Connection) -> Result<Definitions> {
        match self {
            Self::Sqlite => sqlite::definitions::definitions(connection).await,
            Self::Postgres => postgres::definitions::definitions(connection).await,
            Self::MariaDb | Self::MySql => mysql::definitions::definitions(connection).await,
        }
    }

    /// The plan with what it must set aside and make besides.
    pub(crate) async fn carry_over(
        self,
        connection: &mut Connection,
        plan: Plan,
        origin: &Origin<'_>,
    ) -> Result<Plan> {
        match self {
            // A rebuild carries over what it finds when it runs; a view stands in no column's way.
            Self::Sqlite => {
                let broken = sqlite::broken::broken(connection, &plan, origin).await?;
                unbroken(plan, broken)
            }
            Self::MariaDb | Self::MySql => {
                let context = Context::new(self, origin.from, origin.to, origin.changes);
                mysql::carry_over::carry_over(connection, plan, &context).await
            }
            Self::Postgres => postgres::carry_over::carry_over(connection, plan, origin).await,
        }
    }

    /// The query for what runs statements that no catalog has looked into: what it is, its body, the tables that it is a
    /// trigger of.
    pub(crate) const fn bodies(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(postgres::catalog::BODIES),
            Self::MariaDb | Self::MySql => Some(mysql::catalog::BODIES),
        }
    }

    /// The changes in the target's own words.
    pub(crate) fn in_words_of(self, target: &Definitions, changes: &[Change]) -> Vec<Change> {
        match self {
            // What they print is what a model says.
            Self::Sqlite | Self::MariaDb | Self::MySql => changes.to_vec(),
            Self::Postgres => postgres::carry_over::in_words_of(target, changes),
        }
    }

    /// How databases of the same shape beside this one are found; `None` where there can be none.
    pub(crate) const fn tenants(self) -> Option<&'static TenantSql> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(&postgres::tenants::SQL),
            Self::MariaDb | Self::MySql => Some(&mysql::tenants::SQL),
        }
    }

    pub(crate) const fn journal(self) -> &'static JournalSql {
        match self {
            Self::Sqlite => &sqlite::journal::SQL,
            Self::Postgres => &postgres::journal::SQL,
            Self::MariaDb | Self::MySql => &mysql::journal::SQL,
        }
    }

    /// What the server prints for the expressions, asked on a table like this one for the moment.
    pub(crate) async fn print(
        self,
        connection: &mut Connection,
        table: &TableName,
        expressions: &[String],
    ) -> Printed {
        match self {
            // It prints what was written.
            Self::Sqlite => Ok(Vec::new()),
            Self::Postgres => postgres::asked::print(connection, table, expressions).await,
            Self::MariaDb | Self::MySql => mysql::asked::print(self, connection, table, expressions).await,
        }
    }

    pub(crate) async fn try_lock(self, connection: &mut Connection) -> Result<bool> {
        match self {
            Self::Sqlite => sqlite::lock::try_lock(connection).await,
            Self::Postgres => postgres::lock::try_lock(connection).await,
            Self::MariaDb | Self::MySql => mysql::lock::try_lock(connection).await,
        }
    }

    pub(crate) async fn clear(self, connection: &mut Connection) -> Result<()> {
        match self {
            Self::Sqlite => sqlite::clear::clear(connection).await,
            Self::Postgres => postgres::clear::clear(connection).await,
            Self::MariaDb | Self::MySql => mysql::clear::clear(connection).await,
        }
    }

    pub(crate) async fn lock_holder(self, connection: &mut Connection) -> Result<Option<Holder>> {
        match self {
            Self::Sqlite => sqlite::lock::holder(connection).await,
            Self::Postgres => postgres::lock::holder(connection).await,
            Self::MariaDb | Self::MySql => mysql::lock::holder(connection).await,
        }
    }

    /// Whether the session that runs the migrations still has the lock.
    pub(crate) async fn holds_lock(self, connection: &mut Connection) -> Result<bool> {
        match self {
            Self::Sqlite => sqlite::lock::is_held(connection).await,
            Self::Postgres => postgres::lock::is_held(connection).await,
            Self::MariaDb | Self::MySql => mysql::lock::is_held(connection).await,
        }
    }

    pub(crate) async fn unlock(self, connection: &mut Connection) -> Result<()> {
        match self {
            Self::Sqlite => sqlite::lock::unlock(connection).await,
            Self::Postgres => postgres::lock::unlock(connection).await,
            Self::MariaDb | Self::MySql => mysql::lock::unlock(connection).await,
        }
    }

    /// Forgets what earlier units set for the session.
    pub(crate) async fn reset_session(self, connection: &mut Connection) -> Result<()> {
        match self {
            // A migration's own settings hold for all its statements, `begin_script` takes them back.
            Self::Sqlite | Self::MariaDb | Self::MySql => Ok(()),
            Self::Postgres => postgres::scope::reset_session(connection).await,
        }
    }

    /// Takes back what earlier scripts set for the session.
    pub(crate) async fn begin_script(
        self,
        connection: &mut Connection,
        lock_timeout: std::time::Duration,
    ) -> Result<()> {
        match self {
            Self::Sqlite => sqlite::scope::begin_script(connection).await,
            Self::Postgres => postgres::scope::begin_script(connection).await,
            Self::MariaDb | Self::MySql => mysql::scope::begin_script(connection, lock_timeout).await,
        }
    }

    /// Whether a statement only sets what its session knows, so that a deploy that goes on runs it again.
    pub(crate) fn sets_session(self, statement: &str) -> bool {
        match self {
            Self::Sqlite => sqlite::scope::sets_session(statement),
            Self::Postgres => postgres::scope::sets_session(statement),
            Self::MariaDb | Self::MySql => mysql::scope::sets_session(statement),
        }
    }

    /// Whether a statement ends the transaction that it stands in, so that it is a unit of its own.
    pub(crate) fn commits_implicitly(self, statement: &str) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => false,
            Self::MariaDb | Self::MySql => mysql::scope::commits_implicitly(statement),
        }
    }

    /// What tells whether a statement changed the schema.
    pub(crate) async fn fingerprint(self, connection: &mut Connection, statement: &str) -> Result<String> {
        match self {
            Self::Sqlite | Self::Postgres => schema_fingerprint(connection).await,
            Self::MariaDb | Self::MySql => mysql::doubt::fingerprint(connection, statement).await,
        }
    }

    /// Whether a statement outside of a transaction is done or not begun, whatever dies.
    pub(crate) fn is_atomic(self, statement: &str) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => false,
            Self::MariaDb | Self::MySql => mysql::doubt::is_atomic(statement),
        }
    }

    pub(crate) async fn drop_everything(self, connection: &mut Connection) -> Result<Vec<String>> {
        match self {
            Self::Sqlite => sqlite::reset::drop_everything(connection).await,
            Self::Postgres => postgres::reset::drop_everything(connection).await,
            Self::MariaDb | Self::MySql => mysql::reset::drop_everything(connection).await,
        }
    }

    /// Whether a statement that refuses a transaction has run, as far as it alone can tell.
    pub(crate) async fn settle(self, connection: &mut Connection, statement: &str) -> Result<Option<bool>> {
        match self {
            Self::Sqlite => sqlite::doubt::settle(connection, statement).await,
            Self::Postgres => postgres::doubt::settle(connection, statement).await,
            Self::MariaDb | Self::MySql => mysql::doubt::settle(connection, statement).await,
        }
    }

    /// Whether such a statement may run again where the schema shows that nothing happened.
    pub(crate) fn is_repeatable(self, statement: &str) -> bool {
        match self {
            Self::Sqlite => sqlite::doubt::is_repeatable(statement),
            Self::Postgres => postgres::doubt::is_repeatable(statement),
            Self::MariaDb | Self::MySql => mysql::doubt::is_repeatable(statement),
        }
    }

    /// Whether such a statement, once it was settled, has run if the schema has changed.
    pub(crate) fn shows_in_schema(self, statement: &str) -> bool {
        match self {
            Self::Sqlite => false,
            Self::Postgres => postgres::doubt::shows_in_schema(statement),
            Self::MariaDb | Self::MySql => mysql::doubt::is_atomic(statement),
        }
    }

    /// Whether a statement cannot run inside a transaction.
    pub(crate) fn refuses_transaction(self, statement: &str) -> bool {
        match self {
            Self::Sqlite => sqlite::scope::refuses_transaction(statement),
            Self::Postgres => postgres::scope::refuses_transaction(statement),
            Self::MariaDb | Self::MySql => false,
        }
    }
}

impl Dialect {
    /// Whether a statement outside of a transaction is run without one: it refuses any, or commits on its own.
    pub(crate) fn stands_alone(self, statement: &str) -> bool {
        self.refuses_transaction(statement)
            || match self {
                Self::Sqlite => sqlite::scope::may_commit(statement),
                Self::Postgres => postgres::scope::may_commit(statement),
                // It runs in a transaction that it may commit: see `may_commit_inside`.
                Self::MariaDb | Self::MySql => false,
            }
    }

    /// Takes out of its units what no transaction could take back.
    pub(crate) async fn set_apart(self, connection: &mut Connection, script: &mut Script) -> Result<()> {
        match self {
            Self::Sqlite | Self::Postgres => Ok(()),
            Self::MariaDb | Self::MySql => mysql::engines::set_apart(connection, script).await,
        }
    }

    /// What a statement does to variables of its session.
    pub(crate) fn variables(self, statement: &str) -> Variables {
        match self {
            Self::Sqlite | Self::Postgres => Variables::default(),
            Self::MariaDb | Self::MySql => mysql::scope::variables(statement),
        }
    }

    /// Whether a statement may commit the transaction that it stands in.
    pub(crate) fn may_commit_inside(self, statement: &str) -> bool {
        match self {
            // There are no procedures, and a procedure that commits is refused.
            Self::Sqlite | Self::Postgres => false,
            Self::MariaDb | Self::MySql => mysql::scope::may_commit(statement),
        }
    }
}

/// A transaction of the executor, with what its dialect does around one.
pub(crate) enum Scope {
    Sqlite(sqlite::scope::Scope),
    Postgres(postgres::scope::Scope),
    MySql(mysql::scope::Scope),
}

impl Scope {
    /// Begins the transaction.
    pub(crate) async fn open(connection: &mut Connection, lock_timeout: std::time::Duration) -> Result<Self> {
        match Dialect::of(connection) {
            Dialect::Sqlite => Ok(Self::Sqlite(sqlite::scope::Scope::open(connection).await?)),
            Dialect::Postgres => {
                Ok(Self::Postgres(postgres::scope::Scope::open(connection, lock_timeout).await?))
            }
            Dialect::MariaDb | Dialect::MySql => {
                Ok(Self::MySql(mysql::scope::Scope::open(connection, lock_timeout).await?))
            }
        }
    }

    /// Runs a statement inside.
    pub(crate) async fn run(
        &mut self,
        connection: &mut Connection,
        statement: &Statement,
    ) -> orm_core::Result<()> {
        match self {
            Self::Sqlite(scope) => scope.run(connection, statement).await,
            Self::Postgres(scope) => scope.run(connection, statement).await,
            Self::MySql(scope) => scope.run(connection, statement).await,
        }
    }

    /// Checks what only the end can show, and commits.
    pub(crate) async fn commit(self, connection: &mut Connection) -> Result<()> {
        match self {
            Self::Sqlite(scope) => scope.commit(connection).await,
            Self::Postgres(scope) => scope.commit(connection).await,
            Self::MySql(scope) => scope.commit(connection).await,
        }
    }

    /// Undoes everything.
    pub(crate) async fn roll_back(self, connection: &mut Connection) -> Result<()> {
        match self {
            Self::Sqlite(scope) => scope.roll_back(connection).await,
            Self::Postgres(scope) => scope.roll_back(connection).await,
            Self::MySql(scope) => scope.roll_back(connection).await,
        }
    }
}
