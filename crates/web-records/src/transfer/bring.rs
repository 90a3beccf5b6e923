//! The first step: a file.

use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Path, Problem};
use kernel::{Coded as _, EnvironmentId, Kind};
use queries::Verb;
use tables::Table;
use transfer::{Error, Import};
use web_frame::{App, Frame, Visit, answer, parts::told};

use super::{Step, steps};
use crate::place::{Place, may};

#[derive(Debug, Template)]
#[template(path = "import_file.html")]
struct Page {
    frame: Frame,
    steps: Vec<(String, &'static str)>,
    action: String,
    back: String,
    limits: String,
    refused: Option<(String, String, Option<String>)>,
}

pub(crate) async fn form(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    brings(&place, table)?;
    Ok(answer::page(&shown(&app, visit.frame, (&place, table), None)))
}

/// Who may make rows, or at least change them.
fn brings(place: &Place, table: &Table) -> Result<(), Problem> {
    if may(&place.session, table, Verb::Create) {
        return Ok(());
    }
    place.require(table, Verb::Write)
}

fn shown(
    app: &App,
    frame: Frame,
    (place, table): (&Place, &Table),
    refused: Option<(String, String, Option<String>)>,
) -> Page {
    let title = frame.say1("transfer.import-of", "table", place.plural(table));
    let back = place.href(&format!("/{}", table.logical));
    let most = app.transfer.settings();
    let limits = frame.say_with(
        "transfer.limits",
        &[
            ("csv", u64::from(most.max_file_mb).into()),
            ("xlsx", (transfer::limits::MAX_XLSX_BYTES >> 20).into()),
            ("rows", most.max_import_rows.into()),
        ],
    );
    Page {
        steps: steps(&frame, Step::File),
        action: format!("{back}/import"),
        limits,
        refused,
        frame: place.at(frame, &table.logical, title).back_to(back.clone()),
        back,
    }
}

pub(crate) async fn take(
    State(app): State<App>,
    Path((environment, name)): Path<(EnvironmentId, String)>,
    visit: Visit,
    (headers, form): (HeaderMap, Result<Multipart, MultipartRejection>),
) -> Result<Response, Problem> {
    edge::same_origin(&visit.context, &Method::POST, &headers)?;
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&name)?;
    brings(&place, table)?;
    let form = form.map_err(|_other| {
        Problem::new("request.media_type", Kind::Invalid, "a form with a file is wanted")
    })?;
    let taken = Box::pin(read(&app, &visit, (environment, &table.logical), form)).await?;
    match taken {
        Ok(import) => {
            let to = place.href(&format!("/imports/{}", import.id));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let mine = matches!(error.code().kind(), Kind::Invalid | Kind::TooLarge);
            if !mine {
                return Err(error.into());
            }
            let (title, remedy) = told(&visit.frame, &error);
            let row = match error {
                Error::File(problem) => problem.row(),
                _ => None,
            };
            let at = row.map(|row| visit.frame.say1("transfer.at-row", "row", row));
            let refused = Some((title, remedy, at));
            let page = shown(&app, visit.frame, (&place, table), refused);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Takes the file as it comes; the token stands before it.
async fn read(
    app: &App,
    visit: &Visit,
    (environment, table): (EnvironmentId, &str),
    mut form: Multipart,
) -> Result<Result<Import, Error>, Problem> {
    let mut trusted = false;
    while let Some(mut part) = form.next_field().await.map_err(edge::unreadable_form)? {
        if part.name() == Some("csrf") {
            let token = part.text().await.map_err(edge::unreadable_form)?;
            edge::verify_csrf(&visit.context, Some(&token))?;
            trusted = true;
            continue;
        }
        if !trusted {
            edge::verify_csrf(&visit.context, None)?;
        }
        let Some(file) = part.file_name().map(str::to_owned) else { continue };
        let begun = app.transfer.begin(&visit.scope, environment, (table, &file)).await;
        let mut upload = match begun {
            Ok(upload) => upload,
            Err(error) => return Ok(Err(error)),
        };
        while let Some(piece) = part.chunk().await.map_err(edge::unreadable_form)? {
            if let Err(error) = upload.push(&piece).await {
                return Ok(Err(error));
            }
        }
        return Ok(upload.finish(visit.frame.zone_name()).await);
    }
    if !trusted {
        edge::verify_csrf(&visit.context, None)?;
    }
    Ok(Err(transfer::Problem::Empty.into()))
}
