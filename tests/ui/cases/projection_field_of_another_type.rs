include!("models.in");

#[derive(Clone, Projection)]
#[orm(model = User)]
struct Card {
    name: String,
    bio: String,
}

fn main() {
    let _ = User::query().load::<Card>();
}
