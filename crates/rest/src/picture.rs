//! Pictures as answers: icons of webhooks, logos of connectors.

use axum::response::{IntoResponse as _, Response};
use channel_connectors::Icon;
use edge::Problem;
use http::{HeaderName, HeaderValue, header};
use kernel::Kind;

/// A picture whose address changes with it.
///
/// # Errors
/// The code and the sentence, where there is no picture.
pub fn answer(
    picture: Option<Icon>,
    (code, sentence): (&'static str, &'static str),
) -> Result<Response, Problem> {
    let Some(Icon { kind, bytes, .. }) = picture else {
        return Err(Problem::new(code, Kind::NotFound, sentence));
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type())),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400")),
        (SNIFF, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, bytes).into_response())
}

/// A little more than a picture may have, so that the room says what is wrong.
pub const UPLOAD_BYTES: usize = 64 * 1024;

const SNIFF: HeaderName = HeaderName::from_static("x-content-type-options");
