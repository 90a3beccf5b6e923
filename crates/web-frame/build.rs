//! Says what to do when the scripts and styles have not been built yet.

use std::{env, path::Path, process};

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folder this way")]
fn main() {
    println!("cargo::rerun-if-changed=assets/dist/manifest.json");
    println!("cargo::rerun-if-changed=templates");
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    if !Path::new(&root).join("assets/dist/manifest.json").exists() {
        println!(
            "cargo::error=crates/web-frame/assets/dist is missing: run `make ui` (Node.js 20 or newer)"
        );
        process::exit(1);
    }
}
