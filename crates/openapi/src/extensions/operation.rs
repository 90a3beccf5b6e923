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

    /// `x-ms-trigger-hint`: how to make it fire.
    pub fn trigger_hint(&self) -> Option<&'t str> {
        self.str("x-ms-trigger-hint")
    }

    /// Whether `x-ms-trigger-metadata` marks a trigger that polls.
    pub fn is_polling(&self) -> bool {
        let mode = self.get("x-ms-trigger-metadata").and_then(|node| node.get("mode"));
        mode.and_then(Node::as_str).is_some_and(|mode| mode.eq_ignore_ascii_case("polling"))
    }

    /// `x-ms-api-annotation`
    pub fn api_annotation(&self) -> Option<ApiAnnotation<'t>> {
        let node = self.get("x-ms-api-annotation")?.as_object()?;
        let revision = node.get("revision").and_then(|revision| {
            revision.as_i64().or_else(|| revision.as_str()?.trim().parse().ok())
        });
        Some(ApiAnnotation {
            family: node.str("family"),
            revision: revision.unwrap_or(1),
            status: node.str("status"),
            replacement: object_or_empty(node.get("replacement")).str("operationId"),
            expires: node.str("expires"),
        })
    }

    /// `x-ms-pageable`: the property with the address of the next page.
    pub fn next_link(&self) -> Option<&'t str> {
        object_or_empty(self.get("x-ms-pageable")).str("nextLinkName")
    }

    /// `x-ms-no-generic-test`: left out of automatic tests.
    pub fn no_generic_test(&self) -> bool {
        self.flag("x-ms-no-generic-test")
    }

    /// `x-ms-safe-operation`: a POST without side effects.
    pub fn is_safe(&self) -> bool {
        self.flag("x-ms-safe-operation")
    }

    /// Whether `x-ms-capabilities` of an operation allows a body in pieces.
    pub fn chunk_transfer(&self) -> bool {
        let node = self.get("x-ms-capabilities").and_then(|node| node.get("chunkTransfer"));
        node.and_then(Node::as_bool_lenient) == Some(true)
    }

    /// `openai-enabled` of `x-ms-openai-data`.
    pub fn ai_enabled(&self) -> Option<bool> {
        self.get("x-ms-openai-data")?.get("openai-enabled")?.as_bool_lenient()
    }

    /// Whether `x-ms-openai-data` wants this operation confirmed by a person first.
    pub fn ai_confirmation(&self, operation_id: &str) -> Option<bool> {
        let operations = self.get("x-ms-openai-data")?.get("operations")?.as_list()?;
        let same =
            |node: &&Node<'_>| node.get("operationId").and_then(Node::as_str) == Some(operation_id);
        operations.iter().find(same)?.get("x-ms-require-user-confirmation")?.as_bool_lenient()
    }
}
