include!("models.in");

fn main() {
    let _ = Log::find(1);
}
