//! What the pages of a record and of a view offer of channels; the pages that these lead to are `web-linking`'s.

use edge::Problem;
use kernel::Scope;
use linking_setup::{Answer, Feature, Obstacle};
use uuid::Uuid;
use web_frame::{App, Frame};

use crate::{form::Form, place::Place, views::Chosen};

/// What a record's page offers.
#[derive(Debug, Default)]
pub(crate) struct Offered {
    /// The address of Collaborate.
    pub(crate) collaborate: Option<String>,
    /// Further tabs: address, name, whether it is shown.
    pub(crate) tabs: Vec<(String, String, bool)>,
    /// Where the conversation comes from that stands beside the form.
    pub(crate) talk: Option<String>,
}

impl Offered {
    /// What the page of a record offers the reader.
    pub(crate) async fn on(
        app: &App,
        scope: &Scope,
        form: &Form<'_>,
        id: Uuid,
    ) -> Result<Self, Problem> {
        let (place, table) = (form.place, &form.table.logical);
        let features = [Feature::Basic, Feature::Documents, Feature::Conversation];
        let environment = place.session.environment().id;
        let [collaborate, documents, conversation] =
            app.linking_setup.answers(scope, environment, (Some(table), features)).await?;
        let address = crate::record::address(place, form.table, id);
        let mut talk = None;
        if conversation.is_open() {
            let subject = linking::Subject::record(environment, table, id);
            talk = app.linking.spoken(scope, &subject).await?;
        }
        let talk = talk.map(|link| format!("{address}/conversation?link={link}&beside=true"));
        let tabs = [(documents, "documents"), (conversation, "conversation")];
        let tabs = tabs.into_iter().filter(|(answer, _)| answer.is_open()).map(|(_, tab)| {
            let name = form.frame.say(&format!("collaborate.tab-{tab}"));
            (format!("{address}/{tab}"), name, false)
        });
        let collaborate = shows(collaborate).then(|| format!("{address}/collaborate"));
        Ok(Self { collaborate, tabs: tabs.collect(), talk })
    }
}

/// The address of Collaborate for a view, where the reader may use it.
pub(crate) async fn of_view(
    app: &App,
    scope: &Scope,
    place: &Place,
    (table, view): (&str, &Chosen),
) -> Result<Option<String>, Problem> {
    let Some(id) = view.id else { return Ok(None) };
    let environment = place.session.environment().id;
    let answer =
        app.linking_setup.may(scope, environment, Some(table), Feature::ViewButton).await?;
    Ok(shows(answer).then(|| place.href(&format!("/{table}/views/{id}/collaborate"))))
}

/// Whether the button stands there: also for who lacks a licence, so that its page says which.
const fn shows(answer: Answer) -> bool {
    match answer.obstacle() {
        None => true,
        Some(obstacle) => matches!(
            obstacle,
            Obstacle::LicencesMissing
                | Obstacle::EngagementLicenceMissing
                | Obstacle::TeamsLicenceMissing
        ),
    }
}

/// Places a page about records of a table that another crate makes.
pub fn placed(session: &records::Session, frame: Frame, table: &str, title: String) -> Frame {
    let language = if frame.language() == "fr" { tables::FRENCH } else { tables::ENGLISH };
    Place { session: session.clone(), language }.at(frame, table, title)
}
