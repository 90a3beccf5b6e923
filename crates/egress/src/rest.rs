//! Answers that are read piece by piece, so that nobody holds them whole.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;
use url::Url;

use crate::{Error, Settings, client::failed};

/// An answer whose body is still to come.
#[derive(Debug)]
pub struct Opening {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The address that answered.
    pub url: Url,
    /// The body.
    pub rest: Rest,
}

/// A body that is still to come. It has an end: in bytes, in time, and where its sender falls silent. Dropping it closes
/// the connection.
#[derive(Debug)]
pub struct Rest {
    response: reqwest::Response,
    seen: usize,
    limit: usize,
    end: Instant,
    silence: Duration,
}

impl Rest {
    pub(crate) fn new(response: reqwest::Response, settings: &Settings) -> Self {
        Self {
            response,
            seen: 0,
            limit: settings.max_stream_bytes,
            end: Instant::now() + settings.stream_timeout(),
            silence: settings.total_timeout(),
        }
    }

    /// How long the body is, where its sender says so.
    pub fn announced(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Timeout`], [`Error::Exchange`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let limit = self.limit;
        if self.announced().is_some_and(|all| all > u64::try_from(limit).unwrap_or(u64::MAX)) {
            return Err(Error::TooLarge { limit });
        }
        let at_latest = self.end.min(Instant::now() + self.silence);
        let piece = tokio::time::timeout_at(at_latest, self.response.chunk())
            .await
            .map_err(|_late| Error::Timeout)?
            .map_err(failed)?;
        if let Some(piece) = &piece {
            self.seen = self.seen.saturating_add(piece.len());
            if self.seen > limit {
                return Err(Error::TooLarge { limit });
            }
        }
        Ok(piece)
    }

    /// Reads it to its end, within `limit` bytes and the time that is `left`.
    ///
    /// # Errors
    /// As [`Rest::next`].
    pub async fn whole(mut self, limit: usize, left: Duration) -> Result<Bytes, Error> {
        self.limit = self.limit.min(limit);
        self.end = self.end.min(Instant::now() + left);
        let mut body = BytesMut::new();
        while let Some(piece) = self.next().await? {
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }
}
