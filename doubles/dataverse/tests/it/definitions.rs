//! What changed in definitions since a stamp.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::client::{Answer, Client};

fn label(text: &str) -> Value {
    json!({ "LocalizedLabels": [{ "Label": text, "LanguageCode": 1033 }] })
}

fn encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

/// Asks for tables with their columns.
fn changes(client: &Client, stamp: Option<&str>, deleted: Option<&str>) -> Answer {
    let query = json!({
        "Properties": { "PropertyNames": ["LogicalName", "Attributes"] },
        "AttributeQuery": { "Properties": { "PropertyNames": ["LogicalName"] } },
    });
    let (mut names, mut values) =
        ("Query=@p1".to_owned(), format!("@p1={}", encoded(&query.to_string())));
    if let Some(stamp) = stamp {
        names.push_str(",ClientVersionStamp=@p2");
        write!(values, "&@p2='{}'", encoded(stamp)).unwrap();
    }
    if let Some(deleted) = deleted {
        names.push_str(",DeletedMetadataFilters=@p3");
        let word = format!("Microsoft.Dynamics.CRM.DeletedMetadataFilters'{deleted}'");
        write!(values, "&@p3={word}").unwrap();
    }
    client.get(&format!("RetrieveMetadataChanges({names})?{values}"))
}

fn stamp(answer: &Answer) -> String {
    answer.json()["ServerVersionStamp"].as_str().unwrap().to_owned()
}

fn column(client: &Client, name: &str) -> String {
    let body = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
        "SchemaName": name, "DisplayName": label(name), "MaxLength": 100,
    });
    let made = client.ask("POST", "EntityDefinitions(LogicalName='account')/Attributes", &body);
    assert_eq!(made.status, 204, "{made:?}");
    let id = made.header("odata-entityid").unwrap();
    id.rsplit(['(', ')']).nth(1).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_since_a_stamp_is_told_and_what_went() {
    let client = Client::new().await;
    let whole = changes(&client, None, None);
    assert!(whole.json()["EntityMetadata"].as_array().unwrap().len() > 20);
    assert_eq!(whole.json()["DeletedMetadata"]["Count"], 0);
    let first = stamp(&whole);
    let nothing = changes(&client, Some(&first), Some("All"));
    assert_eq!(nothing.json()["EntityMetadata"], json!([]), "{nothing:?}");
    assert_eq!(stamp(&nothing), first);

    let (stays, goes) = (column(&client, "new_Stays"), column(&client, "new_Goes"));
    let some = changes(&client, Some(&first), None).json();
    let tables = some["EntityMetadata"].as_array().unwrap();
    assert_eq!(tables.len(), 1, "{some}");
    assert_eq!(
        (&tables[0]["LogicalName"], &tables[0]["HasChanged"]),
        (&json!("account"), &json!(false))
    );
    let attributes = tables[0]["Attributes"].as_array().unwrap();
    let names: Vec<_> = attributes.iter().map(|one| one["LogicalName"].as_str().unwrap()).collect();
    assert_eq!(names, ["new_stays", "new_goes"]);
    assert!(attributes.iter().all(|one| one["HasChanged"] == true));

    let second = some["ServerVersionStamp"].as_str().unwrap().to_owned();
    let path = format!("EntityDefinitions(LogicalName='account')/Attributes({goes})");
    assert_eq!(client.ask("DELETE", &path, &json!({})).status, 204);
    let gone = changes(&client, Some(&second), Some("Attribute,OptionSet")).json();
    assert_eq!(gone["EntityMetadata"], json!([]));
    assert_eq!(
        gone["DeletedMetadata"],
        json!({ "Count": 1, "IsReadOnly": false, "Keys": ["Attribute"], "Values": [goes] })
    );
    // who does not ask for them is not told, and what came before it went is not told at all
    let untold = changes(&client, Some(&second), Some("Relationship")).json();
    assert_eq!(untold["DeletedMetadata"]["Keys"], json!([]));
    let from_first = changes(&client, Some(&first), Some("All")).json();
    let attributes = from_first["EntityMetadata"][0]["Attributes"].as_array().unwrap().clone();
    assert_eq!((attributes.len(), &attributes[0]["MetadataId"]), (1, &json!(stays)));

    let (version, rest) = first.split_once('.').unwrap();
    let future = format!("{}.{rest}", version.parse::<i64>().unwrap() + 100);
    for unknown in ["", "1", "x.1!y", &future, &format!("0.{rest}"), &format!("-9.{rest}")] {
        let answer = changes(&client, Some(unknown), None);
        assert_eq!(answer.refusal(), (400, "0x80044352".to_owned()), "{unknown}");
        assert!(answer.message().contains("full sync"), "{answer:?}");
    }
    let wrong = changes(&client, Some(&second), Some("Nonsense"));
    assert_eq!(wrong.refusal(), (400, "0x80040203".to_owned()));
}
