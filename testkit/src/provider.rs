//! A real OpenID provider as a child process, and a browser that only follows redirects.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where its double does not start or does not answer"
)]

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use egress::Request;
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use url::Url;

/// npm's `oidc-provider`; ended with the value.
#[derive(Debug)]
pub struct OpenIdProvider {
    child: Child,
    /// Its issuer.
    pub issuer: String,
}

impl OpenIdProvider {
    /// Starts one. `None`, with a line that says so, where the package is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(port: Option<u16>) -> Option<Self> {
        let port = port.map(|port| port.to_string());
        Self::launch(&port.as_ref().map_or_else(Vec::new, |port| vec!["--port", port]))
    }

    /// Starts one that signs this person in without asking.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_for(user: &str) -> Option<Self> {
        Self::launch(&["--user", user])
    }

    fn launch(arguments: &[&str]) -> Option<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../e2e/npm");
        if !folder.join("node_modules/oidc-provider").is_dir() {
            crate::skip("OpenID Connect sign-in", "npm's oidc-provider (npm ci in e2e/npm)");
            return None;
        }
        let mut command = Command::new("node");
        command.arg("bin/openid-provider.mjs").args(arguments).current_dir(&folder);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("node starts");
        let output = child.stdout.take().unwrap();
        let issuer = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("issuer ").map(str::to_owned))
            .expect("the provider says its issuer");
        Some(Self { child, issuer })
    }

    /// Ends it and starts another on the same port, with other keys.
    ///
    /// # Panics
    /// When that does not work.
    pub fn restart(&mut self) {
        let port = Url::parse(&self.issuer).unwrap().port();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        *self = Self::start(port).unwrap();
    }
}

impl Drop for OpenIdProvider {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Follows redirects with cookies until one leads to `end`; answers that address.
///
/// # Panics
/// When none does.
pub async fn browser(start: &Url, end: &Url) -> Url {
    let client = crate::outbound();
    let (mut url, mut jar) = (start.clone(), Vec::<(String, String)>::new());
    for _ in 0..10 {
        let mut request = Request::get(url.clone());
        request.follow = false;
        let cookies: Vec<_> = jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        request.headers.insert(COOKIE, cookies.join("; ").parse().unwrap());
        let answer = client.fetch(request).await.unwrap();
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            jar.retain(|(k, _)| k != name);
            jar.push((name.to_owned(), value.to_owned()));
        }
        let target = answer.headers.get(LOCATION).unwrap_or_else(|| {
            panic!("{url} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body))
        });
        url = url.join(target.to_str().unwrap()).unwrap();
        if url.path() == end.path() {
            return url;
        }
    }
    panic!("too many redirects");
}
