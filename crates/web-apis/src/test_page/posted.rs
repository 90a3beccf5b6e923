//! What the form of the test page posts.

use axum::{extract::Multipart, http::HeaderMap};
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
        form: Multipart,
    ) -> Result<Self, Problem> {
        let posted = web_forms::Posted::read(visit, headers, (form, &OWN)).await?;
        let text = |name: &str| posted.text(name).to_owned();
        Ok(Self {
            operation: text("operation"),
            connection: text("connection"),
            number: text("number"),
            act: posted.act,
            typed: posted.typed,
        })
    }
}

/// The fields of the page itself.
const OWN: [&str; 3] = ["operation", "connection", "number"];
