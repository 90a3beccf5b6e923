//! What is wrong with parameters, and with the values that they take from other operations.

use serde_json::{Value, json};

use super::{Case, GET, good, set};

pub(super) fn cases() -> Vec<Case> {
    let query = |more: Value| {
        let mut parameter = json!({ "name": "q", "in": "query", "type": "string", "x-ms-summary": "Q", "description": "Q." });
        parameter
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        parameter
    };
    let list = "/paths/~1pets/get/parameters/-";
    let one = "/paths/~1pets/get/parameters/1";
    let kind = "/paths/~1pets/get/parameters/0";
    let dynamic = |key: &'static str, value: Value| {
        let pointer: &'static str = Box::leak(format!("{kind}/{key}").into_boxed_str());
        (pointer, value)
    };
    let at =
        |place: &str| -> &'static str { Box::leak(format!("{kind}/{place}").into_boxed_str()) };
    let values =
        dynamic("x-ms-dynamic-values", json!({ "operationId": "None", "value-path": "id" }));
    let details = |parameters: Value| json!({ "operationId": "GetDetails", "value-path": "id", "parameters": parameters });
    let body = "/paths/~1details/post/parameters/0/schema/properties/file";
    let in_body =
        |place: &str| -> &'static str { Box::leak(format!("{body}/{place}").into_boxed_str()) };
    vec![
        (
            "OperationMissingPathParameter",
            "/paths/~1pets~1{id}/get/parameters",
            json!([]),
            "/paths/~1pets~1{id}/get",
        ),
        ("PathParameterNotDefinedInTemplate", list, json!({ "$ref": "#/parameters/id" }), GET),
        ("PathParameterMustBeRequired", "/parameters/id/required", json!(false), "/parameters/id"),
        (
            "PathParameterMissingEncoding",
            "/parameters/id/x-ms-url-encoding",
            Value::Null,
            "/parameters/id",
        ),
        (
            "QueryParameterEncodingNotSupported",
            list,
            query(json!({ "x-ms-url-encoding": "single" })),
            "/paths/~1pets/get/parameters/1/x-ms-url-encoding",
        ),
        (
            "OperationParametersAreNotUnique",
            "/paths/~1pets~1{id}/get/parameters/-",
            json!({ "$ref": "#/parameters/id" }),
            "/paths/~1pets~1{id}/get/parameters/1",
        ),
        (
            "OperationParametersContainDuplicateParameter",
            list,
            query(json!({ "name": "kind" })),
            one,
        ),
        (
            "PathParametersContainDuplicateParameter",
            "/paths/~1pets/parameters",
            json!([query(json!({})), query(json!({ "type": "integer" }))]),
            "/paths/~1pets/parameters/1",
        ),
        (
            "OperationParametersContainMultipleBodyParameters",
            "/paths/~1pets/post/parameters/-",
            json!({ "name": "other", "in": "body", "schema": { "type": "string" } }),
            "/paths/~1pets/post/parameters/1",
        ),
        (
            "PathParametersContainMultipleBodyParameters",
            "/paths/~1pets/parameters",
            json!([{ "name": "a", "in": "body", "schema": { "type": "string" } }, { "name": "b", "in": "body", "schema": { "type": "string" } }]),
            "/paths/~1pets/parameters/1",
        ),
        (
            "ParameterListContainsFormDataAndBody",
            "/paths/~1pets/post/parameters/-",
            json!({ "name": "a", "in": "formData", "type": "string" }),
            "/paths/~1pets/post/parameters",
        ),
        ("FileParameterMustBeInFormData", list, query(json!({ "type": "file" })), one),
        (
            "InvalidFormDataParameterName",
            "/paths/~1pets~1{id}~1photo/post/parameters/1/name",
            json!("fotó"),
            "/paths/~1pets~1{id}~1photo/post/parameters/1/name",
        ),
        (
            "StringBinaryNotSupportedForFormUrlEncoded",
            "/paths/~1pets~1{id}~1photo/post",
            json!({ "operationId": "A", "consumes": ["application/x-www-form-urlencoded"], "parameters": [{ "name": "a", "in": "formData", "type": "string", "format": "binary" }], "responses": {} }),
            "/paths/~1pets~1{id}~1photo/post",
        ),
        (
            "ConnectionIdParameterNotAllowed",
            list,
            query(json!({ "name": "connectionId" })),
            "/paths/~1pets/get/parameters/1/name",
        ),
        (
            "ReservedParameterIsUsed",
            list,
            query(json!({ "name": "host", "in": "header" })),
            "/paths/~1pets/get/parameters/1/name",
        ),
        (
            "BodyParameterSchemaRequired",
            "/paths/~1pets/post/parameters/0/schema",
            Value::Null,
            "/paths/~1pets/post/parameters/0",
        ),
        (
            "BodyParameterPropertyNotValid",
            "/paths/~1pets/post/parameters/0/type",
            json!("object"),
            "/paths/~1pets/post/parameters/0/type",
        ),
        (
            "NonBodyParameterSchemaNotValid",
            list,
            query(json!({ "schema": { "type": "string" } })),
            "/paths/~1pets/get/parameters/1/schema",
        ),
        (
            "AllowEmptyValueOnlyValidForQueryFormData",
            "/parameters/id/allowEmptyValue",
            json!(true),
            "/parameters/id/allowEmptyValue",
        ),
        (
            "CollectionFormatValueNotSupported",
            list,
            query(
                json!({ "type": "array", "items": { "type": "string" }, "collectionFormat": "xml" }),
            ),
            "/paths/~1pets/get/parameters/1/collectionFormat",
        ),
        (
            "ParameterReferenceNotFound",
            list,
            json!({ "$ref": "#/parameters/none" }),
            "/paths/~1pets/get/parameters/1/$ref",
        ),
        (
            "ParameterReferenceNotValid",
            list,
            json!({ "$ref": "#/definitions/Pet" }),
            "/paths/~1pets/get/parameters/1/$ref",
        ),
        (
            "ParameterRefLoopNotAllowed",
            "/parameters/again",
            json!({ "$ref": "#/parameters/id" }),
            "/parameters/again",
        ),
        (
            "ParamtersWithSameNameMustHaveSameTypeAndVisibility",
            "/paths/~1poll/get",
            json!({ "operationId": "Poll", "x-ms-trigger": "batch", "x-ms-notification": { "operationId": "WhenAPetComes" }, "parameters": [query(json!({ "name": "body" }))], "responses": {} }),
            "/paths/~1poll/get/x-ms-notification",
        ),
        (
            "PropertyMustBeRequired",
            "/paths/~1details/post/parameters/0/schema/required",
            Value::Null,
            "/paths/~1details/post/parameters/0/schema/properties/constant",
        ),
        (
            "InternalPropertyWithDefaultOptional",
            "/paths/~1details/get/parameters/2/required",
            json!(false),
            "/paths/~1details/get/parameters/2",
        ),
        (
            "SourcePropertyInternal",
            "/paths/~1details/get/parameters/1/x-ms-dynamic-list",
            json!({ "operationId": "ListPets", "itemValuePath": "id", "itemTitlePath": "id", "parameters": { "kind": { "parameterReference": "key" } } }),
            "/paths/~1details/get/parameters/1/x-ms-dynamic-list/parameters/kind/parameterReference",
        ),
        (
            "DynamicExtensionDefinitionNotAllowedInParameter",
            "/paths/~1pets/post/parameters/0/x-ms-dynamic-schema",
            json!({ "operationId": "ListKinds" }),
            "/paths/~1pets/post/parameters/0/x-ms-dynamic-schema",
        ),
        (
            "DynamicListExtensionRequiredForAmbiguousReferences",
            "/paths/~1details/post/parameters/-",
            json!({ "name": "kind", "in": "query", "type": "string", "x-ms-dynamic-values": { "operationId": "GetDetails", "parameters": { "kind": { "parameter": "kind" } } } }),
            "/paths/~1details/post/parameters/1/x-ms-dynamic-values/parameters/kind/parameter",
        ),
        (
            "DynamicListExtensionRequiredForNonParameterReferences",
            in_body("x-ms-dynamic-values"),
            json!({ "operationId": "GetDetails", "parameters": { "kind": { "parameter": "kind" } } }),
            in_body("x-ms-dynamic-values/parameters/kind/parameter"),
        ),
        (
            "DynamicPropertiesExtensionRequiredForAmbiguousReferences",
            "/paths/~1details/post/parameters/-",
            json!({ "name": "kind", "in": "query", "type": "string", "x-ms-dynamic-schema": { "operationId": "GetDetails", "parameters": { "kind": { "parameter": "kind" } } } }),
            "/paths/~1details/post/parameters/1/x-ms-dynamic-schema/parameters/kind/parameter",
        ),
        (
            "DynamicPropertiesExtensionRequiredForNonParameterReferences",
            in_body("x-ms-dynamic-schema"),
            json!({ "operationId": "GetDetails", "parameters": { "kind": { "parameter": "kind" } } }),
            in_body("x-ms-dynamic-schema/parameters/kind/parameter"),
        ),
        (
            "DynamicTreeExtensionMissing",
            in_body("x-ms-dynamic-tree"),
            Value::Null,
            in_body("x-ms-dynamic-values"),
        ),
        (
            "SelectedItemValuePathNotAllowedInThisPosition",
            in_body("x-ms-dynamic-tree/open/parameters"),
            json!({ "kind": { "selectedItemValuePath": "id" } }),
            in_body("x-ms-dynamic-tree/open/parameters/kind/selectedItemValuePath"),
        ),
        ("OperationIdNotFound", values.0, values.1, at("x-ms-dynamic-values/operationId")),
        (
            "OperationParameterNameNotFound",
            at("x-ms-dynamic-values"),
            details(json!({ "kind": "a", "other": 1 })),
            at("x-ms-dynamic-values/parameters/other"),
        ),
        (
            "OperationParameterNameIsAmbiguous",
            "/",
            {
                let (mut definition, _) = good();
                set(
                    &mut definition,
                    "/paths/~1details/post/parameters/-",
                    json!({ "name": "kind", "in": "query", "type": "string" }),
                );
                set(
                    &mut definition,
                    at("x-ms-dynamic-values"),
                    json!({ "operationId": "FindDetails", "parameters": { "kind": "a" } }),
                );
                definition
            },
            at("x-ms-dynamic-values/parameters/kind"),
        ),
        (
            "OperationMissingRequiredProperty",
            at("x-ms-dynamic-values"),
            details(json!({})),
            at("x-ms-dynamic-values"),
        ),
        (
            "OperationParameterRequiredMismatch",
            at("x-ms-dynamic-values"),
            details(json!({ "kind": { "parameter": "kind" } })),
            at("x-ms-dynamic-values/parameters/kind/parameter"),
        ),
        (
            "OperationParameterTypeMismatch",
            at("x-ms-dynamic-values"),
            details(json!({ "kind": "a", "age": { "parameter": "kind" } })),
            at("x-ms-dynamic-values/parameters/age/parameter"),
        ),
        (
            "OperationParameterStaticTypeMismatch",
            at("x-ms-dynamic-values"),
            details(json!({ "kind": 1 })),
            at("x-ms-dynamic-values/parameters/kind"),
        ),
        (
            "InvokedOperationShouldProduceArray",
            at("x-ms-dynamic-values/value-collection"),
            json!("Value"),
            at("x-ms-dynamic-values/value-collection"),
        ),
        (
            "InvokedOperationShouldProduceProperty",
            at("x-ms-dynamic-list/itemTitlePath"),
            json!("title"),
            at("x-ms-dynamic-list/itemTitlePath"),
        ),
    ]
}
