//! What only MariaDB does.

use orm_core::{ConnectOptions, Connection, Dialect, Value};

use crate::driver::support::mariadb_url;

async fn open(parameters: &str) -> Option<Connection> {
    let url = mariadb_url()?;
    let mark = if url.contains('?') { '&' } else { '?' };
    let options = ConnectOptions::parse(&format!("{url}{mark}{parameters}")).unwrap();
    Some(Connection::open(&options).await.unwrap())
}

#[tokio::test]
async fn the_server_says_which_of_the_two_it_is() {
    let Some(url) = mariadb_url() else { return };
    let url = url.replacen("mariadb:", "mysql:", 1);
    let options = ConnectOptions::parse(&url).unwrap();
    assert_eq!(options.dialect(), Dialect::MySql);
    assert_eq!(Connection::open(&options).await.unwrap().dialect(), Dialect::MariaDb);
}

#[tokio::test]
async fn a_session_is_strict_in_utc_and_sees_assignments_at_once() {
    let Some(mut connection) = open("lock_timeout=1500ms&statement_timeout=250ms").await else { return };
    let sql = "SELECT CONCAT_WS(' ', @@sql_mode, @@time_zone, @@collation_connection, @@innodb_lock_wait_timeout, \
               @@max_statement_time)";
    let settings =
        connection.rows(sql, vec![], |row| Ok(row.text()?.map(|text| text.into_owned()))).await.unwrap();
    let settings = settings[0].clone().unwrap();
    for part in ["STRICT_ALL_TABLES", "SIMULTANEOUS_ASSIGNMENT", " +00:00 utf8mb4_bin 2 0.25"] {
        assert!(settings.contains(part), "{settings}");
    }
}

#[tokio::test]
async fn bound_values_come_back() {
    let Some(mut connection) = open("").await else { return };
    let rows = connection.rows("SELECT ?, ?", vec![Value::I64(7), Value::Text("a'\\b".to_owned())], |row| {
        Ok((row.i64()?, row.text()?.map(|text| text.into_owned())))
    });
    assert_eq!(rows.await.unwrap(), [(Some(7), Some("a'\\b".to_owned()))]);
}
