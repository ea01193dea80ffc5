//! The name of a migration: when it was made, and what for.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

const TIME: &str = "%Y%m%d%H%M%S";
const MAX_SLUG: usize = 60;

/// `20261120114000_add_bio`; names sort by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MigrationName(String);

impl MigrationName {
    /// Reads a name.
    ///
    /// ```
    /// use orm_migrate::folder::MigrationName;
    /// assert!(MigrationName::parse("20261120114000_add_bio").is_some());
    /// assert!(MigrationName::parse("add_bio").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (time, slug) = text.split_once('_')?;
        let is_time = time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit());
        let is_slug = !slug.is_empty()
            && slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        (is_time && is_slug).then(|| Self(text.to_owned()))
    }

    /// A name for a migration made now, later than the last one whatever the clock says.
    #[must_use]
    pub fn new(what_for: &str, now: DateTime<Utc>, last: Option<&Self>) -> Self {
        let after_last = last.and_then(Self::time).map(|time| time + TimeDelta::seconds(1));
        let time = after_last.map_or(now.naive_utc(), |after| after.max(now.naive_utc()));
        Self(format!("{}_{}", time.format(TIME), slug(what_for)))
    }

    /// A name that sorts where the last of others did.
    pub(super) fn in_place_of(last: Option<&Self>, what_for: &str) -> Self {
        let time = last.and_then(|last| last.0.get(..14)).unwrap_or("00000000000000");
        Self(format!("{time}_{}", slug(what_for)))
    }

    /// What follows the time.
    pub(super) fn slug(&self) -> &str {
        self.0.get(15..).unwrap_or_default()
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn time(&self) -> Option<NaiveDateTime> {
        NaiveDateTime::parse_from_str(self.0.get(..14)?, TIME).ok()
    }
}

impl fmt::Display for MigrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `Add bio, to users!` → `add_bio_to_users`
fn slug(what_for: &str) -> String {
    let lower = what_for.to_lowercase();
    let words: Vec<_> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut slug = words.join("_");
    slug.truncate(MAX_SLUG);
    if slug.is_empty() { "migration".to_owned() } else { slug.trim_end_matches('_').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        NaiveDateTime::parse_from_str(text, TIME).unwrap().and_utc()
    }

    #[test]
    fn a_name_is_its_time_and_a_slug() {
        let name = MigrationName::new("Add bio, to users!", at("20261120114000"), None);
        assert_eq!(name.as_str(), "20261120114000_add_bio_to_users");
        assert_eq!(MigrationName::parse(name.as_str()), Some(name));
        assert_eq!(slug("été -- ?"), "t");
        assert_eq!(slug("ü"), "migration");
    }

    #[test]
    fn a_new_name_sorts_after_the_last_even_if_the_clock_went_back() {
        let last = MigrationName::new("a", at("20270101000000"), None);
        let next = MigrationName::new("b", at("20261120114000"), Some(&last));
        assert_eq!(next.as_str(), "20270101000001_b");
    }
}
