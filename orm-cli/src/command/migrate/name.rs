//! What a migration is called where nobody says it: after its changes.

use orm_migrate::Change;

/// More changes than this make no name.
const MANY: usize = 3;

/// `create_users`, `add_users_bio_and_drop_posts`, `update_users`, `update_schema`
pub(super) fn of(changes: &[Change]) -> String {
    let mut words: Vec<String> = changes.iter().map(words).collect();
    words.dedup();
    if words.len() <= MANY {
        return words.join(" and ");
    }
    let created: Vec<_> = changes.iter().filter_map(created).collect();
    if created.len() == changes.len() {
        return if created.len() <= MANY * 2 {
            format!("create {}", created.join(" "))
        } else {
            "create tables".to_owned()
        };
    }
    let mut tables: Vec<_> =
        changes.iter().filter_map(Change::table).map(|table| table.name.as_str()).collect();
    tables.sort_unstable();
    tables.dedup();
    match tables.as_slice() {
        [] => "update schema".to_owned(),
        tables if tables.len() <= MANY => format!("update {}", tables.join(" ")),
        _ => "update schema".to_owned(),
    }
}

fn created(change: &Change) -> Option<&str> {
    match change {
        Change::CreateTable { table } => Some(&table.name.name),
        _ => None,
    }
}

fn words(change: &Change) -> String {
    match change {
        Change::CreateEnum { enum_type } => format!("create {}", enum_type.name.name),
        Change::DropEnum { enum_type } => format!("drop {}", enum_type.name.name),
        Change::RenameEnum { from, to } => format!("rename {} to {}", from.name, to.name),
        Change::AddEnumValue { enum_name, label, .. } => format!("add {label} to {}", enum_name.name),
        Change::RenameEnumValue { enum_name, from, to } => {
            format!("rename {} {from} to {to}", enum_name.name)
        }
        Change::ReplaceEnum { enum_name, .. } => format!("alter {}", enum_name.name),
        Change::CreateTable { table } => format!("create {}", table.name.name),
        Change::DropTable { table } => format!("drop {}", table.name.name),
        Change::RenameTable { from, to } => format!("rename {} to {}", from.name, to.name),
        Change::AlterTable { table, .. } => format!("alter {}", table.name),
        Change::AddColumn { table, column } => format!("add {} {}", table.name, column.name),
        Change::DropColumn { table, column } => format!("drop {} {}", table.name, column.name),
        Change::RenameColumn { table, from, to } => format!("rename {} {from} to {to}", table.name),
        Change::AlterColumn { table, to, .. } => format!("alter {} {}", table.name, to.name),
        Change::AddConstraint { name, .. } | Change::AddIndex { name, .. } => format!("add {name}"),
        Change::DropConstraint { name, .. } | Change::DropIndex { name, .. } => format!("drop {name}"),
        Change::RenameConstraint { from, to, .. } | Change::RenameIndex { from, to, .. } => {
            format!("rename {from} to {to}")
        }
    }
}

#[cfg(test)]
mod tests {
    use orm_schema::Table;

    use super::*;

    fn create(name: &str) -> Change {
        Change::CreateTable { table: Table::new(name) }
    }

    #[test]
    fn a_few_changes_are_all_named() {
        assert_eq!(of(&[create("users")]), "create users");
        let drop = Change::DropTable { table: Table::new("posts") };
        assert_eq!(of(&[create("users"), drop]), "create users and drop posts");
    }

    #[test]
    fn many_changes_are_named_after_their_tables() {
        let four: Vec<_> = ["a", "b", "c", "d"].map(create).into();
        assert_eq!(of(&four), "create a b c d");
        let many: Vec<_> = (0..9).map(|number| create(&format!("t{number}"))).collect();
        assert_eq!(of(&many), "create tables");
    }
}
