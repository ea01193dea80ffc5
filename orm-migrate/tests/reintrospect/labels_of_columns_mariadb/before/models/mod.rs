use orm::prelude::*;

/// Whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum State {
    On,
    Off,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct User {
    pub id: i64,
    #[orm(default = "on")]
    pub state: State,
    /// No enum of ours.
    #[orm(type = "enum('a','b')")]
    pub level: Option<String>,
    #[orm(type = "set('x','y')")]
    pub bag: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Post {
    pub id: i64,
    pub state: Option<State>,
    #[orm(belongs_to(user: User))]
    pub user_id: i64,
}
