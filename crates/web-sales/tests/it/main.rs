//! What makers do on the pages of the sales surfaces, with a partner on this machine.
#![cfg(test)]

mod house;
mod pages;
