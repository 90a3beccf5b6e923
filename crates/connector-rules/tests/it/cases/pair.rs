//! What is wrong between a definition and its properties.

use serde_json::{Value, json};

use super::Case;

pub(super) fn cases() -> Vec<Case> {
    let policy = "p:/properties/policyTemplateInstances/0";
    let at =
        |place: &str| -> &'static str { Box::leak(format!("{policy}/{place}").into_boxed_str()) };
    vec![
        (
            "OAuthSchemeWithoutConnectionParameter",
            "/securityDefinitions/key",
            json!({ "type": "oauth2", "flow": "implicit", "authorizationUrl": "https://a.example", "scopes": {} }),
            "/securityDefinitions/key",
        ),
        (
            "OAuthConnectionParameterWithoutScheme",
            "p:/properties/connectionParameters/token",
            json!({ "type": "oauthSetting", "oAuthSettings": {} }),
            "/properties/connectionParameters",
        ),
        (
            "ApiKeySchemeWithoutSecureParameter",
            "p:/properties/connectionParameters",
            json!({}),
            "/securityDefinitions/key",
        ),
        (
            "BasicSchemeWithoutCredentials",
            "/securityDefinitions/key",
            json!({ "type": "basic" }),
            "/securityDefinitions/key",
        ),
        (
            "PolicyOperationNotFound",
            at("parameters/x-ms-apimTemplate-operationName/-"),
            json!("None"),
            "/properties/policyTemplateInstances/0/parameters/x-ms-apimTemplate-operationName/1",
        ),
        (
            "PolicyConnectionParameterNotFound",
            at("parameters/x-ms-apimTemplateParameter.value"),
            json!("@connectionParameters('none')"),
            "/properties/policyTemplateInstances/0/parameters/x-ms-apimTemplateParameter.value",
        ),
        (
            "PolicyTemplateNotKnown",
            at("templateId"),
            json!("none"),
            "/properties/policyTemplateInstances/0/templateId",
        ),
        (
            "ScriptOperationNotFound",
            "p:/properties/scriptOperations",
            json!(["None"]),
            "/properties/scriptOperations/0",
        ),
        (
            "ClientSecretInFile",
            "p:/properties/connectionParameters/token",
            json!({ "type": "oauthSetting", "oAuthSettings": { "clientSecret": "x" } }),
            "/properties/connectionParameters/token/oAuthSettings/clientSecret",
        ),
        (
            "BrandColorNotAllowed",
            "p:/properties/iconBrandColor",
            json!("#007ee5"),
            "/properties/iconBrandColor",
        ),
        (
            "BrandColorNotValid",
            "p:/properties/iconBrandColor",
            json!("blue"),
            "/properties/iconBrandColor",
        ),
        ("PublisherMissing", "p:/properties/publisher", Value::Null, "/properties"),
        ("StackOwnerMissing", "p:/properties/stackOwner", Value::Null, "/properties"),
        ("PlainHttpScheme", "/schemes/0", json!("http"), "/schemes/0"),
        (
            "PublisherNotAlphanumeric",
            "p:/properties/publisher",
            json!("—"),
            "/properties/publisher",
        ),
    ]
}
