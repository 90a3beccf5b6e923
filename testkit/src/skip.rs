//! Tests that need something from outside: run, or note that they did not.

use std::{env, fs::File, io::Write as _};

/// Notes that a test did not run because `remedy` is missing, on the test's output and in the list that
/// `make test` reads.
///
/// # Panics
/// With `LIAISON_NO_SKIP=1`: there a skip is a failure.
#[expect(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "where nothing may be skipped a skip fails the test, and the environment says where that is"
)]
pub fn skip(test: &str, remedy: &str) {
    assert!(env::var("LIAISON_NO_SKIP").as_deref() != Ok("1"), "{test} needs {remedy}");
    eprintln!("skipped: {test} needs {remedy}");
    if let Ok(list) = env::var("LIAISON_SKIPS")
        && let Ok(mut list) = File::options().append(true).create(true).open(list)
    {
        writeln!(list, "test {test}: {remedy}").ok();
    }
}
