//! Every table of the product that names a person, and those that only look so.
//!
//! Whoever makes a table with such a column adds it here, with what becomes of it. Texts of addresses and names of people
//! outside the organisation stand in rows of the person who kept them.

mod account;
mod selling;
mod work;

use std::sync::LazyLock;

use crate::Table;

/// Every table that names a person.
pub static TABLES: LazyLock<Vec<Table>> =
    LazyLock::new(|| [account::TABLES, work::TABLES, selling::TABLES].concat());

/// Tables with a column that looks like a person's, and why they hold none.
pub const EXCUSED: &[(&str, &str)] = &[
    ("connector_switches", "the subject is a team"),
    ("api_connector_uses", "the subject is an action, a trigger or an example"),
    ("linking_walks", "the holder is a node of the hub"),
    ("deployment_settings", "groups of sellers, no person"),
    ("crm_systems", "the authority is a place of sign-in"),
];
