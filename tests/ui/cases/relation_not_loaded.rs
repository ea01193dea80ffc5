include!("models.in");

async fn titles(db: &Db) -> orm::Result<Vec<String>> {
    let users = User::query().all(db).await?;
    Ok(users.into_iter().flat_map(|user| user.posts).map(|post: Post| post.title).collect())
}

fn main() {
    let _ = titles;
}
