//! Relations: to a key, to another column, composite, to itself, in a circle, without a constraint.

use orm::prelude::*;

use super::keys::{self, Composite};

#[derive(Debug, Clone, Model)]
#[orm(has_many(books: Book.author), has_one(profile: Profile.author), has_many(mentored: Author.mentor))]
pub(crate) struct Author {
    pub(crate) id: i64,
    #[orm(unique)]
    pub(crate) email: String,
    #[orm(belongs_to(mentor: Author, on_delete = set_null, on_update = cascade))]
    pub(crate) mentor_id: Option<i64>,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Profile {
    #[orm(primary_key, belongs_to(author: Author, on_delete = cascade))]
    pub(crate) author_id: i64,
}

#[derive(Debug, Clone, Model)]
#[orm(has_many(tags: Tag through BookTag.book, BookTag.tag))]
pub(crate) struct Book {
    pub(crate) id: i64,
    #[orm(belongs_to(author: Author.email, on_update = restrict, name = "written_by"), column = "by")]
    pub(crate) author_email: String,
    #[orm(belongs_to(editor: Author, foreign_key = false))]
    pub(crate) editor_id: Option<i64>,
    #[orm(default = 1, belongs_to(owner: super::relations::Author, on_delete = set_default))]
    pub(crate) owner_id: i64,
    #[orm(belongs_to(key: keys::ByNewtype))]
    pub(crate) key_id: keys::Key,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Tag {
    #[orm(primary_key)]
    pub(crate) name: String,
}

#[derive(Debug, Clone, Model)]
#[orm(primary_key(book_id, tag_name))]
pub(crate) struct BookTag {
    #[orm(belongs_to(book: Book, on_delete = cascade))]
    pub(crate) book_id: i64,
    #[orm(belongs_to(tag: Tag, on_delete = no_action))]
    pub(crate) tag_name: String,
}

#[derive(Debug, Clone, Model)]
#[orm(primary_key(order, no))]
#[orm(belongs_to(composite: Composite, (tenant, no), on_delete = cascade))]
pub(crate) struct OrderLine {
    #[orm(column = "order_no")]
    pub(crate) order: i64,
    pub(crate) no: i32,
    pub(crate) tenant: uuid::Uuid,
}

#[derive(Debug, Clone, Model)]
#[orm(belongs_to(
    line: OrderLine,
    (line_no, line_order) = (no, order),
    deferrable = initially_deferred,
    name = "shipment of a line"
))]
pub(crate) struct Shipment {
    pub(crate) id: i64,
    pub(crate) line_order: Option<i64>,
    pub(crate) line_no: Option<i32>,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Chicken {
    pub(crate) id: i64,
    #[orm(belongs_to(egg: Egg, deferrable))]
    pub(crate) egg_id: i64,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Egg {
    pub(crate) id: i64,
    #[orm(belongs_to(chicken: Chicken, deferrable = initially_immediate))]
    pub(crate) chicken_id: Option<i64>,
}
