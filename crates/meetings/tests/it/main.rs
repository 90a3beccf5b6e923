//! Meetings of sellers on a real store.
#![cfg(test)]

mod heeded;
mod house;
mod outside;
mod personal;
mod recaps;
mod reminding;
mod selling;
