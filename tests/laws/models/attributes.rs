//! Every attribute that is no key, relation or type.

use orm::prelude::*;

/// Each word of a model and of a field at least once.
#[derive(Debug, Clone, Model)]
#[orm(table = "every thing", namespace = "shop", renamed_from = "something")]
#[orm(unique(code, label), unique(label, name = "one_label"))]
#[orm(check("length(code) > 0"), check("code <> label", name = "different"))]
#[orm(new = Draft, columns = EverythingCols, crate = ::orm)]
pub(crate) struct Everything {
    pub(crate) id: i64,
    #[orm(unique)]
    pub(crate) code: String,
    #[orm(index, max_len = 40, renamed_from = "caption")]
    pub(crate) label: String,
    #[orm(column = "the age", default = 18, check = "\"the age\" >= 0")]
    pub(crate) age: i32,
    #[orm(default_sql = "lower('X')", type = "varchar(7)")]
    pub(crate) letter: String,
    #[orm(default_with = String::new)]
    pub(crate) made: String,
}

/// Indexes of every form.
#[derive(Debug, Clone, Model)]
#[orm(index(name))]
#[orm(index(name desc, age), index(age asc nulls_last, name desc nulls_first))]
#[orm(index(expr("lower(name)"), age, name = "by_lower"))]
#[orm(index(name, unique, where = "age > 17", name = "grown"), index(age, method = "hash"))]
#[orm(index(r#unique, r#type desc))]
pub(crate) struct Indexed {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) age: i32,
    pub(crate) unique: bool,
    pub(crate) r#type: String,
}

/// SQLite's options.
#[derive(Debug, Clone, Model)]
#[orm(strict, without_rowid)]
pub(crate) struct Compact {
    #[orm(primary_key)]
    pub(crate) code: String,
    pub(crate) size: Option<i64>,
}

/// What the database says of people.
///   The second line.
#[derive(Debug, Clone, Model)]
#[orm(comments, engine = "InnoDB", collate = "utf8mb4_bin")]
#[orm(primary_key(a, b, include(total), deferrable))]
#[orm(unique(name, nulls_not_distinct, include(note), deferrable = initially_deferred))]
#[orm(index(name prefix(3) collate("C") opclass("text_pattern_ops"), include(a), with(fillfactor = 70, x = "y z")))]
#[orm(index(a, unique, nulls_not_distinct))]
#[orm(check("a > 0", no_inherit, not_valid))]
#[orm(belongs_to(both: Beyond, (b, other), on_delete = set_null(other), match = full, not_valid))]
pub(crate) struct Beyond {
    /// The first.
    pub(crate) a: i64,
    pub(crate) b: i64,
    #[orm(belongs_to(single: Compact, on_delete = set_null_or_fail, match = simple), collate = "nocase")]
    pub(crate) name: String,
    #[orm(comment = "not \r a doc")]
    pub(crate) note: String,
    pub(crate) other: Option<i64>,
    #[orm(generated = "a + b")]
    pub(crate) total: Option<i64>,
    #[orm(generated_virtual = "a - b")]
    pub(crate) difference: i64,
}
