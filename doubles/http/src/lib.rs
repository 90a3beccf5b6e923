//! The HTTP/1.1 server under the stand-ins.
//!
//! A thread for each connection, keep-alive, bodies with a length and chunked ones, `Expect: 100-continue`, TLS
//! with a local authority. It knows nothing of what it serves: a handler makes a [`Response`] of a [`Request`].
//!
//! ```
//! # use doubles_http::{Response, Server};
//! let server = Server::start(([127, 0, 0, 1], 0).into(), None, |request| {
//!     Response::text(200, &format!("you asked for {}", request.path))
//! })
//! .unwrap();
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! ```

mod request;
mod response;
mod server;
mod text;
mod tls;

pub use request::Request;
pub use response::Response;
pub use server::Server;
pub use text::{decode, encode, pairs};
pub use tls::{Authority, Tls};
