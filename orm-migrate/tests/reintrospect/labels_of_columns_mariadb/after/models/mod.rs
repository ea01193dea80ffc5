use orm::prelude::*;

mod enums;
mod log;

pub use enums::*;
pub use log::*;

/// Whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum State {
    On,
    Off,
    #[orm(label = "gone away")]
    GoneAway,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct User {
    pub id: i64,
    #[orm(default = "off")]
    pub state: State,
    /// No enum of ours.
    #[orm(type = "enum('a','b','c')")]
    pub level: String,
    #[orm(type = "set('x','y')")]
    pub bag: Option<String>,
    pub size: Option<UserSize>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(index(title, name = "by_title"))]
pub struct Post {
    pub id: i64,
    pub state: Option<State>,
    #[orm(belongs_to(user: User))]
    pub user_id: i64,
    pub old_state: Option<State>,
    #[orm(max_len = 80)]
    pub title: String,
}
