#![cfg(test)]
//! Files of rows against a real environment: what comes in, what goes out, what happens when it is cut off.

mod exports;
mod house;
mod imports;
