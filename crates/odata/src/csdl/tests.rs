use super::*;

fn document() -> Document {
    let property = |name: &str, type_name: &str, facets: Facets| Property {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
        facets,
        annotations: Vec::new(),
    };
    let required = || Facets { required: true, ..Facets::default() };
    Document {
        version: "4.0",
        references: vec![Reference {
            uri: "core.xml".to_owned(),
            include: vec![("Org.OData.Core.V1".to_owned(), Some("Core".to_owned()))],
        }],
        namespace: "Microsoft.Dynamics.CRM".to_owned(),
        alias: Some("mscrm".to_owned()),
        enums: vec![EnumType {
            name: "OwnershipTypes".to_owned(),
            flags: true,
            members: vec![("None".to_owned(), 0), ("UserOwned".to_owned(), 1)],
            ..EnumType::default()
        }],
        types: vec![
            StructuredType {
                name: "crmbaseentity".to_owned(),
                is_abstract: true,
                ..StructuredType::default()
            },
            StructuredType {
                name: "account".to_owned(),
                base: Some("mscrm.crmbaseentity".to_owned()),
                key: vec!["accountid".to_owned()],
                properties: vec![
                    property("accountid", "Edm.Guid", required()),
                    property(
                        "name",
                        "Edm.String",
                        Facets { max_length: Some(160), ..Facets::default() },
                    ),
                    property(
                        "revenue",
                        "Edm.Decimal",
                        Facets { scale: Some(Scale::Variable), ..Facets::default() },
                    ),
                ],
                navigation: vec![NavigationProperty {
                    name: "primarycontactid".to_owned(),
                    type_name: "mscrm.contact".to_owned(),
                    partner: Some("account_primary_contact".to_owned()),
                    constraints: vec![(
                        "_primarycontactid_value".to_owned(),
                        "contactid".to_owned(),
                    )],
                    ..NavigationProperty::default()
                }],
                alternate_keys: vec![vec!["accountnumber".to_owned()]],
                annotations: vec![Annotation {
                    term: "Org.OData.Core.V1.Description".to_owned(),
                    qualifier: None,
                    value: AnnotationValue::String("A & B < \"C\"\u{1}".to_owned()),
                }],
                ..StructuredType::default()
            },
        ],
        operations: vec![Operation {
            name: "WhoAmI".to_owned(),
            function: true,
            returns: Some(Returns {
                type_name: "mscrm.WhoAmIResponse".to_owned(),
                facets: required(),
            }),
            ..Operation::default()
        }],
        container: Some(Container {
            name: "System".to_owned(),
            sets: vec![EntitySet {
                name: "accounts".to_owned(),
                type_name: "Microsoft.Dynamics.CRM.account".to_owned(),
                bindings: vec![("primarycontactid".to_owned(), "contacts".to_owned())],
                ..EntitySet::default()
            }],
            imports: vec![Import {
                name: "WhoAmI".to_owned(),
                function: true,
                operation: "Microsoft.Dynamics.CRM.WhoAmI".to_owned(),
                entity_set: None,
            }],
        }),
    }
}

#[test]
fn xml_says_it_all() {
    let expected = concat!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">",
        "<edmx:Reference Uri=\"core.xml\"><edmx:Include Namespace=\"Org.OData.Core.V1\" Alias=\"Core\"/></edmx:Reference>",
        "<edmx:DataServices><Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">",
        "<EnumType Name=\"OwnershipTypes\" IsFlags=\"true\"><Member Name=\"None\" Value=\"0\"/><Member Name=\"UserOwned\" Value=\"1\"/></EnumType>",
        "<EntityType Name=\"crmbaseentity\" Abstract=\"true\"/>",
        "<EntityType Name=\"account\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"accountid\"/></Key>",
        "<Property Name=\"accountid\" Type=\"Edm.Guid\" Nullable=\"false\"/><Property Name=\"name\" Type=\"Edm.String\" MaxLength=\"160\"/>",
        "<Property Name=\"revenue\" Type=\"Edm.Decimal\" Scale=\"variable\"/>",
        "<NavigationProperty Name=\"primarycontactid\" Type=\"mscrm.contact\" Partner=\"account_primary_contact\">",
        "<ReferentialConstraint Property=\"_primarycontactid_value\" ReferencedProperty=\"contactid\"/></NavigationProperty>",
        "<Annotation Term=\"Org.OData.Core.V1.Description\" String=\"A &amp; B &lt; &quot;C&quot;\"/>",
        "<Annotation Term=\"Org.OData.Core.V1.AlternateKeys\"><Collection><Record><PropertyValue Property=\"Key\"><Collection><Record>",
        "<PropertyValue Property=\"Alias\" String=\"accountnumber\"/><PropertyValue Property=\"Name\" PropertyPath=\"accountnumber\"/>",
        "</Record></Collection></PropertyValue></Record></Collection></Annotation></EntityType>",
        "<Function Name=\"WhoAmI\"><ReturnType Type=\"mscrm.WhoAmIResponse\" Nullable=\"false\"/></Function>",
        "<EntityContainer Name=\"System\"><EntitySet Name=\"accounts\" EntityType=\"Microsoft.Dynamics.CRM.account\">",
        "<NavigationPropertyBinding Path=\"primarycontactid\" Target=\"contacts\"/></EntitySet>",
        "<FunctionImport Name=\"WhoAmI\" Function=\"Microsoft.Dynamics.CRM.WhoAmI\"/></EntityContainer>",
        "</Schema></edmx:DataServices></edmx:Edmx>",
    );
    assert_eq!(document().to_xml(), expected);
}

#[test]
fn json_says_the_same() {
    let json = document().to_json();
    assert_eq!(json["$EntityContainer"], "Microsoft.Dynamics.CRM.System");
    let schema = &json["Microsoft.Dynamics.CRM"];
    let account = &schema["account"];
    assert_eq!(account["$Key"], serde_json::json!(["accountid"]));
    assert_eq!(account["name"], serde_json::json!({ "$Nullable": true, "$MaxLength": 160 }));
    assert_eq!(account["accountid"], serde_json::json!({ "$Type": "Edm.Guid" }));
    assert_eq!(
        account["primarycontactid"]["$ReferentialConstraint"]["_primarycontactid_value"],
        "contactid"
    );
    assert_eq!(account["@Org.OData.Core.V1.AlternateKeys"][0]["Key"][0]["Name"], "accountnumber");
    assert_eq!(schema["WhoAmI"][0]["$ReturnType"]["$Type"], "mscrm.WhoAmIResponse");
    assert_eq!(schema["System"]["accounts"]["$Collection"], true);
    assert_eq!(schema["OwnershipTypes"]["UserOwned"], 1);
}
