//! Where the records of environments lie: the registry of environments' insides, the physical tables, and the rows that
//! every environment begins with.
//!
//! Synchronous functions over a transaction, without rights and without rules for callers; `records` stands on it and
//! has both. No column says whose tenant a row is: the number in the name of a table is only found through the
//! tenant's own row of the registry.
//!
//! ```ignore
//! while db.append(scope, environment.uuid(), move |tx| provision::advance(tx, &wanted, now)).await? {}
//! let registered = registry::draw(tx, environment, 1)?;        // locks the environment, and gives a number
//! let row = rows::load(tx, &model, registered.number, &table, id)?;
//! ```

pub mod alter;
pub mod cells;
pub mod changes;
pub mod copy;
pub mod currencies;
pub mod ddl;
pub mod definitions;
pub mod form;
pub mod index;
pub mod names;
pub mod people;
pub mod provision;
pub mod registry;
pub mod rows;
pub mod words;
