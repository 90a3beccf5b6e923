//! Connectors and their versions as callers see them.

use std::fmt;

use jiff::Timestamp;
use kernel::{ApiConnectorId, EnvironmentId, UserId};
use uuid::Uuid;

/// A connector to an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// The identifier.
    pub id: ApiConnectorId,
    /// Where it is.
    pub environment: EnvironmentId,
    /// The name; no two connectors of an environment have the same, whatever the case.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether its maker says that it is not finished.
    pub preview: bool,
    /// The version that is certified, if one is.
    pub certified: Option<i64>,
    /// The version in use.
    pub version: Version,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// SHA-256 over the files of a version; it is shown in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One version of a connector; it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From 1, without gaps.
    pub number: i64,
    /// The title in the definition.
    pub title: String,
    /// The host in the definition; an expression where a policy makes it.
    pub host: String,
    /// `iconBrandColor`.
    pub brand_color: Option<String>,
    /// How many operations there are.
    pub operations: i64,
    /// Errors found in the package; none keeps it from loading.
    pub errors: i64,
    /// Warnings found in the package.
    pub warnings: i64,
    /// Whether it has a script.
    pub scripted: bool,
    /// Whether it has an icon.
    pub icon: bool,
    /// SHA-256 of its files.
    pub digest: Digest,
    /// What its maker wrote about it.
    pub note: String,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The files of one version, as they were uploaded; client secrets are taken out.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Files {
    /// `apiDefinition.swagger.json`.
    pub definition: Vec<u8>,
    /// `apiProperties.json`.
    pub properties: Vec<u8>,
    /// `script.csx`.
    pub script: Option<Vec<u8>>,
    /// `icon.png`.
    pub icon: Option<Vec<u8>>,
    /// `readme.md`.
    pub readme: Option<Vec<u8>>,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Files");
        for (name, bytes) in self.named() {
            shown.field(name, &bytes.len());
        }
        shown.finish()
    }
}

impl Files {
    /// Every file with its name in a package.
    pub fn named(&self) -> Vec<(&'static str, &[u8])> {
        let mut all: Vec<(&'static str, &[u8])> =
            vec![(DEFINITION, &self.definition), (PROPERTIES, &self.properties)];
        let others = [(SCRIPT, &self.script), (ICON, &self.icon), (README, &self.readme)];
        all.extend(others.iter().filter_map(|(name, file)| Some((*name, file.as_deref()?))));
        all
    }

    /// Bytes of all files together.
    pub fn size(&self) -> usize {
        self.named().iter().map(|(_, bytes)| bytes.len()).sum()
    }
}

/// What depends on a connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// `connection`, `trigger`, or a kind of another room such as `action`.
    pub kind: String,
    /// Its identifier.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// What to change of a connector; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct ConnectorPatch {
    /// The name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The preview mark.
    pub preview: Option<bool>,
}

/// The file with operations.
pub const DEFINITION: &str = "apiDefinition.swagger.json";
/// The file with everything that the definition cannot say.
pub const PROPERTIES: &str = "apiProperties.json";
/// The file with C# code.
pub const SCRIPT: &str = "script.csx";
/// The file with the picture.
pub const ICON: &str = "icon.png";
/// The file with words for people.
pub const README: &str = "readme.md";
