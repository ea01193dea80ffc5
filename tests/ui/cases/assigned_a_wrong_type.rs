include!("models.in");

fn main() {
    let _ = User::query().update(|u| u.age.set("31"));
}
