//! The workspace on either engine, as its callers see it.

mod channels;
mod live;
mod messages;
mod teams;
mod world;
