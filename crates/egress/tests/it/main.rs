//! The guarded client against peers that redirect, stall and lie.
#![cfg(test)]

use std::{
    collections::VecDeque,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use liaison_egress::{Client, Error, Lookup, Names, Request, Settings};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use url::Url;

/// A peer that answers each connection with what `answer` makes of the request's head.
async fn peer(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut head = Vec::new();
            let mut byte = [0; 1];
            while !head.ends_with(b"\r\n\r\n") && socket.read(&mut byte).await.unwrap_or(0) == 1 {
                head.extend_from_slice(&byte);
            }
            let answer = answer(&String::from_utf8_lossy(&head));
            drop(socket.write_all(&answer).await);
            if answer.ends_with(b"stall") {
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
        }
    };
    #[expect(clippy::disallowed_methods, reason = "a peer of the test, ended with its runtime")]
    tokio::spawn(serve);
    address
}

fn client(change: impl FnOnce(&mut Settings)) -> Client {
    let mut settings = Settings {
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        total_timeout_ms: 2_000,
        ..Settings::default()
    };
    change(&mut settings);
    Client::new(settings).unwrap()
}

fn get(address: SocketAddr, path: &str) -> Request {
    Request::get(Url::parse(&format!("http://{address}{path}")).unwrap())
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        .into_bytes()
}

fn redirect(to: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn an_opened_network_is_fetched() {
    let address = peer(|_| ok("hello")).await;
    let answer = client(|_| {}).fetch(get(address, "/")).await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"hello"[..]));
}

#[tokio::test]
async fn loopback_is_out_of_reach_unless_opened_by_literal_and_by_name() {
    let address = peer(|_| ok("secret")).await;
    let closed = client(|s| {
        s.allowed_networks.clear();
        s.allow_plain_http = true;
    });
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"] {
        let url = Url::parse(&format!("http://{host}:{}/", address.port())).unwrap();
        let refused = closed.fetch(Request::get(url)).await;
        assert!(matches!(refused, Err(Error::Network { .. })), "{host}: {refused:?}");
    }
}

#[tokio::test]
async fn a_redirect_into_a_closed_network_is_refused() {
    let address = peer(|_| redirect("http://169.254.169.254/latest/meta-data/")).await;
    let refused = client(|_| {}).fetch(get(address, "/")).await;
    assert!(matches!(refused, Err(Error::Network { .. })), "{refused:?}");
}

#[tokio::test]
async fn redirects_are_counted() {
    let address = peer(|_| redirect("/again")).await;
    let refused = client(|s| s.max_redirects = 3).fetch(get(address, "/")).await;
    assert!(matches!(refused, Err(Error::Redirects { limit: 3 })), "{refused:?}");
}

#[tokio::test]
async fn a_redirect_to_another_origin_loses_credentials() {
    let seen = peer(|head| {
        ok(if head.to_lowercase().contains("authorization") { "leaked" } else { "clean" })
    })
    .await;
    let first = peer(move |_| redirect(&format!("http://{seen}/"))).await;
    let mut request = get(first, "/");
    request.headers.insert("authorization", "Bearer secret".parse().unwrap());
    let answer = client(|_| {}).fetch(request).await.unwrap();
    assert_eq!(&answer.body[..], b"clean");
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_announced_or_not() {
    let announced = peer(|_| ok(&"x".repeat(5000))).await;
    let silent = peer(|_| {
        let mut all = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        all.extend(vec![b'x'; 5000]);
        all
    })
    .await;
    let small = client(|s| s.max_response_bytes = 1000);
    for address in [announced, silent] {
        let refused = small.fetch(get(address, "/")).await;
        assert!(matches!(refused, Err(Error::TooLarge { limit: 1000 })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_stalling_peer_is_given_up() {
    let address = peer(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nstall".to_vec()).await;
    let late = client(|s| s.total_timeout_ms = 200).fetch(get(address, "/")).await;
    assert!(matches!(late, Err(Error::Timeout)), "{late:?}");
}

#[tokio::test]
async fn other_schemes_user_names_and_foreign_ports_are_refused() {
    let client = client(|_| {});
    for url in
        ["file:///etc/passwd", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://127.0.0.1:25/"]
    {
        let refused = client.fetch(Request::get(Url::parse(url).unwrap())).await;
        assert!(matches!(refused, Err(Error::Refused { .. })), "{url}: {refused:?}");
    }
}

#[tokio::test]
async fn an_answer_is_passed_on_piece_by_piece_beyond_what_is_held_whole() {
    let address = peer(|_| ok(&"x".repeat(50_000))).await;
    let client = client(|s| s.max_response_bytes = 1000);
    let mut opening = client.open(get(address, "/")).await.unwrap();
    assert_eq!((opening.status.as_u16(), opening.rest.announced()), (200, Some(50_000)));
    let mut seen = 0;
    while let Some(piece) = opening.rest.next().await.unwrap() {
        seen += piece.len();
    }
    assert_eq!(seen, 50_000);
}

#[tokio::test]
async fn a_stream_ends_at_its_limit_announced_or_not_and_where_its_sender_falls_silent() {
    let announced = peer(|_| ok(&"x".repeat(5000))).await;
    let unannounced = peer(|_| {
        let mut all = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        all.extend(vec![b'x'; 5000]);
        all
    })
    .await;
    let small = client(|s| s.max_stream_bytes = 1000);
    for address in [announced, unannounced] {
        let mut rest = small.open(get(address, "/")).await.unwrap().rest;
        let end = loop {
            match rest.next().await {
                Ok(Some(_)) => {}
                other => break other,
            }
        };
        assert!(matches!(end, Err(Error::TooLarge { limit: 1000 })), "{end:?}");
    }
    // a peer that stalls has time for one connection
    let stalling = || peer(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nstall".to_vec());
    let silent = client(|s| s.total_timeout_ms = 200);
    let whole = silent.open(get(stalling().await, "/")).await.unwrap().rest;
    let end = whole.whole(1000, Duration::from_mins(1)).await;
    assert!(matches!(end, Err(Error::Timeout)), "{end:?}");
    let slow = client(|_| {}).open(get(stalling().await, "/")).await.unwrap().rest;
    let end = slow.whole(1000, Duration::from_millis(100)).await;
    assert!(matches!(end, Err(Error::Timeout)), "{end:?}");
}

#[tokio::test]
async fn what_is_opened_is_guarded_as_what_is_fetched() {
    let address = peer(|_| ok("secret")).await;
    let closed = client(|s| s.allowed_networks.clear());
    let refused = closed.open(get(address, "/")).await;
    assert!(matches!(refused, Err(Error::Network { .. } | Error::Refused { .. })), "{refused:?}");
    let stalls = peer(|_| b"HTTP/1.1 200 OK\r\nstall".to_vec()).await;
    let late = client(|s| s.total_timeout_ms = 200).open(get(stalls, "/")).await;
    assert!(matches!(late, Err(Error::Timeout)), "{late:?}");
}

/// Answers each look-up with the next list, the last one again and again.
#[derive(Debug)]
struct Turning(Mutex<VecDeque<Vec<IpAddr>>>);

impl Names for Turning {
    fn addresses(&self, _name: String) -> Lookup {
        let mut lists = self.0.lock().unwrap();
        let next = if lists.len() > 1 { lists.pop_front() } else { lists.front().cloned() };
        Box::pin(async move { Ok(next.unwrap_or_default()) })
    }
}

fn turning(lists: &[&[&str]]) -> Arc<Turning> {
    let list = |list: &&[&str]| list.iter().map(|address| address.parse().unwrap()).collect();
    Arc::new(Turning(Mutex::new(lists.iter().map(list).collect())))
}

#[tokio::test]
async fn a_name_that_turns_inward_is_refused_at_the_connection_itself() {
    let address = peer(|_| ok("secret")).await;
    let url = |scheme: &str| {
        Url::parse(&format!("{scheme}://rebinding.example:{}/", address.port())).unwrap()
    };
    let open = Settings { allow_plain_http: true, total_timeout_ms: 2_000, ..Settings::default() };
    for scheme in ["http", "https"] {
        // The first look-up is harmless; nothing connects with what it said.
        let names = turning(&[&["127.0.0.1"], &["8.8.8.8"]]);
        let client = Client::with_names(open.clone(), names).unwrap();
        let refused = client.fetch(Request::get(url(scheme))).await;
        assert!(matches!(refused, Err(Error::Network { .. })), "{scheme}: {refused:?}");
    }
}

#[tokio::test]
async fn the_name_of_this_machine_means_this_machine_whoever_is_asked() {
    let address = peer(|_| ok("secret")).await;
    let open = Settings { allow_plain_http: true, total_timeout_ms: 2_000, ..Settings::default() };
    for name in ["localhost", "LOCALHOST.", "a.localhost", "a.b.localhost."] {
        let client = Client::with_names(open.clone(), turning(&[&["8.8.8.8"]])).unwrap();
        let url = Url::parse(&format!("http://{name}:{}/", address.port())).unwrap();
        let refused = client.fetch(Request::get(url)).await;
        assert!(matches!(refused, Err(Error::Network { .. })), "{name}: {refused:?}");
    }
}

#[tokio::test]
async fn plain_http_goes_only_to_what_was_opened_whatever_a_name_says_the_next_time() {
    let address = peer(|_| ok("inside")).await;
    let settings = Settings {
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        total_timeout_ms: 2_000,
        ..Settings::default()
    };
    let url = Url::parse(&format!("http://inside.example:{}/", address.port())).unwrap();
    let mixed = turning(&[&["8.8.8.8", "127.0.0.1"], &["8.8.8.8"]]);
    let client = Client::with_names(settings, mixed).unwrap();
    let first = client.fetch(Request::get(url.clone())).await.unwrap();
    assert_eq!(&first.body[..], b"inside");
    let second = client.fetch(Request::get(url.clone())).await;
    assert!(matches!(second, Err(Error::Refused { .. })), "{second:?}");
    let nothing = Client::with_names(Settings::default(), turning(&[&[]])).unwrap();
    let unknown = nothing.fetch(Request::get(url)).await;
    assert!(matches!(unknown, Err(Error::Name(_))), "{unknown:?}");
}
