//! The adapter against a real server, and against servers that lie.
#![cfg(test)]

mod dovecot;
mod lies;
