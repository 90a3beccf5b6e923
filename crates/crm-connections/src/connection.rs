//! What a seller is connected to.

use std::str::FromStr;

use jiff::Timestamp;
use kernel::UserId;
use url::Url;
use uuid::Uuid;

use crate::{Blocked, CrmSystem};

/// How a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It can be used.
    Connected,
    /// The CRM no longer renews the sign-in: "Connection lost".
    Lost,
    /// A data policy took it out of use; it needs a new sign-in even when the policy no longer does.
    Disabled,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Connected, Self::Lost, Self::Disabled];

    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Lost => "lost",
            Self::Disabled => "disabled",
        }
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// A seller's connection to one CRM; tokens are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The identifier.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// To which CRM.
    pub system: Uuid,
    /// Whether features use it; at most one of a person's.
    pub chosen: bool,
    /// How it is.
    pub state: State,
    /// Why it is not connected, as a code.
    pub reason: Option<String>,
    /// Where the seller's data is.
    pub instance: Option<Url>,
    /// The organisation there.
    pub organisation: Option<String>,
    /// Who the seller is there.
    pub account: Option<String>,
    /// The name by which the seller signs in there.
    pub account_name: Option<String>,
    /// How often it was changed.
    pub changes: i64,
    /// Since when it is connected.
    pub connected_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A CRM as a seller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The CRM.
    pub system: CrmSystem,
    /// The seller's connection to it; an environment of the hub's own needs none.
    pub connection: Option<Connection>,
    /// Whether features use it.
    pub chosen: bool,
    /// What stands in the way of a sign-in.
    pub blocked: Option<Blocked>,
}
