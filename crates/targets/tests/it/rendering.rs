//! Conversions of real cards: what each kind sends, and that every service would take it.

use std::{fs, path::Path};

use doubles::Vendor;
use jiff::Timestamp;
use kernel::ChannelId;
use proptest::{prop_assert, proptest};
use targets::{
    Kind,
    message::{Home, Message, Raw},
    render::{Parcel, render},
};
use uuid::Uuid;

const PAIRS: [(Kind, Vendor); 6] = [
    (Kind::Workflows, Vendor::Workflows),
    (Kind::Slack, Vendor::Slack),
    (Kind::Mattermost, Vendor::Mattermost),
    (Kind::RocketChat, Vendor::RocketChat),
    (Kind::GoogleChat, Vendor::GoogleChat),
    (Kind::Discord, Vendor::Discord),
];

fn home() -> Home {
    Home {
        channel_id: ChannelId::from(Uuid::nil()),
        team: "Sales & <more>".to_owned(),
        channel: "Général".to_owned(),
        base_url: "https://hub.example.org".to_owned(),
    }
}

fn message(body: &str) -> Message {
    let raw = Raw {
        position: 1,
        id: Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057),
        webhook: Uuid::nil().into(),
        at: Timestamp::UNIX_EPOCH,
        meta: r#"{"content_type":"application/json","sender":{"name":"Build"}}"#.to_owned(),
        body: Some(body.as_bytes().to_vec()),
    };
    Message::read(&raw)
}

fn check(body: &str, name: &str) {
    let message = message(body);
    for (kind, vendor) in PAIRS {
        let Parcel::Http { content_type, body } = render(kind, &message, &home()) else { panic!() };
        if let Err(answer) = vendor.check(&content_type, &body) {
            panic!("{name} for {kind:?}: {answer:?}\n{}", String::from_utf8_lossy(&body));
        }
    }
}

fn pretty(parcel: &Parcel) -> String {
    match parcel {
        Parcel::Http { body, .. } => {
            let document: serde_json::Value = serde_json::from_slice(body).unwrap();
            serde_json::to_string_pretty(&document).unwrap()
        }
        Parcel::Mail(letter) => {
            format!("{}\n\n{}\n\n{}", letter.subject, letter.text, letter.html)
        }
    }
}

const CARD: &str = r#"{
  "@type": "MessageCard", "summary": "Build 128", "themeColor": "2E7D32", "title": "Build **128** passed",
  "text": "See [the log](https://ci.example.org/128), <tell> @channel.\n\n- one\n- two",
  "sections": [{ "activityTitle": "Ada Lovelace", "activitySubtitle": "pushed to main",
    "facts": [{ "name": "Tests", "value": "1,204 _passed_" }, { "name": "Branch", "value": "main" }],
    "images": [{ "image": "https://example.org/a.png", "title": "A chart" }] }],
  "potentialAction": [
    { "@type": "OpenUri", "name": "Show the build", "targets": [{ "os": "default", "uri": "https://ci.example.org/128" }] },
    { "@type": "HttpPOST", "name": "Approve", "target": "https://ci.example.org/approve" }]
}"#;

#[test]
fn a_message_card_in_every_kind() {
    let message = message(CARD);
    for kind in Kind::ALL {
        insta::assert_snapshot!(
            format!("message_card_{}", kind.as_str()),
            pretty(&render(kind, &message, &home()))
        );
    }
}

#[test]
fn a_bare_text_in_every_kind() {
    let message = message(r#"{"text":"Deploy **done** on `web-1`"}"#);
    let all: Vec<String> = Kind::ALL
        .iter()
        .map(|kind| format!("── {}\n{}", kind.as_str(), pretty(&render(*kind, &message, &home()))))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_does_not_fit_is_cut_and_says_so() {
    let facts: Vec<String> = (0..300)
        .map(|n| format!(r#"{{"name":"Fact {n}","value":"{}"}}"#, "value ".repeat(10)))
        .collect();
    let body = format!(
        r#"{{"summary":"Long","title":"{}","text":"{}","sections":[{{"facts":[{}]}}]}}"#,
        "Title ".repeat(60),
        "A long text. ".repeat(900),
        facts.join(",")
    );
    check(&body, "a long card");
    let message = message(&body);
    for (kind, _) in PAIRS {
        let text = pretty(&render(kind, &message, &home()));
        assert!(text.contains("This message was cut"), "{kind:?}");
        assert!(text.contains("https://hub.example.org/channels/"), "{kind:?}");
    }
}

#[test]
fn cards_of_the_house_are_taken_everywhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cards");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            check(&fs::read_to_string(&path).unwrap(), &path.display().to_string());
            count += 1;
        }
    }
    assert!(count >= 3, "{count} cards");
}

#[test]
fn published_cards_are_taken_everywhere() {
    let Some(corpora) = corpora() else {
        testkit::skip("targets::published_cards", "LIAISON_CORPORA: the folder of published cards");
        return;
    };
    let mut files = Vec::new();
    collect(&corpora.join("adaptive-cards"), &mut files);
    collect(&corpora.join("webhook-clients"), &mut files);
    let mut count = 0;
    for path in files {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let Ok(document) = serde_json::from_str::<serde_json::Value>(&text) else { continue };
        let body = match document.get("type").and_then(|kind| kind.as_str()) {
            Some("AdaptiveCard") => serde_json::json!({ "type": "message", "attachments": [
                { "contentType": "application/vnd.microsoft.card.adaptive", "content": document }] })
            .to_string(),
            _ => text,
        };
        if cards::parse(body.as_bytes(), Some("application/json")).is_ok() {
            check(&body, &path.display().to_string());
            count += 1;
        }
    }
    assert!(count > 20, "{count} cards");
}

fn corpora() -> Option<std::path::PathBuf> {
    std::env::var_os("LIAISON_CORPORA").filter(|path| !path.is_empty()).map(Into::into)
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}

#[test]
fn script_in_a_card_is_text_in_a_mail() {
    let message = message(
        r#"{"title":"<script>alert(1)</script>","text":"[x](javascript:alert(1)) <img src=x onerror=alert(1)>"}"#,
    );
    let Parcel::Mail(letter) = render(Kind::Mail, &message, &home()) else { panic!() };
    assert!(!letter.html.contains("<script") && !letter.html.contains("<img"), "{}", letter.html);
    assert!(!letter.html.contains("href=\"javascript"), "{}", letter.html);
    assert!(!letter.subject.contains('\n'));
}

proptest! {
    #[test]
    fn any_text_is_taken_everywhere(title in "\\PC{0,400}", text in "[\\PC\n*_\\[\\]()<>|`#~@]{0,3000}", count in 0_usize..60) {
        let facts: Vec<_> = (0..count).map(|n| serde_json::json!({ "name": text.chars().take(n * 7).collect::<String>(), "value": title })).collect();
        let body = serde_json::json!({ "summary": "s", "title": title, "text": text, "sections": [{ "facts": facts }] }).to_string();
        if cards::parse(body.as_bytes(), None).is_ok() {
            let message = message(&body);
            for (kind, vendor) in PAIRS {
                let Parcel::Http { content_type, body } = render(kind, &message, &home()) else { panic!() };
                let answer = vendor.check(&content_type, &body);
                prop_assert!(answer.is_ok(), "{kind:?}: {answer:?} {}", String::from_utf8_lossy(&body));
            }
        }
    }
}
