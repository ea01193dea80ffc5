include!("models.in");

fn main() {
    let _ = User::query().select(|u| (u.id, orm::row_number()));
}
