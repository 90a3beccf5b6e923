//! What only a comparison of the engines can show.
#![cfg(test)]

mod schema;
