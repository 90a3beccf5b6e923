//! Forms with files: the token stands before everything else, texts and files are gathered by name.

use std::collections::BTreeMap;

use axum::{
    extract::Multipart,
    http::{HeaderMap, Method},
};
use bytes::Bytes;
use edge::Problem;
use web_frame::Visit;

/// What a form with files held.
#[derive(Debug, Default)]
pub(super) struct Posted {
    texts: BTreeMap<String, String>,
    /// Names and contents of the files that were chosen.
    pub(super) files: Vec<(String, Bytes)>,
}

impl Posted {
    /// Reads a form of somebody whose browser sent its token first.
    pub(super) async fn read(
        visit: &Visit,
        headers: &HeaderMap,
        mut form: Multipart,
    ) -> Result<Self, Problem> {
        edge::same_origin(&visit.context, &Method::POST, headers)?;
        let mut trusted = false;
        let mut posted = Self::default();
        while let Some(part) = form.next_field().await.map_err(edge::unreadable_form)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "csrf" {
                let token = part.text().await.map_err(edge::unreadable_form)?;
                edge::verify_csrf(&visit.context, Some(&token))?;
                trusted = true;
                continue;
            }
            if !trusted {
                edge::verify_csrf(&visit.context, None)?;
            }
            if let Some(file) = part.file_name().map(str::to_owned) {
                let bytes = part.bytes().await.map_err(edge::unreadable_form)?;
                if !bytes.is_empty() && posted.files.len() < MAX_FILES {
                    posted.files.push((file, bytes));
                }
            } else if posted.texts.len() < MAX_TEXTS {
                posted.texts.insert(name, part.text().await.map_err(edge::unreadable_form)?);
            }
        }
        if !trusted {
            edge::verify_csrf(&visit.context, None)?;
        }
        Ok(posted)
    }

    /// A text; empty when it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// Whether a box was ticked.
    pub(super) fn is_on(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// The same with another text, as a page begins.
    pub(super) fn with(mut self, name: &str, text: &str) -> Self {
        self.texts.insert(name.to_owned(), text.to_owned());
        self
    }
}

/// What a form with a package may weigh; how large a package may be is the room's to say.
pub(super) const MAX_BYTES: usize = 32 << 20;
/// More files are not part of a package.
const MAX_FILES: usize = 64;
/// More fields no form has.
const MAX_TEXTS: usize = 64;
