//! How long a statement takes to build.

fn main() {
    divan::main();
}
