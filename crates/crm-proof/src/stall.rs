//! CRMs whose calls stop where they stand, as they do when the hub dies meanwhile.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use crm::{
    Answer, Changes, Child, Crm, Feed, Page, Permissions, Query, Record, RecordId, RecordRef,
    Rights, Table, TableName, Upserted, Values, Version,
};
use crm_connections::{Adapters, Session};
use kernel::{EnvironmentId, Scope};
use tokio::sync::Notify;

/// Where a call stops.
#[derive(Debug, Default)]
pub struct Stall {
    calls: AtomicUsize,
    at: Mutex<Option<(usize, bool)>>,
    /// Told when a call stopped.
    pub stopped: Notify,
}

impl Stall {
    /// The call with this number stops: before it goes out, or when it was done and its answer is on the way.
    pub fn at(&self, call: usize, is_done: bool) {
        self.calls.store(0, Ordering::SeqCst);
        *self.at.lock().unwrap() = Some((call, is_done));
    }

    /// No call stops any more.
    pub fn nowhere(&self) {
        *self.at.lock().unwrap() = None;
    }

    fn next(&self) -> Option<bool> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let at = *self.at.lock().unwrap();
        at.filter(|(wanted, _)| *wanted == call).map(|(_, is_done)| is_done)
    }

    async fn for_ever(&self) {
        self.stopped.notify_one();
        std::future::pending::<()>().await;
    }
}

/// Adapters whose calls may stop.
pub fn stalling(adapters: Adapters, stall: &Arc<Stall>) -> Adapters {
    let around = |stall: &Arc<Stall>| {
        let stall = Arc::clone(stall);
        move |crm: Arc<dyn Crm>| -> Arc<dyn Crm> {
            Arc::new(Stalling { crm, stall: Arc::clone(&stall) })
        }
    };
    let Adapters { embedded, salesforce, dataverse } = adapters;
    let (first, second, third) = (around(stall), around(stall), around(stall));
    Adapters {
        embedded: Box::new(move |scope: &Scope, environment: EnvironmentId| {
            first(embedded(scope, environment))
        }),
        salesforce: Box::new(move |session: Session| second(salesforce(session))),
        dataverse: Box::new(move |session: Session| third(dataverse(session))),
    }
}

#[derive(Debug)]
struct Stalling {
    crm: Arc<dyn Crm>,
    stall: Arc<Stall>,
}

macro_rules! held {
    ($self:ident, $call:expr) => {
        Box::pin(async move {
            let stops = $self.stall.next();
            if stops == Some(false) {
                $self.stall.for_ever().await;
            }
            let answer = $call.await;
            if stops == Some(true) {
                $self.stall.for_ever().await;
            }
            answer
        })
    };
}

impl Crm for Stalling {
    fn tables(&self) -> Answer<'_, Arc<Vec<TableName>>> {
        held!(self, self.crm.tables())
    }
    fn describe<'a>(&'a self, table: &'a str) -> Answer<'a, Arc<Table>> {
        held!(self, self.crm.describe(table))
    }
    fn query<'a>(&'a self, query: &'a Query) -> Answer<'a, Page> {
        held!(self, self.crm.query(query))
    }
    fn read<'a>(&'a self, record: &'a RecordRef, fields: &'a [String]) -> Answer<'a, Record> {
        held!(self, self.crm.read(record, fields))
    }
    fn read_many<'a>(
        &'a self,
        table: &'a str,
        ids: &'a [RecordId],
        fields: &'a [String],
    ) -> Answer<'a, Vec<Option<Record>>> {
        held!(self, self.crm.read_many(table, ids, fields))
    }
    fn create<'a>(&'a self, table: &'a str, values: &'a Values) -> Answer<'a, RecordRef> {
        held!(self, self.crm.create(table, values))
    }
    fn create_with<'a>(
        &'a self,
        table: &'a str,
        values: &'a Values,
        children: &'a [Child],
    ) -> Answer<'a, RecordRef> {
        held!(self, self.crm.create_with(table, values, children))
    }
    fn update<'a>(
        &'a self,
        record: &'a RecordRef,
        values: &'a Values,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        held!(self, self.crm.update(record, values, expected))
    }
    fn upsert<'a>(
        &'a self,
        table: &'a str,
        key: &'a Values,
        values: &'a Values,
    ) -> Answer<'a, Upserted> {
        held!(self, self.crm.upsert(table, key, values))
    }
    fn delete<'a>(
        &'a self,
        record: &'a RecordRef,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        held!(self, self.crm.delete(record, expected))
    }
    fn search<'a>(&'a self, words: &'a str, tables: &'a [String]) -> Answer<'a, Vec<RecordRef>> {
        held!(self, self.crm.search(words, tables))
    }
    fn views<'a>(&'a self, table: &'a str) -> Answer<'a, Vec<crm::View>> {
        held!(self, self.crm.views(table))
    }
    fn view<'a>(&'a self, view: &'a crm::ViewRef) -> Answer<'a, crm::View> {
        held!(self, self.crm.view(view))
    }
    fn listed<'a>(
        &'a self,
        view: &'a crm::ViewRef,
        after: Option<&'a crm::Cursor>,
    ) -> Answer<'a, crm::ViewPage> {
        held!(self, self.crm.listed(view, after))
    }
    fn colleagues<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, crm::Colleagues> {
        held!(self, self.crm.colleagues(record))
    }
    fn administers(&self) -> Answer<'_, bool> {
        held!(self, self.crm.administers())
    }
    fn reads<'a>(&'a self, record: &'a RecordRef, mail: &'a str) -> Answer<'a, Option<bool>> {
        held!(self, self.crm.reads(record, mail))
    }
    fn fate<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, crm::Fate> {
        held!(self, self.crm.fate(record))
    }
    fn begin<'a>(&'a self, table: &'a str) -> Answer<'a, Option<crm::Position>> {
        held!(self, self.crm.begin(table))
    }
    fn permissions<'a>(&'a self, table: &'a str) -> Answer<'a, Permissions> {
        held!(self, self.crm.permissions(table))
    }
    fn rights<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Rights> {
        held!(self, self.crm.rights(record))
    }
    fn me(&self) -> Answer<'_, RecordRef> {
        held!(self, self.crm.me())
    }
    fn changes<'a>(&'a self, feed: &'a Feed) -> Answer<'a, Changes> {
        held!(self, self.crm.changes(feed))
    }
}
