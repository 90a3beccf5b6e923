//! What a tenant says of its directory, and of our application there.

use std::net::IpAddr;

use event_log::Subject;
use graph::Organisation;
use jiff::Timestamp;
use kernel::{FieldError, Scope, Secret};
use oauth::Certificate;
use seal::Context;
use serde_json::{Value as Json, json};
use url::{Host, Url};
use uuid::Uuid;

use super::{MicrosoftTeams, audited, may_manage, store};
use crate::{Error, Result};

/// How our application proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    /// By a client secret.
    Secret,
    /// By a private key whose certificate the directory knows.
    Certificate,
}

impl Proof {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Certificate => "certificate",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Secret, Self::Certificate].into_iter().find(|one| one.as_str() == text)
    }
}

/// A cloud of the vendor: where Graph and the directory are. Which there are is common knowledge, not of our reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cloud {
    /// As texts name it.
    pub name: &'static str,
    /// The root of Graph with the version.
    pub graph: &'static str,
    /// The directory.
    pub login: &'static str,
}

impl Cloud {
    /// All of them; the first one is meant unless another is said.
    pub const ALL: [Self; 4] = [
        Self {
            name: "world",
            graph: "https://graph.microsoft.com/v1.0",
            login: "https://login.microsoftonline.com/",
        },
        Self {
            name: "us-l4",
            graph: "https://graph.microsoft.us/v1.0",
            login: "https://login.microsoftonline.us/",
        },
        Self {
            name: "us-l5",
            graph: "https://dod-graph.microsoft.us/v1.0",
            login: "https://login.microsoftonline.us/",
        },
        Self {
            name: "china",
            graph: "https://microsoftgraph.chinacloudapi.cn/v1.0",
            login: "https://login.partner.microsoftonline.cn/",
        },
    ];
}

/// What a tenant says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teams {
    /// The identifier; tokens are kept for it.
    pub id: Uuid,
    /// The directory (tenant) there.
    pub directory: Uuid,
    /// The application (client) there.
    pub client_id: Uuid,
    /// How it proves itself.
    pub proof: Proof,
    /// The root of Graph with the version.
    pub graph: Url,
    /// Where people sign in.
    pub login: Url,
    /// The identifier in the manifest of our app in the organisation's catalogue; without one tabs are those of websites.
    pub app: Option<Uuid>,
    /// Whether records are linked there.
    pub enabled: bool,
    /// How often it was changed.
    pub changes: i64,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Teams {
    /// The app whose tabs are ours; nobody's where there is none.
    pub(crate) fn app(&self) -> String {
        self.app.unwrap_or(Uuid::nil()).to_string()
    }
}

/// What is to be said.
#[derive(Debug, Clone, Default)]
pub struct NewTeams {
    /// The directory's identifier.
    pub directory: String,
    /// The application's identifier.
    pub client_id: String,
    /// Its secret, or a private key with its certificate, both PEM; what is kept stays when there is none.
    pub secret: Option<Secret<String>>,
    /// The root of Graph; empty is that of the vendor's cloud for all.
    pub graph: String,
    /// Where people sign in; empty is that of the vendor's cloud for all.
    pub login: String,
    /// The identifier of our app's manifest, or nothing.
    pub app: String,
    /// Whether records are linked there.
    pub enabled: bool,
}

/// The same, checked.
struct Fit {
    directory: Uuid,
    client_id: Uuid,
    secret: Option<Secret<String>>,
    graph: Url,
    login: Url,
    app: Option<Uuid>,
    enabled: bool,
}

impl NewTeams {
    fn check(self, opened: &dyn Fn(&Url) -> bool) -> Result<Fit> {
        let mut fields = Vec::new();
        let mut wrong = |pointer: &'static str, code: &'static str, detail: &str| {
            fields.push(FieldError::new(pointer, code, detail));
        };
        let id = |text: &str| Uuid::try_parse(text.trim()).ok().filter(|id| !id.is_nil());
        let (directory, client_id) = (id(&self.directory), id(&self.client_id));
        if directory.is_none() {
            wrong("/directory", "linking_teams.identifier", "the identifier of the directory");
        }
        if client_id.is_none() {
            wrong("/client_id", "linking_teams.identifier", "the identifier of the application");
        }
        let app = match self.app.trim() {
            "" => None,
            text => {
                let app = id(text);
                if app.is_none() {
                    wrong("/app", "linking_teams.identifier", "the identifier of the manifest");
                }
                app
            }
        };
        let secret = self.secret.filter(|secret| !secret.expose().trim().is_empty());
        if let Some(secret) = &secret {
            if secret.expose().len() > MAX_SECRET {
                wrong("/secret", "text.too_long", "it is too long");
            } else if secret.expose().contains("-----BEGIN")
                && Certificate::from_pem(secret, secret.expose()).is_err()
            {
                let detail = "a private key and its certificate, both PEM";
                wrong("/secret", "linking_teams.certificate", detail);
            }
        }
        let [usual, ..] = Cloud::ALL;
        let mut address = |pointer, text: &str, usual: &str, known: fn(&Cloud) -> &'static str| {
            let text = if text.trim().is_empty() { usual } else { text.trim() };
            let url = Url::parse(text).ok().filter(|url| text.len() <= 500 && is_plain(url));
            let fits = |url: &Url| {
                opened(url)
                    || Cloud::ALL.iter().any(|cloud| Url::parse(known(cloud)).as_ref() == Ok(url))
            };
            if url.as_ref().is_none_or(|url| !fits(url)) {
                let detail = "an address of the vendor's, or one that the operator opened";
                wrong(pointer, "linking_teams.address", detail);
            }
            url
        };
        let graph = address("/graph", &self.graph, usual.graph, |cloud| cloud.graph);
        let login = address("/login", &self.login, usual.login, |cloud| cloud.login);
        match (directory, client_id, graph, login) {
            (Some(directory), Some(client_id), Some(graph), Some(login)) if fields.is_empty() => {
                let enabled = self.enabled;
                Ok(Fit { directory, client_id, secret, graph, login, app, enabled })
            }
            _ => Err(Error::Invalid { fields }),
        }
    }
}

/// An address without anything but host, port and path.
fn is_plain(url: &Url) -> bool {
    url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

impl MicrosoftTeams {
    /// What the tenant says; nothing while it uses the hub's own workspace and never used another.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn settings(&self, scope: &Scope) -> Result<Option<Teams>> {
        may_manage(scope)?;
        Ok(self.current(scope).await?.map(|kept| kept.teams))
    }

    /// Whether it is in use, for everybody.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn is_in_use(&self, scope: &Scope) -> Result<bool> {
        scope.require(kernel::Permission::ProfileRead)?;
        Ok(self.in_use(scope).await?.is_some())
    }

    /// Says where the tenant's Teams are, and whether records are linked there. Links that are there stay where they are.
    ///
    /// With another directory or application everybody has to sign in anew.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Seal`], [`Error::Store`].
    pub async fn set(&self, scope: &Scope, new: NewTeams) -> Result<Teams> {
        may_manage(scope)?;
        let fit = new.check(&|url| self.is_opened(url))?;
        let before = self.current(scope).await?;
        let now = self.parts.clock.now();
        let id = before.as_ref().map_or_else(|| self.parts.ids.fresh(), |kept| kept.teams.id);
        let sealed =
            fit.secret.as_ref().map(|secret| self.sealed(scope, id, secret)).transpose()?;
        let proof = fit.secret.as_ref().map(|secret| {
            let is_certificate = Certificate::is_bundle(secret.expose());
            if is_certificate { Proof::Certificate } else { Proof::Secret }
        });
        let write = move |tx: &db::Tx<'_>| -> Result<store::Kept> {
            let there = store::teams(tx)?;
            let moved = there
                .as_ref()
                .is_some_and(|kept| kept.teams.graph != fit.graph || kept.teams.login != fit.login);
            // whoever could move the address could otherwise send a kept secret elsewhere
            if sealed.is_none() && (moved || there.is_none()) {
                let (code, detail) = if moved {
                    ("linking_teams.secret_again", "type the secret again")
                } else {
                    ("field.required", "it is needed")
                };
                return Err(Error::invalid("/secret", code, detail));
            }
            let old = there.as_ref().map(|kept| &kept.teams);
            let teams = Teams {
                id,
                directory: fit.directory,
                client_id: fit.client_id,
                proof: proof.or_else(|| old.map(|old| old.proof)).unwrap_or(Proof::Secret),
                graph: fit.graph.clone(),
                login: fit.login.clone(),
                app: fit.app,
                enabled: fit.enabled,
                changes: old.map_or(0, |old| old.changes + 1),
                created_at: old.map_or(now, |old| old.created_at),
                updated_at: now,
            };
            let another = old.is_some_and(|old| {
                moved || old.directory != teams.directory || old.client_id != teams.client_id
            });
            if another {
                store::forget_people(tx)?;
            }
            if another || !teams.enabled {
                store::forget_watches(tx)?;
            }
            let kept_seal = there.as_ref().map(|kept| kept.sealed.clone());
            let sealed = sealed.clone().or(kept_seal).unwrap_or_default();
            let (was, is) = (old.map(view), view(&teams));
            let kept = store::Kept { teams, sealed };
            store::put_teams(tx, &kept)?;
            let subject = Subject::new("linking_teams", id);
            audited(tx, ("linking.teams_set", subject), (was, Some(is)), now)?;
            Ok(kept)
        };
        let kept = self.parts.db.write(scope, write).await?;
        self.tokens.forget_connection(scope.tenant(), id);
        self.renewed.forget_connection(scope.tenant(), id);
        self.remember(scope.tenant(), Some(&kept));
        Ok(kept.teams)
    }

    /// Forgets the tenant's Teams: records are linked to the hub's own workspace again. Subscriptions there are given up
    /// where Graph answers; others end by themselves.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::TeamsNotSet`], [`Error::Store`].
    pub async fn remove(&self, scope: &Scope) -> Result<()> {
        may_manage(scope)?;
        let kept = self.current(scope).await?.ok_or(Error::TeamsNotSet)?;
        self.give_up(scope, &kept).await;
        let (id, was, now) = (kept.teams.id, view(&kept.teams), self.parts.clock.now());
        let write = move |tx: &db::Tx<'_>| -> Result<()> {
            store::delete_teams(tx)?;
            let subject = Subject::new("linking_teams", id);
            audited(tx, ("linking.teams_remove", subject), (Some(was.clone()), None), now)
        };
        self.parts.db.write(scope, write).await?;
        self.tokens.forget_connection(scope.tenant(), id);
        self.renewed.forget_connection(scope.tenant(), id);
        self.remember(scope.tenant(), None);
        Ok(())
    }

    /// Where Graph is to send what changed.
    pub(crate) fn notice_address(&self, scope: &Scope) -> Option<Url> {
        self.parts.public_url.join(&format!("graph/notices/{}", scope.tenant())).ok()
    }

    /// Whether an address is one that the operator opened on purpose.
    pub(crate) fn is_opened(&self, url: &Url) -> bool {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return false,
        };
        let (networks, port) =
            (&self.parts.networks, url.port_or_known_default().unwrap_or_default());
        matches!(url.scheme(), "https" | "http")
            && (networks.is_opened(address) || networks.is_opened_endpoint(address, port))
    }

    fn sealed(&self, scope: &Scope, id: Uuid, secret: &Secret<String>) -> Result<Vec<u8>> {
        let place = Context::new(COLUMN, scope.tenant(), id);
        Ok(self.parts.sealer.seal(&place, secret.expose().trim().as_bytes())?)
    }

    /// The organisation, with the secret of our application there.
    pub(crate) fn organisation(&self, scope: &Scope, kept: &store::Kept) -> Result<Organisation> {
        let own = &kept.teams;
        let place = Context::new(COLUMN, scope.tenant(), own.id);
        let plain = self.parts.sealer.open(&place, &kept.sealed)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_odd| seal::Error::Damaged)?;
        Ok(Organisation {
            tenant: scope.tenant(),
            connection: own.id,
            root: own.graph.clone(),
            login: own.login.clone(),
            directory: own.directory.to_string(),
            resource: own.graph.origin().ascii_serialization(),
            client_id: own.client_id.to_string(),
            client_secret: Secret::new(text.to_owned()),
        })
    }
}

fn view(teams: &Teams) -> Json {
    json!({
        "directory": teams.directory, "client_id": teams.client_id,
        "proof": teams.proof.as_str(), "graph": teams.graph, "login": teams.login,
        "app": teams.app, "enabled": teams.enabled,
    })
}

/// The sealed column.
const COLUMN: &str = "linking_teams.sealed";
/// Longer than any key of 8,192 bits with its certificate.
const MAX_SECRET: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn new(graph: &str, login: &str) -> NewTeams {
        NewTeams {
            directory: " 7b6d3c6e-2f0a-4c35-9d1e-5a8f0c4b1e22 ".to_owned(),
            client_id: "3f1c7a52-8f0e-4d7b-9a6e-0c2d5b7e4a10".to_owned(),
            secret: Some(Secret::new("s".to_owned())),
            graph: graph.to_owned(),
            login: login.to_owned(),
            ..NewTeams::default()
        }
    }

    #[test]
    fn secrets_go_to_the_vendor_or_where_the_operator_said() {
        let nowhere = |_: &Url| false;
        assert!(new("", "").check(&nowhere).is_ok());
        for cloud in Cloud::ALL {
            assert!(new(cloud.graph, cloud.login).check(&nowhere).is_ok(), "{}", cloud.name);
        }
        for evil in [
            "https://graph.microsoft.com.evil.example/v1.0",
            "http://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com:8443/v1.0",
            "https://user@graph.microsoft.com/v1.0",
            "https://graph.microsoft.com/beta",
            "https://graph.microsoft.com/v1.0?x=1",
            "http://169.254.169.254/",
            "graph",
        ] {
            assert!(new(evil, "").check(&nowhere).is_err(), "{evil}");
        }
        let here = |url: &Url| url.port() == Some(9000);
        assert!(new("http://127.0.0.1:9000/v1.0", "http://127.0.0.1:9000").check(&here).is_ok());
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let secret = Some(Secret::new("-----BEGIN PRIVATE KEY-----".to_owned()));
        let wrong = NewTeams { app: "x".to_owned(), secret, ..NewTeams::default() };
        let Err(Error::Invalid { fields }) = wrong.check(&|_| false) else { panic!("refused") };
        let pointers: Vec<_> = fields.iter().map(|field| field.pointer.as_ref()).collect();
        assert_eq!(pointers, ["/directory", "/client_id", "/app", "/secret"]);
    }
}
