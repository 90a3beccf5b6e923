//! What several pages say of an action.

use std::collections::BTreeMap;

use actions::{Action, Annotations, Audience, Offered, Operation, RequestState, State};
use identity::Role;
use kernel::{ActionId, ApiConnectorId, EnvironmentId, GroupId, LicenceId, Limit, UserId};
use serde_json::Value;
use web_frame::{App, Frame, Visit, parts::role_name};

/// A word and the colour of its badge.
pub(crate) type Badge = (String, &'static str);

/// The state of an action in words.
pub(crate) fn state(frame: &Frame, state: State) -> Badge {
    let colour = match state {
        State::Draft => "",
        State::Waiting => "warning",
        State::Enabled => "good",
        State::Disabled => "bad",
    };
    (frame.say(&format!("web-actions.state-{}", state.as_str())), colour)
}

/// The state of a request in words.
pub(crate) fn request_state(frame: &Frame, state: RequestState) -> Badge {
    let colour = match state {
        RequestState::Open => "warning",
        RequestState::Granted => "good",
        RequestState::Declined => "bad",
    };
    (frame.say(&format!("web-actions.request-{}", state.as_str())), colour)
}

/// What a call does, as a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verb {
    Reads,
    Writes,
    Removes,
    Unknown,
}

impl Verb {
    pub(crate) fn of(hints: Option<Annotations>) -> Self {
        match hints {
            None => Self::Unknown,
            Some(hints) if hints.read_only_hint => Self::Reads,
            Some(hints) if hints.destructive_hint => Self::Removes,
            Some(_) => Self::Writes,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Removes => "removes",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn badge(self, frame: &Frame) -> Badge {
        let colour = match self {
            Self::Reads => "brand",
            Self::Writes => "warning",
            Self::Removes => "bad",
            Self::Unknown => "",
        };
        (frame.say(&format!("web-actions.verb-{}", self.word())), colour)
    }
}

/// What an operation does.
pub(crate) fn verb(operation: &Operation) -> Verb {
    Verb::of(operation.prepared.as_ref().map(|made| made.annotations))
}

/// How many operations do what, in words: reads 3, writes 1.
pub(crate) fn does(frame: &Frame, action: &Action) -> Vec<Badge> {
    let mut counts: BTreeMap<Verb, i64> = BTreeMap::new();
    for operation in action.operations.iter().filter(|operation| operation.active) {
        *counts.entry(verb(operation)).or_default() += 1;
    }
    let badge = |(verb, count): (Verb, i64)| {
        let (_, colour) = verb.badge(frame);
        (frame.say1(&format!("web-actions.does-{}", verb.word()), "count", count), colour)
    };
    counts.into_iter().map(badge).collect()
}

/// An action in a list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) connector: String,
    pub(crate) environment: String,
    pub(crate) does: Vec<Badge>,
    /// What it is to the reader: ready, asked for, to be asked for; or its state for those who decide.
    pub(crate) badges: Vec<Badge>,
}

/// Names of what actions refer to, as far as the reader may know them.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    connectors: BTreeMap<ApiConnectorId, String>,
    environments: BTreeMap<EnvironmentId, String>,
    people: BTreeMap<UserId, String>,
}

impl Names {
    /// The names of connectors and environments of some actions.
    pub(crate) async fn of(app: &App, visit: &Visit, actions: &[&Action]) -> Self {
        let mut names = Self::default();
        if let Ok(all) = app.identity.environments(&visit.scope).await {
            names.environments = all.into_iter().map(|it| (it.id, it.name)).collect();
        }
        for action in actions {
            if names.connectors.contains_key(&action.connector) {
                continue;
            }
            if let Ok(known) = app.api_connectors.connector(&visit.scope, action.connector).await {
                names.connectors.insert(known.id, known.name);
            }
        }
        names
    }

    /// Names that a test gives.
    #[cfg(test)]
    pub(crate) fn known(
        connector: (ApiConnectorId, &str),
        environment: (EnvironmentId, &str),
        people: impl IntoIterator<Item = (UserId, String)>,
    ) -> Self {
        Self {
            connectors: BTreeMap::from([(connector.0, connector.1.to_owned())]),
            environments: BTreeMap::from([(environment.0, environment.1.to_owned())]),
            people: people.into_iter().collect(),
        }
    }

    /// The same with the names of persons.
    pub(crate) async fn and_people(
        mut self,
        app: &App,
        visit: &Visit,
        people: impl IntoIterator<Item = UserId>,
    ) -> Self {
        for id in people {
            if self.people.contains_key(&id) {
                continue;
            }
            if let Ok(known) = app.identity.user(&visit.scope, id).await {
                self.people.insert(id, known.display_name);
            }
        }
        self
    }

    pub(crate) fn connector(&self, id: ApiConnectorId) -> String {
        self.connectors.get(&id).cloned().unwrap_or_else(|| "–".to_owned())
    }

    pub(crate) fn environment(&self, id: EnvironmentId) -> String {
        self.environments.get(&id).cloned().unwrap_or_else(|| "–".to_owned())
    }

    pub(crate) fn person(&self, id: Option<UserId>) -> String {
        id.and_then(|id| self.people.get(&id).cloned()).unwrap_or_else(|| "–".to_owned())
    }
}

/// What the reader asked for last, by action.
pub(crate) type Asked = BTreeMap<ActionId, RequestState>;

/// What the reader asked for last.
pub(crate) async fn asked(app: &App, visit: &Visit) -> Asked {
    let own = app.published.own_requests(&visit.scope).await.unwrap_or_default();
    // newest first: an older one does not replace it
    own.into_iter().rev().map(|request| (request.action, request.state)).collect()
}

/// What an action is to the reader.
pub(crate) fn to_me(
    frame: &Frame,
    offered: &Offered,
    asked: Option<RequestState>,
) -> Option<Badge> {
    if offered.usable {
        return Some((frame.say("web-actions.ready"), "good"));
    }
    match (offered.action.state, asked) {
        (State::Draft, _) => None,
        (_, Some(RequestState::Open)) => Some((frame.say("web-actions.asked"), "warning")),
        (_, Some(RequestState::Declined)) => Some((frame.say("web-actions.declined"), "bad")),
        _ => Some((frame.say("web-actions.on-request"), "")),
    }
}

impl Row {
    pub(crate) fn of(frame: &Frame, offered: &Offered, names: &Names, asked: &Asked) -> Self {
        let action = &offered.action;
        let mut badges = Vec::new();
        let decides = frame.may(kernel::Permission::ActionManage)
            || frame.may(kernel::Permission::ConnectorManage);
        if decides {
            badges.push(state(frame, action.state));
        }
        let mine = to_me(frame, offered, asked.get(&action.id).copied());
        if let Some(mine) = mine
            && (!decides || offered.usable)
        {
            badges.push(mine);
        }
        Self {
            href: format!("/actions/{}", action.id),
            name: action.name.clone(),
            what: action.description.clone(),
            connector: names.connector(action.connector),
            environment: names.environment(action.environment),
            does: does(frame, action),
            badges,
        }
    }
}

/// Groups and licences that an administrator can choose.
#[derive(Debug, Default, Clone)]
pub(crate) struct Circles {
    pub(crate) groups: Vec<(GroupId, String)>,
    pub(crate) licences: Vec<(LicenceId, String)>,
}

impl Circles {
    pub(crate) async fn of(app: &App, visit: &Visit) -> Self {
        let mut groups = Vec::new();
        let mut after = None;
        let largest = Limit::new(Limit::MAX).unwrap_or_default();
        for _ in 0..PAGES {
            let page = app.identity.groups(&visit.scope, largest, after.as_ref()).await;
            let Ok(page) = page else { break };
            groups.extend(page.items.into_iter().map(|group| (group.id, group.name)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let licences = app.identity.licences(&visit.scope).await.unwrap_or_default();
        let licences = licences.into_iter().map(|licence| (licence.id, licence.name)).collect();
        Self { groups, licences }
    }

    /// An audience in words.
    pub(crate) fn words(&self, frame: &Frame, audience: &Audience) -> String {
        let Audience::Only { groups, roles } = audience else {
            return frame.say("web-actions.everybody");
        };
        let group = |id: &GroupId| {
            let known = self.groups.iter().find(|(known, _)| known == id);
            known.map_or_else(|| frame.say("web-actions.group-gone"), |(_, name)| name.clone())
        };
        let mut names: Vec<String> = groups.iter().map(group).collect();
        names.extend(roles.iter().map(|role: &Role| role_name(frame, *role)));
        names.join(", ")
    }

    pub(crate) fn licence(&self, id: Option<LicenceId>) -> Option<String> {
        let id = id?;
        self.licences.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone())
    }
}

/// An input of an operation, as people read it.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) required: bool,
    pub(crate) default: Option<String>,
}

/// The inputs that callers of an operation give.
pub(crate) fn inputs(frame: &Frame, operation: &Operation) -> Vec<Input> {
    let Some(schema) = operation.prepared.as_ref().map(|made| &made.input) else {
        return Vec::new();
    };
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|all| all.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let properties = schema.get("properties").and_then(Value::as_object);
    let text = |schema: &Value, key: &str| {
        schema.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| Input {
            name: name.clone(),
            title: text(schema, "title"),
            kind: kind(frame, schema),
            what: text(schema, "description"),
            required: required.contains(&name.as_str()),
            default: schema.get("default").map(written),
        })
        .collect()
}

/// What kind of value a schema takes, in a word.
pub(crate) fn kind(frame: &Frame, schema: &Value) -> String {
    let word = match schema.get("type").and_then(Value::as_str) {
        Some("string") if schema.get("enum").is_some() => "choice",
        Some("string") => match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => "moment",
            Some("date") => "date",
            _ => "text",
        },
        Some("integer") => "integer",
        Some("number") => "number",
        Some("boolean") => "boolean",
        Some("array") => "list",
        Some("object") => "object",
        _ => "anything",
    };
    frame.say(&format!("web-actions.kind-{word}"))
}

/// A value as people read and type it: a text without its quotation marks.
pub(crate) fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Pages of groups that are read at most: 1,000 groups.
const PAGES: usize = 5;
