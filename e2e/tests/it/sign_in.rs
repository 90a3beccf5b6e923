//! Signing in at a real OpenID Connect provider, as a browser would.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Connection, Options, Request, Server, Tool};

/// npm's `oidc-provider`, ended with the value.
struct Provider {
    child: Child,
    issuer: String,
}

impl Provider {
    fn start(user: &str) -> Result<Option<Self>> {
        let Some(npm) = Tool::Npm.find("sign_in") else { return Ok(None) };
        let mut child = Command::new("node")
            .args(["bin/openid-provider.mjs", "--user", user])
            .current_dir(npm)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().context("its output")?;
        let issuer = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("issuer ").map(str::to_owned))
            .context("the provider says its issuer")?;
        Ok(Some(Self { child, issuer }))
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A browser that follows redirects and keeps each host's cookies; it runs no script.
#[derive(Default)]
pub(crate) struct Browser {
    jar: Vec<(String, String, String)>,
}

impl Browser {
    pub(crate) fn get(&mut self, url: &str) -> Result<Answer> {
        let rest = url.strip_prefix("http://").context("an http address")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let cookies: Vec<_> = self
            .jar
            .iter()
            .filter(|(at, ..)| at == host)
            .map(|(_, name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let headers = [("Cookie", cookies.as_str()), ("Accept", "text/html")];
        let path = format!("/{path}");
        let request = Request { method: "GET", path: &path, headers: &headers, body: b"" };
        let answer = Connection::open(host.parse()?)?.send(&request)?;
        for (_, line) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').context("a cookie")?;
            self.jar.retain(|(at, known, _)| at != host || known != name);
            self.jar.push((host.to_owned(), name.to_owned(), value.to_owned()));
        }
        Ok(answer)
    }

    /// Follows redirects from `url`; the address and the answer where they end.
    pub(crate) fn follow(&mut self, url: &str) -> Result<(String, Answer)> {
        let mut url = url.to_owned();
        for _ in 0..12 {
            let answer = self.get(&url)?;
            let Some(target) = answer.header("location").filter(|_| answer.status / 100 == 3)
            else {
                return Ok((url, answer));
            };
            let origin = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            url = if target.starts_with('/') {
                format!("{origin}{target}")
            } else {
                target.to_owned()
            };
        }
        anyhow::bail!("too many redirects, the last to {url}")
    }
}

/// A hub that knows the provider; the address of its button on the sign-in page.
fn hub(issuer: &str, provision: bool) -> Result<(Server, String, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("liaison.toml");
    fs::write(&config, "[egress]\nallowed_networks = [\"127.0.0.0/8\"]\n")?;
    let arguments = vec!["--config".to_owned(), config.display().to_string()];
    let server = Server::with(Options { arguments, ..Options::default() })?;
    let body = serde_json::json!({
        "name": "Contoso ID", "issuer": issuer, "client_id": "liaison-public", "enabled": true,
        "rules": { "provision": provision },
    });
    let made = server.as_admin()?.post("/api/v1/sign-in-providers", body.to_string().as_bytes())?;
    ensure!(made.status == 201, "the provider was not taken: {} {}", made.status, made.text());
    let id = made.json()?["id"].as_str().context("its id")?.to_owned();
    let button = format!("/sign-in/provider/{id}?next=%2Fteams");
    Ok((server, button, folder))
}

#[test]
fn a_person_comes_in_through_a_provider_and_gets_an_account() -> Result<()> {
    let Some(provider) = Provider::start("alice")? else { return Ok(()) };
    let (server, button, _folder) = hub(&provider.issuer, true)?;
    let base = server.demo_data().base_url.clone();
    let mut browser = Browser::default();
    let page = browser.get(&format!("{base}/sign-in"))?.text();
    ensure!(page.contains("Contoso ID"), "the sign-in page offers the provider: {page}");
    let (url, teams) = browser.follow(&format!("{base}{button}"))?;
    ensure!(url == format!("{base}/teams"), "it ended at {url}: {}", teams.text());
    ensure!(teams.status == 200, "{}: {}", teams.status, teams.text());
    ensure!(teams.text().contains("Alice Martin"), "the page knows who came in");
    Ok(())
}

#[test]
fn a_stranger_is_refused_where_nobody_is_made() -> Result<()> {
    let Some(provider) = Provider::start("alice")? else { return Ok(()) };
    let (server, button, _folder) = hub(&provider.issuer, false)?;
    let base = server.demo_data().base_url.clone();
    let mut browser = Browser::default();
    let (url, refused) = browser.follow(&format!("{base}{button}"))?;
    ensure!(url.starts_with(&format!("{base}/sign-in/return")), "it ended at {url}");
    ensure!(refused.status == 403, "{}: {}", refused.status, refused.text());
    let teams = browser.get(&format!("{base}/teams"))?;
    ensure!(teams.status == 303, "somebody is signed in: {}", teams.status);
    Ok(())
}

#[test]
fn an_answer_brought_by_another_browser_is_refused() -> Result<()> {
    let Some(provider) = Provider::start("alice")? else { return Ok(()) };
    let (server, button, _folder) = hub(&provider.issuer, true)?;
    let base = server.demo_data().base_url.clone();
    let mut attacker = Browser::default();
    let sent = attacker.get(&format!("{base}{button}"))?;
    let there = sent.header("location").context("a redirect to the provider")?.to_owned();
    // The attacker stops before the return and makes a victim open its address.
    let mut url = there;
    while !url.starts_with(&format!("{base}/sign-in/return")) {
        let answer = attacker.get(&url)?;
        let target = answer.header("location").context("a redirect")?.to_owned();
        let origin = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        url = if target.starts_with('/') { format!("{origin}{target}") } else { target };
    }
    let refused = Browser::default().get(&url)?;
    ensure!(refused.status == 401, "{}: {}", refused.status, refused.text());
    Ok(())
}
