//! The only OAuth client: sign-in of people at OpenID Connect providers, and tokens for connectors.
//!
//! People: [`Oidc::begin`] makes the address that the browser is sent to, with a [`Proof`] that is remembered until
//! it comes back; [`Oidc::finish`] redeems the code and checks the id token. Discovery documents and keys are
//! cached; a token signed by an unknown key makes the keys be fetched again, at most once in a cool-down. It knows
//! no users: what a proven [`Claims`] means is decided by `identity`.
//!
//! Agents: [`Oidc::check_access_token`] proves a token that a provider gave out for a resource of ours.
//!
//! Bots: [`BotTokens::check`] proves that a call to a bot comes from the Bot Connector.
//!
//! Connectors: [`OAuthSettings`] and [`ConnectionValues`] become an [`Application`]; [`Flows`] speaks every grant with
//! it: authorization code with PKCE, refresh, client credentials, on-behalf-of, token exchange. [`Tokens`] keeps what
//! was granted, with one exchange under way per key. It stores nothing: sealing a [`TokenSet`] is its owner's.
//!
//! What a token endpoint answers is bounded and checked before it is believed. Tokens are
//! [`kernel::Secret`]s, and a provider's words are freed of every secret that was sent to it, so that none of them
//! reaches a log.

mod access;
mod answer;
mod application;
mod authority;
mod bot;
mod built_in;
mod certificate;
mod discovery;
mod error;
mod flows;
mod keys;
mod placeholder;
mod settings;
mod sign_in;
mod template;
mod token;
mod tokens;
mod wire;

pub use access::Stated;
pub use answer::TokenSet;
pub use application::{Application, Grant};
pub use authority::is_same_authority;
pub use bot::{BotCall, BotTokens};
pub use certificate::Certificate;
pub use discovery::{Discovery, Issuer};
pub use error::{Error, Words};
pub use flows::{Callback, Exchange, Flows, Wishes};
pub use settings::{AdditionalParameter, ClientAuthentication, ConnectionValues, OAuthSettings};
pub use sign_in::{Arrived, Claims, Oidc, Proof, Provider};
pub use tokens::{TokenKey, Tokens};
