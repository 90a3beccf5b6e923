//! Metadata documents of the Dataverse Web API: what a [`tables::Model`] looks like as
//! `EntityMetadata`, typed `AttributeMetadata`, relationships, choices, keys and `$metadata`, and
//! what the bodies that clients post ask for.
//!
//! It only knows shapes: addresses, `$select`, `$filter` and headers belong to the edge, and checks of
//! definitions to [`tables::define`].

pub mod read;
pub mod write;
