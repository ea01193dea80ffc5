    /// It deploys to the database of TEST_DATABASE_URL, which should be one for tests.
    #[tokio::test]
    async fn the_migrations_make_what_the_models_say() -> Result<(), Box<dyn std::error::Error>> {
        let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
            eprintln!("left out: TEST_DATABASE_URL names no database");
            return Ok(());
        };
        let db = orm::Db::connect(&url).await?;
        orm::migrate!("{migrations}").deploy(&db).await?;
        Ok(db.verify(orm::models!()).await?)
    }
