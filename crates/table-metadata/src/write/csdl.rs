//! `$metadata`: the model as a metadata document.

use odata::csdl::{
    Annotation, AnnotationValue, Container, Document, EntitySet, Facets, Import,
    NavigationProperty, Operation, Property, Returns, Scale, StructuredType,
};
use tables::{
    AlternateKey, Column, ColumnKind, DateBehaviour, Model, Navigation, Relationship, Side, Table,
};

/// The namespace of every type.
const NAMESPACE: &str = "Microsoft.Dynamics.CRM";

/// The document, to be written as XML or JSON.
pub fn csdl(model: &Model) -> Document {
    let base = StructuredType {
        name: "crmbaseentity".to_owned(),
        is_abstract: true,
        open: true,
        ..StructuredType::default()
    };
    let expando = StructuredType {
        name: "expando".to_owned(),
        base: Some("mscrm.crmbaseentity".to_owned()),
        open: true,
        ..StructuredType::default()
    };
    let mut types = vec![base, expando];
    types.extend(model.tables().iter().map(|table| entity(model, table)));
    types.extend(replies());
    let sets = model.tables().iter().map(|table| set(model, table)).collect();
    let functions = ["WhoAmI", "RetrieveVersion"];
    let imports = functions.map(|name| Import {
        name: name.to_owned(),
        function: true,
        operation: format!("mscrm.{name}"),
        entity_set: None,
    });
    Document {
        version: "4.0",
        references: Vec::new(),
        namespace: NAMESPACE.to_owned(),
        alias: Some("mscrm".to_owned()),
        enums: Vec::new(),
        types,
        operations: functions.map(function).to_vec(),
        container: Some(Container { name: "System".to_owned(), sets, imports: imports.to_vec() }),
    }
}

fn entity(model: &Model, table: &Table) -> StructuredType {
    let base = if table.activity && table.logical != "activitypointer" {
        "activitypointer"
    } else {
        "crmbaseentity"
    };
    // a table that is an activity inherits the columns of activities
    let parent = model.table(base);
    let is_own =
        |column: &&Column| parent.is_none_or(|parent| parent.column(&column.logical).is_none());
    let leads_on = |navigation: &&Navigation| {
        parent.is_none_or(|parent| model.navigation(&parent.logical, &navigation.name).is_none())
    };
    StructuredType {
        name: table.logical.clone(),
        base: Some(format!("mscrm.{base}")),
        key: if parent.is_none() { vec![table.primary_id.clone()] } else { Vec::new() },
        properties: table.columns().iter().filter(is_own).map(property).collect(),
        navigation: model
            .navigations(&table.logical)
            .iter()
            .filter(leads_on)
            .map(navigate)
            .collect(),
        annotations: table.keys.iter().map(|key| alternate(table, key)).collect(),
        ..StructuredType::default()
    }
}

/// A further key, in the words of the platform.
fn alternate(table: &Table, key: &AlternateKey) -> Annotation {
    let reference = |name: &String| {
        let is_reference = table.column(name).is_some_and(|one| one.kind.is_reference());
        let path = if is_reference { format!("_{name}_value") } else { name.clone() };
        AnnotationValue::Typed(
            "OData.Community.Keys.V1.PropertyRef",
            vec![("Name".to_owned(), AnnotationValue::Path(path))],
        )
    };
    let columns = AnnotationValue::Collection(key.columns.iter().map(reference).collect());
    let one = AnnotationValue::Typed(
        "OData.Community.Keys.V1.AlternateKey",
        vec![("Key".to_owned(), columns)],
    );
    Annotation {
        term: "OData.Community.Keys.V1.AlternateKeys".to_owned(),
        qualifier: Some(key.logical.clone()),
        value: AnnotationValue::Collection(vec![one]),
    }
}

/// The type of a column's values.
const fn edm(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Key
        | ColumnKind::Guid
        | ColumnKind::Lookup { .. }
        | ColumnKind::Customer
        | ColumnKind::Owner
        | ColumnKind::File { .. } => "Edm.Guid",
        ColumnKind::Text { .. } | ColumnKind::Memo { .. } | ColumnKind::Choices { .. } => {
            "Edm.String"
        }
        ColumnKind::Whole { .. }
        | ColumnKind::Choice { .. }
        | ColumnKind::State { .. }
        | ColumnKind::Status { .. } => "Edm.Int32",
        ColumnKind::Big | ColumnKind::Version => "Edm.Int64",
        ColumnKind::Decimal { .. } | ColumnKind::Money { .. } => "Edm.Decimal",
        ColumnKind::Double { .. } => "Edm.Double",
        ColumnKind::DateTime { behaviour: DateBehaviour::DateOnly, .. } => "Edm.Date",
        ColumnKind::DateTime { .. } => "Edm.DateTimeOffset",
        ColumnKind::Boolean { .. } => "Edm.Boolean",
        ColumnKind::Image { .. } => "Edm.Binary",
    }
}

fn property(column: &Column) -> Property {
    let is_reference = column.kind.is_reference();
    let mut facets =
        Facets { required: matches!(column.kind, ColumnKind::Key), ..Facets::default() };
    match &column.kind {
        ColumnKind::Text { max, .. } | ColumnKind::Memo { max, .. } => {
            facets.max_length = Some(*max);
        }
        ColumnKind::Decimal { precision, .. } | ColumnKind::Money { precision, .. } => {
            facets.scale = Some(Scale::Fixed((*precision).into()));
        }
        _ => {}
    }
    let computed =
        is_reference || column.computed.is_some() || !column.for_create && !column.for_update;
    let said = Annotation {
        term: "Org.OData.Core.V1.Computed".to_owned(),
        qualifier: None,
        value: AnnotationValue::Bool(true),
    };
    let name = &column.logical;
    Property {
        name: if is_reference { format!("_{name}_value") } else { name.clone() },
        type_name: edm(&column.kind).to_owned(),
        facets,
        annotations: if computed { vec![said] } else { Vec::new() },
    }
}

fn partner(navigation: &Navigation) -> &str {
    match (&*navigation.relationship, navigation.side) {
        (Relationship::OneToMany(one), Side::Referencing) => &one.referenced_navigation,
        (Relationship::OneToMany(one), _) => &one.referencing_navigation,
        (Relationship::ManyToMany(many), Side::First) => &many.second.navigation,
        (Relationship::ManyToMany(many), _) => &many.first.navigation,
    }
}

fn navigate(navigation: &Navigation) -> NavigationProperty {
    let target = &navigation.target;
    let constraints = match &*navigation.relationship {
        Relationship::OneToMany(one) if navigation.side == Side::Referencing => {
            vec![(format!("_{}_value", one.referencing_column), one.referenced_column.clone())]
        }
        _ => Vec::new(),
    };
    NavigationProperty {
        name: navigation.name.clone(),
        type_name: if navigation.collection() {
            format!("Collection(mscrm.{target})")
        } else {
            format!("mscrm.{target}")
        },
        partner: Some(partner(navigation).to_owned()),
        constraints,
        ..NavigationProperty::default()
    }
}

fn set(model: &Model, table: &Table) -> EntitySet {
    let binding = |navigation: &Navigation| {
        let target = model.table(&navigation.target)?;
        Some((navigation.name.clone(), target.set.clone()))
    };
    EntitySet {
        name: table.set.clone(),
        type_name: format!("{NAMESPACE}.{}", table.logical),
        bindings: model.navigations(&table.logical).iter().filter_map(binding).collect(),
        ..EntitySet::default()
    }
}

/// What the functions answer.
fn replies() -> [StructuredType; 2] {
    let member = |name: &str, kind: &str, required: bool| Property {
        name: name.to_owned(),
        type_name: kind.to_owned(),
        facets: Facets { required, ascii: kind == "Edm.String", ..Facets::default() },
        annotations: Vec::new(),
    };
    let complex = |name: &str, properties: Vec<Property>| StructuredType {
        name: name.to_owned(),
        complex: true,
        properties,
        ..StructuredType::default()
    };
    let ids = ["BusinessUnitId", "UserId", "OrganizationId"];
    [
        complex("WhoAmIResponse", ids.map(|name| member(name, "Edm.Guid", true)).to_vec()),
        complex("RetrieveVersionResponse", vec![member("Version", "Edm.String", false)]),
    ]
}

fn function(name: &str) -> Operation {
    let facets = Facets { required: true, ..Facets::default() };
    Operation {
        name: name.to_owned(),
        function: true,
        returns: Some(Returns { type_name: format!("mscrm.{name}Response"), facets }),
        ..Operation::default()
    }
}
