//! What the demo's `demo.json` and the message list hold, as the fixed interfaces say.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// `demo.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Demo {
    /// Where the server answers.
    pub base_url: String,
    /// A global administrator.
    pub admin: Account,
    /// A seller.
    pub seller: Account,
    /// The tenant.
    pub tenant: String,
    /// At least four incoming webhooks.
    pub webhooks: Vec<Webhook>,
}

/// An account of the demo.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct Account {
    /// Signs in with this name.
    pub user: String,
    /// And this password.
    pub password: String,
    /// Or presents this API token.
    pub token: String,
}

/// An incoming webhook of the demo.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct Webhook {
    /// Name of its team.
    pub team: String,
    /// Name of its channel.
    pub channel: String,
    /// Id of its channel.
    pub channel_id: String,
    /// The `/webhookb2/` address.
    pub url: String,
    /// The Workflows address.
    pub workflows_url: String,
}

/// One page of the message list.
#[derive(Debug, Clone, Deserialize)]
pub struct Page {
    /// Oldest first.
    pub items: Vec<Item>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// One message.
#[derive(Debug, Clone, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// When it was posted.
    pub created_at: String,
    /// The webhook it came through.
    pub webhook_id: Option<String>,
    /// The Adaptive Card as shown.
    pub card: Option<serde_json::Value>,
    /// Its text.
    pub text: String,
    /// As received.
    pub source: Option<serde_json::Value>,
}

impl Demo {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is missing or does not have the agreed shape.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("demo.json");
        let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("reading {}", path.display()))
    }

    /// The webhook at that place.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn webhook(&self, index: usize) -> Result<&Webhook> {
        self.webhooks.get(index).with_context(|| format!("the demo has no webhook {index}"))
    }
}

impl Webhook {
    /// Path and query of the `/webhookb2/` address.
    ///
    /// # Errors
    /// When the address is no absolute one.
    pub fn path(&self) -> Result<String> {
        path_of(&self.url)
    }

    /// Path and query of the Workflows address.
    ///
    /// # Errors
    /// When the address is no absolute one.
    pub fn workflows_path(&self) -> Result<String> {
        path_of(&self.workflows_url)
    }
}

fn path_of(url: &str) -> Result<String> {
    let (_, rest) = url.split_once("://").with_context(|| format!("no absolute address: {url}"))?;
    let at = rest.find('/').with_context(|| format!("no path in {url}"))?;
    Ok(rest.split_at(at).1.to_owned())
}
