include!("models.in");

fn main() {
    let _ = User::query().join_query(Post::query().with(|p| p.author), |(u, p)| p.author_id.eq(u.id));
}
