//! What every room of the hub stands on.

use std::sync::Arc;

use db::Db;
use egress::{Client, Networks};
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids};
use seal::Sealer;
use url::Url;

/// What every room stands on, each by the name that parts of rooms give it.
pub(super) struct Ground {
    /// Storage.
    pub(super) db: Db,
    /// The time.
    pub(super) clock: Arc<dyn Clock>,
    /// Identifiers.
    pub(super) ids: Ids,
    /// Seals secrets.
    pub(super) sealer: Sealer,
    /// Scopes of the hub's own work.
    pub(super) scopes: SystemScopes,
    /// People.
    pub(super) identity: Arc<Identity>,
    /// The only way out.
    pub(super) client: Client,
    /// Which addresses the operator opened.
    pub(super) networks: Networks,
    /// Where people open the hub's pages.
    pub(super) public_url: Url,
}

/// The parts of a room: what it takes of others by the same name, and then what is its own.
macro_rules! parts {
    ($of:ty, $($from:expr => [$($shared:ident),* $(,)?]),+ ; $($own:ident: $value:expr),* $(,)?) => {{
        type Made = $of;
        Made {
            $($($shared: Clone::clone(&$from.$shared),)*)+
            $($own: $value,)*
        }
    }};
}

pub(super) use parts;
