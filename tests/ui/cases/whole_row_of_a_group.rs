include!("models.in");

fn main() {
    let _ = Post::query().group_by(|p| p.author_id).select(|author, p| (author, p));
}
