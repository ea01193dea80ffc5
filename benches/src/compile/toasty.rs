//! The models for Toasty, as its README and its guide show them.

use super::{
    project::Library,
    shape::{Kind, Model},
};

pub(super) const LIBRARY: Library = Library {
    name: "toasty",
    dependencies: r#"toasty = { version = "0.11", features = ["sqlite"] }"#,
    model,
    root: |_| String::new(),
};

fn model(model: &Model) -> String {
    let Model { name, parent, child, limit, .. } = model;
    let (parent, child) = (path(parent), path(child));
    let fields = model.fields(|kind| match kind {
        Kind::Key => "#[key] #[auto]",
        Kind::Parent => "#[index]",
        Kind::UniqueText => "#[unique]",
        _ => "",
    });
    format!(
        "#[derive(Debug, toasty::Model)]
pub struct {name} {{
{fields}    #[belongs_to(key = parent_id, references = id)]
    pub parent: toasty::Deferred<{parent}>,
    #[has_many(pair = parent)]
    pub children: toasty::Deferred<Vec<{child}>>,
}}

pub async fn filtered(db: &mut toasty::Db) -> toasty::Result<Vec<{name}>> {{
    let m = {name}::fields();
    let rows = {name}::filter(m.rank().ge(18).and(m.title().eq(\"x\")));
    rows.order_by({name}::fields().id().desc()).limit({limit}).exec(db).await
}}

pub async fn selected(db: &mut toasty::Db) -> toasty::Result<Vec<(i64, String)>> {{
    let m = {name}::fields();
    {name}::filter(m.remark().is_none()).select((m.id(), m.title())).exec(db).await
}}

pub async fn related(db: &mut toasty::Db) -> toasty::Result<Vec<{name}>> {{
    {name}::all().include({name}::fields().children()).exec(db).await
}}
"
    )
}

fn path((module, name): &(String, String)) -> String {
    format!("crate::{module}::{name}")
}
