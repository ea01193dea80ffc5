//! To how many rows a relation leads, and how loaded rows are given to those that asked for them.

use crate::error::{Error, Result};

/// To how many rows a relation leads.
pub trait Cardinality: Copy + Send + Sync + 'static {
    /// What loading gives for one row.
    type Of<X: Clone + Send + 'static>: Clone + Send + 'static;
    /// The cardinality after a filter: a row that must be there may then be missing.
    type Filtered: Cardinality;

    /// Gives every parent its own: `groups` says for each item to which group it belongs, `parents` for each
    /// parent which group it asked for.
    ///
    /// # Errors
    /// When a row that must be there is not.
    #[doc(hidden)]
    fn distribute<X: Clone + Send + 'static>(
        items: Vec<X>,
        groups: &[u32],
        parents: &[Option<u32>],
        relation: &'static str,
    ) -> Result<Vec<Self::Of<X>>>;
}

/// Any number of rows: loads as a `Vec`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let (_, posts): (User, Vec<Post>) = User::find(1).with(|u| u.posts).one(&db).await?;
/// # assert_eq!(posts.len(), 2);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Many;

/// At most one row: loads as an `Option`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let (_, editor): (Post, Option<User>) = Post::find(1).with(|p| p.editor).one(&db).await?;
/// # assert_eq!(editor, None);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Maybe;

/// Exactly one row.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let (_, author): (Post, User) = Post::find(1).with(|p| p.author).one(&db).await?;
/// # assert_eq!(author.name, "Ann");
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct One;

impl Cardinality for Many {
    type Of<X: Clone + Send + 'static> = Vec<X>;
    type Filtered = Self;

    fn distribute<X: Clone + Send + 'static>(
        items: Vec<X>,
        groups: &[u32],
        parents: &[Option<u32>],
        _: &'static str,
    ) -> Result<Vec<Vec<X>>> {
        let mut buckets: Vec<Vec<X>> = vec![Vec::new(); group_count(parents)];
        for (item, &group) in items.into_iter().zip(groups) {
            if let Some(bucket) = buckets.get_mut(group as usize) {
                bucket.push(item);
            }
        }
        Ok(hand_out(buckets, parents).into_iter().map(Option::unwrap_or_default).collect())
    }
}

impl Cardinality for Maybe {
    type Of<X: Clone + Send + 'static> = Option<X>;
    type Filtered = Self;

    fn distribute<X: Clone + Send + 'static>(
        items: Vec<X>,
        groups: &[u32],
        parents: &[Option<u32>],
        _: &'static str,
    ) -> Result<Vec<Option<X>>> {
        let mut buckets: Vec<Option<X>> = vec![None; group_count(parents)];
        for (item, &group) in items.into_iter().zip(groups) {
            if let Some(bucket) = buckets.get_mut(group as usize) {
                bucket.get_or_insert(item);
            }
        }
        Ok(hand_out(buckets, parents).into_iter().map(Option::flatten).collect())
    }
}

impl Cardinality for One {
    type Of<X: Clone + Send + 'static> = X;
    type Filtered = Maybe;

    fn distribute<X: Clone + Send + 'static>(
        items: Vec<X>,
        groups: &[u32],
        parents: &[Option<u32>],
        relation: &'static str,
    ) -> Result<Vec<X>> {
        let rows = Maybe::distribute(items, groups, parents, relation)?;
        rows.into_iter().map(|row| row.ok_or_else(|| missing(relation))).collect()
    }
}

#[cold]
fn missing(relation: &str) -> Error {
    Error::new(
        crate::ErrorKind::NotFound,
        format!(
            "the row that `{relation}` leads to is not there: without a foreign key it may be missing, so load it with a filter"
        ),
    )
}

fn group_count(parents: &[Option<u32>]) -> usize {
    parents.iter().flatten().max().map_or(0, |&last| last as usize + 1)
}

/// Gives each bucket to the parents that asked for it: cloned for all but the last.
fn hand_out<B: Clone>(buckets: Vec<B>, parents: &[Option<u32>]) -> Vec<Option<B>> {
    let mut uses = vec![0_u32; buckets.len()];
    for &group in parents.iter().flatten() {
        uses[group as usize] += 1;
    }
    let mut buckets: Vec<Option<B>> = buckets.into_iter().map(Some).collect();
    parents
        .iter()
        .map(|parent| {
            let group = (*parent)? as usize;
            uses[group] -= 1;
            if uses[group] == 0 { buckets[group].take() } else { buckets[group].clone() }
        })
        .collect()
}
