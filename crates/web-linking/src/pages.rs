//! Collaborate: from a record or a view to a channel and back.

mod conversation;
mod crm;
mod documents;
mod kept;
mod link;
mod list;
mod notes;
mod place;
pub(crate) mod policy;
#[cfg(test)]
mod samples;
mod wizard;
pub(crate) mod words;

use axum::{Router, extract::DefaultBodyLimit};
use edge::{Problem, get, get_and_post, post};
use linking::Subject;
use linking_setup::Feature;
use web_frame::{App, Visit};

use self::place::Place;
pub(crate) use self::words::Told;

/// The addresses of these pages.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/records/{environment}/{table}/{record}/collaborate", get(list::record))
        .route(
            "/records/{environment}/{table}/{record}/collaborate/new",
            get_and_post(wizard::record, wizard::finish_record),
        )
        .route("/records/{environment}/{table}/views/{view}/collaborate", get(list::view))
        .route(
            "/records/{environment}/{table}/views/{view}/collaborate/new",
            get_and_post(wizard::view, wizard::finish_view),
        )
        .route(
            "/records/{environment}/{table}/{record}/documents",
            // how large a file may be is said where it is read
            get_and_post(documents::page, documents::upload).layer(DefaultBodyLimit::disable()),
        )
        .route("/records/{environment}/{table}/{record}/documents/file", get(documents::download))
        .route(
            "/records/{environment}/{table}/{record}/documents/folders",
            post(documents::create_folder),
        )
        .route("/records/{environment}/{table}/{record}/documents/rename", post(documents::rename))
        .route("/records/{environment}/{table}/{record}/documents/delete", post(documents::delete))
        .route(
            "/records/{environment}/{table}/{record}/conversation",
            get_and_post(conversation::page, conversation::post),
        )
        .route("/records/{environment}/{table}/{record}/conversation/live", get(conversation::live))
        .route("/links/crm/{crm_system}", get_and_post(crm::page, crm::save))
        .route("/links/crm/{crm_system}/members", post(crm::save_members))
        .route(
            "/links/crm/{crm_system}/{crm_table}/views/{crm_view}/collaborate",
            get(list::crm_view),
        )
        .route(
            "/links/crm/{crm_system}/{crm_table}/views/{crm_view}/collaborate/new",
            get_and_post(wizard::crm_view, wizard::finish_crm_view),
        )
        .route("/links/crm/{crm_system}/{crm_table}/{crm_record}/collaborate", get(list::crm))
        .route(
            "/links/crm/{crm_system}/{crm_table}/{crm_record}/collaborate/new",
            get_and_post(wizard::crm, wizard::finish_crm),
        )
        .route(
            "/links/crm/{crm_system}/{crm_table}/{crm_record}/documents",
            get_and_post(documents::page, documents::upload).layer(DefaultBodyLimit::disable()),
        )
        .route(
            "/links/crm/{crm_system}/{crm_table}/{crm_record}/documents/file",
            get(documents::download),
        )
        .route(
            "/links/crm/{crm_system}/{crm_table}/{crm_record}/documents/folders",
            post(documents::create_folder),
        )
        .route(
            "/links/crm/{crm_system}/{crm_table}/{crm_record}/documents/rename",
            post(documents::rename),
        )
        .route(
            "/links/crm/{crm_system}/{crm_table}/{crm_record}/documents/delete",
            post(documents::delete),
        )
        .route(
            "/links/crm/{crm_system}/{crm_table}/{crm_record}/conversation",
            get_and_post(conversation::page, conversation::post),
        )
        .route(
            "/links/crm/{crm_system}/{crm_table}/{crm_record}/conversation/live",
            get(conversation::live),
        )
        .route("/collaborate/people", get(wizard::suggest))
        .route("/links/{link}", get(link::page))
        .route("/links/{link}/retry", post(link::retry))
        .route("/links/{link}/members", get_and_post(kept::page, kept::change))
        .route("/links/{link}/notes", get_and_post(notes::page, notes::change))
        .route("/links/{link}/unlink", get_and_post(link::ask, link::unlink))
}

/// The same visit with the tables of the environment beside the page, as the record's own pages have them.
async fn beside(app: &App, visit: Visit, subject: &Subject) -> Visit {
    if !matches!(subject, Subject::Record { .. } | Subject::View { .. }) {
        return visit;
    }
    // who is only in the channel has no tables here
    let Ok(session) = app.records.session_in(&visit.scope, subject.environment()).await else {
        return visit;
    };
    let frame = visit.frame.clone();
    let pane = web_records::placed(&session, frame, subject.table(), String::new()).pane;
    Visit { frame: web_frame::Frame { pane, ..visit.frame }, ..visit }
}

/// The tabs of ours that a record's page shows.
async fn offers(app: &App, visit: &Visit, place: &Place) -> Result<Vec<&'static str>, Problem> {
    if !place.is_record() {
        return Ok(Vec::new());
    }
    let asked = [Feature::Documents, Feature::Conversation];
    let answers = app.linking.answers(&visit.scope, &place.subject, asked).await?;
    let open = answers.into_iter().zip(["documents", "conversation"]);
    Ok(open.filter(|(answer, _)| answer.is_open()).map(|(_, tab)| tab).collect())
}
