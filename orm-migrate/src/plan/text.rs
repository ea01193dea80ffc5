//! A plan as text for people: `up.sql` and `down.sql`.

use orm_schema::TableName;

use super::Plan;
use crate::step::{Reverse, Step, TransactionNeed, Undo};

/// The line before statements that run in a transaction; a file begins with that.
pub const TRANSACTION: &str = "-- orm: transaction";

/// The line before statements that run outside of any transaction, one by one.
pub const NO_TRANSACTION: &str = "-- orm: no transaction";

/// What begins the line of `down.sql` that says what cannot be undone.
pub(crate) const CANNOT_UNDO: &str = "-- cannot undo: ";

const REBUILD: &str = "-- orm: rebuild ";

/// The line before a rebuild: whoever runs the file turns foreign keys off before the segment's transaction begins, and
/// carries triggers over.
#[must_use]
pub fn rebuild_marker(table: &TableName) -> String {
    format!("{REBUILD}{}", serde_json::Value::from(table.name.as_str()))
}

/// The table that a line says will be rebuilt.
#[must_use]
pub fn parse_rebuild(line: &str) -> Option<TableName> {
    let name: String = serde_json::from_str(line.trim().strip_prefix(REBUILD)?).ok()?;
    Some(TableName::new(name))
}

impl Plan {
    /// The steps as a file for people to read and edit: the same plan gives the same bytes.
    #[must_use]
    pub fn up_sql(&self) -> String {
        let mut file = File::default();
        for step in &self.steps {
            file.step(step);
        }
        file.text
    }

    /// The way back, last step first.
    #[must_use]
    pub fn down_sql(&self) -> String {
        let mut file = File::default();
        for step in self.steps.iter().rev() {
            file.undo(step);
        }
        file.text
    }
}

/// A file while it is written.
#[derive(Default)]
struct File {
    text: String,
    outside: bool,
}

impl File {
    fn step(&mut self, step: &Step) {
        self.segment(step.transaction);
        if let Some(rebuild) = &step.rebuild {
            self.line(&rebuild_marker(&rebuild.table));
        }
        self.comment(&step.summary);
        for loss in &step.data_loss {
            self.comment(&format!("loses {}", loss.what));
        }
        self.statements(&step.sql);
    }

    fn undo(&mut self, step: &Step) {
        match &step.reverse {
            Reverse::By(undo) => self.undo_by(step, undo),
            Reverse::Never { why } => {
                self.gap();
                let what = CANNOT_UNDO.trim_start_matches("-- ");
                self.comment(&format!("{what}{} ({why})", step.summary));
            }
        }
    }

    fn undo_by(&mut self, step: &Step, undo: &Undo) {
        self.segment(undo.transaction);
        if let Some(rebuild) = &undo.rebuild {
            self.line(&rebuild_marker(&rebuild.table));
        }
        self.comment(&format!("undo: {}", step.summary));
        if let Some(loses) = &undo.loses {
            self.comment(loses);
        }
        self.statements(&undo.sql);
    }

    /// Begins a step, and a new segment where its transaction is another one.
    fn segment(&mut self, need: TransactionNeed) {
        self.gap();
        let outside = match need {
            TransactionNeed::Outside => true,
            TransactionNeed::Inside | TransactionNeed::SqliteRebuild => false,
            TransactionNeed::Either => self.outside,
        };
        if outside != self.outside {
            self.line(if outside { NO_TRANSACTION } else { TRANSACTION });
            self.outside = outside;
        }
    }

    fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn statements(&mut self, statements: &[String]) {
        for statement in statements {
            self.line(&format!("{statement};"));
        }
    }

    /// A comment of one line: a name may hold a line break, and what follows it would be SQL.
    fn comment(&mut self, text: &str) {
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.line(&format!("-- {line}"));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}
