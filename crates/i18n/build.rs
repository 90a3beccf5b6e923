//! Lists the Fluent files for the release build, which carries them inside the binary.
//!
//! A development build reads them from the source tree when it starts instead: a changed sentence
//! then rebuilds nothing.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

const LANGUAGES: [&str; 2] = ["en", "fr"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rustc-check-cfg=cfg(embedded_locales)");
    println!("cargo::rerun-if-changed=build.rs");
    let folder =
        |name: &str| env::var_os(name).map(PathBuf::from).ok_or(format!("{name} is not set"));
    if env::var_os("PROFILE").is_none_or(|profile| profile != "release") {
        return Ok(());
    }
    let locales = folder("CARGO_MANIFEST_DIR")?.join("../../locales").canonicalize()?;
    println!("cargo::rerun-if-changed={}", locales.display());
    println!("cargo::rustc-cfg=embedded_locales");
    let (table, texts) = table(&locales)?;
    let out = folder("OUT_DIR")?;
    fs::write(out.join("locales.rs"), table)?;
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(texts.as_bytes())?;
    fs::write(out.join("locales.gz"), packer.finish()?)?;
    Ok(())
}

/// Language, room and length of each file, and the files one after the other.
fn table(locales: &Path) -> Result<(String, String), Box<dyn Error>> {
    let mut table = String::from("&[\n");
    let mut texts = String::new();
    for language in LANGUAGES {
        let mut files: Vec<PathBuf> = fs::read_dir(locales.join(language))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "ftl"));
        files.sort();
        for file in files {
            let room = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let text = fs::read_to_string(&file)?;
            writeln!(table, "    ({language:?}, {room:?}, {}),", text.len())?;
            texts.push_str(&text);
        }
    }
    table.push(']');
    Ok((table, texts))
}
