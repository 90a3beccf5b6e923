//! Overview, preview, calls.

use http::StatusCode;
use sales::Point;

use crate::house::Place;

#[tokio::test]
async fn a_maker_sees_which_action_is_for_which_surface_and_runs_it() {
    let mut place = Place::new().await;
    let empty = place.house.get(&place.maker, "/sales/extensions").await;
    assert!(empty.html.contains("No action is for a sales surface yet"), "{}", empty.html);
    let action = place.partner(|_definition| {}).await;
    let (house, maker) = (&place.house, &place.maker);
    let page = house.get(maker, "/sales/extensions").await;
    assert!(page.html.contains("Contracts for sellers") && page.html.contains("Contract Hub"));
    let preview =
        format!("/sales/extensions/preview?surface=email_summary&#38;action={}", action.id);
    assert!(page.html.contains(&preview), "{}", page.html);

    let page = house.get(maker, &preview.replace("&#38;", "&")).await;
    assert!(page.html.contains("The surface calls scp-get-email-insights-v2"), "{}", page.html);
    assert!(page.html.contains("Info from Contract Hub") && page.html.contains("V12"));
    let id = action.id.to_string();
    let input = page.between("name=\"input\" rows=\"10\" spellcheck=\"false\">", "<");
    let input = input.replace("&#34;", "\"");
    let fields = [
        ("surface", "email_summary"),
        ("action", id.as_str()),
        ("sample", "{}"),
        ("input", input.as_str()),
        ("run", "yes"),
    ];
    let ran = house.post(maker, "/sales/extensions/preview", &fields).await;
    assert_eq!(ran.status, StatusCode::OK, "{}", ran.html);
    assert!(ran.html.contains("1 of 2 shown"), "{}", ran.html);
    assert!(
        ran.html.contains("Opened &#60;script&#62;alert(1)&#60;/script&#62; twice"),
        "{}",
        ran.html
    );
    let call = ran.between("href=\"/sales/extensions/calls/", "\"").to_owned();

    let list = house.get(maker, "/sales/extensions/calls").await;
    assert!(list.html.contains(&call) && list.html.contains("Shown"), "{}", list.html);
    let failed = house.get(maker, "/sales/extensions/calls?show=failed").await;
    assert!(!failed.html.contains(&call));
    let one = house.get(maker, &format!("/sales/extensions/calls/{call}")).await;
    assert!(one.html.contains("email-insights-v2") && one.html.contains("value[1].insight"));
    assert!(!one.html.contains("Renewal") && !one.html.contains("Opened"), "{}", one.html);
}

#[tokio::test]
async fn each_surface_is_drawn_from_a_sample_of_its_own() {
    let place = Place::new().await;
    for (point, words) in [
        (Point::EmailSummary, "On top of the mail"),
        (Point::RecordSummary, "2 references"),
        (Point::RecordDetails, "Contracts from Contoso Hub"),
        (Point::OpportunityInsights, "Insights from connected sources"),
        (Point::EmailDraft, "Reference customers"),
    ] {
        let path = format!("/sales/extensions/preview?surface={}", point.as_str());
        let page = place.house.get(&place.maker, &path).await;
        assert!(page.html.contains(words), "{point:?}: {}", page.html);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_sample_stands_at_its_field_and_in_words() {
    let place = Place::new().await;
    let draw = async |surface: &str, sample: &str| {
        let fields = [("surface", surface), ("sample", sample)];
        place.house.post(&place.maker, "/sales/extensions/preview", &fields).await
    };
    let broken = draw("email_summary", "{\n  \"value\": [}").await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(broken.html.contains("line 2, column 13"), "{}", broken.html);
    assert!(broken.html.contains("&#34;value&#34;: [}"), "what was typed stays");
    let no_list = draw("email_summary", "{}").await;
    assert!(no_list.html.contains("has no list called"), "{}", no_list.html);
    let hostile = r#"{"value":[{"title":"x","description":"<img src=x onerror=alert(1)>","url":"javascript:alert(1)"},{"title":"y"}]}"#;
    let drawn = draw("opportunity_insights", hostile).await;
    let surface = drawn.between("<section class=\"surface\"", "</section>");
    assert!(surface.contains("&#60;img src=x"), "{surface}");
    assert!(!surface.contains("javascript:") && !surface.contains("<img"), "{surface}");
    assert!(drawn.html.contains("Not an address that may be opened"), "{}", drawn.html);
    assert!(drawn.html.contains("value[1].description"), "{}", drawn.html);
}

#[tokio::test]
async fn what_keeps_an_action_from_its_surface_stands_beside_the_preview() {
    let mut place = Place::new().await;
    let action = place
        .partner(|definition| {
            let operation = &mut definition["paths"]["/api/enhanceskills/activities"]["get"];
            operation["parameters"][0]["description"] = "The kind".into();
        })
        .await;
    let path = format!("/sales/extensions/preview?surface=record_summary&action={}", action.id);
    let page = place.house.get(&place.maker, &path).await;
    assert!(page.html.contains("The surface does not call"), "{}", page.html);
    assert!(page.html.contains("V7 ·") && page.html.contains("V8 ·"), "{}", page.html);
    assert!(page.html.contains("This input indicates the entity or object type in CRM"));
    let id = action.id.to_string();
    let fields = [
        ("surface", "record_summary"),
        ("action", id.as_str()),
        ("input", r#"{"recordType":"a","recordId":"b"}"#),
        ("run", "yes"),
    ];
    let ran = place.house.post(&place.maker, "/sales/extensions/preview", &fields).await;
    assert!(ran.html.contains("The operation breaks the contract"), "{}", ran.html);
}

#[tokio::test]
async fn sellers_have_no_part_in_these_pages_and_the_starter_is_for_everybody() {
    let place = Place::new().await;
    for path in ["", "/preview", "/calls"] {
        let page = place.house.get(&place.seller, &format!("/sales/extensions{path}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    let starter = place.house.get(&place.seller, "/sales/extensions/starter").await;
    assert_eq!(starter.html, sales::STARTER);
    assert!(starter.headers["content-disposition"].to_str().unwrap().contains("apiDefinition"));
}
