//! Reading a body up to a limit.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;

/// A body, or its beginning.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) bytes: Bytes,
    /// It was longer than the limit.
    pub(crate) cut: bool,
    /// The rest was not read to its end: the connection cannot be used again.
    pub(crate) unread: bool,
}

/// The sender went away, or what it sent is no HTTP.
#[derive(Debug)]
pub(crate) struct Broken;

/// Reads a body of at most `limit` bytes. Of a longer one it keeps the beginning, and lets the sender
/// finish within reason: closing on a sender that is still writing would lose it the answer.
pub(crate) async fn read(
    mut body: Body,
    limit: usize,
    declared: Option<u64>,
) -> Result<Read, Broken> {
    let patience = limit.saturating_add(DRAINED);
    let hopeless =
        declared.is_some_and(|bytes| bytes > u64::try_from(patience).unwrap_or(u64::MAX));
    if hopeless {
        return Ok(Read { bytes: Bytes::new(), cut: true, unread: true });
    }
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_source| Broken)?.into_data() else { continue };
        let room = limit.saturating_sub(seen.min(limit));
        seen = seen.saturating_add(data.len());
        if seen > patience {
            return Ok(Read { bytes: whole(first, more), cut: true, unread: true });
        }
        let data = if data.len() > room { data.slice(..room) } else { data };
        if first.is_empty() && more.is_empty() {
            first = data;
        } else {
            if more.is_empty() {
                more.extend_from_slice(&std::mem::take(&mut first));
            }
            more.extend_from_slice(&data);
        }
    }
    Ok(Read { bytes: whole(first, more), cut: seen > limit, unread: false })
}

/// A body that came in one piece is not copied.
fn whole(first: Bytes, more: BytesMut) -> Bytes {
    if more.is_empty() { first } else { more.freeze() }
}

/// Bytes beyond the limit that are read and thrown away.
const DRAINED: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn chunked(chunks: Vec<&'static [u8]>) -> Body {
        let chunks = chunks.into_iter().map(|chunk| Ok::<_, io::Error>(Bytes::from_static(chunk)));
        Body::from_stream(futures_util::stream::iter(chunks))
    }

    #[tokio::test]
    async fn a_body_in_pieces_is_put_together() {
        let read = read(chunked(vec![b"ab", b"", b"c", b"d"]), 4, None).await.unwrap();
        assert_eq!(read, Read { bytes: "abcd".into(), cut: false, unread: false });
    }

    #[tokio::test]
    async fn of_a_longer_body_the_beginning_is_kept_and_the_rest_is_let_through() {
        let read = read(chunked(vec![b"ab", b"cd", b"ef"]), 3, None).await.unwrap();
        assert_eq!(read, Read { bytes: "abc".into(), cut: true, unread: false });
    }

    #[tokio::test]
    async fn a_body_far_over_the_limit_is_not_read_at_all() {
        static PIECE: [u8; 1 << 19] = [0; 1 << 19];
        let told = read(Body::from(vec![0; 10]), 3, Some(10 << 20)).await.unwrap();
        assert!(told.cut && told.unread && told.bytes.is_empty());
        let endless = read(chunked(vec![&PIECE; 100]), 3, None).await.unwrap();
        assert!(endless.cut && endless.unread && endless.bytes.len() == 3);
    }
}
