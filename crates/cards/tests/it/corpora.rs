//! Where the large corpora lie: `LIAISON_CORPORA`, else beside the source tree.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folder of a corpus. Without it the test says so and skips, unless every test has to run.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = env::var_os("LIAISON_CORPORA")
        .map_or_else(|| workspace.join("../shared/corpora"), PathBuf::from);
    let root = if root.is_absolute() { root } else { workspace.join(root) };
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        env::var_os("LIAISON_REQUIRE_CORPORA").is_none_or(|it| it != "1"),
        "the corpus {name} is required and was not found: set LIAISON_CORPORA"
    );
    println!("SKIP the corpus {name} was not found: set LIAISON_CORPORA");
    None
}

/// Every file of an extension below a folder, in order.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
