//! A definition, walked once: operations with the parameters that count, and names resolved.

use std::collections::{HashMap, HashSet};

use openapi::{Node, Object};

use crate::limits::{MAX_SEARCHED_PARAMETERS, MAX_SHARED_PARAMETERS};

/// The verbs of a path item, in no order that matters.
const VERBS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A definition as the checks see it.
#[derive(Debug)]
pub(crate) struct Document<'d> {
    pub(crate) root: &'d Object<'d>,
    /// Swagger, as certification wants it; else OpenAPI 3, for which fewer rules have a meaning.
    pub(crate) is_swagger: bool,
    pub(crate) operations: Vec<Operation<'d>>,
    by_id: HashMap<&'d str, usize>,
}

/// One path and verb.
#[derive(Debug)]
pub(crate) struct Operation<'d> {
    pub(crate) path: &'d str,
    pub(crate) verb: &'d str,
    pub(crate) item: &'d Object<'d>,
    pub(crate) node: &'d Object<'d>,
    /// The identifier; empty when there is none.
    pub(crate) id: &'d str,
    /// Its own parameters, then those of the path that it does not replace; references resolved.
    pub(crate) parameters: Vec<Parameter<'d>>,
}

/// A parameter that counts for an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter<'d> {
    pub(crate) name: &'d str,
    /// `in`
    pub(crate) place: &'d str,
    pub(crate) node: &'d Object<'d>,
}

impl<'d> Document<'d> {
    /// The definition below this root; nothing when it is no object.
    pub(crate) fn of(root: &'d Node<'d>) -> Option<Self> {
        let root = root.as_object()?;
        let mut document = Self {
            root,
            is_swagger: !root.contains_key("openapi"),
            operations: Vec::new(),
            by_id: HashMap::new(),
        };
        let mut operations = Vec::new();
        let paths = root.get("paths").and_then(Node::as_object);
        for (path, item) in paths.into_iter().flat_map(Object::iter) {
            let Some(item) = item.as_object().filter(|_| !path.starts_with("x-")) else { continue };
            for (verb, node) in item.iter().filter(|(key, _)| VERBS.contains(key)) {
                let Some(node) = node.as_object() else { continue };
                let id = node.str("operationId").unwrap_or("");
                let parameters = document.parameters(item, node);
                operations.push(Operation { path, verb, item, node, id, parameters });
            }
        }
        for (index, operation) in operations.iter().enumerate() {
            document.by_id.entry(operation.id).or_insert(index);
        }
        document.operations = operations;
        Some(document)
    }

    /// The operation with this identifier; the first one when several have it.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation<'d>> {
        self.by_id.get(id).and_then(|index| self.operations.get(*index))
    }

    /// A section such as `definitions`.
    pub(crate) fn section(&self, name: &str) -> Option<&'d Object<'d>> {
        self.root.get(name)?.as_object()
    }

    /// The members of a section; none when it is missing.
    pub(crate) fn members(
        &self,
        name: &str,
    ) -> impl Iterator<Item = (&'d str, &'d Node<'d>)> + use<'d> {
        self.section(name).into_iter().flat_map(Object::iter)
    }

    /// What a node stands for: the end of its chain of references within the document.
    pub(crate) fn resolve(&self, node: &'d Node<'d>) -> Option<&'d Node<'d>> {
        let mut node = node;
        for _ in 0..openapi::limits::MAX_REFERENCE_CHAIN {
            let Some(reference) = node.get("$ref").and_then(Node::as_str) else {
                return Some(node);
            };
            node = self.target(reference)?;
        }
        None
    }

    /// What a reference of the form `#/section/name` names, or any other place in the document.
    pub(crate) fn target(&self, reference: &str) -> Option<&'d Node<'d>> {
        let pointer = reference.strip_prefix("#/")?;
        if let Some((section, name)) = pointer.split_once('/')
            && !name.contains(['/', '~', '%'])
        {
            return self.section(section)?.get(name);
        }
        let mut node =
            self.root.get(openapi::pointer::unescape(pointer.split('/').next()?).as_ref())?;
        for segment in pointer.split('/').skip(1) {
            node = node.step(&openapi::pointer::unescape(segment))?;
        }
        Some(node)
    }

    fn parameters(&self, item: &'d Object<'d>, node: &'d Object<'d>) -> Vec<Parameter<'d>> {
        let own = list(node, "parameters").iter().filter_map(|it| self.parameter(it));
        let mut all: Vec<Parameter<'d>> = own.collect();
        let inherited = list(item, "parameters");
        if !inherited.is_empty() {
            let names: HashSet<_> = all.iter().map(|it| (it.name, it.place)).collect();
            let shared = inherited.iter().take(MAX_SHARED_PARAMETERS);
            let shared = shared.filter_map(|it| self.parameter(it));
            all.extend(shared.filter(|it| !names.contains(&(it.name, it.place))));
        }
        all
    }

    pub(crate) fn parameter(&self, node: &'d Node<'d>) -> Option<Parameter<'d>> {
        let node = self.resolve(node)?.as_object()?;
        let text = |key| node.str(key).unwrap_or("");
        Some(Parameter { name: text("name"), place: text("in"), node })
    }
}

impl<'d> Operation<'d> {
    /// The schema of its body.
    pub(crate) fn body(&self) -> Option<&'d Node<'d>> {
        self.parameters.iter().find(|it| it.place == "body")?.node.get("schema")
    }

    /// Whether it has a field of a form.
    pub(crate) fn has_form(&self) -> bool {
        self.parameters.iter().any(|it| it.place == "formData")
    }

    /// The parameter of this name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Parameter<'d>> {
        self.parameters.iter().take(MAX_SEARCHED_PARAMETERS).find(|it| it.name == name)
    }

    /// Its answers by status, extensions left out.
    pub(crate) fn responses(&self) -> impl Iterator<Item = (&'d str, &'d Node<'d>)> + use<'d> {
        let responses = self.node.get("responses").and_then(Node::as_object);
        responses.into_iter().flat_map(Object::iter).filter(|(status, _)| !status.starts_with("x-"))
    }

    /// Whether it starts something.
    pub(crate) fn is_trigger(&self) -> bool {
        self.node.contains_key("x-ms-trigger")
    }

    /// Whether callers should go without it.
    pub(crate) fn is_deprecated(&self) -> bool {
        self.node.get("deprecated").and_then(Node::as_bool_lenient) == Some(true)
    }
}

impl Parameter<'_> {
    /// Whether callers have to give it.
    pub(crate) fn is_required(&self) -> bool {
        self.node.get("required").and_then(Node::as_bool_lenient) == Some(true)
    }

    /// Whether it has a value of its own.
    pub(crate) fn has_default(&self) -> bool {
        self.node.contains_key("default")
    }
}

/// The elements of a list; none when it is missing or no list.
pub(crate) fn list<'d>(object: &'d Object<'d>, key: &str) -> &'d [Node<'d>] {
    object.get(key).and_then(Node::as_list).unwrap_or_default()
}

/// The object at a key.
pub(crate) fn object<'d>(object: &'d Object<'d>, key: &str) -> Option<&'d Object<'d>> {
    object.get(key)?.as_object()
}

/// Whether makers do not see this: `x-ms-visibility` is `internal`, in any letter case.
pub(crate) fn is_internal(node: &Object<'_>) -> bool {
    node.str("x-ms-visibility").is_some_and(|it| it.eq_ignore_ascii_case("internal"))
}
