//! What is wrong with a definition as a whole, and with its security.

use serde_json::{Value, json};

use super::{Case, good, set};

pub(super) fn cases() -> Vec<Case> {
    vec![
        ("SpecificationVersionIncorrect", "/swagger", json!(2.0), "/swagger"),
        ("RequiredPropertyMissing", "/info/contact", Value::Null, "/info"),
        (
            "RequiredPropertyMissing",
            "/paths/~1pets/get/responses/200/description",
            Value::Null,
            "/paths/~1pets/get/responses/200",
        ),
        ("RequiredValueEmpty", "/info/title", json!(""), "/info/title"),
        (
            "OneOfPropertiesRequired",
            "/paths/~1pets/get/parameters/0/x-ms-dynamic-list/operationId",
            Value::Null,
            "/paths/~1pets/get/parameters/0/x-ms-dynamic-list",
        ),
        ("JsonTypeIncorrect", "/host", json!(1), "/host"),
        (
            "JsonTypeIncorrect",
            "/paths/~1pets/get/summary",
            json!(["x"]),
            "/paths/~1pets/get/summary",
        ),
        (
            "JsonValueNotInEnum",
            "/definitions/Pet/properties/id/type",
            json!("text"),
            "/definitions/Pet/properties/id/type",
        ),
        ("ExtensionNameNotValid", "/basepath", json!("/"), "/basepath"),
        (
            "AdditionalPropertyNotAllowed",
            "/paths/~1pets/get/parameters/0/x-ms-dynamic-values/valuePath",
            json!("id"),
            "/paths/~1pets/get/parameters/0/x-ms-dynamic-values/valuePath",
        ),
        (
            "AdditionalPropertyNotAllowedAdjacentToRef",
            "/paths/~1pets/post/parameters/0/schema/title",
            json!("x"),
            "/paths/~1pets/post/parameters/0/schema",
        ),
        (
            "JsonPointerNotValid",
            "/paths/~1pets/post/parameters/0/schema/$ref",
            json!("#definitions"),
            "/paths/~1pets/post/parameters/0/schema/$ref",
        ),
        ("HostNameNotValid", "/host", json!("https://a.example"), "/host"),
        ("BasePathNotValid", "/basePath", json!("v1"), "/basePath"),
        ("SchemesArrayEmpty", "/schemes", json!([]), "/schemes"),
        ("SchemeNotValid", "/schemes/0", json!("gopher"), "/schemes/0"),
        ("SchemeNotSupported", "/schemes/0", json!("wss"), "/schemes/0"),
        ("MimeTypeNotValid", "/produces/0", json!("json"), "/produces/0"),
        ("MimeTypeNotSupported", "/consumes/0", json!("text/xml"), "/consumes/0"),
        (
            "SwaggerKeywordNotSupported",
            "/definitions/Pet/properties/tags/uniqueItems",
            json!(true),
            "/definitions/Pet/properties/tags/uniqueItems",
        ),
        ("UrlNotValid", "/info/contact/url", json!("www.a.example"), "/info/contact/url"),
        ("ContactEmailNotValid", "/info/contact/email", json!("a"), "/info/contact/email"),
        (
            "ConnectorMetadataPropertiesMissing",
            "/x-ms-connector-metadata/0/propertyName",
            json!("Site"),
            "/x-ms-connector-metadata",
        ),
        (
            "InvalidConnectorCategory",
            "/x-ms-connector-metadata/2/propertyValue",
            json!("Pets"),
            "/x-ms-connector-metadata/2/propertyValue",
        ),
        (
            "TooManyConnectorCategories",
            "/x-ms-connector-metadata/2/propertyValue",
            json!("AI;Data;Finance"),
            "/x-ms-connector-metadata/2/propertyValue",
        ),
        (
            "FieldLengthExceeded",
            "/info/title",
            json!("A title of thirty one characters"),
            "/info/title",
        ),
        ("FieldLengthNotInRange", "/info/description", json!("Pets."), "/info/description"),
        ("ValueContainsRestrictedWords", "/info/title", json!("Pets API"), "/info/title"),
        ("ValueMustBeInEnglish", "/info/title", json!("Питомцы"), "/info/title"),
        ("ValueMustEndWithAlphanumeric", "/info/title", json!("Pets (v2)"), "/info/title"),
        (
            "ProductionStatusOnBetaService",
            "/",
            {
                let (mut definition, _) = good();
                set(&mut definition, "/basePath", json!("/beta/v1"));
                set(&mut definition, "/info/x-ms-api-annotation/status", json!("Production"));
                definition
            },
            "/info/x-ms-api-annotation/status",
        ),
        ("TagRedefined", "/tags/-", json!({ "name": "pets" }), "/tags/1"),
        (
            "SecurityRequirementMustBeDefined",
            "/security/-",
            json!({ "none": [] }),
            "/security/1/none",
        ),
        ("SecurityRequirementMustHaveValue", "/security/0/key", json!("x"), "/security/0/key"),
        (
            "SecurityRequirementMustHaveEmptyValue",
            "/security/0/key",
            json!(["a"]),
            "/security/0/key",
        ),
        (
            "OAuthSecurityRequirementValueMustBeScopeName",
            "/",
            {
                let (mut definition, _) = good();
                set(
                    &mut definition,
                    "/securityDefinitions/key",
                    json!({ "type": "oauth2", "flow": "implicit", "authorizationUrl": "https://a.example", "scopes": {} }),
                );
                set(&mut definition, "/security/0/key", json!(["a"]));
                definition
            },
            "/security/0/key/0",
        ),
        (
            "SecuritySchemePropertyNotValid",
            "/securityDefinitions/key/scopes",
            json!({}),
            "/securityDefinitions/key/scopes",
        ),
        (
            "SecuritySchemePropertyRequired",
            "/securityDefinitions/key/name",
            Value::Null,
            "/securityDefinitions/key",
        ),
    ]
}
