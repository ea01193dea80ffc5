include!("models.in");

fn main() {
    let _ = User::query().select(|u| u.age.over(orm::window()));
}
