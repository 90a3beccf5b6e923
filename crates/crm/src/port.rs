//! The port itself.

use std::{fmt, sync::Arc};

use futures_util::future::BoxFuture;

use crate::{
    Child, Colleagues, Cursor, Fate, Query, Record, RecordId, RecordRef, Result, Table, TableName,
    Values, Version, View, ViewPage, ViewRef,
};

/// Records of each table that a search gives at most.
pub const SEARCH_LIMIT: u32 = 20;

/// What a call gives.
pub type Answer<'a, T> = BoxFuture<'a, Result<T>>;

/// One seller at one CRM.
///
/// A record that the seller may not see is one that does not exist. Nothing is tried again by an adapter.
pub trait Crm: Send + Sync + fmt::Debug {
    /// The tables that the seller may read and that people open as such, in no order; not those that only link
    /// records or that the CRM keeps for itself.
    fn tables(&self) -> Answer<'_, Arc<Vec<TableName>>>;

    /// What a table looks like to the seller.
    ///
    /// [`crate::Error::ObjectHidden`] when it is not there for the seller.
    fn describe<'a>(&'a self, table: &'a str) -> Answer<'a, Arc<Table>>;

    /// One page of a query.
    ///
    /// [`crate::Error::FieldHidden`] names fields that are not there, [`crate::Error::Query`] is for what cannot be
    /// asked so.
    fn query<'a>(&'a self, query: &'a Query) -> Answer<'a, Page>;

    /// One record with some of its fields.
    ///
    /// [`crate::Error::NotFound`] or [`crate::Error::Deleted`] when it is not there.
    fn read<'a>(&'a self, record: &'a RecordRef, fields: &'a [String]) -> Answer<'a, Record>;

    /// Several records of a table with some of their fields, in the order of their ids; nothing for one that is not
    /// there. At most [`crate::MAX_PAGE`] at once, else [`crate::Error::Query`].
    fn read_many<'a>(
        &'a self,
        table: &'a str,
        ids: &'a [RecordId],
        fields: &'a [String],
    ) -> Answer<'a, Vec<Option<Record>>>;

    /// Makes a record.
    ///
    /// [`crate::Error::Refused`] with a finding for each field, [`crate::Error::NotAllowed`],
    /// [`crate::Error::Duplicate`].
    fn create<'a>(&'a self, table: &'a str, values: &'a Values) -> Answer<'a, RecordRef>;

    /// Makes a record together with others that lead to it, all of them or none. At most [`crate::MAX_CHILDREN`] others,
    /// else [`crate::Error::Query`].
    ///
    /// As [`Crm::create`]; [`crate::Error::Query`] too where no record of that table is made so.
    fn create_with<'a>(
        &'a self,
        table: &'a str,
        values: &'a Values,
        children: &'a [Child],
    ) -> Answer<'a, RecordRef>;

    /// Changes fields of a record; [`crate::Value::Null`] empties one. With a version, only while the record is at
    /// it.
    ///
    /// As [`Crm::create`], and [`crate::Error::Changed`] when it is at another version.
    fn update<'a>(
        &'a self,
        record: &'a RecordRef,
        values: &'a Values,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()>;

    /// Changes the record that has these values in fields that tell records apart (an external id, an alternate key), or
    /// makes one that has them.
    ///
    /// As [`Crm::create`], [`crate::Error::Ambiguous`], and [`crate::Error::Query`] when no record is told apart by
    /// these fields.
    fn upsert<'a>(
        &'a self,
        table: &'a str,
        key: &'a Values,
        values: &'a Values,
    ) -> Answer<'a, Upserted>;

    /// Deletes a record. With a version, only while the record is at it.
    ///
    /// As [`Crm::update`].
    fn delete<'a>(&'a self, record: &'a RecordRef, expected: Option<&'a Version>)
    -> Answer<'a, ()>;

    /// Records of these tables that hold the words, at most [`SEARCH_LIMIT`] of each.
    fn search<'a>(&'a self, words: &'a str, tables: &'a [String]) -> Answer<'a, Vec<RecordRef>>;

    /// The views of a table that the seller may use, at most [`crate::MAX_VIEWS`], in no order. A CRM
    /// that has none says nothing here.
    ///
    /// [`crate::Error::ObjectHidden`] when the table is not there for the seller.
    fn views<'a>(&'a self, table: &'a str) -> Answer<'a, Vec<View>> {
        Box::pin(async move { self.describe(table).await.map(|_there| Vec::new()) })
    }

    /// A view by its key.
    ///
    /// [`crate::Error::NotFound`] when there is none that the seller may use.
    fn view<'a>(&'a self, _view: &'a ViewRef) -> Answer<'a, View> {
        Box::pin(std::future::ready(Err(crate::Error::NotFound)))
    }

    /// One page of the records of a view, as the CRM itself selects and sorts them: those that the seller may see.
    ///
    /// [`crate::Error::NotFound`] as [`Crm::view`], [`crate::Error::Query`] for a cursor that is none of its.
    fn listed<'a>(
        &'a self,
        _view: &'a ViewRef,
        _after: Option<&'a Cursor>,
    ) -> Answer<'a, ViewPage> {
        Box::pin(std::future::ready(Err(crate::Error::NotFound)))
    }

    /// What the seller may do with records of a table, own ones at least.
    fn permissions<'a>(&'a self, table: &'a str) -> Answer<'a, Permissions>;

    /// What the seller may do with one record, by role, by sharing and by owning it.
    ///
    /// [`crate::Error::NotFound`] or [`crate::Error::Deleted`] when it is not there.
    fn rights<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Rights>;

    /// Who works on a record: its owner, and what the CRM's own teams and shares say. A CRM that says nothing of it says
    /// nothing here.
    ///
    /// [`crate::Error::NotFound`] or [`crate::Error::Deleted`] when the record is not there.
    fn colleagues<'a>(&'a self, _record: &'a RecordRef) -> Answer<'a, Colleagues> {
        Box::pin(std::future::ready(Ok(Colleagues::default())))
    }

    /// The seller's own record among the users of the CRM: whose records are one's own.
    fn me(&self) -> Answer<'_, RecordRef>;

    /// Whether the seller administers the CRM, as the CRM itself has it: a role of Dynamics 365 or of an environment, a
    /// right of the profile in Salesforce (sales reference §2.1). What the seller may not see is a no.
    fn administers(&self) -> Answer<'_, bool> {
        Box::pin(std::future::ready(Ok(false)))
    }

    /// Whether those users of the CRM who have this mail address may read a record, whatever the reason; nothing where the
    /// CRM does not say. Nobody who may sign in with the address reads nothing.
    ///
    /// [`crate::Error::NotFound`] or [`crate::Error::Deleted`] when the record is not there.
    fn reads<'a>(&'a self, _record: &'a RecordRef, _mail: &'a str) -> Answer<'a, Option<bool>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Whether a user of the CRM may change each of these records, by role, by sharing and by owning them; nothing where the
    /// CRM does not say. At most [`crate::MAX_ASKED`] records.
    fn edits<'a>(
        &'a self,
        _user: &'a RecordRef,
        _records: &'a [RecordRef],
    ) -> Answer<'a, Option<Vec<bool>>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// What became of a record that cannot be read any more, or that was merged; a CRM that does not tell says
    /// [`Fate::Untold`].
    fn fate<'a>(&'a self, _record: &'a RecordRef) -> Answer<'a, Fate> {
        Box::pin(std::future::ready(Ok(Fate::Untold)))
    }

    /// A place in the changes of a table behind everything that is there, where the CRM can say one; nothing where what is
    /// there has to be read through first.
    fn begin<'a>(&'a self, _table: &'a str) -> Answer<'a, Option<Position>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// What happened to a table since a place: first, everything that is there.
    ///
    /// A change is told at least once, a deletion perhaps again. [`crate::Error::Expired`] when the place is older
    /// than what the CRM remembers: begin anew.
    fn changes<'a>(&'a self, feed: &'a Feed) -> Answer<'a, Changes>;
}

/// A page of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The records, in the order that was asked for.
    pub records: Vec<Record>,
    /// Where the next page begins, for [`Query::after`].
    pub next: Option<Cursor>,
}

/// What a seller may do with records of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four things that each may be so or not")]
pub struct Permissions {
    /// See them.
    pub read: bool,
    /// Make them.
    pub create: bool,
    /// Change them.
    pub update: bool,
    /// Delete them.
    pub delete: bool,
}

/// What a seller may do with one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "five things that each may be so or not")]
pub struct Rights {
    /// See it.
    pub read: bool,
    /// Change it.
    pub write: bool,
    /// Delete it.
    pub delete: bool,
    /// Share it with others.
    pub share: bool,
    /// Give it to another owner.
    pub assign: bool,
}

/// What an upsert did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upserted {
    /// The record.
    pub at: RecordRef,
    /// Whether it was made.
    pub created: bool,
}

/// A place in the order in which records of a table change; only the CRM that gave it understands it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position(pub String);

/// What is asked of the changes of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The table.
    pub table: String,
    /// Its fields that are wanted.
    pub fields: Vec<String>,
    /// Since when; from the beginning without.
    pub after: Option<Position>,
    /// Records at once, 1 to [`crate::MAX_PAGE`].
    pub limit: u32,
}

/// What happened to a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// Records that were made or changed, as they are now, the earliest change first.
    pub records: Vec<Record>,
    /// Records that are gone.
    pub deleted: Vec<RecordId>,
    /// Where to go on.
    pub position: Position,
    /// Whether there is more already.
    pub more: bool,
}
