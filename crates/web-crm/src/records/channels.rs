//! What the page of a record offers of channels; the pages that these lead to are `web-linking`'s.

use crm::{RecordRef, ViewRef};
use kernel::Scope;
use linking::Subject;
use linking_setup::{Answer, Feature, Obstacle};
use web_frame::{App, Frame};

use crm_connections::records::view_key;

use super::Place;

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
    /// What the page of a record that the reader sees offers them. The record is shown whatever is wrong with channels.
    pub(crate) async fn on(
        app: &App,
        scope: &Scope,
        frame: &Frame,
        (place, at): (&Place, &RecordRef),
    ) -> Self {
        let system = place.crm.system();
        let (subject, base) = match (system.environment, at.id.0.parse()) {
            (Some(environment), Ok(id)) => (
                Subject::record(environment, &at.table, id),
                format!("/records/{environment}/{}/{}", at.table, at.id),
            ),
            _ => (
                Subject::crm(system.id, &at.table, &at.id.0),
                format!("/links/crm/{}/{}/{}", system.id, at.table, at.id),
            ),
        };
        let features = [Feature::Basic, Feature::Documents, Feature::Conversation];
        let answers = app.linking.answers(scope, &subject, features).await;
        let Ok([collaborate, documents, conversation]) = answers else { return Self::default() };
        let mut talk = None;
        if conversation.is_open() {
            talk = app.linking.spoken(scope, &subject).await.ok().flatten();
        }
        let tabs = [(documents, "documents"), (conversation, "conversation")];
        let tabs = tabs.into_iter().filter(|(answer, _)| answer.is_open()).map(|(_, tab)| {
            (format!("{base}/{tab}"), frame.say(&format!("collaborate.tab-{tab}")), false)
        });
        Self {
            tabs: tabs.collect(),
            talk: talk.map(|link| format!("{base}/conversation?link={link}&beside=true")),
            collaborate: shows(collaborate).then(|| format!("{base}/collaborate")),
        }
    }
}

/// The address of Collaborate on a view, where the button stands there: enhanced linking alone has it (record linking,
/// feature by feature).
pub(crate) async fn on_view(
    app: &App,
    scope: &Scope,
    (place, view): (&Place, &ViewRef),
) -> Option<String> {
    let system = place.crm.system();
    if system.environment.is_some() {
        return None;
    }
    let subject = Subject::crm_view(system.id, &view.table, (&view.id.0, view.personal));
    let [answer] = app.linking.answers(scope, &subject, [Feature::ViewButton]).await.ok()?;
    let base = format!("/links/crm/{}/{}/views/{}", system.id, view.table, view_key(view));
    shows(answer).then(|| format!("{base}/collaborate"))
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
