//! One team: its channels, members and settings.

mod change;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response};
use edge::{PageQuery, Path, Problem, get, get_and_post, post};
use jiff::Timestamp;
use kernel::{ChannelId, FieldError, Permission, TeamId, UserId};
use web_frame::{
    App, Field, Frame, Section, Visit, answer,
    tree::{self, Here},
};
use workspace::{ChannelAccess, ChannelKind, Role, TeamAccess, Visibility};

use super::channel::branches;

/// The addresses of a team.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/teams/{team}", get(channels))
        .route("/teams/{team}/members", get_and_post(members, change::set_member))
        .route("/teams/{team}/members/{user}/remove", post(change::remove_member))
        .route("/teams/{team}/settings", get_and_post(settings, change::update))
        .route("/teams/{team}/archive", post(change::archive))
        .route("/teams/{team}/delete", post(change::delete))
        .route("/teams/{team}/restore", post(change::restore))
        .route("/teams/{team}/join", post(change::join))
        .route("/teams/{team}/leave", post(change::leave))
        .route("/teams/{team}/channels/new", get(change::new_channel))
        .route("/teams/{team}/channels", post(change::create_channel))
}

/// The page of a team, on one of its tabs.
#[derive(Debug, Template)]
#[template(path = "team/page.html")]
#[expect(clippy::struct_excessive_bools, reason = "a view: each switches a part of the page")]
pub(crate) struct Page {
    pub(crate) frame: Frame,
    pub(crate) team: Head,
    pub(crate) tab: &'static str,
    pub(crate) may_manage: bool,
    pub(crate) may_connect: bool,
    pub(crate) may_join: bool,
    pub(crate) may_read: bool,
    pub(crate) is_member: bool,
    pub(crate) channels: Vec<Line>,
    pub(crate) deleted: Vec<Line>,
    pub(crate) members: Vec<Member>,
    pub(crate) next: Option<String>,
    pub(crate) roles: Vec<(&'static str, String)>,
    pub(crate) add: Field,
    pub(crate) role: Field,
    pub(crate) fields: Vec<Field>,
    pub(crate) delete_team: String,
}

/// The team itself.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) id: TeamId,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) archived: bool,
    /// Its sensitivity label.
    pub(crate) label: Option<String>,
}

/// A channel of the list.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: ChannelId,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) private: bool,
    pub(crate) archived: bool,
}

/// A member of the list.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) role: &'static str,
    pub(crate) role_name: String,
    pub(crate) since: Timestamp,
}

impl Member {
    fn is(&self, role: &str) -> bool {
        self.role == role
    }

    fn dialog(&self) -> String {
        format!("remove-{}", self.id)
    }

    fn remove(&self, team: &TeamId) -> String {
        format!("/teams/{team}/members/{}/remove", self.id)
    }
}

impl Line {
    fn of(access: &ChannelAccess) -> Self {
        let channel = &access.channel;
        Self {
            id: channel.id,
            name: channel.name.clone(),
            description: channel.description.clone(),
            private: channel.kind == ChannelKind::Private,
            archived: channel.archived_at.is_some(),
        }
    }
}

impl Page {
    /// The page of a team with nothing on its tab yet.
    fn of(frame: Frame, access: &TeamAccess, tab: &'static str) -> Self {
        let (team, rights) = (&access.team, access.rights);
        let writes = frame.may(Permission::MessageWrite);
        let roles = [Role::Owner, Role::Member, Role::Guest]
            .map(|role| (role.as_str(), frame.say(&format!("member-{role}"))))
            .to_vec();
        let pairs = roles.iter().map(|(value, label)| (*value, label.clone()));
        let role = Field::select("role", frame.say("member-role"), pairs).value("member");
        let add = Field::text("person", frame.say("member-person")).required();
        Self {
            team: Head {
                id: team.id,
                name: team.name.clone(),
                description: team.description.clone(),
                archived: team.archived_at.is_some(),
                label: team.label.clone(),
            },
            tab,
            may_manage: rights.manage && writes,
            may_connect: rights.connect && writes,
            may_join: rights.role.is_none() && team.visibility == Visibility::Public && writes,
            may_read: rights.read,
            is_member: rights.role.is_some(),
            channels: Vec::new(),
            deleted: Vec::new(),
            members: Vec::new(),
            next: None,
            roles,
            add,
            role,
            fields: Vec::new(),
            delete_team: format!("/teams/{}/delete", team.id),
            frame: frame.at(Section::Teams, &team.name).back_to("/teams"),
        }
    }

    fn with_settings(mut self, access: &TeamAccess, errors: &[FieldError]) -> Self {
        let (frame, team) = (&self.frame, &access.team);
        let visibilities =
            [("private", frame.say("team-private")), ("public", frame.say("team-public"))];
        self.fields = vec![
            Field::text("name", frame.say("team-name"))
                .value(&team.name)
                .required()
                .checked(errors, frame.t),
            Field::area("description", frame.say("team-description"))
                .value(&team.description)
                .checked(errors, frame.t),
            Field::select("visibility", frame.say("team-visibility"), visibilities)
                .value(team.visibility.as_str()),
        ];
        self
    }
}

async fn channels(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
) -> Result<Response, Problem> {
    let access = app.workspace.team(&visit.scope, team).await?;
    let channels = app.workspace.channels(&visit.scope, team).await?;
    let deleted = if access.rights.manage {
        app.workspace.deleted_channels(&visit.scope, team).await?
    } else {
        Vec::new()
    };
    let frame = framed(&app, visit, team).await?;
    let mut page = Page::of(frame, &access, "channels");
    page.channels = channels.iter().map(Line::of).collect();
    page.deleted = deleted.iter().map(Line::of).collect();
    Ok(answer::page(&page))
}

async fn members(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    query: PageQuery,
) -> Result<Response, Problem> {
    show_members(&app, visit, team, query, None).await
}

/// The members, with what went wrong in the form that adds one.
async fn show_members(
    app: &App,
    visit: Visit,
    team: TeamId,
    query: PageQuery,
    wrong: Option<(String, Vec<FieldError>)>,
) -> Result<Response, Problem> {
    let access = app.workspace.team(&visit.scope, team).await?;
    let list = app.workspace.members(&visit.scope, team, query.after, query.limit).await?;
    let frame = framed(app, visit, team).await?;
    let mut page = Page::of(frame, &access, "members");
    page.next = list.next.map(|next| format!("/teams/{team}/members?after={next}"));
    let t = page.frame.t;
    page.members = list
        .items
        .into_iter()
        .map(|member| Member {
            id: member.user,
            role: member.role.as_str(),
            role_name: page.frame.say(&format!("member-{}", member.role)),
            since: member.joined_at,
            name: member.name,
        })
        .collect();
    let status = match wrong {
        Some((person, errors)) => {
            page.add = page.add.value(person).checked(&errors, t);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        None => StatusCode::OK,
    };
    Ok(answer::page_with(status, &page))
}

async fn settings(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
) -> Result<Response, Problem> {
    let access = app.workspace.team(&visit.scope, team).await?;
    let frame = framed(&app, visit, team).await?;
    Ok(answer::page(&Page::of(frame, &access, "settings").with_settings(&access, &[])))
}

async fn framed(app: &App, visit: Visit, team: TeamId) -> Result<Frame, Problem> {
    let branches = branches(app, &visit).await?;
    let pane = tree::pane(&visit.frame, &branches, Here::Team(team));
    Ok(visit.frame.with_pane(pane))
}

/// What the tabs look like.
#[cfg(test)]
pub(crate) mod samples {
    use kernel::Ids;
    use workspace::{Rights, Team};

    use super::*;

    fn access(ids: &Ids, manage: bool) -> TeamAccess {
        let at = "2026-01-05T08:00:00Z".parse().expect("an instant");
        let role = Some(if manage { Role::Owner } else { Role::Guest });
        let rights = Rights {
            role,
            see: true,
            read: true,
            write: true,
            connect: manage,
            moderate: manage,
            manage,
        };
        let team = Team {
            id: ids.fresh(),
            name: "Operations".to_owned(),
            description: "Keeps the lights on".to_owned(),
            visibility: Visibility::Public,
            mail_name: "operations".to_owned(),
            created_at: at,
            archived_at: None,
            deleted_at: None,
            label: None,
        };
        TeamAccess { team, rights }
    }

    pub(crate) fn pages(frame: &Frame) -> Vec<(&'static str, Page)> {
        let ids = Ids::seeded(9);
        let (owner, guest) = (access(&ids, true), access(&ids, false));
        let line = |name: &str, private| Line {
            id: ids.fresh(),
            name: name.to_owned(),
            description: String::new(),
            private,
            archived: false,
        };
        let member = |name: &str, role: Role| Member {
            id: ids.fresh(),
            name: name.to_owned(),
            role: role.as_str(),
            role_name: frame.say(&format!("member-{role}")),
            since: "2026-03-01T09:00:00Z".parse().expect("an instant"),
        };
        let mut channels = Page::of(frame.clone(), &owner, "channels");
        channels.channels = vec![line("General", false), line("Board", true)];
        channels.deleted = vec![line("Old alerts", false)];
        let mut members = Page::of(frame.clone(), &owner, "members");
        members.members =
            vec![member("Ada Lovelace", Role::Owner), member("Jean Bartik", Role::Member)];
        let mut read = Page::of(frame.clone(), &guest, "members");
        read.members = vec![member("Ada Lovelace", Role::Owner)];
        let settings = Page::of(frame.clone(), &owner, "settings").with_settings(&owner, &[]);
        let look = Page::of(frame.clone(), &guest, "settings");
        vec![
            ("channels", channels),
            ("members", members),
            ("members-guest", read),
            ("settings", settings),
            ("settings-guest", look),
        ]
    }
}
