use super::*;
use tokio::io::BufStream;

/// Keeps mails in memory.
#[derive(Default)]
struct Room {
    to: Vec<String>,
    now: Vec<u8>,
    kept: Vec<(Vec<String>, String)>,
    limit: usize,
}

impl Mailroom for Room {
    fn sender(&mut self, address: &str) -> Verdict {
        if address.ends_with("@strange") { Verdict::No } else { Verdict::Yes }
    }

    async fn recipient(&mut self, address: &str) -> Verdict {
        if !address.ends_with("@here") {
            return Verdict::Unknown;
        }
        self.to.push(address.to_owned());
        Verdict::Yes
    }

    async fn piece(&mut self, bytes: Bytes) -> io::Result<bool> {
        self.now.extend_from_slice(&bytes);
        Ok(self.now.len() <= self.limit)
    }

    async fn accept(&mut self) -> Verdict {
        let text = String::from_utf8(std::mem::take(&mut self.now)).unwrap();
        self.kept.push((std::mem::take(&mut self.to), text));
        Verdict::Yes
    }

    fn reset(&mut self) {
        self.to.clear();
        self.now.clear();
    }
}

/// Sends all of `said` at once and gives the answers and what was kept.
async fn talk(said: &[u8], limit: usize) -> (Vec<String>, Vec<(Vec<String>, String)>) {
    let (heard, kept, _) = talk_at(said, limit, Safety::Never).await;
    (heard, kept)
}

async fn talk_at(
    said: &[u8],
    limit: usize,
    safety: Safety,
) -> (Vec<String>, Vec<(Vec<String>, String)>, Option<Ended>) {
    let (client, server) = tokio::io::duplex(64);
    let mut room = Room { limit, ..Room::default() };
    let limits = Limits {
        host: "hub".to_owned(),
        max_bytes: u64::try_from(limit).unwrap(),
        idle: Duration::from_secs(5),
    };
    let (mut reader, mut writer) = tokio::io::split(client);
    let said = said.to_vec();
    let send = async {
        // The server may cut us off; then the rest is not read.
        drop(writer.write_all(&said).await);
        drop(writer.shutdown().await);
    };
    let mut heard = String::new();
    let (outcome, (), _) = tokio::join!(
        // The server's half goes with the talk, so that the client hears the end.
        async { serve(BufStream::new(server), &mut room, &limits, safety).await },
        send,
        reader.read_to_string(&mut heard)
    );
    (heard.lines().map(str::to_owned).collect(), room.kept, outcome.ok())
}

fn codes(heard: &[String]) -> Vec<&str> {
    heard
        .iter()
        .filter_map(|line| line.split_once(' '))
        .map(|(code, _)| code)
        .filter(|code| code.len() == 3)
        .collect()
}

#[tokio::test]
async fn a_pipelined_mail_is_kept_without_its_stuffing() {
    let said = b"EHLO me\r\nMAIL FROM:<a@b> SIZE=10 BODY=8BITMIME\r\nRCPT TO:<x@here>\r\nRCPT TO:<y@there>\r\nDATA\r\n\
        Subject: s\r\n\r\n..dot\r\nend\r\n.\r\nNOOP\r\nQUIT\r\n";
    let (heard, kept) = talk(said, 1000).await;
    assert_eq!(codes(&heard), ["220", "250", "250", "250", "550", "354", "250", "250", "221"]);
    let text = "Subject: s\r\n\r\n.dot\r\nend\r\n";
    assert_eq!(kept, [(vec!["x@here".to_owned()], text.to_owned())]);
}

#[tokio::test]
async fn nothing_is_smuggled_behind_a_bare_line_end() {
    for end in ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r\n.\r", "\n\n.\r\n"] {
        let said = format!(
            "EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@here>\r\nDATA\r\nfirst{end}\
             MAIL FROM:<admin@here>\r\nRCPT TO:<x@here>\r\nDATA\r\nsmuggled\r\n.\r\nQUIT\r\n"
        );
        let (heard, kept) = talk(said.as_bytes(), 1000).await;
        assert_eq!(kept, [], "{end:?}: {heard:?}");
        assert_eq!(codes(&heard).last(), Some(&"550"), "{end:?}: {heard:?}");
    }
    let (heard, _) = talk(b"EHLO me\nQUIT\r\n", 1000).await;
    assert_eq!(codes(&heard), ["220", "500"]);
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_not_kept() {
    let declared = b"EHLO me\r\nMAIL FROM:<a@b> SIZE=1001\r\nQUIT\r\n";
    assert_eq!(codes(&talk(declared, 1000).await.0), ["220", "250", "552", "221"]);
    let mail = |lines: usize| {
        let body = format!("{}\r\n", "x".repeat(60)).repeat(lines);
        format!("EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<x@here>\r\nDATA\r\n{body}.\r\nQUIT\r\n")
    };
    let (heard, kept) = talk(mail(1500).as_bytes(), 70_000).await;
    assert_eq!(
        (codes(&heard), kept),
        (vec!["220", "250", "250", "250", "354", "552", "221"], vec![])
    );
    let (heard, kept) = talk(mail(10_000).as_bytes(), 70_000).await;
    assert_eq!((codes(&heard).last(), kept), (Some(&"552"), vec![]));
    let long = format!("EHLO {}\r\n", "x".repeat(5000));
    assert_eq!(codes(&talk(long.as_bytes(), 1000).await.0), ["220", "500"]);
    let long = format!(
        "EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<x@here>\r\nDATA\r\n{}\r\n.\r\n",
        "x".repeat(20_000)
    );
    let (heard, kept) = talk(long.as_bytes(), 100_000).await;
    assert_eq!((codes(&heard).last(), kept), (Some(&"500"), vec![]));
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let said = b"MAIL FROM:<a@b>\r\nHELO me\r\nRCPT TO:<x@here>\r\nDATA\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n\
        DATA\r\nRSET\r\nRCPT TO:<x@here>\r\nVRFY x\r\nQUIT\r\n";
    let (heard, _) = talk(said, 1000).await;
    let expected =
        ["220", "503", "250", "503", "503", "250", "503", "503", "250", "503", "252", "221"];
    assert_eq!(codes(&heard), expected);
}

#[tokio::test]
async fn whoever_only_errs_is_cut_off() {
    let said = "WHAT\r\n".repeat(100);
    let (heard, _) = talk(said.as_bytes(), 1000).await;
    assert_eq!((heard.len(), codes(&heard).last()), (12, Some(&"421")));
}

#[test]
fn addresses_are_read_strictly() {
    assert_eq!(path("FROM:<a@b> SIZE=1", "FROM:"), Some(("a@b", "SIZE=1")));
    assert_eq!(path("from: <>", "FROM:"), Some(("", "")));
    assert_eq!(path("TO:<@relay,@other:a@b>", "TO:"), Some(("a@b", "")));
    for wrong in
        ["FROM:a@b", "FROM:<a@b", "FROM:<a@b>x", "FROM:<a b@c>", "FROM:<é@b>", "FR", "TO:<a@b>"]
    {
        assert_eq!(path(wrong, "FROM:"), None, "{wrong}");
    }
}

#[tokio::test]
async fn tls_is_offered_where_it_can_begin_and_asked_for_where_it_must() {
    let said = b"EHLO me\r\nMAIL FROM:<a@b>\r\nSTARTTLS now\r\nSTARTTLS\r\nMAIL FROM:<a@b>\r\n";
    let (heard, _, ended) = talk_at(said, 1000, Safety::Offered).await;
    assert!(heard.contains(&"250-STARTTLS".to_owned()), "{heard:?}");
    assert_eq!(codes(&heard), ["220", "250", "250", "501", "220"]);
    assert_eq!(ended, Some(Ended::Upgrade));
    let (heard, _, ended) = talk_at(said, 1000, Safety::Required).await;
    assert_eq!(codes(&heard), ["220", "250", "530", "501", "220"]);
    assert_eq!(ended, Some(Ended::Upgrade));
    for safety in [Safety::Never, Safety::On] {
        let (heard, _, ended) = talk_at(said, 1000, safety).await;
        assert!(!heard.contains(&"250-STARTTLS".to_owned()), "{heard:?}");
        assert_eq!(ended, Some(Ended::Over));
    }
}

#[tokio::test]
async fn a_sender_who_is_not_welcome_is_told_before_the_mail() {
    let said = b"EHLO me\r\nMAIL FROM:<a@strange>\r\nRCPT TO:<x@here>\r\nQUIT\r\n";
    let (heard, kept) = talk(said, 1000).await;
    assert_eq!((codes(&heard), kept), (vec!["220", "250", "550", "503", "221"], vec![]));
}
