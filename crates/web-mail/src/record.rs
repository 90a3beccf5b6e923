//! A record beside a mail: what the CRM shows of it, what happened with it lately, what partners know of it; and the same
//! shared into a channel as a card.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use crm::RecordRef;
use edge::{Form, Path, Problem, Query};
use kernel::{ChannelId, Limit};
use mailbox::{Activity, Partner, PrivateNote};
use sales::Point;
use serde::Deserialize;
use teams_app::{Note, Seen, Shared, View};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};
use workspace::TeamFilter;

use crate::{
    assist::part,
    mail::back,
    pane::{Alone, query_of},
    private::Private,
};

/// The part.
#[derive(Debug, Template)]
#[template(path = "record.html")]
pub(crate) struct Record {
    frame: Frame,
    id: Uuid,
    view: View,
    notes: Vec<Note>,
    activities: Vec<Activity>,
    /// Whether there are more activities than are shown.
    has_more: bool,
    partners: Vec<Partner>,
    private: Option<Html>,
    from: String,
}

/// What is known of a record.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) view: View,
    pub(crate) notes: Vec<Note>,
    pub(crate) activities: Vec<Activity>,
    pub(crate) partners: Vec<Partner>,
    /// What the reader wrote down, empty where that is nothing; none of records that are no contacts.
    pub(crate) private: Option<Vec<PrivateNote>>,
}

impl Record {
    pub(crate) fn new(frame: &Frame, id: Uuid, known: Known, (more, from): (bool, &str)) -> Self {
        let Known { view, notes, mut activities, partners, private } = known;
        let at = view.at.record.clone();
        let part = |mut notes: Vec<PrivateNote>| {
            Html::of(&Private::new(frame, (id, from), at, (notes.pop(), false)))
        };
        let private = private.map(part);
        let most = if more { activities.len() } else { FEW };
        let has_more = activities.len() > most;
        activities.truncate(most);
        let (frame, from) = (frame.clone(), from.to_owned());
        Self { frame, id, view, notes, activities, has_more, partners, private, from }
    }

    fn path(&self, rest: &str) -> String {
        let at = &self.view.at.record;
        format!("/mail/{}/{rest}{}", self.id, query_of(at, &self.from))
    }

    fn partner_path(&self, partner: &Partner) -> String {
        let rest = format!("partners/{}", partner.action);
        format!("{}&point={}", self.path(&rest), partner.point.as_str())
    }

    fn kind(&self, activity: &Activity) -> String {
        self.frame.say(&format!("web-mail.activity-{}", activity.kind.as_str()))
    }
}

/// Activities that are shown unless all are asked for (sales reference §5.1).
const FEW: usize = 3;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Of {
    table: String,
    record: String,
    more: Option<u8>,
    from: String,
}

async fn shared(app: &App, visit: &Visit, (table, id): (&str, &str)) -> Result<Shared, Problem> {
    let records = app.crm.records(&visit.scope).await?;
    let record = RecordRef::new(table, id);
    Ok(Shared { system: records.system().id, record })
}

/// A record as the reader sees it; nothing where it is not for them.
pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    (Path(id), Query(of)): (Path<Uuid>, Query<Of>),
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let at = shared(&app, &visit, (&of.table, &of.record)).await?;
    let teams = app.deployment.teams();
    let html = match teams.view(&visit.scope, &at).await? {
        Seen::View(view) => {
            let record = view.at.record.clone();
            let points = [Point::RecordSummary, Point::RecordDetails];
            let mut private = None;
            if record.table.eq_ignore_ascii_case("contact") {
                let note = app.mailbox.private_note(&visit.scope, &record).await;
                private = note.ok().map(|note| note.into_iter().collect());
            }
            let known = Known {
                view: *view,
                notes: teams.notes(&visit.scope, &at).await.unwrap_or_default(),
                activities: app.mailbox.activities(&visit.scope, &record).await.unwrap_or_default(),
                partners: app.mailbox.partners(&visit.scope, &points).await.unwrap_or_default(),
                private,
            };
            let more = of.more.is_some();
            Html::of(&Record::new(&visit.frame, id, known, (more, &of.from)))
        }
        Seen::Hidden | Seen::Barred(_) => Html::default(),
    };
    Ok(part(&headers, visit.frame, &opened, html))
}

/// Where a record may be shared: the channels that the reader may write in.
#[derive(Debug, Template)]
#[template(path = "share.html")]
pub(crate) struct Share {
    frame: Frame,
    id: Uuid,
    view: View,
    /// Channels: identifier and name with that of the team.
    channels: Vec<(ChannelId, String)>,
    from: String,
}

impl Share {
    pub(crate) fn new(
        frame: &Frame,
        id: Uuid,
        (view, channels): (View, Vec<(ChannelId, String)>),
        from: &str,
    ) -> Self {
        Self { frame: frame.clone(), id, view, channels, from: from.to_owned() }
    }

    fn back(&self) -> String {
        back(self.id, &self.from)
    }
}

/// The channels of the reader's teams.
async fn channels(app: &App, visit: &Visit) -> Result<Vec<(ChannelId, String)>, Problem> {
    let scope = &visit.scope;
    let teams = app.workspace.teams(scope, TeamFilter::Mine, None, Limit::default()).await?;
    let mut all = Vec::new();
    for team in teams.items.iter().take(MOST_TEAMS) {
        for own in app.workspace.channels(scope, team.team.id).await? {
            all.push((own.channel.id, format!("{} › {}", team.team.name, own.channel.name)));
        }
    }
    Ok(all)
}

/// Teams whose channels are offered; our own choice.
const MOST_TEAMS: usize = 40;

pub(crate) async fn share(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    (Path(id), Query(of)): (Path<Uuid>, Query<Of>),
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let at = shared(&app, &visit, (&of.table, &of.record)).await?;
    let seen = app.deployment.teams().view(&visit.scope, &at).await?;
    let Some(view) = seen.view() else { return Err(teams_app::Error::NoRecord.into()) };
    let channels = channels(&app, &visit).await?;
    let html = Html::of(&Share::new(&visit.frame, id, (view, channels), &of.from));
    if headers.contains_key("hx-request") {
        return Ok(answer::part(html));
    }
    Ok(answer::page(&Alone::around(visit.frame, &opened, html)))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    table: String,
    record: String,
    channel: ChannelId,
    #[serde(default)]
    from: String,
}

/// Posts the record as a card that each reader sees as the CRM lets them.
pub(crate) async fn post(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    app.mailbox.open(&visit.scope, id).await?;
    let at = shared(&app, &visit, (&chosen.table, &chosen.record)).await?;
    Box::pin(app.deployment.teams().share(&visit.scope, chosen.channel, &at)).await?;
    Ok(answer::back_with(&visit.context, &back(id, &chosen.from), "web-mail.shared"))
}
