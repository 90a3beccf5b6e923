//! Persons: who they are, and what state their account is in.

use std::str::FromStr;

use jiff::Timestamp;
use kernel::{Language, Secret, UserId};
use serde::{Deserialize, Serialize};

use crate::roles::Role;

mod change;
mod guard;
mod list;
pub(crate) mod store;

pub(crate) use change::{insert, view};
pub(crate) use guard::{guard_rank, is_last, keep_an_administrator, known};
pub use list::{is_active, is_gone, named, people, search};

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserState {
    /// May sign in.
    Active,
    /// Locked by an administrator, until one unlocks it.
    Locked,
    /// Does not work here for now or any more; keeps name and content.
    Disabled,
    /// Removed; only the name remains, for what the person wrote.
    Deleted,
}

impl UserState {
    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for UserState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Active, Self::Locked, Self::Disabled, Self::Deleted];
        all.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// The colours of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Theme {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|t| t.as_str() == text).ok_or(())
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The identifier.
    pub id: UserId,
    /// The name to sign in with.
    pub user_name: String,
    /// The name that others see.
    pub display_name: String,
    /// Mail addresses, the main one first.
    pub addresses: Vec<String>,
    /// The language of the person's choice; `None` follows the browser.
    pub language: Option<Language>,
    /// A name of the time zone database.
    pub time_zone: String,
    /// The colours of the person's choice.
    pub theme: Theme,
    /// The state of the account.
    pub state: UserState,
    /// Tenant-wide roles of one's own.
    pub roles: Vec<Role>,
    /// Tenant-wide roles that groups give; may repeat the own ones.
    pub group_roles: Vec<Role>,
    /// Whether the account has a password here.
    pub has_password: bool,
    /// When the person last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A person to make.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The name to sign in with.
    pub user_name: String,
    /// The name that others see.
    pub display_name: String,
    /// Mail addresses, the main one first.
    pub addresses: Vec<String>,
    /// The language; `None` follows the browser.
    pub language: Option<Language>,
    /// A name of the time zone database; `None` is UTC.
    pub time_zone: Option<String>,
    /// The password; without one the account is set up by a link or signs in with a provider.
    pub password: Option<Secret<String>>,
    /// Tenant-wide roles.
    pub roles: Vec<Role>,
}

/// What to change of a person; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct UserPatch {
    /// The name to sign in with; for administrators.
    pub user_name: Option<String>,
    /// The name that others see.
    pub display_name: Option<String>,
    /// Mail addresses, the main one first; for administrators.
    pub addresses: Option<Vec<String>>,
    /// The language; `Some(None)` follows the browser.
    pub language: Option<Option<Language>>,
    /// A name of the time zone database.
    pub time_zone: Option<String>,
    /// The colours.
    pub theme: Option<Theme>,
}

/// Which users are asked for.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Part of the user name, the display name or an address.
    pub search: Option<String>,
    /// Only this state; otherwise all but the deleted.
    pub state: Option<UserState>,
    /// Only who has this role, alone or through a group.
    pub role: Option<Role>,
}

/// As much of a person as lists need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The identifier.
    pub id: UserId,
    /// The name that others see; kept after deletion.
    pub display_name: String,
    /// The main mail address.
    pub address: Option<String>,
}

/// The topic of notices about persons; the stream is the person.
pub const TOPIC: &str = "users";
