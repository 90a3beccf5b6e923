//! Requirements and schemes, and whether a connection can fill them.

use super::{Check, in_definition};
use crate::{
    authentication::{Credential, credentials},
    definition::object_or_empty,
    finding::{
        Severity,
        codes::{SECURITY_KIND_UNKNOWN, SECURITY_UNDEFINED, SECURITY_WITHOUT_PARAMETER},
    },
    pointer::Place,
    security::{SchemeKind, Security, SecurityScheme},
    tree::{Node, Object},
};

impl<'t> Check<'t> {
    pub(super) fn security(&mut self) {
        let definition = &self.package.definition;
        let schemes = definition.security_schemes();
        for scheme in &schemes {
            if let SchemeKind::Unknown(word) = scheme.kind {
                let pointer = scheme.pointer.as_str();
                let finding = in_definition(pointer, SECURITY_KIND_UNKNOWN, Severity::Warning);
                self.found.push(finding.with("name", scheme.name).with("value", word));
            }
        }
        let root = definition.root();
        self.requirements(root, &Place::ROOT, &schemes);
        let paths = Place::ROOT.member("paths");
        for place in definition.places() {
            let Some((path, item)) = place.path_item(root) else { continue };
            let Some(operation) = place.operation_of(root) else { continue };
            let path = paths.member(path);
            self.requirements(operation, &path.member(place.verb(item)), &schemes);
        }
        self.filled(&schemes);
    }

    /// Names that nothing defines are ignored.
    fn requirements(
        &mut self,
        holder: &Object<'_>,
        at: &Place<'_>,
        schemes: &[SecurityScheme<'_>],
    ) {
        let listed = holder.get("security").and_then(Node::as_list).unwrap_or_default();
        for (index, requirement) in listed.iter().enumerate() {
            for (name, _) in object_or_empty(Some(requirement)).iter() {
                if !schemes.iter().any(|scheme| scheme.name == name) {
                    let at = at.member("security");
                    let at = at.item(index).member(name).to_string();
                    let finding = in_definition(at, SECURITY_UNDEFINED, Severity::Warning);
                    self.found.push(finding.with("name", name));
                }
            }
        }
    }

    /// Whether some connection parameter holds the value of each scheme. Packages without properties
    /// are not asked: that nothing holds anything is said once.
    fn filled(&mut self, schemes: &[SecurityScheme<'t>]) {
        let properties = &self.package.properties;
        if properties.document().is_none() {
            return;
        }
        let mut parameters = properties.connection_parameters();
        for set in properties.parameter_sets() {
            parameters.extend(set.parameters);
        }
        for scheme in schemes {
            let alone = Security::AnyOf(vec![vec![scheme.clone()]]);
            let found = credentials(&alone, &parameters);
            let filled = |credential: &Credential<'_>| match credential {
                Credential::Basic { username, password } => {
                    username.is_some() && password.is_some()
                }
                Credential::ApiKey { parameter, .. } | Credential::Bearer { parameter } => {
                    parameter.is_some()
                }
            };
            if found.iter().flatten().any(|credential| !filled(credential)) {
                let pointer = scheme.pointer.as_str();
                let finding = in_definition(pointer, SECURITY_WITHOUT_PARAMETER, Severity::Warning);
                self.found.push(finding.with("name", scheme.name));
            }
        }
    }
}
