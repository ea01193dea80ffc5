include!("models.in");

fn main() {
    let _ = User::query().filter(|u| u.age.max().gt(3));
}
