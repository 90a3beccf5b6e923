//! Peers that lie.

use std::sync::{Arc, Mutex};

use crm::{Crm as _, Error, Query, Values};
use doubles_http::{Request, Response, Server};
use kernel::{Coded as _, Secret};
use liaison_crm_salesforce::{Salesforce, Seller, SellersOrganisation, Settings};
use serde_json::{Value as Json, json};
use testkit::FixedClock;

const ID: &str = "001A0000006Vm9rIAC";

/// A peer that answers queries as it likes, and everything else as a peer should.
struct Liar {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Liar {
    fn new(queries: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let answer = move |request: Request| {
            heard.lock().unwrap().push(request.path.clone());
            honest(&request).unwrap_or_else(|| queries(&request))
        };
        let server = Server::start(([127, 0, 0, 1], 0).into(), None, answer).unwrap();
        Self { server, asked }
    }

    fn crm(&self) -> SellersOrganisation {
        self.waiting(Settings::default())
    }

    fn waiting(&self, settings: Settings) -> SellersOrganisation {
        let salesforce = Salesforce::new(testkit::outbound(), FixedClock::new(), settings);
        let seller = Seller {
            instance: self.server.url().parse().unwrap(),
            user: "005A0000006Vm9r".to_owned(),
            token: Secret::new("token".to_owned()),
        };
        SellersOrganisation::new(salesforce, seller)
    }

    async fn query(&self) -> crm::Result<crm::Page> {
        self.crm().query(&Query::of("Account", &["Name"]).size(2)).await
    }
}

fn reply(body: &Json) -> Response {
    Response::new(200, "application/json", body.to_string())
}

fn honest(request: &Request) -> Option<Response> {
    if request.path == "/services/data" {
        return Some(reply(&json!([{ "version": "9.0" }, { "version": "59.0" }])));
    }
    if request.path.ends_with("/sobjects/Account/describe") {
        let field = |name: &str, kind: &str| {
            json!({ "name": name, "type": kind, "label": name, "length": 80,
            "createable": kind != "id", "nillable": true, "nameField": name == "Name" })
        };
        let fields = [field("Id", "id"), field("Name", "string"), field("../x", "string")];
        return Some(reply(&json!({ "name": "Account", "label": "Account", "createable": true,
            "fields": fields })));
    }
    None
}

fn wrong<T: std::fmt::Debug>(result: &crm::Result<T>) {
    assert!(matches!(result, Err(Error::Answer { .. })), "{result:?}");
}

#[tokio::test]
async fn what_cannot_be_read_is_a_wrong_answer_and_no_panic() {
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    for body in [
        "<html>Sign in</html>".to_owned(),
        "{\"records\":".to_owned(),
        deep,
        "null".to_owned(),
        "7".to_owned(),
        json!({ "records": 7, "totalSize": 1 }).to_string(),
        json!({ "records": [] }).to_string(),
        json!({ "records": [7], "totalSize": 1 }).to_string(),
        json!({ "records": [{ "Name": "no id" }], "totalSize": 1 }).to_string(),
        json!({ "records": [{ "Id": "001A0000006Vm9rAAA" }], "totalSize": 1 }).to_string(),
    ] {
        let said = body.chars().take(60).collect::<String>();
        let liar = Liar::new(move |_| Response::new(200, "application/json", body.clone()));
        let answer = liar.query().await;
        assert!(matches!(answer, Err(Error::Answer { .. })), "{said}: {answer:?}");
    }
    let row = json!({ "records": [{ "Id": ID, "Name": "Contoso" }], "totalSize": 1 });
    let page = Liar::new(move |_| reply(&row)).query().await.unwrap();
    assert_eq!(page.records[0].at.id.0, ID);
}

#[tokio::test]
async fn a_redirect_takes_no_token_along() {
    let elsewhere = Liar::new(|_| reply(&json!({ "records": [], "totalSize": 0 })));
    let address = format!("{}/services/data/v59.0/query", elsewhere.server.url());
    for status in [301, 302, 303, 307, 308] {
        let address = address.clone();
        let liar =
            Liar::new(move |_| Response::new(status, "text/plain", "").with("Location", &address));
        wrong(&liar.query().await);
    }
    assert_eq!(elsewhere.asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_huge_answer_is_given_up_and_a_refusal_is_bounded() {
    let liar = Liar::new(|_| {
        let body = format!("{{\"records\":[\"{}\"]}}", "x".repeat(40 << 20));
        Response::new(200, "application/json", body)
    });
    let answer = liar.query().await;
    let limit = matches!(answer, Err(Error::Outbound(egress::Error::TooLarge { .. })));
    assert!(limit, "{answer:?}");
    let liar = Liar::new(|_| {
        let message = format!("a\u{7}b{}", "x".repeat(1 << 20));
        let body = json!([{ "errorCode": "MALFORMED_QUERY", "message": message }]);
        Response::new(400, "application/json", body.to_string())
    });
    let error = liar.query().await.unwrap_err();
    assert!(error.to_string().len() < 1_000, "{}", error.to_string().len());
    assert!(!error.to_string().contains('\u{7}'));
}

#[tokio::test]
async fn a_made_record_without_an_id_is_a_wrong_answer_and_odd_names_are_no_fields() {
    let new = Values::from([("Name".to_owned(), crm::Value::from("x"))]);
    for body in [json!({}), json!({ "id": 7 }), json!({ "id": "x" }), json!([])] {
        let liar = Liar::new(move |_| reply(&body));
        wrong(&liar.crm().create("Account", &new).await);
        let table = liar.crm().describe("Account").await.unwrap();
        assert_eq!(table.fields.len(), 2, "{table:?}");
    }
}

#[tokio::test]
async fn an_organisation_without_a_version_that_we_speak_is_told_so() {
    let answer = |_request: Request| reply(&json!([{ "version": "30.0" }, { "version": 62 }, 7]));
    let server = Server::start(([127, 0, 0, 1], 0).into(), None, answer).unwrap();
    let liar = Liar { server, asked: Arc::default() };
    let found = liar.query().await;
    assert!(matches!(found, Err(Error::Version { .. })), "{found:?}");
}

#[tokio::test]
async fn what_was_sent_to_be_written_and_not_answered_may_be_there() {
    let liar = Liar::new(|_| {
        std::thread::sleep(std::time::Duration::from_secs(5));
        reply(&json!({}))
    });
    let crm = liar.waiting(Settings { timeout_seconds: 1, ..Settings::default() });
    let new = Values::from([("Name".to_owned(), crm::Value::from("x"))]);
    let made = crm.create("Account", &new).await.unwrap_err();
    assert!(matches!(made, Error::OutcomeUnknown(_)), "{made:?}");
    assert_eq!(made.code().name(), "crm.outcome_unknown");
    let read = crm.query(&Query::of("Account", &["Name"])).await.unwrap_err();
    assert_eq!(read.code().name(), "crm.silent");
}
