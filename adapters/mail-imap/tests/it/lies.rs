//! Servers that send without end, announce what they do not send, or say what cannot be.

use std::{fs, sync::Arc};

use kernel::Secret;
use liaison_mail_imap::{ImapSource, Security, Server, SignIn};
use mail_sources::{Ask, Error, FolderId, MailSource as _, Mark};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

/// What a server answers to a command, whose tag it gets.
type Script = fn(tag: &str, command: &str) -> Vec<u8>;

struct Liar {
    folder: TempDir,
    port: u16,
}

impl Liar {
    async fn start(greeting: &'static [u8], tls: bool, script: Script) -> Self {
        let folder = tempfile::tempdir().unwrap();
        crate::dovecot::certificate(folder.path());
        let file = |name: &str| fs::read(folder.path().join(name)).unwrap();
        let certificate = CertificateDer::from_pem_slice(&file("cert.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_slice(&file("key.pem")).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serve = async move {
            while let Ok((socket, _)) = listener.accept().await {
                if tls {
                    if let Ok(stream) = acceptor.accept(socket).await {
                        talk(stream, greeting, script).await;
                    }
                } else {
                    talk(socket, greeting, script).await;
                }
            }
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "a peer of the test, ended with its runtime"
        )]
        tokio::spawn(serve);
        Self { folder, port }
    }

    fn source(&self, security: Security) -> ImapSource {
        let settings = egress::Settings {
            allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
            extra_roots: vec![self.folder.path().join("cert.pem")],
            ..egress::Settings::default()
        };
        let sign_in = SignIn::Password(Secret::new("secret".to_owned()));
        let (host, user, port) = ("127.0.0.1".to_owned(), "sam".to_owned(), self.port);
        let server = Server { host, port, security, user, sign_in };
        ImapSource::new(egress::Client::new(settings).unwrap(), server)
    }
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, greeting: &[u8], script: Script) {
    let mut stream = BufReader::new(stream);
    drop(stream.write_all(greeting).await);
    drop(stream.flush().await);
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let answer = script(tag, command);
        if stream.write_all(&answer).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}

/// What is right of every server here.
fn decent(tag: &str, command: &str) -> Option<Vec<u8>> {
    let told = match command.split(' ').next().unwrap_or_default() {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1\r\n",
        "LOGIN" => "",
        "EXAMINE" => "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\n",
        _ => return None,
    };
    Some(format!("{told}{tag} OK done\r\n").into_bytes())
}

fn inbox() -> FolderId {
    FolderId::from("INBOX")
}

/// What listing comes to at a server that answers so.
async fn listed(script: Script) -> Result<usize, Error> {
    let liar = Liar::start(b"* OK hello\r\n", true, script).await;
    let source = liar.source(Security::Tls);
    source.page(&inbox(), &Ask::default()).await.map(|page| page.heads.len())
}

async fn read(script: Script) -> Result<usize, Error> {
    let liar = Liar::start(b"* OK hello\r\n", true, script).await;
    let source = liar.source(Security::Tls);
    source.read(&inbox(), &"7.3".into(), 100_000).await.map(|file| file.len())
}

#[tokio::test]
async fn where_the_server_keeps_no_mark_none_is_put() {
    let scripts: [Script; 2] = [
        |tag, command| {
            let told = "* 3 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\Deleted)] x\r\n";
            let answer = || format!("{told}{tag} OK done\r\n").into_bytes();
            decent(tag, command).unwrap_or_else(answer)
        },
        |tag, command| {
            let answer = || match command.split(' ').nth(1).unwrap_or_default() {
                "SEARCH" => format!("* SEARCH 4\r\n{tag} OK done\r\n"),
                "STORE" => format!("{tag} NO not yours\r\n"),
                _ => format!("* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n{tag} OK done\r\n"),
            };
            decent(tag, command).unwrap_or_else(|| answer().into_bytes())
        },
    ];
    for script in scripts {
        let liar = Liar::start(b"* OK hello\r\n", true, script).await;
        let mark = Mark { name: "Tracked".to_owned(), on: true };
        let outcome = liar.source(Security::Tls).mark(&inbox(), "1@x.example", &mark).await;
        assert!(matches!(outcome, Err(Error::Forbidden)), "{outcome:?}");
    }
}

#[tokio::test]
async fn lines_literals_and_lists_without_end_are_cut_off() {
    let scripts: [Script; 6] = [
        |tag, command| decent(tag, command).unwrap_or_else(|| vec![b'x'; 3 << 20]),
        |tag, command| {
            decent(tag, command)
                .unwrap_or_else(|| b"* 1 FETCH (BODY[] {99999999999999999999}\r\n".to_vec())
        },
        |tag, command| {
            decent(tag, command).unwrap_or_else(|| b"* 1 FETCH (BODY[] {900000000}\r\n".to_vec())
        },
        |tag, command| decent(tag, command).unwrap_or_else(|| b"* 1 EXISTS\r\n".repeat(60_000)),
        |tag, command| {
            decent(tag, command)
                .unwrap_or_else(|| format!("* 1 FETCH {}\r\n", "(".repeat(900_000)).into_bytes())
        },
        |tag, command| {
            decent(tag, command).unwrap_or_else(|| b"* 1 FETCH (X \"\x00\xff\xfe\r\n".to_vec())
        },
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        let outcome = listed(script).await;
        assert!(matches!(outcome, Err(Error::Answer { .. })), "{number}: {outcome:?}");
    }
}

#[tokio::test]
async fn sizes_that_are_not_true_and_mails_that_nobody_asked_for_do_no_harm() {
    // it says ten bytes and sends a megabyte
    let outcome = read(|tag, command| {
        decent(tag, command).unwrap_or_else(|| {
            if command.contains("BODY.PEEK") {
                format!(
                    "* 1 FETCH (UID 3 BODY[] {{1048576}}\r\n{})\r\n{tag} OK\r\n",
                    "x".repeat(1 << 20)
                )
                .into_bytes()
            } else {
                format!("* 1 FETCH (UID 3 RFC822.SIZE 10)\r\n{tag} OK\r\n").into_bytes()
            }
        })
    });
    assert!(matches!(outcome.await, Err(Error::Answer { .. })));
    // it says a gigabyte and would send little
    let outcome = read(|tag, command| {
        decent(tag, command).unwrap_or_else(|| {
            format!("* 1 FETCH (UID 3 RFC822.SIZE 1073741824)\r\n{tag} OK\r\n").into_bytes()
        })
    });
    assert!(matches!(outcome.await, Err(Error::TooLarge { most: 100_000 })));
    // another mail than was asked for
    let outcome = read(|tag, command| {
        decent(tag, command).unwrap_or_else(|| {
            format!("* 1 FETCH (UID 4 RFC822.SIZE 3 BODY[] {{3}}\r\nabc)\r\n{tag} OK\r\n")
                .into_bytes()
        })
    });
    assert!(matches!(outcome.await, Err(Error::NoMail)));
    // the same mail a thousand times, and heads that are none
    let outcome = listed(|tag, command| {
        decent(tag, command).unwrap_or_else(|| {
            let one = "* 1 FETCH (UID 3 FLAGS () BODY[HEADER.FIELDS (X)] {4}\r\n\x00\x01\r\n)\r\n* 1 FETCH (UID 0)\r\n* 9 FETCH NIL\r\n";
            format!("{}{tag} OK\r\n", one.repeat(1_000)).into_bytes()
        })
    });
    assert_eq!(outcome.await.unwrap(), 1);
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_learns_no_password() {
    // no STARTTLS, and one that is known already, as whoever stands between would say
    for greeting in [
        b"* OK hello\r\n".as_slice(),
        b"* PREAUTH welcome\r\n",
        b"* BYE later\r\n",
        b"220 smtp\r\n",
    ] {
        let liar = Liar::start(greeting, false, |tag, command| {
            assert!(!command.contains("secret"), "{command}");
            format!("* CAPABILITY IMAP4rev1 LOGIN\r\n{tag} OK\r\n").into_bytes()
        });
        let outcome = liar.await.source(Security::StartTls).folders().await;
        assert!(
            matches!(
                outcome,
                Err(Error::Insecure { .. } | Error::Answer { .. } | Error::Busy { .. })
            ),
            "{outcome:?}"
        );
    }
    // words that are sent ahead of the encryption count as sent by nobody
    let liar = Liar::start(b"* OK hello\r\n", false, |tag, command| match command {
        "STARTTLS" => format!("{tag} OK go\r\n* OK [UIDVALIDITY 1] planted\r\n").into_bytes(),
        _ => format!("* CAPABILITY STARTTLS\r\n{tag} OK\r\n").into_bytes(),
    });
    let outcome = liar.await.source(Security::StartTls).folders().await;
    assert!(matches!(outcome, Err(Error::Insecure { .. })), "{outcome:?}");
}
