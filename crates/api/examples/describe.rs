//! Prints the description of REST, for `make docs`.

use std::io::{Result, Write as _};

fn main() -> Result<()> {
    std::io::stdout().write_all(liaison_api::written(&liaison_api::document()).as_bytes())
}
