//! The pages of records in front of the rooms.
#![cfg(test)]

mod pages;
