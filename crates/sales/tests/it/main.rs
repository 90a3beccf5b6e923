//! Sales surfaces as a whole.
#![cfg(test)]
