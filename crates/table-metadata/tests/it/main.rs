//! The crate from outside.
#![cfg(test)]

mod hostile;

use liaison_table_metadata::{
    read,
    write::{self, Which},
};
use serde_json::{Value, json};
use tables::{
    ColumnKind, ENGLISH, FRENCH, Model, Options,
    baseline::{Baseline, Set},
    define::{Change, Changed},
};
use uuid::Uuid;

fn model() -> Model {
    Baseline::of(&[Set::Sales]).model(1)
}

fn apply(model: &Model, changes: Vec<Change>) -> Changed {
    let mut next = u128::try_from(model.version()).unwrap() << 64;
    model
        .change(changes, &mut || {
            next += 1;
            Uuid::from_u128(next)
        })
        .unwrap_or_else(|error| panic!("{error}"))
}

fn label(text: &str) -> Value {
    json!({
        "@odata.type": "Microsoft.Dynamics.CRM.Label",
        "LocalizedLabels": [{
            "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
            "Label": text,
            "LanguageCode": 1033,
        }],
    })
}

/// What the Python client posts to `CreateEntities`.
fn create_entities() -> Value {
    let attribute = |kind: &str, schema: &str, more: Value| {
        let mut body = json!({
            "@odata.type": format!("Microsoft.Dynamics.CRM.Complex{kind}AttributeMetadata"),
            "SchemaName": schema,
            "DisplayName": label(schema),
            "RequiredLevel": { "Value": "None" },
        });
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        body
    };
    let options = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.ComplexOptionSetMetadata",
        "IsGlobal": false,
        "Options": [
            { "Value": 1, "Label": label("Low") },
            { "Label": label("High") },
        ],
    });
    json!({ "Entities": [{
        "@odata.type": "Microsoft.Dynamics.CRM.ComplexEntityMetadata",
        "SchemaName": "new_Deal",
        "DisplayName": label("Deal"),
        "DisplayCollectionName": label("Deals"),
        "Description": label("A deal"),
        "OwnershipType": "UserOwned",
        "HasActivities": false,
        "HasNotes": true,
        "IsActivity": false,
        "Attributes": [
            attribute("String", "new_Title", json!({
                "IsPrimaryName": true, "MaxLength": 200, "FormatName": { "Value": "Text" },
            })),
            attribute("Memo", "new_Text", json!({ "MaxLength": 4000, "Format": "Text" })),
            attribute("Integer", "new_Count", json!({
                "MinValue": -2_147_483_648_i64, "MaxValue": 2_147_483_647, "Format": "None",
            })),
            attribute("Decimal", "new_Rate", json!({
                "MinValue": -100_000_000_000.0, "MaxValue": 100_000_000_000.0, "Precision": 2,
            })),
            attribute("Money", "new_Price", json!({
                "MinValue": 0, "MaxValue": 1_000_000.0, "Precision": 2,
            })),
            attribute("DateTime", "new_When", json!({
                "Format": "DateOnly", "DateTimeBehavior": { "Value": "DateOnly" },
            })),
            attribute("Boolean", "new_Open", json!({
                "DefaultValue": true,
                "OptionSet": {
                    "TrueOption": { "Value": 1, "Label": label("Open") },
                    "FalseOption": { "Value": 0, "Label": label("Shut") },
                },
            })),
            attribute("Picklist", "new_Grade", json!({ "OptionSet": options })),
            attribute("File", "new_Paper", json!({ "MaxSizeInKB": 1024 })),
        ],
    }]})
}

fn with_deal() -> Model {
    let model = model();
    let changes = read::tables(&model, &create_entities()).unwrap();
    apply(&model, changes).model
}

#[test]
fn a_table_is_made_from_what_the_python_client_posts() {
    let model = with_deal();
    let deal = model.table("new_deal").unwrap();
    assert_eq!(deal.primary_name.as_deref(), Some("new_title"));
    assert!(deal.notes && model.navigation("annotation", "objectid_new_deal").is_some());
    let ColumnKind::Choice { options: Options::Local(options), .. } =
        &deal.column("new_grade").unwrap().kind
    else {
        panic!("a choice")
    };
    let values: Vec<i32> = options.iter().map(|option| option.value).collect();
    assert_eq!(values, [1, 100_000_000]);
    let rate = &deal.column("new_rate").unwrap().kind;
    let limit = 100_000_000_000 * 100;
    assert_eq!(*rate, ColumnKind::Decimal { precision: 2, min: -limit, max: limit });
    assert!(deal.column("new_price_base").is_some());
    let ColumnKind::Boolean { yes, default: true, .. } = &deal.column("new_open").unwrap().kind
    else {
        panic!("a boolean")
    };
    assert_eq!(yes.text(ENGLISH), "Open");
}

#[test]
fn a_table_is_made_from_what_the_javascript_client_posts() {
    let body = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata",
        "SchemaName": "new_Company",
        "DisplayName": label("Company"),
        "DisplayCollectionName": label("Companies"),
        "OwnershipType": "OrganizationOwned",
        "IsActivity": false,
        "HasActivities": false,
        "HasNotes": false,
        "Attributes": [{
            "AttributeType": "String",
            "AttributeTypeName": { "Value": "StringType" },
            "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
            "SchemaName": "new_Name",
            "IsPrimaryName": true,
            "RequiredLevel": {
                "Value": "None",
                "CanBeChanged": true,
                "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings",
            },
            "DisplayName": label("Name"),
            "MaxLength": 100,
        }],
    });
    let model = model();
    let changed = apply(&model, vec![read::table(&model, &body).unwrap()]);
    let company = changed.model.table("new_company").unwrap();
    assert_eq!(company.set, "new_companies");
    assert!(company.column("organizationid").is_some() && company.column("ownerid").is_none());
}

#[test]
fn a_definition_that_was_read_can_be_put_back_unchanged() {
    let model = with_deal();
    for name in ["new_deal", "account", "opportunity", "task"] {
        let table = model.table(name).unwrap();
        for column in table.columns() {
            let document = write::column(&model, table, column, FRENCH);
            let change = read::column_update(&model, table, column, &document, true)
                .unwrap_or_else(|error| panic!("{name}.{}: {error}", column.logical));
            let changed = apply(&model, vec![change]);
            let after = changed.model.table(name).unwrap().column(&column.logical).unwrap();
            // limits beyond what a double holds come back as the nearest
            let nearest = matches!(
                column.kind,
                ColumnKind::Decimal { precision: 5.., .. } | ColumnKind::Money { .. }
            );
            if !nearest {
                assert_eq!(after, column, "{name}.{}", column.logical);
                assert!(changed.steps.is_empty());
            }
        }
        let document = write::table(&model, table, ENGLISH);
        let change = read::table_update(table, &document, true).unwrap();
        let changed = apply(&model, vec![change]);
        assert_eq!(changed.model.table(name).unwrap(), table);
    }
    for choice in model.choices() {
        let document = write::choice(choice, ENGLISH);
        let change = read::choice_update(choice, &document, false).unwrap();
        let changed = apply(&model, vec![change]);
        assert_eq!(changed.model.choice(&choice.name).unwrap(), choice);
    }
}

#[test]
fn documents_say_what_clients_read() {
    let model = model();
    let account = model.table("account").unwrap();
    let document = write::table(&model, account, ENGLISH);
    assert_eq!(document["LogicalName"], "account");
    assert_eq!(document["EntitySetName"], "accounts");
    assert_eq!(document["PrimaryIdAttribute"], "accountid");
    assert_eq!(document["OwnershipType"], "UserOwned");
    assert_eq!(document["ObjectTypeCode"], 1);
    assert_eq!(document["DisplayName"]["UserLocalizedLabel"]["Label"], "Account");
    let french = write::table(&model, account, FRENCH);
    assert_eq!(french["DisplayName"]["UserLocalizedLabel"]["Label"], "Compte");
    assert_eq!(french["DisplayName"]["LocalizedLabels"].as_array().unwrap().len(), 2);
    assert_eq!(document["Privileges"].as_array().unwrap().len(), 8);

    let column =
        |name: &str| write::column(&model, account, account.column(name).unwrap(), ENGLISH);
    let industry = column("industrycode");
    assert_eq!(industry["@odata.type"], "#Microsoft.Dynamics.CRM.PicklistAttributeMetadata");
    assert_eq!(industry["AttributeTypeName"]["Value"], "PicklistType");
    let option = &industry["OptionSet"]["Options"][0];
    assert_eq!(option["Value"], 1);
    assert_eq!(option["Label"]["UserLocalizedLabel"]["Label"], "Accounting");
    assert_eq!(industry["GlobalOptionSet"], Value::Null);
    assert_eq!(column("name")["MaxLength"], 160);
    assert_eq!(column("name")["IsPrimaryName"], true);
    assert_eq!(column("accountid")["IsPrimaryId"], true);
    assert_eq!(column("revenue")["MaxValue"], 922_337_203_685_477.0);
    assert_eq!(column("ownerid")["AttributeType"], "Owner");
    assert_eq!(column("primarycontactid")["Targets"], json!(["contact"]));
    assert_eq!(column("statecode")["OptionSet"]["Options"][0]["DefaultStatus"], 1);
    assert_eq!(column("statuscode")["OptionSet"]["Options"][1]["State"], 1);
    let lead = model.table("lead").unwrap();
    let need = write::column(&model, lead, lead.column("need").unwrap(), ENGLISH);
    assert_eq!(need["GlobalOptionSet"]["Name"], "need");
    assert_eq!(need["OptionSet"]["IsGlobal"], true);

    let one = write::relationship(model.relationship("contact_customer_accounts").unwrap());
    assert_eq!(one["ReferencedEntity"], "account");
    assert_eq!(one["ReferencingEntityNavigationPropertyName"], "parentcustomerid_account");
    assert_eq!(one["CascadeConfiguration"]["Delete"], "RemoveLink");
    let many = write::relationship(model.relationship("systemuserroles_association").unwrap());
    assert_eq!(many["IntersectEntityName"], "systemuserroles");
    assert!(!write::relationships(&model, "account", Which::OneToMany).is_empty());
    assert!(
        write::relationships(&model, "account", Which::ManyToOne)
            .iter()
            .all(|one| one["ReferencingEntity"] == "account")
    );
}

#[test]
fn no_property_of_a_form_is_left_open() {
    fn open(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if object.contains_key("CanBeChanged") && object["Value"].is_null() {
                    found.push(at.to_owned());
                }
                for (name, inner) in object {
                    open(inner, &format!("{at}/{name}"), found);
                }
            }
            Value::Array(list) => list.iter().for_each(|inner| open(inner, at, found)),
            _ => {}
        }
    }
    let model = model();
    let mut found = Vec::new();
    for table in model.tables() {
        let document = write::table(&model, table, ENGLISH);
        for name in ["MetadataId", "SchemaName", "EntitySetName", "Privileges", "OwnershipType"] {
            assert!(!document[name].is_null(), "{} {name}", table.logical);
        }
        open(&document, &table.logical, &mut found);
        for document in write::columns(&model, table, ENGLISH) {
            for name in ["@odata.type", "MetadataId", "AttributeType", "RequiredLevel"] {
                assert!(!document[name].is_null(), "{} {name}", table.logical);
            }
            open(&document, &table.logical, &mut found);
        }
        open(&Value::from(write::keys(table, ENGLISH)), &table.logical, &mut found);
    }
    for relationship in model.relationships() {
        let document = write::relationship(relationship);
        assert!(!document["MetadataId"].is_null() && !document["SchemaName"].is_null());
        open(&document, relationship.schema(), &mut found);
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn relationships_keys_and_choices_are_made_from_bodies() {
    let model = with_deal();
    let lookup = |schema: &str| {
        json!({
            "@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata",
            "AttributeType": "Lookup",
            "AttributeTypeName": { "Value": "LookupType" },
            "SchemaName": schema,
            "DisplayName": label("Account"),
            "RequiredLevel": { "Value": "ApplicationRequired" },
        })
    };
    let one = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
        "SchemaName": "new_account_deal",
        "ReferencedEntity": "account",
        "ReferencedAttribute": "accountid",
        "ReferencingEntity": "new_deal",
        "CascadeConfiguration": { "Assign": "NoCascade", "Delete": "Restrict", "Merge": "NoCascade" },
        "AssociatedMenuConfiguration": { "Behavior": "UseLabel", "Order": 10000 },
        "Lookup": lookup("new_AccountId"),
    });
    let many = json!({
        "@odata.type": "#Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata",
        "SchemaName": "new_deal_contact",
        "Entity1LogicalName": "new_deal",
        "Entity2LogicalName": "contact",
        "IntersectEntityName": "new_deal_contact",
    });
    let customer = json!({
        "OneToManyRelationships": [
            { "SchemaName": "new_deal_cust_account", "ReferencedEntity": "account", "ReferencingEntity": "new_deal" },
            { "SchemaName": "new_deal_cust_contact", "ReferencedEntity": "contact", "ReferencingEntity": "new_deal" },
        ],
        "Lookup": lookup("new_CustomerId"),
    });
    let colour = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata",
        "Name": "new_colour",
        "IsGlobal": true,
        "OptionSetType": "Picklist",
        "DisplayName": label("Colour"),
        "Options": [{ "Value": 5, "Label": label("Red"), "Color": "#ff0000" }],
    });
    let key = json!({
        "SchemaName": "new_dealkey", "DisplayName": label("Key"), "KeyAttributes": ["new_count"],
    });
    let deal = model.table("new_deal").unwrap();
    let changed = apply(
        &model,
        vec![
            read::relationship(&one).unwrap(),
            read::relationship(&many).unwrap(),
            read::customer(&customer).unwrap(),
            read::choice(&colour).unwrap(),
            read::key(deal, &key).unwrap(),
        ],
    );
    let model = changed.model;
    assert_eq!(model.navigation("new_deal", "new_AccountId").unwrap().target, "account");
    assert_eq!(model.navigation("contact", "new_deal_contact").unwrap().target, "new_deal");
    let id = model.choice("new_colour").unwrap().id;
    for bound in [
        format!("/GlobalOptionSetDefinitions({id})"),
        format!("https://host/api/data/v9.2/GlobalOptionSetDefinitions({id})"),
        "/GlobalOptionSetDefinitions(Name='new_colour')".to_owned(),
    ] {
        let body = json!({
            "@odata.type": "Microsoft.Dynamics.CRM.PicklistAttributeMetadata",
            "SchemaName": "new_Paint",
            "DisplayName": label("Paint"),
            "GlobalOptionSet@odata.bind": bound,
        });
        let deal = model.table("new_deal").unwrap();
        let changed = apply(&model, vec![read::column(&model, deal, &body).unwrap()]);
        let paint = changed.model.table("new_deal").unwrap().column("new_paint").unwrap().clone();
        assert_eq!(changed.model.options(&paint)[0].value, 5);
    }
}

#[test]
fn entries_of_choices_are_changed_one_at_a_time() {
    let colour = json!({
        "Name": "new_colour", "DisplayName": label("Colour"),
        "Options": [{ "Value": 5, "Label": label("Red") }, { "Value": 6, "Label": label("Blue") }],
    });
    let mut model = apply(&with_deal(), vec![read::choice(&colour).unwrap()]).model;
    let mut act = |action: &str, body: Value| -> Result<Option<i32>, String> {
        let (change, made) =
            read::entries(&model, action, &body).map_err(|error| error.to_string())?;
        model = apply(&model, vec![change]).model;
        Ok(made)
    };
    let named = |more: Value| {
        let mut body = json!({ "OptionSetName": "new_colour" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let green = named(json!({ "Label": label("Green") }));
    assert_eq!(act("InsertOptionValue", green), Ok(Some(100_000_000)));
    let taken = named(json!({ "Value": 5, "Label": label("Again") }));
    assert!(act("InsertOptionValue", taken).unwrap_err().contains("/Value"));
    let other = named(json!({ "Value": 6, "Label": label("Navy"), "MergeLabels": true }));
    assert_eq!(act("UpdateOptionValue", other), Ok(None));
    assert_eq!(act("DeleteOptionValue", named(json!({ "Value": 5 }))), Ok(None));
    assert!(act("DeleteOptionValue", named(json!({ "Value": 5 }))).is_err());
    assert!(act("OrderOption", named(json!({ "Values": [6] }))).is_err());
    assert_eq!(act("OrderOption", named(json!({ "Values": [100_000_000, 6] }))), Ok(None));
    let status = json!({
        "EntityLogicalName": "new_deal", "AttributeLogicalName": "statuscode", "StateCode": 0,
        "Label": label("Waiting"),
    });
    assert_eq!(act("InsertStatusValue", status), Ok(Some(100_000_000)));
    let text = json!({
        "EntityLogicalName": "new_deal", "AttributeLogicalName": "new_name", "Label": label("x"),
    });
    assert!(act("InsertOptionValue", text).is_err());
    assert!(act("InsertOptionValue", json!({ "OptionSetName": "new_none" })).is_err());
    let options: Vec<_> = model.choice("new_colour").unwrap().options.iter().collect();
    let shown: Vec<_> = options.iter().map(|one| (one.value, one.labels.text(ENGLISH))).collect();
    assert_eq!(shown, [(100_000_000, "Green"), (6, "Navy")]);
}

#[test]
fn a_body_that_cannot_be_read_names_the_place() {
    let model = model();
    let account = model.table("account").unwrap();
    for (body, place) in [
        (json!({}), "/"),
        (json!({"@odata.type": "#x.StringAttributeMetadata"}), "/SchemaName"),
        (json!({"@odata.type": "#x.StringAttributeMetadata", "SchemaName": 1}), "/SchemaName"),
        (
            json!({"@odata.type": "#x.StringAttributeMetadata", "SchemaName": "new_A", "MaxLength": "x"}),
            "/MaxLength",
        ),
        (
            json!({"@odata.type": "#x.IntegerAttributeMetadata", "SchemaName": "new_A", "MaxValue": 1e30}),
            "/MaxValue",
        ),
        (
            json!({"@odata.type": "#x.DateTimeAttributeMetadata", "SchemaName": "new_A", "DateTimeBehavior": {"Value": "Mine"}}),
            "/DateTimeBehavior/Value",
        ),
        (
            json!({"@odata.type": "#x.PicklistAttributeMetadata", "SchemaName": "new_A", "OptionSet": {"Options": [{"Value": 1}]}}),
            "/OptionSet/Options/0",
        ),
        (
            json!({"@odata.type": "#x.PicklistAttributeMetadata", "SchemaName": "new_A", "GlobalOptionSet@odata.bind": "/GlobalOptionSetDefinitions(Name='no')"}),
            "/GlobalOptionSet@odata.bind",
        ),
        (json!({"@odata.type": "#x.LookupAttributeMetadata", "SchemaName": "new_A"}), "/"),
        (json!({"@odata.type": "#x.OwnerAttributeMetadata", "SchemaName": "new_A"}), "/"),
    ] {
        let error = read::column(&model, account, &body).expect_err(&body.to_string());
        assert_eq!(error.place, place, "{body}: {error}");
    }
}

#[test]
fn the_service_document_of_metadata_is_whole() {
    let model = with_deal();
    let document = write::csdl(&model);
    let text = document.to_xml();
    // as many elements end as begin: there is no reader of XML here
    for name in
        ["EntityType", "EntitySet", "NavigationProperty", "Property", "Schema", "EntityContainer"]
    {
        let opened = text.matches(&format!("<{name} ")).count();
        let closed = text.matches(&format!("</{name}>")).count();
        let alone: usize = text
            .split(&format!("<{name} "))
            .skip(1)
            .filter(|rest| rest.split('>').next().is_some_and(|tag| tag.ends_with('/')))
            .count();
        assert_eq!(opened, closed + alone, "{name}");
        assert!(opened > 0);
    }
    for part in [
        r#"<EntityType Name="account" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="accountid"/></Key>"#,
        r#"<EntityType Name="task" BaseType="mscrm.activitypointer">"#,
        r#"<Property Name="_primarycontactid_value" Type="Edm.Guid">"#,
        r#"<NavigationProperty Name="primarycontactid" Type="mscrm.contact" Partner="account_primary_contact"><ReferentialConstraint Property="_primarycontactid_value" ReferencedProperty="contactid"/>"#,
        r#"<NavigationProperty Name="contact_customer_accounts" Type="Collection(mscrm.contact)" Partner="parentcustomerid_account"/>"#,
        r#"<EntitySet Name="new_deals" EntityType="Microsoft.Dynamics.CRM.new_deal">"#,
        r#"<Property Name="new_when" Type="Edm.Date"/>"#,
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains('&'), "nothing needs to be escaped");
    // every type that is named is there
    for part in text.split("mscrm.").skip(1) {
        let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let known = ["EntityType", "ComplexType", "Function"]
            .iter()
            .any(|kind| text.contains(&format!("<{kind} Name=\"{name}\"")));
        assert!(known, "{name}");
    }
    // the same in JSON
    let json = document.to_json();
    let schema = &json["Microsoft.Dynamics.CRM"];
    assert_eq!(json["$EntityContainer"], "Microsoft.Dynamics.CRM.System");
    assert_eq!(schema["account"]["$Key"], serde_json::json!(["accountid"]));
    assert_eq!(schema["account"]["primarycontactid"]["$Type"], "mscrm.contact");
    assert_eq!(schema["System"]["new_deals"]["$Type"], "Microsoft.Dynamics.CRM.new_deal");
    assert_eq!(schema["WhoAmI"][0]["$ReturnType"]["$Type"], "mscrm.WhoAmIResponse");
}
