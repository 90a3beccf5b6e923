//! Where the published packages lie: `LIAISON_CORPORA`, else beside the source tree.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// One published package.
pub(crate) struct Published {
    /// `certified/Name`
    pub(crate) name: String,
    pub(crate) definition: Vec<u8>,
    pub(crate) properties: Vec<u8>,
}

/// Every package. Without the corpus the test says so and skips, unless every test has to run.
pub(crate) fn packages() -> Option<Vec<Published>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = env::var_os("LIAISON_CORPORA")
        .map_or_else(|| workspace.join("../shared/corpora"), PathBuf::from);
    let root = if root.is_absolute() { root } else { workspace.join(root) };
    let folder = root.join("connectors");
    if !folder.is_dir() {
        assert!(
            env::var_os("LIAISON_REQUIRE_CORPORA").is_none_or(|it| it != "1"),
            "the corpus of connectors is required and was not found: set LIAISON_CORPORA"
        );
        println!("SKIP the corpus of connectors was not found: set LIAISON_CORPORA");
        return None;
    }
    let mut packages = Vec::new();
    for kind in ["certified", "independent-publisher", "custom", "template"] {
        let entries = fs::read_dir(folder.join(kind)).expect("a kind of packages");
        let mut folders: Vec<PathBuf> =
            entries.map(|entry| entry.expect("a package").path()).collect();
        folders.sort();
        for folder in folders {
            let name = folder.file_name().expect("a name").to_string_lossy();
            packages.push(Published {
                name: format!("{kind}/{name}"),
                definition: fs::read(folder.join("apiDefinition.swagger.json")).expect("a text"),
                properties: fs::read(folder.join("apiProperties.json")).expect("a text"),
            });
        }
    }
    Some(packages)
}
