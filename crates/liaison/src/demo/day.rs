//! The seller's day of the demo: their CRM, a few mails of customers, a meeting that was and one that comes.
//!
//! Days are told from the start of the demo, so that what is to come is to come.

use crm::RecordRef;
use crm_connections::{NewSystem, SystemKind};
use identity::tenants::Tenant;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822, tz::TimeZone};
use kernel::{Limit, Scope};
use meetings::NewMeeting;

use super::{SignedIn, business};
use crate::{
    exit::{Failure, Result},
    hub::Hub,
};

/// Makes the CRM of the sales environment known, and gives the seller mails and meetings.
pub(super) async fn prepare(
    hub: &Hub,
    tenant: &Tenant,
    (admin, seller): (&SignedIn, &SignedIn),
) -> Result {
    system(hub, tenant, &admin.scope).await?;
    let now = hub.clock.now();
    mails(hub, &seller.scope, now).await?;
    if none(hub, &seller.scope, false).await? {
        past(hub, &seller.scope, now).await?;
    }
    if none(hub, &seller.scope, true).await? {
        coming(hub, &seller.scope, now).await?;
    }
    Ok(())
}

/// The environment as the CRM of those who sell.
async fn system(hub: &Hub, tenant: &Tenant, admin: &Scope) -> Result {
    let known = hub.crm.systems(admin).await.map_err(told)?;
    if known.iter().any(|system| system.environment.is_some()) {
        return Ok(());
    }
    let new = NewSystem {
        name: business::ENVIRONMENT.to_owned(),
        kind: Some(SystemKind::Embedded),
        environment: Some(business::sales_environment(hub, tenant).await?),
        address: String::new(),
        authority: String::new(),
        directory: String::new(),
        application: None,
        client_id: String::new(),
        client_secret: None,
        enabled: true,
    };
    hub.crm.create_system(admin, new).await.map_err(told)?;
    Ok(())
}

/// Brings mails as the seller would; what was brought before is known again.
async fn mails(hub: &Hub, seller: &Scope, now: Timestamp) -> Result {
    for mail in &MAILS {
        let sent = (now - SignedDuration::from_hours(mail.hours_ago)).to_zoned(TimeZone::UTC);
        let date = rfc2822::to_string(&sent).map_err(|error| Failure::plain(&error))?;
        let after = if mail.after.is_empty() {
            String::new()
        } else {
            format!("In-Reply-To: <{0}>\r\nReferences: <{0}>\r\n", mail.after)
        };
        let text = format!(
            "From: {}\r\nTo: Jonas <jonas@alpenglow.example>\r\nSubject: {}\r\nDate: {date}\r\n\
             Message-ID: <{}>\r\n{after}MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}",
            mail.from,
            mail.subject,
            mail.id,
            mail.text.replace('\n', "\r\n")
        );
        hub.mailbox.keep(seller, text.into_bytes()).await.map_err(told)?;
    }
    Ok(())
}

/// Whether there is no meeting that is to come, or that was.
async fn none(hub: &Hub, seller: &Scope, to_come: bool) -> Result<bool> {
    let one = Limit::new(1).unwrap_or_default();
    let page = hub.meetings.list(seller, to_come, one, None).await.map_err(told)?;
    Ok(page.items.is_empty())
}

/// A meeting of yesterday, with what was said in it.
async fn past(hub: &Hub, seller: &Scope, now: Timestamp) -> Result {
    let began = now - SignedDuration::from_hours(22);
    let made = hub
        .meetings
        .create(seller, meeting("Avalanche sets: next steps", (began, 20), &[KATHARINA]))
        .await
        .map_err(told)?;
    connect(hub, seller, made.id, "Avalanche sets").await?;
    let said = TRANSCRIPT.as_bytes().to_vec();
    hub.meetings.bring_transcript(seller, made.id, said).await.map_err(told)?;
    Ok(())
}

/// A meeting of tomorrow.
async fn coming(hub: &Hub, seller: &Scope, now: Timestamp) -> Result {
    let begins = now + SignedDuration::from_hours(23);
    let new = meeting("Collection été 2027 : couleurs et quantités", (begins, 45), &[CLAIRE]);
    let made = hub.meetings.create(seller, new).await.map_err(told)?;
    connect(hub, seller, made.id, "Summer range 2027").await
}

fn meeting(subject: &str, (begins, minutes): (Timestamp, i64), people: &[&str]) -> NewMeeting {
    NewMeeting {
        subject: subject.to_owned(),
        starts_at: begins,
        ends_at: begins + SignedDuration::from_mins(minutes),
        people: people.iter().map(|&one| one.to_owned()).collect(),
    }
}

/// Names the record that a meeting is about.
async fn connect(hub: &Hub, seller: &Scope, meeting: uuid::Uuid, words: &str) -> Result {
    let found = hub.meetings.find_records(seller, words).await.map_err(told)?;
    if let Some(first) = found.into_iter().next() {
        let record = RecordRef::new(first.table, first.id);
        hub.meetings.connect(seller, meeting, record).await.map_err(told)?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn told<E: kernel::Coded + std::error::Error>(error: E) -> Failure {
    Failure::coded(&error)
}

/// A mail of a customer.
struct Mail {
    id: &'static str,
    /// The mail that it answers.
    after: &'static str,
    from: &'static str,
    subject: &'static str,
    hours_ago: i64,
    text: &'static str,
}

const KATHARINA: &str = "Katharina Huber <katharina@bergwerk.example>";
const CLAIRE: &str = "Claire Fontaine <claire@lacmont.example>";

const MAILS: [Mail; 5] = [
    Mail {
        id: "sets-1@bergwerk.example",
        after: "",
        from: KATHARINA,
        subject: "Avalanche sets for our branches",
        hours_ago: 50,
        text: "Hello Jonas,\n\nwe want to equip all 14 branches before the season. Each set needs a transceiver, a shovel \
               and a probe. Can you send me an offer with a price for each branch?\n\nFlorian asks whether the sets can be \
               delivered to the branches directly, because our storage room is full until January.\n\nBest \
               regards\nKatharina\n\n-- \nKatharina Huber\nHead of purchasing\nBergwerk Ausrüstung\n",
    },
    Mail {
        id: "sets-2@bergwerk.example",
        after: "sets-1@bergwerk.example",
        from: KATHARINA,
        subject: "Re: Avalanche sets for our branches",
        hours_ago: 4,
        text: "Hello Jonas,\n\nthank you for the meeting yesterday. Our budget for the sets is 140,000 EUR. We plan to sign \
               by the end of next month, once our managing director has agreed to it. The price of the transceivers is \
               still a concern: the other offer is 8 % lower.\n\nPlease send us the new offer by Friday.\n\nBest \
               regards\nKatharina\n\n-- \nKatharina Huber\nHead of purchasing\nBergwerk Ausrüstung\n",
    },
    // somebody whom the CRM does not know yet
    Mail {
        id: "course@bergwerk.example",
        after: "",
        from: "Nina Obermoser <nina@bergwerk.example>",
        subject: "Course on the new transceivers",
        hours_ago: 3,
        text: "Hello Jonas,\n\nKatharina told me about your course. I train the people in our branches, and I would like to \
               take part with six of them. The 9th or the 10th of December would suit us.\n\nBest \
               regards\nNina\n\n-- \nNina Obermoser\nTraining manager\nBergwerk Ausrüstung\nTel. +43 512 555 \
               014\nMobile +43 664 555 0142\n",
    },
    Mail {
        id: "couleurs@lacmont.example",
        after: "",
        from: CLAIRE,
        subject: "=?utf-8?Q?Couleurs_de_l=E2=80=99=C3=A9t=C3=A9_2027?=",
        hours_ago: 27,
        text: "Bonjour Jonas,\n\nmerci pour le nuancier. Le bleu glacier nous plaît beaucoup, mais le jaune est trop vif \
               pour nos magasins. Pouvez-vous nous proposer un ton plus doux ?\n\nNous fixerons les quantités après la \
               réunion. Il nous faut une réponse avant le 15 décembre.\n\nBien à vous,\nClaire\n\n-- \nClaire \
               Fontaine\nResponsable de gamme\nLac & Montagne\n",
    },
    Mail {
        id: "merchandise@newsletter.example",
        after: "",
        from: "Alpine Trade News <news@newsletter.example>",
        subject: "Ten trends for the coming season",
        hours_ago: 8,
        text: "Lighter ropes, recycled wool, and rental everywhere: what dealers told us this autumn.\n",
    },
];

/// What was said in the meeting, as Teams writes it.
const TRANSCRIPT: &str = "WEBVTT

00:00:04.000 --> 00:00:11.000
<v Jonas>Good morning Katharina, thank you for your time. I would like to go through the offer for the avalanche sets.</v>

00:00:12.000 --> 00:00:26.000
<v Katharina Huber>Good morning. Yes, we have 14 branches and every branch needs eight sets before the season begins.</v>

00:00:27.000 --> 00:00:41.000
<v Katharina Huber>Our budget is 140,000 euros. The price of the transceivers worries me, another dealer is 8 percent lower.</v>

00:00:42.000 --> 00:00:58.000
<v Jonas>I understand. If we deliver in two lots I can go down with the price. I will send you a new offer by Friday.</v>

00:01:00.000 --> 00:01:13.000
<v Katharina Huber>Can you deliver to the branches directly? Our storage room is full until January.</v>

00:01:14.000 --> 00:01:29.000
<v Jonas>Yes, we deliver to each branch. Please send me the addresses of the branches by Wednesday.</v>

00:01:30.000 --> 00:01:44.000
<v Katharina Huber>I will do that. Who trains our people? Last year nobody explained the new transceivers to them.</v>

00:01:45.000 --> 00:02:01.000
<v Jonas>We have a course of two hours for that. I will ask Fiona which days are free in December.</v>

00:02:02.000 --> 00:02:16.000
<v Katharina Huber>That is great news, the team will be happy about it. Then we can decide before the end of next month.</v>

00:02:17.000 --> 00:02:24.000
<v Jonas>Thank you. I will sum up what we agreed on and write to you today.</v>
";
