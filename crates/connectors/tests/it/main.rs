//! The room against a real database, real peers on loopback, and a real identity provider.
#![cfg(test)]

mod calls;
mod connections;
mod examples;
mod forgery;
mod house;
mod leavers;
mod life;
mod listing;
mod overviews;
mod policies;
mod references;
mod sign_in;
mod triggers;
mod upstream;
