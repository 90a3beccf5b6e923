//! Lines and literals, each within its bound.

use egress::Wire;
use mail_sources::{Error, Result};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

/// One answer of a server: what stands on its lines, and the literals between them.
#[derive(Debug, Default)]
pub(crate) struct Raw {
    /// Text up to a literal, or to the end.
    pub(crate) lines: Vec<Vec<u8>>,
    /// One fewer than lines, or as many where the answer is cut.
    pub(crate) literals: Vec<Vec<u8>>,
}

/// A connection with what was read ahead.
#[derive(Debug)]
pub(crate) struct Line<S = Wire> {
    pub(crate) wire: S,
    ahead: Vec<u8>,
    at: usize,
}

impl Line {
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.wire.write_all(bytes).await.map_err(broken)?;
        self.wire.flush().await.map_err(broken)
    }
}

impl<S: AsyncRead + Unpin> Line<S> {
    pub(crate) const fn new(wire: S) -> Self {
        Self { wire, ahead: Vec::new(), at: 0 }
    }

    /// Whether something was sent that nobody asked for. What came before encryption could be anybody's (RFC 3501 §6.2.1
    /// and the injections that were found in clients).
    pub(crate) const fn is_empty(&self) -> bool {
        self.at >= self.ahead.len()
    }

    async fn more(&mut self) -> Result<()> {
        self.ahead.clear();
        self.at = 0;
        self.ahead.resize(CHUNK, 0);
        let got = self.wire.read(&mut self.ahead).await.map_err(broken)?;
        self.ahead.truncate(got);
        if got == 0 {
            return Err(broken(std::io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(())
    }

    fn rest(&self) -> &[u8] {
        self.ahead.get(self.at..).unwrap_or_default()
    }

    /// A line without its end.
    async fn line(&mut self, budget: &mut usize) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            if self.is_empty() {
                self.more().await?;
            }
            let rest = self.rest();
            let end = rest.iter().position(|&byte| byte == b'\n');
            let piece = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            if line.len() + piece.len() > MAX_LINE {
                return Err(Error::Answer { reason: "a line has no end" });
            }
            spend(budget, piece.len() + 1)?;
            line.extend_from_slice(piece);
            self.at += piece.len() + usize::from(end.is_some());
            if end.is_some() {
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
        }
    }

    async fn literal(&mut self, size: usize) -> Result<Vec<u8>> {
        let mut all = Vec::with_capacity(size.min(CHUNK));
        while all.len() < size {
            if self.is_empty() {
                self.more().await?;
            }
            let rest = self.rest();
            let piece = rest.get(..rest.len().min(size - all.len())).unwrap_or_default();
            all.extend_from_slice(piece);
            self.at += piece.len();
        }
        Ok(all)
    }

    /// One whole answer; what it costs is taken from the budget, and nothing beyond it is read.
    pub(crate) async fn answer(&mut self, budget: &mut usize) -> Result<Raw> {
        let mut raw = Raw::default();
        loop {
            let line = self.line(budget).await?;
            let size = announced(&line)?;
            raw.lines.push(line);
            let Some(size) = size else { return Ok(raw) };
            if raw.lines.len() > MAX_LITERALS {
                return Err(Error::Answer { reason: "an answer has too many literals" });
            }
            spend(budget, size)?;
            raw.literals.push(self.literal(size).await?);
        }
    }
}

fn spend(budget: &mut usize, cost: usize) -> Result<()> {
    *budget = budget.checked_sub(cost).ok_or(Error::Answer { reason: "it is too long" })?;
    Ok(())
}

/// The size of the literal that a line announces at its end: `{123}`.
fn announced(line: &[u8]) -> Result<Option<usize>> {
    let Some(inner) = line.strip_suffix(b"}") else { return Ok(None) };
    let Some(open) = inner.iter().rposition(|&byte| byte == b'{') else { return Ok(None) };
    let digits = inner.get(open + 1..).unwrap_or_default();
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    // a text may end so
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) || is_text(line) {
        return Ok(None);
    }
    let size = std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok());
    size.map(Some).ok_or(Error::Answer { reason: "a literal has no size" })
}

/// Whether a line is a status with words for people, in which nothing is announced.
fn is_text(line: &[u8]) -> bool {
    let mut words = line.split(|&byte| byte == b' ').skip(1);
    let word = words.next().unwrap_or_default().to_ascii_uppercase();
    matches!(word.as_slice(), b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH")
}

pub(crate) fn broken(error: std::io::Error) -> Error {
    Error::Unreachable(Box::new(error))
}

/// Bytes that are read at once.
const CHUNK: usize = 16 * 1024;
/// Bytes of one line; our own choice, above what lists of a hundred thousand mails need.
const MAX_LINE: usize = 1024 * 1024;
/// Literals of one answer; our own choice.
const MAX_LITERALS: usize = 200;
