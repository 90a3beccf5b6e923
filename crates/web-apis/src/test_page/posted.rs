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
pub(super) struct Posted {
    /// The operationId.
    pub(super) operation: String,
    /// The connection; empty for whichever fits.
    pub(super) connection: String,
    /// The number of the version; empty for the current one.
    pub(super) number: String,
    /// The button.
    pub(super) act: String,
    /// The fields.
    pub(super) typed: Typed,
}

impl Posted {
    /// Reads a form of somebody whose browser sent its token first.
    pub(super) async fn read(
        visit: &Visit,
        headers: &HeaderMap,
        mut form: Multipart,
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
                "operation" => posted.operation = text,
                "connection" => posted.connection = text,
                "number" => posted.number = text,
                "do" => posted.act = text,
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
}

/// What the form may weigh, files included.
pub(super) const MAX_BYTES: usize = 24 << 20;
/// More files no operation takes.
const MAX_FILES: usize = 16;
/// More fields no form shows.
const MAX_PAIRS: usize = 5_000;
