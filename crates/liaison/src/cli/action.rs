//! `action …` and `mcp`

use clap::{Args, Subcommand};

use super::{Hub, Output};

/// For whom an action is enabled.
#[derive(Debug, Args)]
pub(crate) struct Enabling {
    /// A group that may use it, by identifier; may be repeated; everybody unless a group or a role is given
    #[arg(long, value_name = "ID")]
    pub(crate) group: Vec<String>,
    /// A role that may use it, such as seller; may be repeated
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Vec<String>,
    /// A licence that callers must hold, by identifier
    #[arg(long, value_name = "ID")]
    pub(crate) licence: Option<String>,
    /// I have read: data and insights come from third parties and may fall under their terms and privacy policies
    #[arg(long)]
    pub(crate) accept_third_party_terms: bool,
    /// I have read: data may move to outside sources, even where the same action is barred for direct use
    #[arg(long)]
    pub(crate) accept_data_may_leave: bool,
    /// A word on it
    #[arg(long, default_value = "")]
    pub(crate) note: String,
    /// Only if it is as it was then: the `updated_at` that was read
    #[arg(long, value_name = "TIME")]
    pub(crate) updated_at: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// List actions
    List(Hub),
    /// Show an action
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        action: String,
    },
    /// Make a draft of operations of a connector
    Add {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the connector
        #[arg(long)]
        connector: String,
        /// Name
        #[arg(long)]
        name: String,
        /// For people
        #[arg(long, default_value = "")]
        description: String,
        /// For models
        #[arg(long, default_value = "")]
        instructions: String,
        /// Identifiers of operations
        #[arg(required = true)]
        operations: Vec<String>,
    },
    /// Publish a draft; it waits for an administrator then
    Publish {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        action: String,
    },
    /// Take an action back into its maker's hands
    Withdraw {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        action: String,
    },
    /// Enable an action, or change for whom it is enabled
    Enable {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        action: String,
        #[command(flatten)]
        how: Enabling,
    },
    /// Take an action out of use
    Disable {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        action: String,
        /// Why
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Delete an action
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        action: String,
    },
    /// Call an operation of an action
    Invoke {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        action: String,
        /// Identifier of an operation, or the name of its tool
        operation: Option<String>,
        /// The inputs as a JSON object; - reads them from standard input
        #[arg(long, default_value = "{}")]
        inputs: String,
    },
    /// Offer a published action and its certified connector to every tenant; where the data are, with the hub stopped
    /// (or on PostgreSQL)
    Offer(OfferedAction),
    /// Offer an action no longer; where the data are, with the hub stopped (or on PostgreSQL)
    Unoffer(OfferedAction),
    /// See how the operations of an action do
    Health {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        action: String,
    },
    /// List the requests of people for actions
    Requests(Hub),
    /// Decide on a request
    Decide {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the request
        request: String,
        /// The action was enabled for the person; declined otherwise
        #[arg(long)]
        grant: bool,
        /// For the person who asked
        #[arg(long, default_value = "")]
        answer: String,
    },
}

/// An action of the hub's own data.
#[derive(Debug, Args)]
pub(crate) struct OfferedAction {
    /// Identifier of the action, in its own tenant
    pub(crate) action: String,
    #[command(flatten)]
    pub(crate) output: Output,
}
