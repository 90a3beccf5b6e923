//! A signed-in connection, and the commands that are sent over it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use egress::Client;
use kernel::Secret;
use mail_sources::{Error, Result};

use crate::{
    Security, Server, SignIn,
    answer::{self, Answer, Item, Status},
    names::quoted,
    wire::Line,
};

/// What a command came to.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// What was told on the way.
    pub(crate) told: Vec<Vec<Item>>,
    /// Codes of what was said on the way, such as `UIDVALIDITY 1`.
    pub(crate) codes: Vec<String>,
    /// Whether it was refused, and with which words.
    pub(crate) refused: Option<String>,
}

impl Reply {
    /// What was told under a word, such as `SEARCH`.
    pub(crate) fn under(&self, word: &str) -> impl Iterator<Item = &[Item]> {
        self.told.iter().filter_map(move |items| {
            let (first, rest) = items.split_first()?;
            first.word().is_some_and(|own| own.eq_ignore_ascii_case(word)).then_some(rest)
        })
    }

    /// What was told of mails: `* 12 FETCH (…)`.
    pub(crate) fn fetched(&self) -> impl Iterator<Item = &[Item]> {
        self.told.iter().filter_map(|items| match items.as_slice() {
            [_number, word, list, ..]
                if word.word().is_some_and(|own| own.eq_ignore_ascii_case("FETCH")) =>
            {
                Some(list.list())
            }
            _ => None,
        })
    }

    /// How many mails the folder holds: `* 12 EXISTS`.
    pub(crate) fn exists(&self) -> Option<u64> {
        self.told.iter().rev().find_map(|items| match items.as_slice() {
            [number, word] if word.word().is_some_and(|own| own.eq_ignore_ascii_case("EXISTS")) => {
                number.number()
            }
            _ => None,
        })
    }

    /// The number behind a code: `[UIDNEXT 7]`.
    pub(crate) fn code(&self, name: &str) -> Option<u32> {
        self.codes.iter().find_map(|code| {
            let (own, value) = code.split_once(' ')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim().parse().ok()).flatten()
        })
    }

    /// The reply, unless it was refused.
    pub(crate) fn or(self, error: Error) -> Result<Self> {
        if self.refused.is_some() { Err(error) } else { Ok(self) }
    }
}

/// A connection to a server, signed in.
#[derive(Debug)]
pub(crate) struct Session {
    line: Line,
    tags: u32,
    capabilities: Vec<String>,
}

impl Session {
    /// Connects, encrypts and signs in.
    pub(crate) async fn open(client: &Client, server: &Server) -> Result<Self> {
        let work = Self::enter(client, server);
        tokio::time::timeout(ENTER, Box::pin(work)).await.map_err(|_late| Error::Slow)?
    }

    async fn enter(client: &Client, server: &Server) -> Result<Self> {
        let mut wire = client.dial(&server.host, server.port).await.map_err(unreachable)?;
        if server.security == Security::Tls {
            wire = client.secure(wire).await.map_err(unreachable)?;
        }
        let mut session = Self { line: Line::new(wire), tags: 0, capabilities: Vec::new() };
        session.greeting().await?;
        if server.security == Security::StartTls {
            session.ask("CAPABILITY").await?;
            if !session.can("STARTTLS") {
                return Err(Error::Insecure { reason: "the server offers no encryption" });
            }
            session.ask("STARTTLS").await?.or(Error::Insecure { reason: "STARTTLS is refused" })?;
            if !session.line.is_empty() {
                return Err(Error::Insecure { reason: "something came before the encryption" });
            }
            session.line = Line::new(client.secure(session.line.wire).await.map_err(unreachable)?);
            session.capabilities.clear();
        }
        session.ask("CAPABILITY").await?;
        session.sign_in(&server.user, &server.sign_in).await?;
        // what a server can do may differ afterwards
        session.ask("CAPABILITY").await?;
        Ok(session)
    }

    async fn greeting(&mut self) -> Result<()> {
        let mut budget = GREETING;
        match answer::read(self.line.answer(&mut budget).await?)? {
            Answer::Said(Status::Ok, _) => Ok(()),
            Answer::Said(Status::Bye, _) => Err(Error::Busy { retry_after: None }),
            _ => Err(Error::Answer { reason: "the greeting is none of IMAP" }),
        }
    }

    /// Whether the server says that it can.
    pub(crate) fn can(&self, what: &str) -> bool {
        self.capabilities.iter().any(|own| own.eq_ignore_ascii_case(what))
    }

    async fn sign_in(&mut self, user: &str, sign_in: &SignIn) -> Result<()> {
        let reply = match sign_in {
            SignIn::Password(_) if self.can("LOGINDISABLED") => return Err(Error::NoSuchSignIn),
            SignIn::Password(password) => {
                let parts = [b"LOGIN ".as_slice(), b" ", b""];
                let values = [user.as_bytes(), password.expose().as_bytes()];
                self.run((&parts, &values), BUDGET).await?
            }
            SignIn::Token(_) if !self.can("AUTH=XOAUTH2") => return Err(Error::NoSuchSignIn),
            SignIn::Token(token) => self.authenticate(user, token).await?,
        };
        let Some(words) = reply.refused else { return Ok(()) };
        let code = words.strip_prefix('[').unwrap_or_default().to_ascii_uppercase();
        if code.starts_with("UNAVAILABLE") || code.starts_with("LIMIT") {
            return Err(Error::Busy { retry_after: None });
        }
        match sign_in {
            SignIn::Password(_) => Err(Error::Refused),
            SignIn::Token(_) => Err(Error::SignInAgain),
        }
    }

    /// `XOAUTH2`, as Gmail and Exchange Online document it.
    async fn authenticate(&mut self, user: &str, token: &Secret<String>) -> Result<Reply> {
        if [user, token.expose()].iter().any(|text| text.chars().any(char::is_control)) {
            return Err(Error::Refused);
        }
        let proof = format!("user={user}\x01auth=Bearer {}\x01\x01", token.expose());
        let proof = STANDARD.encode(proof);
        let tag = self.tag();
        self.line.send(format!("{tag} AUTHENTICATE XOAUTH2\r\n").as_bytes()).await?;
        let mut reply = Reply::default();
        let mut budget = BUDGET;
        let mut proof = Some(proof);
        while !self.step(&tag, &mut reply, &mut budget).await? {
            // first the token; a second challenge tells why it is refused and wants nothing
            let mut words = proof.take().unwrap_or_default();
            words.push_str("\r\n");
            self.line.send(words.as_bytes()).await?;
        }
        Ok(reply)
    }

    fn tag(&mut self) -> String {
        self.tags = self.tags.wrapping_add(1);
        format!("l{}", self.tags)
    }

    /// A command of words alone.
    pub(crate) async fn ask(&mut self, command: &str) -> Result<Reply> {
        self.run((&[command.as_bytes()], &[]), BUDGET).await
    }

    /// A command of words alone whose answer may be so long.
    pub(crate) async fn ask_within(&mut self, command: &str, budget: usize) -> Result<Reply> {
        self.run((&[command.as_bytes()], &[]), budget).await
    }

    /// A command with texts between its words, quoted or as literals.
    pub(crate) async fn run(
        &mut self,
        (parts, values): (&[&[u8]], &[&[u8]]),
        budget: usize,
    ) -> Result<Reply> {
        let work = self.exchange((parts, values), budget);
        tokio::time::timeout(PATIENCE, work).await.map_err(|_late| Error::Slow)?
    }

    async fn exchange(
        &mut self,
        (parts, values): (&[&[u8]], &[&[u8]]),
        mut budget: usize,
    ) -> Result<Reply> {
        let tag = self.tag();
        let mut reply = Reply::default();
        let mut out = format!("{tag} ").into_bytes();
        for (at, part) in parts.iter().enumerate() {
            out.extend_from_slice(part);
            let Some(value) = values.get(at) else { continue };
            let plain = std::str::from_utf8(value).ok().filter(|text| text.is_ascii());
            if let Some(text) = plain.and_then(quoted) {
                out.extend_from_slice(text.as_bytes());
                continue;
            }
            out.extend_from_slice(format!("{{{}}}\r\n", value.len()).as_bytes());
            self.line.send(&out).await?;
            out.clear();
            if self.step(&tag, &mut reply, &mut budget).await? {
                return Ok(reply);
            }
            out.extend_from_slice(value);
        }
        out.extend_from_slice(b"\r\n");
        self.line.send(&out).await?;
        if self.step(&tag, &mut reply, &mut budget).await? {
            return Ok(reply);
        }
        Err(Error::Answer { reason: "the server waits for something" })
    }

    /// Reads until the command is over, which is told, or the server wants more.
    async fn step(&mut self, tag: &str, reply: &mut Reply, budget: &mut usize) -> Result<bool> {
        loop {
            match answer::read(self.line.answer(budget).await?)? {
                Answer::Go => return Ok(false),
                Answer::Told(items) => {
                    if reply.told.len() >= MAX_TOLD {
                        return Err(Error::Answer { reason: "the server tells without end" });
                    }
                    if items.first().and_then(Item::word) == Some("CAPABILITY") {
                        let words = items.iter().skip(1).filter_map(Item::word).take(200);
                        self.capabilities = words.map(str::to_owned).collect();
                    }
                    reply.told.push(items);
                }
                Answer::Said(Status::Bye, _) => return Err(Error::Busy { retry_after: None }),
                Answer::Said(_, words) => {
                    if let Some((code, _)) = words.strip_prefix('[').and_then(|w| w.split_once(']'))
                        && reply.codes.len() < 100
                    {
                        reply.codes.push(code.to_owned());
                    }
                }
                Answer::Done(own, status, words) if own == tag => {
                    if status != Status::Ok {
                        tracing::debug!(?status, "a mail server refuses a command");
                        reply.refused = Some(words);
                    }
                    return Ok(true);
                }
                Answer::Done(..) => {
                    return Err(Error::Answer { reason: "a command ends that was not given" });
                }
            }
        }
    }
}

fn unreachable(error: egress::Error) -> Error {
    match error {
        egress::Error::Timeout => Error::Slow,
        egress::Error::Network { .. } | egress::Error::Refused { .. } => {
            Error::OutOfReach(Box::new(error))
        }
        egress::Error::Connection(ref inner) if inner.kind() == std::io::ErrorKind::InvalidData => {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "a mail server is not trusted"
            );
            Error::Insecure { reason: "its certificate is not trusted" }
        }
        error => Error::Unreachable(Box::new(error)),
    }
}

/// How long connecting and signing in may take; our own choice.
const ENTER: Duration = Duration::from_secs(15);
/// How long a command may take; our own choice, for servers that search without an index.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a greeting.
const GREETING: usize = 8 * 1024;
/// Bytes of an answer to a command that has no other bound.
const BUDGET: usize = 4 * 1024 * 1024;
/// What a server may tell during one command.
const MAX_TOLD: usize = 20_000;
