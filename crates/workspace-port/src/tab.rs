//! Tabs of channels.

use std::fmt;

use url::Url;

use crate::place::identifiers;

identifiers! {
    /// A tab, as its workspace names it.
    TabId,
}

/// A tab of ours in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// The identifier.
    pub id: TabId,
    /// The name that people see.
    pub name: String,
    /// What it shows, as the one who put it named it; unique in the channel.
    pub entity: String,
    /// The page inside.
    pub content: Url,
    /// Where people open the tab.
    pub address: Option<Url>,
}

/// A tab to put into a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTab {
    /// The name that people see, at most 128 characters.
    pub name: String,
    /// What it shows: a name of the caller's own, by which a second call finds the tab of the first.
    pub entity: String,
    /// The page inside.
    pub content: Url,
    /// The same outside of the workspace.
    pub website: Option<Url>,
}
