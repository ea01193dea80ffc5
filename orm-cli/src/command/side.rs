//! A side of a comparison, as a word names it: `models`, `migrations`, `database`, `empty`, a URL, a `.sql` file.

use std::{collections::BTreeMap, path::Path};

use orm_core::Connection;
use orm_migrate::{
    Dialect,
    baseline::Definitions,
    carry_over::definitions,
    inspect_steadily, normalise,
    scratch::{Scratch, schema_of_file, whole_of_file},
};
use orm_schema::Schema;

use super::{changes::refuse_unsupported, models::Models};
use crate::{
    args::{Features, ScratchUrl, Side},
    failure::{Code, Failure, Report},
    session::Session,
    settings::{self, Target},
};

/// Reads sides, all for one dialect.
pub(crate) struct Sides<'a> {
    pub(crate) session: &'a Session,
    pub(crate) dialect: Dialect,
    pub(crate) features: &'a Features,
    pub(crate) scratch: &'a ScratchUrl,
    /// Whether all that a database holds is read with its schema.
    pub(crate) whole: bool,
}

/// A side that was read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Its schema, normalised.
    pub(crate) schema: Schema,
    /// The models, if it comes from there.
    pub(crate) models: Models,
    /// All that it holds, if it is a database and that was asked for.
    pub(crate) definitions: Option<Definitions>,
}

impl Sides<'_> {
    /// Reads a side.
    pub(crate) async fn read(&self, side: &Side) -> Result<Read, Failure> {
        match side {
            Side::Models => self.models(),
            Side::Migrations => Ok(self.schema(self.session.migrations()?.verified()?.schema())),
            Side::Empty => Ok(Read {
                definitions: self.whole.then(Definitions::default),
                ..self.schema(Schema::default())
            }),
            Side::Database => self.live(&self.session.settings.target()?).await,
            Side::Url(url) => self.live(&named(url)?).await,
            Side::Sql(file) => self.sql(file).await,
        }
    }

    fn schema(&self, schema: Schema) -> Read {
        Read { schema: normalise(self.dialect, schema), ..Read::default() }
    }

    fn models(&self) -> Result<Read, Failure> {
        let models = Models::read(self.session, self.features)?;
        let schema = models.schema();
        refuse_unsupported(self.dialect, &schema, &models)?;
        Ok(Read { models, ..self.schema(schema) })
    }

    async fn live(&self, target: &Target) -> Result<Read, Failure> {
        self.session.tell(target);
        let dialect = self.session.dialect(target).await;
        if dialect != self.dialect {
            let report =
                Report::new(Code::NoDialect, format!("one side is {dialect}, the other {}", self.dialect))
                    .why("types and defaults of two databases cannot be held against each other")
                    .fix("compare each of them with `models`")
                    .file(&target.from);
            return Err(Failure::of(report));
        }
        let mut connection = self.session.look(target).await?;
        let inspected = inspect_steadily(&mut connection).await?;
        for warning in &inspected.warnings {
            self.session.output.warn_line(warning);
        }
        for object in &inspected.not_owned {
            self.session.output.detail(&format!("left alone: {} {}", object.kind, object.name));
        }
        let definitions = if self.whole { Some(definitions(&mut connection).await?) } else { None };
        Ok(Read { definitions, ..self.schema(inspected.schema) })
    }

    /// What the server of the one that is a live database prints for expressions of the other, which is none.
    pub(crate) async fn printed(
        &self,
        (from, before): (&Side, &Schema),
        (to, after): (&Side, &Schema),
    ) -> Result<BTreeMap<String, String>, Failure> {
        let (target, live, written) = match (self.target(from)?, self.target(to)?) {
            (Some(target), None) => (target, before, after),
            (None, Some(target)) => (target, after, before),
            (Some(_), Some(_)) | (None, None) => return Ok(BTreeMap::new()),
        };
        let mut connection = self.session.look(&target).await?;
        Ok(self.session.ask(&mut connection, live, written).await)
    }

    /// A connection that only looks, to the database that a side is.
    pub(crate) async fn connect(&self, side: &Side) -> Result<Option<Connection>, Failure> {
        match self.target(side)? {
            Some(target) => Ok(Some(self.session.look(&target).await?)),
            None => Ok(None),
        }
    }

    /// The database that a side is, if it is a live one.
    fn target(&self, side: &Side) -> Result<Option<Target>, Failure> {
        match side {
            Side::Database => self.session.settings.target().map(Some),
            Side::Url(url) => named(url).map(Some),
            Side::Models | Side::Migrations | Side::Empty | Side::Sql(_) => Ok(None),
        }
    }

    async fn sql(&self, file: &Path) -> Result<Read, Failure> {
        let server = self.session.scratch_server(self.scratch)?;
        let scratch = Scratch::of(self.dialect, server.as_deref())?;
        if !self.whole {
            return Ok(self.schema(schema_of_file(scratch, file).await?.schema));
        }
        let (inspected, definitions) = whole_of_file(scratch, file).await?;
        Ok(Read { definitions: Some(definitions), ..self.schema(inspected.schema) })
    }
}

/// The dialect that sides are compared in: that of a database among them, else of the configured one, else of the
/// migrations.
pub(crate) async fn dialect(session: &Session, sides: &[&Side]) -> Result<Dialect, Failure> {
    for side in sides {
        if let Side::Url(url) = side {
            return Ok(session.dialect(&named(url)?).await);
        }
    }
    if let Some(target) = session.settings.named_target()? {
        return Ok(session.dialect(&target).await);
    }
    session.migrations().map(|migrations| migrations.dialect()).map_err(|_| {
        let report = Report::new(Code::NoDialect, "nothing says for which database's SQL")
            .why("no database is named, and there are no migrations")
            .fix("name a database with `--database-url`; it need not be there")
            .file("--database-url");
        Failure::of(report)
    })
}

fn named(url: &str) -> Result<Target, Failure> {
    settings::target(url, "the command line", Path::new(""))
}
