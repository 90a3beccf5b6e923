//! The edge as clients meet it: both generations, hostile input, authorization, and the published suite.
#![cfg(test)]

mod authorization;
mod conformance;
mod diagnostic;
mod handshake;
mod hostile;
mod house;
mod stateless;
mod streams;
