//! The models for ours.

use super::{
    project::Library,
    shape::{Kind, Model},
};

pub(super) const LIBRARY: Library = Library {
    name: "orm",
    dependencies: r#"orm = { path = "ROOT", default-features = false, features = ["sqlite"] }"#,
    model,
    root: |_| String::new(),
};

fn model(model: &Model) -> String {
    let Model { name, parent, child, limit, .. } = model;
    let (parent, child) = (path(parent), path(child));
    let fields = model.fields(|kind| match kind {
        Kind::Parent => "#[orm(belongs_to(parent: PARENT))]",
        Kind::UniqueText => "#[orm(unique)]",
        _ => "",
    });
    let fields = fields.replace("PARENT", &parent);
    format!(
        "use orm::prelude::*;

#[derive(Debug, Clone, Model)]
#[orm(has_many(children: {child}.parent))]
pub struct {name} {{
{fields}}}

pub async fn filtered(db: &Db) -> orm::Result<Vec<{name}>> {{
    let rows = {name}::query().filter(|m| m.rank.ge(18).and(m.title.eq(\"x\")));
    rows.order_by(|m| m.id.desc()).limit({limit}).all(db).await
}}

pub async fn selected(db: &Db) -> orm::Result<Vec<(i64, String)>> {{
    {name}::query().filter(|m| m.remark.is_null()).select(|m| (m.id, m.title)).all(db).await
}}

pub async fn related(db: &Db) -> orm::Result<Vec<({name}, Vec<{child}>)>> {{
    {name}::query().with(|m| m.children).all(db).await
}}
"
    )
}

fn path((module, name): &(String, String)) -> String {
    format!("crate::{module}::{name}")
}
