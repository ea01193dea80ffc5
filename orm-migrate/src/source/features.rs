//! Which features of a package are on.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;

/// The features that are asked for and all that they switch on.
pub(super) fn enabled(all: &BTreeMap<String, Vec<String>>, options: &Options) -> BTreeSet<String> {
    if options.all_features {
        return all.keys().cloned().collect();
    }
    let default = (!options.no_default_features).then(|| "default".to_owned());
    let mut waiting: Vec<String> = options.features.iter().cloned().chain(default).collect();
    let mut enabled = BTreeSet::new();
    while let Some(feature) = waiting.pop() {
        let Some(others) = all.get(&feature) else { continue };
        if enabled.insert(feature) {
            waiting.extend(others.iter().filter_map(|other| of_this_package(other)));
        }
    }
    enabled
}

/// `dep:x` and `x?/y` switch on nothing here; `x/y` switches on the feature of the optional dependency `x`.
fn of_this_package(feature: &str) -> Option<String> {
    match feature.split_once('/') {
        Some((dependency, _)) if dependency.ends_with('?') => None,
        Some((dependency, _)) => Some(dependency.to_owned()),
        None if feature.starts_with("dep:") => None,
        None => Some(feature.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(options: &Options) -> Vec<String> {
        let all = [
            ("default", vec!["web"]),
            ("web", vec!["json", "dep:axum"]),
            ("json", vec!["serde/derive", "chrono?/serde"]),
            ("serde", vec!["dep:serde"]),
            ("chrono", vec!["dep:chrono"]),
            ("other", vec!["default"]),
        ];
        let all =
            all.map(|(name, others)| (name.to_owned(), others.into_iter().map(str::to_owned).collect()));
        enabled(&all.into_iter().collect(), options).into_iter().collect()
    }

    #[test]
    fn default_features_and_all_they_switch_on_are_on() {
        assert_eq!(on(&Options::default()), ["default", "json", "serde", "web"]);
    }

    #[test]
    fn without_default_only_what_is_asked_for_is_on() {
        let options = Options { no_default_features: true, ..Options::default() };
        assert!(on(&options).is_empty());
        let options = Options { features: vec!["json".into(), "gone".into()], ..options };
        assert_eq!(on(&options), ["json", "serde"]);
    }

    #[test]
    fn all_features_are_all() {
        assert_eq!(on(&Options { all_features: true, ..Options::default() }).len(), 6);
    }
}
