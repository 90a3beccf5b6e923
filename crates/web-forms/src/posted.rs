//! What the form of an operation posts: texts in their order and files.

use axum::{
    extract::Multipart,
    http::{HeaderMap, Method},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use connector_forms::Typed;
use edge::Problem;
use web_frame::Visit;

/// What was posted.
#[derive(Debug, Default)]
pub struct Posted {
    /// The fields of the page itself.
    named: Vec<(String, String)>,
    /// The button.
    pub act: String,
    /// The fields of the operation.
    pub typed: Typed,
}

impl Posted {
    /// Reads a form of somebody whose browser sent its token first. `own` names the fields that are the page's.
    ///
    /// # Errors
    /// A form of another site, or one that cannot be read.
    pub async fn read(
        visit: &Visit,
        headers: &HeaderMap,
        (mut form, own): (Multipart, &[&str]),
    ) -> Result<Self, Problem> {
        edge::same_origin(&visit.context, &Method::POST, headers)?;
        let mut is_trusted = false;
        let mut posted = Self::default();
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut files = Vec::new();
        while let Some(part) = form.next_field().await.map_err(edge::unreadable_form)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "csrf" {
                let token = part.text().await.map_err(edge::unreadable_form)?;
                edge::verify_csrf(&visit.context, Some(&token))?;
                is_trusted = true;
                continue;
            }
            if !is_trusted {
                edge::verify_csrf(&visit.context, None)?;
            }
            if let Some(file) = part.file_name().map(str::to_owned) {
                let kind = part.content_type().unwrap_or_default().to_owned();
                let bytes = part.bytes().await.map_err(edge::unreadable_form)?;
                let pointer = name.strip_prefix('f').filter(|it| it.starts_with('/'));
                if let Some(pointer) = pointer
                    && !(file.is_empty() && bytes.is_empty())
                    && files.len() < MAX_FILES
                {
                    files.push((pointer.to_owned(), file, kind, STANDARD.encode(&bytes)));
                }
                continue;
            }
            let text = part.text().await.map_err(edge::unreadable_form)?;
            match name.as_str() {
                "do" => posted.act = text,
                name if own.contains(&name) => posted.named.push((name.to_owned(), text)),
                _ if pairs.len() < MAX_PAIRS => pairs.push((name, text)),
                _ => {}
            }
        }
        if !is_trusted {
            edge::verify_csrf(&visit.context, None)?;
        }
        posted.typed = Typed::posted(pairs);
        for (pointer, file, kind, base64) in files {
            posted.typed.attach(&pointer, (&file, &kind), &base64);
        }
        Ok(posted)
    }

    /// A field of the page; nothing where it was not sent.
    pub fn text(&self, name: &str) -> &str {
        let found = self.named.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, text)| text.as_str())
    }
}

/// What the form may weigh, files included.
pub const MAX_BYTES: usize = 24 << 20;
/// More files no operation takes.
const MAX_FILES: usize = 16;
/// More fields no form shows.
const MAX_PAIRS: usize = 5_000;
