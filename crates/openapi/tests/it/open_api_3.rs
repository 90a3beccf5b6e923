//! OpenAPI 3.0 and 3.1 give the same views as Swagger 2.0.

use liaison_openapi::{
    CollectionFormat, Dialect, KeyLocation, Location, Node, Package, SchemeKind, Security, Sources,
    Status, codes,
};

const TEXT: &str = r##"{
  "openapi": "3.0.3", "info": {"title": "Pets"},
  "servers": [{"url": "https://{region}.example.test:8443/v1", "variables": {"region": {"default": "eu"}}}, {"url": "/other"}],
  "security": [{"key": []}],
  "components": {
    "securitySchemes": {
      "key": {"type": "apiKey", "in": "cookie", "name": "sid"}, "login": {"type": "http", "scheme": "Basic"}, "token": {"type": "http", "scheme": "bearer"},
      "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://t", "scopes": {"a": ""}}, "authorizationCode": {"authorizationUrl": "https://a", "tokenUrl": "https://t", "scopes": {}}}},
      "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://o/.well-known"}},
    "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 10}}},
    "requestBodies": {"Pet": {"required": true, "content": {"text/xml": {"schema": {"type": "string"}}, "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}, "application/merge-patch+json": {}}}},
    "responses": {"Pet": {"description": "a pet", "headers": {"X-Rate": {"schema": {"type": "integer"}}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}, "text/csv": {}}}},
    "schemas": {"Pet": {"type": "object", "properties": {"name": {"type": "string", "nullable": true}, "kind": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"type": "null"}]}}}, "Cat": {"type": "string", "const": "cat"}},
    "pathItems": {"Shared": {"get": {"operationId": "Shared", "responses": {}}}}},
  "paths": {
    "/pets/{id}": {
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "get": {"responses": {"2XX": {"$ref": "#/components/responses/Pet"}, "default": {"description": "d"}}, "parameters": [
        {"$ref": "#/components/parameters/Limit"},
        {"name": "many", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "joined", "in": "query", "explode": false, "schema": {"type": "array"}},
        {"name": "piped", "in": "query", "style": "pipeDelimited", "explode": false, "schema": {"type": "array"}},
        {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
        {"name": "head", "in": "header", "schema": {"type": "array"}},
        {"name": "q", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}]},
      "post": {"operationId": "Make", "security": [{}, {"oauth": ["a"]}], "servers": [{"url": "https://write.example.test"}], "requestBody": {"$ref": "#/components/requestBodies/Pet"}, "responses": {"201": {"description": "made"}}},
      "put": {"operationId": "Upload", "requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object", "required": ["file"], "properties": {
          "file": {"type": "string", "format": "binary"}, "note": {"type": "string", "x-ms-summary": "Note"}}}}}}, "responses": {}}},
    "/shared": {"$ref": "#/components/pathItems/Shared"}
  }}"##;

fn package(text: &str) -> Package<'_> {
    let sources =
        Sources { definition: text.as_bytes(), properties: Some(b"{}"), has_script: false };
    Package::load(sources).expect("it loads")
}

#[test]
fn the_version_is_told() {
    let dialect = |version| {
        let text = format!(r#"{{"openapi": "{version}"}}"#);
        package(&text).definition.dialect()
    };
    assert_eq!(dialect("3.0.1"), Dialect::OpenApi30);
    assert_eq!(dialect("3.1.0"), Dialect::OpenApi31);
    assert_eq!(dialect("3.2.0"), Dialect::OpenApi31);
    assert_eq!(package(r#"{"swagger": "2.0"}"#).definition.dialect(), Dialect::Swagger2);
}

#[test]
fn servers_become_a_base_and_nearer_ones_count() {
    let package = package(TEXT);
    let base = package.definition.base();
    assert_eq!((&*base.scheme, &*base.host, &*base.path), ("https", "eu.example.test:8443", "/v1"));
    let base = package.operation("Make").expect("Make").base();
    assert_eq!((&*base.host, &*base.path), ("write.example.test", ""));
}

#[test]
fn parameters_have_the_schema_beside_them() {
    let package = package(TEXT);
    let get = package.operation("get_pets_id").expect("its derived id");
    let seen: Vec<(&str, CollectionFormat)> =
        get.parameters.iter().map(|it| (it.name, it.collection_format)).collect();
    assert_eq!(
        seen,
        [
            ("id", CollectionFormat::Csv),
            ("limit", CollectionFormat::Multi),
            ("many", CollectionFormat::Multi),
            ("joined", CollectionFormat::Csv),
            ("piped", CollectionFormat::Pipes),
            ("filter", CollectionFormat::DeepObject),
            ("head", CollectionFormat::Csv),
            ("q", CollectionFormat::Multi),
        ]
    );
    assert_eq!(get.parameters[1].pointer(), "/components/parameters/Limit");
    assert_eq!(get.parameters[1].default().and_then(Node::as_i64), Some(10));
    assert_eq!(get.parameters[7].schema.kind(), Some("object"));
}

#[test]
fn a_request_body_is_one_more_parameter() {
    let package = package(TEXT);
    let make = package.operation("Make").expect("Make");
    assert_eq!(make.parameters.len(), 2);
    let body = make.body().expect("a body");
    assert_eq!((body.name, body.required), ("body", true));
    assert_eq!(body.schema.name(), Some("Pet"));
    assert_eq!(body.pointer(), "/components/requestBodies/Pet");
    assert_eq!(make.consumes, ["application/json", "application/merge-patch+json"]);
}

#[test]
fn a_form_is_as_many_parameters_as_it_has_fields() {
    let package = package(TEXT);
    let upload = package.operation("Upload").expect("Upload");
    assert!(upload.is_multipart() && upload.body().is_none());
    let fields: Vec<(&str, Location, bool, bool)> =
        upload.form().map(|it| (it.name, it.location, it.required, it.is_file())).collect();
    assert_eq!(
        fields,
        [("file", Location::Form, true, true), ("note", Location::Form, false, false)]
    );
    let note = upload.parameter("note").expect("a note");
    assert_eq!(note.extensions().summary(), Some("Note"));
    let at = package.definition.document().root().pointer(&note.pointer()).expect("its place");
    assert_eq!(at.as_object(), Some(note.node));
}

#[test]
fn answers_bring_their_media_types() {
    let package = package(TEXT);
    let get = package.operation("get_pets_id").expect("its derived id");
    assert_eq!(get.produces, ["application/json", "text/csv"]);
    let answer = get.response_for(204).expect("the class");
    assert_eq!(answer.status, Status::Class(2));
    assert_eq!(answer.headers(&package.definition)[0].schema.kind(), Some("integer"));
    let pet = answer.schema.expect("a schema");
    assert!(pet.property("name").expect("a name").nullable());
    let kind = pet.property("kind").expect("a kind");
    assert!(kind.nullable());
    let cat = kind.one_of().next().expect("a cat");
    assert_eq!(cat.enum_values().len(), 1, "a constant is an enumeration of one");
}

#[test]
fn schemes_are_those_of_swagger_and_more() {
    let package = package(TEXT);
    let schemes = package.definition.security_schemes();
    let SchemeKind::ApiKey { name: "sid", location: KeyLocation::Cookie } = schemes[0].kind else {
        panic!("a cookie")
    };
    assert_eq!(schemes[1].kind, SchemeKind::Basic);
    assert_eq!(schemes[2].kind, SchemeKind::Bearer);
    let SchemeKind::OAuth2(flows) = &schemes[3].kind else { panic!("flows") };
    assert_eq!(flows[0].kind, "clientCredentials");
    assert_eq!(flows[1].authorization_url, Some("https://a"));
    let SchemeKind::OAuth2(flows) = &schemes[4].kind else { panic!("a discovery") };
    assert_eq!(flows[0].token_url, Some("https://o/.well-known"));
    let Security::AnyOf(alternatives) = package.operation("Make").expect("Make").security else {
        panic!("alternatives")
    };
    assert!(alternatives[0].is_empty(), "no credentials is one of them");
    assert_eq!(alternatives[1][0].name, "oauth");
}

#[test]
fn a_path_item_may_be_a_reference() {
    let package = package(TEXT);
    let shared = package.operation("Shared").expect("Shared");
    assert_eq!((shared.path, shared.pointer.as_str()), ("/shared", "/paths/~1shared/get"));
    let text = TEXT.replace("#/components/pathItems/Shared", "other.json#/Shared");
    let package = crate::open_api_3::package(&text);
    assert!(package.operation("Shared").is_none());
    assert_eq!(package.findings()[0].code, codes::REFERENCE_EXTERNAL);
}

#[test]
fn types_of_3_1_may_be_several() {
    let text = r#"{"openapi": "3.1.0", "paths": {}, "components": {"schemas": {
        "A": {"type": ["null", "integer"]}, "B": true, "C": {"items": true}}}}"#;
    let package = package(text);
    let schema =
        |name| package.definition.schema(package.definition.schemas().get(name).expect(name));
    assert_eq!(schema("A").kind(), Some("integer"));
    assert!(schema("A").nullable() && schema("A").is("null"));
    assert!(schema("B").object().is_empty());
    assert!(schema("C").items().is_some());
}
