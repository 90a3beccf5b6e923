//! Documents.

use super::{Builder, Kind, Object};

/// What files may be at.
const PLACES: &[&str] =
    &["Account", "Contact", "Lead", "Opportunity", "User", "Task", "Event", "EmailMessage"];

pub(crate) fn objects() -> Vec<Object> {
    vec![version(), document(), link()]
}

fn version() -> Object {
    Builder::new("ContentVersion", "068")
        .called("Content Version", "Content Versions")
        .reference("ContentDocumentId", &["ContentDocument"], Some("ContentVersions"))
        .once()
        .cascades()
        .text("Title", 255)
        .name()
        .text("PathOnClient", 500)
        .once()
        .field("VersionData", Kind::Base64)
        .once()
        .text("VersionNumber", 20)
        .fixed()
        .boolean("IsLatest")
        .fixed()
        .field("Description", Kind::TextArea)
        .length(1000)
        .text("FileExtension", 40)
        .fixed()
        .text("FileType", 20)
        .fixed()
        .field("ContentSize", Kind::Int)
        .fixed()
        .reference("FirstPublishLocationId", PLACES, None)
        .once()
        .owned()
        .build()
}

fn document() -> Object {
    Builder::new("ContentDocument", "069")
        .called("Content Document", "Content Documents")
        .text("Title", 255)
        .required()
        .name()
        .reference("LatestPublishedVersionId", &["ContentVersion"], None)
        .fixed()
        .text("FileExtension", 40)
        .fixed()
        .text("FileType", 20)
        .fixed()
        .field("ContentSize", Kind::Int)
        .fixed()
        .owned()
        .build()
}

fn link() -> Object {
    Builder::new("ContentDocumentLink", "06A")
        .called("Content Document Link", "Content Document Links")
        .reference("LinkedEntityId", PLACES, Some("ContentDocumentLinks"))
        .required()
        .once()
        .cascades()
        .reference("ContentDocumentId", &["ContentDocument"], Some("ContentDocumentLinks"))
        .required()
        .once()
        .cascades()
        .picklist("ShareType", &["V", "C", "I"])
        .default("V")
        .picklist("Visibility", &["AllUsers", "InternalUsers", "SharedUsers"])
        .default("AllUsers")
        .build()
}
