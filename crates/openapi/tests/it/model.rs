//! The model of Swagger packages: what is merged, resolved and understood.

use liaison_openapi::{
    Additional, Argument, CollectionFormat, Credential, DynamicSource, IdentityProvider,
    KeyLocation, Location, MediaType, Method, Node, Operation, Package, ParameterKind, Section,
    Security, Sources, Status, Template, Trigger, TriggerKind, UrlEncoding, Visibility, choose,
    credentials,
};

const DEFINITION: &str = r##"{
  "swagger": "2.0", "host": "api.example.test", "basePath": "/v1", "schemes": ["http", "https"],
  "info": {"title": "Pets", "x-ms-api-annotation": {"status": "Preview"}},
  "consumes": ["application/json"], "produces": ["text/plain"],
  "securityDefinitions": {"key": {"type": "apiKey", "in": "query", "name": "k"}, "login": {"type": "basic"},
    "oauth": {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://a", "tokenUrl": "https://t", "scopes": {"read": "", "write": ""}}},
  "security": [],
  "parameters": {"Id": {"name": "id", "in": "path", "type": "string", "x-ms-url-encoding": "double"}},
  "responses": {"Gone": {"description": "gone", "schema": {"$ref": "#/definitions/Pet"}}},
  "definitions": {
    "Pet": {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string", "default": "Rex", "x-ms-visibility": "Internal"},
        "tags": {"type": "array", "items": {"$ref": "#/definitions/Tag"}},
        "parent": {"$ref": "#/definitions/Pet", "description": "the one before"}},
        "additionalProperties": {"type": "number"}},
    "Tag": {"type": "string", "enum": ["a", "b"], "x-ms-enum-values": [{"value": "a", "displayName": "Ay"}]},
    "Dog": {"allOf": [{"$ref": "#/definitions/Pet"}, {"properties": {"name": {"type": "integer"}, "bark": {"type": "boolean"}}}]}},
  "x-ms-capabilities": {"testConnection": {"operationId": "GetPet", "parameters": {"id": 1}}},
  "x-ms-connector-metadata": [{"propertyName": "Privacy Policy", "propertyValue": "https://p"}],
  "paths": {
    "/pets/{id}": {
      "parameters": [{"$ref": "#/parameters/Id"}, {"name": "trace", "in": "header", "type": "string"}],
      "get": {"operationId": "GetPet", "summary": "Get", "produces": [], "parameters": [
          {"name": "trace", "in": "header", "type": "integer", "required": true, "default": 7},
          {"name": "fields", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"}],
        "responses": {"404": {"$ref": "#/responses/Gone"}, "default": {"description": "d"}, "200": {"description": "ok", "schema": {"$ref": "#/definitions/Dog"}}, "x-note": 1}},
      "PUT": {"operationId": "PutPet", "deprecated": true, "security": [{"gone": []}, {"login": [], "key": []}],
        "consumes": ["multipart/form-data"], "parameters": [{"name": "photo", "in": "formData", "type": "file"}],
        "responses": {"201": {"description": "made"}}}},
    "/hooks": {
      "x-ms-notification-content": {"description": "n", "schema": {"$ref": "#/definitions/Pet"}},
      "post": {"operationId": "OnPet", "x-ms-trigger": "batch", "security": [],
        "parameters": [{"name": "b", "in": "body", "required": true, "schema": {"type": "object", "properties": {
            "hook": {"type": "object", "properties": {"url": {"type": "string", "x-ms-notification-url": true}}}}}}],
        "responses": {"202": {"description": "later"}}}},
    "/trigger/pets": {"get": {"operationId": "Poll", "x-ms-trigger": "single", "x-ms-trigger-metadata": {"kind": "query", "mode": "polling"},
        "security": [{"oauth": ["read"]}, {"login": []}],
        "x-ms-api-annotation": {"family": "Pets", "revision": 2, "replacement": {"operationId": "OnPet"}},
        "x-ms-pageable": {"nextLinkName": "nextLink"},
        "parameters": [{"name": "list", "in": "query", "type": "string",
          "x-ms-dynamic-values": {"operationId": "GetPet", "parameters": {"id": {"parameter": "x"}, "n": 5}, "value-collection": "a/b", "value-path": "id", "value-title": "t"},
          "x-ms-dynamic-list": {"operationId": "GetPet", "itemValuePath": "id", "parameters": {"id": {"parameterReference": "body/x"}, "n": {"value": 5}}}}],
        "responses": {}}}
  }}"##;

const PROPERTIES: &str = r##"{"properties": {"iconBrandColor": "#123456", "stackowner": "S", "capabilities": ["gateway"],
  "connectionParameters": {
    "api_key": {"type": "SecureString", "uiDefinition": {"displayname": "Key", "tooltip": "t", "constraints": {"required": "TRUE", "clearText": false, "tabIndex": 3,
      "allowedValues": [{"text": "One", "value": "1"}]}}},
    "username": {"type": "string", "defaultValue": "me"}, "password": {"type": "securestring"},
    "token": {"type": "oAuthSetting", "oauthSettings": {"identityProvider": "AADCertificate", "clientId": "c", "scopes": ["a b", "c"], "redirectUrl": ["https://r"],
      "properties": {"IsFirstParty": "True", "IsOnbehalfofLoginSupported": true, "AzureActiveDirectoryResourceId": "r"},
      "customParameters": {"loginUri": {"value": "https://l"}, "EnableOnbehalfOfLogin": {"value": "true"}},
      "additionalParameters": {"US": {"type": "string", "applicableWhen": [{"parameter": "geo", "oneOf": [null, "US"]}]}}}},
    "token:TenantId": {"type": "string", "metadata": {"sourceType": "AzureActiveDirectoryTenant"}, "uiDefinition": {"constraints": {"hidden": "true"}}}},
  "connectionParameterSets": {"uiDefinition": {"displayname": "How"}, "values": [
    {"name": "basic", "uiDefinition": {"displayName": "Basic"}, "metadata": {"allowSharing": false}, "parameters": {"username": {"type": "string", "uiDefinition": {"schema": {"description": "who"}}}}},
    {"name": "none", "parameters": {}}]},
  "policyTemplateInstances": [
    {"templateId": "setQueryParameter", "title": "T", "parameters": {"x-ms-apimTemplateParameter.name": "q", "x-ms-apimTemplateParameter.value": "1", "x-ms-apimTemplate-operationName": []}},
    {"templateId": "updatenextlink", "parameters": {"x-ms-apimTemplateParameter.nextLinkPropertyName": "n", "x-ms-apimTemplate-operationName": ["GetPet"], "x-ms-apimTemplate-policySection": "response"}}]}}"##;

fn package() -> Package<'static> {
    let sources = Sources {
        definition: DEFINITION.as_bytes(),
        properties: Some(PROPERTIES.as_bytes()),
        has_script: false,
    };
    Package::load(sources).expect("it loads")
}

#[test]
fn path_level_parameters_come_first_and_are_replaced_by_own_ones() {
    let package = package();
    let get = package.operation("GetPet").expect("GetPet");
    let seen: Vec<(&str, Location, bool, bool, String)> = get
        .parameters
        .iter()
        .map(|it| (it.name, it.location, it.required, it.shared, it.pointer()))
        .collect();
    assert_eq!(
        seen,
        [
            ("id", Location::Path, true, true, "/parameters/Id".to_owned()),
            (
                "trace",
                Location::Header,
                true,
                false,
                "/paths/~1pets~1{id}/get/parameters/0".to_owned()
            ),
            (
                "fields",
                Location::Query,
                false,
                false,
                "/paths/~1pets~1{id}/get/parameters/1".to_owned()
            ),
        ]
    );
    assert_eq!(get.parameters[0].extensions().url_encoding(), UrlEncoding::Double);
    assert_eq!(get.parameters[1].default().and_then(Node::as_i64), Some(7));
    assert_eq!(get.parameters[1].schema.kind(), Some("integer"));
    assert_eq!(get.parameters[2].collection_format, CollectionFormat::Pipes);
    assert_eq!(get.parameters[2].schema.items().expect("items").kind(), Some("string"));
}

#[test]
fn media_types_are_own_ones_or_those_of_the_root() {
    let package = package();
    let media = |id: &str| {
        let operation = package.operation(id).expect("an operation");
        (operation.consumes, operation.produces)
    };
    assert_eq!(media("GetPet"), (vec!["application/json"], vec![]), "an empty list is a list");
    assert_eq!(media("PutPet"), (vec!["multipart/form-data"], vec!["text/plain"]));
    let put = package.operation("PutPet").expect("PutPet");
    assert!(put.is_multipart() && put.is_deprecated() && put.method == Method::Put);
    assert!(put.form().next().expect("a field").is_file());
    assert_eq!(put.pointer, "/paths/~1pets~1{id}/PUT", "as it is written");
}

#[test]
fn responses_are_found_for_a_status() {
    let package = package();
    let get = package.operation("GetPet").expect("GetPet");
    let status = |status| get.response_for(status).map(|it| it.status);
    assert_eq!(status(200), Some(Status::Code(200)));
    assert_eq!(status(204), Some(Status::Code(200)));
    assert_eq!(status(404), Some(Status::Code(404)));
    assert_eq!(status(500), Some(Status::Default));
    assert_eq!(get.responses.len(), 3);
    assert_eq!(get.responses[0].pointer(), "/responses/Gone");
    assert_eq!(get.expected_response().map(|it| it.status), Some(Status::Code(200)));
    let put = package.operation("PutPet").expect("PutPet");
    assert_eq!(put.response_for(500).map(|it| it.status), None);
    assert_eq!(put.expected_response().map(|it| it.status), Some(Status::Code(201)));
}

#[test]
fn schemas_follow_references_when_somebody_looks() {
    let package = package();
    let get = package.operation("GetPet").expect("GetPet");
    let dog = get.expected_response().and_then(|it| it.schema).expect("a schema");
    assert_eq!(dog.name(), Some("Dog"));
    let all = dog.all_properties();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["name", "tags", "parent", "bark"]);
    assert!(all[0].1.is("string"), "the earlier part counts");
    assert!(dog.requires_anywhere("name") && !dog.requires("name"));
    let parent = all[2].1;
    assert_eq!(parent.description(), Some("the one before"), "beside the reference");
    assert_eq!(parent.property("parent").expect("again").name(), Some("Pet"));
    let Additional::Schema(additional) = parent.additional() else { panic!("a schema") };
    assert_eq!(additional.kind(), Some("number"));
    let name = parent.property("name").expect("a name");
    assert_eq!(name.extensions().visibility(), Visibility::Internal);
    assert_eq!(name.default().and_then(|it| it.as_str()), Some("Rex"));
    let tag = parent.property("tags").and_then(|it| it.items()).expect("a tag");
    assert_eq!(tag.enum_values().len(), 2);
    assert_eq!(tag.extensions().enum_values()[0].title, Some("Ay"));
}

#[test]
fn triggers_say_how_they_hear() {
    let package = package();
    let hook = package.operation("OnPet").expect("OnPet");
    assert_eq!(hook.trigger(), Some(Trigger::Batch));
    assert_eq!(hook.trigger_kind(), Some(TriggerKind::Webhook));
    let place = hook.callback_place().expect("a place");
    assert_eq!((place.parameter, place.path), ("b", vec!["hook", "url"]));
    let content = hook.notification_content().expect("content");
    assert_eq!(content.schema().and_then(|it| it.name()), Some("Pet"));
    let poll = package.operation("Poll").expect("Poll");
    assert_eq!(poll.trigger_kind(), Some(TriggerKind::Polling));
    assert_eq!(poll.extensions().next_link(), Some("nextLink"));
    assert_eq!(package.operation("GetPet").expect("GetPet").trigger_kind(), None);
}

#[test]
fn dynamic_sources_are_read_in_both_forms() {
    let package = package();
    let poll = package.operation("Poll").expect("Poll");
    let extensions = poll.parameters[0].extensions();
    let values = extensions.dynamic_values().expect("values");
    assert_eq!(values.source, DynamicSource::Operation("GetPet"));
    assert_eq!(values.arguments[0], ("id", Argument::Parameter("x")));
    assert!(matches!(values.arguments[1].1, Argument::Literal(node) if node.as_i64() == Some(5)));
    assert_eq!(
        (values.collection, values.value_path, values.title_path),
        (Some("a/b"), Some("id"), Some("t"))
    );
    let list = extensions.dynamic_list().expect("a list");
    assert_eq!(list.arguments[0], ("id", Argument::Reference("body/x")));
    assert!(matches!(list.arguments[1].1, Argument::Literal(node) if node.as_i64() == Some(5)));
    assert_eq!(list.items_path, None);
}

fn schemes(operation: &Operation<'_>) -> Option<Vec<Vec<String>>> {
    let Security::AnyOf(alternatives) = &operation.security else { return None };
    let names = |schemes: &Vec<liaison_openapi::SecurityScheme<'_>>| {
        schemes.iter().map(|it| it.name.to_owned()).collect()
    };
    Some(alternatives.iter().map(names).collect())
}

#[test]
fn security_falls_back_to_the_first_definition() {
    let package = package();
    let of = |id: &str| schemes(&package.operation(id).expect("an operation"));
    assert_eq!(of("GetPet"), Some(vec![vec!["key".to_owned()]]), "an empty root is not anonymous");
    assert_eq!(of("PutPet"), Some(vec![vec!["login".to_owned(), "key".to_owned()]]));
    assert_eq!(of("Poll"), Some(vec![vec!["oauth".to_owned()], vec!["login".to_owned()]]));
    let anonymous = package.operation("OnPet").expect("OnPet").security;
    assert!(matches!(anonymous, Security::Anonymous));
    assert!(credentials(&anonymous, &package.properties.connection_parameters()).is_empty());
}

#[test]
fn credentials_come_from_connection_parameters_by_convention() {
    let package = package();
    let parameters = package.properties.connection_parameters();
    let of =
        |id: &str| credentials(&package.operation(id).expect("an operation").security, &parameters);
    let key = |parameter| Credential::ApiKey { name: "k", location: KeyLocation::Query, parameter };
    assert_eq!(of("GetPet"), [[key(Some("api_key"))]]);
    let basic = Credential::Basic { username: Some("username"), password: Some("password") };
    assert_eq!(of("PutPet"), [[basic.clone(), key(Some("api_key"))]]);
    assert_eq!(of("Poll"), [[Credential::Bearer { parameter: Some("token") }], [basic]]);
}

/// Each step of the convention, as connector-format §3.2 lists them.
#[test]
fn api_keys_are_found_by_five_steps() {
    let cases = [
        (r#""X-Key": {"type": "string"}, "api_key": {"type": "string"}"#, Some("api_key")),
        (r#""X-Key": {"type": "string"}, "my key": {"type": "string"}"#, Some("my key")),
        (r#""X-Key": {"type": "string"}, "other": {"type": "securestring"}"#, Some("X-Key")),
        (r#""MyKey": {"type": "string"}, "other": {"type": "securestring"}"#, Some("MyKey")),
        (r#""xkey": {"type": "string"}, "other": {"type": "securestring"}"#, Some("xkey")),
        (r#""host": {"type": "string"}, "other": {"type": "securestring"}"#, Some("other")),
        (r#""a": {"type": "securestring"}, "b": {"type": "securestring"}"#, None),
        ("", None),
    ];
    for (parameters, expected) in cases {
        let definition = br#"{"swagger": "2.0", "paths": {"/": {"get": {"operationId": "A"}}},
            "securityDefinitions": {"my key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}"#;
        let properties =
            format!(r#"{{"properties": {{"connectionParameters": {{{parameters}}}}}}}"#);
        let sources =
            Sources { definition, properties: Some(properties.as_bytes()), has_script: false };
        let package = Package::load(sources).expect("it loads");
        let security = package.operation("A").expect("A").security;
        let found = credentials(&security, &package.properties.connection_parameters());
        let Credential::ApiKey { name, parameter, .. } = found[0][0] else { panic!("a key") };
        assert_eq!((name, parameter), ("X-Key", expected), "{parameters}");
    }
}

#[test]
fn a_sign_in_without_a_scheme_still_brings_its_token() {
    let definition = br#"{"swagger": "2.0", "paths": {"/": {"get": {"operationId": "A"}}}}"#;
    let properties =
        br#"{"properties": {"connectionParameters": {"t": {"type": "oauthSetting"}}}}"#;
    let sources = Sources { definition, properties: Some(properties), has_script: false };
    let package = Package::load(sources).expect("it loads");
    let security = package.operation("A").expect("A").security;
    assert!(matches!(security, Security::Undeclared));
    let parameters = package.properties.connection_parameters();
    assert_eq!(
        credentials(&security, &parameters),
        [[Credential::Bearer { parameter: Some("t") }]]
    );
    assert!(credentials(&security, &[]).is_empty());
    let oauth = parameters[0].oauth().expect("settings, though empty");
    assert_eq!(oauth.identity_provider(), IdentityProvider::OAuth2);
}

#[test]
fn a_key_without_a_parameter_is_the_token_of_the_sign_in() {
    let definition = br#"{"swagger": "2.0", "paths": {"/": {"get": {"operationId": "A"}}},
        "securityDefinitions": {"k": {"type": "apiKey", "in": "header", "name": "Authorization"}}}"#;
    let properties =
        br#"{"properties": {"connectionParameters": {"t": {"type": "oauthSetting"}}}}"#;
    let sources = Sources { definition, properties: Some(properties), has_script: false };
    let package = Package::load(sources).expect("it loads");
    assert!(package.findings().is_empty());
    let security = package.operation("A").expect("A").security;
    let parameters = package.properties.connection_parameters();
    let token = Credential::Bearer { parameter: Some("t") };
    assert_eq!(credentials(&security, &parameters), [[token]]);
}

#[test]
fn connection_parameters_are_read_in_every_spelling() {
    let package = package();
    let properties = &package.properties;
    let all = properties.connection_parameters();
    let kinds: Vec<ParameterKind<'_>> = all.iter().map(|it| it.kind).collect();
    assert_eq!(kinds[0], ParameterKind::SecureString);
    assert_eq!(kinds[3], ParameterKind::OAuth);
    let key = &all[0];
    assert_eq!((key.display_name(), key.tooltip()), (Some("Key"), Some("t")));
    assert!(key.is_required() && key.is_secret() && !key.is_clear_text() && !key.is_hidden());
    assert_eq!((key.tab_index(), key.allowed_values()[0].text), (Some(3), Some("One")));
    assert_eq!(all[1].default().and_then(|it| it.as_str()), Some("me"));
    assert!(all[1].is_clear_text() && !all[2].is_clear_text());
    assert!(all[4].is_hidden());
    assert_eq!(properties.icon_brand_color(), Some("#123456"));
    assert_eq!(properties.capabilities(), ["gateway"]);
}

#[test]
fn sign_in_settings_ignore_letter_case() {
    let package = package();
    let all = package.properties.connection_parameters();
    let oauth = all[3].oauth().expect("settings");
    assert_eq!(oauth.identity_provider(), IdentityProvider::AadCertificate);
    assert_eq!(oauth.client_id(), Some("c"));
    assert_eq!(oauth.scopes(), ["a b", "c"]);
    assert_eq!(oauth.custom("LoginUri"), Some("https://l"));
    assert!(oauth.supports_on_behalf_of());
    assert_eq!(oauth.resource_id(), Some("r"));
    let [additional] = oauth.additional_parameters()[..] else { panic!("one") };
    assert!(additional.applies(|_| None), "null is not set");
    assert!(additional.applies(|_| Some("US")));
    assert!(!additional.applies(|_| Some("EU")));
}

#[test]
fn parameter_sets_are_chosen_by_name() {
    let package = package();
    let properties = &package.properties;
    let sets = properties.parameter_sets();
    assert_eq!((sets[0].display_name, sets[0].allows_sharing), (Some("Basic"), false));
    assert!(sets[1].allows_sharing);
    assert_eq!(sets[0].parameters[0].description(), Some("who"));
    assert_eq!(
        sets[0].parameters[0].pointer,
        "/properties/connectionParameterSets/values/0/parameters/username"
    );
    let count = |name| properties.parameters_of_set(name).map(|it| it.len());
    assert_eq!(
        (count(Some("Basic")), count(Some("none")), count(Some("gone")), count(None)),
        (Some(1), Some(0), None, Some(5))
    );
}

#[test]
fn policies_are_listed_in_their_order() {
    let package = package();
    let of = |id: &str| -> Vec<Option<Template>> {
        package.policies_of(id).iter().map(|it| it.template).collect()
    };
    let (query, link) = (Some(Template::SetQueryParameter), Some(Template::UpdateNextLink));
    assert_eq!(of("GetPet"), [query, link]);
    assert_eq!(of("OnPet"), [query]);
    let policy = &package.policies_of("GetPet")[1];
    assert_eq!(policy.section, Section::Response);
    assert_eq!(policy.text("NextLinkPropertyName"), Some("n"));
    assert_eq!(policy.parameter("gone"), None);
    assert_eq!(Template::ALL.map(|it| Template::of(it.id())), Template::ALL.map(Some));
}

#[test]
fn the_connector_says_what_it_is() {
    let package = package();
    let definition = &package.definition;
    let base = definition.base();
    assert_eq!((&*base.scheme, &*base.host, &*base.path), ("http", "api.example.test", "/v1"));
    assert_eq!(definition.metadata("privacy policy"), Some("https://p"));
    assert_eq!(definition.status(), Some("Preview"));
    let test = definition.test_connection().expect("a test");
    assert_eq!((test.operation_id, test.parameters.len()), ("GetPet", 1));
}

#[test]
fn media_types_are_told_apart() {
    for json in [
        "application/json",
        "application/json;odata.metadata=minimal",
        "text/json",
        "application/json-patch+json",
        "application/*+json",
        "application/vnd.api+JSON; charset=utf-8",
    ] {
        assert!(MediaType(json).is_json(), "{json}");
    }
    for other in ["application/jsonx", "text/plain", "application/xml", "", "json/text"] {
        assert!(!MediaType(other).is_json(), "{other}");
    }
}

#[test]
fn files_are_chosen_by_their_names() {
    let choice = choose([
        "Icon.png",
        "ReadMe.md",
        "apidefinition.swagger.json",
        "x/apiProperties.json",
        "script.csx",
    ]);
    let choice = choice.expect("a definition");
    assert_eq!(choice.definition, "apidefinition.swagger.json");
    assert_eq!(
        (choice.properties, choice.script),
        (Some("x/apiProperties.json"), Some("script.csx"))
    );
    assert_eq!((choice.icon, choice.readme), (Some("Icon.png"), Some("ReadMe.md")));
    let definition =
        |names: &[&'static str]| choose(names.iter().copied()).ok().map(|choice| choice.definition);
    assert_eq!(
        definition(&["a/Pets.swagger.json", "a/apiProperties.json"]),
        Some("a/Pets.swagger.json")
    );
    assert_eq!(definition(&["openapi.json", "settings.json"]), Some("openapi.json"));
    assert_eq!(definition(&["a.swagger.json", "b.swagger.json"]), None);
    assert_eq!(definition(&["apiProperties.json"]), None);
    assert_eq!(definition(&[]), None);
    assert_eq!(choose(["x.json", "ours.cs"]).expect("x").script, Some("ours.cs"));
}
