//! CSDL JSON (always 4.01: there is none for 4.0).

use serde_json::{Map, Value, json};

use super::{
    Annotation, AnnotationValue, Container, Document, EnumType, Facets, NavigationProperty,
    Operation, Property, Scale, StructuredType,
};

impl Document {
    /// The document as JSON.
    pub fn to_json(&self) -> Value {
        let mut document = Map::new();
        document.insert("$Version".to_owned(), json!("4.01"));
        if let Some(container) = &self.container {
            document.insert(
                "$EntityContainer".to_owned(),
                json!(format!("{}.{}", self.namespace, container.name)),
            );
        }
        if !self.references.is_empty() {
            let references = self.references.iter().map(|reference| {
                let include = reference.include.iter().map(|(namespace, alias)| match alias {
                    Some(alias) => json!({ "$Namespace": namespace, "$Alias": alias }),
                    None => json!({ "$Namespace": namespace }),
                });
                (reference.uri.clone(), json!({ "$Include": include.collect::<Vec<_>>() }))
            });
            document.insert("$Reference".to_owned(), Value::Object(references.collect()));
        }
        let mut schema = Map::new();
        if let Some(alias) = &self.alias {
            schema.insert("$Alias".to_owned(), json!(alias));
        }
        for one in &self.enums {
            schema.insert(one.name.clone(), enum_type(one));
        }
        for one in &self.types {
            schema.insert(one.name.clone(), structured(one));
        }
        for one in &self.operations {
            // overloads of one name stand in one array
            let overloads = schema.entry(one.name.clone()).or_insert_with(|| json!([]));
            if let Value::Array(overloads) = overloads {
                overloads.push(operation(one));
            }
        }
        if let Some(container) = &self.container {
            schema.insert(container.name.clone(), container_members(container));
        }
        document.insert(self.namespace.clone(), Value::Object(schema));
        Value::Object(document)
    }
}

fn enum_type(one: &EnumType) -> Value {
    let mut value = Map::new();
    value.insert("$Kind".to_owned(), json!("EnumType"));
    if let Some(underlying) = &one.underlying {
        value.insert("$UnderlyingType".to_owned(), json!(underlying));
    }
    flag(&mut value, "$IsFlags", one.flags);
    for (name, number) in &one.members {
        value.insert(name.clone(), json!(number));
    }
    Value::Object(value)
}

fn flag(value: &mut Map<String, Value>, name: &str, on: bool) {
    if on {
        value.insert(name.to_owned(), json!(true));
    }
}

fn optional(value: &mut Map<String, Value>, name: &str, text: Option<&String>) {
    if let Some(text) = text {
        value.insert(name.to_owned(), json!(text));
    }
}

fn structured(one: &StructuredType) -> Value {
    let mut value = Map::new();
    value.insert("$Kind".to_owned(), json!(if one.complex { "ComplexType" } else { "EntityType" }));
    optional(&mut value, "$BaseType", one.base.as_ref());
    flag(&mut value, "$Abstract", one.is_abstract);
    flag(&mut value, "$OpenType", one.open);
    flag(&mut value, "$HasStream", one.has_stream);
    if !one.key.is_empty() {
        value.insert("$Key".to_owned(), json!(one.key));
    }
    for property in &one.properties {
        let mut member = typed(&property.type_name);
        facets(&mut member, &property.facets);
        annotations(&mut member, &property.annotations);
        value.insert(property.name.clone(), Value::Object(member));
    }
    for navigation in &one.navigation {
        value.insert(navigation.name.clone(), navigation_property(navigation));
    }
    annotations(&mut value, &one.all_annotations());
    Value::Object(value)
}

/// `$Collection` and `$Type`; `Edm.String` is what is meant without a type.
fn typed(type_name: &str) -> Map<String, Value> {
    let mut value = Map::new();
    let inner = type_name.strip_prefix("Collection(").and_then(|name| name.strip_suffix(')'));
    flag(&mut value, "$Collection", inner.is_some());
    let name = inner.unwrap_or(type_name);
    if name != "Edm.String" {
        value.insert("$Type".to_owned(), json!(name));
    }
    value
}

fn facets(value: &mut Map<String, Value>, facets: &Facets) {
    flag(value, "$Nullable", !facets.required);
    let numbers = [("$MaxLength", facets.max_length), ("$Precision", facets.precision)];
    for (name, number) in numbers {
        if let Some(number) = number {
            value.insert(name.to_owned(), json!(number));
        }
    }
    match facets.scale {
        Some(Scale::Fixed(places)) => drop(value.insert("$Scale".to_owned(), json!(places))),
        Some(Scale::Variable) => drop(value.insert("$Scale".to_owned(), json!("variable"))),
        None => {}
    }
    if facets.ascii {
        value.insert("$Unicode".to_owned(), json!(false));
    }
    optional(value, "$DefaultValue", facets.default.as_ref());
}

fn navigation_property(navigation: &NavigationProperty) -> Value {
    let mut value = Map::new();
    value.insert("$Kind".to_owned(), json!("NavigationProperty"));
    value.extend(typed(&navigation.type_name));
    let single = !navigation.type_name.starts_with("Collection(");
    flag(&mut value, "$Nullable", single && !navigation.required);
    optional(&mut value, "$Partner", navigation.partner.as_ref());
    flag(&mut value, "$ContainsTarget", navigation.contains);
    if !navigation.constraints.is_empty() {
        let pairs = navigation.constraints.iter().map(|(here, there)| (here.clone(), json!(there)));
        value.insert("$ReferentialConstraint".to_owned(), Value::Object(pairs.collect()));
    }
    optional(&mut value, "$OnDelete", navigation.on_delete.as_ref());
    annotations(&mut value, &navigation.annotations);
    Value::Object(value)
}

fn operation(one: &Operation) -> Value {
    let mut value = Map::new();
    value.insert("$Kind".to_owned(), json!(if one.function { "Function" } else { "Action" }));
    flag(&mut value, "$IsBound", one.bound);
    optional(&mut value, "$EntitySetPath", one.entity_set_path.as_ref());
    flag(&mut value, "$IsComposable", one.composable);
    if !one.parameters.is_empty() {
        let parameters = one.parameters.iter().map(|parameter: &Property| {
            let mut member = Map::new();
            member.insert("$Name".to_owned(), json!(parameter.name));
            member.extend(typed(&parameter.type_name));
            facets(&mut member, &parameter.facets);
            annotations(&mut member, &parameter.annotations);
            Value::Object(member)
        });
        value.insert("$Parameter".to_owned(), Value::Array(parameters.collect()));
    }
    if let Some(returns) = &one.returns {
        let mut member = typed(&returns.type_name);
        facets(&mut member, &returns.facets);
        value.insert("$ReturnType".to_owned(), Value::Object(member));
    }
    Value::Object(value)
}

fn container_members(container: &Container) -> Value {
    let mut value = Map::new();
    value.insert("$Kind".to_owned(), json!("EntityContainer"));
    for set in &container.sets {
        let mut member = Map::new();
        flag(&mut member, "$Collection", !set.singleton);
        member.insert("$Type".to_owned(), json!(set.type_name));
        if set.hidden {
            member.insert("$IncludeInServiceDocument".to_owned(), json!(false));
        }
        if !set.bindings.is_empty() {
            let bindings = set.bindings.iter().map(|(path, target)| (path.clone(), json!(target)));
            member
                .insert("$NavigationPropertyBinding".to_owned(), Value::Object(bindings.collect()));
        }
        annotations(&mut member, &set.annotations);
        value.insert(set.name.clone(), Value::Object(member));
    }
    for import in &container.imports {
        let mut member = Map::new();
        let kind = if import.function { "$Function" } else { "$Action" };
        member.insert(kind.to_owned(), json!(import.operation));
        optional(&mut member, "$EntitySet", import.entity_set.as_ref());
        value.insert(import.name.clone(), Value::Object(member));
    }
    Value::Object(value)
}

fn annotations(value: &mut Map<String, Value>, annotations: &[Annotation]) {
    for annotation in annotations {
        let name = match &annotation.qualifier {
            Some(qualifier) => format!("@{}#{qualifier}", annotation.term),
            None => format!("@{}", annotation.term),
        };
        value.insert(name, annotation_value(&annotation.value));
    }
}

fn annotation_value(value: &AnnotationValue) -> Value {
    match value {
        AnnotationValue::String(text) | AnnotationValue::Path(text) => json!(text),
        AnnotationValue::Bool(value) => json!(value),
        AnnotationValue::Int(value) => json!(value),
        // without the name of the type, as JSON has it
        AnnotationValue::Enum(members) => {
            let bare = |member: &String| member.rsplit('/').next().unwrap_or_default().to_owned();
            json!(members.iter().map(bare).collect::<Vec<_>>().join(","))
        }
        AnnotationValue::Collection(values) => {
            Value::Array(values.iter().map(annotation_value).collect())
        }
        AnnotationValue::Record(values) => Value::Object(record(values)),
        AnnotationValue::Typed(name, values) => {
            let mut members = record(values);
            members.insert("@type".to_owned(), json!(format!("#{name}")));
            Value::Object(members)
        }
    }
}

fn record(values: &[(String, AnnotationValue)]) -> Map<String, Value> {
    values.iter().map(|(name, value)| (name.clone(), annotation_value(value))).collect()
}
