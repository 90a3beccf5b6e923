//! Where the rail leads: what there is around connectors.

use askama::Template;
use axum::{Router, response::Response};
use edge::{Problem, get};
use kernel::Permission;
use web_frame::{
    App, Frame, Visit, answer,
    section::{Group, areas},
};

use crate::at;

/// The address.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/connectors", get(page))
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    groups: Vec<Group>,
}

async fn page(visit: Visit) -> Result<Response, Problem> {
    if !visit.scope.may(Permission::ConnectionUse) {
        visit.scope.require(Permission::AppInstall).map_err(Problem::denied)?;
    }
    Ok(answer::page(&Overview::new(visit.frame)))
}

impl Overview {
    fn new(frame: Frame) -> Self {
        let (groups, title) = (areas(&frame), frame.say("web-connectors.title"));
        Self { frame: at(frame, "", title), groups }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Permissions;
    use web_proof::show;

    use super::*;

    #[test]
    fn the_overview_shows_only_what_may_be_opened() {
        show("connectors", |frame| {
            let few = Permissions::of(&[Permission::AppInstall]);
            let few = Frame { permissions: few, ..frame.clone() };
            vec![("all", Overview::new(frame.clone())), ("few", Overview::new(few))]
        });
    }
}
