//! Input that nobody should send: refused or neutralised, the server stays up, memory stays bounded.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use e2e::{Answer, Connection, Server, resident_kib};

use crate::scripts;

const MIB: usize = 1024 * 1024;

/// How much resident memory an attack may add, in KiB.
const GROWTH_KIB: u64 = 96 * 1024;

fn hook_path(server: &Server) -> String {
    server.demo_data().webhook(0).unwrap().path().unwrap()
}

fn assert_still_serves(server: &mut Server) {
    assert!(server.is_running(), "the server is gone");
    let path = hook_path(server);
    let answer = server.connect().unwrap().post(&path, br#"{"text":"still here"}"#).unwrap();
    assert_eq!((answer.status, answer.text()), (200, "1".to_owned()));
}

fn post(server: &Server, body: &[u8]) -> Answer {
    server.connect().unwrap().post(&hook_path(server), body).unwrap()
}

#[test]
fn ten_megabytes_are_refused_and_memory_stays_bounded() {
    let mut server = Server::demo().unwrap();
    let path = hook_path(&server);
    let before = resident_kib(server.pid().unwrap()).unwrap();
    let address = server.address();
    let attackers: Vec<_> = (0..16)
        .map(|n| {
            let path = path.clone();
            thread::spawn(move || {
                let body = vec![b'x'; 10 * MIB];
                let mut connection = Connection::open(address).unwrap();
                let head = if n % 2 == 0 {
                    format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len())
                } else {
                    format!("POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len())
                };
                connection.write(head.as_bytes()).unwrap();
                connection.write_what_is_taken(&body);
                // A server that has answered may close while we still send: then the answer is lost.
                connection.read_answer(false).map(|a| a.status).ok()
            })
        })
        .collect();
    let statuses: Vec<Option<u16>> = attackers.into_iter().map(|a| a.join().unwrap()).collect();
    assert!(statuses.iter().flatten().all(|s| *s == 413), "{statuses:?}");
    assert!(statuses.iter().flatten().count() > 0, "nobody heard the refusal");
    let after = resident_kib(server.pid().unwrap()).unwrap();
    assert!(after < before + GROWTH_KIB, "resident memory went from {before} to {after} KiB");
    assert_still_serves(&mut server);
}

#[test]
fn ten_thousand_levels_of_json_are_bad_payload() {
    let mut server = Server::demo().unwrap();
    let lists = [vec![b'['; 10_000], vec![b']'; 10_000]].concat();
    let objects =
        [r#"{"a":"#.repeat(4_000).into_bytes(), b"1".to_vec(), vec![b'}'; 4_000]].concat();
    let in_a_card = [br#"{"text":"x","sections":"#.to_vec(), lists.clone(), b"}".to_vec()].concat();
    let open = vec![b'['; 20_000];
    for body in [lists, objects, in_a_card, open] {
        let answer = post(&server, &body);
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(answer.text(), "Bad payload received by generic incoming webhook.");
    }
    assert_still_serves(&mut server);
}

#[test]
fn invalid_utf8_is_bad_payload() {
    let mut server = Server::demo().unwrap();
    for body in [&b"{\"text\":\"\xff\xfe\"}"[..], b"\xc3\x28", b"{\"text\":\"\xed\xa0\x80\"}"] {
        let answer = post(&server, body);
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    // A lone surrogate, a zero, and a number no machine holds are JSON; they break nothing.
    for body in [r#"{"text":"\ud800"}"#, r#"{"text":"a\u0000b"}"#, r#"{"text":"n","x":1e999999}"#] {
        let status = post(&server, body.as_bytes()).status;
        assert!(status == 200 || status == 400, "{body}: {status}");
    }
    assert_still_serves(&mut server);
}

#[test]
fn header_floods_are_refused() {
    let mut server = Server::demo().unwrap();
    let before = resident_kib(server.pid().unwrap()).unwrap();
    let many = (0..20_000).map(|n| format!("X-{n}: y\r\n")).collect::<Vec<_>>().concat();
    let long = format!("X-Long: {}\r\n", "y".repeat(4 * MIB));
    let target = format!("/{}", "a".repeat(MIB));
    let floods = [
        format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
        format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{long}\r\n"),
        format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n"),
    ];
    for flood in floods {
        let mut connection = server.connect().unwrap();
        connection.write_what_is_taken(flood.as_bytes());
        if let Ok(answer) = connection.read_answer(false) {
            assert!((400..500).contains(&answer.status), "{}", answer.status);
        }
    }
    let after = resident_kib(server.pid().unwrap()).unwrap();
    assert!(after < before + GROWTH_KIB, "resident memory went from {before} to {after} KiB");
    assert_still_serves(&mut server);
}

#[test]
fn slow_senders_are_cut_off_while_others_are_served() {
    let mut server = Server::demo().unwrap();
    let path = hook_path(&server);
    let open = |text: &str| {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        stream
    };
    let mut slow: Vec<TcpStream> = (0..200)
        .map(|n| {
            if n % 2 == 0 {
                open("GET /healthz HTTP/1.1\r\nHost: x\r\n")
            } else {
                open(&format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{"))
            }
        })
        .collect();
    let started = Instant::now();
    while !slow.is_empty() {
        let asked = Instant::now();
        assert_still_serves_quickly(&server);
        assert!(asked.elapsed() < Duration::from_secs(5), "others wait for the slow ones");
        assert!(
            started.elapsed() < Duration::from_secs(75),
            "{} slow senders are still connected",
            slow.len()
        );
        // One more byte each, as slowly as the attack goes.
        slow.retain_mut(|stream| {
            let written = stream.write_all(b"X").is_ok();
            let mut buffer = [0; 1024];
            let open = match stream.read(&mut buffer) {
                Ok(0) => false,
                Ok(_) => true,
                Err(e) => matches!(
                    e.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ),
            };
            written && open
        });
        thread::sleep(Duration::from_secs(1));
    }
    assert_still_serves(&mut server);
}

fn assert_still_serves_quickly(server: &Server) {
    let answer = post(server, br#"{"text":"meanwhile"}"#);
    assert_eq!(answer.status, 200);
}

#[test]
fn garbage_on_the_wire_is_survived() {
    let mut server = Server::demo().unwrap();
    let path = hook_path(&server);
    let requests = [
        "\0\0\0\0".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}".to_owned(),
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"
        ),
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "GET /api/v1/channels/%00/messages HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
    ];
    for request in requests {
        let mut connection = server.connect().unwrap();
        connection.write_what_is_taken(request.as_bytes());
        if let Ok(answer) = connection.read_answer(false) {
            assert!(answer.status >= 400, "{request}: {}", answer.status);
            assert!(!answer.text().contains("root:"), "{request}");
            assert!(answer.status < 500, "{request}: {}", answer.status);
        }
    }
    assert_still_serves(&mut server);
}

#[test]
fn a_message_that_repeats_an_id_header_is_taken_once() {
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let path = hook.path().unwrap();
    for name in ["Idempotency-Key", "X-Request-Id", "webhook-id"] {
        let text = format!("once by {name}");
        let body = serde_json::json!({ "text": text }).to_string();
        for _ in 0..3 {
            let headers = [("Content-Type", "application/json"), (name, "3f0b6a54-one")];
            let request = e2e::Request {
                method: "POST",
                path: &path,
                headers: &headers,
                body: body.as_bytes(),
            };
            let answer = server.connect().unwrap().send(&request).unwrap();
            assert_eq!((answer.status, answer.text()), (200, "1".to_owned()), "{name}");
        }
    }
    post(&server, br#"{"text":"last"}"#);
    let items = server
        .messages_when(&hook.channel_id, |i| i.last().is_some_and(|i| i.text == "last"))
        .unwrap();
    for name in ["Idempotency-Key", "X-Request-Id", "webhook-id"] {
        let times = items.iter().filter(|i| i.text == format!("once by {name}")).count();
        assert_eq!(times, 1, "{name}");
    }
}

/// Everything that a browser might run, in every field that holds text or an address.
fn poisoned_cards() -> Vec<serde_json::Value> {
    let script = |place: &str| {
        format!(
            "{place} <script>window.__ran=1</script><img src=x onerror=\"window.__ran=1\">\
             <svg onload=\"window.__ran=1\"></svg>[link](javascript:window.__ran=1)\
             <a href=\"javascript:window.__ran=1\">a</a>\"'><iframe srcdoc=\"<script>parent.__ran=1</script>\"></iframe>"
        )
    };
    let link = "javascript:window.__ran=1";
    vec![
        serde_json::json!({ "text": script("bare") }),
        serde_json::json!({
            "@type": "MessageCard", "@context": "https://schema.org/extensions",
            "title": script("title"), "summary": script("summary"), "text": script("text"),
            "themeColor": "\"><script>window.__ran=1</script>",
            "sections": [{
                "title": script("section"), "activityTitle": script("activity"),
                "activitySubtitle": script("subtitle"), "activityText": script("activity text"),
                "activityImage": link, "text": script("section text"),
                "facts": [{ "name": script("fact"), "value": script("value") }],
                "images": [{ "image": link, "title": script("image") }],
                "heroImage": { "image": "data:text/html,<script>parent.__ran=1</script>", "title": script("hero") },
            }],
            "potentialAction": [
                { "@type": "OpenUri", "name": script("open"), "targets": [{ "os": "default", "uri": link }] },
                { "@type": "ViewAction", "name": script("view"), "target": [link] },
                { "@type": "ActionCard", "name": script("card"),
                  "inputs": [{ "@type": "TextInput", "id": "i", "title": script("input"), "value": script("preset") }],
                  "actions": [{ "@type": "HttpPOST", "name": script("post"), "target": link }] },
            ],
        }),
        serde_json::json!({
            "type": "message", "summary": script("message"),
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "type": "AdaptiveCard", "version": "1.5", "fallbackText": script("fallback"),
                    "speak": script("speak"),
                    "body": [
                        { "type": "TextBlock", "text": script("block") },
                        { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": script("run"),
                          "selectAction": { "type": "Action.OpenUrl", "url": link } }] },
                        { "type": "Image", "url": link, "altText": script("alt"),
                          "selectAction": { "type": "Action.OpenUrl", "title": script("select"), "url": link } },
                        { "type": "FactSet", "facts": [{ "title": script("title"), "value": script("value") }] },
                        { "type": "Input.Text", "id": "t", "label": script("label"), "placeholder": script("placeholder"), "value": script("typed") },
                        { "type": "Input.ChoiceSet", "id": "c", "choices": [{ "title": script("choice"), "value": "1" }] },
                        { "type": "Media", "sources": [{ "mimeType": "text/html", "url": link }], "altText": script("media") },
                    ],
                    "actions": [
                        { "type": "Action.OpenUrl", "title": script("url"), "url": link },
                        { "type": "Action.ShowCard", "title": script("show"), "card": { "type": "AdaptiveCard",
                          "body": [{ "type": "TextBlock", "text": script("inner") }] } },
                    ],
                },
            }],
        }),
    ]
}

#[test]
fn script_in_every_text_field_of_a_card_is_neutralised_in_a_browser() {
    let test = "script_in_every_text_field_of_a_card_is_neutralised_in_a_browser";
    let Some(browser) = scripts::Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let mut taken = 0;
    for card in poisoned_cards() {
        let answer = post(&server, card.to_string().as_bytes());
        assert!(
            answer.status == 200 || answer.status == 400,
            "{}: {}",
            answer.status,
            answer.text()
        );
        taken += u64::from(answer.status == 200);
    }
    assert!(taken >= 2, "cards with odd text are cards");
    post(&server, br#"{"text":"after the poison"}"#);
    let said = browser.run(
        "channel-poison.mjs",
        &serde_json::json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": server.demo_data().seller.user, "password": server.demo_data().seller.password },
            "channel_id": hook.channel_id,
            "marker": "after the poison",
        }),
    );
    assert_eq!(said["ran"], false, "{said:#}");
    assert_eq!(said["dialogs"], 0, "{said:#}");
    assert_eq!(said["dangerous"], serde_json::json!([]), "{said:#}");
    assert_eq!(said["marker_seen"], true, "{said:#}");
}

/// Every byte that is no letter or digit as `%XX`.
fn percent(name: &str) -> String {
    let escaped = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(escaped).collect::<Vec<_>>().concat()
}

/// Everything under a folder, as paths relative to it.
fn everything_under(folder: &std::path::Path) -> Vec<String> {
    let mut waiting = vec![folder.to_path_buf()];
    let mut found = Vec::new();
    while let Some(folder_now) = waiting.pop() {
        for entry in std::fs::read_dir(&folder_now).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.strip_prefix(folder).unwrap().to_string_lossy().into_owned());
            if path.is_dir() {
                waiting.push(path);
            }
        }
    }
    found
}

#[test]
fn path_tricks_in_file_names_stay_inside_the_library() {
    let mut server = Server::demo().unwrap();
    let channel = server.demo_data().webhook(0).unwrap().channel_id.clone();
    let mut admin = server.as_admin().unwrap();
    let tricks = [
        "../../evil.txt",
        "..",
        ".",
        "/etc/evil",
        "..\\..\\evil.txt",
        "C:\\evil.txt",
        "a/b/evil.txt",
        "evil\0.txt",
        "evil\r\nX-Injected: 1.txt",
        "con",
        "evil.txt\u{202e}gpj.exe",
        "~/evil",
        "%2e%2e%2fevil",
        "evil\"; filename=\"other.html",
        "-rf evil",
        "",
    ];
    let long = "evil".repeat(400);
    let mut taken = 0;
    for name in tricks.iter().copied().chain([long.as_str()]) {
        let path =
            format!("/api/v1/channels/{channel}/files?name={}&conflict=rename", percent(name));
        let headers = [("Content-Type", "application/octet-stream")];
        let request =
            e2e::Request { method: "POST", path: &path, headers: &headers, body: b"evil" };
        let answer = admin.send(&request).unwrap();
        assert!(
            answer.status == 201 || (400..500).contains(&answer.status),
            "{name:?}: {} {}",
            answer.status,
            answer.text()
        );
        if answer.status != 201 {
            continue;
        }
        taken += 1;
        let file = answer.json().unwrap();
        let kept = file["name"].as_str().unwrap();
        assert!(
            !kept.contains(['/', '\\', '\0', '\r', '\n']) && kept != ".." && kept != ".",
            "{name:?} became {kept:?}"
        );
        let content =
            admin.get(&format!("/api/v1/files/{}/content", file["id"].as_str().unwrap())).unwrap();
        assert_eq!((content.status, content.text()), (200, "evil".to_owned()), "{name:?}");
        assert!(content.header("x-injected").is_none(), "{name:?} injects a header");
        let disposition = content.header("content-disposition").unwrap_or_default();
        assert!(disposition.starts_with("attachment"), "{name:?}: {disposition}");
        assert_eq!(content.header("x-content-type-options"), Some("nosniff"));
    }
    println!("{taken} of {} odd names were taken", tricks.len() + 1);
    let outside: Vec<String> =
        everything_under(server.folder()).into_iter().filter(|p| p.contains("evil")).collect();
    assert!(outside.is_empty(), "names of files are never paths on the disk: {outside:?}");
    assert_still_serves(&mut server);
}
