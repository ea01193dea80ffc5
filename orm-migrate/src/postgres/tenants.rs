//! The schemas of a database, each with a URL that leads into it.

use crate::tenants::TenantSql;

pub(crate) const SQL: TenantSql = TenantSql {
    names: "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE $1 AND nspname !~ '^pg_' \
            AND nspname <> 'information_schema' ORDER BY 1",
    url: in_schema,
};

/// The same database with that schema alone in the search path, for each session from its start
/// (libpq-connect.html, `options`).
fn in_schema(url: &str, schema: &str) -> String {
    let path = format!("\"{}\"", schema.replace('"', "\"\""));
    // Blanks and backslashes part the options from each other.
    let path = path.replace('\\', "\\\\").replace(' ', "\\ ");
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}options={}", encoded(&format!("-c search_path={path}")))
}

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_the_search_path_of_its_url() {
        let url = in_schema("postgres://a@h/b?sslmode=disable", "te nant");
        assert_eq!(url, "postgres://a@h/b?sslmode=disable&options=-c%20search_path%3D%22te%5C%20nant%22");
        assert!(in_schema("postgres:///b", "t").starts_with("postgres:///b?options="));
    }
}
