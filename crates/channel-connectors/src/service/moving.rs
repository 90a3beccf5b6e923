//! Making webhooks of a list, and recognising addresses.

use std::collections::HashMap;

use db::Tx;
use identity::{
    credentials::{self, SecretHash, Subject},
    users,
};
use jiff::Timestamp;
use kernel::{ChannelId, Coded as _, Permission, Scope, Secret, TeamId, UserId};
use workspace::{
    ChannelKind, NewChannel, NewTeam, Visibility,
    founding::{self, NewFoundation, NewOpening},
};

use super::{
    ChannelConnectors,
    manage::{Issue, audit, checked_name, document},
    owners::{owner_of_new, require_person},
    rights::{Reach, may_set_up},
};
use crate::{
    Addresses, Busy, Error, Place, Rate, Result, State, Totals, Webhook,
    address::{self, Paths},
    moving::{Entry, Fate, Fault, Import, ImportReport, Known, Line, MAX_ADDRESSES, Table},
    store,
};

impl ChannelConnectors {
    /// Makes the webhooks of a list, each with the path of its old address.
    ///
    /// Every line is checked first; when one is refused, nothing is made. Each line is then made whole, with
    /// its team and channel where they are new. A list that was imported before is recognised line by line.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] for a list that cannot be read, [`Error::Store`].
    pub async fn import(&self, scope: &Scope, import: Import) -> Result<ImportReport> {
        scope.require(Permission::WebhookManage)?;
        let owner = owner_of_new(scope, import.owner)?;
        let table = Table::read(&import.csv)?;
        let (lines, defaults) = (table.lines.clone(), Defaults::of(&import, owner));
        let checked = move |tx: &Tx<'_>| check_all(tx, &lines, &defaults);
        let checked: Vec<Checked> = self.db.read(scope, checked).await?;
        let mut report = ImportReport { entries: Vec::new(), unused: table.unused, applied: false };
        let refused = checked.iter().any(|line| line.entry.fate == Fate::Refused);
        if import.dry_run || refused {
            report.entries.extend(checked.into_iter().map(|line| line.entry));
            return Ok(report);
        }
        let mut plans = self.plan(scope, checked)?;
        report.applied = true;
        while !plans.is_empty() {
            let rest = plans.split_off(plans.len().min(SLICE));
            let slice = std::mem::replace(&mut plans, rest);
            self.make(scope, slice, &mut report).await?;
        }
        Ok(report)
    }

    /// Which of these addresses are known here, in their order; whatever host they name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] for too many, [`Error::Store`].
    pub async fn recognise(
        &self,
        scope: &Scope,
        urls: &[Secret<String>],
    ) -> Result<Vec<Option<Known>>> {
        scope.require(Permission::MessageRead)?;
        if urls.len() > MAX_ADDRESSES {
            let detail = "at most 1,000 addresses at once";
            return Err(Error::invalid("/urls", "import.too_many", detail));
        }
        let secrets: Vec<Vec<SecretHash>> = urls.iter().map(|url| hashes(url.expose())).collect();
        let now = self.clock.now();
        let look = move |tx: &Tx<'_>| {
            let known = |hashes: &Vec<SecretHash>| {
                let Some(hook) = holder(tx, hashes)? else { return Ok(None) };
                let webhook = match Self::reached(tx, hook, Reach::See, now) {
                    Ok(stored) => stored.webhook,
                    // Who may not see it does not learn of it; a removed one is no help.
                    Err(Error::Unknown { .. } | Error::Removed { .. }) => return Ok(None),
                    Err(error) => return Err(error),
                };
                Ok(Some(Known {
                    webhook: hook,
                    name: webhook.name,
                    channel: if let Place::Channel(id) = webhook.place { Some(id) } else { None },
                    state: webhook.state,
                }))
            };
            secrets.iter().map(known).collect::<Result<Vec<_>>>()
        };
        self.db.read(scope, look).await
    }

    /// Draws what the transactions will write.
    fn plan(&self, scope: &Scope, checked: Vec<Checked>) -> Result<Vec<Plan>> {
        let now = self.clock.now();
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
                    let new = NewFoundation::new(&self.ids, now, &new)?;
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
                    let new = NewOpening::new(&self.ids, now, team, &new)?;
                    channels.insert(index, new.channel());
                    let made = new.channel();
                    open = Some(new);
                    made
                }
            };
            let webhook = Webhook {
                id: self.ids.fresh(),
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
            let paths = Paths::draw(&self.ids, webhook.holder(scope)).adopt(url.expose());
            let paths = paths.map_err(|_malformed| malformed())?;
            let issue = self.issue(scope, &webhook, &paths, 1)?;
            let addresses = issue.addresses(&paths);
            let make = Some(Box::new(Making { webhook, issue, addresses }));
            plans.push(Plan { entry, found, open, make });
        }
        Ok(plans)
    }

    /// Makes some lines in one transaction; when it fails, they are told as refused.
    async fn make(&self, scope: &Scope, slice: Vec<Plan>, report: &mut ImportReport) -> Result<()> {
        let slice = std::sync::Arc::new(slice);
        let (plans, now, actor) = (std::sync::Arc::clone(&slice), self.clock.now(), scope.user());
        let write = move |tx: &Tx<'_>| {
            for plan in plans.iter() {
                write(tx, plan, (actor, now))
                    .map_err(|error| Failed { line: plan.entry.line, error })?;
            }
            Ok(())
        };
        let outcome: Result<(), Failed> = self.db.write(scope, write).await;
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
                (None, Some(making)) => {
                    entry.webhook = Some(making.webhook.id);
                    entry.addresses = Some(making.addresses.clone());
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

/// Where a line goes when it says nothing itself.
#[derive(Debug, Clone)]
struct Defaults {
    team: Option<String>,
    channel: Option<String>,
    owner: UserId,
}

impl Defaults {
    fn of(import: &Import, owner: UserId) -> Self {
        Self { team: import.team.clone(), channel: import.channel.clone(), owner }
    }
}

/// A line that was checked.
#[derive(Debug)]
struct Checked {
    entry: Entry,
    url: Secret<String>,
    owner: UserId,
    second_owner: Option<UserId>,
    home: Home,
}

/// Where the webhook of a line will be.
#[derive(Debug, Clone, Copy)]
struct Home {
    team: At<TeamId>,
    channel: At<ChannelId>,
}

/// Something that is there, or that a line of the list makes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At<T> {
    Here(T),
    New(usize),
}

/// A line, ready to be written.
#[derive(Debug)]
struct Plan {
    entry: Entry,
    found: Option<(NewFoundation, UserId)>,
    open: Option<NewOpening>,
    make: Option<Box<Making>>,
}

#[derive(Debug)]
struct Making {
    webhook: Webhook,
    issue: Issue,
    addresses: Addresses,
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

fn write(tx: &Tx<'_>, plan: &Plan, (actor, now): (Option<UserId>, Timestamp)) -> Result<()> {
    let Some(making) = &plan.make else { return Ok(()) };
    if let Some((team, owner)) = &plan.found {
        // Whoever imports sees what was made.
        team.write(tx, actor.or(Some(*owner)))?;
    }
    if let Some(channel) = &plan.open {
        channel.write(tx, actor)?;
    }
    let Making { webhook, issue, .. } = &**making;
    may_set_up(tx, &workspace::access::channel(tx, webhook.channel)?)?;
    require_person(tx, webhook.owner)?;
    webhook.second_owner.map_or(Ok(()), |second| require_person(tx, second))?;
    store::insert(tx, webhook, None)?;
    issue.register(tx)?;
    audit(tx, "webhook.import", webhook.id, (None, Some(document(webhook))), now)
}

/// Checks every line against what is there and against the lines before it.
fn check_all(tx: &Tx<'_>, lines: &[Line], defaults: &Defaults) -> Result<Vec<Checked>> {
    let mut seen = Seen::default();
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| check(tx, (index, line), defaults, &mut seen))
        .collect()
}

/// What the lines before have said.
#[derive(Default)]
struct Seen {
    addresses: HashMap<SecretHash, u64>,
    /// Teams that a line makes, with the line.
    teams: Vec<(String, usize)>,
    /// Channels that a line makes: the team as it is written, the channel, the line.
    channels: Vec<(String, String, usize)>,
}

fn check(
    tx: &Tx<'_>,
    (index, line): (usize, &Line),
    defaults: &Defaults,
    seen: &mut Seen,
) -> Result<Checked> {
    let mut faults = Faults(Vec::new());
    let secrets = hashes(&line.url);
    if line.url.is_empty() {
        faults.fatal("url", "import.url_missing", "the line has no address");
    } else if secrets.is_empty() {
        let detail = "this is no address of a retired webhook: it looks like \
                      https://….webhook.office.com/webhookb2/… or …/workflows/…";
        faults.fatal("url", "import.url_malformed", detail);
    } else if let Some(first) = secrets.iter().find_map(|hash| seen.addresses.get(hash)) {
        faults.fatal("url", "import.duplicate", &format!("line {first} has the same address"));
    }
    for hash in &secrets {
        seen.addresses.entry(*hash).or_insert(line.number);
    }
    let or = |said: &str, default: Option<&str>| match said.trim() {
        "" => default.unwrap_or_default().trim().to_owned(),
        said => said.to_owned(),
    };
    let team = or(&line.team, defaults.team.as_deref());
    let channel = or(&line.channel, defaults.channel.as_deref());
    let channel = if channel.is_empty() { workspace::GENERAL.to_owned() } else { channel };
    let home = place(tx, (&team, &channel), index, (seen, &mut faults))?;
    let name = or(&line.name, Some(&channel));
    let name = match checked_name(&name) {
        Ok(name) => name,
        Err(error) => {
            faults.0.push(Fault { column: "name", ..fault_of(&error) });
            name
        }
    };
    let owner = person(tx, ("owner", &line.owner), &mut faults)?.unwrap_or(defaults.owner);
    let second_owner = person(tx, ("second_owner", &line.second_owner), &mut faults)?;
    let second_owner = second_owner.filter(|second| *second != owner);
    if tx.scope().user() != Some(owner) && !tx.scope().may(Permission::WebhookManageAll) {
        faults.fatal("owner", "import.owner_denied", "only administrators name another person");
    }
    let mut entry = Entry {
        line: line.number,
        fate: Fate::Made,
        name,
        team,
        new_team: matches!(home.team, At::New(_)),
        channel,
        new_channel: matches!(home.channel, At::New(_)),
        faults: Vec::new(),
        webhook: None,
        addresses: None,
    };
    if let Some(hook) = holder(tx, &secrets)? {
        let here = match (store::home(tx, hook)?, home.channel) {
            (Some(Place::Channel(here)), At::Here(channel)) => here == channel,
            _ => false,
        };
        if here {
            entry.fate = Fate::Kept;
            entry.webhook = Some(hook);
            // What is there stays as it is, whatever else the line says.
            faults.0.retain(|fault| fault.code == "import.duplicate");
        } else {
            let detail = "a webhook of another channel has this address";
            faults.fatal("url", "import.address_elsewhere", detail);
        }
    }
    if faults.0.iter().any(|fault| fault.fatal) {
        entry.fate = Fate::Refused;
    }
    entry.faults = faults.0;
    Ok(Checked { entry, url: Secret::new(line.url.clone()), owner, second_owner, home })
}

/// Where a line goes: what is there, or what it or a line before it makes.
fn place(
    tx: &Tx<'_>,
    (team, channel): (&str, &str),
    index: usize,
    (seen, faults): (&mut Seen, &mut Faults),
) -> Result<Home> {
    let nowhere = Home { team: At::New(index), channel: At::New(index) };
    if team.is_empty() {
        let detail = "the line names no team: give it one, or name one for all lines";
        faults.fatal("team", "import.team_missing", detail);
        return Ok(nowhere);
    }
    let same = |one: &str, other: &str| founding::is_same_name(one, other);
    let home_team = match founding::team_named(tx, team) {
        Ok(Some(access)) => At::Here(access.team.id),
        Ok(None) => {
            let before = seen.teams.iter().find(|(name, _)| same(name, team)).map(|(_, at)| *at);
            if before.is_none() {
                seen.teams.push((team.to_owned(), index));
                if !tx.scope().may(Permission::TeamCreate) {
                    faults.fatal(
                        "team",
                        "import.team_unknown",
                        "there is no such team, and you cannot make one",
                    );
                }
            }
            At::New(before.unwrap_or(index))
        }
        Err(workspace::Error::Store(error)) => return Err(error.into()),
        Err(_hidden) => {
            let detail = "a team of this name is there and you cannot see it";
            faults.fatal("team", "import.team_hidden", detail);
            return Ok(nowhere);
        }
    };
    let mut new = || {
        let known =
            seen.channels.iter().find(|(of, name, _)| same(of, team) && same(name, channel));
        let before = known.map(|(_, _, at)| *at);
        if before.is_none() {
            seen.channels.push((team.to_owned(), channel.to_owned(), index));
        }
        At::New(before.unwrap_or(index))
    };
    let home_channel = match home_team {
        At::New(_) => new(),
        At::Here(id) => match founding::channel_named(tx, id, channel) {
            Ok(Some(access)) => {
                if let Err(error) = may_set_up(tx, &access) {
                    faults.0.push(Fault { column: "channel", ..fault_of(&error) });
                }
                At::Here(access.channel.id)
            }
            Ok(None) => {
                if let Err(error) = founding::may_open(tx, id) {
                    faults.0.push(Fault { column: "channel", ..fault_of(&error.into()) });
                }
                new()
            }
            Err(workspace::Error::Store(error)) => return Err(error.into()),
            Err(_hidden) => {
                let detail = "a channel of this name is there and you cannot see it";
                faults.fatal("channel", "import.channel_hidden", detail);
                new()
            }
        },
    };
    Ok(Home { team: home_team, channel: home_channel })
}

/// The person of a cell; somebody who is not here is worth a word and no refusal.
fn person(
    tx: &Tx<'_>,
    (column, said): (&'static str, &str),
    faults: &mut Faults,
) -> Result<Option<UserId>> {
    if said.is_empty() {
        return Ok(None);
    }
    if let Some(user) = users::named(tx, said)?
        && users::is_active(tx, user)?
    {
        return Ok(Some(user));
    }
    let detail = match column {
        "owner" => format!("{said} is nobody who works here: the owner for all lines is taken"),
        _ => format!("{said} is nobody who works here"),
    };
    faults.0.push(Fault { column, code: "import.owner_unknown".to_owned(), detail, fatal: false });
    Ok(None)
}

struct Faults(Vec<Fault>);

impl Faults {
    fn fatal(&mut self, column: &'static str, code: &str, detail: &str) {
        let (code, detail) = (code.to_owned(), detail.to_owned());
        self.0.push(Fault { column, code, detail, fatal: true });
    }
}

/// An error as the fault of a line.
fn fault_of(error: &Error) -> Fault {
    let (code, detail) = match error {
        Error::Invalid { fields } => match fields.first() {
            Some(field) => (field.code.to_owned(), field.detail.clone()),
            None => (error.code().name().to_owned(), error.to_string()),
        },
        Error::Store(broken) if broken.is_unique() => {
            ("import.address_taken".to_owned(), "another webhook has this address".to_owned())
        }
        other => (other.code().name().to_owned(), other.to_string()),
    };
    Fault { column: "url", code, detail, fatal: true }
}

/// The webhook that one of these secrets speaks for, of this tenant.
fn holder(tx: &Tx<'_>, secrets: &[SecretHash]) -> Result<Option<kernel::WebhookId>> {
    for secret in secrets {
        if let Some(Subject::Webhook(hook)) = credentials::holder(tx, secret)? {
            return Ok(Some(hook));
        }
    }
    Ok(None)
}

/// What identity knows an address by; nothing when it is none.
fn hashes(url: &str) -> Vec<SecretHash> {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
    let (bare, query) =
        path.split_once('?').map_or((path, None), |(bare, query)| (bare, Some(query)));
    let secrets = address::read(bare, query).map(|read| read.secrets).unwrap_or_default();
    secrets.iter().map(|secret| SecretHash::of(secret.expose().as_bytes())).collect()
}

fn malformed() -> Error {
    Error::invalid("/csv", "import.url_malformed", "an address of a retired webhook is expected")
}

/// Lines of one transaction.
const SLICE: usize = 20;
