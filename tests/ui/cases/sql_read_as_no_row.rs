include!("models.in");

#[derive(Clone, Projection)]
#[orm(model = User)]
struct Page {
    name: String,
    #[orm(with = |u| u.posts)]
    posts: Vec<Post>,
}

async fn pages(db: &Db) -> orm::Result<Vec<Page>> {
    orm::sql!("SELECT name FROM users").all(db).await
}

fn main() {}
