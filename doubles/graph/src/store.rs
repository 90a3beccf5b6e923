//! The rows, and what time it is.

use std::collections::{BTreeMap, HashMap};

pub(crate) use doubles_graph_base::Row;
use serde_json::{Value, json};

use crate::{clock, value::Fields as _};

/// A kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    User,
    Group,
    Team,
    Channel,
    Member,
    Tab,
    App,
    Install,
    Chat,
    Message,
    Drive,
    Item,
    Permission,
    Upload,
    MailFolder,
    Mail,
    Category,
    Event,
    Meeting,
    Transcript,
    Subscription,
    Operation,
    Client,
    Grant,
    Code,
    Refresh,
    Device,
    Role,
    Sku,
}

#[derive(Debug, Default)]
struct Table {
    rows: Vec<Row>,
    places: HashMap<String, usize>,
}

/// Everything that the double knows.
#[derive(Debug, Default)]
pub(crate) struct Store {
    tables: BTreeMap<Kind, Table>,
    /// The number of the last change.
    pub(crate) change: u64,
    /// Delta links from before this change are refused.
    pub(crate) delta_floor: u64,
    /// How far the clock was moved, in milliseconds.
    pub(crate) moved: i64,
    /// The last instant given to a message: they are unlike each other.
    last_message: i64,
    /// The bytes of files, by their place.
    pub(crate) contents: HashMap<String, Vec<u8>>,
    /// What waits to be sent to subscribers.
    pub(crate) outbox: Vec<crate::notify::Notice>,
    /// Faults to come.
    pub(crate) faults: Vec<crate::faults::Fault>,
    /// Limits that were set.
    pub(crate) limits: crate::faults::Limits,
    /// The naming policy of groups, and the labels that are published; nothing at the beginning.
    pub(crate) policy: Value,
    /// When which application posted where.
    pub(crate) posts: HashMap<String, Vec<i64>>,
    /// What was asked: method, path, status.
    pub(crate) log: Vec<Value>,
    /// Tokens that were taken back, and people whose tokens were.
    pub(crate) revoked: Vec<String>,
}

impl Store {
    pub(crate) fn now_ms(&self) -> i64 {
        clock::wall_ms().saturating_add(self.moved)
    }

    pub(crate) fn now(&self) -> String {
        clock::text(self.now_ms())
    }

    /// An instant that no other message has.
    pub(crate) fn message_ms(&mut self) -> i64 {
        self.last_message = self.now_ms().max(self.last_message.saturating_add(1));
        self.last_message
    }

    pub(crate) fn put(&mut self, kind: Kind, value: Value) -> String {
        self.change += 1;
        let id = value.text("id").to_owned();
        let row = Row { id: id.clone(), value, changed: self.change, gone: false };
        let table = self.tables.entry(kind).or_default();
        let place = table.places.get(&id).copied();
        if let Some(old) = place.and_then(|at| table.rows.get_mut(at)) {
            *old = row;
        } else {
            table.places.insert(id.clone(), table.rows.len());
            table.rows.push(row);
        }
        id
    }

    fn row(&self, kind: Kind, id: &str) -> Option<&Row> {
        let table = self.tables.get(&kind)?;
        table.rows.get(*table.places.get(id)?)
    }

    pub(crate) fn find(&self, kind: Kind, id: &str) -> Option<&Value> {
        self.row(kind, id).filter(|row| !row.gone).map(|row| &row.value)
    }

    /// The same where it is known to be there; null else.
    pub(crate) fn at(&self, kind: Kind, id: &str) -> &Value {
        static NULL: Value = Value::Null;
        self.find(kind, id).unwrap_or(&NULL)
    }

    pub(crate) fn rows(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Row> {
        self.tables.get(&kind).map_or(&[][..], |table| &table.rows).iter()
    }

    pub(crate) fn list(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Value> {
        self.rows(kind).filter(|row| !row.gone).map(|row| &row.value)
    }

    /// The rows of a kind whose member has this value.
    pub(crate) fn of<'s>(
        &'s self,
        kind: Kind,
        name: &'s str,
        value: &'s str,
    ) -> impl DoubleEndedIterator<Item = &'s Value> {
        self.list(kind).filter(move |row| row.text(name) == value)
    }

    pub(crate) fn edit(&mut self, kind: Kind, id: &str, edit: impl FnOnce(&mut Value)) -> bool {
        self.change += 1;
        let change = self.change;
        let Some(table) = self.tables.get_mut(&kind) else { return false };
        let place = table.places.get(id).copied();
        let Some(row) = place.and_then(|at| table.rows.get_mut(at)).filter(|row| !row.gone) else {
            return false;
        };
        edit(&mut row.value);
        row.changed = change;
        true
    }

    pub(crate) fn remove(&mut self, kind: Kind, id: &str) -> Option<Value> {
        self.mark(kind, id, true)
    }

    pub(crate) fn restore(&mut self, kind: Kind, id: &str) -> Option<Value> {
        self.mark(kind, id, false)
    }

    fn mark(&mut self, kind: Kind, id: &str, gone: bool) -> Option<Value> {
        self.change += 1;
        let change = self.change;
        let table = self.tables.get_mut(&kind)?;
        let place = *table.places.get(id)?;
        let row = table.rows.get_mut(place).filter(|row| row.gone != gone)?;
        row.gone = gone;
        row.changed = change;
        Some(row.value.clone())
    }

    /// A user by id, user principal name or mail address.
    pub(crate) fn user(&self, key: &str) -> Option<&Value> {
        self.find(Kind::User, key).or_else(|| {
            self.list(Kind::User).find(|user| {
                ["userPrincipalName", "mail"].iter().any(|name| {
                    let own = user.text(name);
                    !own.is_empty() && own.eq_ignore_ascii_case(key)
                })
            })
        })
    }

    /// The membership of a person in a group, a channel or a chat.
    pub(crate) fn membership(&self, of: &str, user: &str) -> Option<&Value> {
        self.list(Kind::Member).find(|row| row.text("_of") == of && row.text("userId") == user)
    }

    pub(crate) fn is_owner(&self, of: &str, user: &str) -> bool {
        self.membership(of, user).is_some_and(|row| row.list("roles").iter().any(|r| r == "owner"))
    }

    /// Makes a person a member.
    pub(crate) fn join(&mut self, of: &str, user: &str, roles: &[&str]) -> Value {
        let now = self.now();
        let person = self.at(Kind::User, user).clone();
        let mut roles: Vec<&str> = roles.to_vec();
        if roles.is_empty() && person.text("userType") == "Guest" {
            roles.push("guest");
        }
        let id = crate::token::base64(format!("MCMjMiMj{of}##{user}").as_bytes());
        let row = json!({
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "id": id, "roles": roles, "displayName": person.text("displayName"),
            "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z", "userId": user,
            "email": person.text("mail"), "tenantId": crate::seeds::TENANT,
            "_of": of, "_joined": now,
        });
        self.put(Kind::Member, row.clone());
        row
    }
}
