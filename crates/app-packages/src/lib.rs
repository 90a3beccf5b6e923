//! App packages: the zip with manifest, icons and language files that apps for teams come in; read,
//! checked on three levels, written. A pure language.
//!
//! [`read`] opens an archive with suspicion: what is dangerous or cannot be read is refused there.
//! [`check`] judges what was read on a [`Level`]: by the published schema alone, as an upload to a team
//! (takes what the platform took, and warns), or for the catalogue (everything that a packager must see to
//! is an error). [`write`] makes the archive; the same input gives the same bytes.
//!
//! ```
//! use liaison_app_packages::{Level, check, is_accepted, plain_icons, read, write};
//!
//! let manifest = serde_json::json!({
//!     "$schema": "https://developer.microsoft.com/json-schemas/teams/v1.16/MicrosoftTeams.schema.json",
//!     "manifestVersion": "1.16",
//!     "version": "1.0.0",
//!     "id": "6f1d5a52-7c0e-4d7f-9f59-0d7b5a1f6c01",
//!     "developer": {
//!         "name": "Contoso",
//!         "websiteUrl": "https://contoso.example",
//!         "privacyUrl": "https://contoso.example/privacy",
//!         "termsOfUseUrl": "https://contoso.example/terms",
//!     },
//!     "name": { "short": "Tasks", "full": "Tasks of Contoso" },
//!     "description": { "short": "Tasks in channels", "full": "Says in a channel what happens to tasks." },
//!     "icons": { "color": "color.png", "outline": "outline.png" },
//!     "accentColor": "#0F6CBD",
//! });
//! let (color, outline) = plain_icons([15, 108, 189]);
//! let zip = write(&manifest, &[("color.png", &color), ("outline.png", &outline)]).unwrap();
//! let package = read(&zip).unwrap();
//! assert!(is_accepted(&check(&package, Level::Publish)));
//! ```
//!
//! No input or output, no clock; every bound is a constant in [`limits`]. The schemas are those of the
//! package `@microsoft/app-manifest`, packed into the binary. Add-ins with an XML manifest are not read.

mod archive;
mod check;
mod finding;
mod image;
mod json;
pub mod limits;
mod manifest;
mod package;
mod schema;

pub use archive::{Take, bundle, each, open};
pub use check::{check, check_manifest};
pub use finding::{Finding, Level, MANIFEST, Place, Rule, Severity, is_accepted};
pub use manifest::{Capability, Connector, Developer, Manifest, Texts};
pub use package::{Package, document, plain_icon, plain_icons, read, write};
pub use schema::{address as schema_address, versions as manifest_versions};
