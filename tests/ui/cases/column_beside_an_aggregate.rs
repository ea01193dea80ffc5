include!("models.in");

fn main() {
    let _ = User::query().aggregate(|u| (u.name, count()));
}
