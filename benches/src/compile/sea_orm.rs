//! The models for SeaORM: the dense entity format and its loader, as the README of version 2 shows them; and the compact
//! format of version 1, which generates less and is supported on.

use super::{
    project::Library,
    shape::{Kind, Model},
};

pub(super) const DENSE: Library =
    Library { name: "sea-orm", dependencies: DEPENDENCIES, model: dense, root: |_| String::new() };

pub(super) const COMPACT: Library =
    Library { name: "sea-orm-compact", dependencies: DEPENDENCIES, model: compact, root: |_| String::new() };

const DEPENDENCIES: &str = r#"sea-orm = { version = "2", default-features = false, features = ["macros", "runtime-tokio", "sqlx-sqlite"] }"#;

fn dense(model: &Model) -> String {
    let Model { module, parent: (parent, _), child: (child, _), .. } = model;
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

{queries}
pub async fn related(db: &DatabaseConnection) -> Result<Vec<ModelEx>, DbErr> {{
    Entity::load().with(crate::{child}::Entity).all(db).await
}}
",
        fields = fields(model),
        queries = queries(model, ["COLUMN.rank", "COLUMN.title", "COLUMN.id", "COLUMN.remark"]),
    )
}

fn compact(model: &Model) -> String {
    let Model { module, parent: (parent, _), child: (child, _), .. } = model;
    format!(
        "use sea_orm::{{entity::prelude::*, LoaderTrait, QueryOrder, QuerySelect}};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = \"{module}\")]
pub struct Model {{
{fields}}}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {{
    #[sea_orm(belongs_to = \"crate::{parent}::Entity\", from = \"Column::ParentId\", to = \"crate::{parent}::Column::Id\")]
    Parent,
    #[sea_orm(has_many = \"crate::{child}::Entity\")]
    Children,
}}

impl Related<crate::{parent}::Entity> for Entity {{
    fn to() -> RelationDef {{
        Relation::Parent.def()
    }}
}}

impl Related<crate::{child}::Entity> for Entity {{
    fn to() -> RelationDef {{
        Relation::Children.def()
    }}
}}

impl ActiveModelBehavior for ActiveModel {{}}

{queries}
pub async fn related(db: &DatabaseConnection) -> Result<Vec<(Model, Vec<crate::{child}::Model>)>, DbErr> {{
    let parents = Entity::find().all(db).await?;
    let children = parents.load_many(crate::{child}::Entity, db).await?;
    Ok(parents.into_iter().zip(children).collect())
}}
",
        fields = fields(model),
        queries = queries(model, ["Column::Rank", "Column::Title", "Column::Id", "Column::Remark"]),
    )
}

fn fields(model: &Model) -> String {
    model.fields(|kind| match kind {
        Kind::Key => "#[sea_orm(primary_key)]",
        Kind::UniqueText => "#[sea_orm(unique)]",
        _ => "",
    })
}

/// The two queries without a relation; the formats spell columns differently.
fn queries(model: &Model, [rank, title, id, remark]: [&str; 4]) -> String {
    let limit = model.limit;
    format!(
        "pub async fn filtered(db: &DatabaseConnection) -> Result<Vec<Model>, DbErr> {{
    let rows = Entity::find().filter({rank}.gte(18)).filter({title}.eq(\"x\"));
    rows.order_by_desc({id}).limit({limit}).all(db).await
}}

pub async fn selected(db: &DatabaseConnection) -> Result<Vec<(i64, String)>, DbErr> {{
    let rows = Entity::find().filter({remark}.is_null());
    rows.select_only().columns([Column::Id, Column::Title]).into_tuple().all(db).await
}}
"
    )
}
