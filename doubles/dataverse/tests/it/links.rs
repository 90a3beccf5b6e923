//! Rows that are linked, and those that cannot be.

use serde_json::json;

use crate::client::Client;

#[tokio::test(flavor = "multi_thread")]
async fn a_lookup_is_bound_to_rows_of_its_tables_alone() {
    let client = Client::new().await;
    let account = client.made("accounts", &json!({ "name": "A" }));
    let contact = client.made("contacts", &json!({ "lastname": "C" }));
    let path = format!("accounts({account})");
    let wrong = json!({ "primarycontactid@odata.bind": format!("/accounts({account})") });
    let created = client.ask("POST", "accounts", &wrong);
    for answer in [created, client.ask("PATCH", &path, &wrong)] {
        assert_eq!(answer.refusal(), (400, "0x80048d19".to_owned()));
        let text = answer.message();
        assert!(text.contains("'primarycontactid'") && text.contains("CRM.contact"), "{text}");
    }
    // each property of a lookup to several tables leads to one of them
    let lookup = json!({ "parentcustomerid_account@odata.bind": format!("/contacts({contact})") });
    let answer = client.ask("PATCH", &format!("contacts({contact})"), &lookup);
    assert_eq!(answer.refusal(), (400, "0x80048d19".to_owned()));
    let right = json!({ "parentcustomerid_contact@odata.bind": format!("/contacts({contact})") });
    let other = client.made("contacts", &json!({ "lastname": "D" }));
    assert_eq!(client.ask("PATCH", &format!("contacts({other})"), &right).status, 204);
    for (method, path, to) in [
        ("PUT", format!("{path}/primarycontactid/$ref"), format!("accounts({account})")),
        ("POST", format!("{path}/contact_customer_accounts/$ref"), format!("accounts({account})")),
    ] {
        let answer = client.ask(method, &path, &json!({ "@odata.id": client.root() + &to }));
        assert_eq!(answer.refusal(), (400, "0x80048d19".to_owned()));
        assert!(answer.message().contains("leads to contact"), "{answer:?}");
    }
    let missing = json!({ "primarycontactid@odata.bind": format!("/contacts({account})") });
    assert_eq!(client.ask("PATCH", &path, &missing).refusal(), (404, "0x80040217".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_along_with_new_ones_only() {
    let client = Client::new().await;
    let account = client.made("accounts", &json!({ "name": "A" }));
    for inside in [
        json!({ "primarycontactid": { "lastname": "New" } }),
        json!({ "contact_customer_accounts": [{ "lastname": "New" }] }),
    ] {
        let answer = client.ask("PATCH", &format!("accounts({account})"), &inside);
        assert_eq!(answer.refusal(), (400, "0x80060888".to_owned()));
        assert_eq!(answer.message(), "Deep update of navigation properties is not allowed.");
    }
    let none = client.get("contacts/$count?$filter=lastname eq 'New'");
    assert_eq!(none.body, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_another_type_and_text_that_no_column_holds_are_refused() {
    let client = Client::new().await;
    let contact = json!({ "@odata.type": "Microsoft.Dynamics.CRM.contact", "name": "A" });
    assert_eq!(client.ask("POST", "accounts", &contact).refusal(), (400, "0x80048d19".to_owned()));
    let account = json!({ "@odata.type": "#Microsoft.Dynamics.CRM.account", "name": "A" });
    let id = client.made("accounts", &account);
    // neither engine stores it alike: the one keeps it, the other has no such text
    let zero = client.ask("POST", "accounts", &json!({ "name": "A\u{0}B" }));
    assert_eq!(zero.refusal(), (400, "0x80048d19".to_owned()));
    for path in [
        "accounts?$filter=name eq 'A%00B'",
        "accounts?$filter=contains(name,'%00')",
        "accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['%00'])",
        "accounts?fetchXml=<fetch><entity name='account'><filter><condition attribute='name' operator='eq' value='%00'/></filter></entity></fetch>",
        "contacts?$filter=lastname in ('%00','b')",
    ] {
        let answer = client.get(path);
        let nothing = answer.status == 200 && answer.json()["value"] == json!([]);
        assert!(nothing || answer.status == 400, "{path} {answer:?}");
    }
    assert_eq!(client.get(&format!("accounts({id})?$select=name")).json()["name"], "A");
}
