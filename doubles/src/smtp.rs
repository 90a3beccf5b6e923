//! A mail server that keeps what it gets.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A mail as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The whole mail.
    pub text: String,
}

/// A mail server on loopback; it ends with the value.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    mails: Mutex<Vec<Mail>>,
    refusal: Mutex<Option<&'static str>>,
    stopped: AtomicBool,
}

impl MailServer {
    /// A server that takes everything.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        thread::Builder::new().name("mail-server".to_owned()).spawn(move || {
            for stream in listener.incoming() {
                if accepting.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let shared = Arc::clone(&accepting);
                drop(thread::Builder::new().spawn(move || shared.talk(&stream).ok()));
            }
        })?;
        Ok(Self { address, shared })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it got, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers the end of each mail with this line instead of taking it, such as `451 4.3.0 later`.
    pub fn refuse_with(&self, answer: Option<&'static str>) {
        *self.shared.refusal.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn talk(&self, mut stream: &TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?);
        stream.write_all(b"220 double ESMTP\r\n")?;
        let mut mail = Mail::default();
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end();
            let upper = line.to_ascii_uppercase();
            let answer = if upper.starts_with("EHLO") {
                "250-double\r\n250 8BITMIME"
            } else if upper.starts_with("MAIL FROM:") {
                mail = Mail { from: address(line), ..Mail::default() };
                "250 ok"
            } else if upper.starts_with("RCPT TO:") {
                mail.to.push(address(line));
                "250 ok"
            } else if upper == "DATA" {
                stream.write_all(b"354 go on\r\n")?;
                loop {
                    let mut text = String::new();
                    if lines.read_line(&mut text)? == 0 {
                        return Ok(());
                    }
                    if text == ".\r\n" {
                        break;
                    }
                    mail.text.push_str(text.strip_prefix('.').unwrap_or(&text));
                }
                let refusal = *self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(answer) = refusal {
                    answer
                } else {
                    let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
                    mails.push(std::mem::take(&mut mail));
                    "250 kept"
                }
            } else if upper == "QUIT" {
                return stream.write_all(b"221 bye\r\n");
            } else {
                "250 ok"
            };
            stream.write_all(answer.as_bytes())?;
            stream.write_all(b"\r\n")?;
        }
    }
}

/// What stands between the brackets.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
