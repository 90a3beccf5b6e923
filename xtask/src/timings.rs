//! What one edit costs: five edits, from a leaf to a root, each followed by `cargo check`.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};

/// The five edits: what a person would call it, and the file that is touched.
const EDITS: [(&str, &str); 5] = [
    ("a page", "crates/web/src/teams.rs"),
    ("a feature", "crates/channel-connectors/src/lib.rs"),
    ("a language", "crates/cards/src/lib.rs"),
    ("the database facade", "crates/db/src/lib.rs"),
    ("the kernel", "crates/kernel/src/lib.rs"),
];

/// A check over this many seconds, of what is not a root, is a bug.
const SLOW_SECONDS: f64 = 20.0;

/// A file with one more line, put back as it was when this goes out of scope.
struct Edit {
    path: PathBuf,
    before: String,
}

impl Edit {
    fn make(path: PathBuf) -> Result<Self> {
        let before = crate::read(&path)?;
        std::fs::write(&path, format!("{before}\nconst _: () = ();\n"))
            .with_context(|| format!("editing {}", path.display()))?;
        Ok(Self { path, before })
    }
}

impl Drop for Edit {
    fn drop(&mut self) {
        if let Err(e) = std::fs::write(&self.path, &self.before) {
            eprintln!("could not put {} back: {e}", self.path.display());
        }
    }
}

/// Measures the five edits and prints them as a table.
pub(crate) fn run(root: &Path) -> Result<()> {
    check(root)?;
    println!("{:<22} {:<42} {:>9} {:>8}", "edit", "file", "seconds", "crates");
    for (name, file) in EDITS {
        let edit = Edit::make(root.join(file))?;
        let started = Instant::now();
        let crates = check(root)?;
        let seconds = started.elapsed().as_secs_f64();
        drop(edit);
        let note = if seconds > SLOW_SECONDS { "  slow" } else { "" };
        println!("{name:<22} {file:<42} {seconds:>9.1} {crates:>8}{note}");
        check(root)?;
    }
    Ok(())
}

/// Runs `cargo check` and says how many crates it had to look at again.
fn check(root: &Path) -> Result<usize> {
    let answer = Command::new("cargo")
        .args(["check", "--workspace", "--color", "never"])
        .current_dir(root)
        .output()
        .context("running cargo check")?;
    let said = String::from_utf8_lossy(&answer.stderr);
    if !answer.status.success() {
        bail!("cargo check failed:\n{said}");
    }
    Ok(said.lines().filter(|l| l.trim_start().starts_with("Checking ")).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_undone_when_it_goes_out_of_scope() {
        let path = std::env::temp_dir().join(format!("xtask-edit-{}", std::process::id()));
        std::fs::write(&path, "fn main() {}\n").unwrap();
        let edit = Edit::make(path.clone()).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("const _"));
        drop(edit);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "fn main() {}\n");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn every_edited_file_exists() {
        for (_, file) in EDITS {
            assert!(crate::root().join(file).is_file(), "{file}");
        }
    }
}
