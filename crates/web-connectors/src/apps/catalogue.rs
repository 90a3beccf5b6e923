//! The catalogue as cards.

use app_packages::Capability;
use apps::Filter;
use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use edge::{PageQuery, Path, Problem, Query};
use kernel::{AppId, Permission};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use super::shapes::Card;
use crate::at;

/// The page.
#[derive(Debug, Template)]
#[template(path = "apps/catalogue.html")]
struct Catalogue {
    frame: Frame,
    search: String,
    category: String,
    categories: Vec<(&'static str, String, bool)>,
    mine: Vec<Card>,
    cards: Vec<Card>,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    category: String,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    page: PageQuery,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::AppInstall).map_err(Problem::denied)?;
    let capability = Capability::parse(&wanted.category);
    let filter = Filter { search: wanted.q.trim().to_owned(), capability, all: false };
    let found = app.apps.catalogue(&visit.scope, filter, page.after.as_ref(), page.limit).await?;
    let mine = match visit.scope.user() {
        Some(_) => app.apps.effective_apps(&visit.scope, None).await?,
        None => Vec::new(),
    };
    let frame = visit.frame;
    let first = wanted.q.is_empty() && capability.is_none() && page.after.is_none();
    let mine = mine
        .iter()
        .filter(|_| first)
        .map(|it| Card { is_pinned: it.pinned.is_some(), ..Card::of(&frame, &it.entry) });
    let next = found.next.as_ref().map(|cursor| {
        let query =
            [("q", wanted.q.as_str()), ("category", &wanted.category), ("after", cursor.as_str())];
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("/apps?{query}")
    });
    let mine = mine.collect();
    let cards = found.items.iter().map(|it| Card::of(&frame, it)).collect();
    Ok(answer::page(&Catalogue::new(frame, (wanted, capability), (mine, cards, next))))
}

impl Catalogue {
    fn new(
        frame: Frame,
        (wanted, chosen): (Wanted, Option<Capability>),
        (mine, cards, next): (Vec<Card>, Vec<Card>, Option<String>),
    ) -> Self {
        let all = [("", frame.say("apps.category-all"), chosen.is_none())];
        let each = Capability::ALL.map(|it| {
            let key = format!("apps.category-{}", it.as_str().replace('_', "-"));
            (it.as_str(), frame.say(&key), chosen == Some(it))
        });
        let title = frame.say("apps.title");
        Self {
            search: wanted.q,
            category: wanted.category,
            categories: all.into_iter().chain(each).collect(),
            mine,
            cards,
            next,
            frame: at(frame, "apps", title),
        }
    }
}

/// An icon by its hash: the address names the bytes, so they never change.
pub(super) async fn icon(
    State(app): State<App>,
    visit: Visit,
    Path((id, hash)): Path<(AppId, String)>,
) -> Result<Response, Problem> {
    let icon = app.apps.icon(&visit.scope, id, &hash).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, icon.bytes).into_response())
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    fn card(name: &str, state: Option<(String, &'static str)>) -> Card {
        Card {
            href: "/apps/0190".to_owned(),
            id: uuid::Uuid::nil().into(),
            name: name.to_owned(),
            what: "Says in channels what happens to tasks".to_owned(),
            developer: "Contoso".to_owned(),
            icon: None,
            kinds: vec!["Connectors".to_owned()],
            is_pinned: false,
            state,
            waiting: None,
            version: "1.2.3".to_owned(),
            origin: "Catalogue".to_owned(),
        }
    }

    #[test]
    fn the_catalogue_shows_cards_or_what_to_do_first() {
        show("apps", |frame| {
            let pinned = Card { is_pinned: true, ..card("Builds", None) };
            let cards = vec![
                card("Tasks", None),
                card("<b>Orders</b>", Some(("Blocked".to_owned(), "bad"))),
            ];
            let some = (vec![pinned], cards, Some("/apps?after=x".to_owned()));
            let nothing = (Vec::new(), Vec::new(), None);
            let wanted = Wanted { q: "orders".to_owned(), category: String::new() };
            let of = |wanted, cards| Catalogue::new(frame.clone(), (wanted, None), cards);
            vec![
                ("some", of(Wanted::default(), some)),
                ("none", of(Wanted::default(), nothing.clone())),
                ("no-hit", of(wanted, nothing)),
            ]
        });
    }
}
