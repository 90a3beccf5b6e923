//! The multipart form of `$batch` (OData JSON Batch is not spoken by the Web API): text to requests, bounded.

use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// A part of a batch.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    /// A request of its own.
    Request(Inner<'a>),
    /// Requests that are one change.
    Set(Vec<Inner<'a>>),
}

/// A request inside a batch.
#[derive(Debug)]
pub(crate) struct Inner<'a> {
    pub(crate) method: Method,
    /// As it was written; blanks are not encoded.
    pub(crate) url: &'a str,
    pub(crate) headers: HeaderMap,
    pub(crate) content_id: Option<String>,
    pub(crate) body: &'a [u8],
}

/// Why a batch cannot be read, as a sentence.
pub(crate) type Problem = String;

/// Reads the parts of a batch. `kind` is its `Content-Type`.
pub(crate) fn parse<'a>(kind: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, Problem> {
    let boundary = boundary(kind)
        .ok_or("The Content-Type of a batch must be multipart/mixed with a boundary.")?;
    let mut count = 0;
    let mut parts = Vec::new();
    for piece in split(body, &boundary)? {
        let (headers, content) = head(piece)?;
        let kind = text(&headers, "content-type");
        if is_multipart(kind) {
            let inner = self::boundary(kind)
                .ok_or("The Content-Type of a change set lacks its boundary.")?;
            let mut set = Vec::new();
            for piece in split(content, &inner)? {
                let (headers, content) = head(piece)?;
                if is_multipart(text(&headers, "content-type")) {
                    return Err("A change set stands in no change set.".into());
                }
                set.push(request(&headers, content)?);
                count += 1;
                limit(count)?;
            }
            parts.push(Part::Set(set));
        } else {
            parts.push(Part::Request(request(&headers, content)?));
            count += 1;
            limit(count)?;
        }
    }
    Ok(parts)
}

fn limit(count: usize) -> Result<(), Problem> {
    if count > REQUESTS {
        return Err(format!("The batch request exceeds the limit of {REQUESTS} requests."));
    }
    Ok(())
}

/// The boundary that a content type names, quoted or not.
fn boundary(kind: &str) -> Option<String> {
    if !is_multipart(kind) {
        return None;
    }
    let parameter = kind.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim())
    })?;
    let boundary = parameter
        .strip_prefix('"')
        .and_then(|quoted| quoted.strip_suffix('"'))
        .unwrap_or(parameter);
    let plain = !boundary.is_empty()
        && boundary.len() <= BOUNDARY
        && boundary.bytes().all(|b| (0x20..0x7f).contains(&b));
    plain.then(|| boundary.to_owned())
}

fn is_multipart(kind: &str) -> bool {
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("multipart/mixed")
}

/// What stands between the delimiter lines; what stands before the first one is left out. The closing delimiter may lack.
fn split<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<&'a [u8]>, Problem> {
    let mut pieces = Vec::new();
    let mut from = None;
    for (start, end, next) in lines(body) {
        let line = body.get(start..end).unwrap_or_default();
        let Some(rest) =
            line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary.as_bytes()))
        else {
            continue;
        };
        let rest = rest.trim_ascii_end();
        if !rest.is_empty() && rest != b"--" {
            continue;
        }
        if let Some(from) = from {
            // the line break before a delimiter belongs to it
            let piece = body.get(from..start).unwrap_or_default();
            let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
            pieces.push(piece.strip_suffix(b"\r").unwrap_or(piece));
        }
        if rest == b"--" {
            return Ok(pieces);
        }
        from = Some(next);
    }
    match from {
        Some(from) => {
            pieces.push(body.get(from..).unwrap_or_default());
            Ok(pieces)
        }
        None => Err(format!("The boundary '{boundary}' does not stand in the body.")),
    }
}

/// Starts and ends of lines, and where the next one begins.
fn lines(body: &[u8]) -> impl Iterator<Item = (usize, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= body.len() {
            return None;
        }
        let start = at;
        let rest = body.get(at..)?;
        let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        at = start + length + 1;
        let line = rest.get(..length)?;
        let end = start + line.strip_suffix(b"\r").unwrap_or(line).len();
        Some((start, end, at.min(body.len())))
    })
}

/// Headers, and what stands behind the blank line.
fn head(piece: &[u8]) -> Result<(HeaderMap, &[u8]), Problem> {
    let mut headers = HeaderMap::new();
    for (start, end, next) in lines(piece) {
        let line = piece.get(start..end).unwrap_or_default();
        if line.is_empty() {
            return Ok((headers, piece.get(next..).unwrap_or_default()));
        }
        if headers.len() >= HEADERS {
            return Err(format!("A part of the batch has more than {HEADERS} headers."));
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = colon
            .and_then(|at| line.split_at_checked(at))
            .ok_or("A part of the batch has a line that is no header.")?;
        let name = HeaderName::from_bytes(name.trim_ascii())
            .map_err(|_name| "A part of the batch has a header without a name.")?;
        let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
        let value = HeaderValue::from_bytes(value)
            .map_err(|_value| "A part of the batch has a header that cannot be read.")?;
        headers.append(name, value);
    }
    Ok((headers, &[]))
}

/// The request that a part holds.
fn request<'a>(outer: &HeaderMap, content: &'a [u8]) -> Result<Inner<'a>, Problem> {
    let kind = text(outer, "content-type");
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/http") {
        return Err(format!("A part of the batch is '{kind}' and not application/http."));
    }
    // blank lines before the request line are skipped
    let mut rest = content;
    let (line, after) = loop {
        let (start, end, next) =
            lines(rest).next().ok_or("A part of the batch holds no request.")?;
        let line = rest.get(start..end).unwrap_or_default();
        let after = rest.get(next..).unwrap_or_default();
        if !line.is_empty() {
            break (line, after);
        }
        rest = after;
    };
    let line = str::from_utf8(line).map_err(|_utf8| "The request line of a part is not UTF-8.")?;
    let unreadable = || {
        format!(
            "The request line '{}' of a part cannot be read.",
            line.chars().take(100).collect::<String>()
        )
    };
    let (method, target) = line.split_once(' ').ok_or_else(unreadable)?;
    let url = target.rfind(" HTTP/").and_then(|at| target.get(..at)).ok_or_else(unreadable)?.trim();
    if url.len() > URL {
        return Err(format!("The address of a part is longer than {URL} bytes."));
    }
    let method = Method::from_bytes(method.as_bytes()).map_err(|_method| unreadable())?;
    let (headers, body) = head(after)?;
    let content_id = outer.get("content-id").or_else(|| headers.get("content-id"));
    let content_id =
        content_id.and_then(|value| value.to_str().ok()).map(|id| id.trim().to_owned());
    Ok(Inner { method, url, headers, content_id, body })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Requests of one batch (Dataverse Web API: 1,000).
const REQUESTS: usize = 1000;

/// Bytes of an address inside a batch (Dataverse Web API: 64 KiB).
const URL: usize = 64 * 1024;

/// Characters of a boundary; RFC 2046 §5.1.1 says 70, clients go a little further.
const BOUNDARY: usize = 200;

/// Headers of a part; our own choice.
const HEADERS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "--b1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET /api/data/v9.2/accounts?$filter=name eq 'a b' HTTP/1.1\r\nPrefer: odata.maxpagesize=2\r\n\r\n\r\n--b1\r\nContent-Type: multipart/mixed;boundary=c1\r\n\r\n--c1\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\nPOST accounts HTTP/1.1\r\nContent-Type: application/json; type=entry\r\n\r\n{\"name\":\"x\"}\r\n--c1--\r\n--b1--\r\n";

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
                (get.method.as_str(), get.url),
                ("GET", "/api/data/v9.2/accounts?$filter=name eq 'a b'")
            );
            assert_eq!(get.headers.get("prefer").unwrap(), "odata.maxpagesize=2");
            assert_eq!(set[0].content_id.as_deref(), Some("1"));
            assert_eq!(set[0].body, b"{\"name\":\"x\"}");
        }
    }

    #[test]
    fn a_boundary_inside_a_body_ends_nothing() {
        let body = "--b\r\nContent-Type: application/http\r\n\r\nPOST a HTTP/1.1\r\n\r\n{\"t\":\"x --b y\"}\r\n--bb\r\n--b--";
        let parts = parse("multipart/mixed;boundary=b", body.as_bytes()).unwrap();
        let [Part::Request(post)] = parts.as_slice() else { panic!() };
        assert_eq!(post.body, b"{\"t\":\"x --b y\"}\r\n--bb");
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
            (kind, "--b\r\nContent-Type: application/http\r\n\r\nGET\r\n"),
            (kind, "--b\r\nno header\r\n\r\n"),
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
        assert!(read("multipart/mixed;boundary=b", &one.repeat(1000)).is_ok());
        assert!(
            read("multipart/mixed;boundary=b", &one.repeat(1001)).unwrap_err().contains("1000")
        );
        let headers = format!("--b\r\n{}\r\n", "x: y\r\n".repeat(100));
        assert!(read("multipart/mixed;boundary=b", &headers).is_err());
    }
}
