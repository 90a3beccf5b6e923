//! A real OpenID provider that also exchanges tokens, and a person who fills in its pages.
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

use egress::{Request, Response};
use http::{
    HeaderValue,
    header::{COOKIE, LOCATION, SET_COOKIE},
};
use url::{Url, form_urlencoded};

/// npm's `oidc-provider` with on-behalf-of and token exchange switched on; ended with the value.
///
/// Clients: `hub`, `connector`, `header` and `certified`; people: `alice`, `bruno` and `stepped`, of whom a second
/// factor is asked. `e2e/npm/bin/delegation-provider.mjs` has it all.
#[derive(Debug)]
pub struct DelegationProvider {
    child: Child,
    /// Its issuer.
    pub issuer: Url,
    /// The private key of the client `certified`, as PEM in base64.
    pub certificate_key: String,
}

impl DelegationProvider {
    /// The tenant in the issuer's path.
    pub const TENANT: &str = "11111111-2222-3333-4444-555555555555";

    /// Starts one. `None`, with a line that says so, where the package is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Option<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../e2e/npm");
        if !folder.join("node_modules/oidc-provider").is_dir() {
            crate::skip("sign-in of connectors", "npm's oidc-provider (npm ci in e2e/npm)");
            return None;
        }
        let mut command = Command::new("node");
        command.arg("bin/delegation-provider.mjs").current_dir(&folder);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("node starts");
        let output = child.stdout.take().unwrap();
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let mut said = |name: &str| {
            lines
                .find_map(|line| line.strip_prefix(name).map(|rest| rest.trim().to_owned()))
                .expect("the provider says what it is")
        };
        let certificate_key = said("certificate-key ");
        let issuer = Url::parse(&said("issuer ")).unwrap();
        Some(Self { child, issuer, certificate_key })
    }

    /// An address below the issuer.
    ///
    /// # Panics
    /// When `path` is none.
    pub fn address(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.issuer)).unwrap()
    }

    /// The address without the tenant, as `loginUri` has it.
    pub fn login_uri(&self) -> String {
        self.issuer.origin().ascii_serialization()
    }

    /// Moves its clock (`advance`, seconds), makes it slow (`delay`, milliseconds) or fail (`fail`, a status), takes
    /// consent back (`withdraw`, a resource): members of a JSON object. Answers what it has seen.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn control(&self, json: &str) -> String {
        let address = self.issuer.join("/control").unwrap();
        let request =
            Request::post(address, HeaderValue::from_static("application/json"), json.to_owned());
        let answer = crate::outbound().fetch(request).await.unwrap();
        String::from_utf8(answer.body.to_vec()).unwrap()
    }

    /// Revokes a refresh token of a client with a secret in the form (RFC 7009).
    ///
    /// # Panics
    /// When it does not answer with success.
    pub async fn revoke(&self, client: &str, secret: &str, token: &str) {
        let form = [("token", token), ("client_id", client), ("client_secret", secret)];
        let answer = Person::default().post(&self.address("/oauth2/v2.0/revoke"), &form).await;
        assert!(answer.status.is_success(), "{}", answer.status);
    }

    /// Ends it: from now on nobody listens.
    ///
    /// # Panics
    /// When it cannot be ended.
    pub fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for DelegationProvider {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Somebody with a browser that keeps cookies, follows links and fills in forms; it runs no scripts.
#[derive(Debug, Default)]
pub struct Person {
    jar: Vec<(String, String)>,
}

impl Person {
    /// Opens `start` and goes through the provider's pages as `user` until an address leads to `end`; answers that
    /// address. `consents` or presses "Cancel".
    ///
    /// # Panics
    /// When no address does.
    pub async fn sign_in(&mut self, start: &Url, end: &Url, user: &str, consents: bool) -> Url {
        let mut url = start.clone();
        let mut answer = self.get(&url).await;
        for _ in 0..20 {
            if let Some(target) = answer.headers.get(LOCATION) {
                url = url.join(target.to_str().unwrap()).unwrap();
                if url.path() == end.path() {
                    return url;
                }
                answer = self.get(&url).await;
                continue;
            }
            let page = String::from_utf8_lossy(&answer.body).into_owned();
            let between = |before: &str| {
                let (_, rest) = page.split_once(before)?;
                rest.split('"').next().map(|text| text.replace("&amp;", "&"))
            };
            let action = between("<form autocomplete=\"off\" action=\"")
                .unwrap_or_else(|| panic!("{url} answered {}: {page}", answer.status));
            let is_login = page.contains("name=\"login\"");
            if !is_login && !consents {
                let abort = page.split("<a href=\"").nth(1).unwrap().split('"').next().unwrap();
                url = url.join(abort).unwrap();
                answer = self.get(&url).await;
                continue;
            }
            url = url.join(&action).unwrap();
            let prompt = between("name=\"prompt\" value=\"").unwrap();
            let form = [("prompt", prompt.as_str()), ("login", user), ("password", "any")];
            let filled = if is_login { &form[..] } else { &form[..1] };
            answer = self.post(&url, filled).await;
        }
        panic!("too many pages");
    }

    async fn get(&mut self, url: &Url) -> Response {
        let mut request = Request::get(url.clone());
        request.follow = false;
        self.exchange(request).await
    }

    async fn post(&mut self, url: &Url, form: &[(&str, &str)]) -> Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.exchange(Request::post(url.clone(), kind, body)).await
    }

    async fn exchange(&mut self, mut request: Request) -> Response {
        let cookies: Vec<_> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        request.headers.insert(COOKIE, cookies.join("; ").parse().unwrap());
        let answer = crate::outbound().fetch(request).await.unwrap();
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.retain(|(k, _)| k != name);
            self.jar.push((name.to_owned(), value.to_owned()));
        }
        answer
    }
}
