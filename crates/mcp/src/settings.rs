//! What an administrator may set.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of the Model Context Protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Names under which the hub may be reached beside its public address, loopback names and plain
    /// addresses, such as `liaison` in a container network. Anything else is refused, so that no web page can
    /// reach a hub by a name of its own (DNS rebinding).
    pub allowed_hosts: Vec<String>,
    /// Origins of web pages that may call beside the hub's own, such as `https://agents.example.org`.
    pub allowed_origins: Vec<String>,
    /// The largest message, in bytes; a file among the arguments counts as text in base 64.
    pub max_body_bytes: usize,
    /// How many tools a list holds before it continues on another page.
    pub page_tools: usize,
    /// The largest answer of an API that is handed to a model, in bytes; what is larger is cut, and says so.
    pub max_answer_bytes: usize,
    /// Whether there are tools that try the protocol alone, for the published conformance suite; they are listed at
    /// `/mcp?tools=diagnostic` only.
    pub diagnostic_tools: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            max_body_bytes: 4 << 20,
            page_tools: 1000,
            max_answer_bytes: 512 << 10,
            diagnostic_tools: false,
        }
    }
}
