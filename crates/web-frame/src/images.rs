//! Pictures of cards, fetched by the hub: the reader's browser never asks a sender's server, and the sender
//! never learns who reads.
//!
//! A page holds `/images?u=…&s=…`; the signature says that the hub wrote the address itself, so that nobody
//! can use the hub to fetch what they like. What comes back is checked by its first bytes and kept in memory
//! for a while.

use std::{fmt, sync::Arc, time::Duration};

use aws_lc_rs::hmac;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use edge::{Authed, Query};
use moka::future::Cache;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use url::Url;

use crate::{App, assets};

/// At most 1 MB (Teams' limit for pictures of cards).
pub const MAX_BYTES: usize = 1 << 20;

/// Wait no longer for a sender's server; our own choice.
const TIMEOUT: Duration = Duration::from_secs(8);

/// All pictures kept in memory together; our own choice.
const CACHE_BYTES: u64 = 24 << 20;

/// A picture is asked for again after this time; our own choice.
const KEEP: Duration = Duration::from_hours(1);

/// Longer addresses are not led through the hub (the length that browsers agree on).
const MAX_ADDRESS: usize = 2048;

/// Fetches, checks and keeps pictures; cheap to clone.
#[derive(Clone)]
pub struct Images {
    client: Option<egress::Client>,
    key: Arc<hmac::Key>,
    cache: Cache<String, Option<Picture>>,
}

#[derive(Debug, Clone)]
struct Picture {
    kind: &'static str,
    bytes: Bytes,
}

impl fmt::Debug for Images {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Images").field("kept", &self.cache.entry_count()).finish_non_exhaustive()
    }
}

impl Images {
    /// Pictures through `client`; without one every picture is refused. Every node of a hub needs the same
    /// `key`, because a page of one may be read from another.
    pub fn new(client: Option<egress::Client>, key: &[u8; 32]) -> Self {
        let weigh = |address: &String, picture: &Option<Picture>| {
            let bytes = picture.as_ref().map_or(0, |picture| picture.bytes.len());
            u32::try_from(address.len() + bytes + 256).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder().weigher(weigh).max_capacity(CACHE_BYTES).time_to_live(KEEP);
        let key = Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key));
        Self { client, key, cache: cache.build() }
    }

    /// The address on the hub of a picture on the web; picture data in the address itself stays.
    pub fn through_hub(&self, address: &str) -> Option<String> {
        if address.starts_with("/images?") || address.starts_with("data:") {
            return None;
        }
        if address.len() > MAX_ADDRESS {
            return Some(assets::href("image-refused.svg"));
        }
        let wanted = utf8_percent_encode(address, NON_ALPHANUMERIC);
        Some(format!("/images?u={wanted}&s={}", self.sign(address)))
    }

    fn sign(&self, address: &str) -> String {
        let tag = hmac::sign(&self.key, address.as_bytes());
        URL_SAFE_NO_PAD.encode(tag.as_ref().get(..SIGNATURE_BYTES).unwrap_or_default())
    }

    fn is_signed(&self, address: &str, signature: &str) -> bool {
        let expected = self.sign(address);
        aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), signature.as_bytes())
            .is_ok()
    }

    async fn picture(&self, address: &str) -> Option<Picture> {
        let load = async { self.load(address).await };
        self.cache.get_with(address.to_owned(), load).await
    }

    async fn load(&self, address: &str) -> Option<Picture> {
        let client = self.client.as_ref()?;
        let url =
            Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let mut request = egress::Request::get(url);
        request.max_bytes = Some(MAX_BYTES);
        request.timeout = Some(TIMEOUT);
        request.headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
        match client.fetch(request).await {
            Ok(answer) if answer.status.is_success() => {
                let kind = kind(&answer.body)?;
                Some(Picture { kind, bytes: answer.body })
            }
            Ok(answer) => {
                tracing::debug!(
                    status = answer.status.as_u16(),
                    "a picture of a card was not there"
                );
                None
            }
            Err(error) => {
                tracing::debug!(%error, "a picture of a card could not be fetched");
                None
            }
        }
    }
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
    Authed(_scope): Authed,
    Query(wanted): Query<Wanted>,
) -> Response {
    if !app.images.is_signed(&wanted.u, &wanted.s) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(picture) = app.images.picture(&wanted.u).await else {
        let place = HeaderValue::from_str(&assets::href("image-refused.svg"));
        let place = place.unwrap_or_else(|_odd| HeaderValue::from_static("/"));
        let short = HeaderValue::from_static("private, max-age=60");
        return (StatusCode::FOUND, [(header::LOCATION, place), (header::CACHE_CONTROL, short)])
            .into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(picture.kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline")),
    ];
    (headers, picture.bytes).into_response()
}

/// The kind of picture by its first bytes; what the server said does not count. SVG is none: it may hold script.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

const ACCEPT: &str = "image/png, image/jpeg, image/gif, image/webp";

/// Half of the tag is enough against guessing (RFC 2104 §5).
const SIGNATURE_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_the_hub_wrote_is_fetched() {
        let images = Images::new(None, &[7; 32]);
        let address =
            images.through_hub("https://example.org/a b.png?x=1&y=2").expect("an address");
        let query = address.strip_prefix("/images?").expect("a query");
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(pairs[0].1, "https://example.org/a b.png?x=1&y=2");
        assert!(images.is_signed(&pairs[0].1, &pairs[1].1));
        assert!(!images.is_signed("http://169.254.169.254/", &pairs[1].1));
        assert!(!Images::new(None, &[8; 32]).is_signed(&pairs[0].1, &pairs[1].1));
    }

    #[test]
    fn the_first_bytes_decide_and_script_is_no_picture() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in [&b"<svg xmlns="[..], b"<!doctype html>", b"GIF8", b"", b"BM......"] {
            assert_eq!(kind(other), None);
        }
    }

    #[test]
    fn an_address_longer_than_browsers_take_is_refused() {
        let images = Images::new(None, &[7; 32]);
        let long = format!("https://example.org/{}", "a".repeat(MAX_ADDRESS));
        assert_eq!(images.through_hub(&long), Some(assets::href("image-refused.svg")));
    }
}
