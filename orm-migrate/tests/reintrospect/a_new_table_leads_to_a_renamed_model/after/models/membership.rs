use orm::prelude::*;

use super::{Member, Teams};

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(team_id, user_id))]
pub struct Membership {
    #[orm(belongs_to(team: Teams))]
    pub team_id: i64,
    #[orm(belongs_to(user: Member))]
    pub user_id: i64,
}
