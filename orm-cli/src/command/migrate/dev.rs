//! `orm migrate dev`: the models' changes become a migration, and the migration is applied.
//!
//! ```text
//! models ─┐
//! folder ─┴→ apply pending → changes since the last snapshot → plan → counts → consent → write → apply
//! ```
//!
//! The run ends with the migration written and applied, or leaves the folder as it was.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Utc;
use orm_core::Connection;
use orm_migrate::{
    Change, Dialect, Diff, Migrations, Plan,
    carry_over::Origin,
    diff,
    error::{Code as MigrateCode, MigrateError},
    evidence::{self, Evidence},
    executor::drift,
    folder::Draft,
    inspect, journal, normalise,
    plan::expand,
};
use orm_schema::Schema;
use serde_json::{Value, json};

use super::{
    history::{self, History},
    lint, name,
    repair::{Drift, Repaired},
    status,
};
use crate::{
    args::Dev,
    command::{
        besides::carried,
        changes::{Comparison, refuse_unsupported},
        consent,
        models::Models,
    },
    failure::{Failure, Report, tidy},
    output::{Outcome, step_json},
    session::Session,
    settings::Target,
};

/// One run, once models and history are read.
struct Run<'a> {
    session: &'a Session,
    words: &'a Dev,
    target: &'a Target,
    dialect: Dialect,
    models: Models,
    /// What the models say, normalised.
    wanted: Schema,
    connection: Connection,
    migrations: Migrations,
    history: History,
}

/// What stands in a migration that somebody will write by hand.
const BY_HAND: &str = "\
-- Statements of this migration, each with `;` at its end. They run in one transaction;
-- `-- orm: no transaction` before a statement, and `-- orm: transaction` after it, say otherwise.
";

/// A migration that the changes make.
struct Made {
    plan: Plan,
    evidence: Evidence,
    /// The database has all of it already.
    adopted: bool,
}

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Dev) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let dialect = session.dialect(&target).await;
    let models = Models::read(session, &words.features)?;
    refuse_unsupported(dialect, &models.schema(), &models)?;
    let wanted = normalise(dialect, models.schema());
    let mut migrations = session.migrations_or_none(dialect)?;
    let mut connection = session.open(&target).await?;
    let mut history = history::up_to_date(session, &mut connection, &mut migrations).await?;
    let found = std::mem::take(&mut history.drift);
    let repaired =
        Drift { session, words, dialect, connection: &mut connection, migrations: &mut migrations }
            .repair(&found)
            .await?;
    history.drift = repaired.left_of(found);
    if let Some(name) = &repaired.migration {
        return Ok(adopted(&target, &history, &repaired, name));
    }
    Run { session, words, target: &target, dialect, models, wanted, connection, migrations, history }
        .migrate()
        .await
}

/// What was adopted is not in the models yet: they come next.
fn adopted(target: &Target, history: &History, repaired: &Repaired, name: &str) -> Outcome {
    let json = json!({
        "database": target.options.to_string(),
        "applied": history.deployed.applied,
        "warnings": history.deployed.warnings,
        "drift": history.drift.iter().map(status::described).collect::<Vec<_>>(),
        "repaired": repaired.json(),
        "migration": { "name": name, "applied": true, "adopted": true },
    });
    Outcome::done(json).next(format!(
        "say {} in the models, too (`orm introspect --output DIR` writes it): else the next `orm migrate dev` takes it away",
        repaired.adopted.join(", ")
    ))
}

impl Run<'_> {
    async fn migrate(mut self) -> Result<Outcome, Failure> {
        let before = normalise(self.dialect, self.migrations.schema());
        let comparison = Comparison {
            dialect: self.dialect,
            from: &before,
            to: &self.wanted,
            printed: BTreeMap::new(),
            models: &self.models,
        };
        let Diff { changes, settled, .. } =
            comparison.decided(self.session, &self.words.consent.renames.rename).await?;
        if changes.is_empty() && !(self.words.create_only && self.words.name.is_some()) {
            return Ok(self.unchanged());
        }
        if self.words.online {
            return self.migrate_online(&before, changes, settled).await;
        }
        self.models.refuse_vanished(&changes, self.words.consent.accept_data_loss)?;
        let plan = comparison.plan(&changes)?;
        let wanted = self.wanted.clone();
        let name = self.make(plan, (&before, &wanted), &changes, settled).await?;
        Ok(self.outcome(&name.0, &name.1))
    }

    /// The same while two versions of the program run: a column that is renamed is there twice until the next migration.
    async fn migrate_online(
        mut self,
        before: &Schema,
        changes: Vec<Change>,
        settled: Schema,
    ) -> Result<Outcome, Failure> {
        let models = std::mem::take(&mut self.models);
        let expanded = expand(self.dialect, before, &self.wanted, &changes);
        let wanted =
            expanded.as_ref().map_or_else(|| self.wanted.clone(), |expanded| expanded.schema.clone());
        let comparison = Comparison {
            dialect: self.dialect,
            from: before,
            to: &wanted,
            printed: BTreeMap::new(),
            models: &models,
        };
        let (changes, settled) = match &expanded {
            Some(expanded) => {
                let found = comparison.decided(self.session, &expanded.renames).await?;
                (found.changes, found.settled)
            }
            None => (changes, settled),
        };
        models.refuse_vanished(&changes, self.words.consent.accept_data_loss)?;
        let twins = expanded.map(|expanded| expanded.twins).unwrap_or_default();
        let plan = comparison.plan_online(&changes, &twins)?;
        self.models = models;
        let (made, name) = self.make(plan, (before, &wanted), &changes, settled).await?;
        let outcome = self.outcome(&made, &name);
        Ok(match twins.first() {
            Some(twin) => outcome.next(format!(
                "deploy this; once no running program knows `{}.{}`, `orm migrate dev --online` again drops it",
                twin.table, twin.old
            )),
            None => outcome,
        })
    }

    /// Weighs, writes and applies a plan.
    async fn make(
        &mut self,
        plan: Plan,
        sides: (&Schema, &Schema),
        changes: &[Change],
        settled: Schema,
    ) -> Result<(Made, String), Failure> {
        let made = self.weigh(plan, sides, changes).await?;
        let name = self.write(&made, changes, settled)?;
        if !self.words.create_only {
            self.apply(&made, &name).await?;
        }
        let findings = lint::of_migrations(self.session, &self.migrations, |one| one == name)?;
        self.session.output.lint(&findings);
        self.history.lint.extend(findings);
        Ok((made, name))
    }

    /// Shows the plan with its counts, and asks where something would be lost.
    async fn weigh(
        &mut self,
        plan: Plan,
        (before, wanted): (&Schema, &Schema),
        changes: &[Change],
    ) -> Result<Made, Failure> {
        if !self.words.create_only && self.is_there_already().await? {
            self.session.output.plan(&plan, &Evidence::default());
            return Ok(Made { plan, evidence: Evidence::default(), adopted: true });
        }
        let origin = Origin { from: before, to: wanted, changes, target: None };
        let plan = match carried(self.session, &mut self.connection, plan.clone(), &origin).await {
            // Whoever edits the file can see to it there.
            Err(error) if self.words.create_only && error.code() == MigrateCode::InTheWay => {
                self.session.output.warn(&Report::from(&error));
                plan
            }
            carried => carried?,
        };
        let output = &self.session.output;
        let evidence = evidence::count(&mut self.connection, &plan).await?;
        output.plan(&plan, &evidence);
        if self.words.create_only {
            for report in consent::obstacles(&evidence, &plan, &self.models) {
                output.warn(&report);
            }
        } else {
            self.refuse_drift(changes)?;
            consent::refuse_obstacles(&evidence, &plan, &self.models)?;
            consent::to_losses(self.session, &evidence, self.words.consent.accept_data_loss).await?;
        }
        Ok(Made { plan, evidence, adopted: false })
    }

    /// Whether somebody has made the changes by hand or by a push: then there is nothing to run.
    async fn is_there_already(&mut self) -> Result<bool, Failure> {
        if self.history.drift.is_empty() {
            return Ok(false);
        }
        let live = normalise(self.dialect, inspect(&mut self.connection).await?.schema);
        Ok(diff(self.dialect, &live, &self.wanted, &orm_migrate::DiffOptions::default()).changes.is_empty())
    }

    /// A change that meets drift would fail half-way, or undo what somebody did.
    fn refuse_drift(&self, changes: &[Change]) -> Result<(), Failure> {
        let touched: BTreeSet<_> = changes.iter().filter_map(Change::table).collect();
        let blocking = self
            .history
            .drift
            .iter()
            .filter(|found| found.table().is_some_and(|table| touched.contains(table)));
        let errors = blocking.map(|found| {
            let why = format!("the database differs from its history where the models change: {}", drift::describe(found));
            MigrateError::new(MigrateCode::Drift, why).fix(
                "`--drift adopt`, `--drift revert` or `--drift ignore`; where models and database agree, `orm migrate dev` records it",
            )
        });
        Ok(MigrateError::all(errors.collect())?)
    }

    /// `settled` has the names that the database keeps, although the models do not write them out.
    fn write(&mut self, made: &Made, changes: &[Change], settled: Schema) -> Result<String, Failure> {
        let folder = self.session.settings.migrations();
        self.migrations = Migrations::create(&folder, self.dialect)?;
        let draft = Draft {
            what_for: self.words.name.clone().unwrap_or_else(|| name::of(changes)),
            now: Utc::now(),
            up: if changes.is_empty() { BY_HAND.to_owned() } else { made.plan.up_sql() },
            down: (!changes.is_empty()).then(|| made.plan.down_sql()),
            schema: settled,
        };
        Ok(self.migrations.add(&folder, &draft)?.name.to_string())
    }

    async fn apply(&mut self, made: &Made, name: &str) -> Result<(), Failure> {
        if made.adopted {
            let fingerprint = self.migrations.get(name).map(orm_migrate::folder::Migration::fingerprint);
            journal::mark_applied(&mut self.connection, name, &fingerprint.unwrap_or_default()).await?;
            self.session
                .output
                .say("the database has all of this already: the migration is recorded as applied");
            return Ok(());
        }
        match history::apply(self.session, &mut self.connection, &self.migrations).await {
            Ok(deployed) => {
                self.history.deployed.applied.extend(deployed.applied);
                Ok(())
            }
            Err(failure) => Err(self.take_back(name, failure).await),
        }
    }

    /// Takes a migration that failed off the folder again, unless a part of it has run.
    async fn take_back(&mut self, name: &str, failure: Failure) -> Failure {
        let journal = journal::Journal::read(&mut self.connection).await;
        if journal.is_ok_and(|journal| journal.entry(name).is_none())
            && self.migrations.remove(&self.session.settings.migrations(), name).is_ok()
        {
            return failure.note(
                "the migration was not kept: change the models, or edit its SQL after `--create-only`",
            );
        }
        failure.note(format!("migration `{name}` stays: edit it, then run `orm migrate dev` again"))
    }

    fn unchanged(&self) -> Outcome {
        Outcome::done(self.object(Value::Null))
            .nothing_to_do("the models have not changed since the last migration")
    }

    fn outcome(&self, made: &Made, name: &str) -> Outcome {
        let folder = tidy(&self.session.settings.migrations().join(name));
        self.session.output.product(&format!("{folder}\n"));
        let json = self.object(json!({
            "name": name,
            "folder": folder,
            "applied": !self.words.create_only,
            "adopted": made.adopted,
            "steps": made.plan.steps.iter().map(step_json).collect::<Vec<_>>(),
            "losses": made.evidence.losses,
            "obstacles": made.evidence.obstacles,
        }));
        Outcome::done(json).next(if self.words.create_only {
            format!("edit `{folder}/up.sql`, then `orm migrate dev` applies it")
        } else {
            format!("commit `{folder}` and `orm.lock`; `orm migrate deploy` applies it elsewhere")
        })
    }

    fn object(&self, migration: Value) -> Value {
        json!({
            "database": self.target.options.to_string(),
            "applied": self.history.deployed.applied,
            "warnings": self.history.deployed.warnings,
            "drift": self.history.drift.iter().map(status::described).collect::<Vec<_>>(),
            "lint": self.history.lint,
            "migration": migration,
        })
    }
}
