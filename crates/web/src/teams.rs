//! The list of teams, and creating one.

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Problem, get, get_and_post};
use kernel::{Coded as _, FieldError, Kind, Limit, Permission, TeamId};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Section, Visit, answer,
    tree::{self, Here, Leaf},
};
use workspace::{NewTeam, Team, TeamFilter, Visibility};

use super::channel::branches;

/// The addresses of the list.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/teams", get_and_post(list, create)).route("/teams/new", get(new))
}

/// The list of teams.
#[derive(Debug, Template)]
#[template(path = "team/list.html")]
pub(crate) struct List {
    pub(crate) frame: Frame,
    pub(crate) mine: Vec<Tile>,
    pub(crate) others: Vec<Tile>,
    pub(crate) deleted: Vec<Tile>,
    pub(crate) next: Option<String>,
}

/// A team of the list.
#[derive(Debug)]
pub(crate) struct Tile {
    pub(crate) id: TeamId,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    pub(crate) channels: Vec<Leaf>,
}

impl Tile {
    fn of(team: &Team, channels: Vec<Leaf>) -> Self {
        Self {
            id: team.id,
            name: team.name.clone(),
            description: team.description.clone(),
            private: team.visibility == Visibility::Private,
            archived: team.archived_at.is_some(),
            channels,
        }
    }
}

/// A page with one form: a new team, a new channel.
#[derive(Debug, Template)]
#[template(path = "team/new.html")]
pub(crate) struct Make {
    pub(crate) frame: Frame,
    pub(crate) action: String,
    pub(crate) cancel: String,
    pub(crate) fields: Vec<Field>,
}

async fn list(State(app): State<App>, visit: Visit, query: PageQuery) -> Result<Response, Problem> {
    let branches = branches(&app, &visit).await?;
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let first = query.after.is_none();
    let visible =
        app.workspace.teams(&visit.scope, TeamFilter::Visible, query.after, limit).await?;
    let deleted = if first {
        app.workspace.teams(&visit.scope, TeamFilter::Deleted, None, limit).await?.items
    } else {
        Vec::new()
    };
    let (mut mine, mut others) = (Vec::new(), Vec::new());
    let mut trees = tree::teams(&branches, Here::Nowhere);
    for access in &visible.items {
        let place = trees.iter().position(|team| team.id == access.team.id);
        let channels = place.map(|at| trees.swap_remove(at).channels).unwrap_or_default();
        let tile = Tile::of(&access.team, channels);
        if access.rights.role.is_some() { mine.push(tile) } else { others.push(tile) }
    }
    let pane = tree::pane(&visit.frame, &branches, Here::Nowhere);
    let title = visit.frame.say("teams");
    Ok(answer::page(&List {
        frame: visit.frame.at(Section::Teams, title).with_pane(pane),
        mine,
        others,
        deleted: deleted.iter().map(|access| Tile::of(&access.team, Vec::new())).collect(),
        next: visible.next.map(|next| format!("/teams?after={next}")),
    }))
}

/// What a new team is made of.
#[derive(Debug, Default, Deserialize)]
struct NewForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    visibility: String,
}

async fn new(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    visit.scope.require(Permission::TeamCreate).map_err(Problem::denied)?;
    form(&app, visit, StatusCode::OK, &NewForm::default(), &[]).await
}

async fn create(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<NewForm>,
) -> Result<Response, Problem> {
    let team = NewTeam {
        name: typed.name.clone(),
        description: typed.description.clone(),
        visibility: Visibility::parse(&typed.visibility).unwrap_or(Visibility::Private),
    };
    match app.workspace.create_team(&visit.scope, team).await {
        Ok(made) => {
            let to = format!("/teams/{}", made.team.id);
            Ok(answer::back_with(&visit.context, &to, "team-created"))
        }
        Err(error) => match mistakes(&error) {
            Some(errors) => {
                form(&app, visit, StatusCode::UNPROCESSABLE_ENTITY, &typed, &errors).await
            }
            None => Err(error.into()),
        },
    }
}

async fn form(
    app: &App,
    visit: Visit,
    status: StatusCode,
    typed: &NewForm,
    errors: &[FieldError],
) -> Result<Response, Problem> {
    let branches = branches(app, &visit).await?;
    let pane = tree::pane(&visit.frame, &branches, Here::Nowhere);
    Ok(answer::page_with(status, &make_team(visit.frame.with_pane(pane), typed, errors)))
}

fn make_team(frame: Frame, typed: &NewForm, errors: &[FieldError]) -> Make {
    let t = frame.t;
    let visibilities =
        [("private", frame.say("team-private")), ("public", frame.say("team-public"))];
    let fields = vec![
        Field::text("name", frame.say("team-name"))
            .value(&typed.name)
            .placeholder(frame.say("team-name-placeholder"))
            .required()
            .autofocus()
            .checked(errors, t),
        Field::area("description", frame.say("team-description"))
            .value(&typed.description)
            .checked(errors, t),
        Field::select("visibility", frame.say("team-visibility"), visibilities)
            .value(&typed.visibility),
    ];
    let title = frame.say("team-new");
    let frame = frame.at(Section::Teams, title).back_to("/teams");
    Make { frame, action: "/teams".to_owned(), cancel: "/teams".to_owned(), fields }
}

/// The mistakes of a form, when the error is one of input; a taken name points at the name.
pub(crate) fn mistakes(error: &workspace::Error) -> Option<Vec<FieldError>> {
    match error {
        workspace::Error::NameTaken => {
            Some(vec![FieldError::new("/name", error.code().name(), error.to_string())])
        }
        workspace::Error::MemberNotFound { .. } | workspace::Error::LastOwner => {
            Some(vec![FieldError::new("/person", error.code().name(), error.to_string())])
        }
        _ if error.code().kind() == Kind::Invalid => Some(error.fields().to_vec()),
        _ => None,
    }
}

/// What the list and the form look like.
#[cfg(test)]
pub(crate) mod samples {
    use kernel::Ids;

    use super::*;

    pub(crate) fn leaf(ids: &Ids, name: &str, unread: i64) -> Leaf {
        Leaf {
            id: ids.fresh(),
            name: name.to_owned(),
            private: name == "Board",
            archived: false,
            here: false,
            unread,
        }
    }

    pub(crate) fn lists(frame: &Frame) -> Vec<(&'static str, List)> {
        let ids = Ids::seeded(7);
        let tile = |name: &str, description: &str, channels: &[(&str, i64)]| Tile {
            id: ids.fresh(),
            name: name.to_owned(),
            description: description.to_owned(),
            private: name == "Finance",
            archived: false,
            channels: channels.iter().map(|(name, new)| leaf(&ids, name, *new)).collect(),
        };
        let frame = || frame.clone().at(Section::Teams, frame.say("teams"));
        let full = List {
            frame: frame(),
            mine: vec![
                tile("Operations", "Keeps the lights on", &[("General", 0), ("Alerts", 3)]),
                tile("Finance", "", &[("General", 0), ("Board", 120)]),
            ],
            others: vec![tile("Canteen", "What is for lunch?", &[])],
            deleted: vec![tile("Summer party", "", &[])],
            next: None,
        };
        let (mine, others, deleted) = (Vec::new(), Vec::new(), Vec::new());
        let empty = List { frame: frame(), mine, others, deleted, next: None };
        vec![("full", full), ("empty", empty)]
    }

    pub(crate) fn forms(frame: &Frame) -> Vec<(&'static str, Make)> {
        let typed = NewForm {
            name: "Operations".to_owned(),
            description: "<b>Keeps</b> the lights on".to_owned(),
            visibility: "public".to_owned(),
        };
        let taken = [FieldError::new("/name", "name.taken", "")];
        vec![
            ("blank", make_team(frame.clone(), &NewForm::default(), &[])),
            ("wrong", make_team(frame.clone(), &typed, &taken)),
        ]
    }
}
