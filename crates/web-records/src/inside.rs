//! A record or a view inside another page: what a tab of a channel shows, under the reader's own rights.
//!
//! The page around gives its address; forms and links of what is made here lead to it.

pub mod find;

use kernel::EnvironmentId;
use uuid::Uuid;
use web_frame::Html;

pub use crate::{
    list::inside::{Looked, list},
    record::inside::{name, record, save, stamp},
};

/// Which record is shown, and where.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// The environment.
    pub environment: EnvironmentId,
    /// The logical name of the table.
    pub table: &'a str,
    /// The row.
    pub record: Uuid,
    /// The address of the page around, where the form is sent.
    pub address: &'a str,
}

/// Which view is shown, and where.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The environment.
    pub environment: EnvironmentId,
    /// The logical name of the table.
    pub table: &'a str,
    /// The view: of the environment, of the reader, or shared with the reader.
    pub view: Uuid,
    /// The address of the page around; a row opens at `rows/` and its identifier below it.
    pub address: &'a str,
}

/// What stands inside.
#[derive(Debug)]
pub struct Inside {
    /// The name of the record or of the view.
    pub title: String,
    /// The markup.
    pub body: Html,
    /// Changes when what is shown changes.
    pub stamp: String,
    /// The page that shows it by itself.
    pub website: String,
}
