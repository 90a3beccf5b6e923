//! The adapter.
#![cfg(test)]
