use std::{fs, path::PathBuf};

use openapi::Sources;
use serde_json::{Value, json};

use super::*;
use crate::contract::{STARTER, STARTER_PROPERTIES};

fn starter() -> Value {
    serde_json::from_str(STARTER).unwrap()
}

fn inspected(definition: &Value) -> Inspection {
    inspected_with(definition, None)
}

fn inspected_with(definition: &Value, selected: Option<&[Selected]>) -> Inspection {
    let text = definition.to_string();
    let sources = Sources {
        definition: text.as_bytes(),
        properties: Some(STARTER_PROPERTIES.as_bytes()),
        has_script: false,
    };
    let package = Package::load(sources).unwrap();
    inspect(Subject { package: &package, selected })
}

/// The codes that are found beyond those of the starter, which are none.
fn codes(definition: &Value) -> Vec<(&'static str, String)> {
    let found = inspected(definition).findings;
    found.into_iter().map(|finding| (finding.rule.code(), finding.pointer)).collect()
}

fn is_callable(inspection: &Inspection, point: Point) -> bool {
    inspection.chosen(point).is_some_and(|matched| matched.callable)
}

const ACTIVITIES: &str = "/paths/~1api~1enhanceskills~1activities/get";
const INSIGHTS: &str = "/paths/~1api~1enhanceskills~1email-insights-v2/post";

/// The starter with one place changed.
fn with(pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut starter = starter();
    change(starter.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")));
    starter
}

fn parameter(name: &str) -> String {
    let starter = starter();
    let all = starter.pointer(&format!("{ACTIVITIES}/parameters")).unwrap().as_array().unwrap();
    let index = all.iter().position(|own| own["name"] == name).unwrap();
    format!("{ACTIVITIES}/parameters/{index}")
}

#[test]
fn the_starter_agrees_with_every_string_of_the_contract() {
    let inspection = inspected(&starter());
    assert_eq!(inspection.findings, []);
    for point in Point::ALL {
        let matched = inspection.chosen(point).unwrap();
        assert!(matched.callable && matched.found == Found::Description, "{point:?}");
        let form = matched.form().unwrap();
        assert_eq!(matched.plan.inputs.len(), form.inputs.len(), "every input is sent: {point:?}");
    }
}

#[test]
fn a_connector_of_something_else_is_for_no_surface() {
    let definition = json!({"swagger": "2.0", "info": {"title": "x", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "A", "responses": {"200": {"description": "ok"}}}}}});
    assert_eq!(codes(&definition), [("v1.none", String::new())]);
}

#[test]
fn a_description_that_is_nearly_right_is_named_with_the_string_that_was_meant() {
    let at = format!("{ACTIVITIES}/description");
    let mut definition = with(&at, |said| {
        *said = said.as_str().unwrap().replace("summary card", "summary cart").into();
    });
    *definition.pointer_mut(&format!("{ACTIVITIES}/operationId")).unwrap() = "mine".into();
    let inspection = inspected(&definition);
    let finding = &inspection.findings[0];
    assert_eq!((finding.rule.code(), &finding.pointer), ("v1.near", &at));
    assert_eq!(finding.point, Some(Point::RecordSummary));
    assert!(finding.args.contains(&("word", "cart".to_owned())), "{finding:?}");
    assert!(inspection.chosen(Point::RecordSummary).is_none());
}

#[test]
fn case_punctuation_and_blanks_do_not_keep_a_description_from_matching() {
    let at = format!("{ACTIVITIES}/description");
    let definition = with(&at, |said| {
        *said = said.as_str().unwrap().to_uppercase().replace('.', "  ").into();
    });
    let inspection = inspected(&definition);
    assert_eq!(inspection.findings[0].rule.code(), "v2.inexact");
    assert!(is_callable(&inspection, Point::RecordSummary));
}

#[test]
fn an_operation_of_old_is_found_by_its_identifier_and_its_inputs_by_name() {
    let mut definition = with(ACTIVITIES, |operation| {
        operation["description"] = "Activities of a record".into();
        for parameter in operation["parameters"].as_array_mut().unwrap() {
            parameter["description"] = "free".into();
        }
    });
    definition["definitions"]["Activity"]["properties"]["title"]["description"] = "free".into();
    let inspection = inspected(&definition);
    let matched = inspection.chosen(Point::RecordSummary).unwrap();
    assert!(matched.callable && matched.found == Found::Identifier, "{:?}", inspection.findings);
    assert_eq!(inspection.findings.len(), 1, "{:?}", inspection.findings);
    assert_eq!(inspection.findings[0].rule.code(), "v3.identifier");
}

#[test]
fn another_method_keeps_an_operation_from_its_surface() {
    let mut definition = starter();
    let path = &mut definition["paths"]["/api/enhanceskills/activities"];
    let operation = path["get"].take();
    *path = json!({ "put": operation });
    let inspection = inspected(&definition);
    assert_eq!(inspection.findings[0].rule.code(), "v4.method");
    assert!(!is_callable(&inspection, Point::RecordSummary));
}

#[test]
fn the_method_tells_the_two_forms_of_the_email_summary_apart() {
    let mut definition = starter();
    let says = definition.pointer(&format!("{INSIGHTS}/description")).unwrap().clone();
    let item = json!({"type": "object", "properties": {
        "Title": {"type": "string"}, "Description": {"type": "string"} }});
    definition["paths"]["/old"] = json!({"get": {"operationId": "old", "description": says,
        "parameters": [{"name": "emailContacts", "in": "query", "required": true, "type": "string",
            "description": "This input indicates a list of all relevant participant emails in the current email thread."}],
        "responses": {"200": {"description": "ok", "schema": {"type": "object", "properties":
            {"value": {"type": "array", "items": item}}}}}}});
    let inspection = inspected(&definition);
    let versions: Vec<(u8, bool, bool)> = inspection
        .matched
        .iter()
        .filter(|matched| matched.point == Point::EmailSummary)
        .map(|matched| (matched.version, matched.callable, matched.chosen))
        .collect();
    assert!(versions.contains(&(2, true, true)) && versions.contains(&(1, true, false)));
    let twice = inspection.findings.iter().find(|f| f.rule == Rule::V11Twice).unwrap();
    assert_eq!(twice.operation.as_deref(), Some("old"));
}

#[test]
fn inputs_are_mapped_by_description_whatever_their_names() {
    let at = parameter("recordId");
    let definition = with(&at, |parameter| parameter["name"] = "key".into());
    let inspection = inspected(&definition);
    assert_eq!(inspection.findings, []);
    let plan = &inspection.chosen(Point::RecordSummary).unwrap().plan;
    let route = plan.inputs.iter().find(|route| route.field == "recordId").unwrap();
    assert_eq!(route.name, "key");
}

#[test]
fn two_inputs_with_one_description_are_named() {
    let wanted = starter().pointer(&parameter("top")).unwrap()["description"].clone();
    let at = parameter("skip");
    let definition = with(&at, |parameter| parameter["description"] = wanted);
    let found = codes(&definition);
    assert!(found.contains(&("v5.twice", at)), "{found:?}");
}

#[test]
fn an_optional_input_is_tried_by_name_and_else_never_sent() {
    let by_name = parameter("crmOrgUrl");
    let definition = with(&by_name, |parameter| parameter["description"] = "Where".into());
    assert_eq!(codes(&definition), [("v6.name", by_name)]);
    let lost = parameter("top");
    let definition = with(&lost, |parameter| {
        parameter["description"] = "Anything".into();
        parameter["name"] = "many".into();
    });
    assert_eq!(codes(&definition), [("v6.unsent", lost.clone())]);
    assert!(is_callable(&inspected(&definition), Point::RecordSummary));
    let definition = with(&lost, |parameter| parameter["type"] = "boolean".into());
    assert_eq!(codes(&definition), [("v6.type", lost)]);
}

#[test]
fn a_required_input_has_its_description_and_its_type() {
    let at = parameter("recordType");
    let definition = with(&at, |parameter| parameter["description"] = "The kind".into());
    let found = codes(&definition);
    assert!(found.contains(&("v7.missing", ACTIVITIES.to_owned())), "{found:?}");
    assert!(found.contains(&("v8.beyond", at.clone())), "nobody fills it: {found:?}");
    assert!(!is_callable(&inspected(&definition), Point::RecordSummary));
    let definition = with(&at, |parameter| parameter["type"] = "integer".into());
    assert_eq!(codes(&definition), [("v7.type", at)]);
}

#[test]
fn no_input_beyond_the_contract_may_be_required() {
    let extra = |required: bool, more: Value| {
        let mut extra = json!({"name": "region", "in": "query", "type": "string",
            "description": "Which region", "required": required});
        extra.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        with(&format!("{ACTIVITIES}/parameters"), |all| all.as_array_mut().unwrap().push(extra))
    };
    let beyond = inspected(&extra(true, json!({})));
    assert_eq!(beyond.findings[0].rule.code(), "v8.beyond");
    assert!(!is_callable(&beyond, Point::RecordSummary));
    let hidden = extra(true, json!({"default": "eu", "x-ms-visibility": "internal"}));
    assert_eq!(codes(&hidden), [], "what has a value of its own asks nobody");
    assert_eq!(codes(&extra(false, json!({})))[0].0, "v6.unsent");
    let at = parameter("crmType");
    let needed = inspected(&with(&at, |parameter| parameter["required"] = true.into()));
    assert_eq!(needed.findings[0].rule.code(), "v8.optional");
    assert!(is_callable(&needed, Point::RecordSummary));
}

#[test]
fn the_name_of_the_platform_is_taken() {
    let at = parameter("top");
    let definition = with(&at, |parameter| parameter["name"] = "connectorId".into());
    assert_eq!(codes(&definition), [("v9.reserved", at)]);
    assert!(!is_callable(&inspected(&definition), Point::RecordSummary));
}

#[test]
fn an_answer_has_a_list_with_every_required_output() {
    let item = "/definitions/Activity/properties/description";
    let definition = with(item, |own| own["description"] = "Text".into());
    assert_eq!(codes(&definition), [("v10.name", item.to_owned())]);
    let definition = with("/definitions/Activity/properties", |all| {
        all.as_object_mut().unwrap().remove("description");
    });
    assert_eq!(codes(&definition), [("v10.missing", "/definitions/Activity".to_owned())]);
    assert!(!is_callable(&inspected(&definition), Point::RecordSummary));
    let definition = with("/definitions/ActivityListResponse/properties", |all| *all = json!({}));
    assert_eq!(codes(&definition)[0].0, "v10.value");
}

#[test]
fn another_sign_in_is_a_warning() {
    let text = STARTER.to_owned();
    let sources = Sources { definition: text.as_bytes(), properties: None, has_script: false };
    let package = Package::load(sources).unwrap();
    let inspection = inspect(Subject { package: &package, selected: None });
    assert_eq!(inspection.findings[0].rule.code(), "v12.security");
    assert!(is_callable(&inspection, Point::RecordSummary));
}

#[test]
fn a_definition_is_swagger_2_small_and_has_few_operations_with_an_identifier_each() {
    let mut large = starter();
    large["info"]["description"] = "x".repeat(1_000_000).into();
    assert_eq!(codes(&large)[0].0, "v13.size");
    let mut many = starter();
    for number in 0..260 {
        many["paths"][format!("/more/{number}")] =
            json!({"get": {"operationId": format!("More{number}"), "responses": {}}});
    }
    assert_eq!(codes(&many), [("v13.operations", "/paths".to_owned())]);
    let mut twice = starter();
    twice["paths"]["/more"] =
        json!({"get": {"operationId": "scp-get-related-records", "responses": {}}});
    let inspection = inspected(&twice);
    let found = inspection.findings.iter().find(|f| f.rule == Rule::V13Identifier);
    assert!(found.is_some(), "{:?}", inspection.findings);
    assert!(inspection.matched.iter().any(|m| m.point == Point::RecordDetails && !m.callable));
}

#[test]
fn what_an_action_says_of_an_operation_counts() {
    let own = |description: Option<&str>| Selected {
        operation: "scp-get-related-activities".to_owned(),
        description: description.map(str::to_owned),
        ..Selected::default()
    };
    let plain = inspected_with(&starter(), Some(&[own(None)]));
    assert_eq!((plain.matched.len(), plain.findings.len()), (1, 0), "others are not selected");
    // the identifier would still find it
    let mut renamed = starter();
    *renamed.pointer_mut(&format!("{ACTIVITIES}/operationId")).unwrap() = "Activities".into();
    let mut selected = own(Some("Aktuelles zum Datensatz"));
    selected.operation = "Activities".to_owned();
    let hidden = inspected_with(&renamed, Some(&[selected]));
    assert_eq!(hidden.findings[0].rule.code(), "v14.hidden");
    assert_eq!(hidden.findings[0].pointer, "/operations/0/description");
    assert!(hidden.matched.is_empty());
    let mut odd = with(&format!("{ACTIVITIES}/description"), |said| *said = "Odd".into());
    *odd.pointer_mut(&format!("{ACTIVITIES}/operationId")).unwrap() = "Activities".into();
    let mut mended = own(Some(Point::RecordSummary.description()));
    mended.operation = "Activities".to_owned();
    let mended = inspected_with(&odd, Some(&[mended]));
    assert!(is_callable(&mended, Point::RecordSummary), "an action may mend it: {mended:?}");
}

#[test]
fn an_input_that_an_action_fixes_is_not_sent_by_the_surface() {
    let said = Said { fixed: true, ..Said::default() };
    let selected = Selected {
        operation: "scp-get-related-activities".to_owned(),
        parameters: BTreeMap::from([("recordType".to_owned(), said)]),
        ..Selected::default()
    };
    let inspection = inspected_with(&starter(), Some(&[selected]));
    assert_eq!(inspection.findings[0].rule.code(), "v14.fixed");
    assert_eq!(inspection.findings[0].pointer, "/operations/0/overrides/recordType");
    let matched = inspection.chosen(Point::RecordSummary).unwrap();
    assert!(matched.callable && matched.plan.inputs.iter().all(|own| own.field != "recordType"));
}

#[test]
fn published_connectors_are_found() {
    let Some(folder) = std::env::var_os("LIAISON_CORPORA").map(PathBuf::from) else {
        testkit::skip(
            "published_connectors_are_found",
            "set LIAISON_CORPORA to the folder of the corpora",
        );
        return;
    };
    let (mut looked, mut calls) = (0, Vec::new());
    let folder = folder.join("connectors/certified");
    for entry in fs::read_dir(folder).unwrap() {
        let at = entry.unwrap().path();
        let Ok(definition) = fs::read(at.join("apiDefinition.swagger.json")) else { continue };
        let text = String::from_utf8_lossy(&definition);
        if !text.contains("scp-get-") && !text.to_lowercase().contains("copilot for sales.") {
            continue;
        }
        looked += 1;
        let properties = fs::read(at.join("apiProperties.json")).ok();
        let sources = Sources {
            definition: &definition,
            properties: properties.as_deref(),
            has_script: false,
        };
        let package = Package::load(sources).unwrap();
        let inspection = inspect(Subject { package: &package, selected: None });
        let errors: Vec<_> = inspection
            .findings
            .iter()
            .filter(|finding| finding.severity() == openapi::Severity::Error)
            .map(|finding| (finding.rule.code(), &finding.pointer, &finding.args))
            .collect();
        println!("{}: {errors:?}", at.display());
        calls.extend(inspection.matched.into_iter().filter(|matched| matched.chosen));
    }
    let by = |found: Found| calls.iter().filter(|matched| matched.found == found).count();
    let callable = calls.iter().filter(|matched| matched.callable).count();
    println!(
        "{looked} connectors: {callable} of {} operations can be called, {} found by description, {} by identifier",
        calls.len(),
        by(Found::Description),
        by(Found::Identifier)
    );
    assert!(looked > 0 && callable * 10 >= calls.len() * 9, "{calls:#?}");
    assert!(by(Found::Description) > 0 && by(Found::Identifier) > 0);
}
