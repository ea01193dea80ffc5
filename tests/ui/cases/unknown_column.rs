include!("models.in");

fn main() {
    let _ = User::query().filter(|u| u.emial.eq("a@x"));
}
