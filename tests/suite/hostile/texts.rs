//! The texts, and what every use of one must show.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Mutex, PoisonError},
};

use orm::{Dialect, ErrorKind, Result, prelude::*};
use orm_tests::{random::runner, recorded};
use proptest::{prelude::Strategy, prop_oneof, sample::select, test_runner::TestCaseError};
use tokio::{runtime::Handle, task::block_in_place};

/// What means something in SQL, in a driver, in a pattern or in JSON; between spaces.
const WORDS: &str = r#"' '' " "" ` `` \ \' \\ % _ \% $1 $$ $ ? ?? {0} :x @a -- /* */ # ; [ ] ( ) , \0 \u0000 \Z \n
    '; DROP TABLE notes;-- ' OR '1'='1 ss a A b x NULL null true 0 1e5 {"a":1} [1] {} e"#;

/// Characters that are no letters, that look like others, or that are written in several ways or in four bytes.
const CHARACTERS: &str = "\0\0\n\r\t\u{8}\u{1a}  \u{ff07}\u{2bc}\u{2019}\u{2032}\u{301}\u{308}éßİ🦀𐍈\u{10ffff}\u{feff}\
    \u{202e}\u{200d}\u{a0}";

/// What is tried each time.
const ALWAYS: &[(&str, &str)] = &[
    ("harmless", "harm"),
    ("", ""),
    ("\0", "\0"),
    ("a\0b", "a"),
    (" ", ""),
    ("a", "a "),
    ("a", "A"),
    ("é", "e\u{301}"),
    ("ss", "ß"),
    ("\u{ff07}", "'"),
    ("'", "''"),
    ("\\", "\\\\"),
    ("%", "a"),
];

/// A text; another one, of which it may hold a part.
#[derive(Debug, Clone)]
struct Pair {
    text: String,
    other: String,
}

fn piece() -> impl Strategy<Value = String> {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let characters: Vec<char> = CHARACTERS.chars().collect();
    prop_oneof![
        4 => select(words).prop_map(str::to_owned),
        3 => select(characters).prop_map(String::from),
        1 => proptest::char::any().prop_map(String::from),
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..7).prop_map(|pieces| pieces.concat())
}

fn pair() -> impl Strategy<Value = Pair> {
    let with_a_part = (text(), 0..8_usize, 1..8_usize).prop_map(|(text, from, count)| {
        let other = text.chars().skip(from).take(count).collect();
        Pair { text, other }
    });
    let with_an_end = (text(), text()).prop_map(|(start, other)| Pair { text: start + &other, other });
    prop_oneof![(text(), text()).prop_map(|(text, other)| Pair { text, other }), with_a_part, with_an_end,]
}

/// The statements of each use, by its name: whatever the text, they are the same.
type Statements = Mutex<BTreeMap<&'static str, Vec<String>>>;

/// Two texts on their way through a database.
pub(super) struct Texts<'a> {
    pub(super) db: &'a Db,
    pub(super) text: &'a str,
    pub(super) other: &'a str,
    statements: &'a Statements,
}

/// Runs a property with harmless texts first, and then with hostile ones.
///
/// # Panics
/// When it does not hold for one of them; with the shortest that was found.
pub(super) fn for_all(db: &Db, cases: u32, property: impl AsyncFn(Texts<'_>) -> Result<()>) {
    let statements = Statements::default();
    let hold = |pair: &Pair| {
        let texts = Texts { db, text: &pair.text, other: &pair.other, statements: &statements };
        Handle::current().block_on(property(texts)).map_err(|error| TestCaseError::fail(format!("{error:?}")))
    };
    let held = block_in_place(|| {
        for (text, other) in ALWAYS.iter().map(|(text, other)| ((*text).to_owned(), (*other).to_owned())) {
            hold(&Pair { text, other }).unwrap_or_else(|error| panic!("{error}"));
        }
        runner(cases, None).run(&pair(), |pair| hold(&pair))
    });
    held.unwrap_or_else(|error| panic!("{error}"));
}

impl Texts<'_> {
    /// PostgreSQL has no NUL character (§8.3).
    fn is_refused(&self, texts: &[&str]) -> bool {
        self.db.dialect() == Dialect::Postgres && texts.iter().any(|text| text.contains('\0'))
    }

    /// The text is stored, or read out of a column: what is refused names model and field.
    pub(super) async fn of<T>(
        &self,
        name: &'static str,
        field: &str,
        run: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        self.sent(name, Some(field), &[self.text], run).await
    }

    /// As [`of`](Self::of), with what must come out.
    pub(super) async fn gives<T: PartialEq + Debug>(
        &self,
        name: &'static str,
        field: &str,
        expected: T,
        run: impl Future<Output = Result<T>>,
    ) -> Result<()> {
        if let Some(found) = self.of(name, field, run).await? {
            assert_eq!(found, expected, "{name}: {:?}", self.text);
        }
        Ok(())
    }

    /// As [`gives`](Self::gives), with both texts, and no column that could be named.
    pub(super) async fn both<T: PartialEq + Debug>(
        &self,
        name: &'static str,
        expected: T,
        run: impl Future<Output = Result<T>>,
    ) -> Result<()> {
        if let Some(found) = self.sent_both(name, run).await? {
            assert_eq!(found, expected, "{name}: {:?}, {:?}", self.text, self.other);
        }
        Ok(())
    }

    /// Both texts, where nothing has to come out.
    pub(super) async fn sent_both<T>(
        &self,
        name: &'static str,
        run: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        self.sent(name, None, &[self.text, self.other], run).await
    }

    async fn sent<T>(
        &self,
        name: &'static str,
        field: Option<&str>,
        texts: &[&str],
        run: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        let (result, statements) = recorded(run).await;
        if self.is_refused(texts) {
            let Err(error) = result else { panic!("{name}: a text with NUL was taken") };
            let told = error.to_string();
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{name}: {told}");
            assert!(told.contains("NUL") && told.contains(field.unwrap_or_default()), "{name}: {told}");
            assert_eq!(statements, [""; 0], "{name}: {told}");
            return Ok(None);
        }
        let value = result.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        self.are_the_same(name, statements);
        Ok(Some(value))
    }

    fn are_the_same(&self, name: &'static str, statements: Vec<String>) {
        let mut of_all = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        let first = of_all.entry(name).or_insert_with(|| statements.clone());
        assert_eq!(*first, statements, "{name}: another text for {:?}, {:?}", self.text, self.other);
    }
}
