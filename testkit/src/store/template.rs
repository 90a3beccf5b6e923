//! A migrated SQLite file that each test copies, so that not every test runs every migration.

use std::{fs, path::Path};

use db::driver::Driver as _;
use db_sqlite::{Options, SqliteDriver};
use tempfile::TempDir;

/// Puts a migrated, empty database where the path says; whatever fails leaves nothing there, and who opens the path
/// then migrates by itself.
pub(super) fn copy_to(path: &Path) {
    let Some(name) = name() else { return };
    let template = std::env::temp_dir().join(name);
    if !template.exists() {
        make(&template);
    }
    if fs::copy(&template, path).is_err() {
        drop(fs::remove_file(path));
    }
}

/// Tests run in processes of their own: several may make it at once, and the last one's takes the place whole.
fn make(template: &Path) {
    let Ok(folder) = TempDir::new_in(std::env::temp_dir()) else { return };
    let mut options = Options::new(folder.path().join("liaison.db"));
    options.synced = false;
    let Ok(driver) = SqliteDriver::open(options) else { return };
    let copy = folder.path().join("copy.db");
    let copied = driver.backup(&copy).is_ok();
    driver.close();
    if copied {
        drop(fs::rename(copy, template));
    }
}

/// Another set of migrations is another template.
fn name() -> Option<String> {
    let migrations = db_sqlite::migrations().ok()?;
    let sum = super::checksum(migrations.all());
    Some(format!("liaison-test-{sum:016x}.db"))
}
