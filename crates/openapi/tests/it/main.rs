//! The language against published packages, broken texts, hostile ones and chance.
#![cfg(test)]

mod corpora;
mod findings;
mod hostile;
mod importing;
mod model;
mod open_api_3;
mod properties;
mod published;
mod reading;
mod seeds;
mod texts;
