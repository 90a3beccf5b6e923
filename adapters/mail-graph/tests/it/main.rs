//! The adapter against the stand-in for Graph.
#![cfg(test)]

use std::sync::Arc;

use doubles_graph::{Config, Double};
use graph::{Ask, Caller, Graph, Organisation, Parts};
use http::Method;
use kernel::{Ids, Secret, SystemClock};
use liaison_mail_graph::{GraphMailbox, Who};
use mail_sources::{Error, MailSource as _, Mark, conformance};
use oauth::{Flows, Tokens};
use serde_json::{Value, json};
use url::Url;

struct House {
    double: Double,
    graph: Graph,
    said: Value,
}

impl House {
    fn new() -> Self {
        let config = Config { control: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
        let double = Double::start(config).unwrap();
        let said = double.announcement();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        let ids = Ids::system();
        let organisation = Organisation {
            tenant: ids.fresh(),
            connection: ids.fresh(),
            root: text("graph").parse().unwrap(),
            login: text("url").parse().unwrap(),
            directory: text("tenant"),
            resource: "https://graph.microsoft.com".to_owned(),
            client_id: text("client_id"),
            client_secret: Secret::new(text("client_secret")),
        };
        let http = testkit::outbound();
        let flows = Flows::new(http.clone(), Arc::new(SystemClock), ids);
        let parts = Parts { http, flows, tokens: Tokens::new(Arc::new(SystemClock)) };
        Self { graph: Graph::new(parts, organisation), double, said }
    }

    /// What no client could do.
    async fn control(&self, path: &str, body: Value) -> Value {
        let url: Url = format!("{}{path}", self.said["control"].as_str().unwrap()).parse().unwrap();
        let kind = http::HeaderValue::from_static("application/json");
        let request = egress::Request::post(url, kind, body.to_string());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success(), "{answer:?}");
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    async fn token(&self, user: &str, scopes: &str) -> Secret<String> {
        let body = json!({"user": format!("{user}@northwind.test"), "scopes": scopes});
        Secret::new(self.control("/token", body).await["token"].as_str().unwrap().to_owned())
    }

    async fn mailbox(&self, user: &str, scopes: &str) -> GraphMailbox {
        let token = self.token(user, scopes).await;
        GraphMailbox::new(self.graph.clone(), Who::SignedIn { token })
    }
}

/// Every message that is there goes.
async fn empty(house: &House, user: &str) {
    let token = house.token(user, "Mail.ReadWrite").await;
    let caller = Caller::SignedIn { token: &token };
    for row in house.graph.all(caller, "me/messages?$top=50", 500).await.unwrap() {
        // the first time it goes to the bin, the second time for good
        for _time in 0..2 {
            let path = format!("me/messages/{}", row["id"].as_str().unwrap());
            let ask = Ask { method: Method::DELETE, path, ..Ask::default() };
            let _gone = house.graph.send(caller, &ask).await;
        }
    }
}

#[tokio::test]
async fn graph_passes_every_check_of_the_port() {
    let house = Arc::new(House::new());
    empty(&house, "alice").await;
    let source = house.mailbox("alice", "Mail.ReadWrite MailboxSettings.ReadWrite").await;
    let outside = Arc::clone(&house);
    let bench = conformance::Bench {
        source: Box::new(source),
        deliver: Box::new(move |subject| {
            let house = Arc::clone(&outside);
            Box::pin(async move {
                house.control("/clock", json!({"advance_seconds": 60})).await;
                let ben = json!({"emailAddress": {"name": "Ben King", "address": "ben@fabrikam.example"}});
                let mail = json!({
                    "subject": subject, "from": ben, "sender": ben,
                    "body": {"contentType": "text", "content": "We renew every spring."},
                    "toRecipients": [{"emailAddress": {"name": "Alice Martin", "address": "alice@northwind.test"}}],
                    "attachments": [{"name": "offer.txt", "contentType": "text/plain", "contentBytes": "MTAw"}],
                });
                house
                    .control("/mails", json!({"user": "alice@northwind.test", "mail": mail}))
                    .await;
            })
        }),
        nobody: "AAMkNobody".into(),
        house: Box::new(()),
    };
    conformance::run(&bench).await;

    // the file is a mail that is read, with what is attached
    let inbox = bench.source.folders().await.unwrap().remove(0);
    assert_eq!(inbox.unread, Some(5));
    let page = bench.source.page(&inbox.id, &mail_sources::Ask::default()).await.unwrap();
    let newest = &page.heads[0];
    assert!(newest.attachments && newest.preview.contains("every spring"), "{newest:?}");
    let file = bench.source.read(&inbox.id, &newest.id, 1 << 20).await.unwrap();
    let message = mail_messages::read(&file).unwrap();
    assert_eq!(message.attachments[0].content, b"100");
    assert_eq!(message.conversation, newest.conversation);

    // a mark is a category: with a colour where the list of categories may be changed, beside those that are there
    let caller = house.token("alice", "Mail.ReadWrite MailboxSettings.ReadWrite").await;
    let caller = Caller::SignedIn { token: &caller };
    let listed = house.graph.all(caller, "me/outlook/masterCategories", 50).await.unwrap();
    assert_eq!(listed[0]["displayName"], "Tracked to Contoso’s CRM");
    assert_eq!((listed.len(), &listed[0]["color"]), (1, &json!("preset4")));
    let path = format!("me/messages/{}", newest.id.0);
    let own = Ask {
        method: Method::PATCH,
        path: path.clone(),
        body: Some(json!({ "categories": ["Own"] })),
        ..Ask::default()
    };
    house.graph.send(caller, &own).await.unwrap();
    let narrow = house.mailbox("alice", "Mail.ReadWrite").await;
    let mark = |on| Mark { name: "Saved to Salesforce".to_owned(), on };
    let id = newest.message_id.clone().unwrap();
    for (on, expected) in [(true, json!(["Own", "Saved to Salesforce"])), (false, json!(["Own"]))] {
        assert_eq!(narrow.mark(&inbox.id, &id, &mark(on)).await.unwrap(), 1);
        let ask = Ask { path: path.clone(), ..Ask::default() };
        assert_eq!(house.graph.send(caller, &ask).await.unwrap().body["categories"], expected);
    }
    let reader = house.mailbox("alice", "Mail.Read").await;
    let outcome = reader.mark(&inbox.id, &id, &mark(true)).await;
    assert!(matches!(outcome, Err(Error::Forbidden)), "{outcome:?}");

    // changes that are not known any more are told as such, and a link elsewhere gets no token
    let begun = bench.source.changes(&inbox.id, None).await.unwrap();
    house.control("/delta/expire", json!({})).await;
    let anew = bench.source.changes(&inbox.id, Some(&begun.token)).await.unwrap();
    assert!(anew.rebuilt && anew.token != begun.token, "{anew:?}");
    let elsewhere = bench.source.changes(&inbox.id, Some("https://evil.test/delta")).await;
    assert!(matches!(elsewhere, Err(Error::Answer { .. })), "{elsewhere:?}");
    drop(house.double.announcement());
}

#[tokio::test]
async fn who_may_not_read_or_has_to_sign_in_again_is_told() {
    let house = House::new();
    let outcome = house.mailbox("alice", "User.Read").await.folders().await;
    assert!(matches!(outcome, Err(Error::Forbidden)), "{outcome:?}");
    let mailbox = house.mailbox("bruno", "Mail.Read").await;
    assert!(!mailbox.folders().await.unwrap().is_empty());
    house.control("/faults", json!({"method": "GET", "path": "/me/mailFolders", "status": 429, "code": "TooManyRequests", "retry_after": 120, "times": 9})).await;
    let busy = mailbox.folders().await;
    assert!(matches!(busy, Err(Error::Busy { retry_after: Some(_) })), "{busy:?}");
    house.control("/revoke", json!({"user": "bruno@northwind.test"})).await;
    let outcome = house
        .mailbox("bruno", "Mail.Read")
        .await
        .page(&"inbox".into(), &mail_sources::Ask::default())
        .await;
    assert!(matches!(outcome, Err(Error::SignInAgain)), "{outcome:?}");
}
