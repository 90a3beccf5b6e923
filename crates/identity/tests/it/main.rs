//! The service as its callers see it, on either engine.
#![cfg(test)]

mod at_resource;
mod audit;
mod authenticate;
mod authenticator;
mod delegation;
mod directory;
mod environments;
mod external;
mod factors;
mod first_run;
mod frames;
mod house;
mod issuer;
mod passkeys;
mod presence;
mod provider;
mod sealing;
mod sign_in;
mod tenants;
mod tokens;
mod users;
