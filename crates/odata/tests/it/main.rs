//! What needs more than one part of the language.
#![cfg(test)]

mod clients;
mod corpus;
mod hostile;
mod render;
mod seeds;
