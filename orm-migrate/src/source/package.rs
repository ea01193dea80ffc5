//! A package's root files, features and renamed dependencies, from its manifest.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use cargo_metadata::{Error, Metadata, MetadataCommand, Package, Target, TargetKind};
use orm_schema::parse::scan::{Root, code};

use super::{Options, features};

const NAME_THE_MODELS: &str =
    "run this in the folder of a package, or name the models: `--models PATH`, or `models = […]` in orm.toml";

/// Where to start, and what is wrong with that.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) roots: Vec<Root>,
    /// The features of all packages; `None` when a manifest could not be read.
    pub(super) known_features: Option<BTreeSet<String>>,
    pub(super) problems: Vec<Problem>,
}

/// What is wrong with a manifest.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) file: PathBuf,
    pub(super) message: String,
    pub(super) fix: Option<String>,
}

/// What a manifest says of all files of a package.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) features: BTreeSet<String>,
    pub(super) renamed_crates: BTreeMap<String, String>,
}

impl Found {
    pub(super) fn and(mut self, other: Self) -> Self {
        self.roots.extend(other.roots);
        self.problems.extend(other.problems);
        self.known_features = match (self.known_features, other.known_features) {
            (Some(one), Some(other)) => Some(one.into_iter().chain(other).collect()),
            (known, None) | (None, known) => known,
        };
        self
    }

    /// Reports the features that no package has.
    pub(super) fn unknown_features(&mut self, asked: &[String]) {
        let Some(known) = &self.known_features else { return };
        for feature in asked.iter().filter(|feature| !known.contains(*feature)) {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            let fix = if names.is_empty() { None } else { Some(format!("there are {}", names.join(", "))) };
            self.problems.push(Problem {
                code: code::NO_FEATURE,
                file: "Cargo.toml".into(),
                message: format!("no feature `{feature}`"),
                fix,
            });
        }
    }

    fn problem(file: &Path, message: String, fix: &str) -> Self {
        let problem =
            Problem { code: code::NO_ROOT, file: file.to_path_buf(), message, fix: Some(fix.to_owned()) };
        Self { problems: vec![problem], ..Self::default() }
    }
}

/// The roots of the package that a folder is in.
pub(super) fn of_folder(folder: &Path, options: &Options) -> Found {
    let Some(manifest) = manifest_above(folder) else {
        return Found::problem(folder, "no Cargo.toml here or above".to_owned(), NAME_THE_MODELS);
    };
    match metadata(&manifest) {
        Ok(metadata) => of_packages(&metadata, &manifest, folder, options),
        // Without Cargo, what it would find by itself is read.
        Err(Error::Io(_)) => conventional(&manifest, options),
        Err(error) => Found::problem(&manifest, reason(&error), "put the manifest right")
            .and(conventional(&manifest, options)),
    }
}

/// The settings of the package that a path is in, and its features; without one, the features that are given.
pub(super) fn around(path: &Path, options: &Options) -> (Settings, Option<BTreeSet<String>>) {
    let metadata = manifest_above(path).and_then(|manifest| Some((metadata(&manifest).ok()?, manifest)));
    let package = metadata.as_ref().and_then(|(metadata, manifest)| package_of(metadata, manifest));
    match package {
        Some(package) => (settings(package, options), Some(package.features.keys().cloned().collect())),
        None => {
            (Settings { features: options.features.iter().cloned().collect(), ..Settings::default() }, None)
        }
    }
}

fn of_packages(metadata: &Metadata, manifest: &Path, folder: &Path, options: &Options) -> Found {
    let packages = match package_of(metadata, manifest) {
        Some(package) => vec![package],
        None => metadata.workspace_packages().into_iter().filter(|package| depends_on_orm(package)).collect(),
    };
    let found = packages.into_iter().map(|package| of_package(package, folder, options));
    let found = found.fold(Found::default(), Found::and);
    if found.roots.is_empty() {
        let message = "no library and no program here that could hold models".to_owned();
        return Found::problem(manifest, message, NAME_THE_MODELS).and(found);
    }
    found
}

fn of_package(package: &Package, folder: &Path, options: &Options) -> Found {
    let settings = settings(package, options);
    let mut targets: Vec<&Target> =
        package.targets.iter().filter(|target| holds_models(target, &settings)).collect();
    targets.sort_by_key(|target| !is_library(target));
    let root = |target: &Target| Root {
        name: if is_library(target) { target.name.replace('-', "_") } else { String::new() },
        path: as_seen_from(folder, target.src_path.as_std_path()),
        features: settings.features.clone(),
        renamed_crates: settings.renamed_crates.clone(),
        loose: false,
    };
    Found {
        roots: targets.into_iter().map(root).collect(),
        known_features: Some(package.features.keys().cloned().collect()),
        problems: Vec::new(),
    }
}

fn settings(package: &Package, options: &Options) -> Settings {
    let renames = package.dependencies.iter().filter_map(|dependency| {
        let here = dependency.rename.as_ref()?;
        Some((here.replace('-', "_"), dependency.name.replace('-', "_")))
    });
    Settings { features: features::enabled(&package.features, options), renamed_crates: renames.collect() }
}

fn conventional(manifest: &Path, options: &Options) -> Found {
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let features: BTreeSet<String> = options.features.iter().cloned().collect();
    let roots = Root::of_folder(folder).into_iter().map(|root| Root { features: features.clone(), ..root });
    Found { roots: roots.collect(), ..Found::default() }
}

/// Reads the manifest without resolving dependencies: no network, no lock file, no build.
fn metadata(manifest: &Path) -> Result<Metadata, Error> {
    MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
}

fn package_of<'a>(metadata: &'a Metadata, manifest: &Path) -> Option<&'a Package> {
    let manifest = manifest.canonicalize().ok()?;
    let same = |package: &&Package| {
        package.manifest_path.as_std_path().canonicalize().is_ok_and(|path| path == manifest)
    };
    metadata.packages.iter().find(same)
}

fn manifest_above(path: &Path) -> Option<PathBuf> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    if path.join("Cargo.toml").is_file() {
        return Some(path.join("Cargo.toml"));
    }
    let whole = path.canonicalize().ok()?;
    whole.ancestors().map(|folder| folder.join("Cargo.toml")).find(|manifest| manifest.is_file())
}

/// The path of a file as one would write it where the folder was written.
fn as_seen_from(folder: &Path, file: &Path) -> PathBuf {
    let inside =
        folder.canonicalize().ok().and_then(|whole| file.strip_prefix(whole).ok().map(Path::to_path_buf));
    inside.map_or_else(|| file.to_path_buf(), |inside| folder.join(inside))
}

fn holds_models(target: &Target, settings: &Settings) -> bool {
    let read = is_library(target) || target.kind.contains(&TargetKind::Bin);
    read && target.required_features.iter().all(|feature| settings.features.contains(feature))
}

fn is_library(target: &Target) -> bool {
    use TargetKind::{CDyLib, DyLib, Lib, RLib, StaticLib};
    target.kind.iter().any(|kind| [Lib, RLib, DyLib, CDyLib, StaticLib].contains(kind))
}

fn depends_on_orm(package: &Package) -> bool {
    package.dependencies.iter().any(|dependency| dependency.name == "orm")
}

/// What Cargo says, without its `error: `.
fn reason(error: &Error) -> String {
    match error {
        Error::CargoMetadata { stderr } => stderr.trim().trim_start_matches("error: ").to_owned(),
        Error::Io(_) | Error::Utf8(_) | Error::ErrUtf8(_) | Error::Json(_) | Error::NoJson => {
            error.to_string()
        }
    }
}
