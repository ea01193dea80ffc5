//! What `orm::migrate!("migrations")` emits: every file of the folder, as text in the program.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

const LOCK_FILE: &str = "orm.lock";

/// Emits the files of the folder, which is relative to the package.
pub(crate) fn expand(folder: &LitStr) -> TokenStream {
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = package.join(folder.value());
    match files(&root) {
        Ok(files) => {
            let files = files.iter().map(|(name, path)| quote!((#name, ::core::include_str!(#path))));
            quote!(::orm::migrate::Embedded::new(&[#(#files),*]))
        }
        Err(why) => syn::Error::new(folder.span(), why).to_compile_error(),
    }
}

/// The lock file and the files of every migration: names relative to the folder, and absolute paths.
fn files(root: &Path) -> Result<Vec<(String, String)>, String> {
    if !root.join(LOCK_FILE).is_file() {
        return Err(format!(
            "`{}` is no migrations folder: it has no `orm.lock`; `orm migrate dev` makes one",
            root.display()
        ));
    }
    let mut found = Vec::new();
    collect(root, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) -> Result<(), String> {
    let unreadable = |error: std::io::Error| format!("`{}` cannot be read: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let (Some(file), Some(text)) = (path.file_name().and_then(|name| name.to_str()), path.to_str())
        else {
            return Err(format!("`{}` is no name in UTF-8", path.display()));
        };
        let name = format!("{prefix}{file}");
        // A folder with a lock file of its own holds the migrations of another dialect.
        if path.is_dir() && path.join(LOCK_FILE).is_file() {
            continue;
        }
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found)?;
        } else {
            found.push((name, text.to_owned()));
        }
    }
    Ok(())
}
