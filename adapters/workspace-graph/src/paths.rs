//! Addresses below Graph's root: nothing that a caller names can lead elsewhere.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use workspace_port::{ChannelId, Error, FileId, Place, Result, TeamId};

/// Identifiers keep what Graph itself leaves plain in them.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'!');

/// One segment of a path, or one value of a query.
pub(crate) fn segment(text: &str) -> String {
    // `.` and `..` are no names of anything, and lead upwards where an address is put together.
    let text = if text.chars().all(|c| c == '.') { "-" } else { text };
    utf8_percent_encode(text, SEGMENT).to_string()
}

pub(crate) fn team(team: &TeamId) -> String {
    format!("/teams/{}", segment(&team.0))
}

pub(crate) fn channel(at: &ChannelId) -> String {
    format!("{}/channels/{}", team(&at.team), segment(&at.id))
}

pub(crate) fn place(place: &Place) -> String {
    match place {
        Place::Team(id) => team(id),
        Place::Channel(id) => channel(id),
    }
}

/// The team that a place is in.
pub(crate) const fn team_of(place: &Place) -> &TeamId {
    match place {
        Place::Team(id) => id,
        Place::Channel(id) => &id.team,
    }
}

/// A file's identifier is that of its drive, a slash, and its own.
pub(crate) fn file_id(drive: &str, item: &str) -> FileId {
    FileId(format!("{drive}/{item}"))
}

pub(crate) fn item(file: &FileId) -> Result<String> {
    let (drive, item) = file.0.split_once('/').ok_or(Error::NotFound)?;
    Ok(format!("/drives/{}/items/{}", segment(drive), segment(item)))
}

/// A text within single quotes of an OData filter.
pub(crate) fn quoted(text: &str) -> String {
    segment(&format!("'{}'", text.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_identifier_leads_out_of_its_place() {
        for wild in ["..", ".", "../../me", "a/b", "a?b", "a#b", "%2e%2e", "é", "a b", "'"] {
            let path = team(&TeamId(wild.to_owned()));
            let url =
                url::Url::parse(&format!("https://graph.example/v1.0{path}/channels")).unwrap();
            let parts: Vec<&str> = url.path_segments().unwrap().collect();
            assert!(matches!(parts.as_slice(), ["v1.0", "teams", _, "channels"]), "{url}");
            assert!(url.query().is_none() && url.fragment().is_none(), "{url}");
        }
        assert_eq!(team(&TeamId("0f-1".to_owned())), "/teams/0f-1");
        assert_eq!(segment("19:a@thread.tacv2"), "19%3Aa%40thread.tacv2");
    }

    #[test]
    fn a_text_ends_only_where_we_say() {
        assert_eq!(quoted("o'neil"), "%27o%27%27neil%27");
    }

    #[test]
    fn a_file_without_a_drive_is_none() {
        assert!(matches!(item(&FileId("nothing".to_owned())), Err(Error::NotFound)));
        assert_eq!(item(&file_id("b!x", "01A/..")).unwrap(), "/drives/b!x/items/01A%2F..");
    }
}
