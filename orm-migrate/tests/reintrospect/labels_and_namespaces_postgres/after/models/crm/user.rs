use orm::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(namespace = "crm")]
pub struct User {
    #[orm(belongs_to(user: super::super::User))]
    pub id: i64,
}
