    #[tokio::test]
    async fn the_migrations_make_what_the_models_say() -> Result<(), Box<dyn std::error::Error>> {
        let db = orm::Db::connect("sqlite::memory:").await?;
        orm::migrate!("{migrations}").deploy(&db).await?;
        Ok(db.verify(orm::models!()).await?)
    }
