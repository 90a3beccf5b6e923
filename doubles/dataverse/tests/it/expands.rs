//! What is counted inside rows.

use serde_json::json;

use crate::client::Client;

#[tokio::test(flavor = "multi_thread")]
async fn rows_inside_rows_are_counted_where_that_is_asked_for() {
    let client = Client::new().await;
    let many = client.made(
        "accounts",
        &json!({ "name": "Many", "contact_customer_accounts": [
            { "lastname": "A" }, { "lastname": "B" }, { "lastname": "C" } ] }),
    );
    let none = client.made("accounts", &json!({ "name": "None" }));
    let asked = "$filter=startswith(name,'Many') or name eq 'None'&$orderby=name";
    let inside = "$select=name&$expand=contact_customer_accounts";
    let page = client.get(&format!(
        "accounts?{asked}&{inside}($select=lastname;$count=true;$top=1;$orderby=lastname)"
    ));
    let rows = page.json()["value"].clone();
    assert_eq!((&rows[0]["accountid"], &rows[1]["accountid"]), (&json!(many), &json!(none)));
    let counts = |at: usize| {
        let row = &rows[at];
        let there = row["contact_customer_accounts"].as_array().unwrap().len();
        (row["contact_customer_accounts@odata.count"].clone(), there)
    };
    // as many as there are, not as many as are shown
    assert_eq!((counts(0), counts(1)), ((json!(3), 1), (json!(0), 0)));
    let filtered = client.get(&format!(
        "accounts({many})?{inside}($select=lastname;$count=true;$filter=lastname ne 'B')"
    ));
    assert_eq!(filtered.json()["contact_customer_accounts@odata.count"], 2);
    let plain = client.get(&format!("accounts({many})?{inside}($select=lastname)"));
    assert!(plain.json().get("contact_customer_accounts@odata.count").is_none(), "{plain:?}");
    // the count alone is refused, with what to write instead
    let alone = client.get(&format!("accounts({many})?{inside}/$count"));
    assert_eq!(alone.refusal(), (400, "0x80060888".to_owned()));
    assert!(alone.message().contains("$count=true"), "{alone:?}");
}
