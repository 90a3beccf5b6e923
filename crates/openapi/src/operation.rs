//! One path and method.

use std::{borrow::Cow, sync::Arc};

use crate::{
    body,
    callback::{self, CallbackPlace},
    definition::{Base, Definition, OperationPlace, texts},
    extensions::{Extensions, NotificationContent, Trigger},
    media::MediaType,
    parameter::{self, Location, Parameter},
    pointer,
    response::{self, Response, Status},
    security::{Requirements, Security},
    tree::{Node, Object},
};

/// An HTTP method that a path item can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 8] = [
        Self::Get,
        Self::Put,
        Self::Post,
        Self::Delete,
        Self::Options,
        Self::Head,
        Self::Patch,
        Self::Trace,
    ];

    /// As requests have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }

    /// The method of a word in any letter case.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.word().eq_ignore_ascii_case(word))
    }
}

/// How a trigger hears that something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TriggerKind {
    /// The service calls back.
    Webhook,
    /// It is asked again and again.
    Polling,
}

/// One operation, path-level inputs merged in, media types and security resolved.
#[derive(Debug, Clone)]
pub struct Operation<'t> {
    /// `operationId`; without one (OpenAPI 3 allows that) method and path: `get_pets_id`.
    pub id: Cow<'t, str>,
    /// The method.
    pub method: Method,
    /// The path as written, below the base path.
    pub path: &'t str,
    /// The operation object.
    pub node: &'t Object<'t>,
    /// The object that holds it beside its path's other verbs.
    pub path_item: &'t Object<'t>,
    /// The inputs: path-level first, then its own, in the order of the text.
    pub parameters: Vec<Parameter<'t>>,
    /// Media types of the body: its own, else the root's.
    pub consumes: Vec<&'t str>,
    /// Media types of the answers: its own, else the root's.
    pub produces: Vec<&'t str>,
    /// The declared answers.
    pub responses: Vec<Response<'t>>,
    /// What it asks for.
    pub security: Security<'t>,
    /// Where it stands: `/paths/~1pets/get`.
    pub pointer: String,
    /// The description it belongs to.
    pub definition: &'t Definition<'t>,
}

impl<'t> Operation<'t> {
    pub(crate) fn at(
        definition: &'t Definition<'t>,
        place: OperationPlace,
        security: &Requirements<'t>,
    ) -> Option<Self> {
        let (path, path_item) = place.path_item(definition.root())?;
        let node = place.operation_of(definition.root())?;
        let at_path: Arc<str> = format!("/paths/{}", pointer::escape(path)).into();
        let pointer: Arc<str> = format!("{at_path}/{}", place.verb(path_item)).into();
        let parameters = parameter::effective(definition, (path_item, &at_path), (node, &pointer));
        let responses = response::read(definition, node, &pointer);
        let (consumes, produces) = if definition.dialect().is_open_api_3() {
            (body::consumes(definition, node), produced(&responses))
        } else {
            (own_or(node, "consumes", definition), own_or(node, "produces", definition))
        };
        Some(Self {
            id: id_of(node, place.method, path),
            method: place.method,
            path,
            node,
            path_item,
            parameters,
            consumes,
            produces,
            responses,
            security: security.for_operation(node),
            pointer: pointer.to_string(),
            definition,
        })
    }

    /// `summary`
    pub fn summary(&self) -> Option<&'t str> {
        self.node.str("summary")
    }

    /// `description`
    pub fn description(&self) -> Option<&'t str> {
        self.node.str("description")
    }

    /// `tags`
    pub fn tags(&self) -> Vec<&'t str> {
        texts(self.node.get("tags"))
    }

    /// `deprecated`
    pub fn is_deprecated(&self) -> bool {
        self.node.get("deprecated").and_then(Node::as_bool_lenient) == Some(true)
    }

    /// `x-ms-*`
    pub fn extensions(&self) -> Extensions<'t> {
        Extensions::of(self.node)
    }

    /// Where its requests go: `servers` of the operation, of the path (OpenAPI 3), else of the root.
    pub fn base(&self) -> Base<'t> {
        let nearer = self
            .definition
            .dialect()
            .is_open_api_3()
            .then(|| Base::of_servers(self.node).or_else(|| Base::of_servers(self.path_item)));
        nearer.flatten().unwrap_or_else(|| self.definition.base())
    }

    /// The input that is the body as a whole.
    pub fn body(&self) -> Option<&Parameter<'t>> {
        self.parameters.iter().find(|parameter| parameter.location == Location::Body)
    }

    /// The fields of its form.
    pub fn form(&self) -> impl Iterator<Item = &Parameter<'t>> {
        self.parameters.iter().filter(|parameter| parameter.location == Location::Form)
    }

    /// Whether its form goes out as `multipart/form-data` (connector-format §7, step 6).
    pub fn is_multipart(&self) -> bool {
        self.form().any(Parameter::is_file)
            || (self.form().next().is_some()
                && self.consumes.iter().any(|media| MediaType(media).is_multipart()))
    }

    /// The input of this name; of several, the first.
    pub fn parameter(&self, name: &str) -> Option<&Parameter<'t>> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The declared answer that holds for a status: its own, its class, `200` or `201`, `default`
    /// (connector-format §7, step 9).
    pub fn response_for(&self, status: u16) -> Option<&Response<'t>> {
        let wanted = [
            Status::Code(status),
            Status::Class(status / 100),
            Status::Code(200),
            Status::Code(201),
            Status::Default,
        ];
        // the answer to success says nothing about a failure
        let fitting = wanted
            .into_iter()
            .filter(|wanted| (200..300).contains(&status) || !wanted.is_success());
        fitting
            .into_iter()
            .find_map(|wanted| self.responses.iter().find(|response| response.status == wanted))
    }

    /// The answer that callers expect: `200`, `201`, the first other success, `default`.
    pub fn expected_response(&self) -> Option<&Response<'t>> {
        let exactly = |status| self.responses.iter().find(|response| response.status == status);
        exactly(Status::Code(200))
            .or_else(|| exactly(Status::Code(201)))
            .or_else(|| self.responses.iter().find(|response| response.status.is_success()))
            .or_else(|| exactly(Status::Default))
    }

    /// `x-ms-trigger`; nothing for an action.
    pub fn trigger(&self) -> Option<Trigger> {
        self.extensions().trigger()
    }

    /// Whether it is a trigger, and of which kind: what has a notification is a webhook.
    pub fn trigger_kind(&self) -> Option<TriggerKind> {
        self.trigger()?;
        let calls_back = self.notification_content().is_some() || self.callback_place().is_some();
        let polling = self.extensions().is_polling();
        Some(if calls_back && !polling { TriggerKind::Webhook } else { TriggerKind::Polling })
    }

    /// `x-ms-notification-content`: what the service posts to the callback address. It stands beside
    /// the verb, at the path item.
    pub fn notification_content(&self) -> Option<NotificationContent<'t>> {
        let at_path = self.path_item.get("x-ms-notification-content");
        let node = at_path.or_else(|| self.node.get("x-ms-notification-content"))?;
        Some(NotificationContent { node: node.as_object()?, definition: self.definition })
    }

    /// Where the callback address of a webhook goes.
    pub fn callback_place(&self) -> Option<CallbackPlace<'t>> {
        callback::find(&self.parameters)
    }
}

fn id_of<'t>(node: &'t Object<'t>, method: Method, path: &str) -> Cow<'t, str> {
    match node.str("operationId") {
        Some(id) => Cow::Borrowed(id),
        None => Cow::Owned(derived_id(method, path)),
    }
}

/// The id of an operation that declares none.
pub(crate) fn derived_id(method: Method, path: &str) -> String {
    let mut id = method.word().to_ascii_lowercase();
    for piece in path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|piece| !piece.is_empty())
    {
        id.push('_');
        id.push_str(piece);
    }
    id
}

fn own_or<'t>(node: &'t Object<'t>, key: &str, definition: &'t Definition<'t>) -> Vec<&'t str> {
    match node.get(key) {
        Some(own) => texts(Some(own)),
        None => texts(definition.root().get(key)),
    }
}

/// The media types of all answers, each once.
fn produced<'t>(responses: &[Response<'t>]) -> Vec<&'t str> {
    let mut produced = Vec::new();
    for media in responses.iter().flat_map(|response| response.media_types.iter().copied()) {
        if !produced.contains(&media) {
            produced.push(media);
        }
    }
    produced
}
