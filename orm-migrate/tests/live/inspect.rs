//! What inspection says of databases made by hand.

use orm_migrate::{
    inspect,
    scratch::{Scratch, schema_of_sql},
};
use orm_schema::{ColumnType, Deferrable, Identity, IndexKey, ReferentialAction, TableName};

use crate::support::{mariadb_url, memory, postgres_url};

#[tokio::test]
async fn sqlite_tells_constraints_that_stand_only_in_the_text() {
    let mut connection = memory().await;
    let sql = r#"
        CREATE TABLE Parent (Id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT, CONSTRAINT "a b" UNIQUE (a, b)) STRICT;
        CREATE TABLE child (
            "the key" TEXT NOT NULL PRIMARY KEY,
            age INT NOT NULL DEFAULT (1 + 1) CONSTRAINT grown CHECK (age >= 0),
            parent REFERENCES parent ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
            x TEXT DEFAULT NULL, y VARCHAR(20) COLLATE NOCASE DEFAULT 'it''s',
            FOREIGN KEY (x, y) REFERENCES PARENT (A, B) ON UPDATE CASCADE
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX "by age" ON child (age DESC, lower(x)) WHERE age > 3;
        CREATE VIEW v AS SELECT 1; CREATE VIRTUAL TABLE f USING fts5(body);
        CREATE TRIGGER t AFTER DELETE ON child BEGIN SELECT 1; END;
        CREATE TABLE _orm_migration (a);
    "#;
    connection.batch(sql).await.unwrap();
    let inspected = inspect(&mut connection).await.unwrap();
    let names: Vec<_> = inspected.schema.tables.iter().map(|table| table.name.to_string()).collect();
    assert_eq!(names, ["Parent", "child"]);
    let parent = &inspected.schema.tables[0];
    assert!(parent.strict && parent.columns[0].identity == Some(Identity::Autoincrement));
    assert_eq!(parent.uniques[0].name.as_ref().unwrap().as_str(), "a b");
    let child = &inspected.schema.tables[1];
    assert!(child.without_rowid && child.columns[0].identity.is_none());
    assert_eq!(child.columns[4].column_type, ColumnType::Native("VARCHAR(20)".into()));
    assert_eq!(child.columns[4].collation.as_deref(), Some("NOCASE"));
    assert_eq!(child.columns[3].default, None);
    let (first, second) = (&child.foreign_keys[0], &child.foreign_keys[1]);
    assert_eq!((first.table.to_string(), first.references[0].as_str()), ("Parent".into(), "Id"));
    assert_eq!(
        (first.on_delete, first.deferrable),
        (ReferentialAction::SetNull, Deferrable::InitiallyDeferred)
    );
    assert_eq!((second.references[1].as_str(), second.on_update), ("b", ReferentialAction::Cascade));
    assert_eq!(child.checks[0].expression, "age >= 0");
    let index = &child.indexes[0];
    assert!(index.unique && index.predicate.as_deref() == Some("age > 3"));
    assert_eq!(index.parts[1].key, IndexKey::Expression("lower(x)".into()));
    let kinds: Vec<_> = inspected.not_owned.iter().map(|object| object.kind).collect();
    assert_eq!(kinds[..1], ["shadow table"]);
    assert_eq!(kinds[kinds.len() - 3..], ["trigger", "view", "virtual table"]);
}

#[tokio::test]
async fn postgres_tells_keys_defaults_enums_and_indexes() {
    let Some(url) = postgres_url() else { return };
    let sql = r#"
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'so so');
        CREATE SCHEMA other; CREATE TYPE other.kind AS ENUM ('a');
        CREATE TABLE grand2 (a bigint, b bigint, PRIMARY KEY (a, b));
        CREATE TABLE parent (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text, b text, CONSTRAINT "a b" UNIQUE (b, a));
        CREATE TABLE other.child (
            id serial PRIMARY KEY, parent_id bigint REFERENCES parent ON DELETE CASCADE DEFERRABLE, mood mood DEFAULT 'ok',
            kinds other.kind[], price numeric(10,2) NOT NULL CHECK (price > 0), name varchar(20) COLLATE "C",
            total numeric GENERATED ALWAYS AS (price * 2) STORED, CHECK (price < 100 OR name = 'x'));
        CREATE INDEX by_name ON other.child (name DESC NULLS LAST, lower(name)) WHERE price > 3;
        CREATE INDEX special ON other.child (name text_pattern_ops, lower(name) COLLATE "POSIX" DESC) INCLUDE (price, mood)
            WITH (fillfactor = 70);
        CREATE UNIQUE INDEX one ON other.child (price) NULLS NOT DISTINCT;
        COMMENT ON TABLE other.child IS 'It''s a child'; COMMENT ON COLUMN other.child.mood IS 'good?';
        CREATE DOMAIN amount AS numeric(8, 2); CREATE DOMAIN small_amount AS amount CHECK (VALUE < 9);
        CREATE TABLE grand (
            a bigint, b bigint, "some" small_amount, many amount[], PRIMARY KEY (a, b) INCLUDE ("some") DEFERRABLE,
            UNIQUE NULLS NOT DISTINCT ("some"), UNIQUE (b) DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT big CHECK (a > 1) NO INHERIT);
        ALTER TABLE grand ADD CONSTRAINT loose CHECK (b > 1) NOT VALID;
        CREATE TABLE leaf (a bigint, b bigint, FOREIGN KEY (a, b) REFERENCES grand2 MATCH FULL ON DELETE SET NULL (b));
        CREATE TABLE bare ();
        CREATE VIEW v AS SELECT 1; CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    "#;
    let inspected = schema_of_sql(Scratch::Server(&url), sql, "t.sql").await.unwrap();
    let parent = inspected.schema.table(&TableName::new("parent")).unwrap();
    assert_eq!(parent.columns[0].identity, Some(Identity::Always));
    assert_eq!(parent.uniques[0].columns[0].as_str(), "b");
    let child = inspected.schema.table(&TableName::in_namespace("other", "child")).unwrap();
    let column = |name: &str| child.column(&name.into()).unwrap();
    assert_eq!(column("id").identity, Some(Identity::Serial));
    assert_eq!(column("id").default, None);
    assert_eq!(column("mood").column_type, ColumnType::Enum("mood".into()));
    assert!(
        matches!(&column("kinds").column_type, ColumnType::Array(kind) if kind.to_string() == "enum other.kind")
    );
    assert_eq!(column("name").column_type, ColumnType::Native("character varying(20)".into()));
    assert_eq!(column("name").collation.as_deref(), Some("\"C\""));
    let total = column("total").generated.as_ref().unwrap();
    assert_eq!((total.expression.as_str(), total.is_virtual), ("(price * (2)::numeric)", false));
    assert_eq!(child.comment.as_deref(), Some("It's a child"));
    assert_eq!(column("mood").comment.as_deref(), Some("good?"));
    let key = &child.foreign_keys[0];
    assert_eq!((key.table.to_string(), key.deferrable), ("parent".into(), Deferrable::InitiallyImmediate));
    let declared: Vec<_> = child.checks.iter().map(|check| check.columns.len()).collect();
    assert_eq!(declared, [0, 1], "child_check is of the table, child_price_check of its column");
    assert_eq!(child.indexes[0].parts[1].key, IndexKey::Expression("lower((name)::text)".into()));
    assert_eq!(inspected.schema.enums[0].labels, ["sad", "ok", "so so"]);
    let found: Vec<_> =
        inspected.not_owned.iter().map(|object| (object.kind, object.name.as_str())).collect();
    let expected = [
        ("domain", "amount"),
        ("domain", "small_amount"),
        ("function", "f(a integer)"),
        ("table without columns", "bare"),
        ("view", "v"),
    ];
    assert_eq!(found, expected);
    let domains: Vec<_> =
        inspected.domains.iter().map(|(name, base)| (name.as_str(), base.as_str())).collect();
    assert_eq!(domains, [("amount", "numeric(8,2)"), ("small_amount", "numeric(8,2)")]);
    indexes_and_constraints_say_all(&inspected.schema);
}

fn indexes_and_constraints_say_all(schema: &orm_schema::Schema) {
    let child = schema.table(&TableName::in_namespace("other", "child")).unwrap();
    let one = child.indexes.iter().find(|index| index.unique).unwrap();
    assert!(one.nulls_not_distinct);
    let special = child.indexes.iter().find(|index| !index.include.is_empty()).unwrap();
    assert_eq!(special.include, ["price".into(), "mood".into()]);
    assert_eq!(special.parameters.as_deref(), Some("fillfactor=70"));
    assert_eq!(special.parts[0].operator_class.as_deref(), Some("text_pattern_ops"));
    assert_eq!(special.parts[0].collation, None);
    assert_eq!(special.parts[1].collation.as_deref(), Some("\"POSIX\""));
    let grand = schema.table(&TableName::new("grand")).unwrap();
    let key = grand.primary_key.as_ref().unwrap();
    assert_eq!((&key.include[..], key.deferrable), (&["some".into()][..], Deferrable::InitiallyImmediate));
    let nulls: Vec<_> =
        grand.uniques.iter().map(|unique| (unique.nulls_not_distinct, unique.deferrable)).collect();
    assert_eq!(nulls, [(false, Deferrable::InitiallyDeferred), (true, Deferrable::Never)]);
    let checks: Vec<_> = grand.checks.iter().map(|check| (check.no_inherit, check.not_valid)).collect();
    assert_eq!(checks, [(true, false), (false, true)]);
    let leaf = &schema.table(&TableName::new("leaf")).unwrap().foreign_keys[0];
    assert!(leaf.match_full);
    assert_eq!(leaf.on_delete_sets, ["b".into()]);
}

#[tokio::test]
async fn mariadb_tells_keys_defaults_enums_and_what_no_noun_says() {
    let Some(url) = mariadb_url() else { return };
    let sql = r#"
        CREATE TABLE parent (id bigint AUTO_INCREMENT PRIMARY KEY, a varchar(20), b varchar(20), UNIQUE KEY `a b` (b, a));
        CREATE TABLE child (
            id int UNSIGNED PRIMARY KEY, parent_id bigint DEFAULT NULL, mood enum('sad','so so') DEFAULT 'sad', data json,
            price decimal(10,2) NOT NULL DEFAULT 1 CHECK (price > 0), name varchar(20) COLLATE latin1_bin COMMENT 'it''s',
            total decimal(10,2) AS (price * 2) STORED, at datetime DEFAULT now() ON UPDATE now(), body text,
            CONSTRAINT child_check CHECK (price < 100 OR id = 1), CONSTRAINT child_id_check CHECK (id < 9),
            FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE, FULLTEXT KEY words (body),
            KEY by_name (name(5) DESC, id));
        CREATE VIEW v AS SELECT 1; CREATE SEQUENCE s; CREATE FUNCTION f(a int) RETURNS int RETURN 1;
        CREATE TRIGGER t BEFORE INSERT ON child FOR EACH ROW BEGIN SET NEW.id = 1; SET NEW.price = 2; END;
    "#;
    let inspected = schema_of_sql(Scratch::Server(&url), sql, "t.sql").await.unwrap();
    let parent = inspected.schema.table(&TableName::new("parent")).unwrap();
    assert_eq!(parent.columns[0].identity, Some(Identity::ByDefault));
    assert_eq!(parent.uniques[0].columns[0].as_str(), "b");
    assert!(parent.columns[1].nullable && !parent.columns[0].nullable);
    let child = inspected.schema.table(&TableName::new("child")).unwrap();
    let native = |name: &str| child.column(&name.into()).unwrap().column_type.to_string();
    assert_eq!(native("mood"), "enum child_mood");
    assert_eq!(native("data"), "json");
    assert_eq!(native("price"), "decimal(10,2) CHECK (`price` > 0)");
    let column = |name: &str| child.column(&name.into()).unwrap();
    assert_eq!(
        (native("name"), column("name").collation.as_deref()),
        ("varchar(20)".into(), Some("latin1_bin"))
    );
    assert_eq!(column("name").comment.as_deref(), Some("it's"));
    assert_eq!(column("total").generated.as_ref().unwrap().expression, "`price` * 2");
    assert_eq!(child.engine.as_deref(), Some("InnoDB"));
    assert_eq!(native("at"), "datetime ON UPDATE current_timestamp()");
    let key = &child.foreign_keys[0];
    assert_eq!((key.table.to_string(), key.on_delete), ("parent".into(), ReferentialAction::Cascade));
    let declared: Vec<_> = child.checks.iter().map(|check| check.columns.len()).collect();
    assert_eq!(declared, [0, 1], "child_check is of the table, child_id_check of its column");
    let index = |name: &str| {
        child
            .indexes
            .iter()
            .find(|index| index.name.as_ref().is_some_and(|own| own.as_str() == name))
            .unwrap()
    };
    assert_eq!(index("by_name").parts[0].key, IndexKey::Column("name".into()));
    assert_eq!(index("by_name").parts[0].prefix, Some(5));
    assert_eq!(index("words").method.as_deref(), Some("fulltext"));
    assert_eq!(inspected.schema.enums[0].labels, ["sad", "so so"]);
    let found: Vec<_> =
        inspected.not_owned.iter().map(|object| (object.kind, object.name.as_str())).collect();
    assert_eq!(found, [("function", "f"), ("sequence", "s"), ("trigger", "t on child"), ("view", "v")]);
}

/// A newer server may keep in its catalogs what nobody knows here.
#[tokio::test]
async fn postgres_catalogs_with_unknown_letters_are_told_and_no_failure() {
    let Some(url) = postgres_url() else { return };
    let sql = "
        CREATE TABLE a (id int PRIMARY KEY, odd int CONSTRAINT odd CHECK (odd > 0));
        CREATE TABLE b (id int PRIMARY KEY, a_id int CONSTRAINT leads REFERENCES a, made int GENERATED ALWAYS AS (1) STORED);
        CREATE VIEW v AS SELECT 1; CREATE DOMAIN d AS int;
        SET allow_system_table_mods = on;
        UPDATE pg_constraint SET contype = 'Q' WHERE conname = 'odd';
        UPDATE pg_constraint SET confdeltype = 'Q' WHERE conname = 'leads';
        UPDATE pg_attribute SET attgenerated = 'Q' WHERE attname = 'made';
        UPDATE pg_class SET relkind = 'Q' WHERE relname = 'v';
        UPDATE pg_type SET typtype = 'Q' WHERE typname = 'd';
    ";
    let inspected = schema_of_sql(Scratch::Server(&url), sql, "t.sql").await.unwrap();
    let found: Vec<_> =
        inspected.not_owned.iter().map(|object| (object.kind, object.name.as_str())).collect();
    let expected = [
        ("column of an unknown kind", "made of b"),
        ("constraint of an unknown kind", "leads on b"),
        ("constraint of an unknown kind", "odd on a"),
        ("relation of an unknown kind", "v"),
        ("type of an unknown kind", "d"),
    ];
    assert_eq!(found, expected);
    let b = inspected.schema.table(&TableName::new("b")).unwrap();
    assert_eq!((b.columns.len(), b.foreign_keys.len()), (3, 0));
}
