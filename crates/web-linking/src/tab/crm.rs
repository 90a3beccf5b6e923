//! The tab of a record or view of a CRM elsewhere: its form, or its rows, as the CRM has them now, edited there as whoever
//! looks.
//!
//! What others change comes in by itself, as far as the calls go that a CRM elsewhere counts (`live/pace.rs`).

use axum::{http::StatusCode, response::Response};
use crm::ViewRef;
use edge::Problem;
use kernel::Coded as _;
use linking::{Problem as InTheWay, Sight, Subject};
use web_crm::inside::{self, At, View};
use web_frame::{App, Visit, answer};
use web_records::inside::Inside;

use super::{
    Place,
    page::{self, Above, Barred, Sent},
};

/// Shows the record or the view, or what is in the way and what helps.
pub(super) async fn show(
    app: App,
    visit: Visit,
    place: Place,
    after: String,
) -> Result<Response, Problem> {
    if let Some(barred) = barred(&app, &visit, &place).await? {
        return page::barred(app, visit, place, barred).await;
    }
    let address = place.address();
    let found = match &place.link.subject {
        Subject::Crm { table, record, .. } => {
            inside::record(&app, &visit, At { table, record, address: &address }).await
        }
        Subject::CrmView { table, view, personal, .. } => {
            let view = &ViewRef::new(table, view, *personal);
            inside::view(&app, &visit, View { view, address: &address, after: &after }).await
        }
        _ => return Err(linking::Error::Unknown.into()),
    };
    let found = found.map(|inside| Some(own(inside)));
    page::shown(&app, visit, place, (None, address), (found, StatusCode::OK)).await
}

/// Keeps what was changed in the record.
pub(super) async fn save(
    app: App,
    visit: Visit,
    place: Place,
    sent: Sent,
) -> Result<Response, Problem> {
    let Subject::Crm { table, record, .. } = place.link.subject.clone() else {
        return Err(linking::Error::Unknown.into());
    };
    let at = (table, record, place.address());
    keep(app, visit, place, (at, None, sent)).await
}

/// Shows a row of the view in the same tab.
pub(super) async fn show_row(
    app: App,
    visit: Visit,
    place: Place,
    row: String,
) -> Result<Response, Problem> {
    if let Some(barred) = barred(&app, &visit, &place).await? {
        return page::barred(app, visit, place, barred).await;
    }
    let Some((above, address)) = page::of_view(&place, &row) else {
        return Err(linking::Error::Unknown.into());
    };
    let at = At { table: place.link.subject.table(), record: &row, address: &address };
    let found = inside::record(&app, &visit, at).await.map(|inside| Some(own(inside)));
    page::shown(&app, visit, place, (Some(above), address), (found, StatusCode::OK)).await
}

/// Keeps what was changed in a row of the view.
pub(super) async fn save_row(
    app: App,
    visit: Visit,
    place: Place,
    (row, sent): (String, Sent),
) -> Result<Response, Problem> {
    let Some((above, address)) = page::of_view(&place, &row) else {
        return Err(linking::Error::Unknown.into());
    };
    let at = (place.link.subject.table().to_owned(), row, address);
    keep(app, visit, place, (at, Some(above), sent)).await
}

/// Table, record, and the address where it is shown.
type There = (String, String, String);

async fn keep(
    app: App,
    visit: Visit,
    place: Place,
    ((table, record, address), above, sent): (There, Above, Sent),
) -> Result<Response, Problem> {
    if let Some(barred) = barred(&app, &visit, &place).await? {
        return page::barred(app, visit, place, barred).await;
    }
    let at = At { table: &table, record: &record, address: &address };
    match inside::save(&app, &visit, at, sent).await? {
        None => Ok(answer::back_with(&visit.context, &address, "saved")),
        Some((again, status)) => {
            let again = (Ok(Some(own(again))), status);
            page::shown(&app, visit, place, (above, address), again).await
        }
    }
}

fn own(inside: inside::Inside) -> Inside {
    let inside::Inside { title, body, stamp, website, outside } = inside;
    Inside { title, body, stamp, website: outside.unwrap_or(website) }
}

/// What the reader has to do first: sign in, choose this CRM, ask who set a policy.
async fn barred(app: &App, visit: &Visit, place: &Place) -> Result<Option<Barred>, Problem> {
    let Some(system) = place.link.subject.system() else { return Ok(None) };
    match app.linking.sight(&visit.scope, &place.link.subject).await? {
        Sight::Barred(problem) => return Ok(Some(told(visit, &problem))),
        Sight::Closed => return Ok(None),
        Sight::Open => {}
    }
    // the form works with the CRM that the reader chose
    match app.crm.chosen(&visit.scope).await {
        Ok(chosen) if chosen.id == system => Ok(None),
        Ok(_) => Ok(Some(told(visit, &InTheWay::new("link.other_crm")))),
        Err(error) => Ok(Some(told(visit, &InTheWay::new(error.code().name())))),
    }
}

fn told(visit: &Visit, problem: &InTheWay) -> Barred {
    let frame = &visit.frame;
    let code = &problem.code;
    let policy = code == "data_policy.violation";
    let protocol = if policy { "ConnectionApiPolicyViolation" } else { code };
    Barred {
        title: frame.t.code(code),
        what: frame.t.code_detail(code),
        code: protocol.to_owned(),
        go: (!policy).then(|| ("/crm".to_owned(), frame.say("linked.my-crm"))),
    }
}
