//! `licence …`

use clap::{Args, Subcommand};

use super::Hub;

#[derive(Debug, Subcommand)]
pub(crate) enum Licence {
    /// List licences: seats that are taken, people who are reached
    List(Hub),
    /// Add a licence
    Add {
        #[command(flatten)]
        hub: Hub,
        /// Name
        name: String,
        /// How many people and groups may hold it; any number unless given
        #[arg(long)]
        seats: Option<i64>,
    },
    /// List whom a licence reaches, and through which groups
    People {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the licence
        licence: String,
    },
    /// Give a licence to a person or a group; whoever joins the group holds it, whoever leaves no longer
    Assign(LicenceHolder),
    /// Take a licence from a person or a group
    Take(LicenceHolder),
    /// Remove a licence that nobody holds
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the licence
        licence: String,
    },
}

/// A licence and who holds it, or is to.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("holder").required(true).args(["user", "group"])))]
pub(crate) struct LicenceHolder {
    #[command(flatten)]
    pub(crate) hub: Hub,
    /// Name or identifier of the licence
    pub(crate) licence: String,
    /// User name or identifier of a person
    #[arg(long)]
    pub(crate) user: Option<String>,
    /// Name or identifier of a group
    #[arg(long)]
    pub(crate) group: Option<String>,
}
