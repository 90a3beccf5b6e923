//! The workspace on either engine, as its callers see it.

extern crate liaison_workspace as workspace;

mod channels;
mod live;
mod messages;
mod teams;
mod world;
