//! Packs the schema of the settings, and finds the link options of a release, those that the linker and the loader of
//! this machine understand.
//!
//! `--icf=all` folds functions with the same instructions into one, and packed relocations take 40 kB where plain ones
//! take 1.5 MB. Which of them work is found out by building and starting a program with them.

use std::{
    env,
    error::Error,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use flate2::{Compression, write::GzEncoder};

const OPTIONS: [&str; 2] = ["-Wl,--icf=all", "-Wl,-z,pack-relative-relocs"];

const SCHEMA: &str = "settings.schema.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SCHEMA}");
    let folder = env::var_os("OUT_DIR").map(PathBuf::from).ok_or("OUT_DIR is not set")?;
    let packed = File::create(folder.join(SCHEMA).with_added_extension("gz"))?;
    let mut zipper = GzEncoder::new(packed, Compression::best());
    std::io::copy(&mut File::open(SCHEMA)?, &mut zipper)?;
    zipper.finish()?;
    link(&folder);
    Ok(())
}

fn link(folder: &Path) {
    let is = |name: &str, wanted: &str| env::var_os(name).is_some_and(|value| value == wanted);
    let is_own = env::var_os("HOST") == env::var_os("TARGET");
    if !is("PROFILE", "release") || !is("CARGO_CFG_TARGET_OS", "linux") || !is_own {
        return;
    }
    for option in OPTIONS.into_iter().filter(|option| works(option, folder)) {
        println!("cargo::rustc-link-arg-bins={option}");
    }
}

/// Whether a program that is linked with an option starts.
fn works(option: &str, folder: &Path) -> bool {
    let (source, program) = (folder.join("probe.rs"), folder.join("probe"));
    if std::fs::write(&source, "fn main() {}").is_err() {
        return false;
    }
    let flags = env::var_os("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let flags = flags.to_string_lossy();
    let mut build = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    build.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        build.arg("-C").arg(format!("linker={}", linker.display()));
    }
    build.arg("-C").arg(format!("link-arg={option}")).arg("-o").arg(&program).arg(&source);
    let succeeds = |command: &mut Command| {
        let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
        silent.status().is_ok_and(|status| status.success())
    };
    succeeds(&mut build) && succeeds(&mut Command::new(&program))
}
