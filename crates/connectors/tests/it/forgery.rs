//! Requests that somebody wants the hub to make on their behalf, into the network it stands in: every way out of a
//! connector is guarded, every refusal has a code, and what an administrator opens is exactly what they named.

use std::{
    collections::VecDeque,
    io::Write as _,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use egress::{Client, Lookup, Names};
use flate2::{Compression, write::GzEncoder};
use kernel::{ApiConnectorId, Scope};
use liaison_connectors::{Answer, Call, Error, NewConnection, NewTrigger, Settings, Upload};
use serde_json::{Map, Value, json};

use crate::{
    house::{House, a_connector, code, values},
    upstream::Upstream,
};

/// Spellings of addresses inside, and of what is no address of the public internet.
const INSIDE: [&str; 37] = [
    // loopback: plain, by name, and as one, two or four numbers of any base
    "127.0.0.1",
    "localhost",
    "localhost.",
    "any.localhost",
    "2130706433",
    "0x7f000001",
    "0X7F.1",
    "0177.0.0.1",
    "017700000001",
    "127.1",
    "0",
    "0.0.0.0",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    // private, link-local, shared, benchmarks
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "100.64.0.1",
    "198.18.0.1",
    "255.255.255.255",
    // IPv6: itself, and IPv4 inside it in every form
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[::ffff:0:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::a00:1]",
    "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2606:4700::5efe:a00:1]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
];

/// What is no address that may be asked at all.
const SENSELESS: [&str; 5] =
    ["[fe80::1%25eth0]", "[fe80::1%eth0]", "user:word@127.0.0.1", "user@127.0.0.1", "127.0.0.1:25"];

fn closed() -> Client {
    Client::new(egress::Settings::default()).unwrap()
}

async fn at(house: &House, maker: &Scope, definition: &Value, properties: Value) -> ApiConnectorId {
    let upload = Upload::Text {
        definition: definition.to_string(),
        properties: Some(json!({ "properties": properties }).to_string()),
    };
    let new = a_connector(upload);
    house.connectors.create(maker, house.environment(), new).await.unwrap().id
}

/// A definition of one operation, under a name of its own.
fn going_to(house: &House, host: &str) -> Value {
    json!({
        "swagger": "2.0",
        "info": { "title": house.ids.fresh::<uuid::Uuid>().to_string(), "version": "1" },
        "host": host, "basePath": "/", "schemes": ["http"],
        "paths": { "/go": { "get": {
            "operationId": "Go", "summary": "Go",
            "responses": { "200": { "description": "OK", "schema": { "type": "object" } } },
        } } },
    })
}

async fn go(house: &House, scope: &Scope, connector: ApiConnectorId) -> Result<Answer, Error> {
    house.connectors.invoke(scope, Call::new(connector, "Go")).await
}

#[tokio::test]
async fn no_definition_leads_inside_however_its_host_is_spelt() {
    let house = House::behind(Settings::default(), closed()).await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let port = upstream.address.rsplit(':').next().unwrap();
    for host in INSIDE {
        let definition = going_to(&house, &format!("{host}:{port}"));
        let connector = at(&house, &maker, &definition, json!({})).await;
        assert_eq!(code(go(&house, &maker, connector).await), "outbound.network", "{host}");
    }
    for host in SENSELESS {
        let connector = at(&house, &maker, &going_to(&house, host), json!({})).await;
        let refused = code(go(&house, &maker, connector).await);
        let known =
            ["outbound.refused", "input.invalid", "operation.not_callable", "outbound.network"];
        assert!(known.contains(&refused), "{host}: {refused}");
    }
    assert!(upstream.heard().is_empty());
}

#[tokio::test]
async fn no_connection_chooses_a_host_inside() {
    let house = House::behind(Settings::default(), closed()).await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let port = upstream.address.rsplit(':').next().unwrap();
    let properties = json!({
        "connectionParameters": { "host": { "type": "string" } },
        "policyTemplateInstances": [{
            "templateId": "dynamichosturl", "title": "Host",
            "parameters": {
                "x-ms-apimTemplateParameter.urlTemplate": "http://@connectionParameters('host')",
            },
        }],
    });
    let connector = at(&house, &maker, &going_to(&house, "api.example.org"), properties).await;
    let c = &house.connectors;
    for host in INSIDE.into_iter().chain(SENSELESS) {
        let host =
            if SENSELESS.contains(&host) { host.to_owned() } else { format!("{host}:{port}") };
        let new = NewConnection { values: values(&[("host", &host)]), ..NewConnection::default() };
        let connection = match c.create_connection(&maker, connector, new).await {
            Ok(made) => made.id,
            Err(error) => panic!("{host}: {error:?}"),
        };
        let call = Call { connection: Some(connection), ..Call::new(connector, "Go") };
        let refused = code(c.invoke(&maker, call).await);
        let known = ["outbound.refused", "operation.not_callable", "input.invalid"];
        assert!(refused == "outbound.network" || known.contains(&refused), "{host}: {refused}");
    }
    assert!(upstream.heard().is_empty());
}

/// A house that may reach the API on this machine and nothing else.
async fn one_endpoint(upstream: &Upstream) -> House {
    let settings = egress::Settings {
        allowed_endpoints: vec![upstream.address.parse().unwrap()],
        ..egress::Settings::default()
    };
    House::behind(Settings::default(), Client::new(settings).unwrap()).await
}

#[tokio::test]
async fn no_redirect_leads_inside() {
    let upstream = Upstream::start().await;
    let house = one_endpoint(&upstream).await;
    let maker = house.maker().await;
    let connector = at(&house, &maker, &going_to(&house, &upstream.address), json!({})).await;
    let port = upstream.address.rsplit(':').next().unwrap();
    let redirect =
        |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let mut hops = 0;
    for host in INSIDE.into_iter().filter(|host| host.is_ascii()) {
        // another port of the same machine was not opened
        let to = format!("http://{host}:1{}/", port.split_at(1).1);
        upstream.answer("/go", redirect(&to));
        assert_eq!(code(go(&house, &maker, connector).await), "outbound.network", "{to}");
        hops += 1;
    }
    for to in [
        "http://user:word@8.8.8.8/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://8.8.8.8/",
        "http://8.8.8.8/",
        "http://8.8.8.8:22/",
    ] {
        upstream.answer("/go", redirect(to));
        assert_eq!(code(go(&house, &maker, connector).await), "outbound.refused", "{to}");
        hops += 1;
    }
    assert_eq!(upstream.heard().len(), hops, "one request each, and none to where they lead");
    upstream.answer("/go", redirect("/go"));
    let endless = go(&house, &maker, connector).await.unwrap();
    assert_eq!(endless.status, 302, "after some hops the redirect is the answer");
    assert!(upstream.heard().len() <= hops + 6);
}

#[tokio::test]
async fn what_an_administrator_opens_is_exactly_what_they_named() {
    let upstream = Upstream::start().await;
    let port = upstream.address.rsplit(':').next().unwrap();
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    upstream.answer("/go", ok);
    let endpoint = egress::Settings {
        allowed_endpoints: vec![upstream.address.parse().unwrap()],
        ..egress::Settings::default()
    };
    let network = egress::Settings {
        allowed_networks: vec!["127.0.0.0/31".parse().unwrap()],
        ..egress::Settings::default()
    };
    let exception = egress::Settings {
        denied_networks: vec!["127.0.0.1/32".parse().unwrap()],
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        ..egress::Settings::default()
    };
    let (shut, done) = ("outbound.network", "done");
    for (settings, cases) in [
        (
            endpoint,
            [
                (upstream.address.clone(), done),
                (format!("2130706433:{port}"), done), // the same address in other words
                (format!("localhost:{port}"), shut),
                (format!("127.0.0.2:{port}"), shut),
                (format!("[::ffff:127.0.0.1]:{port}"), shut),
                ("127.0.0.1:1".to_owned(), shut),
                ("10.0.0.1".to_owned(), shut),
            ],
        ),
        (
            network,
            [
                (upstream.address.clone(), done),
                (format!("localhost:{port}"), done),
                (format!("[64:ff9b::7f00:1]:{port}"), shut),
                (format!("127.0.0.2:{port}"), shut),
                (format!("[2002:7f00:1::]:{port}"), shut),
                (format!("[::1]:{port}"), shut),
                ("10.0.0.1".to_owned(), shut),
            ],
        ),
        (
            exception,
            [
                (upstream.address.clone(), shut),
                (format!("localhost:{port}"), shut),
                (format!("[::ffff:127.0.0.1]:{port}"), shut),
                (format!("127.0.0.2:{port}"), done),
                (format!("2130706434:{port}"), done),
                (format!("[::1]:{port}"), shut),
                ("10.0.0.1".to_owned(), shut),
            ],
        ),
    ] {
        let house =
            House::behind(Settings::default(), Client::new(settings.clone()).unwrap()).await;
        let maker = house.maker().await;
        for (host, expected) in cases {
            let connector = at(&house, &maker, &going_to(&house, &host), json!({})).await;
            assert_eq!(code(go(&house, &maker, connector).await), expected, "{host} {settings:?}");
        }
    }
}

/// A resolver that changes its mind: each look-up gets the next list, the last one again and again.
#[derive(Debug)]
struct Turning(Mutex<VecDeque<Vec<IpAddr>>>);

impl Names for Turning {
    fn addresses(&self, _name: String) -> Lookup {
        let mut lists = self.0.lock().unwrap();
        let next = if lists.len() > 1 { lists.pop_front() } else { lists.front().cloned() };
        Box::pin(async move { Ok(next.unwrap_or_default()) })
    }
}

#[tokio::test]
async fn a_name_that_turns_inward_between_two_looks_leads_nowhere() {
    let upstream = Upstream::start().await;
    let port = upstream.address.rsplit(':').next().unwrap();
    for (lists, plain, expected) in [
        // at once, then after a harmless first answer, then among harmless ones
        (vec![vec!["127.0.0.1"]], true, "outbound.network"),
        (vec![vec!["::ffff:127.0.0.1", "10.0.0.1"], vec!["8.8.8.8"]], true, "outbound.network"),
        (vec![vec!["169.254.169.254"], vec!["127.0.0.1"]], true, "outbound.network"),
        // nothing was opened for plain http, wherever it leads
        (vec![vec!["8.8.8.8"], vec!["127.0.0.1"]], false, "outbound.refused"),
        (vec![vec![]], true, "outbound.name"),
    ] {
        let read = |list: &Vec<&str>| list.iter().map(|it| it.parse().unwrap()).collect();
        let names = Turning(Mutex::new(lists.iter().map(read).collect()));
        let settings = egress::Settings { allow_plain_http: plain, ..egress::Settings::default() };
        let client = Client::with_names(settings, Arc::new(names)).unwrap();
        let house = House::behind(Settings::default(), client).await;
        let maker = house.maker().await;
        let host = format!("rebinding.example:{port}");
        let connector = at(&house, &maker, &going_to(&house, &host), json!({})).await;
        let refused = go(&house, &maker, connector).await;
        assert_eq!(code(refused), expected, "{lists:?}");
    }
    assert!(upstream.heard().is_empty());
}

#[tokio::test]
async fn huge_endless_slow_and_packed_answers_end() {
    let settings =
        Settings { max_answer_bytes: 100_000, call_timeout_ms: 1_500, ..Settings::default() };
    let house = House::with(settings).await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![b' '; 20 << 20]).unwrap();
    let packed = packed.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    upstream.answer("/packed", [head.into_bytes(), packed].concat());
    upstream.answer("/announced", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
    upstream.answer("/senseless", "HTTP/1.1 banana\r\n\r\n");
    for (path, expected) in [
        ("/packed", "outbound.too_large"),
        ("/announced", "outbound.too_large"),
        ("/files/endless", "outbound.too_large"),
        ("/heads", "outbound.failed"),
        ("/senseless", "outbound.failed"),
        ("/drip", "api_call.late"),
    ] {
        let mut definition = going_to(&house, &upstream.address);
        let operation = definition["paths"]["/go"].take();
        definition["paths"] = json!({ path: operation });
        let connector = at(&house, &maker, &definition, json!({})).await;
        assert_eq!(code(go(&house, &maker, connector).await), expected, "{path}");
    }
}

#[tokio::test]
async fn no_token_endpoint_lies_inside() {
    let house = House::behind(Settings::default(), closed()).await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let port = upstream.address.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "0x7f000001", "[::ffff:127.0.0.1]", "169.254.169.254", "localhost"] {
        let login = format!("http://{host}:{port}");
        let properties = json!({ "connectionParameters": { "token": {
            "type": "oauthSetting",
            "oAuthSettings": {
                "identityProvider": "aad", "clientId": "c", "clientSecret": "s", "scopes": [],
                "customParameters": {
                    "loginUri": { "value": login }, "tenantId": { "value": "t" },
                    "resourceUri": { "value": "https://api.example.org" },
                    "grantType": { "value": "client_credentials" },
                },
            },
        } } });
        let connector = at(&house, &maker, &going_to(&house, "api.example.org"), properties).await;
        let c = &house.connectors;
        let made = c.create_connection(&maker, connector, NewConnection::default()).await;
        let refused = match made {
            Ok(_) => code(go(&house, &maker, connector).await),
            refused => code(refused),
        };
        assert!(refused.starts_with("provider."), "{login}: {refused}");
    }
    assert!(upstream.heard().is_empty());
}

#[tokio::test]
async fn the_end_of_a_subscription_and_further_pages_take_no_credentials_elsewhere() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let port = upstream.address.rsplit(':').next().unwrap();
    let mut definition = going_to(&house, &upstream.address);
    definition["paths"] = json!({
        "/hook": {
            "x-ms-notification-content": { "schema": { "type": "object" } },
            "post": {
                "operationId": "OnHook", "summary": "Hook", "x-ms-trigger": "single",
                "parameters": [{ "name": "body", "in": "body", "required": true, "schema": {
                    "type": "object", "properties": { "url": {
                        "type": "string", "x-ms-notification-url": true,
                        "x-ms-visibility": "internal" } } } }],
                "responses": { "201": { "description": "Created" } },
            },
        },
        "/pages": { "get": {
            "operationId": "Go", "summary": "Pages", "x-ms-pageable": { "nextLinkName": "nextLink" },
            "responses": { "200": { "description": "OK", "schema": { "type": "object",
                "properties": { "value": { "type": "array", "items": { "type": "object" } },
                                "nextLink": { "type": "string" } } } } },
        } },
    });
    definition["securityDefinitions"] =
        json!({ "key": { "type": "apiKey", "in": "header", "name": "X-Key" } });
    definition["security"] = json!([{ "key": [] }]);
    let key = json!({ "connectionParameters": { "api_key": { "type": "securestring" } } });
    let connector = at(&house, &maker, &definition, key).await;
    house.keyed(&maker, connector).await;
    let c = &house.connectors;
    for place in [
        format!("http://127.0.0.2:{port}/landing"),
        "http://169.254.169.254/landing".to_owned(),
        format!("http://user:word@127.0.0.1:{port}/landing"),
    ] {
        let before = upstream.heard().len();
        upstream.answer(
            "/hook",
            format!("HTTP/1.1 201 Created\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"),
        );
        let new = NewTrigger {
            operation: "OnHook".to_owned(),
            name: None,
            inputs: Map::new(),
            connection: None,
            interval_seconds: 300,
        };
        let made = c.create_trigger(&maker, connector, new).await.unwrap();
        c.delete_trigger(&maker, made.id).await.unwrap();
        let body = json!({ "value": [{}], "nextLink": place }).to_string();
        let length = body.len();
        upstream.answer(
            "/pages",
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"),
        );
        let call = Call { pages: 5, ..Call::new(connector, "Go") };
        let answer = c.invoke(&maker, call).await;
        let pages = answer.as_ref().map(|answer| answer.json.as_ref().unwrap()["value"].clone());
        assert!(pages.is_ok_and(|pages| pages == json!([{}])), "{place}: {answer:?}");
        let heard = upstream.heard().split_off(before);
        // Where the service says that its subscription ends, it is ended: without what the connection holds.
        let (keyed, bare): (Vec<_>, Vec<_>) =
            heard.iter().partition(|heard| heard.headers.contains_key("x-key"));
        let lines: Vec<_> = keyed.iter().map(|heard| heard.line.as_str()).collect();
        assert_eq!(lines, ["POST /hook HTTP/1.1", "GET /pages HTTP/1.1"], "{place}");
        assert!(bare.iter().all(|it| it.line == "DELETE /landing HTTP/1.1"), "{place}: {bare:?}");
    }
}

#[tokio::test]
async fn an_archive_that_unpacks_without_end_is_refused() {
    let house = House::with(Settings { max_package_bytes: 1 << 20, ..Settings::default() }).await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let spaces = vec![b' '; 30 << 20];
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("apiDefinition.swagger.json", zip::write::SimpleFileOptions::default())
        .unwrap();
    bomb.write_all(&spaces).unwrap();
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bomb.len()).into_bytes();
    upstream.answer("/bomb.zip", [head, bomb.clone()].concat());
    let address = format!("http://{}/bomb.zip", upstream.address).parse().unwrap();
    for upload in [Upload::Archive(bomb.into()), Upload::Address(address)] {
        let made = house.connectors.create(&maker, house.environment(), a_connector(upload)).await;
        assert_eq!(code(made), "api_connector.unreadable");
    }
    let endless = format!("http://{}/files/endless", upstream.address).parse().unwrap();
    let slow = Upload::Address(endless);
    let made = house.connectors.create(&maker, house.environment(), a_connector(slow)).await;
    assert_eq!(code(made), "outbound.too_large");
}
