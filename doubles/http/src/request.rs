//! One request, read from the wire.

use std::io::{self, BufRead, Read as _, Write};

use crate::text::pairs;

/// What lines of a head may hold, all together.
const MAX_HEAD_BYTES: u64 = 64 * 1024;
/// What a body may hold: the largest upload of the services that stand-ins speak for, and some.
const MAX_BODY_BYTES: u64 = 160 * 1024 * 1024;

/// One request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path, still escaped, without the query.
    pub path: String,
    /// The query, still escaped, without `?`.
    pub query: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether it came over TLS.
    pub secure: bool,
}

impl Request {
    /// Reads one; `None` at the end of the connection.
    pub(crate) fn read<S: BufRead + Wire>(stream: &mut S) -> io::Result<Option<Self>> {
        let mut left = MAX_HEAD_BYTES;
        let Some(line) = line(stream, &mut left)? else { return Ok(None) };
        let mut words = line.split_whitespace();
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        // An absolute address is for proxies; some clients send one all the same (RFC 9112 §3.2.2).
        let target = target.split_once("://").map_or(target, |(_, rest)| {
            rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
        });
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request =
            Self { method, path: path.to_owned(), query: query.to_owned(), ..Self::default() };
        loop {
            let Some(line) = self::line(stream, &mut left)? else { return Ok(None) };
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                request.headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
        {
            stream.wire().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            stream.wire().flush()?;
        }
        request.body = request.read_body(stream)?;
        Ok(Some(request))
    }

    fn read_body(&self, stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
        let chunked = self
            .header("transfer-encoding")
            .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
        if chunked {
            return chunks(stream);
        }
        let length = self.header("content-length").and_then(|text| text.parse::<u64>().ok());
        exactly(stream, length.unwrap_or(0))
    }

    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The names and values of the query.
    pub fn parameters(&self) -> Vec<(String, String)> {
        pairs(&self.query)
    }

    /// The names and values of a posted form.
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&self.text())
    }

    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The address by which the client reached us: scheme, host and port.
    pub fn base(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.header("host").unwrap_or("localhost"))
    }
}

/// A reader over something that can be written to.
pub(crate) trait Wire {
    /// The way back.
    fn wire(&mut self) -> &mut dyn Write;
}

fn refused(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

fn line(stream: &mut impl BufRead, left: &mut u64) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = stream.take(*left).read_until(b'\n', &mut bytes)?;
    *left = left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
    if read == 0 {
        return if *left == 0 { Err(refused("the head is too long")) } else { Ok(None) };
    }
    Ok(Some(String::from_utf8_lossy(&bytes).trim_end().to_owned()))
}

fn exactly(stream: &mut impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    if length > MAX_BODY_BYTES {
        return Err(refused("the body is too long"));
    }
    let mut body = Vec::new();
    let read = stream.take(length).read_to_end(&mut body)?;
    if u64::try_from(read).unwrap_or_default() == length {
        Ok(body)
    } else {
        Err(refused("the body ends early"))
    }
}

/// RFC 9112 §7.1.
fn chunks(stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    let mut left = MAX_BODY_BYTES;
    loop {
        let mut head = MAX_HEAD_BYTES;
        let size = line(stream, &mut head)?.ok_or_else(|| refused("the body ends early"))?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size =
            u64::from_str_radix(size, 16).map_err(|_invalid| refused("no length of a chunk"))?;
        if size == 0 {
            while line(stream, &mut head)?.is_some_and(|trailer| !trailer.is_empty()) {}
            return Ok(body);
        }
        left = left.checked_sub(size).ok_or_else(|| refused("the body is too long"))?;
        body.extend(exactly(stream, size)?);
        line(stream, &mut head)?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    struct Deaf<'a>(BufReader<&'a [u8]>, Vec<u8>);
    impl io::Read for Deaf<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0.read(into)
        }
    }
    impl BufRead for Deaf<'_> {
        fn fill_buf(&mut self) -> io::Result<&[u8]> {
            self.0.fill_buf()
        }
        fn consume(&mut self, amount: usize) {
            self.0.consume(amount);
        }
    }
    impl Wire for Deaf<'_> {
        fn wire(&mut self) -> &mut dyn Write {
            &mut self.1
        }
    }

    fn read(text: &str) -> io::Result<Option<Request>> {
        Request::read(&mut Deaf(BufReader::new(text.as_bytes()), Vec::new()))
    }

    #[test]
    fn a_chunked_body_is_put_together() {
        let text = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let request = read(text).unwrap().unwrap();
        assert_eq!(request.body, b"abcde");
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/a", "b=c"));
        assert_eq!(request.base(), "http://x");
    }

    #[test]
    fn heads_and_bodies_have_their_limits() {
        assert!(
            read(&format!("GET /{} HTTP/1.1\r\n", "a".repeat(70_000))).unwrap_or(None).is_none()
        );
        assert!(read("POST / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n").is_err());
        assert!(read("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc").is_err());
        assert!(read("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").is_err());
    }
}
