//! What a description says about the connector as a whole.

use crate::{
    definition::{Definition, object_or_empty},
    tree::{Node, Object},
};

/// `testConnection` of `x-ms-capabilities`: a call that must succeed for a good connection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestConnection<'t> {
    /// The operation.
    pub operation_id: &'t str,
    /// Its arguments, constants all.
    pub parameters: &'t Object<'t>,
}

impl<'t> Definition<'t> {
    /// `x-ms-capabilities` of the root.
    pub fn capabilities(&'t self) -> &'t Object<'t> {
        object_or_empty(self.root().get("x-ms-capabilities"))
    }

    /// The call that tests a connection.
    pub fn test_connection(&'t self) -> Option<TestConnection<'t>> {
        let node = self.capabilities().get("testConnection")?.as_object()?;
        let parameters = object_or_empty(node.get("parameters"));
        Some(TestConnection { operation_id: node.str("operationId")?, parameters })
    }

    /// A value of `x-ms-connector-metadata`, its name in any letter case: `Website`,
    /// `Privacy policy`, `Categories`.
    pub fn metadata(&'t self, name: &str) -> Option<&'t str> {
        let entries = self.root().get("x-ms-connector-metadata")?.as_list()?;
        let text = |entry: &'t Node<'t>, key| entry.get(key).and_then(Node::as_str);
        let named = |entry: &&'t Node<'t>| {
            text(entry, "propertyName").is_some_and(|known| known.trim().eq_ignore_ascii_case(name))
        };
        text(entries.iter().find(named)?, "propertyValue")
    }

    /// `status` of `x-ms-api-annotation` in `info`: `Preview` or `Production`.
    pub fn status(&'t self) -> Option<&'t str> {
        object_or_empty(self.info().get("x-ms-api-annotation")).str("status")
    }
}
