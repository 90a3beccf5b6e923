//! REST as its callers see it, without a socket.
#![cfg(test)]

mod actions;
mod api_connectors;
mod apps;
mod house;
mod identity;
mod sales;
mod streams;
mod webhooks;
