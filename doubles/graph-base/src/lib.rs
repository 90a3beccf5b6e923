//! What the stand-in for Graph is written with: rows as JSON, queries on them, requests and refusals, signed tokens,
//! instants. It knows no surface of Graph.

pub mod clock;
pub mod der;
mod filter;
pub mod hash;
pub mod html;
pub mod outside;
pub mod query;
mod row;
pub mod token;
pub mod value;
pub mod wire;

pub use row::Row;
