//! Definitions of tables: `EntityDefinitions`, `RelationshipDefinitions`, `GlobalOptionSetDefinitions`.

use odata::tree::expr::Segment;
use serde_json::Value;

use crate::{call::Call, fault::Fault, reply::Reply};

/// Whether a first segment addresses definitions.
pub(crate) fn is_set(name: &str) -> bool {
    matches!(name, "EntityDefinitions" | "RelationshipDefinitions" | "GlobalOptionSetDefinitions")
}

/// Answers whatever is asked of definitions.
pub(crate) async fn answer(call: &Call<'_>, segments: &[Segment]) -> Result<Reply, Fault> {
    let _ = (call, segments);
    Err(Fault::not_implemented("Definitions are not answered yet."))
}

/// `RetrieveMetadataChanges`.
pub(crate) fn changes(call: &Call<'_>, query: &Value) -> Result<Reply, Fault> {
    let _ = (call, query);
    Err(Fault::not_implemented("Definitions are not answered yet."))
}

/// `CreateEntities` and its like.
pub(crate) async fn create_by(call: &Call<'_>, name: &str) -> Result<Reply, Fault> {
    let _ = (call, name);
    Err(Fault::not_implemented("Definitions are not changed yet."))
}
