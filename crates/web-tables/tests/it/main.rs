//! The pages of an environment's definitions and rights in front of the rooms.
#![cfg(test)]

mod definitions;
mod place;
mod rights;
