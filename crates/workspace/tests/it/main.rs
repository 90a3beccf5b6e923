//! The workspace on either engine, as its callers see it.
#![cfg(test)]

extern crate liaison_workspace as workspace;

mod channels;
mod files;
mod live;
mod mail;
mod messages;
mod relay;
mod retention;
mod teams;
mod world;
