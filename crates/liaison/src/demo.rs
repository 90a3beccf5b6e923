//! `serve --demo`: a hub to try, made through the same services as a person's.
//!
//! Everything is found or made, step by step, so that a start after a crash in the middle completes what is
//! missing. `demo.json` in the data folder holds what scripts need; it is written whole, last, before the
//! hub takes traffic. A folder that holds it already gets nothing new.

mod business;
mod content;
mod day;
mod people;
mod records;
pub(crate) mod upstream;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use identity::tenants::Tenant;
use kernel::{Language, Scope};
use serde::{Deserialize, Serialize};
use url::Url;

use self::business::Business;
use crate::{
    exit::{Exit, Failure, Result},
    hub::Hub,
    storage,
};

/// What scripts need to use the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Demo {
    pub(crate) base_url: String,
    /// Global administrator.
    pub(crate) admin: Account,
    /// Works in teams, administers nothing.
    pub(crate) seller: Account,
    /// Identifier of the tenant.
    pub(crate) tenant: String,
    pub(crate) webhooks: Vec<Webhook>,
    /// Where agents call; empty in a folder of an earlier version.
    #[serde(default)]
    pub(crate) mcp_url: String,
    /// The business API of the demo; none in a folder of an earlier version.
    #[serde(default)]
    pub(crate) upstream: Option<Business>,
    /// Where the records of the sales environment are: `{environment_url}/api/data/v9.2/` is the root of the Dataverse
    /// Web API. Empty in a folder of an earlier version.
    #[serde(default)]
    pub(crate) environment_url: String,
    /// Somebody who may not create accounts there; none in a folder of an earlier version.
    #[serde(default)]
    pub(crate) limited: Option<records::Limited>,
}

/// Somebody to sign in as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) token: String,
}

/// An incoming webhook of the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub(crate) team: String,
    pub(crate) channel: String,
    pub(crate) channel_id: String,
    pub(crate) url: String,
    pub(crate) workflows_url: String,
}

impl Demo {
    /// Reads the file of a data folder, if it is there.
    pub(crate) fn read(data: &Path) -> Result<Option<Self>> {
        let path = file(data);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                Failure::new(Exit::Config, format!("{}: {error}", path.display()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::new(Exit::Config, format!("{}: {error}", path.display()))),
        }
    }

    fn write(&self, data: &Path) -> Result {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| Failure::plain(&error))?;
        bytes.push(b'\n');
        storage::write_private(&file(data), &bytes)
    }

    /// The same at another address: links follow, their secrets stay.
    fn at(mut self, base: &str) -> Self {
        let old = std::mem::replace(&mut self.base_url, base.to_owned());
        self.mcp_url = format!("{base}{MCP}");
        if let Some(path) = self.environment_url.strip_prefix(&old) {
            self.environment_url = format!("{base}{path}");
        }
        if let Some(upstream) = &mut self.upstream
            && let Some(path) = upstream.invoke_url.strip_prefix(&old)
        {
            upstream.invoke_url = format!("{base}{path}");
        }
        for webhook in &mut self.webhooks {
            for url in [&mut webhook.url, &mut webhook.workflows_url] {
                if let Some(path) = url.strip_prefix(&old) {
                    *url = format!("{base}{path}");
                }
            }
        }
        self
    }
}

/// Makes sure that the demo is there.
pub(crate) async fn prepare(
    hub: &Hub,
    data: &Path,
    base: &Url,
    upstream: std::net::SocketAddr,
) -> Result {
    let base = base.as_str().trim_end_matches('/');
    if let Some(demo) = Demo::read(data)? {
        let first = first_tenant_id(&hub.tenants().await?);
        if demo.tenant.parse() == Ok(first) {
            let moved = demo.clone().at(base);
            return if moved == demo { Ok(()) } else { moved.write(data) };
        }
        let text = format!("{} belongs to other data: remove it", file(data).display());
        return Err(Failure::new(Exit::Config, text));
    }
    if let Some(tenant) = hub.tenants().await?.first()
        && !hub.identity.needs_first_run(tenant.id).await?
        && !people::began(hub, tenant).await?
    {
        let text =
            format!("{} holds data already: give the demo a folder of its own", data.display());
        return Err(Failure::new(Exit::Refused, text));
    }
    let tenant = hub.scopes.ensure_first_tenant(ORGANISATION, Language::En).await?;
    let (admin, seller, limited) = people::accounts(hub, &tenant).await?;
    let webhooks = content::fill(hub, &tenant, &admin, &seller, base).await?;
    let business = business::prepare(hub, &tenant, &admin.scope, (upstream, base)).await?;
    let limited = records::prepare(hub, &tenant, (&admin, &seller, limited)).await?;
    day::prepare(hub, &tenant, (&admin, &seller)).await?;
    let demo = Demo {
        environment_url: records::address(base),
        limited: Some(limited),
        mcp_url: format!("{base}{MCP}"),
        upstream: Some(business),
        base_url: base.to_owned(),
        admin: admin.account,
        seller: seller.account,
        tenant: tenant.id.to_string(),
        webhooks,
    };
    demo.write(data)
}

fn first_tenant_id(tenants: &[Tenant]) -> kernel::TenantId {
    tenants.first().map_or_else(|| uuid::Uuid::nil().into(), |tenant| tenant.id)
}

fn file(data: &Path) -> PathBuf {
    data.join("demo.json")
}

/// A person of the demo who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    pub(crate) scope: Scope,
}

/// The path of agents.
const MCP: &str = "/mcp";

/// The organisation of the demo; invented.
const ORGANISATION: &str = "Alpenglow Outdoor";

#[cfg(test)]
mod tests;
