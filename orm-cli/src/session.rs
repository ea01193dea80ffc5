//! What a command works with: the settings, the output, and the databases that it opens.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, Once, OnceLock, PoisonError},
};

use orm_core::{ConnectOptions, Connection};
use orm_migrate::{Dialect, Migrations, ask, error::Code as MigrateCode, settle};
use orm_schema::Schema;

use crate::{
    args::{Global, ScratchUrl},
    environment::Environment,
    failure::{Failure, Report},
    output::Output,
    settings::{self, Settings, Target},
};

/// One run of the program.
pub(crate) struct Session {
    pub(crate) settings: Settings,
    pub(crate) output: Output,
    /// The database that is meant, once it is known.
    named: OnceLock<String>,
    /// The database that was opened to write.
    opened: Mutex<Option<ConnectOptions>>,
    /// Once it was told that the database is a preview.
    previewed: Once,
}

impl Session {
    /// Reads the settings.
    pub(crate) fn new(global: Global, environment: Environment, output: Output) -> Result<Self, Failure> {
        Ok(Self {
            settings: Settings::new(global, environment)?,
            output,
            named: OnceLock::new(),
            opened: Mutex::default(),
            previewed: Once::new(),
        })
    }

    /// The database that is meant, told to the person first of all.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        let target = self.settings.target()?;
        self.tell(&target);
        Ok(target)
    }

    /// Tells a database to the person.
    pub(crate) fn tell(&self, target: &Target) {
        self.named.get_or_init(|| target.options.to_string());
        self.output.say(&format!("database {}", target.options));
        self.output.detail(&format!("named by {}", target.from));
    }

    /// The database that is meant, its password masked, once it is known.
    pub(crate) fn named(&self) -> Option<String> {
        self.named.get().cloned()
    }

    /// Opens a database to change it.
    pub(crate) async fn open(&self, target: &Target) -> Result<Connection, Failure> {
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(target.options.clone());
        self.connect(target, target.options.clone()).await
    }

    /// Opens a database to look at it.
    pub(crate) async fn look(&self, target: &Target) -> Result<Connection, Failure> {
        self.connect(target, target.options.clone().read_only(true)).await
    }

    async fn connect(&self, target: &Target, options: ConnectOptions) -> Result<Connection, Failure> {
        let connection = connect(target, options).await?;
        if let Some(preview) = Dialect::of(&connection).preview() {
            self.previewed.call_once(|| self.output.say(preview));
        }
        Ok(connection)
    }

    /// What the server of a live database prints for expressions that somebody wrote.
    pub(crate) async fn ask(
        &self,
        connection: &mut Connection,
        live: &Schema,
        written: &Schema,
    ) -> BTreeMap<String, String> {
        let asked = ask(connection, live, written).await;
        asked.warnings.iter().for_each(|warning| self.output.warn_line(warning));
        asked.printed
    }

    /// The dialect of a database. Where two share their URLs the server says it; one that does not answer is taken for
    /// what the migrations are for, or for what its URL is called.
    pub(crate) async fn dialect(&self, target: &Target) -> Dialect {
        let named = Dialect::from(target.options.dialect());
        if named.is_told_by_its_url() {
            return named;
        }
        if let Ok(connection) = self.look(target).await {
            return Dialect::of(&connection);
        }
        let folder = self.migrations().map(|migrations| migrations.dialect()).ok();
        folder.filter(|folder| named.shares_urls_with(*folder)).unwrap_or(named)
    }

    /// Opens a database to look at it; one that is not there yet is empty.
    pub(crate) async fn look_or_empty(&self, target: &Target) -> Result<Connection, Failure> {
        if target.options.file().is_none_or(|file| file.exists()) {
            return self.look(target).await;
        }
        self.output.say("it does not exist yet");
        connect(target, target.options.clone().in_memory()).await
    }

    /// The server on which a scratch database is made: the one that was named for it, else that of the database.
    pub(crate) fn scratch_server(&self, words: &ScratchUrl) -> Result<Option<String>, Failure> {
        match &words.scratch_url {
            Some(url) => Ok(Some(settings::target(url, "--scratch-url", Path::new(""))?.url)),
            None => Ok(self.settings.named_target()?.map(|target| target.url)),
        }
    }

    /// The migrations, as they are on the disk.
    pub(crate) fn migrations(&self) -> Result<Migrations, Failure> {
        Ok(Migrations::read(&self.settings.migrations())?)
    }

    /// The migrations; a folder that is not there yet has none.
    pub(crate) fn migrations_or_none(&self, dialect: Dialect) -> Result<Migrations, Failure> {
        match Migrations::read(&self.settings.migrations()) {
            Err(error) if error.code() == MigrateCode::NoMigrations => Ok(Migrations::empty(dialect)),
            read => Ok(read?),
        }
    }

    /// Waits, after a signal, until the database has given up what this process did there.
    pub(crate) async fn settle(&self) {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(options) = opened else { return };
        if !settle::lock_is_free(&options).await {
            self.output
                .say("the database still holds the lock of the deploy: it ends with the running statement");
        }
    }
}

async fn connect(target: &Target, options: ConnectOptions) -> Result<Connection, Failure> {
    Connection::open(&options).await.map_err(|error| Failure::of(Report::connection(&error, &target.from)))
}
