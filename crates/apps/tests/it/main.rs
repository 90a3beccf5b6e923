//! Apps on either engine, as their callers see them.
#![cfg(test)]

extern crate liaison_apps as apps;

mod catalogue;
mod offers;
mod policies;
mod teams;
mod world;
