//! Making webhooks of lines that were checked.

use std::{collections::HashMap, sync::Arc};

use channel_connectors::{
    Busy, Error, Place, Prepared, Rate, Result, State, Totals, Webhook,
    access::{may_set_up, require_person},
};
use db::Tx;
use kernel::{ChannelId, Scope, TeamId, UserId};
use workspace::{
    ChannelKind, NewChannel, NewTeam, Visibility,
    founding::{self, NewFoundation, NewOpening},
};

use crate::{
    Entry, Fate, Fault, ImportReport, Imports,
    check::{At, Checked, fault_of},
};

impl Imports {
    /// Draws what the transactions will write.
    pub(crate) fn plan(&self, scope: &Scope, checked: Vec<Checked>) -> Result<Vec<Plan>> {
        let now = self.parts.clock.now();
        let mut teams: HashMap<usize, (TeamId, ChannelId)> = HashMap::new();
        let mut channels: HashMap<usize, ChannelId> = HashMap::new();
        let mut plans = Vec::with_capacity(checked.len());
        for (index, line) in checked.into_iter().enumerate() {
            let Checked { entry, url, owner, second_owner, home } = line;
            if entry.fate == Fate::Kept {
                plans.push(Plan { entry, found: None, open: None, make: None });
                continue;
            }
            let mut found = None;
            let (team, general) = match home.team {
                At::Here(team) => (team, None),
                At::New(first) if first != index => {
                    teams.get(&first).map_or((uuid::Uuid::nil().into(), None), |(team, general)| {
                        (*team, Some(*general))
                    })
                }
                At::New(_) => {
                    let new = NewTeam {
                        name: entry.team.clone(),
                        description: String::new(),
                        visibility: Visibility::Private,
                    };
                    let new = NewFoundation::new(&self.parts.ids, now, &new)?;
                    teams.insert(index, (new.team(), new.general()));
                    let made = (new.team(), Some(new.general()));
                    found = Some((new, owner));
                    made
                }
            };
            let mut open = None;
            let channel = match (home.channel, general) {
                (At::Here(channel), _) => channel,
                (At::New(_), Some(general))
                    if founding::is_same_name(&entry.channel, workspace::GENERAL) =>
                {
                    general
                }
                (At::New(first), _) if first != index => {
                    channels.get(&first).copied().unwrap_or_else(|| uuid::Uuid::nil().into())
                }
                (At::New(_), _) => {
                    let new = NewChannel {
                        name: entry.channel.clone(),
                        description: String::new(),
                        kind: ChannelKind::Standard,
                    };
                    let new = NewOpening::new(&self.parts.ids, now, team, &new)?;
                    channels.insert(index, new.channel());
                    let made = new.channel();
                    open = Some(new);
                    made
                }
            };
            let webhook = Webhook {
                id: self.parts.ids.fresh(),
                team,
                channel,
                place: Place::Channel(channel),
                configured: None,
                name: entry.name.clone(),
                icon: None,
                owner,
                second_owner,
                state: State::Enabled,
                rate: Rate::default(),
                max_body_bytes: None,
                busy: Busy::default(),
                created_at: now,
                updated_at: now,
                expires_at: None,
                overlap_until: None,
                totals: Totals::default(),
            };
            let prepared = self.parts.webhooks.prepare(scope, webhook, Some(url.expose()));
            let make = Some(Box::new(prepared.map_err(malformed)?));
            plans.push(Plan { entry, found, open, make });
        }
        Ok(plans)
    }

    /// Makes some lines in one transaction; when it fails, they are told as refused.
    pub(crate) async fn make(
        &self,
        scope: &Scope,
        slice: Vec<Plan>,
        report: &mut ImportReport,
    ) -> Result<()> {
        let slice = Arc::new(slice);
        let (plans, actor) = (Arc::clone(&slice), scope.user());
        let write = move |tx: &Tx<'_>| {
            for plan in plans.iter() {
                write(tx, plan, actor).map_err(|error| Failed { line: plan.entry.line, error })?;
            }
            Ok(())
        };
        let outcome: Result<(), Failed> = self.parts.db.write(scope, write).await;
        let failed = match outcome {
            Ok(()) => None,
            Err(Failed { error: Error::Store(error), .. }) if !error.is_unique() => {
                return Err(error.into());
            }
            Err(failed) => Some(failed),
        };
        for plan in slice.iter() {
            let mut entry = plan.entry.clone();
            match (&failed, &plan.make) {
                (None, Some(prepared)) => {
                    entry.webhook = Some(prepared.webhook().id);
                    entry.addresses = Some(prepared.addresses().clone());
                }
                (Some(failed), Some(_)) => {
                    entry.fate = Fate::Refused;
                    entry.faults.push(if failed.line == entry.line {
                        fault_of(&failed.error)
                    } else {
                        Fault {
                            column: "url",
                            code: "import.undone".to_owned(),
                            detail: format!(
                                "it was undone together with line {}: import the list again",
                                failed.line
                            ),
                            fatal: true,
                        }
                    });
                }
                (_, None) => {}
            }
            report.entries.push(entry);
        }
        Ok(())
    }
}

/// A line, ready to be written.
#[derive(Debug)]
pub(crate) struct Plan {
    entry: Entry,
    found: Option<(NewFoundation, UserId)>,
    open: Option<NewOpening>,
    make: Option<Box<Prepared>>,
}

/// Why a slice was undone, and at which line.
struct Failed {
    line: u64,
    error: Error,
}

impl From<db::Error> for Failed {
    fn from(error: db::Error) -> Self {
        Self { line: 0, error: error.into() }
    }
}

fn write(tx: &Tx<'_>, plan: &Plan, actor: Option<UserId>) -> Result<()> {
    let Some(prepared) = &plan.make else { return Ok(()) };
    if let Some((team, owner)) = &plan.found {
        // Whoever imports sees what was made.
        team.write(tx, actor.or(Some(*owner)))?;
    }
    if let Some(channel) = &plan.open {
        channel.write(tx, actor)?;
    }
    let webhook = prepared.webhook();
    may_set_up(tx, &workspace::access::channel(tx, webhook.channel)?)?;
    require_person(tx, webhook.owner)?;
    webhook.second_owner.map_or(Ok(()), |second| require_person(tx, second))?;
    prepared.insert(tx, None, "webhook.import").map(drop)
}

fn malformed(error: Error) -> Error {
    match error {
        Error::Invalid { .. } => {
            let detail = "an address of a retired webhook is expected";
            Error::invalid("/csv", "import.url_malformed", detail)
        }
        other => other,
    }
}
