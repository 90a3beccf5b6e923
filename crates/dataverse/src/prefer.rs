//! The `Prefer` header, and what of it was heeded.

use http::{HeaderMap, HeaderValue};

use crate::annotations::Annotations;

/// What a client would like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// The row comes back with `201` or `200`.
    pub(crate) representation: bool,
    /// Which annotations stand in the body.
    pub(crate) annotations: Annotations,
    /// The text of the preference, to be told back.
    annotations_text: Option<String>,
    /// Rows of a page, 1 to 5000.
    pub(crate) page_size: Option<u32>,
    /// Whether a batch goes on after a failed part.
    pub(crate) continue_on_error: bool,
    /// Whether a delta link is asked for.
    pub(crate) track_changes: bool,
}

impl Preferences {
    /// Reads all `Prefer` headers (RFC 7240 §2): lists, with quoted values that may hold commas. What is not known is not heeded.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut found = Self::default();
        for line in headers.get_all("prefer") {
            let Ok(line) = line.to_str() else { continue };
            for (name, value) in preferences(line) {
                found.take(&name, value);
            }
        }
        found
    }

    fn take(&mut self, name: &str, value: Option<String>) {
        // `odata.` may be left out since 4.01.
        let name = name.strip_prefix("odata.").unwrap_or(name);
        match (name, value) {
            ("return", Some(value)) => {
                self.representation = value.eq_ignore_ascii_case("representation");
            }
            ("include-annotations", Some(value)) => {
                self.annotations = Annotations::parse(&value);
                self.annotations_text = Some(value);
            }
            ("maxpagesize", Some(value)) => {
                let size = value.parse::<u32>().ok().filter(|size| *size > 0);
                self.page_size = size.map(|size| size.min(PAGE));
            }
            ("continue-on-error", value) => {
                self.continue_on_error =
                    value.is_none_or(|value| !value.eq_ignore_ascii_case("false"));
            }
            ("track-changes", _) => self.track_changes = true,
            _ => {}
        }
    }

    /// For the parts of a batch: what a part does not say itself stands in the outer request.
    pub(crate) fn or(mut self, outer: &Self) -> Self {
        if self.annotations_text.is_none() {
            self.annotations = outer.annotations.clone();
            self.annotations_text.clone_from(&outer.annotations_text);
        }
        self.page_size = self.page_size.or(outer.page_size);
        self
    }

    /// `Preference-Applied`, of what had an effect on an answer that does or does not hold rows.
    pub(crate) fn applied(&self, heeded: Heeded) -> Option<HeaderValue> {
        let mut list = Vec::new();
        if heeded.representation && self.representation {
            list.push("return=representation".to_owned());
        }
        if let Some(text) = self.annotations_text.as_deref().filter(|_| heeded.body) {
            list.push(format!("odata.include-annotations=\"{text}\""));
        }
        if let Some(size) = self.page_size.filter(|_| heeded.page) {
            list.push(format!("odata.maxpagesize={size}"));
        }
        if self.track_changes && heeded.track {
            list.push("odata.track-changes".to_owned());
        }
        (!list.is_empty()).then(|| HeaderValue::from_str(&list.join(",")).ok()).flatten()
    }
}

/// What an answer could heed.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four preferences, each heeded or not")]
pub(crate) struct Heeded {
    /// A row was written.
    pub(crate) representation: bool,
    /// There is a body with rows.
    pub(crate) body: bool,
    /// The rows are a page.
    pub(crate) page: bool,
    /// Changes are tracked.
    pub(crate) track: bool,
}

/// Names and values of one line; parameters behind `;` are left out, but those of `odata.callback` and of quoted values are skipped whole.
fn preferences(line: &str) -> Vec<(String, Option<String>)> {
    let mut list = Vec::new();
    for item in items(line) {
        let item = item.trim();
        let (name, value) = match item.split_once('=') {
            Some((name, value)) => (name, Some(unquoted(value))),
            None => (item.split(';').next().unwrap_or_default(), None),
        };
        let name = name.trim().to_ascii_lowercase();
        if !name.is_empty() {
            list.push((name, value));
        }
    }
    list
}

/// The line cut at its commas outside of quotes.
fn items(line: &str) -> Vec<&str> {
    let (mut list, mut quoted, mut from) = (Vec::new(), false, 0);
    for (at, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                list.extend(line.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    list.extend(line.get(from..));
    list
}

/// A token or a quoted text, without parameters.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    match value.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or_default().to_owned(),
        None => value.split(';').next().unwrap_or_default().trim().to_owned(),
    }
}

/// The largest page (Dataverse Web API, "Page results": 5,000 rows).
pub(crate) const PAGE: u32 = 5000;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&'static str]) -> Preferences {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("prefer", HeaderValue::from_static(line));
        }
        Preferences::of(&headers)
    }

    #[test]
    fn several_preferences_stand_in_one_line() {
        let found = read(&[
            "odata.maxpagesize=3,odata.include-annotations=\"OData.Community.Display.V1.FormattedValue,Microsoft.Dynamics.CRM.*\", return=representation",
        ]);
        assert_eq!(found.page_size, Some(3));
        assert!(
            found.representation && found.annotations.formatted() && found.annotations.lookup()
        );
        let told = found
            .applied(Heeded { representation: true, body: true, page: true, track: false })
            .unwrap();
        assert_eq!(
            told,
            "return=representation,odata.include-annotations=\"OData.Community.Display.V1.FormattedValue,Microsoft.Dynamics.CRM.*\",odata.maxpagesize=3"
        );
        assert_eq!(found.applied(Heeded::default()), None);
    }

    #[test]
    fn page_sizes_stay_within_bounds() {
        assert_eq!(read(&["odata.maxpagesize=0"]).page_size, None);
        assert_eq!(read(&["odata.maxpagesize=-1"]).page_size, None);
        assert_eq!(read(&["odata.maxpagesize=99999999999999999999"]).page_size, None);
        assert_eq!(read(&["maxpagesize=6000"]).page_size, Some(5000));
    }

    #[test]
    fn what_cannot_be_read_is_not_heeded() {
        for line in [
            "",
            ",,,",
            "=",
            "=\"",
            "return",
            "return=minimal",
            "odata.include-annotations",
            "\"\"\",\"",
            "respond-async;wait=10",
        ] {
            assert_eq!(read(&[line]), Preferences::default(), "{line}");
        }
        assert!(read(&["odata.continue-on-error"]).continue_on_error);
        assert!(!read(&["odata.continue-on-error=false"]).continue_on_error);
        assert!(read(&["return=representation;x=1", "odata.track-changes"]).track_changes);
    }
}
