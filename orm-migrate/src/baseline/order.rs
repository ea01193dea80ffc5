//! Which object is made after which: what it needs first, then by kind and name, so that the same database gives the
//! same file.

use std::collections::{BTreeMap, BTreeSet};

use super::{Definition, Key, Part};
use crate::{
    error::{Code, MigrateError, Result},
    inspect::NotOwned,
};

/// Takes out what nothing writes, and what needs it.
pub(super) fn writable(definitions: Vec<Definition>) -> (Vec<Definition>, Vec<NotOwned>) {
    let mut left: BTreeMap<Key, String> = BTreeMap::new();
    let mut told = Vec::new();
    let (unwritten, mut written): (Vec<_>, Vec<_>) =
        definitions.into_iter().partition(|found| found.unwritten);
    for definition in unwritten {
        left.insert(definition.key, format!("{} {}", definition.kind, definition.name));
        let why = definition.why.map(|why| format!(": {why}")).unwrap_or_default();
        told.push(NotOwned { kind: definition.kind, name: format!("{}{why}", definition.name) });
    }
    loop {
        let lacking = |found: &Definition| found.all_needs().find_map(|key| left.get(key)).cloned();
        let (gone, stay): (Vec<_>, Vec<_>) =
            written.into_iter().map(|found| (lacking(&found), found)).partition(|(lacks, _)| lacks.is_some());
        written = stay.into_iter().map(|(_, found)| found).collect();
        if gone.is_empty() {
            return (written, told);
        }
        for (lacks, definition) in gone {
            let name = format!("{}, which needs {}", definition.name, lacks.unwrap_or_default());
            left.insert(definition.key, format!("{} {}", definition.kind, definition.name));
            told.push(NotOwned { kind: definition.kind, name });
        }
    }
}

/// The definitions in an order that works. Where objects need each other, what can be said later is.
///
/// # Errors
/// When objects need each other and nothing can be put off.
pub(crate) fn order(mut definitions: Vec<Definition>) -> Result<Vec<Definition>> {
    loop {
        let mut order = Order::new(definitions.clone());
        while order.next() {}
        if order.waiting.is_empty() {
            return Ok(order.done);
        }
        // From the start again, so that what was in a circle comes where its kind comes.
        definitions = put_off(definitions, &order.circle())?;
    }
}

/// A place in the order: rank, name, and the key, which no two have in common.
type Place = (usize, String, Key);

struct Order {
    /// What has no place yet, with what it waits for.
    waiting: BTreeMap<Key, (Definition, BTreeSet<Key>)>,
    /// Who waits for it.
    waited_for: BTreeMap<Key, Vec<Key>>,
    ready: BTreeSet<Place>,
    done: Vec<Definition>,
}

impl Order {
    fn new(definitions: Vec<Definition>) -> Self {
        let done = Vec::with_capacity(definitions.len());
        let mut order =
            Self { waiting: BTreeMap::new(), waited_for: BTreeMap::new(), ready: BTreeSet::new(), done };
        let known: BTreeSet<Key> = definitions.iter().map(|found| found.key.clone()).collect();
        for definition in definitions {
            let needs = definition.all_needs().filter(|key| known.contains(*key)).cloned().collect();
            order.wait(definition, needs);
        }
        order
    }

    fn wait(&mut self, definition: Definition, needs: BTreeSet<Key>) {
        for need in &needs {
            self.waited_for.entry(need.clone()).or_default().push(definition.key.clone());
        }
        if needs.is_empty() {
            self.ready.insert(place(&definition));
        }
        self.waiting.insert(definition.key.clone(), (definition, needs));
    }

    /// Gives the next object its place; `false` if all that is left wait for each other.
    fn next(&mut self) -> bool {
        let Some((.., key)) = self.ready.pop_first() else { return false };
        for waiter in self.waited_for.remove(&key).unwrap_or_default() {
            let Some((definition, needs)) = self.waiting.get_mut(&waiter) else { continue };
            if needs.remove(&key) && needs.is_empty() {
                self.ready.insert(place(definition));
            }
        }
        self.done.extend(self.waiting.remove(&key).map(|(definition, _)| definition));
        true
    }

    /// What waits for each other: what only waits for it from outside is taken away.
    fn circle(&self) -> BTreeSet<Key> {
        let mut left: BTreeSet<Key> = self.waiting.keys().cloned().collect();
        loop {
            let waiting = left.iter().filter_map(|key| self.waiting.get(key));
            let needed: BTreeSet<Key> = waiting.flat_map(|(_, needs)| needs).cloned().collect();
            let before = left.len();
            left.retain(|key| needed.contains(key));
            if left.len() == before {
                return left;
            }
        }
    }
}

fn place(definition: &Definition) -> Place {
    (definition.rank, definition.name.clone(), definition.key.clone())
}

/// Takes the parts that keep a circle closed out of their objects.
fn put_off(mut definitions: Vec<Definition>, circle: &BTreeSet<Key>) -> Result<Vec<Definition>> {
    let closes =
        |own: &Key, part: &Part| part.apart.needs.iter().any(|need| need != own && circle.contains(need));
    let mut apart = Vec::new();
    for definition in definitions.iter_mut().filter(|found| circle.contains(&found.key)) {
        let own = definition.key.clone();
        for item in &mut definition.items {
            if item.part.as_ref().is_some_and(|part| closes(&own, part)) {
                apart.extend(item.part.take().map(|part| *part.apart));
            }
        }
    }
    if apart.is_empty() {
        return Err(circular(definitions.iter().filter(|found| circle.contains(&found.key))));
    }
    definitions.extend(apart);
    Ok(definitions)
}

fn circular<'a>(circle: impl Iterator<Item = &'a Definition>) -> MigrateError {
    let mut names: Vec<_> = circle.map(|found| format!("{} `{}`", found.kind, found.name)).collect();
    names.sort();
    MigrateError::new(Code::Circular, format!("these need each other: {}", names.join(", ")))
        .fix("break the circle in the database, for instance by dropping one of them: no order of statements makes them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::Item;

    fn object(name: &str, rank: usize, needs: &[&str]) -> Definition {
        Definition {
            key: name.to_owned(),
            kind: "object",
            name: name.to_owned(),
            rank,
            head: name.to_owned(),
            needs: needs.iter().map(|need| (*need).to_owned()).collect(),
            ..Definition::default()
        }
    }

    fn with_part(mut definition: Definition, text: &str, needs: &[&str]) -> Definition {
        let mut apart = object(text, 9, needs);
        apart.needs.insert(definition.key.clone());
        let part = Part { apart: Box::new(apart), text: text.to_owned() };
        definition.items.push(Item { part: Some(part), ..Item::default() });
        definition
    }

    fn names(definitions: &[Definition]) -> Vec<&str> {
        definitions.iter().map(|found| found.name.as_str()).collect()
    }

    #[test]
    fn what_is_needed_comes_first_then_rank_then_name() {
        let found = order(vec![
            object("c", 1, &[]),
            object("a", 1, &["z"]),
            object("z", 2, &[]),
            object("b", 0, &[]),
        ]);
        assert_eq!(names(&found.unwrap()), ["b", "c", "z", "a"]);
    }

    #[test]
    fn a_part_stays_inside_unless_it_closes_a_circle() {
        let free = with_part(object("t", 1, &[]), " default f", &["f"]);
        let found = order(vec![free.clone(), object("f", 0, &[])]).unwrap();
        assert_eq!((names(&found), found[1].statement()), (vec!["f", "t"], "t\n   default f\n".to_owned()));
        let found = order(vec![free, object("f", 0, &["t"])]).unwrap();
        assert_eq!((names(&found), found[0].statement()), (vec!["t", "f", " default f"], "t".to_owned()));
    }

    #[test]
    fn a_part_that_needs_its_own_object_stays_inside() {
        let found = order(vec![with_part(object("t", 1, &[]), "check", &["t"])]).unwrap();
        assert_eq!(names(&found), ["t"]);
    }

    #[test]
    fn a_circle_that_nothing_breaks_names_its_objects_alone() {
        let around =
            [object("a", 0, &["b"]), object("b", 0, &["a"]), object("c", 0, &["a"]), object("d", 0, &[])];
        let error = order(around.into()).unwrap_err();
        assert_eq!(error.code(), Code::Circular);
        assert_eq!(error.why(), "these need each other: object `a`, object `b`");
    }

    #[test]
    fn what_needs_something_that_is_left_out_is_left_out_and_says_why() {
        let server = Definition { unwritten: true, why: Some("gone".to_owned()), ..object("s", 0, &[]) };
        let found = [object("v", 2, &["t"]), object("t", 1, &["s"]), server, object("w", 2, &[])];
        let (written, told) = writable(found.into());
        assert_eq!(names(&written), ["w"]);
        let told: Vec<_> = told.iter().map(|object| object.name.as_str()).collect();
        assert_eq!(told, ["s: gone", "t, which needs object s", "v, which needs object t"]);
    }
}
