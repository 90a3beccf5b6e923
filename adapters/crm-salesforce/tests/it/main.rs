//! The adapter before the stand-in of Salesforce.
#![cfg(test)]

mod conformance;
mod feed;
mod hostile;
mod house;
mod limits;
mod lists;
mod people;
mod queries;
mod records;
mod rights;
mod soql;
