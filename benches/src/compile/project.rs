//! A package of the models, written for one library.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    cpu,
    shape::{Edit, Model, models},
};
use crate::Result;

/// A library, and how the models are written for it.
#[derive(Debug)]
pub(super) struct Library {
    pub(super) name: &'static str,
    /// Lines for `[dependencies]`; `ROOT` stands for the folder of this repository.
    pub(super) dependencies: &'static str,
    /// The source of one model and its three queries.
    pub(super) model: fn(&Model) -> String,
    /// What stands in `lib.rs` beside the modules.
    pub(super) root: fn(&[Model]) -> String,
}

/// The package of a library, in the target folder: stable paths let cargo find what it has built before.
pub(super) struct Project {
    library: &'static Library,
    folder: PathBuf,
}

/// The name of the package, whatever the library.
const PACKAGE: &str = "hundred-models";

impl Project {
    /// Writes the package.
    pub(super) fn lay_out(library: &'static Library) -> Result<Self> {
        let project = Self { library, folder: compile_folder()?.join(library.name) };
        fs::create_dir_all(project.folder.join("src"))?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the repository has no folder")?;
        let dependencies = library.dependencies.replace("ROOT", &root.to_string_lossy());
        let manifest = format!(
            "[package]\nname = \"{PACKAGE}-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n[dependencies]\n{dependencies}\n",
            library.name
        );
        write(&project.folder.join("Cargo.toml"), &manifest)?;
        project.edit(Edit::None)?;
        Ok(project)
    }

    pub(super) fn name(&self) -> &'static str {
        self.library.name
    }

    /// Writes the sources anew; what an edit does not touch keeps its time stamp.
    pub(super) fn edit(&self, edit: Edit) -> Result<()> {
        let models = models(edit);
        for model in &models {
            write(&self.source(&model.module), &(self.library.model)(model))?;
        }
        let modules: String = models.iter().map(|model| format!("pub mod {};\n", model.module)).collect();
        write(&self.source("lib"), &format!("{modules}{}", (self.library.root)(&models)))
    }

    fn source(&self, module: &str) -> PathBuf {
        self.folder.join("src").join(module).with_extension("rs")
    }

    /// Removes what was built of the package itself, not of its dependencies.
    pub(super) fn forget(&self) -> Result<()> {
        let mut clean = self.cargo("clean")?;
        let status = clean.args(["--package", &format!("{PACKAGE}-{}", self.library.name)]).status()?;
        if status.success() { Ok(()) } else { Err(format!("{clean:?} failed").into()) }
    }

    /// Runs `cargo check`: CPU seconds.
    pub(super) fn check(&self) -> Result<f64> {
        cpu::seconds(&mut self.cargo("check")?)
    }

    fn cargo(&self, what: &str) -> Result<Command> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args([what, "--quiet"]).current_dir(&self.folder).stdout(Stdio::null());
        command.arg("--target-dir").arg(compile_folder()?.join("target"));
        Ok(command)
    }
}

/// `target/compile`, beside the profile's folder that this program is in.
fn compile_folder() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("this program is not in a target folder")?;
    Ok(target.join("compile"))
}

fn write(file: &Path, text: &str) -> Result<()> {
    match fs::read_to_string(file) {
        Ok(before) if before == text => Ok(()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(fs::write(file, text)?),
    }
}
