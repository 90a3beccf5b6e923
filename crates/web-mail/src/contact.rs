//! A contact or a lead of somebody in a mail: the form that administrators published, filled in with what the mail says, for
//! the seller to look over first.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem, Query};
use mailbox::{Contact, Opened};
use serde::Deserialize;
use uuid::Uuid;
use web_crm::making::{self, Making};
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{mail::back, pane::Alone};

/// The form.
#[derive(Debug, Template)]
#[template(path = "contact.html")]
pub(crate) struct Page {
    frame: Frame,
    id: Uuid,
    making: Making,
    known: Known,
}

/// What goes with the form.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) table: String,
    pub(crate) address: String,
    /// For whom they work, as the signature says.
    pub(crate) company: Option<String>,
    pub(crate) from_signature: bool,
    pub(crate) from: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    address: String,
    /// What they become; contacts unless given.
    table: String,
    from: String,
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let Asked { address, table, from } = asked;
    let wanted = (address.as_str(), table.as_str());
    let filled = Box::pin(app.mailbox.prefill(&visit.scope, &opened.message, wanted)).await?;
    let making = Box::pin(making::blank(&app, &visit, (&filled.table, &filled.values))).await?;
    let known = Known {
        table: filled.table,
        address,
        company: filled.company,
        from_signature: filled.from_signature,
        from,
    };
    let page = Page::new(&visit.frame, id, making, known);
    Ok(answer::page(&page.alone(visit.frame, &opened)))
}

impl Page {
    fn back(&self) -> String {
        back(self.id, &self.known.from)
    }

    pub(crate) fn new(frame: &Frame, id: Uuid, making: Making, known: Known) -> Self {
        Self { frame: frame.clone(), id, making, known }
    }

    pub(crate) fn alone(&self, frame: Frame, opened: &Opened) -> Alone {
        Alone::wide(frame, opened, (Html::of(self), self.back()))
    }
}

/// What was sent: fields of the CRM by their names, and ours with two dashes between, which no CRM has in a name.
pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let own = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let known = Known {
        table: own("mail--table"),
        address: own("mail--address"),
        from: own("mail--from"),
        ..Known::default()
    };
    let table = known.table.as_str();
    let values = match Box::pin(making::read(&app, &visit, (table, &sent))).await? {
        Ok(values) => values,
        Err(making) => {
            let page = Page::new(&visit.frame, id, *making, known);
            let page = page.alone(visit.frame, &opened);
            return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let made = app.mailbox.create_person(&visit.scope, &known.address, (table, &values));
    let error = match Box::pin(made).await {
        Ok(_made) => {
            let to = back(id, &known.from);
            return Ok(answer::back_with(&visit.context, &to, "web-mail.contact-made"));
        }
        Err(mailbox::Error::Connection(error)) => error,
        Err(mailbox::Error::Crm(error)) => error.into(),
        Err(error) => return Err(error.into()),
    };
    let (status, making) = Box::pin(making::refused(&app, &visit, (table, &sent), &error)).await?;
    let page = Page::new(&visit.frame, id, making, known);
    Ok(answer::page_with(status, &page.alone(visit.frame, &opened)))
}

/// Which of several contacts an address means, once more.
#[derive(Debug, Template)]
#[template(path = "choose.html")]
pub(crate) struct Choose {
    frame: Frame,
    id: Uuid,
    address: String,
    contacts: Vec<Contact>,
    from: String,
}

impl Choose {
    pub(crate) fn new(
        frame: &Frame,
        id: Uuid,
        (address, contacts): (&str, Vec<Contact>),
        from: &str,
    ) -> Self {
        let (address, from) = (address.to_owned(), from.to_owned());
        Self { frame: frame.clone(), id, address, contacts, from }
    }
}

pub(crate) async fn choices(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let contacts = app.mailbox.candidates(&visit.scope, &asked.address).await?;
    let page = Choose::new(&visit.frame, id, (&asked.address, contacts), &asked.from);
    let (html, to) = (Html::of(&page), back(id, &asked.from));
    Ok(answer::page(&Alone::wide(visit.frame, &opened, (html, to))))
}
