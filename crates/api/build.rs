//! Packs the description of REST for the binary.

use std::{env, error::Error, fs::File, path::PathBuf};

use flate2::{Compression, write::GzEncoder};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=openapi.json");
    let folder = env::var_os("OUT_DIR").map(PathBuf::from).ok_or("OUT_DIR is not set")?;
    let file = File::create(folder.join("openapi.json.gz"))?;
    let mut packer = GzEncoder::new(file, Compression::best());
    std::io::copy(&mut File::open("openapi.json")?, &mut packer)?;
    packer.finish()?;
    Ok(())
}
