//! A package on its way in: read, judged, taken apart. Nothing of it touches the database.

use app_packages::{Finding, Level, check, is_accepted, read};
use aws_lc_rs::digest::{SHA256, digest};
use kernel::{Language, Permission, Scope};

use crate::{About, Apps, Error, Result, words};

/// What a package comes to.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) manifest_id: String,
    pub(crate) version: String,
    pub(crate) about: About,
    pub(crate) package: Stored,
    pub(crate) color: Option<Stored>,
    pub(crate) outline: Option<Stored>,
    /// Warnings; errors refuse it.
    pub(crate) findings: Vec<Finding>,
}

/// Bytes with their name.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) hash: String,
    pub(crate) bytes: Vec<u8>,
}

impl Stored {
    fn of(bytes: Vec<u8>) -> Self {
        Self { hash: hash(&bytes), bytes }
    }
}

/// SHA-256 in hexadecimal digits.
fn hash(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in digest(&SHA256, bytes).as_ref() {
        let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

impl Taken {
    pub(crate) fn hash_of(icon: Option<&Stored>) -> &str {
        icon.map_or("", |icon| icon.hash.as_str())
    }
}

impl Apps {
    /// Reads and judges a package beside the workers of requests: it takes milliseconds of computing.
    pub(crate) async fn take(&self, scope: &Scope, zip: Vec<u8>, level: Level) -> Result<Taken> {
        let language = scope.language();
        let taken = tokio::task::spawn_blocking(move || take(zip, level, language)).await;
        taken.map_err(Error::Interrupted)?
    }
}

fn take(zip: Vec<u8>, level: Level, language: Language) -> Result<Taken> {
    let refuse = |findings: Vec<Finding>| {
        let fields = words::fields(&findings, language);
        Error::Refused { findings, fields }
    };
    let package = read(&zip).map_err(refuse)?;
    let findings = check(&package, level);
    if !is_accepted(&findings) {
        return Err(refuse(findings));
    }
    let manifest = package.manifest();
    Ok(Taken {
        manifest_id: manifest.id.clone(),
        version: manifest.version.clone(),
        about: About::of(&package),
        color: package.color_icon().map(Stored::of),
        outline: package.outline_icon().map(Stored::of),
        package: Stored::of(zip),
        findings,
    })
}

impl Apps {
    /// What is wrong with a package on a level, and nothing else: nothing is kept. A manifest alone is taken
    /// too.
    ///
    /// # Errors
    /// [`Error::Denied`]; whatever the package is, it is judged.
    pub async fn judge(&self, scope: &Scope, bytes: Vec<u8>, level: Level) -> Result<Vec<Finding>> {
        scope.require(Permission::MessageRead)?;
        let judged = tokio::task::spawn_blocking(move || judge(&bytes, level)).await;
        judged.map_err(Error::Interrupted)
    }
}

fn judge(bytes: &[u8], level: Level) -> Vec<Finding> {
    if bytes.trim_ascii_start().starts_with(b"{") {
        return match app_packages::document(bytes) {
            Ok(manifest) => app_packages::check_manifest(&manifest, level),
            Err(findings) => findings,
        };
    }
    match read(bytes) {
        Ok(package) => check(&package, level),
        Err(findings) => findings,
    }
}
