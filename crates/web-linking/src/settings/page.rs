//! The switches of an environment, what must be so beforehand, and what stands beside them.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use kernel::{Coded as _, EnvironmentId, Kind};
use linking_setup::{Condition, Consent, DeviceRule, Devices, Error, Met, Overview, Turn};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, administration, answer, parts::told};

use super::{consent_badge, consent_key, cure, met_badge, path, place_key, say};

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings/page.html")]
pub(super) struct Page {
    frame: Frame,
    /// Whether the operator of the hub closed linking.
    closed: bool,
    seen: Overview,
    rows: Vec<Row>,
    switches: Vec<Switch>,
    devices: [Field; 2],
    /// What went wrong, and what to do.
    problem: Option<(String, String)>,
}

/// One switch.
#[derive(Debug)]
struct Switch {
    name: &'static str,
    label: String,
    hint: String,
    on: bool,
    closed: bool,
}

/// One condition.
#[derive(Debug)]
struct Row {
    condition: Condition,
    name: String,
    why: String,
    cure: Option<(String, String)>,
    about: String,
}

/// What the form holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    basic: String,
    enhanced: String,
    labels: String,
    one_drive: String,
    devices: String,
    networks: String,
}

impl Typed {
    fn of(seen: &Overview) -> Self {
        let word = |on: bool| if on { "on".to_owned() } else { String::new() };
        Self {
            basic: word(seen.switches.basic),
            enhanced: word(seen.switches.enhanced),
            labels: word(seen.labels),
            one_drive: word(seen.switches.one_drive),
            devices: seen.devices.rule.as_str().to_owned(),
            networks: seen.devices.networks_text().replace(' ', "\n"),
        }
    }

    /// What differs from what is so, in the order in which it can be done.
    fn turns(&self, seen: &Overview) -> Result<Vec<Turn>, Error> {
        let rule = DeviceRule::parse(&self.devices).unwrap_or(seen.devices.rule);
        let devices = Devices { rule, networks: Devices::read_networks(&self.networks)? };
        let is_on = |word: &str| word == "on";
        let (basic, one_drive) = (is_on(&self.basic), is_on(&self.one_drive));
        let mut turns = Vec::new();
        if devices != seen.devices {
            turns.push(Turn::Devices(devices));
        }
        if one_drive != seen.switches.one_drive {
            turns.push(Turn::OneDrive(one_drive));
        }
        if basic != seen.switches.basic {
            turns.push(Turn::Basic(basic));
        }
        // what could not be ticked was not unticked
        if basic && seen.switches.basic && is_on(&self.enhanced) != seen.switches.enhanced {
            turns.push(Turn::Enhanced(is_on(&self.enhanced)));
        }
        if basic && seen.switches.enhanced && is_on(&self.labels) != seen.labels {
            turns.push(Turn::Labels(is_on(&self.labels)));
        }
        Ok(turns)
    }
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
) -> Result<Response, Problem> {
    let seen = app.linking_setup.overview(&visit.scope, environment).await?;
    let typed = Typed::of(&seen);
    let page = Page::new(visit.frame, seen, &typed, None);
    Ok(answer::page(&Page { closed: app.linking_setup.is_closed(), ..page }))
}

pub(super) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let setup = &app.linking_setup;
    let seen = setup.overview(&visit.scope, environment).await?;
    let turns = match typed.turns(&seen) {
        Ok(turns) => turns,
        Err(error) => return refused(&app, visit, environment, (&typed, &error)).await,
    };
    let asks = turns.contains(&Turn::Enhanced(true)) && seen.leads_tenant && !seen.consent.holds();
    // what is asked for on another page is turned there
    let turns: Vec<Turn> =
        turns.into_iter().filter(|turn| !asks || *turn != Turn::Enhanced(true)).collect();
    if let Err(error) = setup.turn_all(&visit.scope, environment, &turns).await {
        if matches!(error.code().kind(), Kind::Conflict | Kind::Invalid | Kind::Forbidden) {
            return refused(&app, visit, environment, (&typed, &error)).await;
        }
        return Err(error.into());
    }
    let to = if asks {
        path(environment, "/consent?which=first&next=enhanced")
    } else {
        path(environment, "")
    };
    let toast = if asks { "linking-setup.asked" } else { "linking-setup.saved" };
    Ok(answer::back_with(&visit.context, &to, toast))
}

/// The page again, with what went wrong.
async fn refused(
    app: &App,
    visit: Visit,
    environment: EnvironmentId,
    (typed, error): (&Typed, &Error),
) -> Result<Response, Problem> {
    let seen = app.linking_setup.overview(&visit.scope, environment).await?;
    let problem = Some(told(&visit.frame, error));
    let mut page = Page::new(visit.frame, seen, typed, problem);
    page.closed = app.linking_setup.is_closed();
    let t = page.frame.t;
    page.devices = page.devices.map(|field| field.checked(error.fields(), t));
    let status = match error.code().kind() {
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Conflict => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(answer::page_with(status, &page))
}

impl Page {
    #[cfg(test)]
    pub(super) fn of(frame: Frame, seen: Overview) -> Self {
        let typed = Typed::of(&seen);
        Self::new(frame, seen, &typed, None)
    }

    fn new(frame: Frame, seen: Overview, typed: &Typed, problem: Option<(String, String)>) -> Self {
        let title = say(&frame, "title");
        let back = format!("/admin/environments/{}", seen.environment);
        let frame = administration::at(frame, "environments", title).back_to(back);
        let rows = seen.conditions.iter().map(|one| Row::new(&frame, &seen, one)).collect();
        let switch = |name: &'static str, key: &str, word: &str, closed: bool| Switch {
            name,
            label: say(&frame, key),
            hint: say(&frame, &format!("{key}-what")),
            on: word == "on",
            closed,
        };
        let on = &seen.switches;
        let switches = vec![
            switch("basic", "basic", &typed.basic, false),
            switch(
                "enhanced",
                "enhanced",
                &typed.enhanced,
                !on.basic || !seen.leads_tenant && !on.enhanced,
            ),
            switch("labels", "labels", &typed.labels, !on.enhanced),
            switch("one_drive", "one-drive", &typed.one_drive, false),
        ];
        let rules = DeviceRule::ALL.map(|rule| {
            (rule.as_str().to_owned(), say(&frame, &format!("device-{}", rule.as_str())))
        });
        let devices = [
            Field::select("devices", say(&frame, "devices"), rules)
                .value(typed.devices.clone())
                .hint(say(&frame, "devices-what")),
            Field::area("networks", say(&frame, "networks"))
                .value(typed.networks.clone())
                .hint(say(&frame, "networks-what")),
        ];
        Self { closed: false, frame, seen, rows, switches, devices, problem }
    }

    fn say(&self, key: &str) -> String {
        say(&self.frame, key)
    }

    fn path(&self, rest: &str) -> String {
        path(self.seen.environment, rest)
    }

    fn consents(&self) -> [&Consent; 2] {
        [&self.seen.consent, &self.seen.second]
    }

    fn count(&self, key: &str) -> usize {
        self.rows.iter().filter(|row| row.condition.state.as_str() == key).count()
    }

    /// How many conditions stand so.
    fn counted(&self, key: &str) -> String {
        self.frame.say1(&format!("linking-setup.count-{key}"), "count", self.count(key))
    }

    /// Whether any does.
    fn has(&self, key: &str) -> bool {
        self.count(key) > 0
    }

    /// Whether enhanced linking is turned on and rests for want of consent.
    fn rests(&self) -> bool {
        self.seen.switches.enhanced && !self.seen.consent.holds()
    }

    fn linked(&self) -> usize {
        self.seen.tables.iter().filter(|table| table.links).count()
    }

    /// What the reader lacks, in words.
    fn lacks(&self) -> Option<String> {
        let missing = self.seen.licences.missing;
        let code = match (missing.engagement, missing.teams) {
            (false, false) => return None,
            (true, true) => "linking.licences_missing",
            (true, false) => "linking.engagement_licence_missing",
            (false, true) => "linking.teams_licence_missing",
        };
        Some(self.frame.t.code(code))
    }

    /// The names of licences that count.
    fn licences(&self, teams: bool) -> String {
        let licences = &self.seen.licences;
        let names: Vec<&str> = if teams {
            licences.teams().map(|one| one.licence.name.as_str()).collect()
        } else {
            licences.engagement().map(|one| one.licence.name.as_str()).collect()
        };
        if names.is_empty() { self.say("licences-none") } else { names.join(", ") }
    }
}

impl Row {
    fn new(frame: &Frame, seen: &Overview, condition: &Condition) -> Self {
        let key = condition.id.to_lowercase();
        let place = cure(seen.environment, condition.place);
        let name = say(frame, &format!("place-{}", place_key(condition.place)));
        let tables = condition.about.iter().map(|about| {
            let table = seen.tables.iter().find(|table| table.table == *about);
            table.map_or(about.as_str(), |table| super::tables::name_of(frame, table))
        });
        Self {
            name: say(frame, &key),
            why: say(frame, &format!("{key}-cure")),
            cure: place.map(|place| (place, name)),
            about: tables.collect::<Vec<_>>().join(", "),
            condition: condition.clone(),
        }
    }

    fn badge(&self) -> (&'static str, &'static str) {
        met_badge(self.condition.state)
    }

    /// Whether there is something to do.
    fn is_open(&self) -> bool {
        self.condition.state != Met::Met
    }
}
