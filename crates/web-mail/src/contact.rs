//! A contact of somebody in a mail: what the mail says of them, for the seller to look over first.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem, Query};
use kernel::{Coded as _, FieldError};
use mailbox::{Contact, NewContact, Proposed};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Section, Visit, answer};

use crate::{mail::back, pane::Alone};

/// The form.
#[derive(Debug, Template)]
#[template(path = "contact.html")]
pub(crate) struct Page {
    frame: Frame,
    id: Uuid,
    fields: Vec<Field>,
    company: Option<String>,
    from_signature: bool,
    problem: Option<(String, String)>,
    from: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    address: String,
    from: String,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    first_name: String,
    last_name: String,
    job_title: String,
    phone: String,
    mobile: String,
    email: String,
    from: String,
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let proposed = app.mailbox.propose(&visit.scope, &opened.message, &asked.address)?;
    Ok(answer::page(&Page::new(visit.frame, (id, &asked.from), proposed, (&[], None))))
}

impl Page {
    fn back(&self) -> String {
        back(self.id, &self.from)
    }

    pub(crate) fn new(
        frame: Frame,
        (id, from): (Uuid, &str),
        proposed: Proposed,
        (errors, problem): (&[FieldError], Option<(String, String)>),
    ) -> Self {
        let Proposed { contact, company, from_signature } = proposed;
        let NewContact { first_name, last_name, job_title, phone, mobile, email } = contact;
        let fields = [
            ("text", "first_name", first_name),
            ("text", "last_name", last_name),
            ("text", "job_title", job_title),
            ("tel", "phone", phone),
            ("tel", "mobile", mobile),
            ("email", "email", email),
        ];
        let fields = fields.into_iter().map(|(kind, name, value)| {
            let label = frame.say(&format!("web-mail.field-{}", name.replace('_', "-")));
            let field = Field::input(kind, name, label).value(value);
            let is_needed = matches!(name, "last_name" | "email");
            let field = if is_needed { field.required() } else { field };
            field.checked(errors, frame.t)
        });
        let fields = fields.collect();
        let title = frame.say("web-mail.new-contact");
        let frame = frame.at(Section::Mail, title).back_to(back(id, from));
        Self { frame, id, fields, company, from_signature, problem, from: from.to_owned() }
    }
}

pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let Typed { first_name, last_name, job_title, phone, mobile, email, from } = typed;
    let contact = NewContact { first_name, last_name, job_title, phone, mobile, email };
    match app.mailbox.create_contact(&visit.scope, contact.clone()).await {
        Ok(_made) => {
            Ok(answer::back_with(&visit.context, &back(id, &from), "web-mail.contact-made"))
        }
        Err(error @ (mailbox::Error::Invalid { .. } | mailbox::Error::Crm(_))) => {
            let code = error.code().name();
            let told = (visit.frame.t.code(code), visit.frame.t.code_detail(code));
            let proposed = Proposed { contact, company: None, from_signature: false };
            let page = Page::new(visit.frame, (id, &from), proposed, (error.fields(), Some(told)));
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
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
