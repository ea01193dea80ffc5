//! What is said when no connection can be made.

use std::time::Duration;

use orm_core::{ConnectOptions, Db, ErrorKind};

async fn refused(url: &str) -> (ErrorKind, String) {
    let options = match ConnectOptions::parse(url) {
        Ok(options) => options.connect_timeout(Duration::from_secs(2)),
        Err(error) => return (error.kind(), error.to_string()),
    };
    let error = Db::connect_with(options).await.unwrap_err();
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn a_wrong_url_is_a_matter_of_configuration() {
    assert_eq!(refused("app.db").await.0, ErrorKind::Configuration);
    assert_eq!(refused("mysql://localhost/x?charset=latin1").await.0, ErrorKind::Configuration);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_file_that_cannot_be_opened_is_explained() {
    let (kind, message) = refused("sqlite:/nowhere/at/all/app.db").await;
    assert_eq!(kind, ErrorKind::Connection);
    assert!(message.contains("its directory does not exist"), "{message}");
    assert!(refused("sqlite:/tmp").await.1.contains("it is a directory"));
    assert!(refused("sqlite:missing.db?create_if_missing=false").await.1.contains("the file does not exist"));
    assert!(refused("sqlite:missing.db?mode=ro").await.1.contains("the file does not exist"));

    let file = super::support::File::new("no_database");
    std::fs::write(&file.0, "this is no database, but it is long enough to be taken for one".repeat(100))
        .unwrap();
    let (kind, message) = refused(&file.url("")).await;
    assert_eq!(kind, ErrorKind::Connection);
    assert!(message.contains("is it a SQLite database"), "{message}");
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_server_that_is_not_there_is_explained() {
    let (kind, message) = refused("postgres://ann:secret@127.0.0.1:1/shop").await;
    assert_eq!(kind, ErrorKind::Connection);
    assert!(message.contains("is the server running") && !message.contains("secret"), "{message}");
    let (kind, message) = refused("postgres:///shop?host=/nowhere").await;
    assert_eq!(kind, ErrorKind::Connection);
    assert!(message.contains("is the server running"), "{message}");
    // 192.0.2.0/24 is for documentation: nobody answers, or the network says so at once.
    let (kind, message) = refused("postgres://192.0.2.1/shop").await;
    assert_eq!(kind, ErrorKind::Connection, "{message}");
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn what_a_server_refuses_is_explained() {
    let Some(url) = super::support::postgres_url() else { return };
    let options = ConnectOptions::parse(&url).unwrap();
    assert!(!options.to_string().contains("secret"));

    let (before, after) = url.rsplit_once('@').unwrap_or(("postgres://postgres", &url[11..]));
    let user = before.split_once("//").unwrap().1.split(':').next().unwrap();
    let address = after.split(['/', '?']).next().unwrap();
    let (kind, message) = refused(&format!("postgres://{user}:wrong-password@{address}/postgres")).await;
    assert_eq!(kind, ErrorKind::Connection);
    assert!(message.contains("check user and password") && !message.contains("wrong-password"), "{message}");

    let (kind, message) = refused(&format!("{before}@{address}/no_such_database")).await;
    assert_eq!(kind, ErrorKind::Connection);
    assert!(message.contains("create the database"), "{message}");

    #[cfg(not(feature = "tls"))]
    {
        let (kind, message) = refused(&format!("{before}@{address}/postgres?sslmode=require")).await;
        assert_eq!(kind, ErrorKind::Configuration);
        assert!(message.contains("add the feature `tls`"), "{message}");
    }
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn a_mariadb_server_that_is_not_there_is_explained() {
    for url in ["mysql://ann:secret@127.0.0.1:1/shop", "mariadb://ann:secret@localhost/shop?socket=/nowhere"]
    {
        let (kind, message) = refused(url).await;
        assert_eq!(kind, ErrorKind::Connection);
        assert!(message.contains("is the server running") && !message.contains("secret"), "{message}");
    }
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn what_a_mariadb_server_refuses_is_explained() {
    let Some(url) = super::support::mariadb_url() else { return };
    let (before, after) = url.rsplit_once('@').unwrap();
    let user = before.split_once("//").unwrap().1.split(':').next().unwrap();
    let address = after.split(['/', '?']).next().unwrap();
    let (kind, message) = refused(&format!("mariadb://{user}:wrong-password@{address}/")).await;
    assert_eq!(kind, ErrorKind::Connection);
    assert!(message.contains("check user and password") && !message.contains("wrong-password"), "{message}");

    let (kind, message) = refused(&format!("{before}@{address}/no_such_database")).await;
    assert_eq!(kind, ErrorKind::Connection);
    assert!(message.contains("create the database"), "{message}");
}
