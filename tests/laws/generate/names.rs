//! Names of every kind, no two of them equal.

/// Reserved in one of the databases, or with a meaning of their own.
const RESERVED: [&str; 16] = [
    "order",
    "select",
    "group",
    "where",
    "table",
    "user",
    "index",
    "primary",
    "check",
    "default",
    "rowid",
    "oid",
    "true",
    "null",
    "references",
    "unique",
];

/// The length at which names are cut, in bytes.
const LONGEST: usize = 63;

/// Gives names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    next: usize,
    reserved: usize,
}

impl Names {
    /// A name of that kind; the first kinds are the plain ones.
    pub(crate) fn next(&mut self, kind: u8) -> String {
        self.next += 1;
        let n = self.next;
        match kind % 14 {
            0..=4 => format!("plain_{n}"),
            5 => self.reserved(n),
            6 => format!("with space {n}"),
            7 => format!("MixedCase{n}"),
            8 => format!("quo\"ted\" {n}"),
            9 => format!("größe_日本_{n}"),
            10 => long(&format!("_{n}"), 'x'),
            11 => long(&format!("_{n}"), 'ä'),
            12 => format!("it's; -- {n}"),
            _ => format!("{n}.5%\\"),
        }
    }

    fn reserved(&mut self, n: usize) -> String {
        self.reserved += 1;
        RESERVED.get(self.reserved - 1).map_or_else(|| format!("limit{n}"), |word| (*word).to_owned())
    }
}

/// As long as names may be, different at the end only.
fn long(end: &str, fill: char) -> String {
    let count = (LONGEST - end.len()) / fill.len_utf8();
    format!("{}{end}", fill.to_string().repeat(count))
}
