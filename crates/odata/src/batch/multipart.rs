//! `multipart/mixed` (OData 4.01 Protocol §11.7.7, RFC 2046).
//!
//! Lines end with CRLF; a bare LF is taken too. A part's request line is split at its first blank and at the last
//! ` HTTP/1.1`, since blanks in URLs are not always encoded.

use super::{Headers, Part, Request, Response, reason};
use crate::{
    error::{Error, Problem, Result},
    limits,
};

/// The boundary of a `multipart/mixed` content type; `None` for any other, or without one.
pub fn boundary(content_type: &str) -> Option<String> {
    let (kind, mut rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    loop {
        let (name, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let (value, next) = match behind.strip_prefix('"') {
            Some(quoted) => {
                let (value, next) = quoted.split_once('"')?;
                (value, next.trim_start().trim_start_matches(';'))
            }
            None => behind.split_once(';').unwrap_or((behind, "")),
        };
        if name.trim().eq_ignore_ascii_case("boundary") {
            let value = value.trim();
            let fits = (1..=limits::BOUNDARY_CHARS).contains(&value.len())
                && value.bytes().all(|byte| (b' '..0x7f).contains(&byte));
            return fits.then(|| value.to_owned());
        }
        rest = next;
    }
}

/// Reads the requests of a batch.
///
/// # Errors
/// [`Error`], with its place in `body`.
pub fn requests(boundary: &str, body: &[u8]) -> Result<Vec<Part<Request>>> {
    read(boundary, body, &request)
}

/// Reads the answers of a batch.
///
/// # Errors
/// [`Error`], with its place in `body`.
pub fn responses(boundary: &str, body: &[u8]) -> Result<Vec<Part<Response>>> {
    read(boundary, body, &response)
}

type Read<'f, T> = &'f dyn Fn(Piece<'_>, Headers) -> Result<T>;

fn read<T>(boundary: &str, body: &[u8], one: Read<'_, T>) -> Result<Vec<Part<T>>> {
    if body.len() > limits::BATCH_BYTES {
        return Err(limit(0, "bytes", limits::BATCH_BYTES));
    }
    let mut parts = Vec::new();
    let mut count = 0;
    for mut piece in pieces(boundary, Piece { bytes: body, at: 0 })? {
        let start = piece.at;
        let headers = piece.headers()?;
        let kind = headers.value("content-type").unwrap_or_default();
        if kind.trim_start().to_ascii_lowercase().starts_with("multipart/") {
            let Some(inner) = self::boundary(kind) else {
                return Err(expected(start, "a boundary"));
            };
            let mut all = Vec::new();
            for mut piece in pieces(&inner, piece)? {
                counted(&mut count, piece.at)?;
                let headers = piece.headers()?;
                is_http(&headers, piece.at)?;
                all.push(one(piece, headers)?);
            }
            parts.push(Part::ChangeSet(all));
        } else {
            counted(&mut count, start)?;
            is_http(&headers, start)?;
            parts.push(Part::Single(one(piece, headers)?));
        }
    }
    Ok(parts)
}

fn counted(count: &mut usize, at: usize) -> Result<()> {
    *count += 1;
    if *count > limits::BATCH_REQUESTS {
        Err(limit(at, "requests", limits::BATCH_REQUESTS))
    } else {
        Ok(())
    }
}

/// A change set within a change set is refused here too.
fn is_http(headers: &Headers, at: usize) -> Result<()> {
    let kind = headers.value("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/http") {
        Ok(())
    } else {
        Err(expected(at, "'application/http'"))
    }
}

fn request(mut piece: Piece<'_>, mut outer: Headers) -> Result<Request> {
    let at = piece.at;
    let mut line = piece.line()?.trim_start();
    // some clients leave more than one line empty
    while line.is_empty() && !piece.bytes.is_empty() {
        line = piece.line()?.trim_start();
    }
    let url = line
        .split_once(' ')
        .map(|(method, rest)| (method, rest.rsplit_once(" HTTP/1.").map_or(rest, |(url, _)| url)));
    let Some((method, url)) = url else { return Err(expected(at, "a request line")) };
    let method_fits = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic());
    let url = url.trim();
    if !method_fits || url.is_empty() || url.contains(char::is_control) {
        return Err(expected(at, "a request line"));
    }
    if url.len() > limits::URL_BYTES {
        return Err(limit(at, "bytes of a URL", limits::URL_BYTES));
    }
    let mut headers = piece.headers()?;
    let inner_id = headers.take("content-id");
    Ok(Request {
        id: outer.take("content-id").or(inner_id),
        method: method.to_ascii_uppercase(),
        url: url.to_owned(),
        body: piece.content(&mut headers),
        headers,
        depends_on: Vec::new(),
    })
}

fn response(mut piece: Piece<'_>, mut outer: Headers) -> Result<Response> {
    let at = piece.at;
    let mut words = piece.line()?.trim_start().splitn(3, ' ');
    let version = words.next().unwrap_or_default();
    let status = words.next().and_then(|status| status.parse().ok());
    let Some(status) = status.filter(|_| version.starts_with("HTTP/1.")) else {
        return Err(expected(at, "a status line"));
    };
    let mut headers = piece.headers()?;
    let inner_id = headers.take("content-id");
    Ok(Response {
        id: outer.take("content-id").or(inner_id),
        status,
        body: piece.content(&mut headers),
        headers,
    })
}

/// Bytes, and where they stand in the whole.
#[derive(Clone, Copy)]
struct Piece<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Piece<'a> {
    fn skip(&mut self, bytes: usize) {
        self.bytes = self.bytes.get(bytes..).unwrap_or_default();
        self.at += bytes;
    }

    /// The next line without its end; leaves the piece behind it.
    fn line(&mut self) -> Result<&'a str> {
        let end = self.bytes.iter().position(|byte| *byte == b'\n');
        let line = self.bytes.get(..end.unwrap_or(self.bytes.len())).unwrap_or_default();
        if line.len() > limits::PART_LINE_BYTES {
            return Err(limit(self.at, "bytes of a line", limits::PART_LINE_BYTES));
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Ok(text) = std::str::from_utf8(line) else {
            return Err(Error { at: self.at, problem: Problem::Utf8 });
        };
        self.skip(end.map_or(self.bytes.len(), |end| end + 1));
        Ok(text)
    }

    /// Header lines up to an empty one.
    fn headers(&mut self) -> Result<Headers> {
        let mut headers = Headers::default();
        loop {
            let at = self.at;
            let line = self.line()?;
            if line.is_empty() {
                return Ok(headers);
            }
            let Some((name, value)) = line.split_once(':') else {
                return Err(expected(at, "a header"));
            };
            let token =
                |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            let control = |c: char| c.is_control() && c != '\t';
            if name.is_empty() || !name.bytes().all(token) || value.contains(control) {
                return Err(expected(at, "a header"));
            }
            if headers.0.len() >= limits::PART_HEADERS {
                return Err(limit(at, "headers", limits::PART_HEADERS));
            }
            headers.0.push((name.to_owned(), value.trim().to_owned()));
        }
    }

    /// What is left, as long as it says it is; without a length, line ends behind it are the batch's.
    fn content(&self, headers: &mut Headers) -> Vec<u8> {
        let length = headers.take("content-length").and_then(|length| length.parse::<usize>().ok());
        if let Some(content) = length.and_then(|length| self.bytes.get(..length)) {
            return content.to_vec();
        }
        let mut content = self.bytes;
        while let Some(shorter) = content.strip_suffix(b"\n") {
            content = shorter.strip_suffix(b"\r").unwrap_or(shorter);
        }
        content.to_vec()
    }
}

/// What stands between the delimiters.
fn pieces<'a>(boundary: &str, whole: Piece<'a>) -> Result<Vec<Piece<'a>>> {
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let mut pieces = Vec::new();
    let mut rest = whole;
    // where the open part began
    let mut open: Option<Piece<'a>> = None;
    while !rest.bytes.is_empty() {
        let before = rest;
        let end = rest
            .bytes
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.bytes.len(), |end| end + 1);
        let line = rest.bytes.get(..end).unwrap_or_default();
        rest.skip(end);
        let Some(behind) = line.strip_prefix(delimiter.as_slice()) else { continue };
        let (last, behind) = match behind.strip_prefix(b"--") {
            Some(behind) => (true, behind),
            None => (false, behind),
        };
        if !behind.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(part) = open {
            let length = before.at - part.at;
            let bytes = part.bytes.get(..length).unwrap_or_default();
            let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
            let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            pieces.push(Piece { bytes, at: part.at });
        }
        if pieces.len() > limits::BATCH_REQUESTS {
            return Err(limit(before.at, "requests", limits::BATCH_REQUESTS));
        }
        if last {
            return Ok(pieces);
        }
        open = Some(rest);
    }
    let what = if open.is_some() { "the closing boundary" } else { "the boundary" };
    Err(expected(rest.at, what))
}

/// Writes requests; `boundary` must not occur in them, change sets get one made of it.
pub fn write_requests(boundary: &str, parts: &[Part<Request>]) -> Vec<u8> {
    write(boundary, "changeset_", parts, &|request, out| {
        line(out, &[&request.method, " ", &request.url, " HTTP/1.1"]);
        content(&request.headers, &request.body, out);
    })
}

/// Writes answers, as `batchresponse_…` boundaries and status lines with words, which clients look for.
pub fn write_responses(boundary: &str, parts: &[Part<Response>]) -> Vec<u8> {
    write(boundary, "changesetresponse_", parts, &|response, out| {
        line(out, &["HTTP/1.1 ", &response.status.to_string(), " ", reason(response.status)]);
        content(&response.headers, &response.body, out);
    })
}

/// Something with an id.
trait Identified {
    fn id(&self) -> Option<&str>;
}

impl Identified for Request {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Identified for Response {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

fn write<T: Identified>(
    boundary: &str,
    prefix: &str,
    parts: &[Part<T>],
    one: &dyn Fn(&T, &mut Vec<u8>),
) -> Vec<u8> {
    let mut out = Vec::new();
    let single = |boundary: &str, item: &T, out: &mut Vec<u8>| {
        line(out, &["--", boundary]);
        line(out, &["Content-Type: application/http"]);
        line(out, &["Content-Transfer-Encoding: binary"]);
        if let Some(id) = item.id() {
            line(out, &["Content-ID: ", id]);
        }
        line(out, &[]);
        one(item, out);
        line(out, &[]);
    };
    let bare = boundary.split_once('_').map_or(boundary, |(_, bare)| bare);
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Single(item) => single(boundary, item, &mut out),
            Part::ChangeSet(items) => {
                let inner = format!("{prefix}{bare}_{index}");
                line(&mut out, &["--", boundary]);
                line(&mut out, &["Content-Type: multipart/mixed; boundary=", &inner]);
                line(&mut out, &[]);
                for item in items {
                    single(&inner, item, &mut out);
                }
                line(&mut out, &["--", &inner, "--"]);
            }
        }
    }
    line(&mut out, &["--", boundary, "--"]);
    out
}

fn content(headers: &Headers, body: &[u8], out: &mut Vec<u8>) {
    for (name, value) in &headers.0 {
        line(out, &[name, ": ", value]);
    }
    line(out, &[]);
    out.extend_from_slice(body);
}

/// One line; what could end it early becomes a blank.
fn line(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend(
            part.bytes().map(|byte| if matches!(byte, b'\r' | b'\n' | 0) { b' ' } else { byte }),
        );
    }
    out.extend_from_slice(b"\r\n");
}

const fn expected(at: usize, what: &'static str) -> Error {
    Error { at, problem: Problem::Expected(what) }
}

const fn limit(at: usize, of: &'static str, limit: usize) -> Error {
    Error { at, problem: Problem::Limit { of, limit } }
}
