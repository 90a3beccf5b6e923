//! What every adapter must pass.
//!
//! An adapter's tests make a [`Bench`] with a CRM that has nothing but what it comes with, and hand the making of it to
//! [`run`]; the checks of rights, records, queries and changes each get a fresh one.

mod changes;
mod children;
mod queries;
mod records;
mod rights;
mod views;

use std::{any::Any, fmt};

use crate::{Crm, Error, Record, RecordRef, Result, Value, Values};

/// A CRM to be checked, with two sellers.
pub struct Bench {
    /// May do everything with accounts.
    pub seller: Box<dyn Crm>,
    /// May see accounts and do nothing else with them.
    pub limited: Box<dyn Crm>,
    /// What things are called.
    pub names: Names,
    /// Moves the CRM's time by some seconds, so that what happens next happens later.
    pub tick: Box<dyn Fn() + Send + Sync>,
    /// Whatever has to live as long.
    pub house: Box<dyn Any + Send + Sync>,
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("seller", &self.seller).finish_non_exhaustive()
    }
}

/// What a CRM calls accounts and some of their fields.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// The table.
    pub table: &'static str,
    /// Their name: a text that must be there.
    pub name: &'static str,
    /// A telephone number: a text.
    pub phone: &'static str,
    /// A text that tells accounts apart: an external id, an alternate key.
    pub number: &'static str,
    /// How many people work there: a whole number.
    pub employees: &'static str,
    /// What they turn over: an amount.
    pub revenue: &'static str,
    /// The person or team that they belong to: another record.
    pub owner: &'static str,
    /// When they were made: an instant that nobody sets.
    pub made: &'static str,
    /// Contacts: the table, their family name, and the field that leads to their account.
    pub contact: (&'static str, &'static str, &'static str),
}

/// Runs every check.
///
/// # Panics
/// When a check fails.
pub async fn run(make: impl AsyncFn() -> Bench) {
    let bench = make().await;
    rights::a_seller_hears_which_tables_there_are(&bench).await;
    rights::a_table_describes_itself(&bench).await;
    rights::what_is_not_there_is_said_to_be_hidden(&bench).await;
    rights::a_seller_does_what_they_may_and_nothing_else(&bench).await;
    rights::a_seller_is_who_owns_what_they_make(&bench).await;
    rights::a_record_tells_what_may_be_done_with_it(&bench).await;
    let bench = make().await;
    records::a_record_is_made_read_changed_and_deleted(&bench).await;
    records::a_record_that_is_none_is_not_found(&bench).await;
    records::a_wrong_value_is_refused_with_its_field(&bench).await;
    records::a_record_at_another_version_stays_as_it_is(&bench).await;
    records::several_records_are_read_at_once(&bench).await;
    records::a_record_is_made_or_changed_by_what_tells_it_apart(&bench).await;
    let bench = make().await;
    children::a_record_is_made_with_those_that_lead_to_it(&bench).await;
    children::of_a_record_and_its_children_all_are_made_or_none(&bench).await;
    let bench = make().await;
    queries::conditions_choose_the_same_records_everywhere(&bench).await;
    queries::no_text_becomes_part_of_a_query(&bench).await;
    queries::pages_give_each_record_once_and_in_order(&bench).await;
    queries::a_foreign_cursor_is_refused(&bench).await;
    queries::a_search_finds_words(&bench).await;
    let bench = make().await;
    views::a_view_lists_each_record_once(&bench).await;
    views::a_view_that_is_none_is_not_found(&bench).await;
    let bench = make().await;
    changes::changes_are_told_from_the_beginning_and_go_on(&bench).await;
    changes::a_foreign_position_is_refused(&bench).await;
}

/// What a call gave that must not fail.
#[expect(clippy::panic, reason = "a check that fails is a test that fails")]
fn good<T>(what: &str, result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}

/// Why a call failed that must fail.
#[expect(clippy::panic, reason = "a check that fails is a test that fails")]
fn bad<T>(what: &str, result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("{what}: it was not refused"),
        Err(error) => error,
    }
}

fn values<const N: usize>(pairs: [(&str, Value); N]) -> Values {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn fields<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

impl Bench {
    /// A new account of the seller.
    async fn account<const N: usize>(&self, name: &str, more: [(&str, Value); N]) -> RecordRef {
        let mut all = values(more);
        all.insert(self.names.name.to_owned(), name.into());
        good("an account", self.seller.create(self.names.table, &all).await)
    }

    async fn read(&self, at: &RecordRef) -> Record {
        let Names { name, phone, employees, revenue, .. } = self.names;
        let wanted = fields([name, phone, employees, revenue]);
        good("reading", self.seller.read(at, &wanted).await)
    }

    /// The name of a record.
    fn name(&self, record: &Record) -> String {
        match record.values.get(self.names.name) {
            Some(Value::Text(name)) => name.clone(),
            other => format!("{other:?}"),
        }
    }
}
