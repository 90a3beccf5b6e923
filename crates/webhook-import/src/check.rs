//! Checking a list, line by line, against what is there.

use std::collections::HashMap;

use channel_connectors::{
    Error, Place, Result,
    access::may_set_up,
    hooks::{checked_name, home},
};
use db::Tx;
use identity::{credentials::SecretHash, users};
use kernel::{ChannelId, Coded as _, Permission, Secret, TeamId, UserId};
use workspace::founding;

use crate::{
    Entry, Fate, Fault, Import, Line,
    service::{hashes, holder},
};

/// Where a line goes when it says nothing itself.
#[derive(Debug, Clone)]
pub(crate) struct Defaults {
    team: Option<String>,
    channel: Option<String>,
    owner: UserId,
}

impl Defaults {
    pub(crate) fn of(import: &Import, owner: UserId) -> Self {
        Self { team: import.team.clone(), channel: import.channel.clone(), owner }
    }
}

/// A line that was checked.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) entry: Entry,
    pub(crate) url: Secret<String>,
    pub(crate) owner: UserId,
    pub(crate) second_owner: Option<UserId>,
    pub(crate) home: Home,
}

/// Where the webhook of a line will be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Home {
    pub(crate) team: At<TeamId>,
    pub(crate) channel: At<ChannelId>,
}

/// Something that is there, or that a line of the list makes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At<T> {
    Here(T),
    New(usize),
}

/// Checks every line against what is there and against the lines before it.
pub(crate) fn check_all(tx: &Tx<'_>, lines: &[Line], defaults: &Defaults) -> Result<Vec<Checked>> {
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
    let place = place(tx, (&team, &channel), index, (seen, &mut faults))?;
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
        new_team: matches!(place.team, At::New(_)),
        channel,
        new_channel: matches!(place.channel, At::New(_)),
        faults: Vec::new(),
        webhook: None,
        addresses: None,
    };
    if let Some(hook) = holder(tx, &secrets)? {
        let here = match (home(tx, hook)?, place.channel) {
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
    Ok(Checked { entry, url: Secret::new(line.url.clone()), owner, second_owner, home: place })
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
pub(crate) fn fault_of(error: &Error) -> Fault {
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
