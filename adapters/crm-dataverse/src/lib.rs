//! Dataverse as a seller's CRM.
