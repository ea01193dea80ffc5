include!("models.in");

async fn all(db: &Db) {
    let _ = User::query().left_join(|u| u.posts).all(db).await;
}

fn main() {
    let _ = all;
}
