include!("models.in");

fn main() {
    let _ = User::query().filter(|u| u.bio.eq(None));
}
