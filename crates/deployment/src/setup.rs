//! The setup policy of Teams that installs and pins the hub's own package, filled in: what is typed in the admin centre, and
//! commands to paste.
//!
//! A policy names an app by the identifier that the catalogue of the organisation gave it, not by the one in the package
//! (Microsoft Graph, `teamsApp`: `id` and `externalId`): so the commands look it up, and the checks learn it from Graph or
//! from evidence. The published advice is to make policies in the admin centre; commands are for those who repeat them.

use std::fmt::Write as _;

use kernel::Scope;

use crate::{
    Deployment, Result, SellerGroup,
    evidence::Kind,
    packages::{Package, VERSION},
    service::{JOB, may_look, one_line},
};

/// A setup policy to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupPlan {
    /// The identifier in the package's manifest (`externalId` in the catalogue).
    pub app: String,
    /// The name under which people find the app.
    pub app_name: &'static str,
    /// The version of the package.
    pub version: &'static str,
    /// The file to upload.
    pub file: &'static str,
    /// The name of the policy.
    pub policy: &'static str,
    /// Whether the package has a message extension, which is pinned too: it needs a bot.
    pub has_bot: bool,
    /// The groups of sellers, in the order of their ranks.
    pub groups: Vec<SellerGroup>,
}

/// Commands to paste, by what they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commands {
    /// `catalogue`, `policy`, `groups`, `evidence` or `graph`.
    pub step: &'static str,
    /// The commands.
    pub text: String,
}

/// The name of the file of all commands.
pub const SCRIPT: &str = "liaison-teams-setup.ps1";

impl Deployment {
    /// The setup policy for the hub's own package.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`]; [`crate::Error::Invalid`] when no package can be made for the
    /// hub's address.
    pub async fn setup_plan(&self, scope: &Scope) -> Result<SetupPlan> {
        may_look(scope)?;
        // where there is no package there is nothing to install
        self.package(scope, Package::Teams).await?;
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        Ok(SetupPlan {
            app: self.app_id(scope.tenant()).to_string(),
            app_name: "Liaison",
            version: VERSION,
            file: Package::Teams.file(),
            policy: "Liaison",
            has_bot: self.0.teams.bot(&root).await?.is_some(),
            groups: self.settings(&root).await?.seller_groups,
        })
    }
}

impl SetupPlan {
    /// The commands for Teams PowerShell, step by step, and the one that does the first step through Microsoft Graph.
    pub fn commands(&self) -> Vec<Commands> {
        vec![
            Commands { step: "catalogue", text: self.catalogue() },
            Commands { step: "policy", text: self.make() },
            Commands { step: "groups", text: self.assign() },
            Commands { step: "evidence", text: self.show() },
            Commands { step: "graph", text: self.graph() },
        ]
    }

    /// The steps for Teams PowerShell as one file.
    pub fn script(&self) -> String {
        let mut out = format!(
            "# Installs and pins {} {} in Microsoft Teams: run as a Teams administrator, beside {}.\n\
             # Module: Install-Module MicrosoftTeams\n\
             $ErrorActionPreference = 'Stop'\n",
            self.app_name, self.version, self.file
        );
        for commands in self.commands().iter().filter(|one| one.step != "graph") {
            // writing to a text does not fail
            let _ = write!(out, "\n# {}\n{}", commands.step, commands.text);
        }
        out
    }

    fn catalogue(&self) -> String {
        let Self { app, file, .. } = self;
        format!(
            "Connect-MicrosoftTeams\n\
             $app = Get-TeamsApp -ExternalId '{app}'\n\
             if ($app) {{ Set-TeamsApp -Id $app.Id -Path '.\\{file}' }}\n\
             else {{ New-TeamsApp -DistributionMethod organization -Path '.\\{file}' }}\n\
             $app = Get-TeamsApp -ExternalId '{app}'\n"
        )
    }

    /// What is pinned for everybody stays in front: a policy of its own does not inherit it.
    fn make(&self) -> String {
        let policy = self.policy;
        let mut out = String::from(
            "$core = 'Microsoft.Teams.Policy.Administration.Cmdlets.Core'\n\
             $everybody = Get-CsTeamsAppSetupPolicy -Identity Global\n\
             $bar = @($everybody.PinnedAppBarApps | Where-Object { $_ })\n\
             $preset = New-Object \"$core.AppPreset\" -Property @{ Id = $app.Id }\n\
             $pin = New-Object \"$core.PinnedApp\" -Property @{ Id = $app.Id; \
             Order = $bar.Count + 1 }\n\
             $setup = @{\n\
             \x20 AllowUserPinning = $true\n\
             \x20 AppPresetList = @($everybody.AppPresetList | Where-Object { $_ }) + $preset\n\
             \x20 PinnedAppBarApps = $bar + $pin\n",
        );
        if self.has_bot {
            out.push_str(
                "  PinnedMessageBarApps = @($everybody.PinnedMessageBarApps | Where-Object { $_ }) + \
                 (New-Object \"$core.PinnedMessageBarApp\" -Property @{ Id = $app.Id; \
                 Order = @($everybody.PinnedMessageBarApps).Count + 1 })\n",
            );
        }
        // writing to a text does not fail
        let _ = write!(
            out,
            "}}\n\
             if (Get-CsTeamsAppSetupPolicy | Where-Object Identity -eq 'Tag:{policy}') \
             {{ Set-CsTeamsAppSetupPolicy -Identity '{policy}' @setup }}\n\
             else {{ New-CsTeamsAppSetupPolicy -Identity '{policy}' @setup }}\n"
        );
        out
    }

    fn assign(&self) -> String {
        let policy = self.policy;
        if self.groups.is_empty() {
            return format!(
                "# name the groups of sellers in the settings of the roll-out, or give one here\n\
                 New-CsGroupPolicyAssignment -GroupId '<object id of the group>' \
                 -PolicyType TeamsAppSetupPolicy -PolicyName '{policy}' -Rank 1\n"
            );
        }
        let mut out = String::new();
        for (group, rank) in self.groups.iter().zip(1..) {
            // the identifier is a GUID, as the settings were checked; the name stands in a comment alone
            let (id, name) = (&group.id, one_line(&group.name, 100));
            let _ = write!(
                out,
                "# {name}\n\
                 New-CsGroupPolicyAssignment -GroupId '{id}' -PolicyType TeamsAppSetupPolicy \
                 -PolicyName '{policy}' -Rank {rank}\n"
            );
        }
        out
    }

    /// What the checks of the guide judge by, written for them.
    fn show(&self) -> String {
        let mut out = format!(
            "ConvertTo-Json -InputObject @(Get-TeamsApp -ExternalId '{}') -Depth 5 | \
             Out-File -Encoding utf8 {}.json\n",
            self.app,
            Kind::CatalogueApp.as_str()
        );
        for kind in [Kind::SetupPolicy, Kind::GroupAssignment] {
            let _ = writeln!(
                out,
                "{} | Out-File -Encoding utf8 {}.json",
                kind.command(),
                kind.as_str()
            );
        }
        out
    }

    fn graph(&self) -> String {
        format!(
            "Connect-MgGraph -Scopes 'AppCatalog.ReadWrite.All'\n\
             Invoke-MgGraphRequest -Method POST -Uri 'v1.0/appCatalogs/teamsApps' \
             -InputFilePath '.\\{}' -ContentType 'application/zip'\n\
             Invoke-MgGraphRequest -Uri \"v1.0/appCatalogs/teamsApps?`$filter=externalId eq '{}'\"\n",
            self.file, self.app
        )
    }
}
