//! The built binary, seen from outside.
#[cfg(test)]
mod actions;
#[cfg(test)]
mod agents;
#[cfg(test)]
mod api_connectors;
#[cfg(test)]
mod authority;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod captures;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod configure;
#[cfg(test)]
mod connectors;
#[cfg(test)]
mod crm;
#[cfg(test)]
mod crm_records;
#[cfg(test)]
mod dataverse;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod environments;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod framed;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod link_pages;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod links;
#[cfg(test)]
mod live;
#[cfg(test)]
mod load;
#[cfg(test)]
mod mailboxes;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod outlook;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod records;
#[cfg(test)]
mod scripts;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod switches;
#[cfg(test)]
mod targets;
#[cfg(test)]
mod teams;
