//! Subscriptions to changes.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    caller::{Area, Caller},
    clock, der,
    graph::{Ctx, context, unknown},
    outside,
    query::{Path, Rules},
    server::Shared,
    store::{Kind, Store},
    token::base64,
    value::Fields as _,
    wire::{Answer, Call, Refusal, Reply},
};

/// What a resource asks of its subscribers.
struct Terms {
    area: Area,
    delegated: &'static str,
    application: &'static str,
    /// The longest life in minutes.
    minutes: i64,
    /// Minutes above which a lifecycle address is asked for.
    lifecycle: i64,
    /// Rich notifications exist.
    rich: bool,
    /// The kinds of change that exist.
    changes: &'static str,
}

const MINUTE: i64 = 60_000;
const ALL: &str = "created updated deleted";

fn terms(words: &[&str]) -> Option<Terms> {
    let terms = |area, delegated, application, minutes| Terms {
        area,
        delegated,
        application,
        minutes,
        lifecycle: i64::MAX,
        rich: false,
        changes: ALL,
    };
    let messages = "ChannelMessage.Read.All Group.Read.All";
    let channels = "Channel.ReadBasic.All ChannelSettings.Read.All ChannelSettings.ReadWrite.All";
    let of_teams = "Team.ReadBasic.All TeamSettings.Read.All TeamSettings.ReadWrite.All";
    let members = "TeamMember.Read.All TeamMember.ReadWrite.All ChannelMember.Read.All ChannelMember.ReadWrite.All";
    let meetings = "OnlineMeetingTranscript.Read.All";
    Some(match words {
        ["teams", _, "channels", _, "messages"] => {
            Terms { lifecycle: 60, rich: true, ..terms(Area::Teams, messages, messages, 4320) }
        }
        ["teams", "getallmessages"] => Terms {
            lifecycle: 60,
            rich: true,
            ..terms(Area::Teams, "", "ChannelMessage.Read.All", 4320)
        },
        ["chats", _, "messages"] => Terms {
            lifecycle: 60,
            rich: true,
            ..terms(Area::Teams, "Chat.Read Chat.ReadWrite", "Chat.Read.All", 4320)
        },
        ["chats", "getallmessages"] => {
            Terms { lifecycle: 60, rich: true, ..terms(Area::Teams, "", "Chat.Read.All", 4320) }
        }
        ["teams", _, "channels"] | ["teams", "getallchannels"] => {
            Terms { lifecycle: 60, rich: true, ..terms(Area::Teams, channels, channels, 4320) }
        }
        ["teams"] | ["teams", _] => {
            Terms { lifecycle: 60, rich: true, ..terms(Area::Teams, of_teams, of_teams, 4320) }
        }
        ["teams", _, "members"] | ["teams", _, "channels", _, "members"] => {
            Terms { lifecycle: 60, rich: true, ..terms(Area::Teams, members, members, 4320) }
        }
        ["users"] | ["users", _] => {
            terms(Area::Directory, "User.Read User.Read.All", "User.Read.All", 41_760)
        }
        ["groups"] | ["groups", _] => terms(
            Area::Directory,
            "Group.Read.All Group.ReadWrite.All",
            "Group.Read.All Group.ReadWrite.All",
            41_760,
        ),
        ["users", _, "messages"] | ["users", _, "mailfolders", _, "messages"] => Terms {
            rich: true,
            ..terms(Area::Mail, "Mail.Read Mail.ReadWrite", "Mail.Read Mail.ReadWrite", 4230)
        },
        ["users", _, "events"] => Terms {
            rich: true,
            ..terms(
                Area::Mail,
                "Calendars.Read Calendars.ReadWrite",
                "Calendars.Read Calendars.ReadWrite",
                4230,
            )
        },
        ["drives", _, "root"] | ["users" | "groups", _, "drive", "root"] => Terms {
            changes: "updated",
            ..terms(Area::Files, crate::files::READ, crate::files::READ_APP, 42_300)
        },
        ["communications", "onlinemeetings", "getalltranscripts"] => Terms {
            lifecycle: 60,
            rich: true,
            changes: "created",
            ..terms(Area::Teams, "", meetings, 4320)
        },
        ["users", _, "onlinemeetings", "getalltranscripts"]
        | ["communications", "onlinemeetings", _, "transcripts"] => Terms {
            lifecycle: 60,
            rich: true,
            changes: "created",
            ..terms(Area::Teams, meetings, meetings, 4320)
        },
        _ => return None,
    })
}

fn validation(text: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", text)
}

/// A resource in one spelling: lower case, keys between slashes, `me` by name.
fn normal(store: &Store, caller: &Caller, resource: &str) -> Result<String, Refusal> {
    let mut path = Path::parse(
        resource
            .trim_start_matches("https://graph.microsoft.com/v1.0")
            .split('?')
            .next()
            .unwrap_or_default(),
    );
    if path.words.first().is_some_and(|word| word == "me") {
        let user = caller.user.clone().ok_or_else(|| validation("/me needs a signed-in user."))?;
        path.replace(0, "users");
        path.words.insert(1, user.clone());
        path.parts.insert(1, user);
    } else if path.words.first().is_some_and(|word| word == "users")
        && let Some(id) = store.user(path.at(1)).map(|user| user.text("id").to_owned())
    {
        path.replace(1, &id);
    }
    Ok(path.words.join("/"))
}

/// Makes a subscription; the receiver is asked before anything is kept.
pub(crate) fn create(shared: &Arc<Shared>, call: &Call) -> Answer {
    let (row, query) = {
        let store = shared.store();
        let (caller, _, query) = context(shared, &store, call, "subscriptions")?;
        (judge(shared, &store, &caller, &call.json()?)?, query)
    };
    for name in ["notificationUrl", "lifecycleNotificationUrl"] {
        let address = row.text(name);
        if !address.is_empty() {
            ask(shared, address)?;
        }
    }
    let mut store = shared.store();
    store.put(Kind::Subscription, row.clone());
    query.one(201, &row, "subscriptions")
}

/// The receiver has to say the token back within ten seconds.
fn ask(shared: &Shared, address: &str) -> Result<(), Refusal> {
    let token = format!(
        "Validation: Testing client application reachability for subscription Request-Id: {} <&'é>",
        clock::guid()
    );
    let mark = if address.contains('?') { '&' } else { '?' };
    let target = format!("{address}{mark}validationToken={}", doubles_http::encode(&token));
    let failed = |why: &str| validation(format!("Subscription validation request failed. {why}"));
    let answer = outside::post(shared.trust.as_deref(), &target, "text/plain; charset=utf-8", b"")
        .map_err(|error| {
            failed(&format!("The notification endpoint could not be reached: {error}."))
        })?;
    if answer.status != 200 {
        return Err(failed(&format!(
            "Notification endpoint must respond with 200 OK to validation request, and not with {}.",
            answer.status
        )));
    }
    if !answer.content_type.starts_with("text/plain") {
        return Err(failed("Must respond with a text/plain body."));
    }
    if answer.body != token.as_bytes() {
        return Err(failed("The validation token that came back is another one."));
    }
    Ok(())
}

/// Whether an address may be called: https, or this machine where the double itself is without TLS.
fn reachable(shared: &Shared, address: &str) -> bool {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|own| address.starts_with(own));
    address.starts_with("https://") || local && !shared.secure
}

fn expiry(store: &Store, body: &Value, minutes: i64) -> Result<i64, Refusal> {
    let ends = clock::parse(body.text("expirationDateTime"))
        .ok_or_else(|| validation("expirationDateTime is missing or malformed."))?;
    if ends <= store.now_ms() {
        return Err(validation("Subscription expiration time must be in the future."));
    }
    // The clocks of two machines are never quite the same.
    if ends > store.now_ms() + (minutes + 1) * MINUTE {
        return Err(validation(format!(
            "Subscription expiration can only be {minutes} minutes in the future."
        )));
    }
    Ok(ends)
}

fn judge(shared: &Shared, store: &Store, caller: &Caller, body: &Value) -> Result<Value, Refusal> {
    let resource = body.text("resource").to_owned();
    let kind = normal(store, caller, &resource)?;
    let words: Vec<&str> = kind.split('/').collect();
    let terms = terms(&words).ok_or_else(|| {
        validation(format!("Resource '{resource}' is not supported for subscriptions."))
    })?;
    caller.need(terms.area, terms.delegated, terms.application)?;
    visible(store, caller, &words)?;
    let changes: Vec<&str> =
        body.text("changeType").split(',').map(str::trim).filter(|own| !own.is_empty()).collect();
    if changes.is_empty()
        || changes.iter().any(|own| !terms.changes.split(' ').any(|known| known == *own))
    {
        return Err(validation(format!(
            "changeType '{}' is not supported for this resource.",
            body.text("changeType")
        )));
    }
    for name in ["notificationUrl", "lifecycleNotificationUrl"] {
        let address = body.text(name);
        let needed = name == "notificationUrl";
        if (needed || !address.is_empty()) && !reachable(shared, address) {
            return Err(validation(format!("{name} has to be an https address.")));
        }
    }
    if body.text("clientState").chars().count() > 128 {
        return Err(validation("clientState has at most 128 characters."));
    }
    let rich = body.flag("includeResourceData");
    let minutes = if rich && terms.area == Area::Mail { 1440 } else { terms.minutes };
    let ends = expiry(store, body, minutes)?;
    if ends > store.now_ms() + (terms.lifecycle.min(1_000_000)) * MINUTE + MINUTE
        && body.text("lifecycleNotificationUrl").is_empty()
    {
        return Err(validation(
            "lifecycleNotificationUrl is a required property for subscription creation on this resource when the expirationDateTime is set to greater than 1 hour.",
        ));
    }
    if rich {
        if !terms.rich {
            return Err(validation(
                "Notifications with resource data are not supported for this resource.",
            ));
        }
        let key = der::unwrap(body.text("encryptionCertificate"))
            .and_then(|bytes| der::key_of_certificate(&bytes));
        if key.is_none() || body.text("encryptionCertificateId").is_empty() {
            return Err(validation(
                "Invalid encryptionCertificate, or no encryptionCertificateId.",
            ));
        }
    }
    Ok(json!({
        "id": clock::guid(), "resource": resource, "applicationId": caller.app, "changeType": body.text("changeType"),
        "clientState": body.field("clientState"), "notificationUrl": body.text("notificationUrl"),
        "lifecycleNotificationUrl": body.field("lifecycleNotificationUrl"), "expirationDateTime": clock::text(ends),
        "creatorId": caller.user.clone().unwrap_or_else(|| store.at(Kind::Client, &caller.app).text("_principal").to_owned()),
        "includeResourceData": rich, "latestSupportedTlsVersion": "v1_2", "encryptionCertificate": body.field("encryptionCertificate"),
        "encryptionCertificateId": body.field("encryptionCertificateId"), "notificationUrlAppId": null, "notificationQueryOptions": null,
        "_resource": kind, "_ends": ends, "_minutes": minutes, "_token": caller.expires, "_user": caller.user,
    }))
}

/// A delegated caller subscribes to what the caller could read.
fn visible(store: &Store, caller: &Caller, words: &[&str]) -> Result<(), Refusal> {
    let Some(me) = &caller.user else { return Ok(()) };
    let fits = match words {
        ["teams", "getallmessages" | "getallchannels"] | ["teams"] => true,
        ["teams", team, "channels", channel, ..] => {
            let private = store.list(Kind::Channel).any(|row| {
                row.text("id").eq_ignore_ascii_case(channel)
                    && row.text("membershipType") != "standard"
            });
            store.membership(team, me).is_some()
                && (!private || store.membership(channel, me).is_some())
        }
        ["teams", team, ..] => store.membership(team, me).is_some(),
        ["users", user, _, ..] => user.eq_ignore_ascii_case(me),
        _ => true,
    };
    if fits { Ok(()) } else { Err(Refusal::forbidden("The caller cannot read this resource.")) }
}

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let mine = |ctx: &Ctx<'_>, row: &Value| {
        let alive = row.field("_ends").as_i64().unwrap_or(0) > ctx.store.now_ms();
        alive
            && row.text("applicationId") == ctx.caller.app
            && ctx.me().is_none_or(|me| row.text("_user") == me)
    };
    let id = ctx.at(1);
    let own = |ctx: &Ctx<'_>| {
        let row = ctx.store.find(Kind::Subscription, &id).filter(|row| mine(ctx, row)).cloned();
        row.ok_or_else(|| Refusal::new(404, "ResourceNotFound", "The object was not found."))
    };
    match (method, words) {
        ("GET", [_]) => {
            let rows = ctx
                .store
                .list(Kind::Subscription)
                .filter(|row| mine(ctx, row))
                .map(quiet)
                .collect();
            ctx.query.page(rows, &Rules::new("subscriptions", ""))
        }
        ("GET", [_, _]) => {
            let row = quiet(&own(ctx)?);
            ctx.query.one(200, &row, "subscriptions")
        }
        ("PATCH", [_, _]) => {
            let (row, body) = (own(ctx)?, ctx.call.json()?);
            let ends = expiry(ctx.store, &body, row.field("_minutes").as_i64().unwrap_or(60))?;
            let expires = ctx.caller.expires;
            ctx.store.edit(Kind::Subscription, &id, |row| {
                row.put("expirationDateTime", clock::text(ends));
                row.put("_ends", ends);
                row.put("_token", expires);
                row.put("_warned", false);
                row.put("_blocked", false);
            });
            let row = quiet(&own(ctx)?);
            ctx.query.one(200, &row, "subscriptions")
        }
        ("POST", [_, _, "reauthorize"]) => {
            own(ctx)?;
            let expires = ctx.caller.expires;
            ctx.store.edit(Kind::Subscription, &id, |row| {
                row.put("_token", expires);
                row.put("_blocked", false);
            });
            Ok(Reply::empty(204))
        }
        ("DELETE", [_, _]) => {
            own(ctx)?;
            ctx.store.remove(Kind::Subscription, &id);
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}

/// What was given in confidence is not said again.
fn quiet(row: &Value) -> Value {
    let mut row = row.clone();
    for name in ["clientState", "encryptionCertificate"] {
        row.put(name, Value::Null);
    }
    row
}

/// The resource for a subscriber who asked for it: encrypted for the certificate's key.
pub(crate) fn sealed(subscription: &Value, resource: &Value) -> Option<Value> {
    use aws_lc_rs::{
        cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey},
        digest, hmac,
        iv::FixedLength,
        rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey},
    };
    let certificate = der::unwrap(subscription.text("encryptionCertificate"))?;
    let public = PublicEncryptingKey::from_der(&der::key_of_certificate(&certificate)?).ok()?;
    let public = OaepPublicEncryptingKey::new(public).ok()?;
    let key: [u8; 32] = clock::chance();
    let start: [u8; 16] = key.first_chunk().copied()?;
    let cipher =
        PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, &key).ok()?).ok()?;
    let mut data = resource.to_string().into_bytes();
    cipher.less_safe_encrypt(&mut data, EncryptionContext::Iv128(FixedLength::from(start))).ok()?;
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &data);
    let mut wrapped = vec![0; public.key_size_bytes()];
    let wrapped = public.encrypt(&OAEP_SHA1_MGF1SHA1, &key, &mut wrapped, None).ok()?;
    let print = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate);
    let print: String =
        print.as_ref().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    Some(json!({
        "data": base64(&data), "dataSignature": base64(signature.as_ref()), "dataKey": base64(wrapped),
        "encryptionCertificateId": subscription.text("encryptionCertificateId"), "encryptionCertificateThumbprint": print,
    }))
}
