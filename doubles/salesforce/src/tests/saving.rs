//! What headers say about saving, and other ways to write and to read.

use serde_json::{Value, json};

use super::House;
use crate::{control::order, rest::Content, rights::Saving};

fn twins(house: &mut House) -> String {
    let first =
        house.create("admin", "Contact", &json!({ "LastName": "One", "Email": "one@example.com" }));
    order(&mut house.org, &json!({ "duplicate_rule": true })).unwrap();
    first
}

#[test]
fn the_header_is_read_whatever_its_signs() {
    let all = Saving { allow: true, details: true, as_caller: true };
    let text = "allowSave=true; includeRecordDetails=true; runAsCurrentUser=true";
    assert_eq!(Saving::of(text), all);
    assert_eq!(Saving::of(&text.replace(';', ",").to_uppercase()), all);
    assert_eq!(Saving::of("allowSave=false;;=;x"), Saving::default());
}

#[test]
fn a_duplicate_is_refused_with_what_was_found_however_it_is_written() {
    let mut house = House::new();
    let first = twins(&mut house);
    let twin = json!({ "LastName": "Two", "Email": "ONE@example.com" });
    let fault = house.call("admin", "POST", "sobjects/Contact", &twin).unwrap_err();
    let entry = fault.entry();
    for name in ["duplicateResut", "duplicateResult"] {
        let found = &entry[name]["matchResults"][0]["matchRecords"][0]["record"];
        assert_eq!((&found["Id"], found.get("Email")), (&json!(first), None), "{entry}");
        assert_eq!(entry[name]["allowSave"], json!(true));
    }
    let many = json!({ "records": [{ "attributes": { "type": "Contact", "referenceId": "r" }, "LastName": "Two", "Email": "one@example.com" }] });
    let rows = house.call("admin", "POST", "composite/sobjects", &many).unwrap().value();
    assert_eq!(rows[0]["errors"][0]["statusCode"], "DUPLICATES_DETECTED");
    let tree = house.call("admin", "POST", "composite/tree/Contact", &many).unwrap();
    assert_eq!(tree.status, 400);
    // a change that brings the address is looked at, one that keeps it is not
    let other = house.create("admin", "Contact", &json!({ "LastName": "Three" }));
    let path = format!("sobjects/Contact/{other}");
    let address = json!({ "Email": "one@example.com" });
    let fault = house.call("admin", "PATCH", &path, &address).unwrap_err();
    assert_eq!(fault.code, "DUPLICATES_DETECTED");
    let own = format!("sobjects/Contact/{first}");
    assert_eq!(house.call("admin", "PATCH", &own, &address).unwrap().status, 204);
}

#[test]
fn an_alert_can_be_overruled_and_a_block_cannot() {
    let mut house = House::new();
    let first = twins(&mut house);
    let twin = json!({ "LastName": "Two", "Email": "one@example.com" });
    house.saving = Saving { allow: true, ..Saving::default() };
    assert_eq!(house.call("admin", "POST", "sobjects/Contact", &twin).unwrap().status, 201);
    order(&mut house.org, &json!({ "duplicate_rule": "block" })).unwrap();
    let fault = house.call("admin", "POST", "sobjects/Contact", &twin).unwrap_err();
    assert_eq!(fault.found.unwrap()["allowSave"], json!(false));
    // with details, what was found is shown as the caller sees it
    house.saving = Saving { details: true, ..Saving::default() };
    let fault = house.call("admin", "POST", "sobjects/Contact", &twin).unwrap_err();
    let found = fault.found.unwrap();
    let records = found["matchResults"][0]["matchRecords"].as_array().unwrap();
    assert!(records.iter().any(|one| one["record"]["Id"] == json!(first)
        && one["record"]["Email"] == json!("one@example.com")));
}

#[test]
fn a_job_and_its_file_come_in_one_and_a_failed_file_can_be_fetched_again() {
    let mut house = House::new();
    let job = |columns: &str| {
        format!(
            "--B\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n\
             {{\"object\":\"Account\",\"operation\":\"insert\",\"contentType\":\"CSV\"}}\r\n--B\r\n\
             Content-Type: text/csv\r\nContent-Disposition: form-data; name=\"content\"; filename=\"f\"\r\n\r\n\
             {columns}\r\n--B--\r\n"
        )
    };
    let mut send = |columns: &str| {
        let made = house.multipart("admin", "jobs/ingest", job(columns).into_bytes());
        let id = made.value()["id"].as_str().unwrap().to_owned();
        let after = house.call("admin", "GET", &format!("jobs/ingest/{id}"), &Value::Null);
        let state = after.unwrap().value()["state"].as_str().unwrap().to_owned();
        let left = format!("jobs/ingest/{id}/unprocessedrecords");
        let left = house.call("admin", "GET", &left, &Value::Null).unwrap();
        let Content::Bytes(_, bytes) = left.body else { panic!("it is a file") };
        (state, String::from_utf8(bytes).unwrap())
    };
    assert_eq!(send("Name\nOne\nTwo\n"), ("JobComplete".to_owned(), "\"Name\"\n".to_owned()));
    let (state, left) = send("Name,Nope\nOne,1\n");
    assert_eq!((state.as_str(), left.as_str()), ("Failed", "\"Name\",\"Nope\"\n\"One\",\"1\"\n"));
}

#[test]
fn results_of_a_query_can_be_fetched_page_beside_page() {
    let mut house = House::new();
    for n in 0..7 {
        house.create("admin", "Account", &json!({ "Name": format!("Page {n}") }));
    }
    let query =
        json!({ "operation": "query", "query": "SELECT Id FROM Account WHERE Name LIKE 'Page%'" });
    let job = house.call("admin", "POST", "jobs/query", &query).unwrap().value();
    let id = job["id"].as_str().unwrap();
    let path = format!("jobs/query/{id}/resultPages?maxRecords=1");
    let pages = house.call("admin", "GET", &path, &Value::Null).unwrap().value();
    assert_eq!(
        (pages["resultPages"].as_array().unwrap().len(), &pages["done"]),
        (5, &json!(false))
    );
    let next = pages["nextRecordsUrl"].as_str().unwrap();
    let next = next.strip_prefix("/services/data/v59.0/").unwrap().to_owned();
    let rest = house.call("admin", "GET", &next, &Value::Null).unwrap().value();
    assert_eq!((rest["resultPages"].as_array().unwrap().len(), &rest["done"]), (2, &json!(true)));
}

#[test]
fn the_head_of_an_answer_may_be_asked_for_alone_and_suggestions_are_names() {
    let mut house = House::new();
    house.create("admin", "Account", &json!({ "Name": "Suggested" }));
    for path in ["sobjects", "sobjects/Account/describe", "tabs", "search/layout?q=Account"] {
        assert_eq!(house.call("admin", "HEAD", path, &Value::Null).unwrap().status, 200, "{path}");
    }
    let found =
        house.call("admin", "GET", "search/suggestions?q=Sugg&sobject=Account", &Value::Null);
    assert_eq!(found.unwrap().value()["autoSuggestResults"][0]["Name"], "Suggested");
    // what finds a row stands in the address alone
    let path = "sobjects/Account/External_Id__c/one";
    let fault =
        house.call("admin", "PATCH", path, &json!({ "Name": "x", "External_Id__c": "two" }));
    assert_eq!(fault.unwrap_err().code, "INVALID_FIELD");
    let made = house.call("admin", "POST", "sobjects/Account/Id", &json!({ "Name": "By id" }));
    assert_eq!(made.unwrap().value()["created"], json!(true));
}
