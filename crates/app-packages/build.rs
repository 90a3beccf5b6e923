//! Says what to do when the schemas of manifests have not been packed yet.

use std::{env, path::Path, process};

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folder this way")]
fn main() {
    println!("cargo::rerun-if-changed=assets/dist/schemas.json.z");
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    if !Path::new(&root).join("assets/dist/schemas.json.z").exists() {
        println!(
            "cargo::error=crates/app-packages/assets/dist is missing: run `make ui` (Node.js 20 or newer)"
        );
        process::exit(1);
    }
}
