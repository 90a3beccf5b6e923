//! `connector test`: operations tried, and examples run as regression tests.

use clap::Args;

use super::Hub;

#[derive(Debug, Args)]
pub(crate) struct ConnectorTest {
    #[command(flatten)]
    pub(crate) hub: Hub,
    /// Name or identifier of a connector to an API
    pub(crate) connector: String,
    /// Environment of the connector, where several have one of this name: name or identifier
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) environment: Option<String>,
    /// Version to run against; the current one unless given
    #[arg(long = "number", value_name = "NUMBER")]
    pub(crate) number: Option<i64>,
    /// Run this example alone: name or identifier; may be given several times
    #[arg(long = "example", value_name = "EXAMPLE", conflicts_with = "operation")]
    pub(crate) examples: Vec<String>,
    /// Call this operation once instead, and show the exact requests and the answer
    #[arg(long, value_name = "OPERATION")]
    pub(crate) operation: Option<String>,
    /// The inputs as a JSON object; - reads them from standard input
    #[arg(long, default_value = "{}", requires = "operation")]
    pub(crate) inputs: String,
    /// Identifier of the connection to call with
    #[arg(long, value_name = "CONNECTION", requires = "operation")]
    pub(crate) connection: Option<String>,
    /// Keep the call under this name, expecting from now on what came
    #[arg(long, value_name = "NAME", requires = "operation")]
    pub(crate) save: Option<String>,
}

pub(crate) const EXITS: &str = "Exit codes:\n  \
    0  every example passed, or the API answered the call with success\n  \
    1  an example did not pass, or the API answered with a failure\n  \
    4  no such connector, version or example\n  \
    5  refused, such as inputs that do not fit\n  \
    6  the hub is not available, or the API gave no answer to the call";
