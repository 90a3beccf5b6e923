//! Members, life and notes of links, against real databases and the hub's own workspace.
#![cfg(test)]

mod house;
mod life;
mod members;
mod notes;
mod surface;
mod teams;
