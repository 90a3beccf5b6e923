//! The room against a real database and an environment of the hub's own.
#![cfg(test)]

mod away;
mod elsewhere;
mod house;
mod keeping;
mod leading;
mod selling;
