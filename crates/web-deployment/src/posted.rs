//! Forms with a file: the token stands before everything else.

use axum::{
    extract::Multipart,
    http::{HeaderMap, Method},
};
use edge::Problem;
use web_frame::Visit;

/// What a form held.
#[derive(Debug, Default)]
pub(crate) struct Posted {
    texts: Vec<(String, String)>,
    /// The name of the file that was chosen, and what is in it.
    pub(crate) file: Option<(String, Vec<u8>)>,
}

impl Posted {
    /// Reads a form of somebody whose browser sent its token first.
    pub(crate) async fn read(
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
                if !bytes.is_empty() && posted.file.is_none() {
                    posted.file = Some((file, bytes.into()));
                }
            } else if posted.texts.len() < MAX_TEXTS {
                posted.texts.push((name, part.text().await.map_err(edge::unreadable_form)?));
            }
        }
        if !trusted {
            edge::verify_csrf(&visit.context, None)?;
        }
        Ok(posted)
    }

    /// A text; empty when it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.texts.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text.as_str())
    }
}

/// What a form may weigh: a file of the largest size, and what stands around it.
pub(crate) const MAX_BYTES: usize = deployment::evidence::MAX_PACKAGE + (64 << 10);
/// More fields no form has.
const MAX_TEXTS: usize = 16;
