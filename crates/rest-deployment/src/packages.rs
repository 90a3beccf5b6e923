//! Packages to roll out.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use deployment::packages::Package;
use edge::{Authed, Path, Problem};
use http::{HeaderValue, header};
use kernel::Kind;
use rest::{Failures, routes};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(download)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PackagePath {
    /// `outlook` (XML), `outlook-unified` (zip) or `teams` (zip).
    deployment_package: String,
}

/// Download a package
///
/// Made for the hub's own address.
#[utoipa::path(get, path = "/api/v1/deployment/packages/{deployment_package}",
    operation_id = "deployment_packages.download", tag = "deployment", params(PackagePath),
    responses((status = 200, content_type = "application/zip", body = String), Failures))]
async fn download(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PackagePath>,
) -> Result<Response, Problem> {
    // who may not look learns nothing of what there is
    app.deployment.guide(&scope).await?;
    let package = Package::parse(&path.deployment_package)
        .ok_or_else(|| Problem::new("route.unknown", Kind::NotFound, "there is no such package"))?;
    let bytes = app.deployment.package(&scope, package).await?;
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(package.media_type()));
    Ok(([kind], bytes).into_response())
}
