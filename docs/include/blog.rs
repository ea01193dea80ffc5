use orm::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(posts: Post.author), has_many(edited: Post.editor))]
pub struct User {
    pub id: i64,
    #[orm(unique)]
    pub email: String,
    pub name: String,
    pub bio: Option<String>,
    #[orm(default = 18, check = "age >= 0")]
    pub age: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(comments: Comment.post))]
#[orm(has_many(tags: Tag through PostTag.post, PostTag.tag))]
pub struct Post {
    pub id: i64,
    #[orm(belongs_to(author: User, on_delete = cascade))]
    pub author_id: i64,
    #[orm(belongs_to(editor: User, on_delete = set_null))]
    pub editor_id: Option<i64>,
    pub title: String,
    #[orm(default = 0)]
    pub views: i64,
    pub rating: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Comment {
    pub id: i64,
    #[orm(belongs_to(post: Post, on_delete = cascade))]
    pub post_id: i64,
    #[orm(belongs_to(author: User))]
    pub author_id: i64,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(posts: Post through PostTag.tag, PostTag.post))]
pub struct Tag {
    pub id: i64,
    #[orm(unique)]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(post_id, tag_id))]
pub struct PostTag {
    #[orm(belongs_to(post: Post, on_delete = cascade))]
    pub post_id: i64,
    #[orm(belongs_to(tag: Tag, on_delete = cascade))]
    pub tag_id: i64,
}
