//! Links of records and channels: by REST, by the command line, by an agent.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Connection, Request, Server};
use serde_json::{Value, json};

pub(crate) fn send(
    connection: &mut Connection,
    (method, path): (&str, &str),
    body: &Value,
) -> Result<(u16, Value)> {
    let headers = [("Content-Type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = Request { method, path, headers: &headers, body: body.as_bytes() };
    let answer: Answer = connection.send(&request)?;
    let said = if answer.text().is_empty() { Value::Null } else { answer.json()? };
    Ok((answer.status, said))
}

/// The path of the demo's environment with the sales tables.
pub(crate) fn sales(admin: &mut Connection) -> Result<String> {
    let all = admin.get("/api/v1/environments")?.json()?;
    let all = all.as_array().context("a list")?;
    let sales = all.iter().find(|it| it["crm_enabled"] == true).context("sales")?;
    Ok(format!("/api/v1/environments/{}", sales["id"].as_str().context("an id")?))
}

/// Both consents are given and linking is on.
pub(crate) fn switched_on(admin: &mut Connection, place: &str) -> Result<()> {
    let before = send(admin, ("GET", &format!("{place}/linking")), &Value::Null)?.1;
    ensure!(before["basic"] == false, "{before}");
    let early = json!({ "enhanced": true });
    let (status, refused) = send(admin, ("PATCH", &format!("{place}/linking")), &early)?;
    ensure!(status == 409, "{status} {refused}");
    let consent = format!("{place}/linking/consents/first");
    let (status, given) = send(admin, ("POST", &consent), &json!({ "decision": "accept" }))?;
    ensure!(status == 200 && given["state"] == "accepted", "{status} {given}");
    ensure!(given["scopes"] == json!(["Group.ReadWrite.All", "User.Read.All"]), "{given}");
    let on = json!({ "basic": true, "enhanced": true });
    let (status, now) = send(admin, ("PATCH", &format!("{place}/linking")), &on)?;
    ensure!(status == 200 && now["basic"] == true && now["enhanced"] == true, "{status} {now}");
    let conditions = now["conditions"].as_array().context("conditions")?;
    ensure!(conditions.len() == 15, "{now}");
    ensure!(conditions.iter().all(|one| one["title"] != "" && one["remedy"] != ""), "{now}");
    Ok(())
}

/// The keys of some opportunities.
pub(crate) fn opportunities(server: &Server) -> Result<Vec<String>> {
    let demo: Value = serde_json::from_slice(&fs::read(server.data().join("demo.json"))?)?;
    let url = demo["environment_url"].as_str().context("its address")?.to_owned();
    let path =
        url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).context("a path")?.1;
    let path = format!("/{path}/api/data/v9.2/opportunities?$select=opportunityid&$top=3");
    let found = server.as_admin()?.get(&path)?.json()?;
    let rows = found["value"].as_array().context("rows")?;
    rows.iter().map(|row| Ok(row["opportunityid"].as_str().context("a key")?.to_owned())).collect()
}

#[test]
fn a_record_is_linked_read_and_unlinked_by_rest_as_the_command_line_and_agents_do_it() -> Result<()>
{
    let server = Server::demo()?;
    let mut admin = server.as_admin()?;
    let place = sales(&mut admin)?;
    switched_on(&mut admin, &place)?;
    let keys = opportunities(&server)?;
    let [first, second, ..] = keys.as_slice() else { anyhow::bail!("{keys:?}") };

    // what a person is asked before
    let of = format!("{place}/tables/opportunity/records/{first}/collaborate");
    let (status, before) = send(&mut admin, ("GET", &of), &Value::Null)?;
    ensure!(status == 200 && before["level"] == "enhanced", "{status} {before}");
    ensure!(before["may_link"] == true && before["links"] == json!([]), "{before}");
    let suggested = before["suggested_channel"].as_str().context("a name")?.to_owned();

    // by REST
    let body = json!({
        "table": "opportunity", "id": first,
        "team": { "name": "Deals by REST", "private": true }, "channel": { "name": suggested },
    });
    let (status, link) = send(&mut admin, ("POST", &format!("{place}/links")), &body)?;
    ensure!(status == 201 && link["state"] == "connected", "{status} {link}");
    let one = format!("/api/v1/links/{}", link["id"].as_str().context("an id")?);
    let (_, again) = send(&mut admin, ("GET", &one), &Value::Null)?;
    ensure!(
        again["channel"]["name"] == suggested.as_str() && again["subject"]["name"] != "",
        "{again}"
    );
    let team = again["team"]["id"].as_str().context("a team")?;
    let channel = again["channel"]["id"].as_str().context("a channel")?;
    let there = format!("/api/v1/teams/{team}/channels/{channel}/links");
    let (_, there) = send(&mut admin, ("GET", &there), &Value::Null)?;
    ensure!(there.as_array().is_some_and(|all| all.len() == 1), "{there}");
    let same = json!({ "table": "opportunity", "id": first, "team": { "id": team }, "channel": { "id": channel } });
    let (_, same) = send(&mut admin, ("POST", &format!("{place}/links")), &same)?;
    ensure!(same["id"] == link["id"], "the same record and channel are one link: {same}");
    let (_, history) = send(&mut admin, ("GET", &format!("{one}/history")), &Value::Null)?;
    ensure!(history.as_array().is_some_and(|all| !all.is_empty()), "{history}");
    let wrong =
        json!({ "table": "opportunity", "id": first, "kind": "rows", "team": { "id": team } });
    let (status, wrong) = send(&mut admin, ("POST", &format!("{place}/links")), &wrong)?;
    ensure!(status == 422 || status == 400, "{status} {wrong}");

    // by the command line
    let told = liaison(
        &server,
        &[
            "link",
            "add",
            "--environment",
            environment(&place),
            "--table",
            "opportunity",
            second,
            "--team",
            team,
            "--new-channel",
            "Second deal",
            "--json",
        ],
    )?;
    ensure!(told["state"] == "connected", "{told}");
    let id = told["id"].as_str().context("an id")?;
    let listed = liaison(&server, &["link", "list", environment(&place), "--json"])?;
    ensure!(listed.as_array().is_some_and(|all| all.len() == 2), "{listed}");
    let preview = liaison(&server, &["link", "remove", id, "--dry-run", "--json"])?;
    ensure!(preview["may_remove_tab"] == true, "{preview}");
    run(&server, &["link", "remove", id])?;
    let gone = liaison(
        &server,
        &[
            "link",
            "of",
            "--environment",
            environment(&place),
            "--table",
            "opportunity",
            second,
            "--json",
        ],
    )?;
    ensure!(gone == json!([]), "{gone}");
    let settings = run(&server, &["link", "settings", environment(&place)])?;
    ensure!(settings.contains("RL-01") && settings.contains("members_per_team"), "{settings}");
    let turned = liaison(
        &server,
        &[
            "link",
            "turn",
            environment(&place),
            "--unmanaged-devices",
            "limited",
            "--managed-network",
            "10.0.0.0/8",
            "--labels",
            "on",
            "--json",
        ],
    )?;
    ensure!(turned["unmanaged_devices"] == "limited" && turned["labels"] == true, "{turned}");
    ensure!(turned["managed_networks"] == json!(["10.0.0.0/8"]), "{turned}");
    ensure!(turned["limits"]["members_per_team"] == 25_000, "{turned}");

    // by an agent
    let read = tool(&server, "liaison_links_read", &json!({ "link_id": link["id"] }))?;
    ensure!(read["structuredContent"]["state"] == "connected", "{read}");
    let undone = json!({ "link_id": link["id"], "tab": "remove" });
    let undone = tool(&server, "liaison_links_unlink", &undone)?;
    ensure!(undone["isError"] != true, "{undone}");
    let (_, after) = send(&mut admin, ("GET", &of), &Value::Null)?;
    ensure!(after["links"] == json!([]), "{after}");
    Ok(())
}

fn environment(place: &str) -> &str {
    place.rsplit('/').next().unwrap_or(place)
}

fn binary() -> PathBuf {
    let named = std::env::var_os("LIAISON_BIN").map(PathBuf::from);
    named.unwrap_or_else(|| e2e::root().join("target/debug/liaison"))
}

/// What the command line says on standard output.
fn run(server: &Server, arguments: &[&str]) -> Result<String> {
    let demo = server.demo_data();
    let output = Command::new(binary())
        .args(arguments)
        .args(["--url", demo.base_url.as_str()])
        .env("LIAISON_TOKEN", &demo.admin.token)
        .output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{arguments:?}: {error}");
    Ok(String::from_utf8(output.stdout)?)
}

fn liaison(server: &Server, arguments: &[&str]) -> Result<Value> {
    let text = run(server, arguments)?;
    serde_json::from_str(&text).with_context(|| text)
}

/// Calls a tool of the administrator's, without a handshake.
fn tool(server: &Server, name: &str, arguments: &Value) -> Result<Value> {
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": name, "arguments": arguments, "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        } },
    });
    let headers = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("MCP-Protocol-Version", "2026-07-28"),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", name),
    ];
    let body = body.to_string();
    let request =
        Request { method: "POST", path: "/mcp", headers: &headers, body: body.as_bytes() };
    let answer = server.as_admin()?.send(&request)?;
    ensure!(answer.status == 200, "{} {}", answer.status, answer.text());
    let text = answer.text();
    let text = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or(&text);
    let answer: Value = serde_json::from_str(text)?;
    Ok(answer["result"].clone())
}

/// A request of the Web API; what it answers, and the key of what it made.
fn web(
    admin: &mut Connection,
    root: &str,
    (method, path): (&str, &str),
    body: &Value,
) -> Result<(Value, Option<String>)> {
    let headers = [("Content-Type", "application/json")];
    let (path, body) =
        (format!("{root}/{path}"), if body.is_null() { String::new() } else { body.to_string() });
    let request = Request { method, path: &path, headers: &headers, body: body.as_bytes() };
    let answer = admin.send(&request)?;
    ensure!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text());
    let made = answer.header("odata-entityid").and_then(|address| {
        let (_, key) = address.rsplit_once('(')?;
        Some(key.trim_end_matches(')').to_owned())
    });
    Ok((if answer.text().is_empty() { Value::Null } else { answer.json()? }, made))
}

fn api_root(server: &Server) -> Result<String> {
    let demo: Value = serde_json::from_slice(&fs::read(server.data().join("demo.json"))?)?;
    let url = demo["environment_url"].as_str().context("its address")?;
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    Ok(format!("/{}/api/data/v9.2", path.context("a path")?.1))
}

#[test]
fn a_custom_table_is_allowed_linked_and_has_documents_and_merged_rows_keep_their_link() -> Result<()>
{
    let server = Server::demo()?;
    let mut admin = server.as_admin()?;
    let place = sales(&mut admin)?;
    switched_on(&mut admin, &place)?;
    let root = api_root(&server)?;
    let label =
        |text: &str| json!({ "LocalizedLabels": [{ "Label": text, "LanguageCode": 1033 }] });
    let ship = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata", "SchemaName": "new_Ship",
        "DisplayName": label("Ship"), "DisplayCollectionName": label("Ships"),
        "OwnershipType": "UserOwned", "HasNotes": false, "HasActivities": false,
        "Attributes": [{
            "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "IsPrimaryName": true,
            "SchemaName": "new_Name", "DisplayName": label("Name"), "MaxLength": 100,
            "RequiredLevel": { "Value": "None" }, "FormatName": { "Value": "Text" },
        }],
    });
    web(&mut admin, &root, ("POST", "EntityDefinitions"), &ship)?;
    let allow = json!({ "Enable": true, "LogicalEntityNames": "[\"new_ship\"]" });
    let (allowed, _) = web(&mut admin, &root, ("POST", "msdyn_SetTeamsDocumentStatus"), &allow)?;
    ensure!(allowed["OperationResult"] == "Success", "{allowed}");
    let new = json!({ "new_name": "Aurore" });
    let (_, aurore) = web(&mut admin, &root, ("POST", "new_ships"), &new)?;
    let aurore = aurore.context("a key")?;
    let body = json!({
        "table": "new_ship", "id": aurore,
        "team": { "name": "Fleet", "private": true }, "channel": { "name": "Aurore" },
    });
    let (status, link) = send(&mut admin, ("POST", &format!("{place}/links")), &body)?;
    ensure!(status == 201 && link["state"] == "connected", "{status} {link}");
    let about = format!(
        "sharepointdocumentlocations?$select=name&$filter=_regardingobjectid_value%20eq%20{aurore}"
    );
    let (found, _) = web(&mut admin, &root, ("GET", &about), &Value::Null)?;
    ensure!(found["value"].as_array().is_some_and(|all| all.len() == 1), "{found}");

    // two accounts that are one: the link of the one that gives way is the other's soon
    let mut accounts = Vec::new();
    for name in ["Kept", "Lost"] {
        let (_, id) = web(&mut admin, &root, ("POST", "accounts"), &json!({ "name": name }))?;
        accounts.push(id.context("a key")?);
    }
    let [kept, lost] = accounts.as_slice() else { anyhow::bail!("two accounts") };
    let body = json!({
        "table": "account", "id": lost,
        "team": { "name": "Merging", "private": true }, "channel": { "name": "Lost" },
    });
    let (status, link) = send(&mut admin, ("POST", &format!("{place}/links")), &body)?;
    ensure!(status == 201, "{status} {link}");
    let row =
        |id: &str| json!({ "@odata.type": "Microsoft.Dynamics.CRM.account", "accountid": id });
    let merge = json!({
        "Target": row(kept), "Subordinate": row(lost), "PerformParentingChecks": false,
        "UpdateContent": {
            "@odata.type": "Microsoft.Dynamics.CRM.account",
            "accountid": "00000000-0000-0000-0000-000000000000", "telephone1": "117",
        },
    });
    web(&mut admin, &root, ("POST", "Merge"), &merge)?;
    let select = "?$select=merged,statecode,telephone1,_masterid_value";
    let (row, _) =
        web(&mut admin, &root, ("GET", &format!("accounts({lost}){select}")), &Value::Null)?;
    ensure!(row["merged"] == true && row["statecode"] == 1, "{row}");
    ensure!(row["_masterid_value"] == kept.as_str(), "{row}");
    let (row, _) =
        web(&mut admin, &root, ("GET", &format!("accounts({kept}){select}")), &Value::Null)?;
    ensure!(row["telephone1"] == "117" && row["merged"] == false, "{row}");
    let of = format!("{place}/tables/account/records/{kept}/collaborate");
    for _ in 0..300 {
        let (_, now) = send(&mut admin, ("GET", &of), &Value::Null)?;
        if now["links"].as_array().is_some_and(|all| all.len() == 1) {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    anyhow::bail!("the link did not go along")
}
