include!("models.in");

fn main() {
    let users = User::query().join(|u| u.posts).join(|(u, ..)| u.posts).join(|(u, ..)| u.posts).join(|(u, ..)| u.posts);
    let eight = users.join(|(u, ..)| u.posts).join(|(u, ..)| u.posts).join(|(u, ..)| u.posts);
    let _ = eight.join(|(u, ..)| u.posts).select(|(u, ..)| u.name);
}
