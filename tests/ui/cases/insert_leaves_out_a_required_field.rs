include!("models.in");

#[derive(orm::Insert)]
#[orm(model = User)]
struct SignUp {
    email: String,
}

fn main() {}
