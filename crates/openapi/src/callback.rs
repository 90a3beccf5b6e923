//! Where the callback address of a webhook goes (connector-format §8, `x-ms-notification-url`).

use crate::{
    parameter::{Location, Parameter},
    schema::Schema,
    tree::Object,
};

/// The place of a callback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackPlace<'t> {
    /// The input.
    pub parameter: &'t str,
    /// The properties from the body down; empty when the input itself is the address.
    pub path: Vec<&'t str>,
}

/// Deepest property that is looked at. Published ones are two deep. Our choice.
const MAX_PROPERTY_DEPTH: usize = 8;

pub(crate) fn find<'t>(parameters: &[Parameter<'t>]) -> Option<CallbackPlace<'t>> {
    parameters.iter().find_map(|parameter| {
        let mut search = Search { path: Vec::new(), seen: Vec::new() };
        let here = parameter.extensions().is_notification_url();
        let mut below = || parameter.location == Location::Body && search.below(parameter.schema);
        (here || below()).then_some(CallbackPlace { parameter: parameter.name, path: search.path })
    })
}

struct Search<'t> {
    path: Vec<&'t str>,
    /// Schemas that were looked at: a shared one is looked at once.
    seen: Vec<*const Object<'t>>,
}

impl<'t> Search<'t> {
    fn below(&mut self, schema: Schema<'t>) -> bool {
        let address = std::ptr::from_ref(schema.object());
        if self.path.len() >= MAX_PROPERTY_DEPTH || self.seen.contains(&address) {
            return false;
        }
        if schema.name().is_some() {
            self.seen.push(address);
        }
        for (name, property) in schema.all_properties() {
            self.path.push(name);
            if property.extensions().is_notification_url() || self.below(property) {
                return true;
            }
            self.path.pop();
        }
        false
    }
}
