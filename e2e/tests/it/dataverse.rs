//! Published clients of the Dataverse Web API against the running hub: each walks through everything it can ask.

mod seldom;

use std::fs;

use anyhow::{Context as _, Result, ensure};
use e2e::{Options, Request, Server, Tool};
use serde_json::{Value, json};

use crate::{authority, scripts};

/// What the scripts need to know of a demo.
fn job(server: &Server) -> Result<Value> {
    let demo: Value = serde_json::from_slice(&fs::read(server.data().join("demo.json"))?)?;
    let url = demo["environment_url"].as_str().context("environment_url")?;
    ensure!(demo["limited"]["systemuserid"].is_string(), "{demo}");
    Ok(json!({ "url": url, "token": demo["admin"]["token"], "limited": demo["limited"] }))
}

/// Every step passed; what did not is told by its name.
fn judge(said: &Value, least: usize, server: &Server) -> Result<()> {
    let failed = said["failed"].as_array().context("failed")?;
    let passed = said["passed"].as_array().context("passed")?.len();
    let told: Vec<String> = failed.iter().map(Value::to_string).collect();
    println!("{passed} steps passed, {} failed", failed.len());
    ensure!(failed.is_empty(), "{passed} passed\n{}\n{}", told.join("\n"), server.log());
    ensure!(passed >= least, "only {passed} steps");
    Ok(())
}

#[test]
fn the_python_client_passes_over_tls_with_a_local_authority() -> Result<()> {
    let test = "the_python_client_passes_over_tls_with_a_local_authority";
    let Some(python) = Tool::Python.find(test) else { return Ok(()) };
    let Some(openssl) = Tool::Openssl.find(test) else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    authority::create(&openssl, folder.path());
    authority::issue(&openssl, folder.path());
    let at = |name: &str| folder.path().join(name).display().to_string();
    let arguments = ["--tls-cert".to_owned(), at("tls.pem"), "--tls-key".to_owned(), at("tls.key")];
    let options = Options { arguments: arguments.to_vec(), tls: true, ..Options::default() };
    let server = Server::with(options)?;
    let job = job(&server)?;
    ensure!(job["url"].as_str().is_some_and(|url| url.starts_with("https://")), "{job}");
    let authority = at("ca.pem");
    let trust = [("REQUESTS_CA_BUNDLE", authority.as_str())];
    let said = scripts::python(&python, "dataverse_client.py", &job, &trust);
    judge(&said, 30, &server)
}

#[test]
fn the_javascript_client_passes() -> Result<()> {
    let test = "the_javascript_client_passes";
    let Some(packages) = Tool::Npm.find(test) else { return Ok(()) };
    let server = Server::demo()?;
    let said = scripts::node(&packages, "dataverse-client.mjs", &job(&server)?);
    judge(&said, 38, &server)
}

/// The path of the service root.
fn root(server: &Server) -> Result<String> {
    let job = job(server)?;
    let url = job["url"].as_str().context("url")?;
    let (_, rest) = url.split_once("://").context("an address")?;
    let at = rest.find('/').context("a path")?;
    Ok(format!("{}/api/data/v9.2", rest.split_at(at).1))
}

/// One request, whose answer must be of this protocol.
fn ask(
    server: &Server,
    token: Option<&str>,
    (method, path): (&str, &str),
    body: &str,
) -> Result<e2e::Answer> {
    let mut connection = server.connect()?;
    if let Some(token) = token {
        connection = connection.with_token(token);
    }
    let headers = [("Content-Type", "application/json")];
    let headers = if body.is_empty() { &headers[..0] } else { &headers[..] };
    let answer = connection.send(&Request { method, path, headers, body: body.as_bytes() })?;
    ensure!(answer.header("odata-version") == Some("4.0"), "{method} {path}: {}", answer.text());
    if answer.status >= 400 {
        let told = answer.json().with_context(|| format!("{method} {path}"))?;
        ensure!(told["error"]["code"].is_string(), "{method} {path}: {told}");
    }
    Ok(answer)
}

/// Every kind of address: what is asked, and with which body.
fn addresses(row: &str) -> Vec<(&'static str, String, &'static str)> {
    let of = |rest: &str| format!("accounts({row}){rest}");
    vec![
        ("GET", String::new(), ""),
        ("GET", "$metadata".into(), ""),
        ("GET", "WhoAmI".into(), ""),
        ("GET", "RetrieveTotalRecordCount(EntityNames=@p)?@p=['account']".into(), ""),
        ("GET", "accounts".into(), ""),
        ("GET", "accounts/$count".into(), ""),
        (
            "GET",
            "accounts?fetchXml=%3Cfetch%3E%3Centity%20name=%22account%22/%3E%3C/fetch%3E".into(),
            "",
        ),
        ("GET", "accounts?sql=SELECT%20name%20FROM%20account".into(), ""),
        ("POST", "accounts".into(), "{\"name\":\"intruder\"}"),
        ("GET", of(""), ""),
        ("PATCH", of(""), "{\"name\":\"intruder\"}"),
        ("DELETE", of(""), ""),
        ("GET", of("/name"), ""),
        ("GET", of("/name/$value"), ""),
        ("PUT", of("/name"), "{\"value\":\"intruder\"}"),
        ("DELETE", of("/name"), ""),
        ("GET", of("/contact_customer_accounts"), ""),
        ("GET", of("/contact_customer_accounts/$ref"), ""),
        ("GET", of("/primarycontactid"), ""),
        ("DELETE", of("/primarycontactid/$ref"), ""),
        (
            "POST",
            "accounts/Microsoft.Dynamics.CRM.CreateMultiple".into(),
            "{\"Targets\":[{\"@odata.type\":\"Microsoft.Dynamics.CRM.account\",\"name\":\"intruder\"}]}",
        ),
        ("POST", "GrantAccess".into(), "{}"),
        ("GET", "EntityDefinitions".into(), ""),
        ("POST", "EntityDefinitions".into(), "{\"SchemaName\":\"new_Intruder\"}"),
        ("DELETE", "EntityDefinitions(LogicalName='account')".into(), ""),
        ("GET", "RelationshipDefinitions".into(), ""),
        ("GET", "GlobalOptionSetDefinitions".into(), ""),
        ("POST", "CreateEntities".into(), "{\"Entities\":[]}"),
        ("POST", "BulkDelete".into(), "{\"QuerySet\":[]}"),
    ]
}

#[test]
fn nobody_reaches_the_records_of_others() -> Result<()> {
    let mut server = Server::demo()?;
    let stranger = crate::sweep::other_tenant(&mut server);
    let root = root(&server)?;
    let job = job(&server)?;
    let limited = job["limited"]["token"].as_str().context("limited")?;
    let admin = job["token"].as_str().context("token")?;
    let rows =
        ask(&server, Some(admin), ("GET", &format!("{root}/accounts?$top=1&$select=name")), "")?;
    let row = rows.json()?["value"][0]["accountid"].as_str().context("a row")?.to_owned();
    for (method, rest, body) in addresses(&row) {
        let path = format!("{root}/{rest}");
        let at = (method, path.as_str());
        for token in [None, Some("lia_madeup")] {
            let answer = ask(&server, token, at, body)?;
            let challenge = answer.header("www-authenticate").unwrap_or_default();
            ensure!(
                answer.status == 401 && challenge.starts_with("Bearer "),
                "{at:?}: {}",
                answer.status
            );
        }
        let answer = ask(&server, Some(&stranger), at, body)?;
        ensure!(
            answer.status == 404,
            "another tenant: {at:?}: {} {}",
            answer.status,
            answer.text()
        );
        let answer = ask(&server, Some(limited), at, body)?;
        let text = answer.text();
        ensure!(answer.status < 500, "{at:?}: {} {text}", answer.status);
        ensure!(!text.contains("Sommet") && !text.contains("Bergwerk"), "{at:?}: {text}");
    }
    let kept =
        ask(&server, Some(admin), ("GET", &format!("{root}/accounts({row})?$select=name")), "")?;
    ensure!(kept.status == 200 && !kept.text().contains("intruder"), "{}", kept.text());
    let none = ask(
        &server,
        Some(admin),
        ("GET", &format!("{root}/accounts?$filter=name%20eq%20'intruder'")),
        "",
    )?;
    ensure!(none.json()?["value"] == json!([]), "{}", none.text());
    Ok(())
}

#[test]
fn requests_that_make_no_sense_are_refused_by_name() -> Result<()> {
    let server = Server::demo()?;
    let root = root(&server)?;
    let admin = server.demo_data().admin.token.clone();
    let deep = "(".repeat(5000);
    let long = format!("accounts?$filter=name%20eq%20'{}'", "x".repeat(40_000));
    let many = format!("accounts?$select={}", "name,".repeat(3000));
    let nested = format!(
        "{{\"primarycontactid\":{}1{}}}",
        "{\"parentcustomerid_account\":{\"primarycontactid\":".repeat(40),
        "}}".repeat(40)
    );
    let arrays = "[".repeat(100_000);
    let urls: Vec<String> = [
        "nothings",
        "accounts(",
        "accounts()",
        "accounts(x)",
        "accounts('')",
        "accounts(name='x')",
        "accounts(00000000-0000-0000-0000-000000000000)",
        "accounts/$ref",
        "accounts/accounts",
        "accounts?$skip=1",
        "accounts?$search=x",
        "accounts?$top=0",
        "accounts?$top=-1",
        "accounts?$top=999999999999999999999",
        "accounts?$filter=",
        "accounts?$filter=name",
        "accounts?$filter=name%20eq",
        "accounts?$filter=nosuch%20eq%201",
        "accounts?$filter=name%20eq%20%00'",
        "accounts?$filter=length(name)%20eq%201",
        "accounts?$filter=name%20add%201%20eq%202",
        "accounts?$filter=contact_customer_accounts/any(o:o/",
        "accounts?$select=nosuch",
        "accounts?$orderby=nosuch",
        "accounts?$expand=nosuch",
        "accounts?$expand=primarycontactid($expand=",
        "accounts?$apply=groupby((",
        "accounts?$apply=aggregate(name%20with%20sum%20as%20x)",
        "accounts?$skiptoken=x",
        "accounts?$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253C%22/%3E",
        "accounts?$nosuch=1",
        "accounts?$top=1&$top=2",
        "accounts?%24filter=%FF",
        "accounts?fetchXml=",
        "accounts?fetchXml=%3Cfetch%3E",
        "accounts?fetchXml=%3C!DOCTYPE%20x%20[%3C!ENTITY%20y%20%22z%22%3E]%3E%3Cfetch/%3E",
        "accounts?fetchXml=%3Cfetch%3E%3Centity%20name=%22contact%22/%3E%3C/fetch%3E",
        "accounts?fetchXml=%3Cfetch%20top=%226000%22%3E%3Centity%20name=%22account%22/%3E%3C/fetch%3E",
        "accounts?fetchXml=%3Cfetch%20top=%220%22%3E%3Centity%20name=%22account%22/%3E%3C/fetch%3E",
        "accounts?fetchXml=%3Cfetch%20count=%225001%22%3E%3Centity%20name=%22account%22/%3E%3C/fetch%3E",
        "accounts?sql=",
        "accounts?sql=DROP%20TABLE%20account",
        "accounts?sql=SELECT%20name%20FROM%20account;DELETE",
        "accounts?savedQuery=x",
        "WhoAmI/x",
        "RetrieveTotalRecordCount",
        "RetrieveMetadataChanges(Query=@p)?@p={",
        "RetrieveMetadataChanges(Query=@p)",
        "RetrieveSharedPrincipalsAndAccess(Target=@p)?@p={}",
        "EntityDefinitions(x)",
        "EntityDefinitions(LogicalName='nosuch')",
        "EntityDefinitions?$filter=LogicalName%20eq",
        "EntityDefinitions(LogicalName='account')/Nosuch",
        "$batch/x",
        "$1",
        "$crossjoin(a,b)",
    ]
    .iter()
    .map(|rest| (*rest).to_owned())
    .chain([
        format!("accounts?$filter={deep}"),
        format!("accounts{deep}"),
        long,
        many,
        format!("accounts?$expand={}", "primarycontactid($expand=".repeat(200)),
    ])
    .collect();
    let mut wrong = Vec::new();
    for rest in &urls {
        let answer = ask(&server, Some(&admin), ("GET", &format!("{root}/{rest}")), "")?;
        let short: String = rest.chars().take(80).collect();
        if !(400..500).contains(&answer.status) && answer.status != 501 {
            wrong.push(format!("{short}: {} {:.200}", answer.status, answer.text()));
        }
    }
    for body in [
        "",
        "{",
        "[]",
        "1",
        "null",
        "{\"name\":{}}",
        "{\"name\":1}",
        "{\"Name\":\"x\"}",
        "{\"revenue\":\"x\"}",
        "{\"revenue\":1e400}",
        "{\"numberofemployees\":1.5}",
        "{\"accountid\":\"x\"}",
        "{\"parentaccountid@odata.bind\":\"x\"}",
        "{\"parentaccountid@odata.bind\":1}",
        "{\"parentaccountid@odata.bind\":\"/accounts(\"}",
        "{\"parentaccountid@odata.bind\":\"$1\"}",
        "{\"contact_customer_accounts\":{}}",
        "{\"contact_customer_accounts\":[1]}",
        "{\"primarycontactid\":[]}",
        "{\"_parentaccountid_value\":\"00000000-0000-0000-0000-000000000000\"}",
        "{\"nosuch@odata.bind\":\"/accounts(1)\"}",
        nested.as_str(),
        arrays.as_str(),
        "\u{feff}{}",
    ] {
        let answer = ask(
            &server,
            Some(&admin),
            ("POST", &format!("{root}/accounts")),
            if body.is_empty() { " " } else { body },
        )?;
        let short: String = body.chars().take(80).collect();
        if !(400..500).contains(&answer.status) {
            wrong.push(format!("{short}: {} {:.200}", answer.status, answer.text()));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    // it still works, and its memory did not grow beyond reason
    let answer = ask(&server, Some(&admin), ("GET", &format!("{root}/WhoAmI")), "")?;
    ensure!(answer.status == 200, "{}", answer.text());
    Ok(())
}

/// A batch of one change set: method, address and body of each request, and the headers of it besides.
fn change_set(requests: &[(&str, &str, &str, &str)]) -> String {
    let part = |(at, (method, url, headers, json)): (usize, &(&str, &str, &str, &str))| {
        format!(
            "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\
             Content-ID: {}\r\n\r\n{method} {url} HTTP/1.1\r\nContent-Type: application/json\r\n\
             {headers}\r\n{json}\r\n",
            at + 1
        )
    };
    let parts: String = requests.iter().enumerate().map(part).collect();
    format!("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{parts}--c--\r\n--b--\r\n")
}

#[test]
fn definitions_stand_in_a_change_set_as_a_whole_and_not_beside_rows() -> Result<()> {
    let server = Server::demo()?;
    let job = job(&server)?;
    let token = job["token"].as_str().context("token")?;
    let root = root(&server)?;
    let batch = |requests: &[(&str, &str, &str, &str)]| -> Result<(u16, String)> {
        let body = change_set(requests);
        let path = format!("{root}/$batch");
        let headers = [("Content-Type", "multipart/mixed; boundary=b")];
        let request =
            Request { method: "POST", path: &path, headers: &headers, body: body.as_bytes() };
        let answer = server.connect()?.with_token(token).send(&request)?;
        Ok((answer.status, answer.text()))
    };
    let get = |rest: &str| ask(&server, Some(token), ("GET", &format!("{root}/{rest}")), "");
    let label =
        |text: &str| format!(r#"{{"LocalizedLabels":[{{"Label":"{text}","LanguageCode":1033}}]}}"#);
    let column = |schema: &str, more: &str| {
        format!(
            r#"{{"@odata.type":"Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"{schema}","DisplayName":{},"MaxLength":100{more}}}"#,
            label(schema)
        )
    };
    let table = |schema: &str| {
        format!(
            r#"{{"@odata.type":"Microsoft.Dynamics.CRM.EntityMetadata","SchemaName":"{schema}","DisplayName":{0},"DisplayCollectionName":{0},"OwnershipType":"UserOwned","Attributes":[{1}]}}"#,
            label(schema),
            column("new_Name", r#","IsPrimaryName":true"#)
        )
    };
    let (port, code) = (table("new_Port"), column("new_Code", ""));
    // a table, a column of it by reference and by name, and a relationship to it
    let lookup = format!(
        r#"{{"@odata.type":"Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata","SchemaName":"new_port_account","ReferencedEntity":"account","ReferencingEntity":"new_port","Lookup":{{"@odata.type":"Microsoft.Dynamics.CRM.LookupAttributeMetadata","SchemaName":"new_AccountId","DisplayName":{}}}}}"#,
        label("Account")
    );
    let dock = column("new_Dock", "");
    let (status, text) = batch(&[
        ("POST", "EntityDefinitions", "", &port),
        ("POST", "$1/Attributes", "", &code),
        ("POST", "EntityDefinitions(LogicalName='new_port')/Attributes", "", &dock),
        ("POST", "/api/data/v9.2/RelationshipDefinitions", "", &lookup),
    ])?;
    ensure!(status == 200 && text.matches("HTTP/1.1 204").count() == 4, "{status} {text}");
    let ids: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("OData-EntityId: ")).collect();
    let ids = if ids.is_empty() {
        text.lines().filter_map(|line| line.strip_prefix("odata-entityid: ")).collect()
    } else {
        ids
    };
    ensure!(ids.len() == 4, "{text}");
    ensure!(ids[1].contains("EntityDefinitions(LogicalName='new_port')/Attributes("), "{text}");
    // each answer leads to what its request made
    for (id, name) in ids.iter().zip(["new_port", "new_code", "new_dock", "new_port_account"]) {
        let (_, rest) = id.trim().split_once("/api/data/v9.2/").context("a root")?;
        let shown = get(rest)?;
        ensure!(
            shown.status == 200 && shown.text().contains(&format!("\"{name}\"")),
            "{rest}: {}",
            shown.text()
        );
    }
    ensure!(get("new_ports?$select=new_code,new_dock,_new_accountid_value")?.status == 200);
    // nothing of a set happens when one of it cannot
    let (status, text) = batch(&[
        ("POST", "EntityDefinitions", "", &table("new_Quay")),
        ("POST", "$1/Attributes", "", &column("new_Name", "")),
    ])?;
    ensure!(status == 400 && text.contains("Content-ID: 2"), "{status} {text}");
    ensure!(get("EntityDefinitions(LogicalName='new_quay')")?.status == 404);
    // rows do not stand beside definitions, and actions in no change set
    let (status, text) = batch(&[
        ("POST", "EntityDefinitions", "", &table("new_Quay")),
        ("POST", "accounts", "", r#"{"name":"Mixed"}"#),
    ])?;
    ensure!(status == 400 && text.contains("0x80060888") && text.contains("send two"), "{text}");
    ensure!(get("EntityDefinitions(LogicalName='new_quay')")?.status == 404);
    let (status, text) = batch(&[("POST", "GrantAccess", "", "{}")])?;
    ensure!(status == 400 && text.contains("stands in no change set"), "{text}");
    let stale = r#"{"@odata.type":"Microsoft.Dynamics.CRM.StringAttributeMetadata","LogicalName":"new_code","SchemaName":"new_Code","MaxLength":50}"#;
    let at = "EntityDefinitions(LogicalName='new_port')/Attributes(LogicalName='new_code')";
    let (status, text) = batch(&[("PUT", at, "If-Match: W/\"1\"\r\n", stale)])?;
    ensure!(status == 400 && text.contains("412 "), "{text}");
    let send = |method: &str, rest: &str, body: &str| {
        ask(&server, Some(token), (method, &format!("{root}/{rest}")), body)
    };
    seldom::definitions_are_read_as_they_say(&send)?;
    seldom::entries_of_choices_come_and_go(&send)?;
    seldom::files_come_in_named_blocks(&send)?;
    // behind a row that an earlier request of the change set makes
    let rows = [
        ("POST", "accounts", "", r#"{"name":"Behind"}"#),
        ("POST", "$1/Account_Tasks", "", r#"{"subject":"At once"}"#),
    ];
    let (status, text) = batch(&rows)?;
    ensure!(status == 200 && text.contains("/tasks("), "{status} {text}");
    let found =
        get("accounts?$filter=name%20eq%20'Behind'&$expand=Account_Tasks($select=subject)")?;
    ensure!(found.json()?["value"][0]["Account_Tasks"][0]["subject"] == "At once");
    Ok(())
}

#[test]
fn a_lookup_says_where_it_leads_and_is_followed() -> Result<()> {
    let server = Server::demo()?;
    let job = job(&server)?;
    let token = job["token"].as_str().context("token")?;
    let root = root(&server)?;
    let made = r#"{"name":"Led","primarycontactid":{"firstname":"Ann","lastname":"Lee"}}"#;
    let made = ask(&server, Some(token), ("POST", &format!("{root}/accounts")), made)?;
    let id = made.header("odata-entityid").context("an id")?;
    let id = id.rsplit(['(', ')']).nth(1).context("a key")?.to_owned();
    let get = |rest: &str| {
        ask(&server, Some(token), ("GET", &format!("{root}/accounts({id}){rest}")), "")
    };
    // a lookup of one table as well as one of several
    let contact = get("/primarycontactid?$select=fullname")?;
    ensure!(
        contact.status == 200 && contact.json()?["fullname"] == "Ann Lee",
        "{}",
        contact.text()
    );
    let creator = get("/createdby?$select=fullname")?;
    ensure!(creator.status == 200 && creator.json()?["fullname"].is_string(), "{}", creator.text());
    for (rest, set) in
        [("/primarycontactid/$ref", "/contacts("), ("/ownerid/$ref", "/systemusers(")]
    {
        let reference = get(rest)?;
        let told = reference.json()?;
        ensure!(told["@odata.id"].as_str().is_some_and(|to| to.contains(set)), "{rest}: {told}");
    }
    let path = format!("{root}/accounts({id})?$select=_primarycontactid_value");
    let headers = [("Prefer", "odata.include-annotations=\"*\"")];
    let request = Request { method: "GET", path: &path, headers: &headers, body: b"" };
    let row = server.connect()?.with_token(token).send(&request)?.json()?;
    let annotation = "_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname";
    ensure!(row[annotation] == "contact", "{row}");
    let nobody =
        r#"{"primarycontactid@odata.bind":"/contacts(00000000-0000-0000-0000-000000000001)"}"#;
    let nobody = ask(&server, Some(token), ("POST", &format!("{root}/accounts")), nobody)?;
    ensure!(nobody.text().contains("\"contact With Id = 0000"), "{}", nobody.text());
    Ok(())
}

#[test]
fn a_picture_is_a_thumbnail_in_its_row_and_whole_on_demand() -> Result<()> {
    let server = Server::demo()?;
    let job = job(&server)?;
    let token = job["token"].as_str().context("token")?;
    let root = root(&server)?;
    let photograph: &[u8] = include_bytes!("../../../crates/pictures/samples/plain.jpg");
    let made =
        ask(&server, Some(token), ("POST", &format!("{root}/accounts")), r#"{"name":"Pictured"}"#)?;
    let id = made.header("odata-entityid").context("an id")?;
    let id = id.rsplit(['(', ')']).nth(1).context("a key")?.to_owned();
    let send = |method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]| {
        server.connect()?.with_token(token).send(&Request { method, path, headers, body })
    };
    let column = format!("{root}/accounts({id})/entityimage");
    let octets = ("Content-Type", "application/octet-stream");
    let kept = send("PATCH", &column, &[octets, ("x-ms-file-name", "a.jpg")], photograph)?;
    ensure!(kept.status == 204, "{}", kept.text());
    let row = ask(&server, Some(token), ("GET", &format!("{root}/accounts({id})")), "")?.json()?;
    let address = row["entityimage_url"].as_str().context("an address")?.to_owned();
    ensure!(row["entityimage_timestamp"].is_number() && row["entityimageid"].is_string(), "{row}");
    let place = root.strip_suffix("/api/data/v9.2").context("a place")?;
    for (path, whole) in [
        (format!("{column}/$value"), false),
        (format!("{column}/$value?size=full"), true),
        (format!("{place}{address}"), false),
        (format!("{place}{address}&Full=true"), true),
    ] {
        let answer = send("GET", &path, &[], b"")?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.text());
        let is_whole = answer.body == photograph;
        let is_small = answer.body.starts_with(b"\x89PNG")
            && answer.body[16..24] == [0, 0, 0, 144, 0, 0, 0, 144];
        ensure!(if whole { is_whole } else { is_small }, "{path}");
        let kind = if whole { "image/jpeg" } else { "image/png" };
        ensure!(answer.header("mimetype") == Some(kind), "{path}: {:?}", answer.header("mimetype"));
    }
    // in blocks, as clients do it that always use them
    let begun = send(
        "PATCH",
        &column,
        &[("x-ms-transfer-mode", "chunked"), ("x-ms-file-name", "b.jpg")],
        b"",
    )?;
    let to = begun.header("location").context("a session")?.to_owned();
    let to = format!("{root}/{}", to.split_once("/api/data/v9.2/").context("a root")?.1);
    let range = format!("bytes 0-{}/{}", photograph.len() - 1, photograph.len());
    let done = send("PATCH", &to, &[octets, ("Content-Range", &range)], photograph)?;
    ensure!(done.status == 204, "{} {}", done.status, done.text());
    let json = send("GET", &format!("{column}?size=full"), &[("Range", "bytes=0-9")], b"")?;
    ensure!(
        json.status == 206 && json.header("x-ms-file-size") == Some(&*photograph.len().to_string()),
        "{}",
        json.text()
    );
    let beyond =
        send("GET", &format!("{column}/$value?size=full"), &[("Range", "bytes=9999999-")], b"")?;
    ensure!(beyond.status == 416 && beyond.header("content-range").is_some(), "{}", beyond.status);
    // no picture, no change
    let hostile = send(
        "PATCH",
        &column,
        &[octets, ("x-ms-file-name", "a.png")],
        b"<svg onload='alert(1)'/>",
    )?;
    ensure!(hostile.status == 400 && hostile.text().contains("0x80040203"), "{}", hostile.text());
    let gone = send("DELETE", &column, &[], b"")?;
    ensure!(gone.status == 204, "{}", gone.text());
    ensure!(send("GET", &format!("{column}/$value?size=full"), &[], b"")?.status == 204);
    Ok(())
}
