//! The stand-ins as published clients see them.
#![cfg(test)]

mod dataverse;
mod running;
mod salesforce;
