//! Packages to roll out.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use deployment::packages::Package;
use edge::{Path, Problem};
use kernel::{Coded as _, Kind};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use crate::at;

#[derive(Debug, Deserialize)]
pub(crate) struct PackagePath {
    deployment_package: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "packages.html")]
pub(crate) struct Page {
    frame: Frame,
    /// Why packages cannot be made.
    problem: Option<(String, String)>,
}

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let problem = match app.deployment.package(&visit.scope, Package::OutlookXml).await {
        Ok(_) => None,
        Err(error @ deployment::Error::Invalid { .. }) => {
            let code = error.fields().first().map_or("", |field| field.code);
            Some((visit.frame.t.code(code), visit.frame.t.code_detail(code)))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(answer::page(&Page::new(visit.frame, problem)))
}

pub(crate) async fn download(
    State(app): State<App>,
    visit: Visit,
    Path(path): Path<PackagePath>,
) -> Result<Response, Problem> {
    // who may not look learns nothing of what there is
    app.deployment.guide(&visit.scope).await?;
    let found = Package::parse(&path.deployment_package);
    let package = found
        .ok_or_else(|| Problem::new("route.unknown", Kind::NotFound, "there is no such package"))?;
    let bytes = app.deployment.package(&visit.scope, package).await?;
    let name = format!("attachment; filename=\"{}\"", package.file());
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(package.media_type())),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates pass references, to methods of the page alone"
)]
impl Page {
    pub(crate) fn new(frame: Frame, problem: Option<(String, String)>) -> Self {
        let title = frame.say("web-deployment.packages");
        Self { problem, frame: at(frame, "packages", title) }
    }

    fn packages(&self) -> [Package; 3] {
        Package::ALL
    }

    fn icon(&self, package: &Package) -> &'static str {
        match package {
            Package::Teams => "team",
            Package::OutlookXml | Package::OutlookJson => "mail",
        }
    }

    fn name(&self, package: &Package, what: &str) -> String {
        self.frame.say(&format!("web-deployment.package-{}{what}", package.as_str()))
    }
}
