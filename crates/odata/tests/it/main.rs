//! What needs more than one part of the language.
#![cfg(test)]

mod corpus;
mod render;
