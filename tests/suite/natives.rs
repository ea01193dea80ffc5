//! Types that only their database knows, under fields of ordinary Rust types.

/// What PostgreSQL writes and reads as text, or as the type of the field.
mod on_postgres {
    use orm::{Result, prelude::*};
    use orm_schema::Schema;
    use rust_decimal::Decimal;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[orm(has_many(children: NativeChild.host))]
    struct Native {
        #[orm(primary_key, type = "inet")]
        address: String,
        #[orm(type = "interval")]
        wait: String,
        #[orm(type = "int4range")]
        range: Option<String>,
        #[orm(type = "tsvector")]
        words: Option<String>,
        #[orm(type = "xml")]
        page: Option<String>,
        #[orm(type = "money")]
        price: Option<Decimal>,
        #[orm(type = "point")]
        place: Option<String>,
        #[orm(type = "macaddr[]")]
        cards: Option<Vec<String>>,
        #[orm(type = "bit varying(5)")]
        bits: Option<String>,
        #[orm(type = "time with time zone")]
        at: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    struct NativeChild {
        id: i64,
        #[orm(belongs_to(host: Native), type = "inet")]
        host_address: String,
    }

    /// With types that the server itself converts, beside an array.
    #[derive(Debug, Clone, PartialEq, Model)]
    struct Plain {
        id: i64,
        #[orm(type = "json")]
        raw: Option<Json<Vec<i32>>>,
        #[orm(type = "varchar(3)")]
        short: Option<String>,
        #[orm(type = "numeric(10,2)")]
        exact: Option<Decimal>,
        words: Option<Vec<String>>,
    }

    fn natives() -> Schema {
        orm_tests::schema_of(&[Native::TABLE, NativeChild::TABLE, Plain::TABLE])
    }

    fn whole(address: &str, wait: &str) -> Native {
        let some = |text: &str| Some(text.to_owned());
        Native {
            address: address.to_owned(),
            wait: wait.to_owned(),
            range: some("[1,5)"),
            words: some("'cat' 'mat'"),
            page: some("<a>b</a>"),
            price: Some(Decimal::new(1250, 2)),
            place: some("(1,2)"),
            cards: Some(vec!["08:00:2b:01:02:03".to_owned()]),
            bits: some("101"),
            at: some("04:05:06+02"),
        }
    }

    fn bare(address: &str, wait: &str) -> Native {
        Native {
            range: None,
            words: None,
            page: None,
            price: None,
            place: None,
            cards: None,
            bits: None,
            at: None,
            ..whole(address, wait)
        }
    }

    orm_tests::on_database!(postgres, Postgres, natives:
        values_come_back_as_the_server_prints_them,
        a_column_is_compared_and_sorted_in_its_own_type,
        a_key_of_such_a_type_is_found_and_followed,
        values_are_changed_and_returned,
        a_column_is_read_in_subqueries_as_anywhere,
        a_joined_row_gives_its_values,
        what_would_have_been_inserted_is_compared,
        many_rows_get_values_beside_arrays);

    async fn values_come_back_as_the_server_prints_them(db: Db) -> Result<()> {
        let (one, two) = (whole("10.0.0.1/32", "01:00:00"), bare("10.0.0.2/32", "2 days"));
        assert_eq!(Native::insert(one.clone()).exec(&db).await?, one);
        Native::insert_many(vec![two.clone(), whole("10.0.0.3", "1 mon")]).exec(&db).await?;
        assert_eq!(Native::find("10.0.0.1".to_owned()).one(&db).await?, one);
        let all = Native::query().order_by(|n| n.address.asc()).all(&db).await?;
        assert_eq!(all[1], two);
        assert_eq!(all[2].wait, "1 mon");
        Ok(())
    }

    async fn a_column_is_compared_and_sorted_in_its_own_type(db: Db) -> Result<()> {
        for (address, wait) in [("10.0.0.10", "10 days"), ("10.0.0.9", "9 days"), ("10.0.0.100", "36:00:00")]
        {
            Native::insert(bare(address, wait)).exec(&db).await?;
        }
        let by_address = Native::query().order_by(|n| n.address.asc()).select(|n| n.address).all(&db).await?;
        // An inet is cast to text with its mask (functions-net.html).
        assert_eq!(by_address, ["10.0.0.9/32", "10.0.0.10/32", "10.0.0.100/32"]);
        let short = Native::query().filter(|n| n.wait.lt("2 days".to_owned())).count(&db).await?;
        assert_eq!(short, 1);
        let longest = Native::query().aggregate(|n| n.wait.max()).one(&db).await?;
        assert_eq!(longest.as_deref(), Some("10 days"));
        let found =
            Native::query().filter(|n| n.address.is_in(["10.0.0.9/32", "10.0.0.100"])).count(&db).await?;
        assert_eq!(found, 2);
        let texts = Native::query().filter(|n| n.address.contains("0.10")).count(&db).await?;
        assert_eq!(texts, 2);
        let distinct = Native::query().select(|n| n.wait).distinct().all(&db).await?;
        assert_eq!(distinct.len(), 3);
        Ok(())
    }

    async fn a_key_of_such_a_type_is_found_and_followed(db: Db) -> Result<()> {
        let host = Native::insert(bare("10.1.0.1", "1 day")).exec(&db).await?;
        for _ in 0..2 {
            NativeChild::insert(NewNativeChild { host_address: "10.1.0.1/32".into() }).exec(&db).await?;
        }
        let loaded = Native::query().with(|n| n.children).all(&db).await?;
        assert_eq!(loaded[0].1.len(), 2);
        let parents = NativeChild::query().with(|c| c.host).all(&db).await?;
        assert_eq!(parents[1].1, host);
        let joined = NativeChild::query().join(|c| c.host).select(|(c, h)| (c.id, h.wait)).all(&db).await?;
        assert_eq!(joined.len(), 2);
        let hosts = Native::query().filter(|n| n.children.any(|c| c.id.gt(0))).count(&db).await?;
        assert_eq!(hosts, 1);
        Ok(())
    }

    async fn values_are_changed_and_returned(db: Db) -> Result<()> {
        let host = Native::insert(bare("10.2.0.1", "1 day")).exec(&db).await?;
        host.update(|n| (n.wait.set("3 days".to_owned()), n.range.set(Some("[2,3)".to_owned()))))
            .exec(&db)
            .await?;
        let changed = Native::query()
            .filter(|n| n.address.eq("10.2.0.1".to_owned()))
            .update(|n| n.bits.set(Some("11".to_owned())))
            .returning(&db)
            .await?;
        assert_eq!((changed[0].wait.as_str(), changed[0].bits.as_deref()), ("3 days", Some("11")));
        Native::insert(bare("10.2.0.1", "4 days"))
            .on_conflict(|n| n.address)
            .do_update(|old, new| old.wait.set(new.wait))
            .exec(&db)
            .await?;
        assert_eq!(Native::query().one(&db).await?.wait, "4 days");
        let deleted = Native::query().order_by(|n| n.address.asc()).limit(1).delete().returning(&db).await?;
        assert_eq!(deleted[0].range.as_deref(), Some("[2,3)"));
        Ok(())
    }

    async fn a_column_is_read_in_subqueries_as_anywhere(db: Db) -> Result<()> {
        for address in ["10.0.0.1", "10.0.0.2"] {
            Native::insert(bare(address, "1 day")).exec(&db).await?;
        }
        NativeChild::insert(NewNativeChild { host_address: "10.0.0.1".into() }).exec(&db).await?;
        let first = || Native::query().filter(|n| n.address.contains("0.1/"));
        let cut = first().order_by(|n| n.wait.asc()).limit(1);
        assert_eq!(cut.update(|n| n.bits.set("1")).exec(&db).await?, 1);
        let distinct = first().order_by(|n| n.address.asc()).distinct().limit(1);
        assert_eq!(distinct.update(|n| n.bits.set("11")).exec(&db).await?, 1);
        let other = Native::query().filter(|n| n.address.eq("10.0.0.2"));
        assert_eq!(first().union_all(other).count(&db).await?, 2);
        let joined = Native::query().join_query(first(), |(one, other)| one.address.eq(other.address));
        assert_eq!(joined.select(|(_, other)| other).one(&db).await?.bits.as_deref(), Some("11"));
        let children = NativeChild::query().join(|c| c.host).filter(|(_, h)| h.address.contains("0.1/"));
        assert_eq!(children.delete().exec(&db).await?, 1);
        Ok(())
    }

    async fn a_joined_row_gives_its_values(db: Db) -> Result<()> {
        let (one, two) = (bare("10.0.0.1", "1 day"), bare("10.0.0.2", "2 days"));
        Native::insert_many([one, two]).exec(&db).await?;
        let pair = Native::query().join_on::<Native>(|(one, two)| one.wait.lt(two.wait));
        let update = pair.clone().update(|(one, two)| {
            (
                one.wait.set(two.wait.upper().concat(" 1 hour")),
                one.range.set("[2,3)"),
                one.bits.set(two.bits.or("11")),
            )
        });
        assert_eq!(update.exec(&db).await?, 1);
        let changed = Native::find("10.0.0.1").one(&db).await?;
        let read = (changed.wait.as_str(), changed.range.as_deref(), changed.bits.as_deref());
        assert_eq!(read, ("2 days 01:00:00", Some("[2,3)"), Some("11")));
        Ok(())
    }

    async fn what_would_have_been_inserted_is_compared(db: Db) -> Result<()> {
        Native::insert(bare("10.2.0.1", "1 day")).exec(&db).await?;
        let upsert = |wait| {
            Native::insert(bare("10.2.0.1", wait)).on_conflict(|n| n.address).do_update_if(
                |old, new| old.wait.lt(new.wait).and(new.address.contains("0.1/")),
                |old, new| (old.wait.set(new.wait), old.range.set(new.range), old.bits.set(new.bits.or("1"))),
            )
        };
        assert_eq!(upsert("36:00:00").exec(&db).await?.map(|n| n.wait).as_deref(), Some("36:00:00"));
        assert!(upsert("1 day").exec(&db).await?.is_none());
        Ok(())
    }

    async fn many_rows_get_values_beside_arrays(db: Db) -> Result<()> {
        Plain::insert_many([NewPlain {}, NewPlain {}]).exec(&db).await?;
        let ids = Plain::query().order_by(|p| p.id.asc()).select(|p| p.id).all(&db).await?;
        let some = (
            Some(Json(vec![1, 2])),
            Some("abc".to_owned()),
            Some(Decimal::new(12_345, 3)),
            Some(vec!["a'".to_owned()]),
        );
        let rows = [(ids[0], some), (ids[1], (None, None, None, None))];
        assert_eq!(Plain::update_many(rows, |p| (p.raw, p.short, p.exact, p.words)).exec(&db).await?, 2);
        let changed = Plain::find(ids[0]).one(&db).await?;
        assert_eq!(
            (changed.raw, changed.exact.map(|exact| exact.to_string())),
            (Some(Json(vec![1, 2])), Some("12.35".into()))
        );
        assert_eq!((changed.short.as_deref(), changed.words), (Some("abc"), Some(vec!["a'".to_owned()])));
        let long = [(ids[0], (Some("abcd".to_owned()), None))];
        assert!(Plain::update_many(long, |p| (p.short, p.words)).exec(&db).await.is_err());
        Ok(())
    }
}

/// What the database computes is read, and never written.
mod generated {
    use orm::{Result, prelude::*};
    use orm_schema::Schema;

    #[derive(Debug, Clone, PartialEq, Model)]
    struct OrderLine {
        id: i64,
        price: i32,
        amount: i32,
        #[orm(generated = "price * amount")]
        total: Option<i32>,
    }

    fn lines() -> Schema {
        orm_tests::schema_of(&[OrderLine::TABLE])
    }

    orm_tests::portable!(lines: a_generated_column_is_read_and_left_out_of_inserts);

    async fn a_generated_column_is_read_and_left_out_of_inserts(db: Db) -> Result<()> {
        let line = OrderLine::insert(NewOrderLine { price: 3, amount: 4 }).exec(&db).await?;
        assert_eq!(line.total, Some(12));
        let copy = OrderLine { id: line.id + 1, price: 5, ..line.clone() };
        assert_eq!(OrderLine::insert(copy).exec(&db).await?.total, Some(20));
        OrderLine::insert_many(vec![
            OrderLine { id: 9, ..line.clone() },
            OrderLine { id: 10, ..line.clone() },
        ])
        .exec(&db)
        .await?;
        line.update(|l| l.amount.set(10)).exec(&db).await?;
        let sum = OrderLine::query().aggregate(|l| l.total.sum()).one(&db).await?;
        assert_eq!(sum, Some(30 + 20 + 12 + 12));
        Ok(())
    }
}

/// What MariaDB has beside the types of the map.
mod on_mariadb {
    use chrono::NaiveTime;
    use orm::{Result, prelude::*};
    use orm_schema::Schema;

    #[derive(Debug, Clone, PartialEq, Model)]
    struct Native {
        id: i64,
        #[orm(type = "set('a','b','c')")]
        letters: String,
        #[orm(type = "year")]
        year: i16,
        #[orm(type = "bit(10)")]
        bits: Vec<u8>,
        #[orm(type = "inet6")]
        address: String,
        #[orm(type = "point")]
        place: Vec<u8>,
        #[orm(type = "mediumint unsigned")]
        medium: u32,
        #[orm(type = "time(3)")]
        at: NaiveTime,
        #[orm(type = "char(3)")]
        code: String,
        #[orm(type = "tinytext")]
        note: Option<String>,
    }

    fn natives() -> Schema {
        orm_tests::schema_of(&[Native::TABLE])
    }

    orm_tests::on_database!(mariadb, MariaDb, natives: values_of_its_own_types_come_back);

    async fn values_of_its_own_types_come_back(db: Db) -> Result<()> {
        // The reference system, the byte order, the kind of a point, and its two coordinates.
        let place =
            [&[0, 0, 0, 0, 1, 1, 0, 0, 0][..], &1.0_f64.to_le_bytes(), &2.0_f64.to_le_bytes()].concat();
        let row = Native {
            id: 1,
            letters: "a,c".to_owned(),
            year: 2026,
            bits: vec![2, 3],
            address: "2001:db8::1".to_owned(),
            place,
            medium: 16_777_215,
            at: NaiveTime::from_hms_milli_opt(23, 59, 59, 125).unwrap(),
            code: "abc".to_owned(),
            note: None,
        };
        assert_eq!(Native::insert(row.clone()).exec(&db).await?, row);
        let found = Native::query().filter(|n| n.address.eq("2001:db8::1")).one(&db).await?;
        assert_eq!(found, row);
        found.update(|n| (n.letters.set("b"), n.bits.set(vec![0, 1]))).exec(&db).await?;
        assert_eq!(Native::query().filter(|n| n.letters.eq("b")).count(&db).await?, 1);
        Ok(())
    }
}
