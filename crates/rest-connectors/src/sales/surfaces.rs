//! Filling surfaces.

use axum::extract::State;
use edge::{Authed, Json, Problem, Query};
use kernel::Scope;
use rest::{Failures, routes};
use sales::{Email, Entity, Input, Point, Request};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::shapes::{PreviewShape, SurfaceShape, WhereQuery};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        email_summary,
        record_summary,
        record_details,
        opportunity_insights,
        email_draft,
        preview
    )
}

/// A record, and what is known of its CRM. Leave out what is unknown.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SalesRecord)]
struct Record {
    /// The system name of the record's table, such as `opportunity`.
    #[schema(required)]
    record_type: Option<String>,
    #[schema(required)]
    record_id: Option<String>,
    /// How many items of each connector.
    #[schema(minimum = 1, maximum = 50)]
    top: Option<u32>,
    #[schema(minimum = 0, maximum = 10000)]
    skip: Option<u32>,
    /// Such as `Dynamics365` or `Salesforce`.
    crm_type: Option<String>,
    /// The address or the host of the CRM.
    crm_org_url: Option<String>,
}

/// A record in a time. Leave out what is unknown.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SalesRecordInTime)]
struct RecordInTime {
    /// The system name of the record's table, such as `opportunity`.
    #[schema(required)]
    record_type: Option<String>,
    #[schema(required)]
    record_id: Option<String>,
    #[schema(format = DateTime)]
    start_date_time: Option<String>,
    #[schema(format = DateTime)]
    end_date_time: Option<String>,
    /// How many items of each connector.
    #[schema(minimum = 1, maximum = 50)]
    top: Option<u32>,
    #[schema(minimum = 0, maximum = 10000)]
    skip: Option<u32>,
    /// Such as `Dynamics365` or `Salesforce`.
    crm_type: Option<String>,
    /// The address or the host of the CRM.
    crm_org_url: Option<String>,
}

/// An email and the records that it is about. Leave out what is unknown.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SalesEmailToSummarise)]
struct ToSummarise {
    #[schema(required)]
    resource_data: Option<EmailShape>,
    related_entities: Vec<EntityShape>,
    /// How many items of each connector.
    #[schema(minimum = 1, maximum = 50)]
    top: Option<u32>,
    #[schema(minimum = 0, maximum = 10000)]
    skip: Option<u32>,
    /// Such as `Dynamics365` or `Salesforce`.
    crm_type: Option<String>,
    /// The address or the host of the CRM.
    crm_org_url: Option<String>,
}

/// An email that is being answered. Leave out what is unknown.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SalesEmailToDraft)]
struct ToDraft {
    #[schema(required)]
    resource_data: Option<EmailShape>,
    /// `email-thread` unless given.
    resource_type: Option<String>,
    record_type: Option<String>,
    record_id: Option<String>,
    /// What the seller asked for.
    input_prompt: Option<String>,
    /// How many items of each connector.
    #[schema(minimum = 1, maximum = 50)]
    top: Option<u32>,
    #[schema(minimum = 0, maximum = 10000)]
    skip: Option<u32>,
    /// Such as `Dynamics365` or `Salesforce`.
    crm_type: Option<String>,
    /// The address or the host of the CRM.
    crm_org_url: Option<String>,
}

/// An email with its thread.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SalesEmail)]
struct EmailShape {
    /// The whole thread as text.
    plaintext_body: Option<String>,
    /// The same as HTML.
    full_html_body: Option<String>,
    subject: Option<String>,
    from: Option<String>,
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    #[schema(format = DateTime)]
    sent_date_time: Option<String>,
    message_id: Option<String>,
    conversation_id: Option<String>,
}

/// A record that an email is about.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SalesEntity)]
struct EntityShape {
    entity_id: String,
    entity_type: String,
    /// `connected`, or nothing.
    entity_source: Option<String>,
}

impl From<Record> for Input {
    fn from(record: Record) -> Self {
        let Record { record_type, record_id, top, skip, crm_type, crm_org_url } = record;
        Self { record_type, record_id, top, skip, crm_type, crm_org_url, ..Self::default() }
    }
}

impl From<RecordInTime> for Input {
    fn from(record: RecordInTime) -> Self {
        Self {
            record_type: record.record_type,
            record_id: record.record_id,
            start_date_time: record.start_date_time,
            end_date_time: record.end_date_time,
            top: record.top,
            skip: record.skip,
            crm_type: record.crm_type,
            crm_org_url: record.crm_org_url,
            ..Self::default()
        }
    }
}

impl From<ToSummarise> for Input {
    fn from(email: ToSummarise) -> Self {
        Self {
            resource_data: email.resource_data.map(Email::from),
            related_entities: email.related_entities.into_iter().map(Entity::from).collect(),
            top: email.top,
            skip: email.skip,
            crm_type: email.crm_type,
            crm_org_url: email.crm_org_url,
            ..Self::default()
        }
    }
}

impl From<ToDraft> for Input {
    fn from(email: ToDraft) -> Self {
        Self {
            resource_data: email.resource_data.map(Email::from),
            resource_type: email.resource_type,
            record_type: email.record_type,
            record_id: email.record_id,
            input_prompt: email.input_prompt,
            top: email.top,
            skip: email.skip,
            crm_type: email.crm_type,
            crm_org_url: email.crm_org_url,
            ..Self::default()
        }
    }
}

impl From<EmailShape> for Email {
    fn from(mail: EmailShape) -> Self {
        Self {
            plaintext_body: mail.plaintext_body,
            full_html_body: mail.full_html_body,
            subject: mail.subject,
            from: mail.from,
            to: mail.to,
            cc: mail.cc,
            bcc: mail.bcc,
            sent_date_time: mail.sent_date_time,
            message_id: mail.message_id,
            conversation_id: mail.conversation_id,
        }
    }
}

impl From<EntityShape> for Entity {
    fn from(entity: EntityShape) -> Self {
        let EntityShape { entity_id, entity_type, entity_source } = entity;
        Self { entity_id, entity_type, entity_source }
    }
}

async fn fill(
    app: &App,
    scope: &Scope,
    (point, place): (Point, WhereQuery),
    input: Input,
) -> Result<Json<SurfaceShape>, Problem> {
    let WhereQuery { environment_id, action_id } = place;
    let request = Request { point, environment: environment_id, input, action: action_id };
    let surface = Box::pin(app.sales.show(scope, request)).await?;
    Ok(Json(SurfaceShape::of(surface, scope.language())))
}

/// Fill the summary of an email
///
/// Every enabled action of the caller that is for the surface is called side by side, each under five seconds. What comes
/// late or cannot be shown leaves its section out and nothing else. A surface needs an environment with the sales tables.
#[utoipa::path(post, path = "/api/v1/sales/extensions/email-summary",
    operation_id = "sales_extensions.email_summary", tag = "sales-extensions", params(WhereQuery),
    request_body = ToSummarise, responses((status = 200, body = SurfaceShape), Failures))]
async fn email_summary(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(place): Query<WhereQuery>,
    Json(input): Json<ToSummarise>,
) -> Result<Json<SurfaceShape>, Problem> {
    fill(&app, &scope, (Point::EmailSummary, place), input.into()).await
}

/// Fill the summary of a record
///
/// Also while a meeting is prepared. Actions are called as for the summary of an email.
#[utoipa::path(post, path = "/api/v1/sales/extensions/record-summary",
    operation_id = "sales_extensions.record_summary", tag = "sales-extensions", params(WhereQuery),
    request_body = RecordInTime, responses((status = 200, body = SurfaceShape), Failures))]
async fn record_summary(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(place): Query<WhereQuery>,
    Json(input): Json<RecordInTime>,
) -> Result<Json<SurfaceShape>, Problem> {
    fill(&app, &scope, (Point::RecordSummary, place), input.into()).await
}

/// Fill the details of a record
///
/// At most five connectors are asked. Actions are called as for the summary of an email.
#[utoipa::path(post, path = "/api/v1/sales/extensions/record-details",
    operation_id = "sales_extensions.record_details", tag = "sales-extensions", params(WhereQuery),
    request_body = Record, responses((status = 200, body = SurfaceShape), Failures))]
async fn record_details(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(place): Query<WhereQuery>,
    Json(input): Json<Record>,
) -> Result<Json<SurfaceShape>, Problem> {
    fill(&app, &scope, (Point::RecordDetails, place), input.into()).await
}

/// Fill the insights of an opportunity
///
/// Formerly key sales info. Actions are called as for the summary of an email.
#[utoipa::path(post, path = "/api/v1/sales/extensions/opportunity-insights",
    operation_id = "sales_extensions.opportunity_insights", tag = "sales-extensions", params(WhereQuery),
    request_body = Record, responses((status = 200, body = SurfaceShape), Failures))]
async fn opportunity_insights(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(place): Query<WhereQuery>,
    Json(input): Json<Record>,
) -> Result<Json<SurfaceShape>, Problem> {
    fill(&app, &scope, (Point::OpportunityInsights, place), input.into()).await
}

/// Find files and pages for a draft
///
/// Actions are called as for the summary of an email.
#[utoipa::path(post, path = "/api/v1/sales/extensions/email-draft",
    operation_id = "sales_extensions.email_draft", tag = "sales-extensions", params(WhereQuery),
    request_body = ToDraft, responses((status = 200, body = SurfaceShape), Failures))]
async fn email_draft(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(place): Query<WhereQuery>,
    Json(input): Json<ToDraft>,
) -> Result<Json<SurfaceShape>, Problem> {
    fill(&app, &scope, (Point::EmailDraft, place), input.into()).await
}

/// The surface of a sample.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SurfaceQuery {
    /// `email_summary`, `record_summary`, `record_details`, `opportunity_insights` or `email_draft`.
    #[serde(default)]
    surface: String,
}

/// Try a sample answer
///
/// What a surface would show of it, and what it would leave out or change. For makers and administrators.
#[utoipa::path(post, path = "/api/v1/sales/extensions/preview",
    operation_id = "sales_extensions.preview", tag = "sales-extensions", params(SurfaceQuery),
    request_body(content = Object, description = "What an operation of the surface would answer."),
    responses((status = 200, body = PreviewShape), Failures))]
async fn preview(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(of): Query<SurfaceQuery>,
    Json(sample): Json<Value>,
) -> Result<Json<PreviewShape>, Problem> {
    let point = Point::parse(&of.surface);
    let shaped = app.sales.preview(&scope, point, &sample)?;
    Ok(Json(PreviewShape::of(shaped, scope.language())))
}
