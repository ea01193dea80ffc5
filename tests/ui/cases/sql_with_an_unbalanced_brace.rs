fn main() {
    let id = 7;
    let _ = orm::sql!("SELECT name FROM users WHERE id = {id");
    let _ = orm::sql!("SELECT name FROM users WHERE id = id}");
    let _ = orm::sql!("SELECT name FROM users WHERE name = '{id}'");
    let _ = orm::sql!("SELECT name FROM users WHERE name = {id:>3}");
    let _ = orm::sql!("SELECT name FROM users WHERE name = {}", id);
    let _ = orm::sql!("SELECT name FROM users WHERE name = {}");
}
