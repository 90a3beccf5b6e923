//! Addresses of pictures of cards: `/images?u=…&s=…`, with the signature of the workspace.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use edge::{Authed, Problem, Query};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use workspace::Pictures;

use crate::{App, assets};

/// The address on the hub of a picture on the web; picture data in the address itself stays.
pub fn through_hub(pictures: &Pictures, address: &str) -> Option<String> {
    if address.starts_with("/images?") || address.starts_with("data:") {
        return None;
    }
    let Some(signature) = pictures.sign(address) else {
        return Some(assets::href("image-refused.svg"));
    };
    let wanted = utf8_percent_encode(address, NON_ALPHANUMERIC);
    Some(format!("/images?u={wanted}&s={signature}"))
}

/// What `/images` is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    u: String,
    s: String,
}

/// Gives a picture, or the sign of a refused one: a page never shows a hole.
pub(crate) async fn serve(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let Some(picture) = app.pictures.fetch(&scope, &wanted.u, &wanted.s).await? else {
        let place = HeaderValue::from_str(&assets::href("image-refused.svg"));
        let place = place.unwrap_or_else(|_odd| HeaderValue::from_static("/"));
        let short = HeaderValue::from_static("private, max-age=60");
        let headers = [(header::LOCATION, place), (header::CACHE_CONTROL, short)];
        return Ok((StatusCode::FOUND, headers).into_response());
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(picture.kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline")),
    ];
    Ok((headers, picture.bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_led_through_the_hub_once() {
        let pictures = Pictures::new(None, &[7; 32]);
        let address = through_hub(&pictures, "https://example.org/a b.png?x=1&y=2").unwrap();
        assert!(address.starts_with("/images?u=https%3A%2F%2Fexample%2Eorg"), "{address}");
        assert_eq!(through_hub(&pictures, &address), None);
        assert_eq!(through_hub(&pictures, "data:image/png;base64,AAAA"), None);
        let long = format!("https://example.org/{}", "a".repeat(4000));
        assert_eq!(through_hub(&pictures, &long), Some(assets::href("image-refused.svg")));
    }
}
