//! The pages of records in channels as a browser without script sees them.
#![cfg(test)]

mod collaborate;
mod guide;
mod in_step;
mod outside;
mod tab;
