//! `cfg` and `cfg_attr`, evaluated as far as the source alone can tell.

use std::collections::BTreeSet;

use syn::{Attribute, Expr, ExprLit, Lit, Meta, Token, punctuated::Punctuated};

/// What a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    /// It depends on the target or on flags of the compiler.
    Unknown,
}

/// An item's attributes with `cfg_attr` replaced by what it stands for, and whether the item is there at all.
pub(super) struct Evaluated {
    pub(super) attributes: Vec<Attribute>,
    pub(super) present: Truth,
    /// The `cfg_attr`s that cannot be known, taken not to hold.
    pub(super) unknown: Vec<Attribute>,
}

/// Evaluates the attributes of an item.
pub(super) fn evaluate(attributes: &[Attribute], features: &BTreeSet<String>) -> Evaluated {
    let mut evaluated = Evaluated { attributes: Vec::new(), present: Truth::Yes, unknown: Vec::new() };
    for attribute in attributes {
        if attribute.path().is_ident("cfg") {
            evaluated.present = evaluated.present.and(condition(attribute, features));
        } else if attribute.path().is_ident("cfg_attr") {
            evaluated.conditional(attribute, features);
        } else {
            evaluated.attributes.push(attribute.clone());
        }
    }
    evaluated
}

/// Whether an attribute of a field would change the table with a `cfg`: `cfg(…)` or `cfg_attr(…, orm(…))`.
pub(super) fn is_conditional(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("cfg") {
        return true;
    }
    attribute.path().is_ident("cfg_attr")
        && metas(attribute).iter().skip(1).any(|meta| meta.path().is_ident("orm"))
}

impl Truth {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    const fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// The attributes that a `cfg_attr` stands for.
pub(super) fn inside(attribute: &Attribute) -> Vec<Attribute> {
    metas(attribute).into_iter().skip(1).map(|meta| Attribute { meta, ..attribute.clone() }).collect()
}

impl Evaluated {
    /// Takes in the attributes of a `cfg_attr`, if it holds.
    fn conditional(&mut self, attribute: &Attribute, features: &BTreeSet<String>) {
        match condition(attribute, features) {
            Truth::Yes => {
                let inner = evaluate(&inside(attribute), features);
                self.present = self.present.and(inner.present);
                self.attributes.extend(inner.attributes);
                self.unknown.extend(inner.unknown);
            }
            Truth::Unknown => self.unknown.push(attribute.clone()),
            Truth::No => {}
        }
    }
}

fn condition(attribute: &Attribute, features: &BTreeSet<String>) -> Truth {
    match metas(attribute).first() {
        Some(meta) => truth(meta, features),
        None => Truth::Unknown,
    }
}

fn truth(meta: &Meta, features: &BTreeSet<String>) -> Truth {
    match meta {
        Meta::Path(path) if path.is_ident("test") || path.is_ident("doc") || path.is_ident("doctest") => {
            Truth::No
        }
        Meta::Path(_) => Truth::Unknown,
        Meta::NameValue(pair) if pair.path.is_ident("feature") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) if features.contains(&name.value()) => Truth::Yes,
            _ => Truth::No,
        },
        Meta::NameValue(_) => Truth::Unknown,
        Meta::List(list) => {
            let inner = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            let mut truths = inner.iter().flatten().map(|meta| truth(meta, features));
            match list.path.get_ident().map(ToString::to_string).as_deref() {
                Some("all") => truths.fold(Truth::Yes, Truth::and),
                Some("any") => truths.fold(Truth::No, Truth::or),
                Some("not") => truths.next().map_or(Truth::Unknown, Truth::not),
                _ => Truth::Unknown,
            }
        }
    }
}

fn metas(attribute: &Attribute) -> Vec<Meta> {
    let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    parsed.map(|metas| metas.into_iter().collect()).unwrap_or_default()
}
