//! What clients seldom ask for.

use anyhow::{Context as _, Result, ensure};

type Send<'a> = &'a dyn Fn(&str, &str, &str) -> Result<e2e::Answer>;

pub(super) fn definitions_are_read_as_they_say(send: Send<'_>) -> Result<()> {
    for refused in ["$top=1", "$orderby=LogicalName", "$skip=1"] {
        let answer = send("GET", &format!("EntityDefinitions?$select=LogicalName&{refused}"), "")?;
        ensure!(answer.status == 400 && answer.text().contains("0x80060888"), "{refused}");
    }
    let account = "EntityDefinitions(LogicalName='account')";
    let published = "Microsoft.Dynamics.CRM.RetrieveUnpublished()";
    let one = send("GET", &format!("{account}/{published}?$select=LogicalName"), "")?.json()?;
    ensure!(one["LogicalName"] == "account", "{one}");
    let shown = format!("{account}?$select=DisplayName&LabelLanguages=1036");
    let labels = send("GET", &shown, "")?.json()?["DisplayName"]["LocalizedLabels"].clone();
    let codes: Vec<_> = labels.as_array().context("labels")?.iter().collect();
    ensure!(codes.len() == 1 && codes[0]["LanguageCode"] == 1036, "{labels}");
    let nothing = "Attributes/Microsoft.Dynamics.CRM.NothingAttributeMetadata";
    ensure!(send("GET", &format!("{account}/{nothing}"), "")?.status == 404);
    let query = r#"{"Properties":{"PropertyNames":["LogicalName","Keys"]},"Criteria":{"Conditions":[{"PropertyName":"LogicalName","ConditionOperator":"In","Value":{"Type":"System.String[]","Value":"[\"account\"]"}}]},"RelationshipQuery":{"Properties":{"PropertyNames":["SchemaName"]},"Criteria":{"Conditions":[{"PropertyName":"SchemaName","ConditionOperator":"Equals","Value":{"Type":"System.String","Value":"contact_customer_accounts"}}]}}}"#;
    let query: String = query
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let changes = send("GET", &format!("RetrieveMetadataChanges(Query=@p1)?@p1={query}"), "")?;
    let found = changes.json()?["EntityMetadata"][0].clone();
    ensure!(found["LogicalName"] == "account" && found["Keys"].is_array(), "{found}");
    let related = found["OneToManyRelationships"].as_array().context("relationships")?;
    ensure!(related.len() == 1 && related[0]["SchemaName"] == "contact_customer_accounts");
    Ok(())
}

pub(super) fn entries_of_choices_come_and_go(send: Send<'_>) -> Result<()> {
    let label =
        |text: &str| format!(r#"{{"LocalizedLabels":[{{"Label":"{text}","LanguageCode":1033}}]}}"#);
    let made = format!(
        r#"{{"@odata.type":"Microsoft.Dynamics.CRM.OptionSetMetadata","Name":"new_mood","DisplayName":{},"Options":[{{"Value":1,"Label":{}}}]}}"#,
        label("Mood"),
        label("Good")
    );
    ensure!(send("POST", "GlobalOptionSetDefinitions", &made)?.status == 204);
    let body = format!(r#"{{"OptionSetName":"new_mood","Value":2,"Label":{}}}"#, label("Bad"));
    let inserted = send("POST", "InsertOptionValue", &body)?.json()?;
    ensure!(inserted["NewOptionValue"] == 2, "{inserted}");
    let order = r#"{"OptionSetName":"new_mood","Values":[2,1]}"#;
    ensure!(send("POST", "OrderOption", order)?.status == 204);
    let body = format!(r#"{{"OptionSetName":"new_mood","Value":1,"Label":{}}}"#, label("Fine"));
    ensure!(send("POST", "UpdateOptionValue", &body)?.status == 204);
    let path = "GlobalOptionSetDefinitions(Name='new_mood')/Microsoft.Dynamics.CRM.OptionSetMetadata?$select=Options";
    let options = send("GET", path, "")?.json()?["Options"].clone();
    ensure!(options[0]["Value"] == 2 && options[1]["Value"] == 1, "{options}");
    ensure!(options[1]["Label"]["UserLocalizedLabel"]["Label"] == "Fine", "{options}");
    let gone = r#"{"OptionSetName":"new_mood","Value":2}"#;
    ensure!(send("POST", "DeleteOptionValue", gone)?.status == 204);
    let again = send("POST", "DeleteOptionValue", gone)?;
    ensure!(again.status == 400 && again.text().contains("/Value"), "{}", again.text());
    Ok(())
}

pub(super) fn files_come_in_named_blocks(send: Send<'_>) -> Result<()> {
    let column = r#"{"@odata.type":"Microsoft.Dynamics.CRM.FileAttributeMetadata","SchemaName":"new_Offer","DisplayName":{"LocalizedLabels":[{"Label":"Offer","LanguageCode":1033}]},"MaxSizeInKB":1024}"#;
    let path = "EntityDefinitions(LogicalName='account')/Attributes";
    ensure!(send("POST", path, column)?.status == 204);
    let made = send("POST", "accounts", r#"{"name":"With an offer"}"#)?;
    let id = made.header("odata-entityid").context("an id")?;
    let id = id.rsplit(['(', ')']).nth(1).context("a key")?.to_owned();
    let target = format!(
        r#""Target":{{"@odata.type":"Microsoft.Dynamics.CRM.account","accountid":"{id}"}},"FileAttributeName":"new_offer""#
    );
    // "Hello, world" comes backwards and is put in order
    for blocks in
        [[("b", "d29ybGQ="), ("a", "SGVsbG8sIA==")], [("a", "SGVsbG8sIA=="), ("b", "d29ybGQ=")]]
    {
        let asked = format!(r#"{{{target},"FileName":"hello.txt"}}"#);
        let begun = send("POST", "InitializeFileBlocksUpload", &asked)?.json()?;
        let token = begun["FileContinuationToken"].as_str().context("a token")?.to_owned();
        for (name, data) in blocks {
            let block = format!(
                r#"{{"FileContinuationToken":"{token}","BlockId":"{name}","BlockData":"{data}"}}"#
            );
            let kept = send("POST", "UploadBlock", &block)?;
            ensure!(kept.status == 204, "{}", kept.text());
        }
        let commit = format!(
            r#"{{"FileContinuationToken":"{token}","FileName":"hello.txt","MimeType":"text/plain","BlockList":["a","b"]}}"#
        );
        let done = send("POST", "CommitFileBlocksUpload", &commit)?.json()?;
        ensure!(done["FileSizeInBytes"] == 12, "{done}");
        let open = format!("{{{target}}}");
        let opened = send("POST", "InitializeFileBlocksDownload", &open)?.json()?;
        ensure!(opened["FileName"] == "hello.txt" && opened["FileSizeInBytes"] == 12, "{opened}");
        let token = opened["FileContinuationToken"].as_str().context("a token")?;
        let block =
            format!(r#"{{"FileContinuationToken":"{token}","Offset":7,"BlockLength":100}}"#);
        let part = send("POST", "DownloadBlock", &block)?.json()?;
        ensure!(part["Data"] == "d29ybGQ=", "{part}");
        let gone = format!(r#"{{"FileId":{}}}"#, done["FileId"]);
        ensure!(send("POST", "DeleteFile", &gone)?.status == 204);
        ensure!(send("POST", "DeleteFile", &gone)?.status == 404);
    }
    let unknown = r#"{"FileContinuationToken":"00000000-0000-0000-0000-000000000001","BlockId":"a","BlockData":"AA=="}"#;
    ensure!(send("POST", "UploadBlock", unknown)?.status == 400);
    Ok(())
}
