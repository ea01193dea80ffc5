//! The models for SeaORM: the dense entity format and the entity loader, as its README shows them.

use super::{
    project::Library,
    shape::{Kind, Model},
};

pub(super) const LIBRARY: Library = Library {
    name: "sea-orm",
    dependencies: r#"sea-orm = { version = "2", default-features = false, features = ["macros", "runtime-tokio", "sqlx-sqlite"] }"#,
    model,
    root: |_| String::new(),
};

fn model(model: &Model) -> String {
    let Model { module, parent: (parent, _), child: (child, _), limit, .. } = model;
    let fields = model.fields(|kind| match kind {
        Kind::Key => "#[sea_orm(primary_key)]",
        Kind::UniqueText => "#[sea_orm(unique)]",
        _ => "",
    });
    format!(
        "use sea_orm::{{entity::prelude::*, QueryOrder, QuerySelect}};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = \"{module}\")]
pub struct Model {{
{fields}    #[sea_orm(belongs_to, from = \"parent_id\", to = \"id\")]
    pub parent: HasOne<crate::{parent}::Entity>,
    #[sea_orm(has_many)]
    pub children: HasMany<crate::{child}::Entity>,
}}

impl ActiveModelBehavior for ActiveModel {{}}

pub async fn filtered(db: &DatabaseConnection) -> Result<Vec<Model>, DbErr> {{
    let rows = Entity::find().filter(COLUMN.rank.gte(18)).filter(COLUMN.title.eq(\"x\"));
    rows.order_by_desc(COLUMN.id).limit({limit}).all(db).await
}}

pub async fn selected(db: &DatabaseConnection) -> Result<Vec<(i64, String)>, DbErr> {{
    let rows = Entity::find().filter(COLUMN.remark.is_null());
    rows.select_only().columns([Column::Id, Column::Title]).into_tuple().all(db).await
}}

pub async fn related(db: &DatabaseConnection) -> Result<Vec<ModelEx>, DbErr> {{
    Entity::load().with(crate::{child}::Entity).all(db).await
}}
"
    )
}
