use serde_json::json;

use super::*;

fn input(value: Value) -> Input {
    serde_json::from_value(value).unwrap()
}

fn faults(point: Point, value: Value) -> Vec<(String, &'static str)> {
    let all = input(value).faults(point);
    all.iter().map(|field| (field.pointer.to_string(), field.code)).collect()
}

#[test]
fn the_examples_are_right() {
    for point in Point::ALL {
        assert_eq!(faults(point, Input::example(point)), [], "{point:?}");
    }
}

#[test]
fn what_a_surface_needs_is_named() {
    assert_eq!(
        faults(Point::RecordSummary, json!({ "recordId": " " })),
        [
            ("/recordType".to_owned(), "sales_extension.input_missing"),
            ("/recordId".to_owned(), "sales_extension.input_missing"),
        ]
    );
    assert_eq!(
        faults(Point::EmailDraft, json!({})),
        [("/resourceData".to_owned(), "sales_extension.input_missing")],
        "a draft is about a thread of mail unless somebody says otherwise"
    );
}

#[test]
fn what_belongs_to_another_surface_is_refused() {
    let record = json!({ "recordType": "a", "recordId": "b", "inputPrompt": "c" });
    assert_eq!(
        faults(Point::RecordDetails, record),
        [("/inputPrompt".to_owned(), "sales_extension.input_foreign")]
    );
}

#[test]
fn limits_hold() {
    let long = "x".repeat(MAX_LINE + 1);
    let base = json!({ "recordType": "a", "recordId": "b" });
    for (name, value, code) in [
        ("recordId", json!(long), "text.too_long"),
        ("recordId", json!("a\u{0}b"), "text.control"),
        ("top", json!(0), "sales_extension.number_range"),
        ("top", json!(51), "sales_extension.number_range"),
        ("skip", json!(10_001), "sales_extension.number_range"),
        ("crmOrgUrl", json!("javascript:alert(1)"), "sales_extension.address_unread"),
        ("crmOrgUrl", json!("https://u:p@a.example"), "sales_extension.address_unread"),
        ("startDateTime", json!("yesterday"), "sales_extension.moment_unread"),
    ] {
        let mut own = base.clone();
        own[name] = value;
        assert_eq!(faults(Point::RecordSummary, own), [(format!("/{name}"), code)], "{name}");
    }
    let many: Vec<String> = (0..1_001).map(|n| format!("{n}@a.example")).collect();
    let mail = json!({ "resourceData": { "to": many } });
    assert_eq!(faults(Point::EmailSummary, mail)[0].1, "sales_extension.list_too_long");
}

#[test]
fn the_kind_of_crm_is_spelled_as_the_operation_lists_it() {
    let lists = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let lower = lists(&["dynamics365", "salesforce"]);
    assert_eq!(crm_type("Dynamics 365", &lower), Some("dynamics365".into()));
    assert_eq!(crm_type("dynamics 365", &[]), Some("Dynamics365".into()));
    assert_eq!(crm_type("Embedded", &lower), None, "what is not listed is not sent");
    assert_eq!(spelled("opportunity", &lists(&["Account", "Opportunity"])), "Opportunity");
}

#[test]
fn the_address_of_a_crm_is_always_one() {
    assert_eq!(org_url("org.crm.example").as_deref(), Some("https://org.crm.example"));
    assert_eq!(org_url("http://org.crm.example/x?y").as_deref(), Some("https://org.crm.example"));
    assert_eq!(org_url("https://a.example:444/").as_deref(), Some("https://a.example:444"));
    for bad in ["", "ftp://a.example", "https://", "https://u@a.example"] {
        assert_eq!(org_url(bad), None, "{bad:?}");
    }
}
