struct Place {
    _latitude: f64,
}

fn main() {
    let place = Place { _latitude: 1.5 };
    let _ = orm::sql!("SELECT name FROM users WHERE place = {place}");
}
