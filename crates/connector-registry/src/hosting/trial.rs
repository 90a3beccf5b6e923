//! Which way a configuration page can be shown: registration tries both.

use http::{HeaderMap, header};
use kernel::{Coded as _, ConnectorId, Scope};
use serde::Serialize;
use url::Url;

use super::{Hosting, admits};
use crate::{Error, Registrations, Result, Way};

/// What a trial found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// The way that is used.
    pub way: Way,
    /// Whether a page can be shown at all now.
    pub works: bool,
    /// What speaks against the way through the hub; empty when nothing does.
    pub proxy: Vec<Finding>,
    /// What speaks against the direct way.
    pub direct: Vec<Finding>,
}

/// One reason, as a code; `hosting.<code>` says it in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable: `page-unreachable`, `page-status`, `page-kind`, `frame-policy`, `origin-unlisted`, `base-missing`,
    /// `name-missing`, `certificate-missing`, `insecure-page`.
    pub code: &'static str,
    /// The name, status or code that the sentence speaks of.
    pub subject: String,
}

impl Finding {
    fn new(code: &'static str, subject: impl Into<String>) -> Self {
        Self { code, subject: subject.into() }
    }
}

impl Hosting {
    /// Tries both ways with a registered connector, and keeps the one that is used.
    ///
    /// # Errors
    /// As [`Registrations::connector`]; [`Error::NoPage`] where only an app's manifest names the page.
    pub async fn try_ways(
        &self,
        registrations: &Registrations,
        scope: &Scope,
        id: ConnectorId,
    ) -> Result<Trial> {
        let connector = registrations.connector(scope, id).await?;
        let page = connector.configuration_url.ok_or(Error::NoPage { connector: id })?;
        let trial = self.trial(&page).await;
        if trial.way != connector.way {
            registrations.set_way(scope, id, trial.way).await?;
        }
        Ok(trial)
    }

    /// Fetches the page as the proxy would, reads its frame policy, looks for the hub's origin in it and in its own
    /// scripts, and checks that the connector's origin can be reached.
    ///
    /// The direct way is taken only where the page names the hub: a page that merely lets itself be framed would
    /// not believe what the hub says to it.
    pub async fn trial(&self, page: &Url) -> Trial {
        let hub = self.public_url.origin().ascii_serialization();
        let mut proxy = self.origin_findings().await;
        let mut direct = Vec::new();
        let request =
            egress::Request { max_bytes: Some(PAGE_BYTES), ..egress::Request::get(page.clone()) };
        match self.client.fetch(request).await {
            Err(error) => {
                let finding = Finding::new("page-unreachable", error.code().name());
                proxy.push(finding.clone());
                direct.push(finding);
            }
            Ok(answer) if !answer.status.is_success() => {
                let finding = Finding::new("page-status", answer.status.as_u16().to_string());
                proxy.push(finding.clone());
                direct.push(finding);
            }
            Ok(answer) if !is_html(&answer.headers) => {
                let finding = Finding::new("page-kind", content_type(&answer.headers));
                proxy.push(finding.clone());
                direct.push(finding);
            }
            Ok(answer) => {
                let text = String::from_utf8_lossy(&answer.body);
                direct
                    .extend(self.direct_findings(&answer.headers, &answer.url, &text, &hub).await);
            }
        }
        let way = if direct.is_empty() { Way::Direct } else { Way::Proxy };
        let works = match way {
            Way::Direct => true,
            Way::Proxy => proxy.is_empty(),
        };
        Trial { way, works, proxy, direct }
    }

    async fn direct_findings(
        &self,
        headers: &HeaderMap,
        page: &Url,
        text: &str,
        hub: &str,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.public_url.scheme() == "https" && page.scheme() != "https" {
            findings.push(Finding::new("insecure-page", hub));
        }
        let policies: Vec<String> = headers
            .get_all(header::CONTENT_SECURITY_POLICY)
            .iter()
            .filter_map(|value| value.to_str().ok().map(str::to_owned))
            .collect();
        let options = headers.get(header::X_FRAME_OPTIONS).and_then(|value| value.to_str().ok());
        if !admits(&policies, options, &self.public_url) {
            findings.push(Finding::new("frame-policy", hub));
        } else if !text.contains(hub) && !self.scripts_name(page, text, hub).await {
            findings.push(Finding::new("origin-unlisted", hub));
        }
        findings
    }

    /// Whether one of the page's own scripts names the hub's origin.
    async fn scripts_name(&self, page: &Url, text: &str, hub: &str) -> bool {
        let own = scripts(text).filter_map(|src| page.join(src).ok());
        for script in own.filter(|url| url.origin() == page.origin()).take(SCRIPTS) {
            let request =
                egress::Request { max_bytes: Some(PAGE_BYTES), ..egress::Request::get(script) };
            let answer = self.client.fetch(request).await;
            if answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.body).contains(hub)) {
                return true;
            }
        }
        false
    }

    /// What is missing for origins of connectors: the setting, the DNS name, the certificate.
    async fn origin_findings(&self) -> Vec<Finding> {
        let Some(base) = &self.base else { return vec![Finding::new("base-missing", "apps_base")] };
        let wanted = format!("*.{}", base.name());
        // browsers find every name under localhost on the machine itself (RFC 6761 §6.3), resolvers often do not
        if base.name() == "localhost" || base.name().ends_with(".localhost") {
            return Vec::new();
        }
        let probe = format!("liaison-check.{}", base.name());
        let found = tokio::net::lookup_host((probe.as_str(), 443)).await;
        if !found.is_ok_and(|mut addresses| addresses.next().is_some()) {
            return vec![Finding::new("name-missing", wanted)];
        }
        if self.public_url.scheme() != "https" {
            return Vec::new();
        }
        let port = self.public_url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let Ok(url) = format!("https://{probe}{port}/_liaison/alive").parse::<Url>() else {
            return Vec::new();
        };
        match self.client.fetch(egress::Request::get(url)).await {
            // an inner address is not for this client to reach: nothing is known, nothing is claimed
            Ok(_) | Err(egress::Error::Network { .. } | egress::Error::Refused { .. }) => {
                Vec::new()
            }
            Err(_) => vec![Finding::new("certificate-missing", wanted)],
        }
    }
}

fn is_html(headers: &HeaderMap) -> bool {
    content_type(headers).contains("html")
}

fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The addresses of a page's scripts.
fn scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let tag = rest.split('>').next()?;
        let (_, src) = tag.split_once("src=")?;
        let quote = src.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        src.split(quote).nth(1)
    })
}

/// A page or a script of a page that is read in a trial.
const PAGE_BYTES: usize = 4 << 20;

/// How many of a page's scripts are read.
const SCRIPTS: usize = 8;

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;
    use crate::hosting::tests::hosting;

    /// Answers every request with the same page, and `/app.js` with a script.
    async fn page(headers: &'static str, body: &'static str, script: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serve = async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).await.unwrap_or(0);
                let is_script = String::from_utf8_lossy(&buffer[..read]).starts_with("GET /app.js");
                let body = if is_script { script } else { body };
                let answer = format!(
                    "HTTP/1.1 {headers}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(answer.as_bytes()).await.ok();
            }
        };
        #[expect(clippy::disallowed_methods, reason = "a server of the test")]
        tokio::spawn(serve);
        address
    }

    async fn tried(headers: &'static str, body: &'static str, script: &'static str) -> Trial {
        let address = page(headers, body, script).await;
        let (hosting, _) = hosting("http://127.0.0.1:8080", None);
        hosting.trial(&format!("http://{address}/config").parse().unwrap()).await
    }

    fn codes(findings: &[Finding]) -> Vec<&'static str> {
        findings.iter().map(|finding| finding.code).collect()
    }

    #[tokio::test]
    async fn a_page_as_its_author_wrote_it_goes_through_the_hub() {
        let trial = tried("200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: frame-ancestors https://teams.microsoft.com", "<p>", "").await;
        assert_eq!((trial.way, trial.works), (Way::Proxy, true));
        assert_eq!(codes(&trial.proxy), Vec::<&str>::new());
        assert_eq!(codes(&trial.direct), ["frame-policy"]);
        let trial =
            tried("200 OK\r\nContent-Type: text/html", "<script src=\"/app.js\"></script>", "x")
                .await;
        assert_eq!(codes(&trial.direct), ["origin-unlisted"]);
    }

    #[tokio::test]
    async fn a_page_that_names_the_hub_is_shown_as_it_stands() {
        let trial = tried(
            "200 OK\r\nContent-Type: text/html",
            "<script src='app.js'></script>",
            "initialize(['http://127.0.0.1:8080'])",
        )
        .await;
        assert_eq!((trial.way, trial.works), (Way::Direct, true));
    }

    #[tokio::test]
    async fn what_is_no_page_works_neither_way() {
        let trial = tried("404 Not Found\r\nContent-Type: text/html", "", "").await;
        assert_eq!((trial.works, codes(&trial.proxy)), (false, vec!["page-status"]));
        let trial = tried("200 OK\r\nContent-Type: image/png", "", "").await;
        assert_eq!((trial.works, codes(&trial.proxy)), (false, vec!["page-kind"]));
        let (hosting, _) = hosting("http://127.0.0.1:8080", None);
        let trial = hosting.trial(&"http://10.1.2.3/".parse().unwrap()).await;
        assert_eq!(trial.proxy, [Finding::new("page-unreachable", "outbound.network")]);
    }

    #[tokio::test]
    async fn a_hub_known_by_address_is_told_which_setting_is_missing() {
        let (by_address, _) = hosting("http://10.0.0.4:8080", None);
        assert_eq!(codes(&by_address.origin_findings().await), ["base-missing"]);
        let (named, _) = hosting("https://hub.invalid", None);
        assert_eq!(
            named.origin_findings().await,
            [Finding::new("name-missing", "*.apps.hub.invalid")]
        );
    }
}
