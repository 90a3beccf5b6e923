//! `crm …`

use clap::Subcommand;

use super::Hub;

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
