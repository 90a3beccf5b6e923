//! Prints the description of REST, for `make docs`.

fn main() {
    print!("{}", liaison_api::written(&liaison_api::document()));
}
