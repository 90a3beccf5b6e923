//! REST as its callers see it, without a socket.
#![cfg(test)]

mod actions;
mod apps;
mod house;
mod identity;
mod sales;
mod streams;
mod webhooks;
