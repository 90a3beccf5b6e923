//! What operations say: triggers, notifications, versions, paging, hints for AI callers.

use super::Extensions;
use crate::{
    definition::{Definition, object_or_empty},
    response::{self, Header},
    schema::Schema,
    tree::{Node, Object},
};

/// `x-ms-trigger`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// One event at a time.
    Single,
    /// An array of events.
    Batch,
}

/// `x-ms-notification-content`: what a service posts to the callback address.
#[derive(Debug, Clone, Copy)]
pub struct NotificationContent<'t> {
    /// The object itself.
    pub node: &'t Object<'t>,
    pub(crate) definition: &'t Definition<'t>,
}

impl<'t> NotificationContent<'t> {
    /// `description`
    pub fn description(&self) -> Option<&'t str> {
        self.node.str("description")
    }

    /// What the body looks like.
    pub fn schema(&self) -> Option<Schema<'t>> {
        Some(self.definition.schema(self.node.get("schema")?))
    }

    /// The headers it brings.
    pub fn headers(&self) -> Vec<Header<'t>> {
        response::headers(self.definition, self.node)
    }
}

/// `x-ms-api-annotation` of an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ApiAnnotation<'t> {
    /// The name that all revisions share.
    pub family: Option<&'t str>,
    /// The revision, 1 when it says none.
    pub revision: i64,
    /// `Preview` or `Production`.
    pub status: Option<&'t str>,
    /// The id of the operation that takes its place.
    pub replacement: Option<&'t str>,
    /// The day it ends.
    pub expires: Option<&'t str>,
}

impl<'t> Extensions<'t> {
    /// `x-ms-trigger`, in any letter case.
    pub fn trigger(&self) -> Option<Trigger> {
        let word = self.str("x-ms-trigger")?.trim();
        let batch = word.eq_ignore_ascii_case("batch");
        Some(if batch { Trigger::Batch } else { Trigger::Single })
    }

    /// Whether `x-ms-trigger-metadata` marks a trigger that polls.
    pub fn is_polling(&self) -> bool {
        let mode = self.get("x-ms-trigger-metadata").and_then(|node| node.get("mode"));
        mode.and_then(Node::as_str).is_some_and(|mode| mode.eq_ignore_ascii_case("polling"))
    }

    /// `x-ms-pageable`: the property with the address of the next page.
    pub fn next_link(&self) -> Option<&'t str> {
        object_or_empty(self.get("x-ms-pageable")).str("nextLinkName")
    }

    /// `x-ms-safe-operation`: a POST without side effects.
    pub fn is_safe(&self) -> bool {
        self.flag("x-ms-safe-operation")
    }
}
