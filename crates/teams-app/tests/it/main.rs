//! The app inside Teams, with an organisation of Salesforce and a Bot Connector of our own.
#![cfg(test)]

mod bot;
mod connector;
mod house;
mod invokes;
mod notes;
mod people;
mod speaking;
