include!("models.in");

fn main() {
    let _ = Post::update_many([(1, "ten")], |p| p.title);
}
