//! Sales surfaces as a whole: against an API that answers what a test tells it to.
#![cfg(test)]

mod diagnostics;
mod hostile;
mod house;
mod show;
