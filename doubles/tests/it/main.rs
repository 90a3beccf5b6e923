//! The stand-ins as published clients see them.
#![cfg(test)]

mod running;
mod salesforce;
