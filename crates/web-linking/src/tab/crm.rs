//! The tab of a record of a CRM elsewhere: its form, live from the CRM and edited there as whoever looks.
//!
//! It does not watch the record: a CRM elsewhere counts the calls of each person, and open tabs would use them up.

use axum::{http::StatusCode, response::Response};
use edge::Problem;
use kernel::Coded as _;
use linking::{Problem as InTheWay, Sight, Subject};
use web_crm::inside::{self, At};
use web_frame::{App, Visit, answer};
use web_records::inside::Inside;

use super::{
    Place,
    page::{self, Barred, Sent},
};

/// Shows the record, or what is in the way and what helps.
pub(super) async fn show(app: App, visit: Visit, place: Place) -> Result<Response, Problem> {
    if let Some(barred) = barred(&app, &visit, &place).await? {
        return page::barred(app, visit, place, barred).await;
    }
    let address = place.address();
    let Some(at) = at(&place.link.subject, &address) else {
        return Err(linking::Error::Unknown.into());
    };
    let found = inside::record(&app, &visit, at).await.map(|inside| Some(own(inside)));
    page::still(app, visit, place, (found, StatusCode::OK)).await
}

/// Keeps what was changed in the record.
pub(super) async fn save(
    app: App,
    visit: Visit,
    place: Place,
    sent: Sent,
) -> Result<Response, Problem> {
    if let Some(barred) = barred(&app, &visit, &place).await? {
        return page::barred(app, visit, place, barred).await;
    }
    let address = place.address();
    let Some(at) = at(&place.link.subject, &address) else {
        return Err(linking::Error::Unknown.into());
    };
    match inside::save(&app, &visit, at, sent).await? {
        None => Ok(answer::back_with(&visit.context, &address, "saved")),
        Some((again, status)) => {
            page::still(app, visit, place, (Ok(Some(own(again))), status)).await
        }
    }
}

fn at<'a>(subject: &'a Subject, address: &'a str) -> Option<At<'a>> {
    let Subject::Crm { table, record, .. } = subject else { return None };
    Some(At { table, record, address })
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
