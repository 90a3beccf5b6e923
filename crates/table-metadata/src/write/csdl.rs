//! `$metadata`: the model as CSDL 4.0.

use std::fmt::Write as _;

use tables::{Column, ColumnKind, DateBehaviour, Model, Navigation, Relationship, Side, Table};

/// The namespace of every type.
const NAMESPACE: &str = "Microsoft.Dynamics.CRM";

/// The document.
pub fn csdl(model: &Model) -> String {
    let mut out = String::with_capacity(64 * 1024 + model.tables().len() * 8 * 1024);
    out.push_str(concat!(
        r#"<?xml version="1.0" encoding="utf-8"?>"#,
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">"#,
        r#"<edmx:DataServices>"#,
    ));
    let _ = write!(
        out,
        r#"<Schema Namespace="{NAMESPACE}" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">"#
    );
    out.push_str(concat!(
        r#"<EntityType Name="crmbaseentity" Abstract="true" OpenType="true"/>"#,
        r#"<EntityType Name="expando" BaseType="mscrm.crmbaseentity" OpenType="true"/>"#,
    ));
    for table in model.tables() {
        entity(model, table, &mut out);
    }
    functions(&mut out);
    out.push_str(r#"<EntityContainer Name="System">"#);
    for table in model.tables() {
        set(model, table, &mut out);
    }
    out.push_str(concat!(
        r#"<FunctionImport Name="WhoAmI" Function="mscrm.WhoAmI"/>"#,
        r#"<FunctionImport Name="RetrieveVersion" Function="mscrm.RetrieveVersion"/>"#,
    ));
    out.push_str("</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>");
    out
}

fn entity(model: &Model, table: &Table, out: &mut String) {
    let base = if table.activity && table.logical != "activitypointer" {
        "mscrm.activitypointer"
    } else {
        "mscrm.crmbaseentity"
    };
    // a table that is an activity inherits the columns of activities
    let parent = base.strip_prefix("mscrm.").and_then(|name| model.table(name));
    let _ = write!(out, r#"<EntityType Name="{}" BaseType="{base}">"#, table.logical);
    if parent.is_none() {
        let _ = write!(out, r#"<Key><PropertyRef Name="{}"/></Key>"#, table.primary_id);
    }
    for column in table.columns() {
        if parent.is_some_and(|parent| parent.column(&column.logical).is_some()) {
            continue;
        }
        property(column, out);
    }
    for navigation in model.navigations(&table.logical) {
        let inherited = parent
            .is_some_and(|parent| model.navigation(&parent.logical, &navigation.name).is_some());
        if !inherited {
            navigate(navigation, out);
        }
    }
    for key in &table.keys {
        let mut refs = String::new();
        for name in &key.columns {
            let reference = table.column(name).is_some_and(|one| one.kind.is_reference());
            let (before, after) = if reference { ("_", "_value") } else { ("", "") };
            let _ = write!(
                refs,
                concat!(
                    r#"<Record Type="OData.Community.Keys.V1.PropertyRef">"#,
                    r#"<PropertyValue Property="Name" PropertyPath="{}{}{}"/></Record>"#
                ),
                before, name, after
            );
        }
        let _ = write!(
            out,
            concat!(
                r#"<Annotation Term="OData.Community.Keys.V1.AlternateKeys" Qualifier="{}"><Collection>"#,
                r#"<Record Type="OData.Community.Keys.V1.AlternateKey"><PropertyValue Property="Key"><Collection>{}</Collection>"#,
                r#"</PropertyValue></Record></Collection></Annotation>"#
            ),
            key.logical, refs
        );
    }
    out.push_str("</EntityType>");
}

/// The type of a column's values; `None` where it has no property of its own.
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

fn property(column: &Column, out: &mut String) {
    let kind = edm(&column.kind);
    if column.kind.is_reference() {
        let _ = write!(out, r#"<Property Name="_{}_value" Type="{kind}">"#, column.logical);
        out.push_str(concat!(
            r#"<Annotation Term="Org.OData.Core.V1.Computed" Bool="true"/>"#,
            "</Property>"
        ));
        return;
    }
    let _ = write!(out, r#"<Property Name="{}" Type="{kind}""#, column.logical);
    if matches!(column.kind, ColumnKind::Key) {
        out.push_str(r#" Nullable="false""#);
    }
    match &column.kind {
        ColumnKind::Text { max, .. } | ColumnKind::Memo { max, .. } => {
            let _ = write!(out, r#" MaxLength="{max}" Unicode="true""#);
        }
        ColumnKind::Decimal { precision, .. } | ColumnKind::Money { precision, .. } => {
            let _ = write!(out, r#" Scale="{precision}""#);
        }
        _ => {}
    }
    let computed = column.computed.is_some() || !column.for_create && !column.for_update;
    if computed {
        out.push_str(r#"><Annotation Term="Org.OData.Core.V1.Computed" Bool="true"/></Property>"#);
    } else {
        out.push_str("/>");
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

fn navigate(navigation: &Navigation, out: &mut String) {
    let target = &navigation.target;
    let kind = if navigation.collection() {
        format!("Collection(mscrm.{target})")
    } else {
        format!("mscrm.{target}")
    };
    let _ = write!(
        out,
        r#"<NavigationProperty Name="{}" Type="{kind}" Partner="{}""#,
        navigation.name,
        partner(navigation)
    );
    let constraint = match &*navigation.relationship {
        Relationship::OneToMany(one) if navigation.side == Side::Referencing => {
            Some((&one.referencing_column, &one.referenced_column))
        }
        _ => None,
    };
    match constraint {
        Some((column, referenced)) => {
            let _ = write!(
                out,
                r#"><ReferentialConstraint Property="_{column}_value" ReferencedProperty="{referenced}"/></NavigationProperty>"#
            );
        }
        None => out.push_str("/>"),
    }
}

fn set(model: &Model, table: &Table, out: &mut String) {
    let _ = write!(
        out,
        r#"<EntitySet Name="{}" EntityType="{NAMESPACE}.{}">"#,
        table.set, table.logical
    );
    for navigation in model.navigations(&table.logical) {
        if let Some(target) = model.table(&navigation.target) {
            let _ = write!(
                out,
                r#"<NavigationPropertyBinding Path="{}" Target="{}"/>"#,
                navigation.name, target.set
            );
        }
    }
    out.push_str("</EntitySet>");
}

fn functions(out: &mut String) {
    out.push_str(concat!(
        r#"<ComplexType Name="WhoAmIResponse"><Property Name="BusinessUnitId" Type="Edm.Guid" Nullable="false"/>"#,
        r#"<Property Name="UserId" Type="Edm.Guid" Nullable="false"/>"#,
        r#"<Property Name="OrganizationId" Type="Edm.Guid" Nullable="false"/></ComplexType>"#,
        r#"<ComplexType Name="RetrieveVersionResponse"><Property Name="Version" Type="Edm.String" Unicode="false"/></ComplexType>"#,
        r#"<Function Name="WhoAmI"><ReturnType Type="mscrm.WhoAmIResponse" Nullable="false"/></Function>"#,
        r#"<Function Name="RetrieveVersion"><ReturnType Type="mscrm.RetrieveVersionResponse" Nullable="false"/></Function>"#,
    ));
}
