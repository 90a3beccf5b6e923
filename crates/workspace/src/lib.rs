//! Teams, channels, messages, files and group mailboxes.
//!
//! One service, [`Workspace`], holds the rules; edges parse, call and render. Every method takes the
//! caller's [`kernel::Scope`] first and answers only what that caller may know: what one may not know of is
//! *not found*.
//!
//! A person's message is a row with its Markdown source. A webhook's message is a row that refers to the
//! event holding the body ([`posts::append`]); `cards` turns the body into a card and a text when it is
//! read. Both share one dense stream of positions a channel, which also counts replies, edits and
//! deletions: [`Item::position`] orders the list, [`Item::change`] the live feed ([`live::Subscription`]).
//!
//! ```ignore
//! let workspace = Arc::new(Workspace::new(db, clock, ids, FileStore::open(&folder)?, settings));
//! tracker.spawn(Arc::clone(&workspace).run(stop));
//! let page = workspace.messages(&scope, channel, Window::After(None), Limit::default()).await?;
//! let mut feed = workspace.subscribe(&scope, channel, last_event_id).await?;
//! while let Ok(items) = feed.next().await { … }
//! ```
//!
//! It is not a mail server, a file sync or a search engine.

pub mod access;
mod activity;
mod channels;
mod error;
pub mod files;
pub mod founding;
mod jobs;
pub mod live;
pub mod mail;
mod members;
mod messages;
mod model;
mod names;
mod people;
mod pictures;
pub mod posts;
mod retention;
mod search;
mod service;
mod settings;
mod tabs;
mod teams;
mod updates;

pub use access::{ChannelAccess, Rights, TeamAccess};
pub use activity::{ACTIVITY_TOPIC, Branch, Mention, Unread};
pub use error::{Error, Result};
pub use file_store::{FileStore, Sha256};
pub use files::{Download, FileItem, FileKind, FileVersion, FileView, OnConflict, Upload};
pub use mail::{Letter, Mail, MailView, NewMail};
pub use markdown;
pub use messages::{
    CARD_TOPIC, CardChanges, CardContent, CardStatus, Content, Item, MESSAGES_TOPIC, Origin,
    Sender, UNDO_TIME, Window,
};
pub use model::{
    Channel, ChannelChange, ChannelKind, Member, NewChannel, NewTeam, Role, Team, TeamChange,
    Visibility,
};
pub use pictures::{MAX_PICTURE_BYTES, Picture, Pictures};
pub use retention::Swept;
pub use search::Found;
pub use service::Workspace;
pub use settings::{MailSettings, RelaySecurity, Settings};
pub use tabs::{NewTab, Tab};
pub use teams::{ACCESS_TOPIC, GENERAL, TeamFilter};
pub use updates::{CardUpdate, NewCard, update_card};
