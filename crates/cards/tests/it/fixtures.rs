//! Our own cards, converted; the snapshots are read by people.

use std::{fs, path::Path};

use liaison_cards::{fallback, parse, plain_text, to_adaptive};

use crate::schema;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cards");
    fs::read(folder.join(name)).expect(name)
}

#[test]
fn conversions_read_as_they_should() {
    for name in [
        "build-finished.json",
        "approval.json",
        "by-hand.txt",
        "several-cards.json",
        "formatted.json",
        "mention.json",
    ] {
        let body = fixture(name);
        let post = parse(&body, None).expect(name);
        let stem = name.split('.').next().expect("a stem");
        let card = to_adaptive(&post);
        schema::assert_sound(&card, name);
        insta::assert_json_snapshot!(format!("{stem}-card"), card);
        insta::assert_snapshot!(format!("{stem}-text"), plain_text(&post));
        insta::assert_debug_snapshot!(format!("{stem}-fallback"), fallback(&post));
        let findings: Vec<String> = post
            .findings()
            .into_iter()
            .map(|it| {
                format!(
                    "{} {} at {} ({})",
                    it.severity.code(),
                    it.rule.code(),
                    it.pointer,
                    it.detail
                )
            })
            .collect();
        insta::assert_snapshot!(format!("{stem}-findings"), findings.join("\n"));
    }
}

#[test]
fn requests_of_buttons_stay_on_the_server() {
    let body = fixture("approval.json");
    let post = parse(&body, None).expect("a post");
    let card = to_adaptive(&post).to_string();
    assert!(!card.contains("keep-me-here"), "{card}");
    assert!(!card.contains("change.example.test/88/approve"), "{card}");
    let requests = post.http_post_actions();
    let names: Vec<(&str, &str)> =
        requests.iter().map(|(id, request)| (id.as_str(), &*request.name)).collect();
    assert_eq!(names, [("h1", "Send"), ("h2", "Postpone"), ("h3", "Approve")]);
    for (id, request) in &requests {
        let button = format!(
            r#""title":"{}","verb":"liaison.httpPost","data":{{"liaisonAction":"{id}"}}"#,
            request.name
        );
        assert!(card.contains(&button), "{button} is not in {card}");
    }
    assert_eq!(requests[0].1.headers[0].value, "keep-me-here");
    assert_eq!(requests[0].1.body_content_type, "application/json");
}
