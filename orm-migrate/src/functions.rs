//! Steps of a migration that are written in Rust.
//!
//! `CALL orm.fill_slugs();` in a migration runs the function that a program registers under that name, inside the
//! migration's transaction and under its journal. Only a program that has it can deploy such a migration.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc};

use orm_core::{Connection, Tx};

use crate::token::{Token, TokenKind};

type Running = Pin<Box<dyn Future<Output = orm_core::Result<()>> + Send>>;
type Function = Arc<dyn Fn(Tx) -> Running + Send + Sync>;

/// The functions that a program has for its migrations, by their names.
///
/// ```
/// use orm_core::Tx;
/// use orm_migrate::{DeployOptions, functions::Functions};
///
/// async fn fill_slugs(_tx: Tx) -> orm_core::Result<()> {
///     Ok(())
/// }
///
/// let options = DeployOptions { functions: Functions::default().with("fill_slugs", fill_slugs), ..DeployOptions::default() };
/// assert!(options.functions.has("fill_slugs"));
/// ```
#[derive(Clone, Default)]
pub struct Functions {
    by_name: BTreeMap<String, Function>,
    /// Every call is left out: there are no rows that it could change.
    none_is_run: bool,
}

impl Functions {
    /// One more.
    ///
    /// ```
    /// # use orm_migrate::functions::Functions;
    /// let functions = Functions::default().with("nothing", async |_tx| Ok(()));
    /// assert!(functions.has("nothing") && !functions.has("something"));
    /// ```
    #[must_use]
    pub fn with<F>(mut self, name: &str, function: impl Fn(Tx) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = orm_core::Result<()>> + Send + 'static,
    {
        self.by_name.insert(name.to_owned(), Arc::new(move |tx| Box::pin(function(tx))));
        self
    }

    /// For a database without rows.
    pub(crate) fn left_out() -> Self {
        Self { none_is_run: true, ..Self::default() }
    }

    /// Whether there is one of that name.
    ///
    /// ```
    /// assert!(!orm_migrate::functions::Functions::default().has("fill_slugs"));
    /// ```
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.none_is_run || self.by_name.contains_key(name)
    }

    /// Runs one inside the transaction that is open on the connection.
    pub(crate) async fn run(&self, connection: &mut Connection, name: &str) -> orm_core::Result<()> {
        match self.by_name.get(name) {
            Some(function) => connection.lend(async |tx| function(tx).await).await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_name.keys()).finish()
    }
}

/// The function that a statement calls: `CALL orm.name()`.
pub(crate) fn called(words: &[Token<'_>]) -> Option<String> {
    let [call, orm, dot, name, open, close] = words else { return None };
    let is_call =
        call.is_word("CALL") && orm.is_word("orm") && (dot.text, open.text, close.text) == (".", "(", ")");
    (is_call && name.kind == TokenKind::Word).then(|| name.text.to_owned())
}
