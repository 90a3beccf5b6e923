//! What is stored of people: counted, kept for a time, given out, taken away.

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use edge::{Authed, Json, Path, Problem};
use http::{HeaderValue, header};
use kernel::{Kind, UserId};
use privacy::{DataSet, Job, Kept};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(overview)
        .merge(routes!(period))
        .merge(routes!(person))
        .merge(routes!(export))
        .merge(routes!(forget))
        .merge(routes!(jobs))
        .merge(routes!(job))
        .merge(routes!(archive))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SetPath {
    /// A kind of data, as the overview names it.
    data_set: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PersonPath {
    /// A person; your own identifier for your own data.
    #[param(value_type = String)]
    user_id: UserId,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct JobPath {
    /// An export or a removal.
    privacy_job_id: Uuid,
}

/// A kind of data.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoredData)]
struct KeptItem {
    #[schema(example = "mail-insights")]
    data_set: &'static str,
    /// `crm`, `mail` or `product`.
    #[schema(example = "mail")]
    group: &'static str,
    #[schema(example = 12)]
    count: i64,
    /// Days that it stays; 0 for ever, nothing where that is not set here.
    #[schema(example = 30)]
    days: Option<i64>,
}

impl From<Kept> for KeptItem {
    fn from(kept: Kept) -> Self {
        let Kept { set, count, days } = kept;
        Self { data_set: set.as_str(), group: set.group().as_str(), count, days }
    }
}

/// For how long a kind of data stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RetentionPeriod)]
struct Period {
    /// 0 to 3,650; 0 for ever.
    #[schema(example = 30)]
    days: i64,
}

/// What stays of a person who is forgotten.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StayingData)]
struct Staying {
    #[schema(example = "account")]
    data_set: &'static str,
    /// `account`, `organisation`, `conversation` or `log`.
    #[schema(example = "account")]
    reason: &'static str,
    #[schema(example = 3)]
    count: i64,
}

/// What becomes of data of one kind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CountedData)]
struct Counted {
    #[schema(example = "meetings")]
    data_set: &'static str,
    #[schema(example = 3)]
    count: i64,
}

/// What is stored of a person, and what would become of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalData)]
struct PersonItem {
    stored: Vec<KeptItem>,
    /// What goes when the person is forgotten.
    goes: Vec<Counted>,
    /// What stays for others, and names the person no more.
    unnamed: Vec<Counted>,
    /// What stays, and why.
    stays: Vec<Staying>,
}

/// An export or a removal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrivacyJob)]
struct JobItem {
    #[schema(example = "0190b2d0-7c4e-7c9a-9d1c-3f1f6a1b2c3d")]
    id: Uuid,
    /// `export` or `forget`.
    #[schema(example = "export")]
    kind: &'static str,
    #[schema(value_type = String, example = "0190b2d0-7c4e-7c9a-9d1c-3f1f6a1b2c3d")]
    person: UserId,
    /// `waiting`, `done` or `failed`.
    #[schema(example = "done")]
    state: &'static str,
    /// What was found or went, by kind of data.
    #[schema(value_type = Object, example = json!({ "mails": 4 }))]
    counts: serde_json::Value,
    /// Whether there is an archive to be fetched.
    #[schema(example = true)]
    archive: bool,
    /// Bytes of the archive.
    #[schema(example = 20_480)]
    size: i64,
    #[schema(example = "2026-11-23T10:00:00Z")]
    created_at: String,
    /// When the archive goes.
    #[schema(example = "2026-11-30T10:00:00Z")]
    ends_at: String,
}

impl From<Job> for JobItem {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            kind: job.kind.as_str(),
            person: job.person,
            state: job.state.as_str(),
            counts: job.counts,
            archive: job.file.is_some(),
            size: job.size,
            created_at: job.created_at.to_string(),
            ends_at: job.ends_at.to_string(),
        }
    }
}

/// Read what is stored of people
#[utoipa::path(get, path = "/api/v1/privacy", operation_id = "privacy.read", tag = "privacy",
    responses((status = 200, body = Vec<KeptItem>), Failures))]
async fn overview(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<KeptItem>>, Problem> {
    Ok(Json(app.privacy.overview(&scope).await?.into_iter().map(Into::into).collect()))
}

/// Say for how long a kind of data stays
#[utoipa::path(put, path = "/api/v1/privacy/periods/{data_set}", operation_id = "privacy.set_period",
    tag = "privacy", params(SetPath), request_body = Period,
    responses((status = 200, body = Vec<KeptItem>), Failures))]
async fn period(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SetPath>,
    Json(new): Json<Period>,
) -> Result<Json<Vec<KeptItem>>, Problem> {
    // who may not look learns nothing of what there is
    app.privacy.overview(&scope).await?;
    let set = DataSet::parse(&path.data_set)
        .ok_or_else(|| Problem::new("route.unknown", Kind::NotFound, "there is no such kind"))?;
    app.privacy.set_period(&scope, set, new.days).await?;
    Ok(Json(app.privacy.overview(&scope).await?.into_iter().map(Into::into).collect()))
}

/// Read what is stored of a person, and what would go
#[utoipa::path(get, path = "/api/v1/privacy/people/{user_id}", operation_id = "privacy.person",
    tag = "privacy", params(PersonPath), responses((status = 200, body = PersonItem), Failures))]
async fn person(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PersonPath>,
) -> Result<Json<PersonItem>, Problem> {
    let stored = app.privacy.of(&scope, path.user_id).await?;
    let preview = app.privacy.preview(&scope, path.user_id).await?;
    let stays = preview.stays.into_iter().map(|(set, reason, count)| Staying {
        data_set: set.as_str(),
        reason: reason.as_str(),
        count,
    });
    let counted = |all: Vec<(DataSet, i64)>| -> Vec<Counted> {
        all.into_iter().map(|(set, count)| Counted { data_set: set.as_str(), count }).collect()
    };
    Ok(Json(PersonItem {
        stored: stored.into_iter().map(Into::into).collect(),
        goes: counted(preview.goes),
        unnamed: counted(preview.unnamed),
        stays: stays.collect(),
    }))
}

/// Ask for an archive of what is stored of a person
///
/// It is made in the background and kept for seven days.
#[utoipa::path(post, path = "/api/v1/privacy/people/{user_id}/export", operation_id = "privacy.export",
    tag = "privacy", params(PersonPath), responses((status = 200, body = JobItem), Failures))]
async fn export(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PersonPath>,
) -> Result<Json<JobItem>, Problem> {
    Ok(Json(app.privacy.export(&scope, path.user_id).await?.into()))
}

/// Take a person's data away
///
/// What goes and what stays is told by the person's data; it cannot be taken back. The account stays: delete it as a user.
#[utoipa::path(post, path = "/api/v1/privacy/people/{user_id}/forget", operation_id = "privacy.forget",
    tag = "privacy", params(PersonPath), responses((status = 200, body = JobItem), Failures))]
async fn forget(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PersonPath>,
) -> Result<Json<JobItem>, Problem> {
    Ok(Json(app.privacy.forget(&scope, path.user_id).await?.into()))
}

/// List exports and removals
#[utoipa::path(get, path = "/api/v1/privacy/jobs", operation_id = "privacy_jobs.list", tag = "privacy",
    responses((status = 200, body = Vec<JobItem>), Failures))]
async fn jobs(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<JobItem>>, Problem> {
    Ok(Json(app.privacy.jobs(&scope).await?.into_iter().map(Into::into).collect()))
}

/// Read an export or a removal
#[utoipa::path(get, path = "/api/v1/privacy/jobs/{privacy_job_id}", operation_id = "privacy_jobs.read",
    tag = "privacy", params(JobPath), responses((status = 200, body = JobItem), Failures))]
async fn job(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<JobPath>,
) -> Result<Json<JobItem>, Problem> {
    Ok(Json(app.privacy.job(&scope, path.privacy_job_id).await?.into()))
}

/// Download an archive
#[utoipa::path(get, path = "/api/v1/privacy/jobs/{privacy_job_id}/archive",
    operation_id = "privacy_jobs.archive", tag = "privacy", params(JobPath),
    responses((status = 200, content_type = "application/zip", body = String), Failures))]
async fn archive(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<JobPath>,
) -> Result<Response, Problem> {
    let found = app.privacy.archive(&scope, path.privacy_job_id).await?;
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    let name = HeaderValue::from_static("attachment; filename=\"personal-data.zip\"");
    let name = (header::CONTENT_DISPOSITION, name);
    let size = (header::CONTENT_LENGTH, HeaderValue::from(found.size));
    Ok(([kind, name, size], Body::from_stream(ReaderStream::new(found.bytes))).into_response())
}
