//! CSDL XML.

use super::{
    Annotation, AnnotationValue, Container, Document, EnumType, Facets, NavigationProperty,
    Operation, Property, Scale, StructuredType,
};

impl Document {
    /// The document as XML.
    pub fn to_xml(&self) -> String {
        let mut out = Writer {
            text: String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>"),
            open: Vec::new(),
            bare: false,
        };
        out.start("edmx:Edmx");
        out.attribute("Version", self.version);
        out.attribute("xmlns:edmx", "http://docs.oasis-open.org/odata/ns/edmx");
        for reference in &self.references {
            out.start("edmx:Reference");
            out.attribute("Uri", &reference.uri);
            for (namespace, alias) in &reference.include {
                out.start("edmx:Include");
                out.attribute("Namespace", namespace);
                out.optional("Alias", alias.as_deref());
                out.end();
            }
            out.end();
        }
        out.start("edmx:DataServices");
        out.start("Schema");
        out.attribute("Namespace", &self.namespace);
        out.optional("Alias", self.alias.as_deref());
        out.attribute("xmlns", "http://docs.oasis-open.org/odata/ns/edm");
        for one in &self.enums {
            out.enum_type(one);
        }
        for one in self.types.iter().filter(|one| one.complex) {
            out.structured(one);
        }
        for one in self.types.iter().filter(|one| !one.complex) {
            out.structured(one);
        }
        for one in &self.operations {
            out.operation(one);
        }
        if let Some(container) = &self.container {
            out.container(container);
        }
        for _ in 0..3 {
            out.end();
        }
        out.text
    }
}

struct Writer {
    text: String,
    open: Vec<&'static str>,
    /// The last tag is not closed with `>` yet.
    bare: bool,
}

impl Writer {
    fn start(&mut self, name: &'static str) {
        if self.bare {
            self.text.push('>');
        }
        self.text.push('<');
        self.text.push_str(name);
        self.open.push(name);
        self.bare = true;
    }

    fn end(&mut self) {
        let name = self.open.pop().unwrap_or_default();
        if std::mem::take(&mut self.bare) {
            self.text.push_str("/>");
        } else {
            self.text.push_str("</");
            self.text.push_str(name);
            self.text.push('>');
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.escape(value);
        self.text.push('"');
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.attribute(name, value);
        }
    }

    fn flag(&mut self, name: &str, on: bool) {
        if on {
            self.attribute(name, "true");
        }
    }

    fn content(&mut self, text: &str) {
        if std::mem::take(&mut self.bare) {
            self.text.push('>');
        }
        self.escape(text);
    }

    /// What XML 1.0 can't hold at all is left out.
    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\n' => self.text.push_str("&#10;"),
                '\r' => self.text.push_str("&#13;"),
                '\t' => self.text.push_str("&#9;"),
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
                c => self.text.push(c),
            }
        }
    }

    fn enum_type(&mut self, one: &EnumType) {
        self.start("EnumType");
        self.attribute("Name", &one.name);
        self.optional("UnderlyingType", one.underlying.as_deref());
        self.flag("IsFlags", one.flags);
        for (name, value) in &one.members {
            self.start("Member");
            self.attribute("Name", name);
            self.attribute("Value", &value.to_string());
            self.end();
        }
        self.end();
    }

    fn structured(&mut self, one: &StructuredType) {
        self.start(if one.complex { "ComplexType" } else { "EntityType" });
        self.attribute("Name", &one.name);
        self.optional("BaseType", one.base.as_deref());
        self.flag("Abstract", one.is_abstract);
        self.flag("OpenType", one.open);
        self.flag("HasStream", one.has_stream);
        if !one.key.is_empty() {
            self.start("Key");
            for name in &one.key {
                self.start("PropertyRef");
                self.attribute("Name", name);
                self.end();
            }
            self.end();
        }
        for property in &one.properties {
            self.property("Property", property);
        }
        for navigation in &one.navigation {
            self.navigation(navigation);
        }
        self.annotations(&one.all_annotations());
        self.end();
    }

    fn property(&mut self, element: &'static str, property: &Property) {
        self.start(element);
        self.attribute("Name", &property.name);
        self.attribute("Type", &property.type_name);
        self.facets(&property.facets);
        self.annotations(&property.annotations);
        self.end();
    }

    fn facets(&mut self, facets: &Facets) {
        if facets.required {
            self.attribute("Nullable", "false");
        }
        self.optional("MaxLength", facets.max_length.map(|length| length.to_string()).as_deref());
        self.optional(
            "Precision",
            facets.precision.map(|precision| precision.to_string()).as_deref(),
        );
        let scale = facets.scale.map(|scale| match scale {
            Scale::Fixed(places) => places.to_string(),
            Scale::Variable => "variable".to_owned(),
        });
        self.optional("Scale", scale.as_deref());
        if facets.ascii {
            self.attribute("Unicode", "false");
        }
        self.optional("DefaultValue", facets.default.as_deref());
    }

    fn navigation(&mut self, navigation: &NavigationProperty) {
        self.start("NavigationProperty");
        self.attribute("Name", &navigation.name);
        self.attribute("Type", &navigation.type_name);
        if navigation.required {
            self.attribute("Nullable", "false");
        }
        self.optional("Partner", navigation.partner.as_deref());
        self.flag("ContainsTarget", navigation.contains);
        for (here, there) in &navigation.constraints {
            self.start("ReferentialConstraint");
            self.attribute("Property", here);
            self.attribute("ReferencedProperty", there);
            self.end();
        }
        if let Some(action) = &navigation.on_delete {
            self.start("OnDelete");
            self.attribute("Action", action);
            self.end();
        }
        self.annotations(&navigation.annotations);
        self.end();
    }

    fn operation(&mut self, one: &Operation) {
        self.start(if one.function { "Function" } else { "Action" });
        self.attribute("Name", &one.name);
        self.flag("IsBound", one.bound);
        self.optional("EntitySetPath", one.entity_set_path.as_deref());
        self.flag("IsComposable", one.composable);
        for parameter in &one.parameters {
            self.property("Parameter", parameter);
        }
        if let Some(returns) = &one.returns {
            self.start("ReturnType");
            self.attribute("Type", &returns.type_name);
            self.facets(&returns.facets);
            self.end();
        }
        self.end();
    }

    fn container(&mut self, container: &Container) {
        self.start("EntityContainer");
        self.attribute("Name", &container.name);
        for set in &container.sets {
            self.start(if set.singleton { "Singleton" } else { "EntitySet" });
            self.attribute("Name", &set.name);
            self.attribute(if set.singleton { "Type" } else { "EntityType" }, &set.type_name);
            if set.hidden {
                self.attribute("IncludeInServiceDocument", "false");
            }
            for (path, target) in &set.bindings {
                self.start("NavigationPropertyBinding");
                self.attribute("Path", path);
                self.attribute("Target", target);
                self.end();
            }
            self.annotations(&set.annotations);
            self.end();
        }
        for import in &container.imports {
            self.start(if import.function { "FunctionImport" } else { "ActionImport" });
            self.attribute("Name", &import.name);
            self.attribute(if import.function { "Function" } else { "Action" }, &import.operation);
            self.optional("EntitySet", import.entity_set.as_deref());
            self.end();
        }
        self.end();
    }

    fn annotations(&mut self, annotations: &[Annotation]) {
        for annotation in annotations {
            self.start("Annotation");
            self.attribute("Term", &annotation.term);
            self.optional("Qualifier", annotation.qualifier.as_deref());
            self.annotation_value(&annotation.value);
            self.end();
        }
    }

    /// A simple value as attribute of the open element, others within it.
    fn annotation_value(&mut self, value: &AnnotationValue) {
        match value {
            AnnotationValue::String(text) => self.attribute("String", text),
            AnnotationValue::Bool(value) => {
                self.attribute("Bool", if *value { "true" } else { "false" });
            }
            AnnotationValue::Int(value) => self.attribute("Int", &value.to_string()),
            AnnotationValue::Enum(members) => self.attribute("EnumMember", &members.join(" ")),
            AnnotationValue::Path(path) => self.attribute("PropertyPath", path),
            AnnotationValue::Collection(values) => {
                self.start("Collection");
                for value in values {
                    self.element(value);
                }
                self.end();
            }
            AnnotationValue::Record(values) => self.record(None, values),
            AnnotationValue::Typed(name, values) => self.record(Some(name), values),
        }
    }

    fn record(&mut self, name: Option<&str>, values: &[(String, AnnotationValue)]) {
        self.start("Record");
        self.optional("Type", name);
        for (name, value) in values {
            self.start("PropertyValue");
            self.attribute("Property", name);
            self.annotation_value(value);
            self.end();
        }
        self.end();
    }

    /// A value within a collection.
    fn element(&mut self, value: &AnnotationValue) {
        let (name, text) = match value {
            AnnotationValue::String(text) => ("String", text.clone()),
            AnnotationValue::Bool(value) => ("Bool", value.to_string()),
            AnnotationValue::Int(value) => ("Int", value.to_string()),
            AnnotationValue::Enum(members) => ("EnumMember", members.join(" ")),
            AnnotationValue::Path(path) => ("PropertyPath", path.clone()),
            AnnotationValue::Collection(_)
            | AnnotationValue::Record(_)
            | AnnotationValue::Typed(..) => {
                return self.annotation_value(value);
            }
        };
        self.start(name);
        self.content(&text);
        self.end();
    }
}
