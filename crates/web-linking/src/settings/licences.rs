//! What licences count as.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Form, Path, Problem};
use kernel::{EnvironmentId, LicenceId, Permission};
use linking_setup::{Counted, CountsAs, Licences};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use super::{below, path, say};

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings/licences.html")]
pub(super) struct Page {
    frame: Frame,
    environment: EnvironmentId,
    licences: Licences,
    changes: bool,
}

/// Licences and what each counts as, in the same order.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    licence: Vec<String>,
    counts: Vec<String>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
) -> Result<Response, Problem> {
    let seen = app.linking_setup.overview(&visit.scope, environment).await?;
    Ok(answer::page(&Page::new(visit.frame, environment, seen.licences)))
}

pub(super) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(environment): Path<EnvironmentId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let setup = &app.linking_setup;
    let seen = setup.overview(&visit.scope, environment).await?;
    visit.scope.require(Permission::LicenceAssign).map_err(Problem::denied)?;
    for (licence, counts) in typed.licence.iter().zip(&typed.counts) {
        let (Ok(id), Some(counts)) = (licence.parse::<LicenceId>(), CountsAs::parse(counts)) else {
            continue;
        };
        let known = seen.licences.all.iter().find(|one| one.licence.id == id);
        if known.is_some_and(|known| known.counts != counts) {
            setup.count_licence(&visit.scope, id, counts).await?;
        }
    }
    let to = path(environment, "/licences");
    Ok(answer::back_with(&visit.context, &to, "linking-setup.saved"))
}

impl Page {
    pub(super) fn new(frame: Frame, environment: EnvironmentId, licences: Licences) -> Self {
        let changes = frame.may(Permission::LicenceAssign);
        let title = say(&frame, "licences");
        Self { frame: below(frame, environment, title), environment, licences, changes }
    }

    fn say(&self, key: &str) -> String {
        say(&self.frame, key)
    }

    fn path(&self, rest: &str) -> String {
        path(self.environment, rest)
    }

    /// What a licence may count as, the one that it does marked.
    fn choices(&self, row: &Counted) -> Vec<(&'static str, String, bool)> {
        let choice = |counts: CountsAs| {
            let name = self.say(&format!("counts-{}", counts.as_str()));
            (counts.as_str(), name, counts == row.counts)
        };
        CountsAs::ALL.map(choice).to_vec()
    }
}
