//! Relationships.

use serde_json::Value;
use tables::{
    Cascade, CascadeAction, Relationship,
    define::{Change, NewManyToMany, NewOneToMany},
};

use super::{Problem, ReadError, body::Body, column};

/// A new relationship (`OneToManyRelationshipMetadata` with its `Lookup`, or
/// `ManyToManyRelationshipMetadata`).
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn relationship(body: &Value) -> Result<Change, ReadError> {
    let body = Body::new(body);
    let many = match body.kind()? {
        Some("ManyToManyRelationshipMetadata") => true,
        Some("OneToManyRelationshipMetadata") => false,
        Some(_) => return Err(body.fail(Problem::UnknownType)),
        None => body.get("Entity1LogicalName").is_some(),
    };
    if many {
        return many_to_many(&body).map(Change::AddManyToMany);
    }
    let lookup = body.need("Lookup")?;
    one_to_many(&body, &lookup).map(Change::AddOneToMany)
}

/// A lookup that refers to accounts and contacts (`CreateCustomerRelationships`).
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn customer(body: &Value) -> Result<Change, ReadError> {
    together(body).map(|relationships| Change::AddCustomer { relationships })
}

/// A lookup that refers to several tables (`CreatePolymorphicLookupAttribute`).
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn polymorphic(body: &Value) -> Result<Change, ReadError> {
    together(body).map(|relationships| Change::AddPolymorphic { relationships })
}

fn together(body: &Value) -> Result<Vec<NewOneToMany>, ReadError> {
    let body = Body::new(body);
    let lookup = body.need("Lookup")?;
    body.need("OneToManyRelationships")?;
    body.list("OneToManyRelationships")?.iter().map(|one| one_to_many(one, &lookup)).collect()
}

fn one_to_many(body: &Body<'_>, lookup: &Body<'_>) -> Result<NewOneToMany, ReadError> {
    let name = |property| body.get_text(property).map(|name| name.filter(|name| !name.is_empty()));
    Ok(NewOneToMany {
        schema: body.need_text("SchemaName")?.to_owned(),
        referenced: body.need_text("ReferencedEntity")?.to_ascii_lowercase(),
        referencing: body.need_text("ReferencingEntity")?.to_ascii_lowercase(),
        lookup: column::lookup(lookup)?,
        referencing_navigation: name("ReferencingEntityNavigationPropertyName")?.map(str::to_owned),
        referenced_navigation: name("ReferencedEntityNavigationPropertyName")?.map(str::to_owned),
        cascade: cascade(body, Cascade::REFERENTIAL)?,
        hierarchical: body.flag("IsHierarchical")?.unwrap_or_default(),
    })
}

fn many_to_many(body: &Body<'_>) -> Result<NewManyToMany, ReadError> {
    let name = |property| body.get_text(property).map(|name| name.filter(|name| !name.is_empty()));
    Ok(NewManyToMany {
        schema: body.need_text("SchemaName")?.to_owned(),
        intersect: name("IntersectEntityName")?.map(str::to_owned),
        first: body.need_text("Entity1LogicalName")?.to_ascii_lowercase(),
        second: body.need_text("Entity2LogicalName")?.to_ascii_lowercase(),
        first_navigation: name("Entity1NavigationPropertyName")?.map(str::to_owned),
        second_navigation: name("Entity2NavigationPropertyName")?.map(str::to_owned),
    })
}

/// Other rules of a relationship; what is left out stays.
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn relationship_update(relationship: &Relationship, body: &Value) -> Result<Change, ReadError> {
    let body = Body::new(body);
    let standing = match relationship {
        Relationship::OneToMany(one) => one.cascade,
        Relationship::ManyToMany(_) => Cascade::REFERENTIAL,
    };
    Ok(Change::UpdateRelationship {
        schema: relationship.schema().to_owned(),
        cascade: cascade(&body, standing)?,
        hierarchical: body.flag("IsHierarchical")?,
    })
}

fn cascade(body: &Body<'_>, mut rules: Cascade) -> Result<Cascade, ReadError> {
    let Some(given) = body.get("CascadeConfiguration") else { return Ok(rules) };
    for (name, rule) in [
        ("Assign", &mut rules.assign),
        ("Delete", &mut rules.delete),
        ("Merge", &mut rules.merge),
        ("Reparent", &mut rules.reparent),
        ("Share", &mut rules.share),
        ("Unshare", &mut rules.unshare),
    ] {
        let Some(word) = given.get(name) else { continue };
        *rule = match word.text()? {
            "NoCascade" => CascadeAction::NoCascade,
            "Cascade" => CascadeAction::Cascade,
            "Active" => CascadeAction::Active,
            "UserOwned" => CascadeAction::UserOwned,
            "RemoveLink" => CascadeAction::RemoveLink,
            "Restrict" => CascadeAction::Restrict,
            _ => return Err(word.fail(Problem::UnknownWord)),
        };
    }
    Ok(rules)
}
