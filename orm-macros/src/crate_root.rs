//! Where the crate that is being compiled begins, and which of its features are on.

use std::{collections::BTreeSet, path::PathBuf};

use orm_schema::parse::scan::Root;

/// The root of the crate that is being compiled.
///
/// The compiler's own arguments say it exactly. A language server runs macros without them: then the package's
/// usual root files are read.
pub(crate) fn roots() -> Vec<Root> {
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let arguments: Vec<String> = std::env::args().collect();
    let Some(file) = root_file(&arguments) else { return Root::of_folder(package) };
    let name = value_of(&arguments, "--crate-name").unwrap_or_default().to_owned();
    let file = if file.is_absolute() { file } else { absolute(&package, file) };
    let mut root = Root::of_crate(name, file);
    root.features = features(&arguments);
    vec![root]
}

/// Cargo calls the compiler from the workspace's root; the file is relative to that, an ancestor of the package.
fn absolute(package: &std::path::Path, file: PathBuf) -> PathBuf {
    if file.is_file() {
        return file;
    }
    package.ancestors().map(|folder| folder.join(&file)).find(|path| path.is_file()).unwrap_or(file)
}

/// The one argument that names a source file and is no option's value.
fn root_file(arguments: &[String]) -> Option<PathBuf> {
    arguments
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(at, _)| !arguments[at - 1].starts_with("--") || arguments[at - 1].contains('='))
        .map(|(_, argument)| argument)
        .find(|argument| argument.ends_with(".rs") && !argument.starts_with('-'))
        .map(PathBuf::from)
}

fn value_of<'a>(arguments: &'a [String], option: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == option)?;
    arguments.get(at + 1).map(String::as_str)
}

/// `--cfg 'feature="name"'`
fn features(arguments: &[String]) -> BTreeSet<String> {
    arguments
        .iter()
        .filter_map(|argument| argument.strip_prefix("feature=\"")?.strip_suffix('"'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_root_file_and_features_are_read_from_the_compilers_arguments() {
        let line = r#"rustc --crate-name app --edition=2024 examples/a.rs --crate-type bin --cfg feature="x" -C opt"#;
        let arguments = arguments(line);
        assert_eq!(root_file(&arguments), Some(PathBuf::from("examples/a.rs")));
        assert_eq!(value_of(&arguments, "--crate-name"), Some("app"));
        assert_eq!(features(&arguments), BTreeSet::from(["x".to_owned()]));
    }
}
