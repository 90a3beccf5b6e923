//! Scripts, styles and icons, embedded in the binary under names that change with their content.

use std::{borrow::Cow, collections::HashMap, fmt::Write as _, sync::LazyLock};

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};

/// A name never means other content, so nobody has to ask again (RFC 8246).
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

#[derive(RustEmbed)]
#[folder = "assets/dist"]
struct Dist;

static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let file = Dist::get("manifest.json").map(|file| file.data).unwrap_or_default();
    serde_json::from_slice(&file).unwrap_or_default()
});

/// The address of a built file, such as `app.css`.
pub(crate) fn href(name: &str) -> String {
    match MANIFEST.get(name) {
        Some(file) => format!("/assets/{file}"),
        None => format!("/assets/{name}"),
    }
}

/// What a built file holds; empty when it was not built.
pub fn content(name: &str) -> Bytes {
    let file = MANIFEST.get(name).and_then(|file| packed(file));
    file.map(|file| unpacked(&file)).unwrap_or_default()
}

/// A built file as it is carried.
fn packed(file: &str) -> Option<EmbeddedFile> {
    Dist::get(&format!("{file}.gz"))
}

fn unpacked(file: &EmbeddedFile) -> Bytes {
    edge::unpacked(&file.data).map_or_else(
        |error| {
            tracing::error!(%error, "a built file cannot be unpacked");
            Bytes::new()
        },
        Bytes::from,
    )
}

/// A page with the names of built files without their hashes, so that snapshots outlive a build.
pub fn plain_names(html: &str) -> String {
    MANIFEST.iter().fold(html.to_owned(), |html, (name, file)| html.replace(file, name))
}

/// Serves a built file, packed where the browser takes it.
pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let hidden = name.starts_with('.') || ["gz", "json"].contains(&extension(&name));
    if hidden {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(file) = packed(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let takes_gzip = takes_gzip(&headers);
    let tag = tag(&file, takes_gzip);
    let mut answer = HeaderMap::new();
    answer.insert(header::CACHE_CONTROL, IMMUTABLE);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, value);
    }
    if headers.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(&name)));
    if takes_gzip {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let body = match file.data {
        _ if !takes_gzip => unpacked(&file),
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    (answer, body).into_response()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(
        |value| {
            value.split(',').any(|part| {
                let mut words = part.trim().split(';').map(str::trim);
                words.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
                    && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        },
    )
}

/// A strong tag; the packed bytes have one of their own (RFC 9110 §8.8.3.3).
fn tag(file: &EmbeddedFile, packed: bool) -> String {
    let hash = file.metadata.sha256_hash();
    let mut tag = String::from("\"");
    for byte in hash.iter().take(12) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push_str(if packed { "-gz\"" } else { "\"" });
    tag
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn kind(name: &str) -> &'static str {
    match extension(name) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(name: &str, encoding: &str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, encoding.parse().expect("a header"));
        serve(Path(name.to_owned()), headers).await
    }

    fn built(name: &str) -> String {
        href(name).trim_start_matches("/assets/").to_owned()
    }

    #[tokio::test]
    async fn a_built_file_is_packed_and_cached_for_ever() {
        let answer = get(&built("app.css"), "br, gzip").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], IMMUTABLE);
        let tag = answer.headers()[header::ETAG].clone();
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "gzip".parse().expect("a header"));
        headers.insert(header::IF_NONE_MATCH, tag);
        let again = serve(Path(built("app.css")), headers).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn a_client_that_refuses_gzip_gets_plain_bytes() {
        let answer = get(&built("app.js"), "gzip;q=0, identity").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.headers().get(header::CONTENT_ENCODING).is_none());
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        assert!(body.len() > 10_000 && std::str::from_utf8(&body).is_ok());
        assert_eq!(body, content("app.js"));
    }

    #[tokio::test]
    async fn what_was_not_built_is_not_found() {
        for name in ["manifest.json", "../Cargo.toml", "nothing.css", ".built"] {
            assert_eq!(get(name, "gzip").await.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[test]
    fn the_first_load_stays_under_its_weight() {
        let packed: usize = ["app.js", "channel.js", "cards.js", "app.css", "sprite.svg"]
            .iter()
            .map(|name| Dist::get(&format!("{}.gz", built(name))).expect("built").data.len())
            .sum();
        assert!(packed < 220 * 1024, "{packed} bytes leave no room for the page in 250 KB");
    }
}
