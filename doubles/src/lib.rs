//! Stand-ins for services outside, for tests.
//!
//! A [`Receiver`] is a real HTTP server on loopback with any number of [`Place`]s: incoming webhooks of chat
//! services and plain endpoints. Each place judges a request by the rules that its service publishes, answers a
//! wrong one with that service's error, keeps what it took in the order in which it came, and has faults when it
//! is told to: statuses, `Retry-After`, answers that never come, connections that break before and after
//! the message was taken.
//!
//! It uses threads and nothing of the product: what passes here was judged from outside, and the measures that
//! use it pay little for it.
//!
//! ```
//! # use doubles::{Receiver, Vendor};
//! let receiver = Receiver::start().unwrap();
//! let place = receiver.place(Vendor::Slack);
//! assert!(place.url().starts_with("http://127.0.0.1:"));
//! assert!(place.taken().is_empty());
//! ```

mod fault;
mod place;
mod request;
mod server;
mod smtp;
mod vendors;

pub use fault::{Fault, Plan};
pub use place::{Digest, Place, Refusal, Taken};
pub use request::Request;
pub use server::Receiver;
pub use smtp::{Mail, MailServer};
pub use vendors::{Answer, Vendor};
