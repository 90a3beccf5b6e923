//! One change for each rule: the rule is found, at the place, and nowhere before.

use std::{collections::BTreeSet, fs, path::PathBuf};

use liaison_connector_rules::{Group, Kind, Level, Rule, Subject, check};
use serde_json::{Map, Value, json};

/// The definition and the properties of the package that breaks no rule.
pub(crate) fn good() -> (Value, Value) {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/connector-rules/good");
    let read = |name: &str| {
        serde_json::from_slice(&fs::read(folder.join(name)).expect("a file")).expect("JSON")
    };
    (read("apiDefinition.swagger.json"), read("apiProperties.json"))
}

/// Code and pointer of everything found.
pub(crate) fn judge(
    definition: &Value,
    properties: &Value,
    kind: Kind,
    files: Option<&[String]>,
) -> BTreeSet<(String, String)> {
    let (definition, properties) = (definition.to_string(), properties.to_string());
    let read = |text: &'_ str| openapi::read(text.as_bytes()).expect("JSON").into_owned();
    let (document, properties) = (read(&definition), read(&properties));
    let subject = Subject {
        definition: Some(document.root()),
        definition_bytes: definition.len(),
        properties: Some(properties.root()),
        kind,
        files,
        level: Level::Certification,
    };
    check(&subject).into_iter().map(|it| (it.code.as_str().to_owned(), it.pointer)).collect()
}

/// Sets the value at a pointer; objects on the way are made, `-` appends, null removes.
fn set(root: &mut Value, pointer: &str, value: Value) {
    let mut segments: Vec<String> =
        pointer.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~")).collect();
    let last = segments.pop().expect("a segment");
    let mut node = root;
    for segment in segments {
        node = match node {
            Value::Array(items) => {
                let index: usize = segment.parse().expect("an index");
                &mut items[index]
            }
            Value::Object(members) => {
                members.entry(segment).or_insert_with(|| Value::Object(Map::new()))
            }
            other => panic!("{pointer} leads through {other}"),
        };
    }
    match node {
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => items[last.parse::<usize>().expect("an index")] = value,
        Value::Object(members) if value.is_null() => {
            members.remove(&last);
        }
        Value::Object(members) => {
            members.insert(last, value);
        }
        other => panic!("{pointer} ends in {other}"),
    }
}

/// Code, where the change is made, the value, and where the finding stands.
type Case = (&'static str, &'static str, Value, &'static str);

#[test]
fn a_good_package_breaks_no_rule() {
    let (definition, properties) = good();
    let files = ["readme.md".to_owned()];
    assert_eq!(judge(&definition, &properties, Kind::Certified, Some(&files)), BTreeSet::new());
}

#[test]
fn every_rule_is_found_where_it_is_broken() {
    let mut missed = Vec::new();
    let mut shown = BTreeSet::new();
    for (code, pointer, value, at) in cases() {
        shown.insert(code);
        let (mut definition, mut properties) = good();
        let (file, pointer) = pointer.split_once(':').unwrap_or(("d", pointer));
        // The first letter says which file, or that the definition is taken as it is.
        let tree = if file == "p" { &mut properties } else { &mut definition };
        if pointer == "/" {
            *tree = value;
        } else {
            set(tree, pointer, value);
        }
        let found = judge(&definition, &properties, Kind::Certified, None);
        if !found.contains(&(code.to_owned(), at.to_owned())) {
            missed.push(format!("{code} at {at}: {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
    let elsewhere = [
        "ReadmeMissing",
        "IconNotAllowed",
        "BrandColorNotIndependent",
        "DefinitionTooLarge",
        "TotalSchemaCountExceedsMaxAllowed",
        "SchemaTooDeep",
    ];
    let all =
        Rule::ALL.iter().filter(|it| !matches!(it.group(), Group::Changes | Group::Submission));
    let unshown: Vec<_> = all
        .map(|it| it.code())
        .filter(|it| !shown.contains(it) && !elsewhere.contains(it))
        .collect();
    assert!(unshown.is_empty(), "no case for {unshown:?}");
}

#[test]
fn files_and_colours_are_judged_by_who_made_the_connector() {
    let (definition, properties) = good();
    let files = ["Icon.png".to_owned()];
    let codes = |kind| {
        let found = judge(&definition, &properties, kind, Some(&files));
        found.into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    assert_eq!(codes(Kind::Certified), ["ReadmeMissing"]);
    assert_eq!(
        codes(Kind::Independent),
        ["BrandColorNotIndependent", "IconNotAllowed", "ReadmeMissing"]
    );
}

#[test]
fn a_large_definition_is_found() {
    let (mut definition, properties) = good();
    set(&mut definition, "/x-ms-note", json!("x".repeat(1_000_001)));
    let found = judge(&definition, &properties, Kind::Certified, None);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [("DefinitionTooLarge".to_owned(), String::new())]
    );
}

/// Schemas that refer to two others each, so that their number doubles with every one.
fn doubling(levels: usize) -> Value {
    let mut all = Map::new();
    for level in 0..levels {
        let next = json!({ "$ref": format!("#/definitions/L{}", level + 1) });
        let schema = json!({ "type": "object", "properties": { "a": next, "b": next } });
        all.insert(format!("L{level}"), schema);
    }
    all.insert(format!("L{levels}"), json!({ "type": "string" }));
    for name in ["Pet", "NewPet"] {
        all.insert(
            name.to_owned(),
            json!({ "type": "object", "properties": { "a": { "$ref": "#/definitions/L0" } } }),
        );
    }
    Value::Object(all)
}

fn chain(levels: usize) -> Value {
    let mut schema = json!({ "type": "string" });
    for _ in 0..levels {
        schema = json!({ "type": "object", "properties": { "a": schema } });
    }
    schema
}

const GET: &str = "/paths/~1pets/get";
const POST: &str = "/paths/~1pets/post";

fn cases() -> Vec<Case> {
    let mut all = document_cases();
    all.extend(operation_cases());
    all.extend(parameter_cases());
    all.extend(schema_cases());
    all.extend(other_cases());
    all.extend(pair_cases());
    all.extend(people_cases());
    all
}

fn document_cases() -> Vec<Case> {
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
    ]
}

fn operation_cases() -> Vec<Case> {
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
    ]
}

fn parameter_cases() -> Vec<Case> {
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
    ]
}

fn schema_cases() -> Vec<Case> {
    vec![
        (
            "SchemaReferenceNotFound",
            "/paths/~1pets/post/parameters/0/schema/$ref",
            json!("#/definitions/None"),
            "/paths/~1pets/post/parameters/0/schema/$ref",
        ),
        (
            "SchemaReferenceNotValid",
            "/paths/~1pets/post/parameters/0/schema/$ref",
            json!("#/parameters/id"),
            "/paths/~1pets/post/parameters/0/schema/$ref",
        ),
        (
            "SchemaRefLoopNotAllowed",
            "/definitions/Again",
            json!({ "$ref": "#/definitions/Pet" }),
            "/definitions/Again",
        ),
        (
            "ResponseReferenceNotFound",
            "/paths/~1pets~1{id}/get/responses/200/$ref",
            json!("#/responses/None"),
            "/paths/~1pets~1{id}/get/responses/200/$ref",
        ),
        (
            "ResponseReferenceNotValid",
            "/paths/~1pets~1{id}/get/responses/200/$ref",
            json!("#/definitions/Pet"),
            "/paths/~1pets~1{id}/get/responses/200/$ref",
        ),
        (
            "ResponseRefLoopNotAllowed",
            "/responses/Again",
            json!({ "$ref": "#/responses/Pet" }),
            "/responses/Again",
        ),
        (
            "RequiredLoopInSchemaNotAllowed",
            "/definitions/Pet/required",
            json!(["id", "mother"]),
            "/definitions/Pet",
        ),
        (
            "SchemaTypeFileNotValid",
            "/definitions/Pet/properties/id",
            json!({ "type": "file" }),
            "/definitions/Pet/properties/id",
        ),
        (
            "ArrayHasNoItems",
            "/definitions/Pet/properties/tags/items",
            Value::Null,
            "/definitions/Pet/properties/tags",
        ),
        (
            "ArrayDuplicateValue",
            "/definitions/Pet/properties/colour/enum/-",
            json!("black"),
            "/definitions/Pet/properties/colour/enum/2",
        ),
        (
            "RequiredPropertyArrayEmpty",
            "/definitions/Pet/required",
            json!([]),
            "/definitions/Pet/required",
        ),
        (
            "RequiredPropertyNotOnObject",
            "/definitions/Pet/properties/tags/required",
            json!(["a"]),
            "/definitions/Pet/properties/tags/required",
        ),
        (
            "RequiredPropertyDefinitionMissing",
            "/definitions/Pet/required/-",
            json!("none"),
            "/definitions/Pet/required/1",
        ),
        (
            "RequiredReadOnlyPropertyNotAllowedAsInput",
            "/definitions/NewPet/properties/name/readOnly",
            json!(true),
            "/definitions/NewPet/properties/name",
        ),
        (
            "DefaultValueMustMatchType",
            "/definitions/Pet/properties/legs/default",
            json!("4"),
            "/definitions/Pet/properties/legs/default",
        ),
        (
            "EnumMustContainAtLeastOneElement",
            "/definitions/Pet/properties/id/enum",
            json!([]),
            "/definitions/Pet/properties/id/enum",
        ),
        (
            "InvalidEnumValue",
            "/definitions/Pet/properties/colour/enum/-",
            json!(true),
            "/definitions/Pet/properties/colour/enum/2",
        ),
        (
            "InvalidEnumValuesExtensionValue",
            "/definitions/Pet/properties/colour/x-ms-enum-values/0/value",
            json!("red"),
            "/definitions/Pet/properties/colour/x-ms-enum-values/0/value",
        ),
        (
            "MissingEnumValuesDisplayName",
            "/definitions/Pet/properties/colour/x-ms-enum-values/0/displayName",
            Value::Null,
            "/definitions/Pet/properties/colour/x-ms-enum-values/0",
        ),
        (
            "DuplicateEnumValuesInExtension",
            "/definitions/Pet/properties/colour/x-ms-enum-values/-",
            json!({ "value": "black", "displayName": "Dark" }),
            "/definitions/Pet/properties/colour/x-ms-enum-values/1/value",
        ),
        (
            "InvalidStringBinaryProperty",
            "/definitions/Pet/properties/id/format",
            json!("binary"),
            "/definitions/Pet/properties/id",
        ),
        (
            "UnrecognizedTypeFormat",
            "/paths/~1details/post/parameters/0/schema/properties/kind/format",
            json!("guid"),
            "/paths/~1details/post/parameters/0/schema/properties/kind",
        ),
        (
            "InvalidCustomEditorExtensionDictionaryValue",
            "/definitions/Pet/properties/notes/additionalProperties",
            Value::Null,
            "/definitions/Pet/properties/notes/x-ms-editor",
        ),
        (
            "DiscriminatorMustBeARequiredStringProperty",
            "/definitions/Dog/discriminator",
            json!("name"),
            "/definitions/Dog/discriminator",
        ),
        (
            "ExclusiveMaximumRequiresMaximum",
            "/definitions/Pet/properties/id/exclusiveMaximum",
            json!(true),
            "/definitions/Pet/properties/id/exclusiveMaximum",
        ),
        (
            "ExclusiveMinimumRequiresMinimum",
            "/definitions/Pet/properties/id/exclusiveMinimum",
            json!(true),
            "/definitions/Pet/properties/id/exclusiveMinimum",
        ),
        (
            "MinimumShouldBeLessThanOrEqualToMaximum",
            "/definitions/Pet/properties/legs/minimum",
            json!(9),
            "/definitions/Pet/properties/legs/minimum",
        ),
        (
            "MinItemsShouldBeLessThanOrEqualToMaxItems",
            "/definitions/Pet/properties/tags",
            json!({ "type": "array", "items": {}, "minItems": 2, "maxItems": 1 }),
            "/definitions/Pet/properties/tags/minItems",
        ),
        (
            "MinLengthShouldBeLessThanOrEqualToMaxLength",
            "/definitions/NewPet/properties/name/maxLength",
            json!(0),
            "/definitions/NewPet/properties/name/minLength",
        ),
        (
            "MaxItemsMustBeGreaterThanOrEqualToZero",
            "/definitions/Pet/properties/tags/maxItems",
            json!(-1),
            "/definitions/Pet/properties/tags/maxItems",
        ),
        (
            "MaxLengthMustBeGreaterThanOrEqualToZero",
            "/definitions/Pet/properties/id/maxLength",
            json!(-1),
            "/definitions/Pet/properties/id/maxLength",
        ),
        (
            "MaxPropertiesMustBeGreaterThanOrEqualToZero",
            "/definitions/Pet/maxProperties",
            json!(-1),
            "/definitions/Pet/maxProperties",
        ),
        (
            "MinItemsMustBeGreaterThanOrEqualToZero",
            "/definitions/Pet/properties/tags/minItems",
            json!(-1),
            "/definitions/Pet/properties/tags/minItems",
        ),
        (
            "MinLengthMustBeGreaterThanOrEqualToZero",
            "/definitions/Pet/properties/id/minLength",
            json!(-1),
            "/definitions/Pet/properties/id/minLength",
        ),
        (
            "MinPropertiesMustBeGreaterThanOrEqualToZero",
            "/definitions/Pet/minProperties",
            json!(-1),
            "/definitions/Pet/minProperties",
        ),
        (
            "MultipleOfMustBeGreaterThanZero",
            "/definitions/Pet/properties/legs/multipleOf",
            json!(0),
            "/definitions/Pet/properties/legs/multipleOf",
        ),
        (
            "PatternShouldBeValidRegularExpression",
            "/definitions/NewPet/properties/name/pattern",
            json!("("),
            "/definitions/NewPet/properties/name/pattern",
        ),
        (
            "FilterFunctionsPropertyEmpty",
            "/definitions/Pet/properties/sort/x-ms-capabilities/filterFunctions",
            json!([]),
            "/definitions/Pet/properties/sort/filterFunctions",
        ),
        (
            "FilterFunctionsPropertyHasDuplicates",
            "/definitions/Pet/properties/sort/x-ms-capabilities/filterFunctions/-",
            json!("eq"),
            "/definitions/Pet/properties/sort/filterFunctions/2",
        ),
        (
            "FilterFunctionsPropertyInInputSchema",
            "/definitions/NewPet/properties/kind/x-ms-capabilities",
            json!({ "filterFunctions": ["eq"] }),
            "/definitions/NewPet/properties/kind/filterFunctions",
        ),
        (
            "FilterFunctionsPropertyInvalidValue",
            "/definitions/Pet/properties/sort/x-ms-capabilities/filterFunctions/-",
            json!("like"),
            "/definitions/Pet/properties/sort/filterFunctions/2",
        ),
        (
            "DefaultValueNotValid",
            "/definitions/Pet/properties/legs/default",
            json!(9),
            "/definitions/Pet/properties/legs/default",
        ),
    ]
}

fn other_cases() -> Vec<Case> {
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
            "DynamicPropertiesExtensionRequiredForPropertiesValuePath",
            "/paths/~1details/get/responses/200/schema/x-ms-dynamic-properties",
            Value::Null,
            "/paths/~1details/get/responses/200/schema/x-ms-dynamic-schema/value-path",
        ),
        (
            "DynamicPropertiesItemValuePathMismatch",
            "/paths/~1details/get/responses/200/schema/x-ms-dynamic-properties/itemValuePath",
            json!("other"),
            "/paths/~1details/get/responses/200/schema/x-ms-dynamic-properties",
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

fn pair_cases() -> Vec<Case> {
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

fn people_cases() -> Vec<Case> {
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

#[test]
fn a_chain_of_definitions_too_deep_is_found() {
    let (mut definition, properties) = good();
    for level in 0..70 {
        let next = json!({ "type": "object", "properties": { "a": { "$ref": format!("#/definitions/D{}", level + 1) } } });
        set(&mut definition, &format!("/definitions/D{level}"), next);
    }
    set(&mut definition, "/definitions/D70", chain(1));
    set(
        &mut definition,
        "/paths/~1pets/get/responses/200/schema",
        json!({ "$ref": "#/definitions/D0" }),
    );
    let found = judge(&definition, &properties, Kind::Certified, None);
    assert!(found.contains(&("SchemaTooDeep".to_owned(), GET.to_owned())), "{found:?}");
}
