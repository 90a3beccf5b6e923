//! The statements, run.
#![cfg(test)]
