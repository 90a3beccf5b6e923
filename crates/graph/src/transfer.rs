//! Files on their way in and out. Their bytes are on another host than Graph, which gets no token: the address is the
//! key.

use std::time::Duration;

use bytes::Bytes;
use egress::{Request, Response};
use http::{
    Method, StatusCode,
    header::{ACCEPT, CONTENT_RANGE, HeaderValue, LOCATION},
};
use serde_json::Value;
use url::Url;

use crate::{
    Answer, Ask, Caller, Error, Graph, PIECE, Result,
    graph::{judge, request},
};

impl Graph {
    /// The bytes that a path leads to, such as `…/content` of a file; at most `most`.
    ///
    /// # Errors
    /// [`Error`]; [`Error::TooLarge`] beyond `most`.
    pub async fn download(&self, caller: Caller<'_>, path: &str, most: usize) -> Result<Bytes> {
        let ask = Ask { path: path.to_owned(), ..Ask::default() };
        let response = self.response(caller, &ask).await?;
        if response.status != StatusCode::FOUND {
            judge(&response)?;
            return Ok(response.body);
        }
        let location = response.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let url = self.elsewhere(location)?;
        let request = Request { follow: false, max_bytes: Some(most), ..Request::get(url) };
        let response = self.http().fetch(request).await.map_err(too_large)?;
        if response.status.is_success() {
            return Ok(response.body);
        }
        judge(&response)?;
        Err(Error::Answer { reason: "a file leads on and on" })
    }

    /// A text that Graph itself answers with, such as a transcript; nothing leads on from it.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn text(&self, caller: Caller<'_>, path: &str, media: &'static str) -> Result<Bytes> {
        let headers = vec![(ACCEPT, HeaderValue::from_static(media))];
        let ask = Ask { path: path.to_owned(), headers, ..Ask::default() };
        let response = self.response(caller, &ask).await?;
        if response.status == StatusCode::OK {
            return Ok(response.body);
        }
        judge(&response)?;
        Err(Error::Answer { reason: "a text leads elsewhere" })
    }

    /// Bytes that Graph gives itself and that may be longer than its other answers, such as `…/$value` of a message; at
    /// most `most`.
    ///
    /// # Errors
    /// [`Error`]; [`Error::TooLarge`] beyond `most`.
    pub async fn content(&self, caller: Caller<'_>, path: &str, most: usize) -> Result<Bytes> {
        let url = self.address(path)?;
        let ask = Ask { path: path.to_owned(), ..Ask::default() };
        let mut fresh = !matches!(caller, Caller::SignedIn { .. });
        loop {
            let (key, token) = self.token(caller).await?;
            let asked = request(&ask, url.clone(), &token)?;
            let opening = self.http().open(asked).await.map_err(Error::Unreachable)?;
            let (status, headers, url) = (opening.status, opening.headers, opening.url);
            if status == StatusCode::UNAUTHORIZED && fresh {
                fresh = false;
                self.forget(&key, &token).await;
                continue;
            }
            let limit = if status.is_success() { most } else { MAX_REFUSAL };
            let body = opening.rest.whole(limit, PATIENCE).await.map_err(too_large)?;
            if status.is_success() {
                return Ok(body);
            }
            judge(&Response { status, headers, body, url })?;
            return Err(Error::Answer { reason: "content leads elsewhere" });
        }
    }

    /// Brings the bytes of a file to an upload session, piece by piece, and gives the item that came of it.
    ///
    /// # Errors
    /// [`Error`]; the session is given up then.
    pub async fn upload(&self, session: &Value, bytes: &Bytes) -> Result<Value> {
        let url = self.elsewhere(session.get("uploadUrl").and_then(Value::as_str))?;
        let done = self.pieces(&url, bytes).await;
        if done.is_err() {
            let cancel = Request { method: Method::DELETE, ..Request::get(url) };
            // What is not given up ends by itself after some days.
            let _given_up = self.http().fetch(cancel).await;
        }
        done
    }

    async fn pieces(&self, url: &Url, bytes: &Bytes) -> Result<Value> {
        let total = bytes.len();
        let mut start = 0;
        while start < total {
            let end = (start + PIECE).min(total);
            let range = format!("bytes {start}-{}/{total}", end - 1);
            let range = HeaderValue::try_from(range)
                .map_err(|_wrong| Error::Answer { reason: "a range is none" })?;
            let mut request = Request {
                method: Method::PUT,
                body: bytes.slice(start..end),
                ..Request::get(url.clone())
            };
            request.headers.insert(CONTENT_RANGE, range);
            let response = self.http().fetch(request).await.map_err(Error::Unreachable)?;
            let Answer { status, body, .. } = judge(&response)?;
            if status != StatusCode::ACCEPTED {
                return Ok(body);
            }
            start = end;
        }
        Err(Error::Answer { reason: "an upload has no end" })
    }

    /// A link to bytes: as well encrypted as Graph itself.
    fn elsewhere(&self, link: Option<&str>) -> Result<Url> {
        let url = link.and_then(|link| Url::parse(link).ok());
        let url = url.ok_or(Error::Answer { reason: "a link to bytes is none" })?;
        if url.scheme() == "https" || url.scheme() == self.root().scheme() {
            return Ok(url);
        }
        Err(Error::Answer { reason: "a link to bytes is not encrypted" })
    }
}

/// How long content may take in all.
const PATIENCE: Duration = Duration::from_mins(2);
/// Bytes of a refusal.
const MAX_REFUSAL: usize = 64 * 1024;

fn too_large(error: egress::Error) -> Error {
    match error {
        egress::Error::TooLarge { .. } => Error::TooLarge,
        other => Error::Unreachable(other),
    }
}
