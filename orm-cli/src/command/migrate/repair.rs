//! Drift is repaired, not reset: adopted into a migration, reverted, or ignored from now on.

use std::fs;

use chrono::Utc;
use orm_core::Connection;
use orm_migrate::{
    Change, DeployOptions, Dialect, DiffOptions, Migrations, Plan,
    carry_over::Origin,
    diff, evidence,
    executor::{
        Event, apply_repair,
        drift::{self, Drifted},
    },
    folder::{Draft, Migration},
    inspect, journal, normalise, plan,
};
use orm_schema::Schema;
use serde_json::{Value, json};

use crate::{
    args::{Dev, Repair},
    command::{besides::carried, consent, models::Models},
    config,
    failure::{Code, Failure, Report, tidy},
    prompt,
    session::Session,
};

/// What became of the drift, by what was drifted.
#[derive(Debug, Default)]
pub(super) struct Repaired {
    /// The migration that has adopted some.
    pub(super) migration: Option<String>,
    pub(super) adopted: Vec<String>,
    pub(super) reverted: Vec<String>,
    pub(super) ignored: Vec<String>,
}

impl Repaired {
    /// The differences that are still there.
    pub(super) fn left_of(&self, found: Vec<Change>) -> Vec<Change> {
        let all = [&self.adopted, &self.reverted, &self.ignored];
        let is_repaired = |change: &Change| {
            drift::grouped(std::slice::from_ref(change))
                .iter()
                .any(|group| all.iter().any(|list| list.contains(&group.what)))
        };
        found.into_iter().filter(|change| !is_repaired(change)).collect()
    }

    pub(super) fn json(&self) -> Value {
        json!({ "adopted": self.adopted, "reverted": self.reverted, "ignored": self.ignored })
    }
}

/// A database whose history is in order, and what it has besides.
pub(super) struct Drift<'a> {
    pub(super) session: &'a Session,
    pub(super) words: &'a Dev,
    pub(super) dialect: Dialect,
    pub(super) connection: &'a mut Connection,
    pub(super) migrations: &'a mut Migrations,
}

impl Drift<'_> {
    /// Does what was decided of each, by the words or by a person.
    pub(super) async fn repair(mut self, found: &[Change]) -> Result<Repaired, Failure> {
        let (mut adopt, mut revert, mut ignore, mut left) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for drifted in drift::grouped(found) {
            match self.decision(&drifted).await {
                Some(Repair::Adopt) => adopt.push(drifted),
                Some(Repair::Revert) => revert.push(drifted),
                Some(Repair::Ignore) => ignore.push(drifted),
                None => left.push(drifted),
            }
        }
        self.leave(&left);
        let names = |list: &[Drifted]| list.iter().map(|drifted| drifted.what.clone()).collect::<Vec<_>>();
        let mut repaired = Repaired {
            migration: None,
            adopted: names(&adopt),
            reverted: names(&revert),
            ignored: names(&ignore),
        };
        self.ignore(&ignore)?;
        self.revert(&revert).await?;
        repaired.migration = self.adopt(&adopt).await?;
        Ok(repaired)
    }

    /// Said to whoever was asked; who cannot be was told of the drift.
    fn leave(&self, chosen: &[Drifted]) {
        if self.session.settings.can_ask() {
            for drifted in chosen {
                let what = &drifted.what;
                self.session
                    .output
                    .say(&format!("{what} stays as it is: the next `orm migrate dev` asks again"));
            }
        }
    }

    async fn decision(&self, drifted: &Drifted) -> Option<Repair> {
        if self.words.drift.is_some() || !self.session.settings.can_ask() {
            return self.words.drift;
        }
        let question = format!(
            "{} differs from its history: adopt it into a migration, revert it, or ignore it?",
            drifted.what
        );
        let words = [("adopt", Repair::Adopt), ("revert", Repair::Revert), ("ignore", Repair::Ignore)];
        prompt::one_of(&self.session.output, &question, &words).await
    }

    async fn live(&mut self) -> Result<Schema, Failure> {
        Ok(normalise(self.dialect, inspect(self.connection).await?.schema))
    }

    fn history(&self) -> Schema {
        normalise(self.dialect, self.migrations.schema())
    }

    /// Written down in `orm.toml`, whose other lines stay as they are.
    fn ignore(&self, chosen: &[Drifted]) -> Result<(), Failure> {
        let objects: Vec<_> = chosen.iter().flat_map(|group| &group.changes).map(drift::object).collect();
        if objects.is_empty() {
            return Ok(());
        }
        let path = self.session.settings.config_file();
        let unusable = |why: String| {
            let report =
                Report::new(Code::Config, format!("`{}` cannot be written", path.display())).why(why);
            Failure::of(
                report
                    .fix(format!("write into it by hand: [drift] ignore = {objects:?}"))
                    .file(path.display()),
            )
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unusable(error.to_string())),
        };
        let text = config::ignoring(&text, &objects).map_err(unusable)?;
        orm_migrate::folder::write_file(&path, &text)?;
        for object in &objects {
            self.session.output.say(&format!("{object} is ignored from now on ({})", tidy(&path)));
        }
        Ok(())
    }

    /// The database made what its history says.
    async fn revert(&mut self, chosen: &[Drifted]) -> Result<(), Failure> {
        if chosen.is_empty() {
            return Ok(());
        }
        let live = self.live().await?;
        let to = drift::only(&live, &self.history(), chosen);
        let changes = diff(self.dialect, &live, &to, &DiffOptions::default()).changes;
        let plan = self.plan(&live, &to, &changes)?;
        let origin = Origin { from: &live, to: &to, changes: &changes, target: None };
        let plan = carried(self.session, self.connection, plan, &origin).await?;
        let counts = evidence::count(self.connection, &plan).await?;
        self.session.output.plan(&plan, &counts);
        consent::refuse_obstacles(&counts, &plan, &Models::default())?;
        let (accepted, otherwise) = (self.words.consent.accept_data_loss, ", or `--drift adopt`");
        consent::to_losses_or(self.session, &counts, accepted, otherwise).await?;
        let mut observe = |event: Event<'_>| self.session.output.event(&event);
        apply_repair(self.connection, &plan, &live, &DeployOptions::default(), &mut observe).await?;
        for drifted in chosen {
            self.session.output.say(&format!("reverted {}", drifted.what));
        }
        Ok(())
    }

    /// A migration that makes elsewhere what is here already.
    async fn adopt(&mut self, chosen: &[Drifted]) -> Result<Option<String>, Failure> {
        if chosen.is_empty() {
            return Ok(None);
        }
        let from = self.history();
        let to = drift::only(&from, &self.live().await?, chosen);
        let found = diff(self.dialect, &from, &to, &DiffOptions::default());
        let plan = self.plan(&from, &to, &found.changes)?;
        let folder = self.session.settings.migrations();
        let draft = Draft {
            what_for: self.words.name.clone().unwrap_or_else(|| "adopt drift".to_owned()),
            now: Utc::now(),
            up: plan.up_sql(),
            down: Some(plan.down_sql()),
            schema: found.settled,
        };
        let migration: Migration = self.migrations.add(&folder, &draft)?.clone();
        journal::mark_applied(self.connection, migration.name.as_str(), &migration.fingerprint()).await?;
        let path = tidy(&folder.join(migration.name.as_str()));
        self.session.output.product(&format!("{path}\n"));
        Ok(Some(migration.name.to_string()))
    }

    fn plan(&self, from: &Schema, to: &Schema, changes: &[Change]) -> Result<Plan, Failure> {
        plan(self.dialect, from, to, changes).map_err(|error| {
            Failure::of(Report::new(Code::Plan, error.to_string()).fix("repair it by hand, table by table"))
        })
    }
}
