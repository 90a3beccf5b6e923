//! The actions that the reader may use, may ask for, works on or decides about.

use actions::{Find, Offered, State};
use askama::Template;
use axum::{extract::State as Rooms, response::Response};
use edge::{PageQuery, Problem, Query};
use kernel::{Page as Rows, Permission};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer, html};

use crate::{
    Entry, Waits, at, entries,
    shapes::{Asked, Names, Row, asked},
};

/// The list.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
    search: String,
    show: Show,
    tabs: Vec<(String, String, bool)>,
    /// Where the pane leads, for screens that have no room for it.
    links: Vec<Entry>,
}

/// Which part of the actions is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Show {
    /// Everything that the reader may know of.
    #[default]
    All,
    /// What the reader may use.
    Usable,
    /// What the reader may ask for.
    Others,
    /// Drafts of makers.
    Draft,
    /// What waits for an administrator.
    Waiting,
    /// What is enabled for somebody.
    Enabled,
    /// What was taken out of use.
    Disabled,
}

impl Show {
    const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Usable => "usable",
            Self::Others => "others",
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    const fn state(self) -> Option<State> {
        match self {
            Self::Draft => Some(State::Draft),
            Self::Waiting => Some(State::Waiting),
            Self::Enabled => Some(State::Enabled),
            Self::Disabled => Some(State::Disabled),
            Self::All | Self::Usable | Self::Others => None,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    show: Option<Show>,
    #[serde(default)]
    q: String,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Query(asking): Query<Asking>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let show = asking.show.unwrap_or_default();
    let scope = &visit.scope;
    let found = if show == Show::Usable {
        let found = app.published.usable(scope, &asking.q, page.limit, page.after.as_ref());
        found.await?.map(|action| Offered { action, usable: true })
    } else {
        let find = Find { state: show.state(), words: asking.q.clone(), ..Find::default() };
        let mut found = app.published.find(scope, find, page.limit, page.after.as_ref()).await?;
        if show == Show::Others {
            found.items.retain(|offered| !offered.usable && offered.action.state != State::Draft);
        }
        found
    };
    let usable = found.items.iter().filter(|offered| offered.usable);
    let usable: Vec<_> = usable.map(|offered| offered.action.id).collect();
    app.published.note_load(scope, actions::Surface::Pages, usable);
    let actions: Vec<_> = found.items.iter().map(|offered| &offered.action).collect();
    let names = Names::of(&app, &visit, &actions).await;
    let asked = asked(&app, &visit).await;
    let waits = Waits::of(&app, &visit).await;
    let seen = Seen { found, names, asked };
    Ok(answer::page(&List::new((visit.frame, waits), seen, (show, asking.q))))
}

/// What a list is made of.
#[derive(Debug)]
pub(crate) struct Seen {
    found: Rows<Offered>,
    names: Names,
    asked: Asked,
}

impl List {
    fn new((frame, waits): (Frame, Waits), seen: Seen, (show, search): (Show, String)) -> Self {
        let row = |offered: &Offered| Row::of(&frame, offered, &seen.names, &seen.asked);
        let rows = seen.found.items.iter().map(row).collect();
        let query = |show: Show| format!("/actions?show={}", show.word());
        let next = seen.found.next.map(|cursor| {
            let words = html::query_value(&search);
            format!("{}&q={words}&after={cursor}", query(show))
        });
        let mut all = vec![Show::All, Show::Usable, Show::Others];
        if frame.may(Permission::ConnectorManage) || frame.may(Permission::ActionManage) {
            all.extend([Show::Draft, Show::Waiting, Show::Enabled, Show::Disabled]);
        }
        let tab = |it: Show| {
            let name = frame.say(&format!("web-actions.show-{}", it.word()));
            (query(it), name, it == show)
        };
        let tabs = all.into_iter().map(tab).collect();
        let mut links = entries(&frame, waits);
        links.retain(|entry| entry.key != "all");
        let title = frame.say("web-actions.title");
        Self { rows, next, search, show, tabs, links, frame: at(frame, waits, "all", title) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use actions::RequestState;
    use kernel::{Cursor, Permissions};
    use web_proof::show;

    use super::*;
    use crate::samples::{names, offered, the_action};

    #[test]
    fn everybody_reads_what_an_action_is_to_them() {
        show("list", |frame| {
            let list = |frame: &Frame, items: Vec<Offered>, asked: Option<RequestState>, show| {
                let next = (items.len() > 1).then(|| Cursor::new("a"));
                let asked = asked.map(|state| (the_action(), state)).into_iter();
                let asked = asked.collect::<BTreeMap<_, _>>();
                let seen = Seen { found: Rows { items, next }, names: names(), asked };
                let waits = Waits { actions: 2, requests: 1 };
                List::new((frame.clone(), waits), seen, (show, "É t".to_owned()))
            };
            let few = Permissions::of(&[Permission::ActionUse]);
            let seller = Frame { permissions: few, ..frame.clone() };
            let two = vec![offered(State::Enabled, true), offered(State::Draft, false)];
            let one = vec![offered(State::Waiting, false)];
            vec![
                ("administrator", list(frame, two, None, Show::All)),
                ("asked", list(&seller, one, Some(RequestState::Open), Show::Others)),
                ("empty", list(&seller, Vec::new(), None, Show::All)),
            ]
        });
    }
}
