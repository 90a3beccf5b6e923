//! REST as its callers see it, without a socket.

mod house;
mod identity;
