//! Packages against the published schema's verdicts, broken ones of every kind, hostile archives and
//! chance.
#![cfg(test)]

extern crate liaison_app_packages as app_packages;

mod archives;
mod broken;
mod corpora;
mod fixtures;
mod pictures;
mod properties;
mod sample;
mod seeds;
mod texts;
mod writers;
