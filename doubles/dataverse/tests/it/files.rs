//! Files that come and go in parts.

use serde_json::{Value, json};

use crate::client::{Answer, Client};

/// A target of the actions of files.
fn about(id: &str) -> Value {
    json!({
        "Target": { "@odata.type": "Microsoft.Dynamics.CRM.account", "accountid": id },
        "FileAttributeName": "new_contract",
    })
}

fn with(mut body: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_named_blocks_has_the_name_that_it_began_with() {
    let client = Client::new().await;
    client.with_contract();
    let id = client.made("accounts", &json!({ "name": "With a contract" }));
    let begun = with(about(&id), &json!({ "FileName": "C:\\papers\\offer.txt" }));
    let begun = client.ask("POST", "InitializeFileBlocksUpload", &begun).json();
    let token = &begun["FileContinuationToken"];
    for (name, data) in [("b", "d29ybGQ="), ("a", "SGVsbG8sIA==")] {
        let block = json!({ "FileContinuationToken": token, "BlockId": name, "BlockData": data });
        assert_eq!(client.ask("POST", "UploadBlock", &block).status, 204);
    }
    let commit = json!({ "FileContinuationToken": token, "BlockList": ["a", "b"] });
    let done = client.ask("POST", "CommitFileBlocksUpload", &commit).json();
    assert_eq!(done["FileSizeInBytes"], 12);
    let open =
        |client: &Client| client.ask("POST", "InitializeFileBlocksDownload", &about(&id)).json();
    let opened = open(&client);
    assert_eq!(
        (&opened["FileName"], &opened["FileSizeInBytes"]),
        (&json!("offer.txt"), &json!(12))
    );
    let part = |token: &Value| {
        let asked = json!({ "FileContinuationToken": token, "Offset": 7, "BlockLength": 5 });
        client.ask("POST", "DownloadBlock", &asked)
    };
    let token = opened["FileContinuationToken"].clone();
    assert_eq!(part(&token).json()["Data"], "d29ybGQ=");
    // parts of two files are no file: the token of the one before is not known any more
    let named = [("x-ms-file-name", "other.txt"), ("content-type", "application/octet-stream")];
    let other = client.send("PATCH", &format!("accounts({id})/new_contract"), &named, b"other");
    assert_eq!(other.status, 204, "{other:?}");
    assert_eq!(part(&token).refusal(), (400, "0x80040203".to_owned()));
    assert_eq!(open(&client)["FileName"], "other.txt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_an_upload_belongs_to_its_row_and_column() {
    let client = Client::new().await;
    client.with_contract();
    let id = client.made("accounts", &json!({ "name": "A" }));
    let other = client.made("accounts", &json!({ "name": "B" }));
    let path = format!("accounts({id})/new_contract");
    let chunked = [("x-ms-transfer-mode", "chunked"), ("x-ms-file-name", "a.bin")];
    let begun = client.send("PATCH", &path, &chunked, b"");
    assert_eq!((begun.status, begun.header("x-ms-chunk-size")), (200, Some("4194304")));
    let location = begun.header("location").unwrap().to_owned();
    let send = |url: &str, range: &str, body: &[u8]| -> Answer {
        client.send("PATCH", url, &[("content-range", range), ("x-ms-file-name", "a.bin")], body)
    };
    let astray = location.replace(&id, &other);
    assert_eq!(send(&astray, "bytes 0-4/10", b"01234").status, 400);
    assert_eq!(send(&location, "bytes 0-4/10", b"01234").status, 206);
    assert_eq!(send(&location, "bytes 5-9/10", b"56789").status, 204);
    assert_eq!(send(&location, "bytes 5-9/10", b"56789").status, 400);
    assert_eq!(client.get(&format!("{path}/$value")).body, "0123456789");
    let missing = client.send(
        "PATCH",
        "accounts(00000000-0000-0000-0000-000000000001)/new_contract",
        &chunked,
        b"",
    );
    assert_eq!(missing.refusal(), (404, "0x80040217".to_owned()));
}
