//! What surfaces show, and what partners are asked.

use std::time::{Duration, Instant};

use kernel::Coded as _;
use liaison_sales::{Input, Outcome, Point, Request, Settings};
use serde_json::json;

use crate::house::{Answer, House, insight};

#[tokio::test]
async fn a_record_summary_shows_what_the_partner_knows() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Contract Hub").await;
    partner.answers(Answer::Json(
        200,
        json!({ "value": [{ "title": "Contract Hub", "description": "Renewal signed",
            "dateTime": "2025-07-08T14:30:00Z", "url": null,
            "additionalProperties": { "Signed": "2025-07-08" } }], "hasMoreResults": true }),
    ));
    let surface = house.show(&seller, Point::RecordSummary).await;
    let section = &surface.sections[0];
    assert_eq!(section.connector_name, "Contract Hub");
    assert_eq!(section.items[0].text.as_deref(), Some("Renewal signed"));
    assert_eq!(section.next_skip, Some(1));
    assert_eq!(surface.absent, []);
    let heard = partner.heard().remove(0);
    assert_eq!(
        heard.line,
        "GET /api/enhanceskills/activities?recordType=opportunity&recordId=0f2c&top=5&skip=0\
         &crmType=Dynamics365&crmOrgUrl=https%3A%2F%2Forg.crm.example"
    );
    let header = |name: &str| heard.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(header("accept-language"), "fr");
    assert_eq!(header("x-ms-user-agent"), "sales-copilot");
    assert_eq!(header("x-ms-client-request-id"), section.call.to_string());
}

#[tokio::test]
async fn an_email_goes_out_with_the_names_of_the_contract() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Hub").await;
    partner.answers(insight("Opened three times"));
    let surface = house.show(&seller, Point::EmailSummary).await;
    assert_eq!(surface.sections[0].items[0].text.as_deref(), Some("Opened three times"));
    let body = partner.heard().remove(0).body;
    assert_eq!(body["resourceData"]["subject"], "Renewal");
    assert_eq!(body["resourceData"]["to"], json!(["ada@contoso.example"]));
    assert!(body["resourceData"].get("fullHtmlBody").is_none(), "what is unknown is left out");
    assert_eq!(body["relatedEntities"][0]["entityType"], "opportunity");
    assert_eq!((&body["top"], &body["skip"]), (&json!(5), &json!(0)));
}

#[tokio::test]
async fn drafts_get_links() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Hub").await;
    partner.answers(Answer::Json(
        200,
        json!({ "value": [{ "contentType": 3, "content": "https://files.example/a.pdf",
            "contentTitle": "Offer", "contentDescription": "The offer" }] }),
    ));
    let surface = house.show(&seller, Point::EmailDraft).await;
    assert_eq!(surface.sections[0].items[0].url.as_deref(), Some("https://files.example/a.pdf"));
    let body = partner.heard().remove(0).body;
    assert_eq!(body["resourceType"], "email-thread");
    assert_eq!(body["top"], 3);
}

#[tokio::test]
async fn an_operation_with_names_of_its_own_is_asked_by_them() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house
        .partner_with(&admin, "Hub", |definition| {
            let operation = &mut definition["paths"]["/api/enhanceskills/related-records"]["get"];
            let all = operation["parameters"].as_array_mut().unwrap();
            for parameter in all.iter_mut() {
                if parameter["name"] == "recordId" {
                    parameter["name"] = "key".into();
                }
                if parameter["name"] == "crmType" {
                    parameter["enum"] = json!(["salesforce", "dynamics365"]);
                }
            }
            all.push(json!({ "name": "x-ms-client-request-id", "in": "header", "required": true,
                "type": "string" }));
            let record = &mut definition["definitions"]["RelatedRecord"]["properties"];
            let title = record["recordTitle"].take();
            record.as_object_mut().unwrap().remove("recordTitle");
            record["headline"] = title;
        })
        .await;
    partner.answers(Answer::Json(
        200,
        json!({ "value": [{ "recordId": "1", "recordType": "contract", "headline": "Renewal",
            "recordTypeDisplayName": "Contrat", "recordTypePluralDisplayName": "Contrats" }] }),
    ));
    let surface = house.show(&seller, Point::RecordDetails).await;
    assert_eq!(surface.sections[0].items[0].title.as_deref(), Some("Renewal"));
    assert_eq!(surface.sections[0].plural(), Some("Contrats"));
    let line = partner.heard().remove(0).line;
    assert!(line.contains("key=0f2c") && line.contains("crmType=dynamics365"), "{line}");
}

#[tokio::test]
async fn partners_are_asked_side_by_side_and_who_is_late_is_left_out() {
    let settings = Settings { call_timeout_ms: 2_000, ..Settings::default() };
    let mut house = House::with(settings).await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let mut partners = Vec::new();
    for (name, answer) in [
        ("Silent", Answer::Silent),
        ("Endless", Answer::Endless),
        ("Mute", Answer::Silent),
        ("Quick", insight("here")),
    ] {
        let partner = house.partner(&admin, name).await;
        partner.answers(answer);
        partners.push(partner);
    }
    let begun = Instant::now();
    let surface = house.show(&seller, Point::EmailSummary).await;
    let took = begun.elapsed();
    assert!(
        took < Duration::from_millis(5_900),
        "one deadline for all, not one after another: {took:?}"
    );
    let shown: Vec<&str> = surface.sections.iter().map(|own| own.connector_name.as_str()).collect();
    assert_eq!(shown, ["Quick"]);
    assert_eq!(surface.absent, [], "sellers are not told");
    let told = house.told(&admin).await;
    let late = told.iter().filter(|call| call.outcome == Outcome::Late).count();
    assert_eq!((told.len(), late), (4, 3));
}

#[tokio::test]
async fn the_details_of_a_record_ask_five_connectors_at_most() {
    let mut house = House::new().await;
    let admin = house.admin().await;
    for number in 0..6 {
        house.partner(&admin, &format!("Hub {number}")).await;
    }
    let surface = house.show(&admin, Point::RecordDetails).await;
    let over: Vec<_> = surface.absent.iter().filter(|a| a.outcome == Outcome::OverLimit).collect();
    assert_eq!(over.len(), 1);
    assert_eq!(over[0].connector_name, "Hub 5");
    assert_eq!(house.told(&admin).await.len(), 5);
}

#[tokio::test]
async fn an_operation_that_breaks_the_contract_is_not_called() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house
        .partner_with(&admin, "Hub", |definition| {
            let operation = &mut definition["paths"]["/api/enhanceskills/activities"]["get"];
            operation["parameters"].as_array_mut().unwrap().push(json!({ "name": "region",
                "in": "query", "required": true, "type": "string", "description": "Region" }));
        })
        .await;
    let surface = house.show(&admin, Point::RecordSummary).await;
    assert_eq!(surface.absent[0].outcome, Outcome::NotCallable);
    assert!(partner.heard().is_empty());
    assert_eq!(house.show(&seller, Point::RecordSummary).await.absent, []);
}

#[tokio::test]
async fn only_enabled_actions_of_the_caller_are_asked_and_makers_may_try_the_others() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Hub").await;
    partner.answers(insight("x"));
    house.actions.disable(&admin, partner.action.id, "").await.unwrap();
    assert!(house.show(&seller, Point::EmailSummary).await.sections.is_empty());
    let named = Request { action: Some(partner.action.id), ..house.request(Point::EmailSummary) };
    let refused = house.sales.show(&seller, named.clone()).await.unwrap_err();
    assert_eq!(refused.code().name(), "api_action.not_enabled");
    assert!(partner.heard().is_empty());
    assert_eq!(house.sales.show(&admin, named).await.unwrap().sections.len(), 1);
}

#[tokio::test]
async fn surfaces_need_an_environment_with_the_sales_tables() {
    let house = House::new().await;
    let seller = house.seller().await;
    let bare = Request {
        environment: Some(house.default_environment()),
        ..house.request(Point::RecordSummary)
    };
    let refused = house.sales.show(&seller, bare).await.unwrap_err();
    assert_eq!(refused.code().name(), "sales_extension.crm_needed");
    let unsaid = Request { environment: None, ..house.request(Point::RecordSummary) };
    let surface = house.sales.show(&seller, unsaid).await.unwrap();
    assert_eq!(surface.environment, house.environment, "the only one that has them");
}

#[tokio::test]
async fn wrong_inputs_are_named_and_nothing_is_asked() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Hub").await;
    let input =
        Input { record_type: Some("opportunity".to_owned()), top: Some(500), ..Input::default() };
    let request = Request { input, ..house.request(Point::RecordSummary) };
    let refused = house.sales.show(&seller, request).await.unwrap_err();
    let fields: Vec<&str> = refused.fields().iter().map(|field| &*field.pointer).collect();
    assert_eq!(fields, ["/recordId", "/top"]);
    assert!(partner.heard().is_empty());
}

#[tokio::test]
async fn a_stranger_sees_nothing_of_it() {
    let mut house = House::new().await;
    let (admin, stranger) = (house.admin().await, house.stranger().await);
    let partner = house.partner(&admin, "Hub").await;
    let there = house.sales.show(&stranger, house.request(Point::EmailSummary)).await;
    assert_eq!(there.unwrap_err().code().kind(), kernel::Kind::NotFound);
    let action = Request { action: Some(partner.action.id), ..house.request(Point::EmailSummary) };
    assert_eq!(
        house.sales.show(&stranger, action).await.unwrap_err().code().kind(),
        kernel::Kind::NotFound
    );
    house.show(&admin, Point::EmailSummary).await;
    assert_eq!(house.told(&stranger).await, []);
    let call = house.last(&admin).await.id;
    assert!(house.sales.diagnostic(&stranger, call).await.is_err());
    assert!(house.sales.inspect_action(&stranger, partner.action.id).await.is_err());
}
