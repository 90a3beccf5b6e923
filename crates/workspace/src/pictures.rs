//! Pictures of cards, fetched by the hub: the reader's browser never asks a sender's server, and the sender
//! never learns who reads.
//!
//! Whoever shows a card asks for the [signature](Pictures::sign) of each picture's address; only what the hub signed
//! itself is fetched, so that nobody can use it to fetch what they like. What comes back is checked by its first
//! bytes and kept in memory for a while.

use std::{fmt, sync::Arc, time::Duration};

use aws_lc_rs::{constant_time, hmac};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use egress::{Client, Request};
use http::{HeaderValue, header};
use kernel::{Permission, Scope};
use moka::future::Cache;
use url::Url;

use crate::{Error, Result};

/// At most 1 MB (Teams' limit for pictures of cards).
pub const MAX_PICTURE_BYTES: usize = 1 << 20;

/// Longer addresses are not led through the hub (the length that browsers agree on).
const MAX_ADDRESS: usize = 2048;

/// Wait no longer for a sender's server; our own choice.
const TIMEOUT: Duration = Duration::from_secs(8);

/// All pictures kept in memory together; our own choice.
const CACHE_BYTES: u64 = 24 << 20;

/// A picture is asked for again after this time; our own choice.
const KEEP: Duration = Duration::from_hours(1);

const ACCEPT: &str = "image/png, image/jpeg, image/gif, image/webp";

/// Half of the tag is enough against guessing (RFC 2104 §5).
const SIGNATURE_BYTES: usize = 16;

/// Fetches, checks and keeps pictures; cheap to clone.
#[derive(Clone)]
pub struct Pictures {
    client: Option<Client>,
    key: Arc<hmac::Key>,
    cache: Cache<String, Option<Picture>>,
}

/// A picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its media type, by its first bytes.
    pub kind: &'static str,
    /// The file.
    pub bytes: Bytes,
}

impl fmt::Debug for Pictures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pictures").field("kept", &self.cache.entry_count()).finish_non_exhaustive()
    }
}

impl Pictures {
    /// Pictures through `client`; without one every picture is refused. Every node of a hub needs the same
    /// `key`, because a page of one may be read from another.
    pub fn new(client: Option<Client>, key: &[u8; 32]) -> Self {
        let weigh = |address: &String, picture: &Option<Picture>| {
            let bytes = picture.as_ref().map_or(0, |picture| picture.bytes.len());
            u32::try_from(address.len() + bytes + 256).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder().weigher(weigh).max_capacity(CACHE_BYTES).time_to_live(KEEP);
        let key = Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key));
        Self { client, key, cache: cache.build() }
    }

    /// The signature under which [`Pictures::fetch`] takes an address that stands in a card; nothing where the
    /// address is longer than 2,048 bytes.
    pub fn sign(&self, address: &str) -> Option<String> {
        (address.len() <= MAX_ADDRESS).then(|| self.tag(address))
    }

    /// The picture at an address that the hub signed; nothing where there is none, or none that is shown.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PictureNotFound`] for an address that the hub did not sign.
    pub async fn fetch(
        &self,
        scope: &Scope,
        address: &str,
        signature: &str,
    ) -> Result<Option<Picture>> {
        scope.require(Permission::MessageRead)?;
        let expected = self.tag(address);
        constant_time::verify_slices_are_equal(expected.as_bytes(), signature.as_bytes())
            .map_err(|_forged| Error::PictureNotFound)?;
        let load = async { self.load(address).await };
        Ok(self.cache.get_with(address.to_owned(), load).await)
    }

    fn tag(&self, address: &str) -> String {
        let tag = hmac::sign(&self.key, address.as_bytes());
        URL_SAFE_NO_PAD.encode(tag.as_ref().get(..SIGNATURE_BYTES).unwrap_or_default())
    }

    async fn load(&self, address: &str) -> Option<Picture> {
        let client = self.client.as_ref()?;
        let url =
            Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let mut request = Request::get(url);
        request.max_bytes = Some(MAX_PICTURE_BYTES);
        request.timeout = Some(TIMEOUT);
        request.headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
        match client.fetch(request).await {
            Ok(answer) if answer.status.is_success() => {
                let kind = kind(&answer.body)?;
                Some(Picture { kind, bytes: answer.body })
            }
            Ok(answer) => {
                let status = answer.status.as_u16();
                tracing::debug!(status, "a picture of a card was not there");
                None
            }
            Err(error) => {
                tracing::debug!(%error, "a picture of a card could not be fetched");
                None
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use kernel::Actor;

    use super::*;

    fn reader(permissions: &[Permission]) -> Scope {
        let ids = testkit::ids();
        testkit::scope(ids.fresh(), Actor::User(ids.fresh()), permissions)
    }

    #[tokio::test]
    async fn only_an_address_that_the_hub_signed_is_fetched() {
        let (pictures, other) = (Pictures::new(None, &[7; 32]), Pictures::new(None, &[8; 32]));
        let (address, scope) =
            ("https://example.org/a b.png?x=1", reader(&[Permission::MessageRead]));
        let signature = pictures.sign(address).expect("short enough");
        assert!(matches!(pictures.fetch(&scope, address, &signature).await, Ok(None)));
        for (pictures, address) in [(&pictures, "http://169.254.169.254/"), (&other, address)] {
            let refused = pictures.fetch(&scope, address, &signature).await;
            assert!(matches!(refused, Err(Error::PictureNotFound)), "{address}");
        }
    }

    #[tokio::test]
    async fn who_may_not_read_messages_gets_no_picture() {
        let pictures = Pictures::new(None, &[7; 32]);
        let address = "https://example.org/a.png";
        let signature = pictures.sign(address).expect("short enough");
        let refused = pictures.fetch(&reader(&[]), address, &signature).await;
        assert!(matches!(refused, Err(Error::Denied(_))));
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
    fn an_address_longer_than_browsers_take_is_not_signed() {
        let pictures = Pictures::new(None, &[7; 32]);
        assert_eq!(
            pictures.sign(&format!("https://example.org/{}", "a".repeat(MAX_ADDRESS))),
            None
        );
    }
}
