//! What is wrong for the people who read and use a connector.

use serde_json::{Value, json};

use super::{Case, GET};

pub(super) fn cases() -> Vec<Case> {
    vec![
        ("ContactPropertyMissing", "/info/contact/url", Value::Null, "/info/contact"),
        (
            "ConnectorMetadataUrlNotValid",
            "/x-ms-connector-metadata/0/propertyValue",
            json!("contoso.example"),
            "/x-ms-connector-metadata/0/propertyValue",
        ),
        ("OperationSummaryMissing", "/paths/~1pets/get/summary", Value::Null, GET),
        ("OperationDescriptionMissing", "/paths/~1pets/get/description", Value::Null, GET),
        (
            "OperationSummaryOver80Characters",
            "/paths/~1pets/get/summary",
            json!("x".repeat(81)),
            "/paths/~1pets/get/summary",
        ),
        (
            "OperationSummaryEqualsDescription",
            "/paths/~1pets/get/description",
            json!("List pets"),
            "/paths/~1pets/get/description",
        ),
        (
            "OperationDescriptionNotASentence",
            "/paths/~1pets/get/description",
            json!("Every pet"),
            "/paths/~1pets/get/description",
        ),
        (
            "OperationIdNotPascalCase",
            "/paths/~1pets/get/operationId",
            json!("listPets"),
            "/paths/~1pets/get/operationId",
        ),
        (
            "OperationSummaryNotSentenceCase",
            "/paths/~1pets/get/summary",
            json!("list pets"),
            "/paths/~1pets/get/summary",
        ),
        ("OperationVisibilityMissing", "/paths/~1pets/get/x-ms-visibility", Value::Null, GET),
        (
            "TriggerSummaryNotWhen",
            "/paths/~1hooks/post/summary",
            json!("A pet comes"),
            "/paths/~1hooks/post/summary",
        ),
        ("ParameterSummaryMissing", "/parameters/id/x-ms-summary", Value::Null, "/parameters/id"),
        (
            "ParameterDescriptionMissing",
            "/parameters/id/description",
            Value::Null,
            "/parameters/id",
        ),
        (
            "ParameterSummaryOver80Characters",
            "/parameters/id/x-ms-summary",
            json!("X".repeat(81)),
            "/parameters/id/x-ms-summary",
        ),
        (
            "ParameterSummaryNotTitleCase",
            "/parameters/id/x-ms-summary",
            json!("the pet"),
            "/parameters/id/x-ms-summary",
        ),
        (
            "ResponseSchemaEmpty",
            "/paths/~1pets/get/responses/200/schema",
            json!({}),
            "/paths/~1pets/get/responses/200/schema",
        ),
        ("HostNotProduction", "/host", json!("staging.contoso.example"), "/host"),
        ("DeprecationNotMarked", "/paths/~1pets/get/deprecated", json!(true), GET),
        (
            "TestConnectionNotValid",
            "/x-ms-capabilities/testConnection/operationId",
            json!("AddPet"),
            "/x-ms-capabilities/testConnection",
        ),
    ]
}
