//! The strings of the contract, in one place: descriptions as they are published, names, types, limits.
//!
//! Matching goes by descriptions; names are what it falls back to. Nothing here is ours to improve.

use openapi::Method;

use super::{Field, Form, Kind, Point};

/// The state of the published contract that the table follows.
pub const VERSION: &str = "2026-05";

/// Every form of an operation that a surface calls, newer before older.
pub(crate) const FORMS: [Form; 6] = [
    RECORD_SUMMARY,
    RECORD_DETAILS,
    OPPORTUNITY_INSIGHTS,
    EMAIL_SUMMARY,
    EMAIL_SUMMARY_1,
    EMAIL_DRAFT,
];

const RECORD_SUMMARY: Form = Form {
    point: Point::RecordSummary,
    version: 1,
    method: Method::Get,
    description: "This action gets additional sales insights related to a CRM record that will be shown in the C4S record summary card. The action enhances the existing skills of copilot for sales.",
    ids: &["scp-get-related-activities"],
    inputs: RECORD_SUMMARY_INPUTS,
    outputs: RECORD_SUMMARY_OUTPUTS,
};

const RECORD_SUMMARY_INPUTS: &[Field] = &[
    Field::required(
        "recordType",
        Kind::Text,
        "This input indicates the entity or object type in CRM for which insights are requested.",
    ),
    Field::required(
        "recordId",
        Kind::Text,
        "This input indicates the unique identifier of the CRM record for which insights are requested.",
    ),
    Field::optional(
        "startDateTime",
        Kind::Instant,
        "This input indicates the start date and time for insights requested.",
    ),
    Field::optional(
        "endDateTime",
        Kind::Instant,
        "This input indicates the end date and time for insights requested.",
    ),
    Field::optional("top", Kind::Integer, "This input indicates the number of insights to fetch."),
    Field::optional("skip", Kind::Integer, "This input indicates the number of insights to skip."),
    Field::optional(
        "crmType",
        Kind::Text,
        "This input indicates the type of CRM in which the CRM record exists, for which insights are requested.",
    ),
    Field::optional(
        "crmOrgUrl",
        Kind::Text,
        "This input indicates the URL of the CRM environment in which the CRM record exists, for which insights are requested.",
    ),
];

const RECORD_SUMMARY_OUTPUTS: &[Field] = &[
    Field::required(
        "title",
        Kind::Text,
        "This output indicates the title of the activity in the citation card.",
    ),
    Field::required(
        "description",
        Kind::Text,
        "This output indicates the description of the insight.",
    ),
    Field::required(
        "dateTime",
        Kind::Instant,
        "This output indicates the time associated with the insight.",
    ),
    Field::optional("url", Kind::Text, "This output indicates the URL to open insight."),
    Field::optional(
        "additionalProperties",
        Kind::Pairs,
        "This output indicates additional properties displayed in the detailed view of the insight.",
    ),
];

const RECORD_DETAILS: Form = Form {
    point: Point::RecordDetails,
    version: 1,
    method: Method::Get,
    description: "This action gets records related to a CRM record. The action enhances the existing skills of Copilot for Sales.",
    ids: &["scp-get-related-records"],
    inputs: RECORD_DETAILS_INPUTS,
    outputs: RECORD_DETAILS_OUTPUTS,
};

const RECORD_DETAILS_INPUTS: &[Field] = &[
    Field::required(
        "recordType",
        Kind::Text,
        "This input identifies the record type in CRM for which related records are requested.",
    ),
    Field::required(
        "recordId",
        Kind::Text,
        "This input provides the unique identifier of the CRM record for which related records are requested.",
    ),
    Field::optional(
        "top",
        Kind::Integer,
        "This input indicates the number of related records to fetch.",
    ),
    Field::optional(
        "skip",
        Kind::Integer,
        "This input indicates the number of records to skip when fetching related records.",
    ),
    Field::optional(
        "crmType",
        Kind::Text,
        "This input indicates the type of CRM the related records are fetched from.",
    ),
    Field::optional(
        "crmOrgUrl",
        Kind::Text,
        "This input indicates the URL of the CRM environment the related records are fetched from.",
    ),
];

const RECORD_DETAILS_OUTPUTS: &[Field] = &[
    Field::required(
        "recordId",
        Kind::Text,
        "This output uniquely identifies each related record returned by the action.",
    ),
    Field::required(
        "recordTypeDisplayName",
        Kind::Text,
        "This output indicates the display name of record type of each related record returned by the action.",
    ),
    Field::required(
        "recordTypePluralDisplayName",
        Kind::Text,
        "This output indicates the plural display name of the record type of each related record returned by the action.",
    ),
    Field::required(
        "recordType",
        Kind::Text,
        "This output indicates the type of each related record returned by the action.",
    ),
    Field::required(
        "recordTitle",
        Kind::Text,
        "This output indicates the title of each related record returned by the action.",
    ),
    Field::optional(
        "url",
        Kind::Text,
        "This output indicates the URL of each related record returned by the action.",
    ),
    Field::optional(
        "additionalProperties",
        Kind::Pairs,
        "This output indicates additional properties as name-value pairs of each related record returned by the action.",
    ),
];

const OPPORTUNITY_INSIGHTS: Form = Form {
    point: Point::OpportunityInsights,
    version: 1,
    method: Method::Get,
    description: "This action gets additional sales insights that will be shown in C4S key sales info card in outlook sidecar. The action enhances the existing skills of copilot for sales.",
    ids: &["scp-get-sales-highlights", "scp-get-key-sales"],
    inputs: OPPORTUNITY_INSIGHTS_INPUTS,
    outputs: OPPORTUNITY_INSIGHTS_OUTPUTS,
};

const OPPORTUNITY_INSIGHTS_INPUTS: &[Field] = &[
    Field::required(
        "recordType",
        Kind::Text,
        "This input identifies the record type in CRM for which key sales info is requested.",
    ),
    Field::required(
        "recordId",
        Kind::Text,
        "This input provides the unique identifier of the CRM record for which key sales info is requested.",
    ),
    Field::optional(
        "crmType",
        Kind::Text,
        "This input indicates the type of CRM in which the CRM record exists, for which key sales info is requested.",
    ),
    Field::optional(
        "crmOrgUrl",
        Kind::Text,
        "This input indicates the URL of the CRM environment in which the CRM record exists, for which key sales info is requested.",
    ),
    Field::optional(
        "top",
        Kind::Integer,
        "This input indicates the number of sales highlights to fetch.",
    ),
    Field::optional(
        "skip",
        Kind::Integer,
        "This input indicates the number of items to skip when fetching sales highlights.",
    ),
];

const OPPORTUNITY_INSIGHTS_OUTPUTS: &[Field] = &[
    Field::required(
        "title",
        Kind::Text,
        "This output indicates the title of citation card for the insight.",
    )
    .at_most(20),
    Field::required(
        "description",
        Kind::Text,
        "This output indicates the text of the insight to be included in key sales info.",
    )
    .at_most(130),
    Field::optional(
        "url",
        Kind::Text,
        "This output indicates the URL to learn more about the insight.",
    ),
    Field::optional(
        "dateTime",
        Kind::Instant,
        "This output indicates the time associated with the insight.",
    ),
    Field::optional(
        "additionalProperties",
        Kind::Pairs,
        "This output indicates additional properties as name-value pairs of each related insight returned by the action.",
    ),
];

const EMAIL_SUMMARY: Form = Form {
    point: Point::EmailSummary,
    version: 2,
    method: Method::Post,
    description: "This action gets additional sales insights that will be shown in C4S email summary experience inside outlook summary. The action enhances the existing skills of copilot for sales.",
    ids: &["scp-get-email-insights-v2"],
    inputs: EMAIL_SUMMARY_INPUTS,
    outputs: EMAIL_SUMMARY_OUTPUTS,
};

const EMAIL_SUMMARY_INPUTS: &[Field] = &[
    Field::required("resourceData", Kind::Object, "This input identifies the email content which is a collection of email thread, subject, and other details.").holding(RESOURCE),
    Field::optional("relatedEntities", Kind::List, "This input identifies the array of CRM records, which is related to the email thread.").holding(ENTITY),
    Field::optional("crmType", Kind::Text, "This input indicates the type of CRM in which the record related to the email thread exists."),
    Field::optional("crmOrgUrl", Kind::Text, "This input indicates the URL of the CRM environment in which the record related to the email thread exists."),
    Field::optional("top", Kind::Integer, "This input indicates the number of file links to fetch."),
    Field::optional("skip", Kind::Integer, "This input indicates the number of items to skip when fetching suggested file links."),
];

const EMAIL_SUMMARY_OUTPUTS: &[Field] = &[Field::required(
    "insight",
    Kind::Text,
    "This output indicates the text you would like to be included in the email summary.",
)];

const EMAIL_SUMMARY_1: Form = Form {
    point: Point::EmailSummary,
    version: 1,
    method: Method::Get,
    description: "This action gets additional sales insights that will be shown in C4S email summary experience inside outlook summary. The action enhances the existing skills of copilot for sales.",
    ids: &["scp-get-email-insights", "scp-get-email-summary"],
    inputs: EMAIL_SUMMARY_1_INPUTS,
    outputs: EMAIL_SUMMARY_1_OUTPUTS,
};

const EMAIL_SUMMARY_1_INPUTS: &[Field] = &[
    Field::optional(
        "recordType",
        Kind::Text,
        "This input identifies the record type in CRM, which is related to the summarized email.",
    ),
    Field::optional(
        "recordId",
        Kind::Text,
        "This input provides the unique identifier of the CRM record that is related to the summarized email.",
    ),
    Field::optional(
        "crmType",
        Kind::Text,
        "This input indicates the type of CRM in which the record related to the summarized email exists.",
    ),
    Field::optional(
        "crmOrgUrl",
        Kind::Text,
        "This input indicates the URL of the CRM environment in which the record related to the summarized email exists.",
    ),
    Field::required(
        "emailContacts",
        Kind::Text,
        "This input indicates a list of all relevant participant emails in the current email thread.",
    ),
    Field::optional("Top", Kind::Integer, "This input indicates the number of insights to fetch."),
    Field::optional(
        "Skip",
        Kind::Integer,
        "This input indicates the number of items to skip when fetching insights.",
    ),
];

const EMAIL_SUMMARY_1_OUTPUTS: &[Field] = &[
    Field::required("Title", Kind::Text, "This output indicates the title of the partner section and should include only the partner's name.").at_most(20),
    Field::required("Description", Kind::Text, "This output indicates the text you would like to be included in the email summary."),
];

const EMAIL_DRAFT: Form = Form {
    point: Point::EmailDraft,
    version: 1,
    method: Method::Post,
    description: "This action gets files relevant to the email conversation, which will be shown in C4S email drafts in Outlook. The action enhances the existing skills of copilot for sales.",
    ids: &["scp-get-content-suggestions"],
    inputs: EMAIL_DRAFT_INPUTS,
    outputs: EMAIL_DRAFT_OUTPUTS,
};

const EMAIL_DRAFT_INPUTS: &[Field] = &[
    Field::required("resourceData", Kind::Object, "This input identifies the email content which is a collection of email thread, subject, and other details.").holding(RESOURCE),
    Field::required("resourceType", Kind::Text, "This input identifies the type of resource shared for fetching suggested file links which in this case is 'email-thread'."),
    Field::optional("recordType", Kind::Text, "This input identifies the record type in CRM, which is related to the email thread."),
    Field::optional("recordId", Kind::Text, "This input provides the unique identifier of the CRM record that is related to the email thread."),
    Field::optional("crmType", Kind::Text, "This input indicates the type of CRM in which the record related to the email thread exists."),
    Field::optional("crmOrgUrl", Kind::Text, "This input indicates the URL of the CRM environment in which the record related to the email thread exists."),
    Field::optional("inputPrompt", Kind::Text, "This input indicates the prompt provided by the user while drafting an email."),
    Field::optional("top", Kind::Integer, "This input indicates the number of file links to fetch."),
    Field::optional("skip", Kind::Integer, "This input indicates the number of items to skip when fetching suggested file links."),
];

const EMAIL_DRAFT_OUTPUTS: &[Field] = &[
    Field::required(
        "contentType",
        Kind::Text,
        "This output indicates the type of content included with the email draft.",
    ),
    Field::required(
        "content",
        Kind::Text,
        "This output indicates the actual content that is included with the email draft. It can either be a web page or a URL.",
    ),
    Field::required("contentTitle", Kind::Text, "This output indicates the title of the content."),
    Field::required(
        "contentDescription",
        Kind::Text,
        "This output indicates the text to be included when describing the files.",
    ),
    Field::optional(
        "contentIconUrl",
        Kind::Text,
        "This output indicates the icon to be included for the content.",
    ),
    Field::optional(
        "additionalProperties",
        Kind::Pairs,
        "This output indicates additional properties as name-value pairs of each related link returned by the action.",
    ),
];

/// The email of `resourceData`.
const RESOURCE: &[Field] = &[
    Field::optional(
        "plaintextBody",
        Kind::Text,
        "This input provides all the content from the email thread in text format.",
    ),
    Field::optional(
        "fullHtmlBody",
        Kind::Text,
        "This input provides all the content from the email thread in HTML format.",
    ),
    Field::optional("subject", Kind::Text, "This input provides the subject of the email."),
    Field::optional("from", Kind::Text, "This input provides the sender's email address."),
    Field::optional("to", Kind::Texts, "This input provides the receiver's email address."),
    Field::optional(
        "cc",
        Kind::Texts,
        "This input provides all the receiver's email addresses that are included in the Cc field of the email.",
    ),
    Field::optional(
        "bcc",
        Kind::Texts,
        "This input provides all the receiver's email addresses that are added in the Bcc field of the email.",
    ),
    Field::optional(
        "sentDateTime",
        Kind::Instant,
        "This input provides the timestamp of the email.",
    ),
    Field::optional("messageId", Kind::Text, "This input provides the message ID of the email."),
    Field::optional(
        "conversationId",
        Kind::Text,
        "This input provides the conversation ID of the email thread.",
    ),
];

/// One of `relatedEntities`.
const ENTITY: &[Field] = &[
    Field::required(
        "entityId",
        Kind::Text,
        "This input provides the unique identifier of the CRM record that is related to the email thread.",
    ),
    Field::required(
        "entityType",
        Kind::Text,
        "This input identifies the record type in CRM, which is related to the email thread.",
    ),
    Field::optional("entitySource", Kind::Text, "This input indicates the entity source type."),
];
