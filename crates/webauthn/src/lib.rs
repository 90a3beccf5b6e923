//! Web Authentication level 3: what authenticators and browsers say of passkeys, read with bounds and verified.
//!
//! [`Site`] is the relying party. It makes the options of both ceremonies and judges their answers: a
//! [`Registration`] gives the key that was [`Made`], an [`Assertion`] is held against the [`Key`] that is kept.
//!
//! The verification is our own, over `aws-lc-rs` and a bounded reader of CBOR: the known library for it
//! stands on OpenSSL, and the hub has one provider of cryptography. Attestation is neither asked for nor
//! judged (§5.4.7 `none`): any authenticator of the person's choice will do, as long as it verifies the person.
//!
//! Not here: who a passkey belongs to, challenges, counters that are kept (`identity`).

mod cose;
mod data;
mod verify;

pub use data::{Assertion, AssertionResponse, Made, Registration, RegistrationResponse};
pub use verify::{Key, Person, Rejected, Site};
