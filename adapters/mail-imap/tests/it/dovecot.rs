//! Dovecot, as the package manager installed it, on loopback.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    sync::atomic::{AtomicU32, Ordering},
};

use kernel::Secret;
use liaison_mail_imap::{ImapSource, Security, Server, SignIn};
use mail_sources::{Ask, Error, FolderId, MailSource as _, Mark, conformance};
use tempfile::TempDir;

/// A running server with one mailbox.
struct Dovecot {
    folder: TempDir,
    child: Child,
    plain: u16,
    tls: u16,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // the master ends its children
        let id = self.child.id().to_string();
        let _ended = Command::new("kill").args(["-TERM", &id]).status();
        let _over = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The program, where it is installed; where nothing may be skipped, its absence is a failure.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("LIAISON_DOVECOT").filter(|path| !path.is_empty());
    let path = named.map_or_else(|| PathBuf::from("/usr/sbin/dovecot"), PathBuf::from);
    if path.exists() && Path::new("/usr/lib/dovecot/imap").exists() {
        return Some(path);
    }
    let remedy = "a mail server (apt-get install dovecot-imapd)";
    let strict = std::env::var_os("LIAISON_NO_SKIP").is_some_and(|value| value == "1");
    assert!(!strict, "the checks of IMAP need {remedy}");
    println!("skipped: the checks of IMAP need {remedy}");
    None
}

pub(crate) fn certificate(folder: &Path) {
    let status = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args([
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("cert.pem"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

impl Dovecot {
    fn start() -> Option<Self> {
        let program = program()?;
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        certificate(base);
        let (plain, tls) = (free_port(), free_port());
        let user =
            String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
        let user = user.trim();
        let mail = base.join("mail");
        fs::create_dir(&mail).unwrap();
        fs::write(
            base.join("users"),
            "sam:{PLAIN}pass \"w\\ord\u{e9}:::::\ntok:{PLAIN}a-token:::::\n",
        )
        .unwrap();
        let at = base.display();
        // as root, mails belong to an unprivileged account; else to whoever runs the test
        let owner = if user == "root" { "nobody" } else { user };
        let group =
            String::from_utf8(Command::new("id").args(["-gn", owner]).output().unwrap().stdout)
                .unwrap();
        let group = group.trim();
        Command::new("chown")
            .args(["-R", &format!("{owner}:{group}")])
            .arg(&mail)
            .status()
            .unwrap();
        Command::new("chmod").args(["755"]).arg(base).status().unwrap();
        let (login, internal) = if user == "root" { ("dovenull", "dovecot") } else { (user, user) };
        let config = format!(
            "base_dir = {at}/run\nstate_dir = {at}/run\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             default_login_user = {login}\ndefault_internal_user = {internal}\ndefault_internal_group = {igroup}\n\
             service anvil {{\n chroot =\n}}\nservice imap-login {{\n chroot =\n inet_listener imap {{\n port = {plain}\n }}\n inet_listener imaps {{\n port = {tls}\n ssl = yes\n }}\n}}\n\
             service stats {{\n chroot =\n}}\n\
             ssl = required\nssl_cert = <{at}/cert.pem\nssl_key = <{at}/key.pem\nssl_dh =\n\
             auth_mechanisms = plain login xoauth2\nmail_location = maildir:{at}/mail/%u\nfirst_valid_uid = 0\nfirst_valid_gid = 0\n\
             passdb {{\n driver = passwd-file\n args = {at}/users\n}}\nuserdb {{\n driver = static\n args = uid={owner} gid={group} home={at}/mail/%u\n}}\n\
             namespace inbox {{\n inbox = yes\n separator = /\n mailbox Sent {{\n  special_use = \\Sent\n  auto = create\n }}\n mailbox \"Ventes été\" {{\n  auto = create\n }}\n}}\n",
            igroup = if user == "root" { "dovecot" } else { group },
        );
        let path = base.join("dovecot.conf");
        fs::write(&path, config).unwrap();
        let child = Command::new(program).arg("-F").arg("-c").arg(&path).spawn().unwrap();
        Some(Self { folder, child, plain, tls })
    }

    async fn ready(&self) {
        for _ in 0..1_500 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.tls)).await.is_ok() {
                return;
            }
            // another process takes as long as it takes
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("dovecot does not start: {log}");
    }

    fn source(&self, security: Security, sign_in: SignIn) -> ImapSource {
        let port = if security == Security::Tls { self.tls } else { self.plain };
        let user = if matches!(sign_in, SignIn::Token(_)) { "tok" } else { "sam" };
        let (host, user) = ("localhost".to_owned(), user.to_owned());
        ImapSource::new(self.client(true), Server { host, port, security, user, sign_in })
    }

    fn client(&self, trusting: bool) -> egress::Client {
        let mut settings = egress::Settings {
            allowed_networks: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            ..egress::Settings::default()
        };
        if trusting {
            settings.extra_roots.push(self.folder.path().join("cert.pem"));
        }
        egress::Client::new(settings).unwrap()
    }

    /// What the server says to curl, a client of others.
    fn said(&self, command: &str) -> String {
        let said = Command::new("curl")
            .args([
                "--silent",
                "--show-error",
                "--user",
                "sam:pass \"w\\ordé",
                "--request",
                command,
            ])
            .arg("--cacert")
            .arg(self.folder.path().join("cert.pem"))
            .arg(format!("imaps://localhost:{}/INBOX", self.tls))
            .output()
            .unwrap();
        assert!(said.status.success(), "{said:?}");
        String::from_utf8(said.stdout).unwrap().trim().to_owned()
    }

    /// Puts a mail where the server finds it, as a delivery agent does.
    fn deliver(folder: &Path, number: u32, subject: &str) {
        let inbox = folder.join("mail/sam");
        let text = format!(
            "From: =?utf-8?q?B=C3=A9n?= King <ben@fabrikam.example>\r\nTo: sam@contoso.example\r\nSubject: {subject}\r\nMessage-ID: <{number}@fabrikam.example>\r\nDate: Mon, 2 Mar 2026 10:0{number}:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWe renew every spring.\r\n"
        );
        let name = format!("{}.M{number}.test", 1_772_000_000 + number);
        let fresh = inbox.join("tmp").join(&name);
        fs::write(&fresh, text).unwrap();
        Command::new("chown").arg("--reference").arg(&inbox).arg(&fresh).status().unwrap();
        fs::rename(fresh, inbox.join("new").join(name)).unwrap();
    }
}

fn password() -> SignIn {
    SignIn::Password(Secret::new("pass \"w\\ordé".to_owned()))
}

#[tokio::test]
async fn a_real_server_passes_every_check_of_the_port() {
    let Some(dovecot) = Dovecot::start() else { return };
    dovecot.ready().await;
    let dovecot = Arc::new(dovecot);
    let source = dovecot.source(Security::Tls, password());
    // the folders of the mailbox are made when it is first opened
    let folders = source.folders().await.unwrap();
    let names: Vec<(&str, _)> = folders.iter().map(|f| (f.name.as_str(), f.role)).collect();
    assert!(names.contains(&("Sent", mail_sources::Role::Sent)), "{names:?}");
    assert!(names.contains(&("Ventes été", mail_sources::Role::Other)), "{names:?}");
    let number = Arc::new(AtomicU32::new(0));
    let house = Arc::clone(&dovecot);
    let bench = conformance::Bench {
        source: Box::new(source),
        deliver: Box::new(move |subject| {
            let number = number.fetch_add(1, Ordering::Relaxed) + 1;
            Dovecot::deliver(house.folder.path(), number, &subject);
            Box::pin(async {})
        }),
        nobody: "1.4000000".into(),
        house: Box::new(()),
    };
    conformance::run(&bench).await;
    // a mark is a keyword: another client of the server sees it
    let page = bench.source.page(&"INBOX".into(), &Ask::default()).await.unwrap();
    let id = page.heads[0].message_id.clone().unwrap();
    let mut mark = Mark { name: "Tracked to Fabrikam".to_owned(), on: true };
    for (on, expected) in [(true, "* SEARCH 5"), (false, "* SEARCH")] {
        mark.on = on;
        assert_eq!(bench.source.mark(&"INBOX".into(), &id, &mark).await.unwrap(), 1);
        assert_eq!(dovecot.said("SEARCH KEYWORD $TrackedToCRM"), expected);
    }
    // the same after STARTTLS, and with a token
    let source = dovecot.source(Security::StartTls, password());
    let page = source.page(&FolderId::from("INBOX"), &Ask::default()).await.unwrap();
    assert_eq!(page.heads.len(), 5);
    assert_eq!(page.heads[0].sender_name, "Bén King");
    let moved = source.read(&"INBOX".into(), &"7.1".into(), 1 << 20).await;
    assert!(matches!(moved, Err(Error::Changed)), "{moved:?}");
}

#[tokio::test]
async fn who_is_refused_or_not_trusted_is_told_why() {
    let Some(dovecot) = Dovecot::start() else { return };
    dovecot.ready().await;
    let wrong = SignIn::Password(Secret::new("wrong".to_owned()));
    let outcome = dovecot.source(Security::Tls, wrong).folders().await;
    assert!(matches!(outcome, Err(Error::Refused)), "{outcome:?}");
    let server = |host: &str| Server {
        host: host.to_owned(),
        port: dovecot.tls,
        security: Security::Tls,
        user: "sam".to_owned(),
        sign_in: password(),
    };
    let stranger = ImapSource::new(dovecot.client(false), server("localhost"));
    let outcome = stranger.folders().await;
    assert!(matches!(outcome, Err(Error::Insecure { .. })), "{outcome:?}");
    let guarded = egress::Client::new(egress::Settings::default()).unwrap();
    let outcome = ImapSource::new(guarded, server("127.0.0.1")).folders().await;
    assert!(matches!(outcome, Err(Error::OutOfReach(_))), "{outcome:?}");
    let token = SignIn::Token(Secret::new("over".to_owned()));
    let outcome = dovecot.source(Security::Tls, token).folders().await;
    assert!(matches!(outcome, Err(Error::SignInAgain)), "{outcome:?}");
}
