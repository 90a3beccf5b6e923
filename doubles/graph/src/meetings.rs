//! Online meetings and their transcripts.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    clock,
    graph::{Ctx, unknown},
    notify,
    query::Rules,
    store::{Kind, Row, Store},
    token::base64url,
    value::{Fields as _, merge, shown},
    wire::{Answer, Refusal, Reply},
};

const READ: &str = "OnlineMeetings.Read OnlineMeetings.ReadWrite";
const READ_APP: &str = "OnlineMeetings.Read.All OnlineMeetings.ReadWrite.All";
const TRANSCRIPTS: &str = "OnlineMeetingTranscript.Read.All";
const LIST: Rules = Rules::new("transcripts", "top orderby filter expand").pages(10, 100);

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let transcripts = words.iter().any(|word| word.contains("transcripts"));
    if transcripts {
        ctx.need(Area::Teams, TRANSCRIPTS, TRANSCRIPTS)?;
    } else if method == "GET" {
        ctx.need(Area::Teams, READ, READ_APP)?;
    } else {
        ctx.need(Area::Teams, "OnlineMeetings.ReadWrite", "OnlineMeetings.ReadWrite.All")?;
    }
    let user = ctx.at(1);
    if ctx.store.find(Kind::User, &user).is_none() {
        return Err(Refusal::missing("user"));
    }
    match ctx.me() {
        Some(me) if me != user => {
            return Err(Refusal::forbidden("A person reads the person's own meetings only."));
        }
        None => policy(ctx, &user)?,
        _ => {}
    }
    let meeting = |ctx: &Ctx<'_>| {
        let key = ctx.path.at(3);
        ctx.store
            .find(Kind::Meeting, key)
            .filter(|row| {
                row.text("_user") == user
                    || row.list("_people").iter().any(|own| own == user.as_str())
            })
            .cloned()
            .ok_or_else(|| Refusal::new(404, "NotFound", "Meeting not found."))
    };
    match (method, words.get(3..).unwrap_or(&[])) {
        ("GET", []) => {
            let filter = ctx.query.get("filter").unwrap_or_default().to_ascii_lowercase();
            if !filter.starts_with("joinweburl eq")
                && !filter.starts_with("joinmeetingidsettings/joinmeetingid eq")
                && !filter.starts_with("videoteleconferenceid eq")
            {
                return Err(Refusal::bad(
                    "A filter on JoinWebUrl, VideoTeleconferenceId or joinMeetingIdSettings/joinMeetingId is required.",
                ));
            }
            let rows = ctx.store.list(Kind::Meeting).filter(|row| {
                row.text("_user") == user
                    || row.list("_people").iter().any(|own| own == user.as_str())
            });
            ctx.query.page(rows.cloned().collect(), &Rules::new("onlineMeetings", "filter"))
        }
        ("POST", []) => {
            let body = ctx.call.json()?;
            let id = add(ctx.store, &user, &body);
            let row = ctx.store.at(Kind::Meeting, &id).clone();
            ctx.query.one(201, &row, "onlineMeetings")
        }
        ("GET", ["getalltranscripts"]) => {
            let rows = all(ctx, &user).map(|row| row.value.clone()).collect();
            ctx.query.page(rows, &LIST)
        }
        ("GET", ["getalltranscripts", "delta"]) => {
            let rows: Vec<&Row> = all(ctx, &user).collect();
            ctx.query.delta(
                &rows,
                ctx.store.change,
                ctx.store.delta_floor,
                &Rules::new("callTranscript", "top").pages(10, 100),
            )
        }
        ("GET", [_]) => {
            let row = meeting(ctx)?;
            ctx.query.one(200, &row, "onlineMeetings")
        }
        ("PATCH", [_]) => {
            let (row, body) = (meeting(ctx)?, ctx.call.json()?);
            ctx.store.edit(Kind::Meeting, row.text("id"), |row| {
                merge(
                    row,
                    &body,
                    &[
                        "subject",
                        "startDateTime",
                        "endDateTime",
                        "allowedPresenters",
                        "lobbyBypassSettings",
                    ],
                );
            });
            let row = meeting(ctx)?;
            ctx.query.one(200, &row, "onlineMeetings")
        }
        ("DELETE", [_]) => {
            let row = meeting(ctx)?;
            ctx.store.remove(Kind::Meeting, row.text("id"));
            Ok(Reply::empty(204))
        }
        ("GET", [_, "transcripts"]) => {
            let row = meeting(ctx)?;
            let rows =
                ctx.store.of(Kind::Transcript, "meetingId", row.text("id")).cloned().collect();
            ctx.query.page(rows, &LIST)
        }
        ("GET", [_, "transcripts", _, rest @ ..]) => {
            let row = meeting(ctx)?;
            let key = ctx.path.at(5);
            let transcript = ctx
                .store
                .find(Kind::Transcript, key)
                .filter(|own| own.text("meetingId") == row.text("id"))
                .cloned();
            let transcript = transcript.ok_or_else(|| Refusal::missing("transcript"))?;
            match rest {
                [] => ctx.query.one(200, &transcript, "transcripts"),
                ["content"] => content(ctx, &transcript),
                ["metadatacontent"] => Ok(Reply::text(200, "text/vtt", metadata(&transcript))),
                _ => Err(unknown(words)),
            }
        }
        ("GET", [_, "recordings"]) => ctx.query.page(Vec::new(), &Rules::new("recordings", "top")),
        _ => Err(unknown(words)),
    }
}

/// Applications read meetings of those people only whom an administrator opened to them.
fn policy(ctx: &Ctx<'_>, user: &str) -> Result<(), Refusal> {
    let open = ctx.store.at(Kind::Client, &ctx.caller.app).flag("meetings");
    if open && !ctx.store.at(Kind::User, user).flag("_no_policy") {
        return Ok(());
    }
    Err(Refusal::forbidden(format!(
        "No application access policy found for this app: {} on the user: {user}.",
        ctx.caller.app
    )))
}

fn all<'c>(ctx: &'c Ctx<'_>, user: &'c str) -> impl Iterator<Item = &'c Row> {
    let after = ctx.path.argument("startDateTime").and_then(clock::parse).unwrap_or(i64::MIN);
    let before = ctx.path.argument("endDateTime").and_then(clock::parse).unwrap_or(i64::MAX);
    ctx.store.rows(Kind::Transcript).filter(move |row| {
        let made = clock::parse(row.value.text("createdDateTime")).unwrap_or(0);
        row.value.text("_user") == user && made >= after && made <= before
    })
}

fn content(ctx: &Ctx<'_>, transcript: &Value) -> Answer {
    let format = ctx
        .query
        .get("format")
        .or_else(|| ctx.call.header("accept"))
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !format.contains("text/vtt") && !format.contains("*/*") && !format.is_empty() {
        return Err(Refusal::new(406, "NotAcceptable", "Only text/vtt is supported."));
    }
    Ok(Reply::text(200, "text/vtt", transcript.text("_vtt")))
}

/// The same utterances with their speakers and languages.
fn metadata(transcript: &Value) -> String {
    let mut out = String::from("WEBVTT\n");
    let mut time = "";
    for line in transcript.text("_vtt").lines() {
        if line.contains("-->") {
            time = line;
        } else if let Some((speaker, text)) =
            line.strip_prefix("<v ").and_then(|rest| rest.split_once('>'))
        {
            let text = text.trim_end_matches("</v>");
            let cue = json!({
                "startDateTime": transcript.text("createdDateTime"), "endDateTime": transcript.text("endDateTime"),
                "speakerName": speaker, "spokenText": text, "spokenLanguage": "fr-fr",
            });
            for part in ["\n", time, "\n", &cue.to_string(), "\n"] {
                out.push_str(part);
            }
        }
    }
    out
}

/// A meeting of somebody.
pub(crate) fn add(store: &mut Store, user: &str, body: &Value) -> String {
    let thread = format!("19:meeting_{}@thread.v2", base64url(&clock::chance::<24>()));
    let id = base64url(format!("1*{user}*0**{thread}").as_bytes());
    let now = store.now();
    let person = store.at(Kind::User, user).clone();
    let address = format!(
        "https://teams.microsoft.com/l/meetup-join/{}/0?context=%7b%22Tid%22%3a%22{}%22%2c%22Oid%22%3a%22{user}%22%7d",
        doubles_http::encode(&thread),
        crate::seeds::TENANT
    );
    let mut row = json!({
        "id": id, "creationDateTime": now, "startDateTime": now, "endDateTime": now, "subject": "", "joinWebUrl": address, "joinUrl": address,
        "isBroadcast": false, "videoTeleconferenceId": null, "allowedPresenters": "everyone", "chatInfo": {"threadId": thread, "messageId": "0"},
        "joinMeetingIdSettings": {"joinMeetingId": format!("{:012}", u32::from_be_bytes(clock::chance())), "isPasscodeRequired": false},
        "participants": {"organizer": {"upn": person.text("userPrincipalName"), "role": "presenter", "identity": {"user": {"id": user, "displayName": person.text("displayName")}}}, "attendees": []},
        "_user": user, "_people": [],
    });
    merge(&mut row, body, &["subject", "startDateTime", "endDateTime"]);
    store.put(Kind::Meeting, row)
}

/// What was said in a meeting.
pub(crate) fn add_transcript(store: &mut Store, meeting: &str, vtt: &str) -> Option<String> {
    let row = store.find(Kind::Meeting, meeting)?.clone();
    let id = base64url(&clock::chance::<48>());
    let now = store.now();
    let user = row.text("_user").to_owned();
    let person = store.at(Kind::User, &user).text("displayName").to_owned();
    let place = format!("users/{user}/onlineMeetings/{meeting}/transcripts/{id}");
    store.put(Kind::Transcript, json!({
        "id": id, "meetingId": meeting, "callId": clock::guid(), "contentCorrelationId": format!("{}-0", clock::guid()),
        "createdDateTime": now, "endDateTime": now, "transcriptContentUrl": format!("https://graph.microsoft.com/v1.0/{place}/content"),
        "meetingOrganizer": {"application": null, "device": null, "user": {"id": user, "displayName": person, "userIdentityType": "aadUser", "tenantId": crate::seeds::TENANT}},
        "_user": user, "_vtt": vtt,
    }));
    let shown = shown(store.at(Kind::Transcript, &id));
    let news = notify::News {
        change: "created",
        kind: "callTranscript",
        path: place,
        id: &id,
        row: &shown,
    };
    let resources = [
        "communications/onlinemeetings/getalltranscripts".to_owned(),
        format!("users/{user}/onlinemeetings/getalltranscripts"),
        format!("communications/onlinemeetings/{meeting}/transcripts"),
    ];
    notify::tell(store, &resources, &news);
    Some(id)
}
