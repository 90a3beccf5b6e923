//! Mails as they come: awkward, hostile, and those of a public parser's test data.
#![cfg(test)]

mod awkward;
mod corpus;
mod hostile;
