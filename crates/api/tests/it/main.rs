//! REST as its callers see it, without a socket.
#![cfg(test)]

mod house;
mod identity;
mod streams;
mod webhooks;
