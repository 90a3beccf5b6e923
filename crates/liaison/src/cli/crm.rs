//! `crm …`

use clap::Subcommand;

use super::Hub;

/// Records of the CRM that is used for whoever signed in.
#[derive(Debug, Subcommand)]
pub(crate) enum Records {
    /// List the tables of the CRM
    Tables(Hub),
    /// List records of a table
    List {
        #[command(flatten)]
        hub: Hub,
        /// Table, as the CRM calls it
        table: String,
        /// Words to search for
        #[arg(long, value_name = "WORDS", default_value = "")]
        search: String,
        /// A condition such as Amount:ge:1000; operators: contains, starts, eq, ne, gt, ge, lt, le, empty, filled
        #[arg(long, value_name = "FIELD:OPERATOR:VALUE")]
        filter: Vec<String>,
        /// Field to sort by, - before it for the other way round
        #[arg(long, value_name = "FIELD", default_value = "", allow_hyphen_values = true)]
        sort: String,
        /// Columns, with commas between
        #[arg(long, value_name = "FIELDS", default_value = "")]
        columns: String,
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show a record with every field
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Table, as the CRM calls it
        table: String,
        /// Identifier, as the CRM writes it
        id: String,
    },
    /// Make a record
    Create {
        #[command(flatten)]
        hub: Hub,
        /// Table, as the CRM calls it
        table: String,
        /// Values: Name=Contoso
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
    /// Change fields of a record
    Set {
        #[command(flatten)]
        hub: Hub,
        /// Table, as the CRM calls it
        table: String,
        /// Identifier, as the CRM writes it
        id: String,
        /// Values: Name=Contoso; nothing behind the sign empties a field
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
        /// Only while the record is at the version that was seen
        #[arg(long, value_name = "VERSION")]
        seen: Option<String>,
    },
    /// Delete a record
    Delete {
        #[command(flatten)]
        hub: Hub,
        /// Table, as the CRM calls it
        table: String,
        /// Identifier, as the CRM writes it
        id: String,
        /// Only while the record is at the version that was seen
        #[arg(long, value_name = "VERSION")]
        seen: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Crm {
    /// List the CRMs of the organisation
    List(Hub),
    /// Set up a Salesforce organisation; the consumer secret is read from standard input
    AddSalesforce {
        #[command(flatten)]
        hub: Hub,
        /// Name
        name: String,
        /// My Domain, such as contoso.my.salesforce.com
        #[arg(long, value_name = "HOST")]
        domain: String,
        /// Consumer key of the app
        #[arg(long, value_name = "KEY")]
        consumer_key: String,
        /// The app is a connected app, not an external client app
        #[arg(long)]
        connected_app: bool,
    },
    /// Set up a Dynamics 365 environment; the client secret is read from standard input
    AddDynamics {
        #[command(flatten)]
        hub: Hub,
        /// Name
        name: String,
        /// Address of the environment, such as contoso.crm4.dynamics.com
        #[arg(long, value_name = "HOST")]
        environment: String,
        /// Directory: its identifier or a domain of it
        #[arg(long)]
        directory: String,
        /// Application (client) identifier
        #[arg(long, value_name = "ID")]
        client_id: String,
    },
    /// Set up an environment of this hub, which needs the sales tables
    AddEnvironment {
        #[command(flatten)]
        hub: Hub,
        /// Name
        name: String,
        /// Name or identifier of the environment
        #[arg(long)]
        environment: String,
    },
    /// Take a CRM away, with every connection to it
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        crm: String,
    },
    /// Work on records of the CRM that is used for you
    #[command(subcommand)]
    Records(Records),
    /// List who is connected to which CRM
    Connections(Hub),
    /// Show who administers the environment that the first sign-in to Salesforce made
    Review {
        #[command(flatten)]
        hub: Hub,
        /// Acknowledge the list that is shown
        #[arg(long)]
        acknowledge: bool,
    },
}
