include!("models.in");

fn main() {
    let _ = User::query().select(|u| u.name.round());
}
