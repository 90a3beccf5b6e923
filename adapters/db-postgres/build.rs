//! Rebuilds the crate when a migration is added.
#![expect(clippy::print_stdout, reason = "how a build script talks to cargo")]

fn main() {
    println!("cargo:rerun-if-changed=../../migrations/postgres");
}
