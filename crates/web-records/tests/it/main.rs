#![cfg(test)]
//! The pages of records as a browser without script sees them.

mod lists;
mod pages;
mod record;
