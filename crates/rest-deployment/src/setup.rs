//! The setup policy of Teams.

use axum::extract::State;
use deployment::setup::{Commands, SetupPlan};
use edge::{Authed, Json, Problem};
use rest::{Failures, routes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(read)
}

/// The setup policy of Teams that installs and pins the hub's own package.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamsSetupPolicy)]
struct SetupItem {
    /// The identifier in the package's manifest; the catalogue gives the app another, which policies name.
    #[schema(example = "0b9f6a4e-6d0c-5b1e-8f55-2f3b1c0d9e77")]
    external_id: String,
    #[schema(example = "Liaison")]
    app_name: &'static str,
    #[schema(example = "1.1.0")]
    version: &'static str,
    /// The file to upload.
    #[schema(example = "liaison-teams.zip")]
    file: &'static str,
    /// The name of the policy.
    #[schema(example = "Liaison")]
    policy: &'static str,
    /// Whether the message extension is pinned too: it needs a bot.
    message_extension: bool,
    /// The groups of sellers that the policy is given to, in the order of their ranks.
    groups: Vec<SetupGroup>,
    /// Commands for Teams PowerShell, and for Microsoft Graph.
    commands: Vec<SetupCommands>,
    /// The commands for Teams PowerShell as one file.
    script: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamsSetupGroup)]
struct SetupGroup {
    #[schema(example = "5f0c8c39-7c55-4a3c-b0a8-4c0b6f6f9d10")]
    id: String,
    #[schema(example = "Sellers")]
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamsSetupCommands)]
struct SetupCommands {
    /// `catalogue`, `policy`, `groups`, `evidence` or `graph`.
    #[schema(example = "catalogue")]
    step: &'static str,
    text: String,
}

impl From<SetupPlan> for SetupItem {
    fn from(plan: SetupPlan) -> Self {
        let command = |one: Commands| SetupCommands { step: one.step, text: one.text };
        Self {
            commands: plan.commands().into_iter().map(command).collect(),
            script: plan.script(),
            external_id: plan.app,
            app_name: plan.app_name,
            version: plan.version,
            file: plan.file,
            policy: plan.policy,
            message_extension: plan.has_bot,
            groups: plan
                .groups
                .into_iter()
                .map(|one| SetupGroup { id: one.id, name: one.name })
                .collect(),
        }
    }
}

/// Read the setup policy of Teams for the hub's package
///
/// Filled in, with commands to paste. The checks TMS-02 to TMS-06 of the guide say whether it is in force.
#[utoipa::path(get, path = "/api/v1/deployment/setup", operation_id = "deployment_setup.read",
    tag = "deployment", responses((status = 200, body = SetupItem), Failures))]
async fn read(State(app): State<App>, Authed(scope): Authed) -> Result<Json<SetupItem>, Problem> {
    Ok(Json(app.deployment.setup_plan(&scope).await?.into()))
}
