//! A program that carries its migrations with it: it brings its database up to date and checks it when it starts.
//!
//! `examples/embedded/migrations` was written by
//! `orm migrate dev --models examples/embedded.rs --migrations examples/embedded/migrations`.

#![allow(clippy::print_stdout, reason = "an example tells its story on stdout")]

use orm::{migrate::Verify, prelude::*};

/// How far a task has come: a column of this type takes nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum State {
    /// Not begun.
    Open,
    /// Finished.
    Done,
}

/// The number of a task, which no other number is mistaken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub struct Priority(i32);

/// Something to do.
#[derive(Debug, Clone, Model)]
pub struct Task {
    /// The primary key.
    pub id: i64,
    /// What is to be done.
    #[orm(max_len = 80)]
    pub title: String,
    /// How far it has come.
    #[orm(default = "open", index)]
    pub state: State,
    /// How much it matters.
    pub priority: Option<Priority>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect("sqlite::memory:").await?;
    // The same lock, journal and checks as `orm migrate deploy`.
    let deployed = orm::migrate!("embedded/migrations").deploy(&db).await?;
    println!("deployed {:?}", deployed.applied);
    // Every model of this crate, found by a scan and held against the compiler's own knowledge.
    db.verify(orm::models!()).await?;

    let task = Task::insert(NewTask { title: "Read the README".into() }).exec(&db).await?;
    task.update(|t| (t.state.set(State::Done), t.priority.set(Priority(1)))).exec(&db).await?;
    for task in Task::query().filter(|t| t.state.eq(State::Done)).all(&db).await? {
        println!("done: {} {:?}", task.title, task.priority);
    }
    Ok(())
}
