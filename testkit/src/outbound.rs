//! The way out, for tests: to this machine and nowhere else that is private.

use egress::{Client, Settings};

/// A client that reaches doubles on loopback, over plain HTTP too.
///
/// # Panics
/// When the client cannot be made.
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub fn outbound() -> Client {
    let loopback = "127.0.0.0/8".parse().expect("a network");
    let settings = Settings { allowed_networks: vec![loopback], ..Settings::default() };
    Client::new(settings).expect("a client")
}
