//! What a connection acts for.

/// What a connection acts for; every statement carries it to the renderer and the driver.
///
/// Nothing yet: tenant, actor, namespace and read preference will be its fields, so that row security, tenants and
/// replicas need no new parameter anywhere.
///
/// ```
/// let context = orm_core::Context::default();
/// assert_eq!(context, orm_core::Context::default());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {}
