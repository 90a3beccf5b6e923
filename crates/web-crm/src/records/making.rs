//! The form of a new record inside another page: what administrators published, filled in with what is known already. The
//! page around gives its address and makes the record with what is read here.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use crm::{Record, RecordRef, Table, Values};
use crm_connections::Error;
use edge::Problem;
use web_frame::{App, Frame, Html, Visit};

use super::{
    Place,
    form::{Form, Mistakes, Sent},
    page::{refused as told_of, told},
};

/// A new record in the making.
#[derive(Debug)]
pub struct Making {
    /// What people call its table.
    pub kind: String,
    /// What is wrong, above the form.
    pub wrong: Option<Html>,
    /// The fields; the page around loads `records.js`.
    pub fields: Html,
}

impl Making {
    fn new(frame: &Frame, table: &Table, (sent, mistakes): (&Sent, &Mistakes)) -> Self {
        let fields = Form::new(frame, table, true).html((sent, mistakes), true, "h3");
        Self { kind: table.label.clone(), wrong: None, fields }
    }
}

/// The form of a new record, with values that are known.
///
/// # Errors
/// As the CRM says; where the reader makes none here, by right or by form.
pub async fn blank(
    app: &App,
    visit: &Visit,
    (table, known): (&str, &Values),
) -> Result<Making, Problem> {
    let place = Place::of(app, &visit.scope).await?;
    let (table, may) = place.crm.table(table).await?;
    if !may.create {
        return Err(Error::from(crm::Error::NotAllowed).into());
    }
    let at = RecordRef::new(&table.name, "");
    let texts = BTreeMap::new();
    let record = Record { at, version: None, values: known.clone(), texts };
    let sent = Form::new(&visit.frame, &table, true).values(&record);
    Ok(Making::new(&visit.frame, &table, (&sent, &Mistakes::new())))
}

/// The values that were sent; else the form with its mistakes.
///
/// # Errors
/// As the CRM says.
pub async fn read(
    app: &App,
    visit: &Visit,
    (table, sent): (&str, &Sent),
) -> Result<Result<Values, Box<Making>>, Problem> {
    let place = Place::of(app, &visit.scope).await?;
    let (table, _) = place.crm.table(table).await?;
    let form = Form::new(&visit.frame, &table, true);
    let nothing = form.fields().into_iter().map(|it| (it.name.clone(), String::new())).collect();
    Ok(match form.read(&place.crm, (sent, &nothing)).await? {
        Ok(values) => Ok(values),
        Err(mistakes) => {
            let making = Making::new(&visit.frame, &table, (sent, &mistakes));
            Err(Box::new(Making { wrong: Some(told(&visit.frame)), ..making }))
        }
    })
}

/// The form once more with what the CRM says against it.
///
/// # Errors
/// As the CRM says; a failure of ours is none of these.
pub async fn refused(
    app: &App,
    visit: &Visit,
    (table, sent): (&str, &Sent),
    error: &Error,
) -> Result<(StatusCode, Making), Problem> {
    let place = Place::of(app, &visit.scope).await?;
    let (table, _) = place.crm.table(table).await?;
    let mistakes = Form::new(&visit.frame, &table, true).found(error);
    let (status, wrong) = told_of(&place, &visit.frame, error)?;
    let making = Making::new(&visit.frame, &table, (sent, &mistakes));
    Ok((status, Making { wrong: Some(wrong), ..making }))
}
