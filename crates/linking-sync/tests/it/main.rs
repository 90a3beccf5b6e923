//! Members, life and notes of links, against real databases and the hub's own workspace.
#![cfg(test)]

mod crms;
mod house;
mod life;
mod members;
mod notes;
mod outside;
mod outside_life;
mod surface;
mod teams;
