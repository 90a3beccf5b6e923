//! The receiving side of SMTP (RFC 5321), no more than a hub needs: EHLO, HELO, STARTTLS (RFC 3207), MAIL,
//! RCPT, DATA, RSET, NOOP, VRFY, QUIT.
//!
//! Every line ends with CR LF and holds no other CR or LF: whoever writes otherwise is cut off, so that
//! nobody can smuggle a second mail past a system in between. Lines, recipients, sizes, errors and times
//! are bounded.

use std::{io, time::Duration};

use bytes::Bytes;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
};

/// What the session asks the room behind it.
pub trait Mailroom: Send {
    /// Whether mail is taken from this sender; empty for notices about mail.
    fn sender(&mut self, address: &str) -> Verdict;

    /// Whether the recipient is somebody here.
    fn recipient(&mut self, address: &str) -> impl Future<Output = Verdict> + Send;

    /// A piece of the mail; `false` when it is too large.
    fn piece(&mut self, bytes: Bytes) -> impl Future<Output = io::Result<bool>> + Send;

    /// The mail is complete.
    fn accept(&mut self) -> impl Future<Output = Verdict> + Send;

    /// Forget what was begun.
    fn reset(&mut self);
}

/// How the room answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Taken.
    Yes,
    /// Not here, for good.
    Unknown,
    /// In another transaction, please.
    Apart,
    /// Refused for good.
    No,
    /// Not now.
    Later,
}

/// Bounds of a session.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The name that the server greets with.
    pub host: String,
    /// The largest mail, in bytes.
    pub max_bytes: u64,
    /// How long a sender may say nothing.
    pub idle: Duration,
}

/// Whether the talk is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// No, and it cannot be.
    Never,
    /// Not yet; the client may.
    Offered,
    /// Not yet; the client must, before it writes.
    Required,
    /// Yes.
    On,
}

/// How a talk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The client went or was cut off.
    Over,
    /// The client begins TLS on the same connection; what it said before is forgotten.
    Upgrade,
}

/// Talks until the client goes, is cut off, or begins TLS.
///
/// # Errors
/// When the connection breaks, or the room cannot keep what came.
pub async fn serve(
    stream: impl AsyncBufRead + AsyncWrite + Unpin + Send,
    room: &mut impl Mailroom,
    limits: &Limits,
    safety: Safety,
) -> io::Result<Ended> {
    let mut session =
        Session { stream, limits, safety, greeted: false, sender: false, recipients: 0, errors: 0 };
    if safety != Safety::On {
        session.say(&format!("220 {} ESMTP", limits.host)).await?;
    }
    session.talk(room).await
}

struct Session<'a, S> {
    stream: S,
    limits: &'a Limits,
    safety: Safety,
    greeted: bool,
    sender: bool,
    recipients: usize,
    errors: usize,
}

/// A line without its end, or why there is none.
enum Line {
    Text(Vec<u8>),
    TooLong,
    Bare,
    End,
}

impl<S: AsyncBufRead + AsyncWrite + Unpin + Send> Session<'_, S> {
    async fn talk(&mut self, room: &mut impl Mailroom) -> io::Result<Ended> {
        loop {
            let line = match self.line(MAX_COMMAND).await? {
                Line::Text(line) => line,
                Line::TooLong => return self.end("500 5.5.2 line too long").await,
                Line::Bare => return self.end("500 5.5.2 lines end with CR LF").await,
                Line::End => return Ok(Ended::Over),
            };
            let text = String::from_utf8_lossy(&line).into_owned();
            let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
            let rest = rest.trim();
            let answer = match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.begin(room);
                    let Limits { host, max_bytes, .. } = self.limits;
                    let tls = if self.can_upgrade() { "250-STARTTLS\r\n" } else { "" };
                    format!(
                        "250-{host}\r\n{tls}250-8BITMIME\r\n250-PIPELINING\r\n250 SIZE {max_bytes}"
                    )
                }
                "HELO" => {
                    self.begin(room);
                    format!("250 {}", self.limits.host)
                }
                "STARTTLS" if self.safety == Safety::On => "503 5.5.1 TLS is on".to_owned(),
                "STARTTLS" if self.can_upgrade() && rest.is_empty() => {
                    self.forget(room);
                    self.say("220 2.0.0 go ahead").await?;
                    return Ok(Ended::Upgrade);
                }
                "STARTTLS" if self.can_upgrade() => "501 5.5.4 STARTTLS takes nothing".to_owned(),
                "MAIL" => self.mail(room, rest),
                "RCPT" => self.rcpt(room, rest).await,
                "DATA" if !rest.is_empty() => "501 5.5.4 DATA takes nothing".to_owned(),
                "DATA" => match self.data(room).await? {
                    Some(answer) => answer,
                    None => return Ok(Ended::Over),
                },
                "RSET" => {
                    self.forget(room);
                    "250 2.0.0 ok".to_owned()
                }
                "NOOP" => "250 2.0.0 ok".to_owned(),
                "VRFY" => "252 2.5.0 send and see".to_owned(),
                "QUIT" => return self.end("221 2.0.0 bye").await,
                _ => "502 5.5.1 unknown command".to_owned(),
            };
            if answer.starts_with('5') {
                self.errors += 1;
                if self.errors > MAX_ERRORS {
                    return self.end("421 4.7.0 too many errors").await;
                }
            }
            self.say(&answer).await?;
        }
    }

    const fn can_upgrade(&self) -> bool {
        matches!(self.safety, Safety::Offered | Safety::Required)
    }

    async fn end(&mut self, answer: &str) -> io::Result<Ended> {
        self.say(answer).await.map(|()| Ended::Over)
    }

    fn begin(&mut self, room: &mut impl Mailroom) {
        self.greeted = true;
        self.forget(room);
    }

    fn forget(&mut self, room: &mut impl Mailroom) {
        (self.sender, self.recipients) = (false, 0);
        room.reset();
    }

    fn mail(&mut self, room: &mut impl Mailroom, rest: &str) -> String {
        if self.safety == Safety::Required {
            return "530 5.7.0 STARTTLS first".to_owned();
        }
        if !self.greeted || self.sender {
            return "503 5.5.1 bad sequence of commands".to_owned();
        }
        let Some((address, parameters)) = path(rest, "FROM:") else {
            return "501 5.1.7 MAIL FROM:<address>".to_owned();
        };
        for parameter in parameters.split_ascii_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match (name.to_ascii_uppercase().as_str(), value.parse::<u64>()) {
                ("SIZE", Ok(size)) if size > self.limits.max_bytes => {
                    return "552 5.3.4 the mail is too large".to_owned();
                }
                ("SIZE", Ok(_)) => {}
                ("BODY", _)
                    if ["7BIT", "8BITMIME"].iter().any(|b| value.eq_ignore_ascii_case(b)) => {}
                _ => return "555 5.5.4 unknown parameter".to_owned(),
            }
        }
        if room.sender(address) != Verdict::Yes {
            return "550 5.7.1 mail is not taken from this sender".to_owned();
        }
        self.sender = true;
        "250 2.1.0 ok".to_owned()
    }

    async fn rcpt(&mut self, room: &mut impl Mailroom, rest: &str) -> String {
        if !self.sender {
            return "503 5.5.1 bad sequence of commands".to_owned();
        }
        if self.recipients >= MAX_RECIPIENTS {
            return "452 4.5.3 too many recipients".to_owned();
        }
        let Some((address, "")) = path(rest, "TO:") else {
            return "501 5.1.3 RCPT TO:<address>".to_owned();
        };
        match room.recipient(address).await {
            Verdict::Yes => {
                self.recipients += 1;
                "250 2.1.5 ok".to_owned()
            }
            Verdict::Unknown | Verdict::No => "550 5.1.1 nobody of that name".to_owned(),
            Verdict::Apart => "452 4.5.3 in another transaction, please".to_owned(),
            Verdict::Later => "451 4.3.0 try again later".to_owned(),
        }
    }

    /// Takes a mail; `None` when the client is cut off.
    async fn data(&mut self, room: &mut impl Mailroom) -> io::Result<Option<String>> {
        if self.recipients == 0 {
            return Ok(Some("503 5.5.1 bad sequence of commands".to_owned()));
        }
        self.say("354 end with CR LF . CR LF").await?;
        let deadline = tokio::time::Instant::now() + MAX_DATA_TIME;
        let (mut room_left, mut drained) = (true, 0_u64);
        let mut piece = Vec::with_capacity(PIECE);
        loop {
            if tokio::time::Instant::now() > deadline {
                self.say("421 4.4.2 too slow").await?;
                return Ok(None);
            }
            let mut line = match self.line(MAX_TEXT).await? {
                Line::Text(line) => line,
                Line::TooLong => {
                    self.say("500 5.6.0 line too long").await?;
                    return Ok(None);
                }
                Line::Bare => {
                    self.say("550 5.6.0 lines end with CR LF").await?;
                    return Ok(None);
                }
                Line::End => return Ok(None),
            };
            if line == b"." {
                break;
            }
            // RFC 5321 §4.5.2: the first of two dots is not part of the mail.
            if line.first() == Some(&b'.') {
                line.remove(0);
            }
            line.extend_from_slice(b"\r\n");
            if !room_left {
                drained += u64::try_from(line.len()).unwrap_or(u64::MAX);
                if drained > self.limits.max_bytes {
                    self.say("552 5.3.4 the mail is too large").await?;
                    return Ok(None);
                }
                continue;
            }
            piece.append(&mut line);
            if piece.len() >= PIECE {
                room_left = room.piece(Bytes::from(std::mem::take(&mut piece))).await?;
            }
        }
        if room_left && !piece.is_empty() {
            room_left = room.piece(Bytes::from(piece)).await?;
        }
        let answer = if room_left {
            match room.accept().await {
                Verdict::Yes => "250 2.0.0 kept",
                Verdict::Later => "451 4.3.0 try again later",
                Verdict::Unknown | Verdict::No | Verdict::Apart => "554 5.6.0 refused",
            }
        } else {
            "552 5.3.4 the mail is too large"
        };
        self.forget(room);
        Ok(Some(answer.to_owned()))
    }

    async fn line(&mut self, limit: usize) -> io::Result<Line> {
        let mut line = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        let read = async {
            let mut bounded = (&mut self.stream).take(most);
            bounded.read_until(b'\n', &mut line).await
        };
        match tokio::time::timeout(self.limits.idle, read).await {
            Ok(read) => read?,
            Err(_late) => {
                self.say("421 4.4.2 too slow").await?;
                return Ok(Line::End);
            }
        };
        if line.last() != Some(&b'\n') {
            return Ok(if line.len() >= limit { Line::TooLong } else { Line::End });
        }
        line.pop();
        if line.pop() != Some(b'\r') || line.contains(&b'\r') {
            return Ok(Line::Bare);
        }
        Ok(Line::Text(line))
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        let write = async {
            self.stream.write_all(answer.as_bytes()).await?;
            self.stream.write_all(b"\r\n").await?;
            self.stream.flush().await
        };
        tokio::time::timeout(self.limits.idle, write).await.unwrap_or(Ok(()))
    }
}

/// The address and what follows it in `FROM:<address> parameters`.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (start, rest) = rest.split_at_checked(keyword.len())?;
    if !start.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let (address, parameters) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    if !parameters.is_empty() && !parameters.starts_with(' ') {
        return None;
    }
    // RFC 5321 §4.1.1.3: a source route is ignored.
    let address = match address.strip_prefix('@') {
        Some(route) => route.split_once(':')?.1,
        None => address,
    };
    let plain = address.len() <= MAX_ADDRESS && address.chars().all(|c| c.is_ascii_graphic());
    plain.then_some((address, parameters.trim()))
}

/// RFC 5321 §4.5.3.1.4 asks for 512; extensions add to it.
const MAX_COMMAND: usize = 1024;
/// RFC 5321 §4.5.3.1.6 asks for 1000; real senders go beyond.
const MAX_TEXT: usize = 16 * 1024;
/// RFC 5321 §4.5.3.1.3: 254 and two brackets.
const MAX_ADDRESS: usize = 254;
/// RFC 5321 §4.5.3.1.8.
const MAX_RECIPIENTS: usize = 100;
/// Then whoever it is guesses.
const MAX_ERRORS: usize = 10;
/// For one mail; our own choice.
const MAX_DATA_TIME: Duration = Duration::from_mins(10);
/// How much is handed on at a time.
const PIECE: usize = 64 * 1024;

#[cfg(test)]
mod tests;
