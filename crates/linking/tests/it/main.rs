#![cfg(test)]
//! Links against a real environment and a real workspace: how they come to be, what they are, how they end.

mod crashes;
mod crm_trouble;
mod crm_views;
mod crms;
mod house;
mod life;
mod matrix;
mod odd;
mod outside;
mod rights;
mod rows;
mod teams;
mod trouble;
mod wizard;
