//! The models in the source: their schema, and where each of them stands.

use std::fs;

use orm_migrate::{
    Change,
    source::{Location, Scan, ScannedModel, scan},
};
use orm_schema::{ColumnName, Schema, TableName};

use crate::{
    args::Features,
    failure::{Code, Failure, Place, Report, tidy},
    output::count,
    session::Session,
};

/// What the source says.
#[derive(Debug, Default)]
pub(crate) struct Models {
    scan: Scan,
}

impl Models {
    /// Reads the source, without a build. What may be wrong in it is told at once.
    pub(crate) fn read(session: &Session, features: &Features) -> Result<Self, Failure> {
        let scan = scan(&session.settings.models(features));
        for warning in &scan.warnings {
            session.output.warn(&warning.into());
        }
        if let Some(failure) = Failure::all(scan.errors.iter().map(Report::from).collect()) {
            return Err(failure);
        }
        if scan.models.is_empty() {
            session.output.warn(&no_model());
        }
        let (models, files) = (count(scan.models.len(), "model"), count(scan.files.len(), "file"));
        session.output.detail(&format!("{models} in {files}"));
        Ok(Self { scan })
    }

    /// The schema that they say.
    pub(crate) fn schema(&self) -> Schema {
        self.scan.schema.clone()
    }

    /// Refuses to drop tables whose models may only be hidden from the scan.
    pub(crate) fn refuse_vanished(&self, changes: &[Change], accept_data_loss: bool) -> Result<(), Failure> {
        let gone: Vec<_> = changes.iter().filter_map(dropped).collect();
        if gone.is_empty() {
            return Ok(());
        }
        if let [first, others @ ..] = self.scan.warnings.as_slice() {
            return Err(hidden(&gone, &first.into(), others.iter().map(Report::from)));
        }
        if self.scan.models.is_empty() && !accept_data_loss {
            return Err(no_models(&gone));
        }
        Ok(())
    }

    /// Where a column, or else its table, stands in the source.
    pub(crate) fn place(&self, table: &TableName, column: Option<&ColumnName>) -> Option<Place> {
        let model = self.scan.models.iter().find(|model| model.table == *table)?;
        let field = column.and_then(|column| self.field(model, column));
        Some(match field {
            Some((name, location)) => place(location, name.chars().count()),
            None => {
                let name = model.path.rsplit("::").next().unwrap_or_default();
                place(&model.location, name.chars().count())
            }
        })
    }

    /// Where the column that a text names between backquotes stands.
    pub(crate) fn place_in(&self, tables: &[TableName], text: &str) -> Option<Place> {
        let table = tables.first()?;
        let columns = self.scan.schema.table(table)?.columns.iter();
        let named = columns.map(|column| &column.name).find(|name| text.contains(&format!("`{name}`")));
        self.place(table, named)
    }

    /// Fields are as many as columns, and in their order.
    fn field<'a>(&self, model: &'a ScannedModel, column: &ColumnName) -> Option<&'a (String, Location)> {
        let columns = &self.scan.schema.table(&model.table)?.columns;
        let at = columns.iter().position(|found| found.name == *column)?;
        model.fields.get(at).filter(|_| columns.len() == model.fields.len())
    }
}

fn dropped(change: &Change) -> Option<&TableName> {
    match change {
        Change::DropTable { table } => Some(&table.name),
        _ => None,
    }
}

fn hidden(gone: &[&TableName], first: &Report, others: impl Iterator<Item = Report>) -> Failure {
    let report = Report::new(Code::Vanished, format!("no model of {} was found, but there may be one", list(gone)))
        .why(first.message.clone())
        .fix("make the models plain to see, or name their files in `models` of orm.toml; a table is only dropped when the \
              scan has no warning");
    let report = match &first.place {
        Some(place) => report.place(place.clone()),
        None => report,
    };
    Failure::of(others.fold(report, |report, other| report.note(other.message)))
}

fn no_model() -> Report {
    Report::new(Code::NoModels, "no model was found")
        .why("the scan follows `mod` from src/lib.rs and src/main.rs, or reads what is named")
        .fix("write `mod models;`, or name the models with `--models PATH` or in `models` of orm.toml")
        .file("--models")
}

fn no_models(gone: &[&TableName]) -> Failure {
    let report = Report::new(
        Code::Vanished,
        format!("no model was found at all, and {} would be dropped", list(gone)),
    )
    .why("a wrong folder looks like this, too")
    .fix("name the models with `--models PATH`; if they are gone on purpose, give `--accept-data-loss`")
    .file("--models");
    Failure::of(report)
}

fn list(tables: &[&TableName]) -> String {
    tables.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(", ")
}

fn place(location: &Location, length: usize) -> Place {
    Place {
        file: tidy(&location.file),
        line: Some(location.line),
        column: Some(location.column),
        text: fs::read_to_string(&location.file)
            .ok()
            .and_then(|text| text.lines().nth(location.line.saturating_sub(1)).map(str::to_owned)),
        length,
    }
}
