include!("models.in");

fn main() {
    let _ = Post::insert_from(User::query().select(|u| (u.id, u.age)), |p| (p.author_id, p.title));
}
