//! Partners that answer badly: their section is missing, the reason is kept, and nothing else happens.

use std::time::Duration;

use liaison_sales::{Outcome, Point};
use serde_json::{Value, json};

use crate::house::{Answer, House, insight};

fn raw(status: u16, bytes: &[u8]) -> Answer {
    Answer::Raw(status, vec![("content-type", "application/json".to_owned())], bytes.to_vec())
}

#[tokio::test]
async fn each_failure_of_a_partner_has_its_outcome() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Hub").await;
    let coded = |code: &str| json!({ "errorCode": code, "errorMessage": "<b>no</b>\u{202e}", "activityId": "77aa" });
    let huge = json!({ "value": [{ "insight": "x".repeat(2 << 20) }] }).to_string();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for (answer, outcome) in [
        (Answer::Json(403, coded("INSUFFICIENT_PERMISSIONS")), Outcome::Forbidden),
        (Answer::Json(400, coded("INVALID_CRM_CONNECTION")), Outcome::WrongCrm),
        (Answer::Json(404, coded("RECORD_NOT_FOUND")), Outcome::Empty),
        (Answer::Json(401, coded("INVALID_TOKEN_SPECIFIED")), Outcome::SignInNeeded),
        (Answer::Json(500, coded("INTERNAL_SERVER_ERROR")), Outcome::Failed),
        (Answer::Json(418, json!("teapot")), Outcome::Failed),
        (raw(200, b"<html>"), Outcome::Unreadable),
        (raw(200, b""), Outcome::Unreadable),
        (raw(200, b"[1"), Outcome::Unreadable),
        (raw(200, deep.as_bytes()), Outcome::Unreadable),
        (raw(200, b"\xff\xfe\x00"), Outcome::Unreadable),
        (raw(200, huge.as_bytes()), Outcome::TooLarge),
        (Answer::Json(200, json!([])), Outcome::Unreadable),
        (Answer::Json(200, json!({ "items": [] })), Outcome::NoValue),
        (Answer::Json(200, json!({ "value": "none" })), Outcome::NoValue),
        (Answer::Json(200, json!({ "value": [null, 1, {}] })), Outcome::NothingUsable),
        (Answer::Json(200, json!({ "value": [] })), Outcome::Empty),
        (Answer::Raw(204, vec![], vec![]), Outcome::Empty),
    ] {
        partner.answers(answer.clone());
        let surface = house.show(&seller, Point::EmailSummary).await;
        assert_eq!(surface.sections, [], "{outcome:?}");
        let told = house.last(&admin).await;
        assert_eq!(told.outcome, outcome, "{:?}", told.status);
        assert_eq!(surface.absent.len(), usize::from(outcome == Outcome::SignInNeeded));
        if told.activity.is_some() {
            assert_eq!(told.activity.as_deref(), Some("77aa"));
            assert_eq!(told.message.as_deref(), Some("<b>no</b>"));
        }
        // calls begin at different moments
        house.clock.advance(Duration::from_secs(1));
    }
    partner.answers(insight("well again"));
    assert_eq!(house.show(&seller, Point::EmailSummary).await.sections.len(), 1);
}

#[tokio::test]
async fn a_partner_that_asks_to_wait_is_left_alone_for_that_long() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Hub").await;
    let wait = vec![("retry-after", "2".to_owned())];
    partner.answers(Answer::Raw(429, wait, b"{}".to_vec()));
    house.show(&seller, Point::EmailSummary).await;
    assert_eq!(partner.heard().len(), 1, "nothing is repeated in this view");
    partner.answers(insight("x"));
    house.show(&seller, Point::EmailSummary).await;
    assert!(partner.heard().is_empty());
    assert_eq!(house.last(&admin).await.outcome, Outcome::Throttled);
    let others = house.show(&admin, Point::EmailSummary).await;
    assert_eq!(others.sections.len(), 1, "others were not asked to wait");
    house.clock.advance(Duration::from_secs(3));
    assert_eq!(house.show(&seller, Point::EmailSummary).await.sections.len(), 1);
}

#[tokio::test]
async fn a_partner_that_cannot_be_reached_or_leads_into_the_hub_is_left_out() {
    let mut house = House::new().await;
    let admin = house.admin().await;
    house
        .partner_with(&admin, "Inside", |definition| {
            definition["host"] = "169.254.169.254".into();
        })
        .await;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    house
        .partner_with(&admin, "Gone", |definition| {
            definition["host"] = gone.to_string().into();
        })
        .await;
    let surface = house.show(&admin, Point::EmailSummary).await;
    let outcomes: Vec<Outcome> = surface.absent.iter().map(|absent| absent.outcome).collect();
    assert_eq!(outcomes, [Outcome::Unreachable, Outcome::Unreachable]);
    let told = house.told(&admin).await;
    let codes: Vec<&str> = told.iter().filter_map(|call| call.code.as_deref()).collect();
    assert!(
        codes.contains(&"outbound.refused") || codes.contains(&"outbound.network"),
        "{codes:?}"
    );
}

#[tokio::test]
async fn what_is_shown_of_a_bad_answer_is_bounded_text() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Hub").await;
    let script = "<img src=x onerror=alert(1)>";
    let many: Vec<Value> = (0..1_000)
        .map(|n| json!({ "title": format!("{n}{}", "t".repeat(300)), "description": script,
            "url": "javascript:alert(1)", "additionalProperties": { "a": { "b": 1 }, script: script } }))
        .collect();
    partner.answers(Answer::Json(200, json!({ "value": many, "hasMoreResults": "yes" })));
    let surface = house.show(&seller, Point::OpportunityInsights).await;
    let section = &surface.sections[0];
    assert_eq!((section.items.len(), section.next_skip), (5, None));
    for item in &section.items {
        assert_eq!(item.title.as_ref().unwrap().chars().count(), 20);
        assert_eq!((item.text.as_deref(), &item.url), (Some(script), &None));
        assert_eq!(item.properties, [(script.to_owned(), script.to_owned())]);
    }
    let told = house.last(&admin).await;
    assert_eq!((told.received, told.shown), (1_000, 5));
    let whats: Vec<&str> =
        told.remarks.as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    for what in ["text.cut", "address.refused", "output.ignored", "item.too_many"] {
        assert!(whats.contains(&what), "{whats:?}");
    }
}
