//! Media types, as far as a body depends on them.

/// A media type as written, parameters and all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType<'t>(pub &'t str);

impl MediaType<'_> {
    /// Type and subtype without parameters.
    pub fn essence(&self) -> &str {
        self.0.split(';').next().unwrap_or_default().trim()
    }

    /// Whether bodies of this type are JSON: `application/json;odata=…`, `text/json`,
    /// `application/json-patch+json`, `application/*+json` all are (connector-format §7, step 7).
    pub fn is_json(&self) -> bool {
        let essence = self.essence().to_ascii_lowercase();
        let subtype = essence.split_once('/').map_or(essence.as_str(), |(_, subtype)| subtype);
        subtype == "json" || subtype.ends_with("+json") || subtype.starts_with("json-")
    }

    /// Whether it is one of the two forms.
    pub fn is_form(&self) -> bool {
        self.is_multipart() || self.is_url_encoded()
    }

    /// `multipart/form-data`
    pub fn is_multipart(&self) -> bool {
        self.essence().eq_ignore_ascii_case("multipart/form-data")
    }

    /// `application/x-www-form-urlencoded`
    pub fn is_url_encoded(&self) -> bool {
        self.essence().eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }

    /// Whether bodies of this type are text for people.
    pub fn is_text(&self) -> bool {
        let essence = self.essence().to_ascii_lowercase();
        essence.starts_with("text/") || essence.ends_with("/xml") || essence.ends_with("+xml")
    }

    /// JSON first, then forms, then text, then bytes.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            media if media.is_json() => 0,
            media if media.is_multipart() => 1,
            media if media.is_url_encoded() => 2,
            media if media.is_text() => 3,
            _ => 4,
        }
    }
}
