//! Mail, against a real server and a real client: aiosmtpd takes what goes out, smtplib sends what comes in.

use std::{io::Write as _, path::PathBuf, process::Command, sync::Arc, time::Duration};

use kernel::Scope;
use rustls::crypto::aws_lc_rs;
use serde_json::Value as Json;
use testkit::within;
use tokio_util::sync::CancellationToken;
use workspace::{
    MailSettings, NewMail, RelaySecurity, Role, Settings, Visibility,
    mail::{Direction, Door, Duplex, MailState, Upgrade},
};

use crate::{
    relay::{Relay, python},
    world::{World, code, limit},
};

fn through(port: u16) -> Settings {
    let mail = MailSettings {
        domain: "hub.example".to_owned(),
        relay_host: Some("127.0.0.1".to_owned()),
        relay_port: port,
        relay_security: RelaySecurity::None,
        ..MailSettings::default()
    };
    Settings { mail, ..Settings::default() }
}

fn to(address: &str, subject: &str) -> NewMail {
    NewMail {
        to: vec![address.to_owned()],
        subject: subject.to_owned(),
        text: "Bonjour,\n.\nune ligne « é »\n".to_owned(),
        in_reply_to: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_takes_what_was_queued_and_a_deferred_mail_comes_again_unchanged() {
    let Some(python) = python("mail out") else { return };
    let mut relay = Relay::start(&python);
    let w = World::with(through(relay.port)).await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "Équipe Ventes", Visibility::Private).await;
    let (ws, job) = (&w.ws, w.job());

    let mail = ws.send_mail(&ada, team, to("Zoé <zoe@example.org>", "Été à 100 %")).await.unwrap();
    assert_eq!((mail.state, mail.direction), (MailState::Queued, Direction::Out));
    assert_eq!(ws.flush_mail(&job).await.unwrap(), 1);
    let heard = relay.heard();
    assert_eq!(heard["from"], "equipe-ventes@hub.example");
    assert_eq!(heard["to"], serde_json::json!(["zoe@example.org"]));
    assert_eq!(
        (&heard["subject"], &heard["body"]),
        (&Json::from("Été à 100 %"), &Json::from("Bonjour,\n.\nune ligne « é »"),)
    );
    assert_eq!(heard["kinds"], serde_json::json!(["text/plain", "text/html"]));
    let html = heard["html"].as_str().unwrap();
    assert!(html.contains("Bonjour,<br") && html.contains("une ligne « é »"), "{html}");
    assert_eq!(heard["message_id"], format!("<{}>", mail.message_id));
    assert_eq!(ws.mail(&ada, mail.id).await.unwrap().mail.state, MailState::Sent);
    assert_eq!(ws.flush_mail(&job).await.unwrap(), 0);

    let mail = ws.send_mail(&ada, team, to("later@example.org", "x")).await.unwrap();
    assert_eq!(ws.flush_mail(&job).await.unwrap(), 1);
    let first = relay.heard();
    assert_eq!(first["answer"], "451");
    let waiting = ws.mail(&ada, mail.id).await.unwrap().mail;
    assert_eq!((waiting.state, waiting.attempts), (MailState::Queued, 1));
    assert!(waiting.failure.unwrap().contains("451"));
    assert_eq!(ws.flush_mail(&job).await.unwrap(), 0);
    w.clock.advance(Duration::from_secs(61));
    assert_eq!(ws.flush_mail(&job).await.unwrap(), 1);
    let second = relay.heard();
    assert_eq!(
        (&second["answer"], &second["message_id"]),
        (&Json::from("250"), &first["message_id"])
    );
    assert_eq!(ws.mail(&ada, mail.id).await.unwrap().mail.state, MailState::Sent);

    let mail = ws.send_mail(&ada, team, to("never@example.org", "x")).await.unwrap();
    assert_eq!(ws.flush_mail(&job).await.unwrap(), 1);
    let failed = ws.mail(&ada, mail.id).await.unwrap().mail;
    assert_eq!((failed.state, failed.attempts), (MailState::Failed, 1));
    assert!(failed.failure.unwrap().contains("550"));
}

#[tokio::test]
async fn a_mail_waits_for_a_relay_that_is_away() {
    let away = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let w = World::with(through(away)).await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let mail = w.ws.send_mail(&ada, team, to("a@example.org", "x")).await.unwrap();
    assert_eq!(w.ws.flush_mail(&w.job()).await.unwrap(), 1);
    let waiting = w.ws.mail(&ada, mail.id).await.unwrap().mail;
    assert_eq!((waiting.state, waiting.attempts), (MailState::Queued, 1));
    for _ in 0..20 {
        w.clock.advance(Duration::from_hours(24));
        w.ws.flush_mail(&w.job()).await.unwrap();
    }
    assert_eq!(w.ws.mail(&ada, mail.id).await.unwrap().mail.state, MailState::Failed);
}

#[tokio::test]
async fn a_mail_whose_content_is_gone_fails_and_holds_up_no_other() {
    let w = World::with(through(1)).await;
    let ada = w.person("Ada").await;
    let team = w.team(&ada, "T", Visibility::Private).await;
    let gone = w.ws.send_mail(&ada, team, to("a@example.org", "x")).await.unwrap();
    std::fs::remove_dir_all(w.folder.path().join("files").join(w.tenant.to_string())).unwrap();
    let kept = w.ws.send_mail(&ada, team, to("a@example.org", "x")).await.unwrap();
    assert_eq!(w.ws.flush_mail(&w.job()).await.unwrap(), 2);
    let mails = w.ws.mails(&ada, team, None, limit(5)).await.unwrap().items;
    let states: Vec<_> = mails.iter().map(|mail| (mail.id, mail.state)).collect();
    assert_eq!(states, [(kept.id, MailState::Queued), (gone.id, MailState::Failed)]);
}

#[tokio::test]
async fn who_may_not_send_does_not() {
    let w = World::with(through(1)).await;
    let (ada, gus) = (w.person("Ada").await, w.person("Gus").await);
    let team = w.team(&ada, "T", Visibility::Private).await;
    w.add(&ada, team, &gus, Role::Guest).await;
    let ws = &w.ws;
    assert_eq!(code(ws.send_mail(&gus, team, to("a@b.example", "x")).await), "team.role_needed");
    let outside = ws.send_mail(&w.foreigner(), team, to("a@b.example", "x")).await;
    assert_eq!(code(outside), "team.not_found");
    assert_eq!(code(ws.send_mail(&ada, team, to("no address", "x")).await), "workspace.invalid");
    assert_eq!(code(ws.flush_mail(&ada).await), "permission.missing");
    let off = World::new().await;
    let bob = off.person("Bob").await;
    let team = off.team(&bob, "T", Visibility::Private).await;
    assert_eq!(code(off.ws.send_mail(&bob, team, to("a@b.example", "x")).await), "mail.off");
}

/// A hub that receives mail.
struct Hub {
    w: World,
    ada: Scope,
    team: kernel::TeamId,
    port: u16,
    stop: CancellationToken,
    worker: tokio::task::JoinHandle<()>,
}

impl Hub {
    async fn new() -> Self {
        Self::with(MailSettings::default(), None).await
    }

    async fn with(mail: MailSettings, upgrade: Option<Upgrade>) -> Self {
        let mail = MailSettings {
            domain: "hub.example".to_owned(),
            listen: Some(([127, 0, 0, 1], 0).into()),
            max_mail_bytes: 200_000,
            ..mail
        };
        let w = World::with(Settings { mail, ..Settings::default() }).await;
        let ada = w.person("Ada").await;
        let team = w.team(&ada, "Sales", Visibility::Private).await;
        let door = Door { workspace: Arc::clone(&w.ws), system: w.system.clone(), upgrade };
        let receiver = door.bind().await.unwrap().unwrap();
        let port = receiver.address().unwrap().port();
        let stop = CancellationToken::new();
        #[expect(clippy::disallowed_methods, reason = "the test waits for the worker itself")]
        let worker = tokio::spawn(receiver.run(stop.clone()));
        Self { w, ada, team, port, stop, worker }
    }

    /// Runs a few lines of Python with a connected `smtp` and gives what they print.
    async fn client(&self, python: PathBuf, lines: &str) -> String {
        let script = format!(
            "import smtplib, socket\nfrom email.message import EmailMessage\n\
             smtp = smtplib.SMTP('127.0.0.1', {}, timeout=20)\n{lines}",
            self.port
        );
        let run = move || {
            let output = Command::new(python).arg("-c").arg(script).output().unwrap();
            std::io::stderr().write_all(&output.stderr).unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    async fn close(self) {
        self.stop.cancel();
        within("the receiver's end", self.worker).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_client_delivers_a_mail_with_an_attachment() {
    let Some(python) = python("mail in") else { return };
    let hub = Hub::new().await;
    let said = hub
        .client(
            python,
            "m = EmailMessage()\n\
             m['From'], m['To'], m['Subject'] = 'Zoé <zoe@example.org>', 'sales@hub.example', 'Été'\n\
             m['Message-ID'] = '<1@example.org>'\n\
             m.set_content('Bonjour\\n.\\n..deux « é »\\n')\n\
             m.add_attachment(b'%PDF' * 1000, maintype='application', subtype='pdf', filename='../../devis.pdf')\n\
             print(smtp.send_message(m))\nprint(smtp.quit()[0])",
        )
        .await;
    assert_eq!(said.lines().collect::<Vec<_>>(), ["{}", "221"]);
    let ws = &hub.w.ws;
    let mails = ws.mails(&hub.ada, hub.team, None, limit(10)).await.unwrap().items;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.subject.as_str(), mail.sender.as_str()), ("Été", "Zoé <zoe@example.org>"));
    assert_eq!((mail.state, mail.attachments), (MailState::Received, 1));
    assert_eq!(mail.recipients, ["sales@hub.example"]);
    let view = ws.mail(&hub.ada, mail.id).await.unwrap();
    assert_eq!(view.content.text, "Bonjour\n.\n..deux « é »\n");
    assert_eq!(view.content.attachments[0].name, "devis.pdf");
    let (_, bytes) = ws.mail_attachment(&hub.ada, mail.id, 0).await.unwrap();
    assert_eq!(bytes, b"%PDF".repeat(1000));
    let stranger = hub.w.person("Eve").await;
    assert_eq!(code(ws.mail(&stranger, mail.id).await), "mail.not_found");
    assert_eq!(code(ws.mails(&stranger, hub.team, None, limit(1)).await), "team.not_found");
    ws.delete_mail(&hub.ada, mail.id).await.unwrap();
    assert_eq!(code(ws.mail(&hub.ada, mail.id).await), "mail.not_found");
    ws.restore_mail(&hub.ada, mail.id).await.unwrap();
    hub.w.clock.advance(Duration::from_hours(366 * 24));
    assert_eq!(ws.sweep(&hub.w.job()).await.unwrap().mails, 1);
    hub.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_large_mails_and_smuggled_ones_are_refused() {
    let Some(python) = python("mail refused") else { return };
    let hub = Hub::new().await;
    let said = hub
        .client(
            python,
            "smtp.ehlo()\n\
             print(smtp.mail('a@b.example')[0], smtp.rcpt('nobody@hub.example')[0], smtp.rcpt('sales@other.example')[0])\n\
             smtp.rset()\n\
             print(smtp.mail('a@b.example', ['SIZE=200001'])[0])\n\
             smtp.rset()\n\
             try:\n    smtp.sendmail('a@b.example', ['sales@hub.example'], 'x' * 60 + ('\\r\\n' + 'y' * 998) * 210)\n\
             except smtplib.SMTPDataError as e:\n    print(e.smtp_code)\n\
             except smtplib.SMTPSenderRefused as e:\n    print(e.smtp_code)\n\
             smtp.mail('a@b.example'); smtp.rcpt('sales@hub.example'); smtp.docmd('DATA')\n\
             smtp.send(b'first\\n.\\nMAIL FROM:<x@y>\\r\\nRCPT TO:<sales@hub.example>\\r\\nDATA\\r\\nsecond\\r\\n.\\r\\n')\n\
             print(smtp.getreply()[0])\n",
        )
        .await;
    assert_eq!(said.lines().collect::<Vec<_>>(), ["250 550 550", "552", "552", "550"]);
    let mails = hub.w.ws.mails(&hub.ada, hub.team, None, limit(10)).await.unwrap().items;
    assert_eq!(mails, []);
    hub.close().await;
}

/// Begins TLS with a certificate of our own.
fn upgrade() -> Upgrade {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    Arc::new(move |stream| {
        let acceptor = acceptor.clone();
        Box::pin(async move { Ok(Box::new(acceptor.accept(stream).await?) as Box<dyn Duplex>) })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_client_begins_tls_and_what_it_said_too_early_is_forgotten() {
    let Some(python) = python("mail in over TLS") else { return };
    let required = MailSettings { require_tls: true, ..MailSettings::default() };
    let hub = Hub::with(required, Some(upgrade())).await;
    let said = hub
        .client(
            python,
            "import ssl\n\
             smtp.ehlo()\n\
             print(smtp.has_extn('starttls'), smtp.mail('a@b.example')[0])\n\
             tls = ssl._create_unverified_context()\n\
             smtp.sock.sendall(b'STARTTLS\\r\\nEHLO me\\r\\nMAIL FROM:<evil@b.example>\\r\\nRCPT TO:<sales@hub.example>\\r\\n')\n\
             print(smtp.getreply()[0])\n\
             smtp.sock = tls.wrap_socket(smtp.sock)\n\
             smtp.file = None\n\
             print(smtp.docmd('RCPT', 'TO:<sales@hub.example>')[0])\n\
             smtp.ehlo_resp = None; smtp.ehlo()\n\
             print(smtp.has_extn('starttls'), smtp.sock.version() >= 'TLSv1.2')\n\
             m = EmailMessage()\n\
             m['From'], m['To'], m['Subject'] = 'ci@example.org', 'sales@hub.example', 'safe'\n\
             m.set_content('x')\n\
             print(smtp.send_message(m))\nsmtp.quit()",
        )
        .await;
    assert_eq!(said.lines().collect::<Vec<_>>(), ["True 530", "220", "503", "False True", "{}"]);
    let mails = hub.w.ws.mails(&hub.ada, hub.team, None, limit(10)).await.unwrap().items;
    assert_eq!(mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(), ["safe"]);
    hub.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_taken_from_those_who_are_named_and_from_nobody_else() {
    let Some(python) = python("mail senders") else { return };
    let named = MailSettings {
        accept_networks: vec!["127.0.0.0/8".parse().unwrap()],
        accept_senders: vec!["ci@example.org".to_owned(), "@trusted.example".to_owned()],
        ..MailSettings::default()
    };
    let hub = Hub::with(named, None).await;
    let said = hub
        .client(
            python.clone(),
            "def send(envelope, shown):\n\
             \x20   m = EmailMessage()\n\
             \x20   m['From'], m['To'], m['Subject'] = shown, 'sales@hub.example', shown\n\
             \x20   m.set_content('x')\n\
             \x20   try:\n\
             \x20       return smtp.send_message(m, envelope)\n\
             \x20   except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as e:\n\
             \x20       return e.smtp_code\n\
             print(send('ci@example.org', 'CI <ci@example.org>'), send('x@TRUSTED.example', 'x@trusted.example'))\n\
             print(send('eve@example.org', 'ci@example.org'), send('ci@example.org', 'The boss <boss@example.org>'), send('', 'ci@example.org'))\n",
        )
        .await;
    assert_eq!(said.lines().collect::<Vec<_>>(), ["{} {}", "550 554 550"]);
    let mails = hub.w.ws.mails(&hub.ada, hub.team, None, limit(10)).await.unwrap().items;
    assert_eq!(mails.len(), 2);
    hub.close().await;
    let far = MailSettings {
        accept_networks: vec!["192.0.2.0/24".parse().unwrap()],
        ..MailSettings::default()
    };
    let hub = Hub::with(far, None).await;
    let said = hub.client(python, "print('connected')").await;
    assert_eq!(said, "", "the greeting is a refusal");
    hub.close().await;
}

#[tokio::test]
async fn a_place_that_is_taken_is_an_error_and_not_a_silence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mail =
        MailSettings { listen: Some(taken.local_addr().unwrap()), ..MailSettings::default() };
    let w = World::with(Settings { mail, ..Settings::default() }).await;
    let door = Door { workspace: Arc::clone(&w.ws), system: w.system.clone(), upgrade: None };
    assert_eq!(door.bind().await.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}
