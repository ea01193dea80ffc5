include!("models.in");

fn main() {
    let _ = User::query().select(|u| orm::when(u.age.gt(3), "old").otherwise(7));
}
