//! Peers that lie.

use std::sync::{Arc, Mutex};

use crm::{Crm as _, Error, Feed, Query, RecordRef, Value, Values};
use doubles_http::{Request, Response, Server};
use kernel::Secret;
use liaison_crm_dataverse::{Dataverse, Seller, SellersEnvironment, Settings};
use serde_json::{Value as Json, json};
use testkit::FixedClock;

const ID: &str = "5a0b1c2d-0000-4000-8000-0000000000ff";

/// A peer that answers rows of `accounts` as it likes, and everything else as a peer should.
struct Liar {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Liar {
    fn new(accounts: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let answer = move |request: Request| {
            heard.lock().unwrap().push(request.path.clone());
            honest(&request).unwrap_or_else(|| accounts(&request))
        };
        let server = Server::start(([127, 0, 0, 1], 0).into(), None, answer).unwrap();
        Self { server, asked }
    }

    fn crm(&self) -> SellersEnvironment {
        let dataverse = Dataverse::new(testkit::outbound(), FixedClock::new(), Settings::default());
        let seller = Seller {
            environment: self.server.url().parse().unwrap(),
            user: "ada".to_owned(),
            tokens: Arc::new(Secret::new("token".to_owned())),
        };
        SellersEnvironment::new(dataverse, seller)
    }

    async fn query(&self) -> crm::Result<crm::Page> {
        self.crm().query(&Query::of("account", &["name"]).size(2)).await
    }
}

fn reply(body: &Json) -> Response {
    Response::new(200, "application/json", body.to_string())
}

fn honest(request: &Request) -> Option<Response> {
    let verbs = ["Read", "Create", "Write", "Delete"];
    if request.path.contains("RetrieveMetadataChanges") {
        let privilege = |verb| json!({ "PrivilegeType": verb, "PrivilegeId": verb, "Name": verb });
        let text = json!({ "LogicalName": "name", "AttributeType": "String",
            "AttributeTypeName": { "Value": "StringType" }, "MaxLength": 100 });
        let id = json!({ "LogicalName": "accountid", "AttributeType": "Uniqueidentifier",
            "AttributeTypeName": { "Value": "UniqueidentifierType" } });
        let table = json!({ "LogicalName": "account", "EntitySetName": "accounts",
            "PrimaryIdAttribute": "accountid", "PrimaryNameAttribute": "name",
            "Privileges": verbs.map(privilege), "Attributes": [text, id] });
        return Some(reply(&json!({ "EntityMetadata": [table], "ServerVersionStamp": "1" })));
    }
    if request.path.contains("WhoAmI") {
        return Some(reply(&json!({ "UserId": ID })));
    }
    if request.path.contains("RetrieveUserPrivileges") {
        let held = verbs.map(|verb| json!({ "PrivilegeId": verb }));
        return Some(reply(&json!({ "RolePrivileges": held })));
    }
    None
}

fn wrong<T: std::fmt::Debug>(result: &crm::Result<T>) {
    assert!(matches!(result, Err(Error::Answer { .. })), "{result:?}");
}

#[tokio::test]
async fn an_honest_answer_is_believed() {
    let row = json!({ "accountid": ID, "name": "Contoso", "@odata.etag": "W/\"1\"" });
    let liar = Liar::new(move |_| reply(&json!({ "value": [row] })));
    let page = liar.query().await.unwrap();
    assert_eq!(page.records[0].values["name"], Value::from("Contoso"));
}

#[tokio::test]
async fn a_link_to_elsewhere_is_not_followed() {
    let elsewhere = Liar::new(|_| reply(&json!({ "value": [] })));
    let row = json!({ "accountid": ID, "name": "x" });
    let address = elsewhere.server.url();
    for link in [
        json!(format!("{address}/api/data/v9.2/accounts?$skiptoken=%3Ccookie%20/%3E")),
        json!("//evil.example/api/data/v9.2/accounts?$skiptoken=x"),
        json!("/api/data/v9.2/contacts?$skiptoken=x"),
        json!("/api/data/v9.2/accounts"),
        json!(7),
        json!({}),
    ] {
        let rows = json!({ "value": [row], "@odata.nextLink": link });
        wrong(&Liar::new(move |_| reply(&rows)).query().await);
        let changes = json!({ "value": [], "@odata.deltaLink": link });
        let liar = Liar::new(move |_| reply(&changes));
        let table = "account".to_owned();
        let feed = Feed { table, fields: Vec::new(), after: None, limit: 5 };
        wrong(&liar.crm().changes(&feed).await);
    }
    assert_eq!(elsewhere.asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_redirect_takes_no_token_along() {
    let elsewhere = Liar::new(|_| reply(&json!({ "value": [] })));
    let address = format!("{}/api/data/v9.2/accounts", elsewhere.server.url());
    for status in [301, 302, 303, 307, 308] {
        let address = address.clone();
        let liar =
            Liar::new(move |_| Response::new(status, "text/plain", "").with("Location", &address));
        wrong(&liar.query().await);
    }
    assert_eq!(elsewhere.asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_wrong_answer_and_no_panic() {
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let row = json!({ "accountid": ID });
    for body in [
        "<html>Sign in</html>".to_owned(),
        "{\"value\":".to_owned(),
        deep,
        "null".to_owned(),
        "7".to_owned(),
        json!({}).to_string(),
        json!({ "value": 7 }).to_string(),
        json!({ "value": [7] }).to_string(),
        json!({ "value": [{ "name": "no id" }] }).to_string(),
        json!({ "value": [{ "accountid": 7 }] }).to_string(),
        json!({ "value": [row, row, row] }).to_string(),
    ] {
        let said = body.chars().take(60).collect::<String>();
        let liar = Liar::new(move |_| Response::new(200, "application/json", body.clone()));
        let answer = liar.query().await;
        assert!(matches!(answer, Err(Error::Answer { .. })), "{said}: {answer:?}");
    }
}

#[tokio::test]
async fn a_huge_answer_is_given_up() {
    let liar = Liar::new(|_| {
        Response::new(
            200,
            "application/json",
            format!("{{\"value\":[\"{}\"]}}", "x".repeat(40 << 20)),
        )
    });
    let answer = liar.query().await;
    let limit = matches!(answer, Err(Error::Outbound(egress::Error::TooLarge { .. })));
    assert!(limit, "{answer:?}");
}

#[tokio::test]
async fn a_refusal_is_bounded_and_says_nothing_twice() {
    let liar = Liar::new(|_| {
        let message = format!("a\u{7}b{}", "x".repeat(1 << 20));
        let body = json!({ "error": { "code": "0x0".repeat(9_000), "message": message } });
        Response::new(400, "application/json", body.to_string())
    });
    let error = liar.query().await.unwrap_err();
    assert!(error.to_string().len() < 1_000, "{}", error.to_string().len());
    assert!(!error.to_string().contains('\u{7}'));
}

#[tokio::test]
async fn a_made_record_without_an_id_is_a_wrong_answer() {
    let new = Values::from([("name".to_owned(), Value::from("x"))]);
    for address in ["", "x", "/accounts(nothing)", "/accounts(name='x')"] {
        let liar = Liar::new(move |_| {
            Response::new(204, "application/json", "").with("OData-EntityId", address)
        });
        wrong(&liar.crm().create("account", &new).await);
    }
}

#[tokio::test]
async fn an_odd_version_is_one_that_no_record_is_at_and_never_sent() {
    let liar = Liar::new(|_| Response::new(204, "application/json", ""));
    let at = RecordRef::new("account", ID);
    let crm = liar.crm();
    for odd in ["", "*", "1", "W/\"1\r\nX: y\"", "W/\"1\", *", "W/\"é\""] {
        let version = crm::Version(odd.to_owned());
        let error = crm.delete(&at, Some(&version)).await.unwrap_err();
        assert!(matches!(error, Error::Changed), "{odd:?}: {error:?}");
    }
    let asked = liar.asked.lock().unwrap();
    assert!(!asked.iter().any(|path| path.contains("accounts(")), "{asked:?}");
}

#[tokio::test]
async fn a_description_with_odd_names_makes_no_odd_addresses() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let answer = move |request: Request| {
        heard.lock().unwrap().push(request.path.clone());
        if request.path.contains("RetrieveMetadataChanges") {
            let table = json!({ "LogicalName": "account", "EntitySetName": "../../../admin",
                "PrimaryIdAttribute": "accountid", "Attributes": [] });
            return reply(&json!({ "EntityMetadata": [table], "ServerVersionStamp": "1" }));
        }
        honest(&request).unwrap_or_else(|| reply(&json!({ "value": [] })))
    };
    let server = Server::start(([127, 0, 0, 1], 0).into(), None, answer).unwrap();
    let liar = Liar { server, asked: Arc::clone(&asked) };
    wrong(&liar.query().await);
    let asked = asked.lock().unwrap();
    assert!(!asked.iter().any(|path| path.contains("admin")), "{asked:?}");
}
