use chrono::NaiveDate;
use orm::prelude::*;

use super::{Member, Membership};

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "teams")]
#[orm(has_many(memberships: Membership.team))]
#[orm(has_many(members: Member through Membership.team, Membership.user))]
pub struct Teams {
    pub id: i64,
    #[orm(belongs_to(owner: Member))]
    pub owner_id: i64,
    pub made: Option<NaiveDate>,
    #[orm(column = "Member")]
    pub member: Option<String>,
}
