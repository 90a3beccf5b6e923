//! Actions over a real connector and a small API on this machine, on either engine.
#![cfg(test)]

extern crate liaison_actions as actions;

mod calls;
mod governance;
mod house;
mod life;
mod loads;
mod offers;
mod requests;
mod versions;
