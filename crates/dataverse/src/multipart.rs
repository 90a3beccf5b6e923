//! The multipart form of `$batch` (OData JSON Batch is not spoken by the Web API), as [`odata::batch`] reads it, with
//! headers and methods as the rest of the edge has them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use odata::batch::{self, multipart};

/// A part of a batch.
#[derive(Debug)]
pub(crate) enum Part {
    /// A request of its own.
    Request(Inner),
    /// Requests that are one change.
    Set(Vec<Inner>),
}

/// A request inside a batch.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) method: Method,
    /// As it was written; blanks are not encoded.
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) content_id: Option<String>,
    pub(crate) body: Bytes,
}

/// Why a batch cannot be read, as a sentence.
pub(crate) type Problem = String;

/// Reads the parts of a batch. `kind` is its `Content-Type`.
pub(crate) fn parse(kind: &str, body: &[u8]) -> Result<Vec<Part>, Problem> {
    let boundary = multipart::boundary(kind)
        .ok_or("The Content-Type of a batch must be multipart/mixed with a boundary.")?;
    let parts = multipart::requests(&boundary, body)
        .map_err(|error| format!("The batch cannot be read: {error}."))?;
    let part = |part| {
        Ok(match part {
            batch::Part::Single(one) => Part::Request(inner(one)?),
            batch::Part::ChangeSet(all) => {
                Part::Set(all.into_iter().map(inner).collect::<Result<_, Problem>>()?)
            }
        })
    };
    parts.into_iter().map(part).collect()
}

fn inner(request: batch::Request) -> Result<Inner, Problem> {
    let unreadable = |what: &str| format!("A part of the batch has {what} that cannot be read.");
    let mut headers = HeaderMap::with_capacity(request.headers.0.len());
    for (name, value) in &request.headers.0 {
        let name = HeaderName::try_from(name).map_err(|_name| unreadable("a header"))?;
        let value = HeaderValue::try_from(value).map_err(|_value| unreadable("a header"))?;
        headers.append(name, value);
    }
    let method = Method::try_from(request.method.as_str());
    let method = method.map_err(|_method| unreadable("a method"))?;
    let (content_id, body) = (request.id, Bytes::from(request.body));
    Ok(Inner { method, url: request.url, headers, content_id, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "--b1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET /api/data/v9.2/accounts?$filter=name eq 'a b' HTTP/1.1\r\nPrefer: odata.maxpagesize=2\r\n\r\n\r\n--b1\r\nContent-Type: multipart/mixed;boundary=c1\r\n\r\n--c1\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n\r\nPOST accounts HTTP/1.1\r\nContent-Type: application/json; type=entry\r\n\r\n{\"name\":\"x\"}\r\n--c1--\r\n--b1--\r\n";

    fn read(kind: &str, body: &str) -> Result<String, String> {
        parse(kind, body.as_bytes()).map(|parts| format!("{parts:?}"))
    }

    #[test]
    fn requests_and_change_sets_are_read() {
        for body in [BODY.to_owned(), BODY.replace("\r\n", "\n")] {
            let parts = parse("multipart/mixed; boundary=\"b1\"", body.as_bytes()).unwrap();
            let [Part::Request(get), Part::Set(set)] = parts.as_slice() else {
                panic!("{parts:?}")
            };
            assert_eq!(
                (get.method.as_str(), get.url.as_str()),
                ("GET", "/api/data/v9.2/accounts?$filter=name eq 'a b'")
            );
            assert_eq!(get.headers.get("prefer").unwrap(), "odata.maxpagesize=2");
            assert_eq!(set[0].content_id.as_deref(), Some("1"));
            assert_eq!(set[0].body, "{\"name\":\"x\"}");
        }
    }

    #[test]
    fn a_boundary_inside_a_body_ends_nothing() {
        let body = "--b\r\nContent-Type: application/http\r\n\r\nPOST a HTTP/1.1\r\n\r\n{\"t\":\"x --b y\"}\r\n--bb\r\n--b--";
        let parts = parse("multipart/mixed;boundary=b", body.as_bytes()).unwrap();
        let [Part::Request(post)] = parts.as_slice() else { panic!() };
        assert_eq!(post.body, "{\"t\":\"x --b y\"}\r\n--bb");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let kind = "multipart/mixed;boundary=b";
        for (kind, body) in [
            ("application/json", "{}"),
            ("multipart/mixed", "--b"),
            ("multipart/mixed;boundary=", "--"),
            (kind, ""),
            (kind, "nothing"),
            (kind, "--b\r\nContent-Type: application/http\r\n\r\n"),
            (kind, "--b\r\nContent-Type: text/plain\r\n\r\nGET a HTTP/1.1\r\n"),
            (kind, "--b\r\nContent-Type: application/http\r\n\r\nGET\r\n\r\n--b--"),
            (kind, "--b\r\nContent-Type: application/http\r\n\r\nGET a HTTP/1.1\r\n\r\n"),
            (kind, "--b\r\nno header\r\n\r\n--b--"),
            (
                kind,
                "--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\nContent-Type: multipart/mixed;boundary=d\r\n\r\n",
            ),
        ] {
            assert!(read(kind, body).is_err(), "{kind} {body:?} {:?}", read(kind, body));
        }
    }

    #[test]
    fn a_batch_holds_so_many_requests() {
        let one = "--b\r\nContent-Type: application/http\r\n\r\nGET a HTTP/1.1\r\n\r\n";
        let many = |count: usize| format!("{}--b--", one.repeat(count));
        assert!(read("multipart/mixed;boundary=b", &many(1000)).is_ok());
        assert!(read("multipart/mixed;boundary=b", &many(1001)).unwrap_err().contains("1000"));
        let headers = format!("--b\r\n{}\r\n--b--", "x: y\r\n".repeat(101));
        assert!(read("multipart/mixed;boundary=b", &headers).is_err());
    }
}
