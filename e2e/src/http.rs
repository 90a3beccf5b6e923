//! A keep-alive HTTP/1.1 client that sends exactly the bytes it is given.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

/// How long one answer may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    host: String,
    token: Option<String>,
    pending: Vec<u8>,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body, with its chunks joined.
    pub body: Vec<u8>,
}

/// A request under construction.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// The path with its query.
    pub path: &'a str,
    /// Headers beside `Host`, `Authorization` and `Content-Length`.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

impl Answer {
    /// The body as text; bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("status {}, not JSON: {}", self.status, self.text()))
    }

    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)
            .with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, host: address.to_string(), token: None, pending: Vec::new() })
    }

    /// Sends `Authorization: Bearer` with every further request.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// A GET.
    ///
    /// # Errors
    /// When the connection breaks or the answer is no HTTP.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send(&Request { method: "GET", path, headers: &[], body: b"" })
    }

    /// A POST of JSON.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn post(&mut self, path: &str, body: &[u8]) -> Result<Answer> {
        let headers = [("Content-Type", "application/json")];
        self.send(&Request { method: "POST", path, headers: &headers, body })
    }

    /// Any request.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn send(&mut self, request: &Request<'_>) -> Result<Answer> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, request.path, self.host);
        if let Some(token) = &self.token {
            head += &["Authorization: Bearer ", token, "\r\n"].concat();
        }
        for (name, value) in request.headers {
            head += &[name, ": ", value, "\r\n"].concat();
        }
        if !request.body.is_empty() || request.method != "GET" {
            head += &["Content-Length: ", &request.body.len().to_string(), "\r\n"].concat();
        }
        head += "\r\n";
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(request.body);
        self.write(&bytes)?;
        self.read_answer(request.method == "HEAD")
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the peer has gone.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).context("sending the request")
    }

    /// Sends what the peer still takes: a server that has already refused may close early.
    pub fn write_what_is_taken(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Reads one answer.
    ///
    /// # Errors
    /// When the connection closes before the answer is complete, or it is no HTTP.
    pub fn read_answer(&mut self, without_body: bool) -> Result<Answer> {
        loop {
            let answer = self.read_one(without_body)?;
            if answer.status >= 200 {
                return Ok(answer);
            }
        }
    }

    fn read_one(&mut self, without_body: bool) -> Result<Answer> {
        let head = self.read_until(b"\r\n\r\n").context("reading the head of the answer")?;
        let head = String::from_utf8(head).context("the head of the answer")?;
        let mut lines = head.split("\r\n");
        let status_line = lines.next().unwrap_or_default();
        let status = status_line
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .with_context(|| format!("no status line: {status_line}"))?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|l| l.split_once(':'))
            .map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned()))
            .collect();
        let mut answer = Answer { status, headers, body: Vec::new() };
        if without_body || status < 200 || status == 204 || status == 304 {
            return Ok(answer);
        }
        answer.body = if answer.header("transfer-encoding") == Some("chunked") {
            self.read_chunks()?
        } else if let Some(length) = answer.header("content-length") {
            self.read_exactly(length.parse().context("content-length")?)?
        } else {
            self.read_to_end()?
        };
        Ok(answer)
    }

    fn read_chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(chunk) = self.read_chunk()? {
            body.extend(chunk);
        }
        Ok(body)
    }

    /// One chunk of a chunked answer, or none at its end.
    pub(crate) fn read_chunk(&mut self) -> Result<Option<Vec<u8>>> {
        let line = self.read_until(b"\r\n")?;
        let line = String::from_utf8_lossy(&line);
        let size = line.trim().split(';').next().unwrap_or_default();
        let size =
            usize::from_str_radix(size, 16).with_context(|| format!("chunk size {size:?}"))?;
        let chunk = self.read_exactly(size)?;
        self.read_until(b"\r\n")?;
        Ok((size > 0).then_some(chunk))
    }

    /// The head of an answer whose body stays open.
    pub(crate) fn read_head(&mut self) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.read_until(b"\r\n\r\n")?).into_owned())
    }

    /// How long a read waits.
    pub(crate) fn set_patience(&self, patience: Duration) -> Result<()> {
        Ok(self.stream.set_read_timeout(Some(patience))?)
    }

    fn read_until(&mut self, mark: &[u8]) -> Result<Vec<u8>> {
        loop {
            let found = self.pending.windows(mark.len()).position(|w| w == mark);
            if let Some(at) = found {
                let rest = self.pending.split_off(at + mark.len());
                return Ok(std::mem::replace(&mut self.pending, rest));
            }
            self.fill()?;
        }
    }

    fn read_exactly(&mut self, size: usize) -> Result<Vec<u8>> {
        while self.pending.len() < size {
            self.fill()?;
        }
        let rest = self.pending.split_off(size);
        Ok(std::mem::replace(&mut self.pending, rest))
    }

    fn read_to_end(&mut self) -> Result<Vec<u8>> {
        match self.stream.read_to_end(&mut self.pending) {
            Ok(_) => Ok(std::mem::take(&mut self.pending)),
            Err(e) if e.kind() == ErrorKind::ConnectionReset => {
                Ok(std::mem::take(&mut self.pending))
            }
            Err(e) => Err(e).context("reading the body"),
        }
    }

    fn fill(&mut self) -> Result<()> {
        let mut buffer = [0; 16 * 1024];
        let read = self.stream.read(&mut buffer).context("reading from the server")?;
        if read == 0 {
            bail!("the server closed the connection");
        }
        self.pending.extend(buffer.get(..read).unwrap_or_default());
        Ok(())
    }
}
