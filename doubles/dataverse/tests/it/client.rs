//! A double of its own, and somebody who asks it.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::TcpStream,
};

use doubles_dataverse::Double;
use serde_json::{Value, json};
use testkit::Store;

/// An environment with its administrator; it goes away with the value.
pub(crate) struct Client {
    told: Value,
    _double: Double,
    _store: Store,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The status and the code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let body = self.json();
        (self.status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    pub(crate) fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
    }
}

impl Client {
    pub(crate) async fn new() -> Self {
        let store = Store::fresh().await;
        let db = store.db();
        let listen = "127.0.0.1:0".parse().unwrap();
        let start = move || Double::over(listen, db).unwrap();
        let double = std::thread::spawn(start).join().unwrap();
        Self { told: double.announcement(), _double: double, _store: store }
    }

    pub(crate) fn root(&self) -> String {
        format!("{}/api/data/v9.2/", self.told["url"].as_str().unwrap())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send(
            method,
            path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        )
    }

    /// The id of a new row.
    pub(crate) fn made(&self, set: &str, row: &Value) -> String {
        let answer = self.ask("POST", set, row);
        assert_eq!(answer.status, 204, "{answer:?}");
        let id = answer.header("odata-entityid").unwrap();
        id.rsplit(['(', ')']).nth(1).unwrap().to_owned()
    }

    /// Adds a column of files to accounts.
    pub(crate) fn with_contract(&self) {
        let label = json!({ "LocalizedLabels": [{ "Label": "Contract", "LanguageCode": 1033 }] });
        let column = json!({
            "@odata.type": "Microsoft.Dynamics.CRM.FileAttributeMetadata",
            "SchemaName": "new_Contract", "DisplayName": label, "MaxSizeInKB": 8192,
        });
        let path = "EntityDefinitions(LogicalName='account')/Attributes";
        assert_eq!(self.ask("POST", path, &column).status, 204);
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let url = if path.starts_with("http") { path.to_owned() } else { self.root() + path };
        let (host, target) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut text = format!(
            "{method} /{} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
            target.replace(' ', "%20"),
            body.len()
        );
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            let token = self.told["token"].as_str().unwrap();
            write!(text, "authorization: Bearer {token}\r\n").unwrap();
        }
        for (name, value) in headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream.write_all(b"\r\n").unwrap();
        stream.write_all(body).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, headers: head, body: String::from_utf8_lossy(&bytes[end + 4..]).into() }
    }
}
