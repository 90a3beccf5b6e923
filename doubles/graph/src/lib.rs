//! A stand-in for Microsoft Graph and the directory in front of it.
//!
//! It stores users, roles, licences, groups, teams, channels, members, tabs, messages, files, mail, events, meetings and subscriptions as
//! rows and enforces what the service publishes: signed tokens with scopes and roles, membership, limits of names,
//! order of upload pieces, operations that take their time, delta links, notifications that really call back.
//! Nothing answers by the text of a request.
//!
//! Faults are brought about through a second address, the control, which is off unless it is asked for:
//!
//! | request | effect |
//! |---|---|
//! | `POST /faults` `{"method","path","status","code","message","retry_after","delay_ms","times","kind"}` | the next matching requests fail or wait; `path` may hold `*` for one segment; `kind` `drop_notification` loses notifications |
//! | `DELETE /faults` | nothing fails any more |
//! | `POST /limits` `{"messages_per_second","requests_per_minute","settle_ms","folder_ms"}` | throttling, and how long new teams and folders are not found |
//! | `POST /policy` `{"prefix","suffix","blocked":[…],"labels":[…]}` | the naming policy of groups, and the sensitivity labels that are published |
//! | `POST /clock` `{"advance_seconds"}` | time passes |
//! | `POST /token` `{"user","client","scopes","roles","expires_in"}` | a signed token |
//! | `POST /revoke` `{"user"}` | the person's tokens are refused from now on |
//! | `POST /users/{id}` `{…}` | changes a person; `_step_up` makes sign-ins ask for a second factor |
//! | `POST /lifecycle` `{"subscription","event"}` | sends a lifecycle notification |
//! | `POST /transcripts` `{"meeting","vtt"}` | a meeting gets a transcript |
//! | `POST /mails` `{"user","mail":{…}}` | a message comes in from outside |
//! | `POST /delta/expire` | delta links of before are refused |
//! | `POST /lock` `{"item","locked"}` | a file is locked by somebody |
//! | `POST /clients` `{"id","redirects","certificate","roles","delegated"}` | registers an application or changes one |
//! | `POST /grants` `{"client","user","scopes"}` | sets what was agreed to |
//! | `GET /log` | what was asked: method, path, status |

mod batch;
mod bots;
mod calendar;
mod caller;
mod channels;
mod control;
mod directory;
mod entra;
mod faults;
mod files;
mod graph;
mod licences;
mod mail;
mod meetings;
mod members;
mod messages;
mod notify;
mod roles;
mod scopes;
mod seeds;
mod server;
mod store;
mod subscriptions;
mod tabs;
mod teams;
mod uploads;

use doubles_graph_base::{clock, der, hash, html, outside, query, token, value, wire};

pub use bots::{BotConfig, BotConnector, Said};
pub use server::{Config, Double};
