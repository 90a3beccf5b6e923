//! Packs the baseline: every JSON file under `baseline/`, each with its path, one after the other.

use std::{env, error::Error, fmt::Write as _, fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=baseline");
    let folder = Path::new("baseline");
    let mut files = Vec::new();
    for set in fs::read_dir(folder)? {
        let set = set?;
        if !set.path().is_dir() {
            continue;
        }
        for file in fs::read_dir(set.path())? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                files.push((set.file_name().to_string_lossy().into_owned(), path));
            }
        }
    }
    files.sort();
    let mut packed = String::from("[");
    for (at, (set, path)) in files.iter().enumerate() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        packed.push_str(if at == 0 { "" } else { "," });
        write!(packed, "[\"{set}\",\"{name}\",{}]", fs::read_to_string(path)?)?;
    }
    packed.push(']');
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let mut zipper = GzEncoder::new(Vec::new(), Compression::best());
    zipper.write_all(packed.as_bytes())?;
    fs::write(Path::new(&out).join("baseline.gz"), zipper.finish()?)?;
    Ok(())
}
