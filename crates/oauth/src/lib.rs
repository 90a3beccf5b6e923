//! The only OAuth client: OpenID Connect sign-in by authorization code with PKCE.
//!
//! [`Oidc::begin`] makes the address that the browser is sent to, with a [`Proof`] that is remembered until it
//! comes back; [`Oidc::finish`] redeems the code and checks the id token. Discovery documents and keys are
//! cached; a token signed by an unknown key makes the keys be fetched again, at most once in a cool-down.
//!
//! It knows no users: what a proven [`Claims`] means is decided by `identity`.

mod discovery;
mod error;
mod keys;
mod sign_in;
mod token;

pub use discovery::{Discovery, Issuer};
pub use error::Error;
pub use sign_in::{Claims, Oidc, Proof, Provider};
