//! The shapes of sales surfaces.

use i18n::{Arg, Texts};
use kernel::{ActionId, EnvironmentId, Language};
use sales::{Absent, Finding, Inspection, Item, Point, Remark, Section, Shaped, Surface};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// Where a surface is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct WhereQuery {
    /// The environment; the only one with the sales tables unless given.
    #[param(value_type = Option<String>, format = Uuid)]
    pub(super) environment_id: Option<EnvironmentId>,
    /// Only this action: for the next page of its section, and for makers, who may try what is not enabled.
    #[param(value_type = Option<String>, format = Uuid)]
    pub(super) action_id: Option<ActionId>,
}

/// A filled surface.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesSurface)]
pub(super) struct SurfaceShape {
    surface: &'static str,
    #[schema(format = Uuid)]
    environment_id: String,
    /// One for each connector that contributes.
    sections: Vec<SectionShape>,
    /// Connectors that contribute nothing: sellers see where they have to sign in, makers and administrators all.
    absent: Vec<AbsentShape>,
}

/// What one connector contributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesSection)]
struct SectionShape {
    #[schema(format = Uuid)]
    action_id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    connector: String,
    /// What stands above it, in the caller's language.
    heading: String,
    operation: String,
    /// The call, as the partner was told it in `x-ms-client-request-id`.
    #[schema(format = Uuid)]
    call_id: String,
    items: Vec<ItemShape>,
    /// `skip` of the next page; null at the end.
    next_skip: Option<u32>,
}

/// One item. Which parts it has depends on the surface.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesItem)]
pub(super) struct ItemShape {
    /// The number of its citation, from 1 over all sections.
    citation: usize,
    title: Option<String>,
    /// Plain text, never markup.
    text: Option<String>,
    /// An http or https address.
    url: Option<String>,
    /// The moment as the partner wrote it.
    date_time: Option<String>,
    /// The moment, where it could be read.
    #[schema(format = DateTime)]
    at: Option<String>,
    /// Labels and values in the partner's order.
    properties: Vec<PairShape>,
    /// The record, for the details of a record.
    record: Option<RelatedShape>,
    /// `content-file` and so on, for a draft.
    content_type: Option<&'static str>,
    icon_url: Option<String>,
}

/// A label and its value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesPair)]
struct PairShape {
    name: String,
    value: String,
}

/// A record of a partner.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesRelated)]
struct RelatedShape {
    id: String,
    /// The system name of its type.
    record_type: String,
    display_name: String,
    plural_display_name: String,
}

/// A connector that contributes nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesAbsent)]
struct AbsentShape {
    #[schema(format = Uuid)]
    action_id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    connector: String,
    operation: String,
    /// The call, where one was made.
    #[schema(format = Uuid)]
    call_id: Option<String>,
    /// Why, such as `sign_in_needed` or `late`.
    outcome: &'static str,
    /// The same in the caller's language.
    message: String,
}

impl SurfaceShape {
    pub(super) fn of(surface: Surface, language: Language) -> Self {
        let mut citation = 0;
        let sections = surface.sections.into_iter();
        Self {
            surface: surface.point.as_str(),
            environment_id: surface.environment.to_string(),
            sections: sections
                .map(|section| SectionShape::of(section, (surface.point, language), &mut citation))
                .collect(),
            absent: surface.absent.iter().map(|own| AbsentShape::of(own, language)).collect(),
        }
    }
}

impl SectionShape {
    fn of(section: Section, (point, language): (Point, Language), citation: &mut usize) -> Self {
        let heading = heading(&section, point, language);
        Self {
            action_id: section.action.to_string(),
            connector_id: section.connector.to_string(),
            connector: section.connector_name,
            heading,
            operation: section.operation,
            call_id: section.call.to_string(),
            items: section
                .items
                .into_iter()
                .map(|item| {
                    *citation += 1;
                    ItemShape::of(item, *citation)
                })
                .collect(),
            next_skip: section.next_skip,
        }
    }
}

fn heading(section: &Section, point: Point, language: Language) -> String {
    let connector = Arg::from(section.connector_name.as_str());
    let texts = Texts::global();
    match (point, section.plural()) {
        (Point::RecordDetails, Some(plural)) => texts.text(
            language,
            "sales.heading-records",
            &[("connector", connector), ("records", plural.into())],
        ),
        (Point::RecordDetails | Point::OpportunityInsights, _) => section.connector_name.clone(),
        (Point::RecordSummary | Point::EmailSummary | Point::EmailDraft, _) => {
            texts.text(language, "sales.heading", &[("connector", connector)])
        }
    }
}

impl ItemShape {
    pub(super) fn of(item: Item, citation: usize) -> Self {
        let at = item.at.as_ref().and_then(|when| when.at).map(|at| at.to_string());
        Self {
            citation,
            title: item.title,
            text: item.text,
            url: item.url,
            date_time: item.at.map(|when| when.text),
            at,
            properties: item
                .properties
                .into_iter()
                .map(|(name, value)| PairShape { name, value })
                .collect(),
            record: item.record.map(|record| RelatedShape {
                id: record.id,
                record_type: record.kind,
                display_name: record.name,
                plural_display_name: record.plural,
            }),
            content_type: item.content.map(sales::Content::as_str),
            icon_url: item.icon_url,
        }
    }
}

impl AbsentShape {
    fn of(absent: &Absent, language: Language) -> Self {
        let outcome = absent.outcome.as_str();
        let key = format!("sales.outcome-{}", outcome.replace('_', "-"));
        Self {
            action_id: absent.action.to_string(),
            connector_id: absent.connector.to_string(),
            connector: absent.connector_name.clone(),
            operation: absent.operation.clone(),
            call_id: absent.call.map(|call| call.to_string()),
            outcome,
            message: Texts::global().text(language, &key, &[]),
        }
    }
}

/// What a surface makes of a sample.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesPreview)]
pub(super) struct PreviewShape {
    /// `shown`, `empty`, or why nothing can be shown.
    outcome: &'static str,
    items: Vec<ItemShape>,
    has_more: bool,
    /// Items that came.
    received: usize,
    /// What was left out or changed.
    remarks: Vec<RemarkShape>,
}

/// What was left out or changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesRemark)]
pub(super) struct RemarkShape {
    /// Which item, from 0.
    index: Option<usize>,
    /// The output, with the name of the contract.
    field: &'static str,
    /// Such as `text.cut`.
    code: &'static str,
    /// Whether the item was left out for it.
    drops: bool,
    /// The same in the caller's language.
    message: String,
}

impl PreviewShape {
    pub(super) fn of(shaped: Result<Shaped, sales::Unshapable>, language: Language) -> Self {
        let Shaped { items, has_more, received, remarks } = match shaped {
            Ok(shaped) => shaped,
            Err(why) => {
                let outcome = sales::Outcome::from(why).as_str();
                let (items, remarks) = (Vec::new(), Vec::new());
                return Self { outcome, items, has_more: false, received: 0, remarks };
            }
        };
        let outcome = match (items.is_empty(), received) {
            (false, _) => sales::Outcome::Shown,
            (true, 0) => sales::Outcome::Empty,
            (true, _) => sales::Outcome::NothingUsable,
        };
        let items = items.into_iter().zip(1..).map(|(item, number)| ItemShape::of(item, number));
        Self {
            outcome: outcome.as_str(),
            items: items.collect(),
            has_more,
            received,
            remarks: remarks.iter().map(|remark| RemarkShape::of(remark, language)).collect(),
        }
    }
}

impl RemarkShape {
    fn of(remark: &Remark, language: Language) -> Self {
        let code = remark.what.as_str();
        let key = format!("sales.remark-{}", code.replace(['.', '_'], "-"));
        Self {
            index: remark.index,
            field: remark.field,
            code,
            drops: remark.what.drops(),
            message: Texts::global().text(language, &key, &[]),
        }
    }
}

/// What a connector or an action is to the surfaces.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesInspection)]
pub(super) struct InspectionShape {
    /// The operations that are for a surface.
    matched: Vec<MatchedShape>,
    findings: Vec<FindingShape>,
}

/// An operation that is for a surface.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesMatched)]
struct MatchedShape {
    surface: &'static str,
    /// Of the operation's form; only the summary of an email has two.
    version: u8,
    operation: String,
    /// `description`, or `identifier` as of old.
    found_by: &'static str,
    /// Whether nothing keeps the surface from calling it.
    callable: bool,
    /// Whether the surface calls this one.
    chosen: bool,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesFinding)]
struct FindingShape {
    /// The check of the contract, `V1` to `V14`.
    check: String,
    /// The case, such as `v7.missing`.
    code: &'static str,
    /// `error`, `warning` or `info`.
    severity: &'static str,
    /// `definition`, `properties` or `action`.
    part: &'static str,
    /// JSON pointer into it.
    pointer: String,
    operation: Option<String>,
    surface: Option<&'static str>,
    /// What is wrong, in the caller's language.
    message: String,
    /// What to do about it.
    remedy: String,
    /// What the texts name, such as the string that is expected.
    #[schema(value_type = Object)]
    values: Map<String, Value>,
}

impl InspectionShape {
    pub(super) fn of(inspection: &Inspection, language: Language) -> Self {
        let matched = inspection.matched.iter().map(|matched| MatchedShape {
            surface: matched.point.as_str(),
            version: matched.version,
            operation: matched.operation.clone(),
            found_by: matched.found.as_str(),
            callable: matched.callable,
            chosen: matched.chosen,
        });
        Self {
            matched: matched.collect(),
            findings: inspection
                .findings
                .iter()
                .map(|own| FindingShape::of(own, language))
                .collect(),
        }
    }
}

impl FindingShape {
    fn of(finding: &Finding, language: Language) -> Self {
        let args: Vec<(&str, Arg<'_>)> =
            finding.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        let text = |key: &str| Texts::global().text(language, key, &args);
        Self {
            check: finding.rule.check(),
            code: finding.rule.code(),
            severity: finding.severity().code(),
            part: finding.part.as_str(),
            pointer: finding.pointer.clone(),
            operation: finding.operation.clone(),
            surface: finding.point.map(Point::as_str),
            message: text(&finding.rule.text_key()),
            remedy: text(&finding.rule.remedy_key()),
            values: finding
                .args
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
                .collect(),
        }
    }
}
