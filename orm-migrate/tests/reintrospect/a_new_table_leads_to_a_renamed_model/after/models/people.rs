use orm::prelude::*;

use super::{Membership, Teams};

#[derive(Debug, Clone, Model)]
#[orm(table = "users")]
#[orm(has_many(memberships: Membership.user))]
#[orm(has_many(teams: Teams.owner))]
#[orm(has_many(membership_teams: Teams through Membership.user, Membership.team))]
pub struct Member {
    pub id: i64,
    pub name: String,
    // Nothing else.
}

/// A tool of ours, not a table.
pub struct Team;
