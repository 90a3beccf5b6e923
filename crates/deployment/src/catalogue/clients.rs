//! Clients and the network (§1.1): nobody but the person in front of them can tell, but for the kind of their mailbox.

use crate::check::{Check, Class, For, Source, Step, Who};

pub(super) const CHECKS: &[Check] = &[
    Check::of("CLT-01", Class::Blocks, For::Both, Step::Outlook, Who::Seller)
        .labels(&[("File > Office Account", "Fichier > Compte Office")]),
    Check::of("CLT-02", Class::Feature, For::Both, Step::Teams, Who::TeamsAdministrator)
        .labels(&[("About", "À propos")])
        .at("https://admin.teams.microsoft.com/policies/manage-apps"),
    Check::of("CLT-03", Class::Warning, For::Both, Step::Outlook, Who::Seller).labels(&[
        ("Options > Diagnostics", "Options > Diagnostics"),
        ("Copy content", "Copier le contenu"),
        ("Add to email", "Ajouter à l’e-mail"),
    ]),
    Check::of("CLT-04", Class::Blocks, For::Both, Step::Outlook, Who::Seller),
    Check::of("CLT-05", Class::Warning, For::Both, Step::Outlook, Who::Seller)
        .labels(&[("Prevent cross-site tracking", "Empêcher le suivi sur plusieurs domaines")]),
    Check::of("NET-01", Class::Feature, For::Both, Step::Prerequisites, Who::TenantAdministrator),
    Check::of("CLT-06", Class::Feature, For::Both, Step::Outlook, Who::Seller)
        .by(&[Source::Graph], super::m365::mailboxes_are_peoples),
];
