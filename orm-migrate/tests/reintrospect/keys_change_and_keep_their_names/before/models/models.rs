use orm::prelude::*;

#[derive(Debug, Clone, Model)]
#[orm(has_many(posts: Post.writer), has_many(edited: Post.editor))]
pub struct User {
    pub id: i64,
    #[orm(unique)]
    pub code: String,
}

#[derive(Debug, Clone, Model)]
#[orm(index(place, name = "p"))]
pub struct Post {
    pub id: i64,
    #[orm(belongs_to(writer: super::models::User))]
    pub user_id: i64,
    #[orm(belongs_to( editor: User.code ))]
    pub editor_code: Option<String>,
    pub place: i32,
    pub line: i32,
}
