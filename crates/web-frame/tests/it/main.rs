//! The frame as a browser gets it.
#![cfg(test)]

mod pages;
