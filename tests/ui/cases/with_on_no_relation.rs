include!("models.in");

fn main() {
    let _ = User::query().with(|u| u.name);
}
