//! What is wrong with operations, with webhooks, and with families of operations.

use serde_json::{Value, json};

use super::{Case, GET, POST, doubling, good, set};

pub(super) fn cases() -> Vec<Case> {
    vec![
        ("OperationIdRequired", "/paths/~1pets/get/operationId", Value::Null, GET),
        (
            "OperationIdNotUnique",
            "/paths/~1pets/post/operationId",
            json!("ListPets"),
            "/paths/~1pets/post/operationId",
        ),
        (
            "OperationIdTooLong",
            "/paths/~1pets/get/operationId",
            json!("L".repeat(201)),
            "/paths/~1pets/get/operationId",
        ),
        (
            "OperationIdSanitized",
            "/paths/~1pets/get/operationId",
            json!("List-Pets"),
            "/paths/~1pets/get/operationId",
        ),
        (
            "OperationIdShouldEndWithRevision",
            "/paths/~1pets~1{id}/get/operationId",
            json!("GetPet"),
            "/paths/~1pets~1{id}/get/operationId",
        ),
        (
            "OperationSummaryTooLong",
            "/paths/~1pets/get/summary",
            json!(format!("List {}", "x".repeat(115))),
            "/paths/~1pets/get/summary",
        ),
        (
            "RestrictedCharactersInSummary",
            "/paths/~1pets/get/summary",
            json!("List pets, all"),
            "/paths/~1pets/get/summary",
        ),
        (
            "OperationMustHaveResponse",
            "/paths/~1pets/get/responses",
            json!({}),
            "/paths/~1pets/get/responses",
        ),
        (
            "OperationShouldHaveSuccessfulResponse",
            "/paths/~1pets/get/responses",
            json!({ "404": { "description": "x" } }),
            "/paths/~1pets/get/responses",
        ),
        (
            "OperationHasManyResponsesWithSchema",
            "/paths/~1pets/get/responses/404",
            json!({ "description": "x", "schema": { "type": "string" } }),
            "/paths/~1pets/get/responses",
        ),
        (
            "SchemaDefinitionSetIncorrectly",
            "/paths/~1pets/get/responses/200/schema",
            Value::Null,
            "/paths/~1pets/get/responses",
        ),
        (
            "DefaultResponseHasSchema",
            "/paths/~1pets/get/responses/default",
            json!({ "description": "x", "schema": { "type": "string" } }),
            "/paths/~1pets/get/responses/default",
        ),
        (
            "ResponseMustBeDefaultOrHttpStatusCode",
            "/paths/~1pets/get/responses/2XX",
            json!({ "description": "x" }),
            "/paths/~1pets/get/responses/2XX",
        ),
        (
            "ResponseHeadersAreNotUnique",
            "/paths/~1pets/post/responses/201/headers/location",
            json!({ "type": "string" }),
            "/paths/~1pets/post/responses/201/headers/location",
        ),
        (
            "ResponseExampleMustBeProducedByOperation",
            "/paths/~1pets/get/responses/200/examples",
            json!({ "text/xml": "x" }),
            "/paths/~1pets/get/responses/200/examples/text~1xml",
        ),
        (
            "ConsumesMissing",
            "/paths/~1pets/post/consumes",
            json!([]),
            "/paths/~1pets/post/consumes",
        ),
        (
            "MimeTypeNotCompatibleWithRequestContentSchemaType",
            "/paths/~1pets~1{id}~1photo/post/consumes",
            json!(["application/json"]),
            "/paths/~1pets~1{id}~1photo/post/consumes",
        ),
        (
            "BodyOrFormDataParameterInFetchOperationNotAllowed",
            "/paths/~1pets/get/parameters/-",
            json!({ "name": "body", "in": "body", "schema": { "type": "string" } }),
            GET,
        ),
        (
            "TotalOperationsCountExceedsMaxAllowed",
            "/paths",
            Value::Object(
                (0..257)
                    .map(|n| {
                        (
                            format!("/p{n}"),
                            json!({ "get": { "operationId": format!("P{n}"), "responses": {} } }),
                        )
                    })
                    .collect(),
            ),
            "/paths",
        ),
        ("OperationSchemaCountExceedsMaxAllowed", "/definitions", doubling(14), GET),
        ("BodySchemaCountExceedsMaxAllowed", "/definitions", doubling(9), POST),
        ("OperationPathMustStartWithSlash", "/paths/pets", json!({}), "/paths/pets"),
        ("OperationPathMayNotContainQueryOrFragment", "/paths/~1a?b", json!({}), "/paths/~1a?b"),
        ("OperationPathContainsUnsupportedCharacters", "/paths/~1a*", json!({}), "/paths/~1a*"),
        ("OperationPathTemplateNotValid", "/paths/~1{a", json!({}), "/paths/~1{a"),
        ("OperationPathVariablesContainDefaults", "/paths/~1{a=1}", json!({}), "/paths/~1{a=1}"),
        ("PathItemRefNotSuppored", "/paths/~1a", json!({ "$ref": "#/paths/~1pets" }), "/paths/~1a"),
        ("PathRedefined", "/paths/~1PETS", json!({}), "/paths/~1PETS"),
        (
            "DuplicateOperationPath",
            "/paths/~1pets~1{zid}",
            json!({ "get": { "operationId": "Zid", "responses": {} } }),
            "/paths/~1pets~1{zid}/get",
        ),
        (
            "PartialDuplicateOperationPath",
            "/paths/~1pets~1mine",
            json!({ "get": { "operationId": "Mine", "responses": {} } }),
            "/paths/~1pets~1{id}/get",
        ),
        (
            "InvalidNextLinkNameValue",
            "/paths/~1pets/get/x-ms-pageable/nextLinkName",
            json!("next"),
            "/paths/~1pets/get/x-ms-pageable/nextLinkName",
        ),
        (
            "OperationMustHaveNotificationContentExtension",
            "/paths/~1hooks/x-ms-notification-content",
            Value::Null,
            "/paths/~1hooks/post",
        ),
        (
            "WebhookOperationsMissingNotificationUrlProperty",
            "/paths/~1hooks/post/parameters/0/schema/properties/url/x-ms-notification-url",
            Value::Null,
            "/paths/~1hooks/post",
        ),
        (
            "NotificationUrlNotAllowedInThisPosition",
            "/paths/~1hooks/post/responses/201/schema/properties/id/x-ms-notification-url",
            json!(true),
            "/paths/~1hooks/post/responses/201/schema/properties/id/x-ms-notification-url",
        ),
        (
            "NotificationUrlNotInternal",
            "/paths/~1hooks/post/parameters/0/schema/properties/url/x-ms-visibility",
            Value::Null,
            "/paths/~1hooks/post/parameters/0/schema/properties/url",
        ),
        (
            "NotificationUrlNotRequired",
            "/paths/~1hooks/post/parameters/0/schema/required",
            Value::Null,
            "/paths/~1hooks/post/parameters/0/schema/properties/url",
        ),
        (
            "NotificationUrlNotString",
            "/paths/~1hooks/post/parameters/0/schema/properties/url/type",
            json!("object"),
            "/paths/~1hooks/post/parameters/0/schema/properties/url",
        ),
        (
            "NotificationExtensionNotSupportedInWebhookOperation",
            "/paths/~1hooks/post/x-ms-notification",
            json!({ "operationId": "WhenAPetComes" }),
            "/paths/~1hooks/post/x-ms-notification",
        ),
        (
            "NotificationExtensionSupportedForTriggerOnly",
            "/paths/~1pets/get/x-ms-notification",
            json!({ "operationId": "WhenAPetComes" }),
            "/paths/~1pets/get/x-ms-notification",
        ),
        (
            "NotificationOperationMustBeWebhook",
            "/paths/~1poll/get/x-ms-notification",
            json!({ "operationId": "ListPets" }),
            "/paths/~1poll/get/x-ms-notification/operationId",
        ),
        (
            "OperationStatusAheadOfConnector",
            "/paths/~1pets~1{id}/get/x-ms-api-annotation/status",
            json!("Production"),
            "/paths/~1pets~1{id}/get/x-ms-api-annotation/status",
        ),
        (
            "OperationRevisionEmpty",
            "/paths/~1pets~1{id}/get/x-ms-api-annotation/revision",
            Value::Null,
            "/paths/~1pets~1{id}/get/x-ms-api-annotation",
        ),
        (
            "OperationFamilyHasDuplicateRevisions",
            "/paths/~1poll/get/x-ms-api-annotation",
            json!({ "family": "GetPet", "revision": 2 }),
            "/paths/~1poll/get/x-ms-api-annotation",
        ),
        (
            "OperationFamilyHasManyEmptyRevisions",
            "/",
            family(&["GetPet", "GetPet"], ""),
            "/paths/~1poll/get/x-ms-api-annotation",
        ),
        (
            "OperationFamilyHasManyActiveOperations",
            "/",
            family(&["GetPet", "GetPet"], ""),
            "/paths/~1poll/get/x-ms-api-annotation",
        ),
        (
            "OperationFamilyHasManyActiveProductionOperations",
            "/",
            family(&["Other", "Other"], "Production"),
            "/paths/~1poll/get/x-ms-api-annotation",
        ),
        (
            "ApiAnnotationExtensionReplacementInfoForNonDeprecatedOperations",
            "/paths/~1pets/get/x-ms-api-annotation",
            json!({ "replacement": { "api": "a", "operationId": "b" } }),
            "/paths/~1pets/get/x-ms-api-annotation/replacement",
        ),
        (
            "ApiAnnotationExtensionReplacementInfoMissingApiProperty",
            "/paths/~1pets/get/x-ms-api-annotation",
            json!({ "replacement": { "operationId": "b" } }),
            "/paths/~1pets/get/x-ms-api-annotation/replacement",
        ),
        (
            "ApiAnnotationExtensionReplacementInfoMissingOperationIdProperty",
            "/paths/~1pets/get/x-ms-api-annotation",
            json!({ "replacement": { "api": "a" } }),
            "/paths/~1pets/get/x-ms-api-annotation/replacement",
        ),
    ]
}

/// Two more members of families, on a polling trigger and on another operation before it.
fn family(names: &[&str; 2], status: &str) -> Value {
    let (mut definition, _) = good();
    for (pointer, name) in ["/paths/~1kinds/get", "/paths/~1poll/get"].into_iter().zip(names) {
        let mut annotation = json!({ "family": name });
        if !status.is_empty() {
            annotation["status"] = json!(status);
        }
        set(&mut definition, &format!("{pointer}/x-ms-api-annotation"), annotation);
    }
    definition
}
