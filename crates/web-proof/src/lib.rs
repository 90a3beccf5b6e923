//! What tests of pages share: a frame at a fixed moment, snapshots of every sample in both languages, and a house of
//! rooms with a browser without script in front of it. Never shipped.
//!
//! ```ignore
//! web_proof::show("apps", |frame| vec![("empty", List::new(frame.clone(), vec![]))]);   // a unit test
//!
//! let house = House::new(vec![liaison_web_connectors::routes()]).await;                 // tests/it
//! let ada = house.browser("ada", &[Role::TeamsAdministrator]).await;
//! let page = house.get(&ada, "/apps").await;
//! ```
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "never shipped: what fails here fails a test"
)]

mod house;
mod pages;

pub use house::{Browser, House, Page};
pub use pages::{ada, compare, frame, show};
