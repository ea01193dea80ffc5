include!("models.in");

fn main() {
    let _ = User::insert(NewUser { email: "a@x".into() });
}
