//! Events.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    clock,
    graph::{Ctx, unknown},
    html, meetings, notify,
    query::Rules,
    store::{Kind, Row, Store},
    token::base64url,
    value::{Fields as _, merge, shown},
    wire::{Answer, Refusal, Reply},
};

const EVENTS: Rules = Rules::new("events", "filter orderby top skip count expand").pages(10, 1000);
const FIELDS: [&str; 12] = [
    "subject",
    "body",
    "start",
    "end",
    "location",
    "attendees",
    "isOnlineMeeting",
    "importance",
    "showAs",
    "categories",
    "isAllDay",
    "sensitivity",
];

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let (read, write) = ("Calendars.Read Calendars.ReadWrite", "Calendars.ReadWrite");
    ctx.need(
        Area::Mail,
        if method == "GET" { read } else { write },
        if method == "GET" { read } else { write },
    )?;
    let user = ctx.at(1);
    if ctx.store.find(Kind::User, &user).is_none() {
        return Err(Refusal::new(
            404,
            "ErrorInvalidUser",
            format!("The requested user '{user}' is invalid."),
        ));
    }
    if ctx.me().is_some_and(|me| me != user) {
        return Err(Refusal::new(
            403,
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
        ));
    }
    // `calendar/events` is `events`.
    let skip = usize::from(words.get(2) == Some(&"calendar"));
    let id = ctx.at(3 + skip);
    let rest: Vec<&str> = words.get(2 + skip..).unwrap_or(&[]).to_vec();
    let event = |ctx: &Ctx<'_>| {
        ctx.store
            .find(Kind::Event, &id)
            .filter(|row| row.text("_user") == user)
            .cloned()
            .ok_or_else(Refusal::mail)
    };
    match (method, rest.as_slice()) {
        ("GET", []) => {
            let row = json!({"id": format!("AQMkCal{user}"), "name": "Calendar", "isDefaultCalendar": true, "canEdit": true});
            ctx.query.one(200, &row, "calendar")
        }
        ("GET", ["events"]) => {
            let rows =
                ctx.store.of(Kind::Event, "_user", &user).map(|row| zoned(ctx, row)).collect();
            ctx.query.page(rows, &EVENTS)
        }
        ("GET", ["calendarview"]) => {
            let (from, to) = window(ctx)?;
            let mut rows: Vec<Value> = ctx
                .store
                .of(Kind::Event, "_user", &user)
                .filter(|row| within(row, from, to))
                .map(|row| zoned(ctx, row))
                .collect();
            rows.sort_by(|a, b| {
                a.field("start").text("dateTime").cmp(b.field("start").text("dateTime"))
            });
            ctx.query.page(rows, &EVENTS)
        }
        ("GET", ["calendarview", "delta"]) => {
            let later =
                ["deltatoken", "skiptoken"].iter().any(|name| ctx.query.get(name).is_some());
            let (from, to) = if later { (i64::MIN, i64::MAX) } else { window(ctx)? };
            let rows: Vec<&Row> = ctx
                .store
                .rows(Kind::Event)
                .filter(|row| row.value.text("_user") == user && within(&row.value, from, to))
                .collect();
            ctx.query.delta(
                &rows,
                ctx.store.change,
                ctx.store.delta_floor,
                &Rules::new("event", ""),
            )
        }
        ("GET", ["events", _]) => {
            let row = zoned(ctx, &event(ctx)?);
            ctx.query.one(200, &row, "events")
        }
        ("POST", ["events"]) => {
            let body = ctx.call.json()?;
            let id = add(ctx.store, &user, &body)?;
            let row = zoned(ctx, ctx.store.at(Kind::Event, &id));
            ctx.query.one(201, &row, "events")
        }
        ("PATCH", ["events", _]) => {
            let (row, body) = (event(ctx)?, ctx.call.json()?);
            let now = ctx.store.now();
            ctx.store.edit(Kind::Event, row.text("id"), |row| {
                merge(row, &body, &FIELDS);
                row.put("lastModifiedDateTime", now);
            });
            tell(ctx.store, row.text("id"), "updated");
            let row = zoned(ctx, &event(ctx)?);
            ctx.query.one(200, &row, "events")
        }
        ("DELETE", ["events", _]) | ("POST", ["events", _, "cancel"]) => {
            let row = event(ctx)?;
            tell(ctx.store, row.text("id"), "deleted");
            ctx.store.remove(Kind::Event, row.text("id"));
            Ok(Reply::empty(if method == "POST" { 202 } else { 204 }))
        }
        ("POST", ["events", _, act @ ("accept" | "decline" | "tentativelyaccept")]) => {
            let row = event(ctx)?;
            let response = match *act {
                "accept" => "accepted",
                "decline" => "declined",
                _ => "tentativelyAccepted",
            };
            let now = ctx.store.now();
            ctx.store.edit(Kind::Event, row.text("id"), |row| {
                row.put("responseStatus", json!({"response": response, "time": now}));
            });
            Ok(Reply::empty(202))
        }
        _ => Err(unknown(words)),
    }
}

fn window(ctx: &Ctx<'_>) -> Result<(i64, i64), Refusal> {
    let read = |name: &str| {
        let text = ctx.query.get(name).unwrap_or_default().replace(' ', "+");
        clock::parse(&text).ok_or_else(|| Refusal::new(400, "ErrorInvalidParameter", "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime."))
    };
    Ok((read("startDateTime")?, read("endDateTime")?))
}

fn within(row: &Value, from: i64, to: i64) -> bool {
    let at = |name: &str| clock::parse(row.field(name).text("dateTime")).unwrap_or(0);
    at("start") < to && at("end") > from
}

/// Times are kept in UTC and shown in the zone that is preferred, where it is known.
fn zoned(ctx: &Ctx<'_>, row: &Value) -> Value {
    let mut row = row.clone();
    let prefer = ctx
        .call
        .headers
        .iter()
        .filter(|(name, _)| name == "prefer")
        .find_map(|(_, value)| value.split_once("outlook.timezone=\""));
    let Some(zone) = prefer.and_then(|(_, rest)| rest.split('"').next()) else { return row };
    let iana = match zone {
        "Romance Standard Time" | "W. Europe Standard Time" => "Europe/Paris",
        "GMT Standard Time" => "Europe/London",
        "Eastern Standard Time" => "America/New_York",
        "Pacific Standard Time" => "America/Los_Angeles",
        other => other,
    };
    for name in ["start", "end"] {
        let instant = clock::parse(row.field(name).text("dateTime"))
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
        if let Some(local) = instant.and_then(|instant| instant.in_tz(iana).ok()) {
            row.put(name, json!({"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.0000000").to_string(), "timeZone": zone}));
        }
    }
    row
}

/// A time with its zone, in UTC.
fn utc(given: &Value) -> Option<Value> {
    let text = given.text("dateTime");
    let zone = match given.text("timeZone") {
        "" | "UTC" | "Etc/UTC" => "UTC",
        "Romance Standard Time" | "W. Europe Standard Time" => "Europe/Paris",
        other => other,
    };
    let bare = text.split('.').next().unwrap_or(text).trim_end_matches('Z');
    let local: jiff::civil::DateTime = bare.parse().ok()?;
    let instant = local.in_tz(zone).ok()?.timestamp().in_tz("UTC").ok()?;
    Some(
        json!({"dateTime": instant.strftime("%Y-%m-%dT%H:%M:%S.0000000").to_string(), "timeZone": "UTC"}),
    )
}

/// Puts an event into a calendar, and into those of the people who are invited.
pub(crate) fn add(store: &mut Store, user: &str, body: &Value) -> Result<String, Refusal> {
    let refuse = |text: &str| Refusal::new(400, "ErrorInvalidRequest", text);
    let start = utc(body.field("start"))
        .ok_or_else(|| refuse("The start of the event is missing or malformed."))?;
    let end = utc(body.field("end"))
        .ok_or_else(|| refuse("The end of the event is missing or malformed."))?;
    if clock::parse(end.text("dateTime")) < clock::parse(start.text("dateTime")) {
        return Err(Refusal::new(
            400,
            "ErrorCalendarEndDateIsEarlierThanStartDate",
            "The end of the event is before its start.",
        ));
    }
    let person = store.at(Kind::User, user).clone();
    let organizer = json!({"emailAddress": {"name": person.text("displayName"), "address": person.text("mail")}});
    let online = if body.flag("isOnlineMeeting") {
        let meeting = meetings::add(
            store,
            user,
            &json!({"subject": body.text("subject"), "startDateTime": start.text("dateTime"), "endDateTime": end.text("dateTime")}),
        );
        json!({"joinUrl": store.at(Kind::Meeting, &meeting).text("joinWebUrl"), "_meeting": meeting})
    } else {
        Value::Null
    };
    let uid = base64url(&clock::chance::<32>());
    let mut people = vec![user.to_owned()];
    for attendee in body.list("attendees") {
        if let Some(other) = store.user(attendee.field("emailAddress").text("address")) {
            let other = other.text("id").to_owned();
            if !people.contains(&other) {
                people.push(other);
            }
        }
    }
    let mut own = String::new();
    for one in people {
        let (id, now) = (format!("AAMkEv{}", base64url(&clock::chance::<45>())), store.now());
        let first = one == user;
        let mut row = json!({
            "id": id, "createdDateTime": now, "lastModifiedDateTime": now, "iCalUId": uid, "subject": "", "importance": "normal", "sensitivity": "normal",
            "isAllDay": false, "isCancelled": false, "isOrganizer": first, "showAs": "busy", "type": "singleInstance", "categories": [],
            "webLink": format!("https://outlook.office365.com/owa/?itemid={id}"), "onlineMeetingProvider": if online.is_null() { "unknown" } else { "teamsForBusiness" },
            "isOnlineMeeting": false, "attendees": [], "location": {"displayName": ""}, "recurrence": null,
            "responseStatus": {"response": if first { "organizer" } else { "notResponded" }, "time": "0001-01-01T00:00:00Z"},
            "organizer": organizer, "onlineMeeting": if online.is_null() { Value::Null } else { shown(&online) }, "_user": one,
        });
        merge(&mut row, body, &FIELDS);
        let preview = html::text(body.field("body").text("content"));
        row.put("bodyPreview", preview.chars().take(255).collect::<String>());
        row.put("start", start.clone());
        row.put("end", end.clone());
        store.put(Kind::Event, row);
        tell(store, &id, "created");
        if first {
            own = id;
        }
    }
    Ok(own)
}

fn tell(store: &mut Store, id: &str, change: &str) {
    let row = shown(store.at(Kind::Event, id));
    let user = store.at(Kind::Event, id).text("_user").to_owned();
    let news = notify::News {
        change,
        kind: "Event",
        path: format!("Users/{user}/Events/{id}"),
        id,
        row: &row,
    };
    notify::tell(store, &[format!("users/{user}/events")], &news);
}
