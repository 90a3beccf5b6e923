use super::*;

fn file(inside: &str) -> Vec<u8> {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n").into_bytes()
}

#[test]
fn an_invitation_of_outlook_is_read_with_its_people_and_its_zone() {
    let events = parse(&file(
        "METHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Romance Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n\
         TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n\
         ORGANIZER;CN=Sam Roy:mailto:Sam@Contoso.example\r\n\
         ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"King, Ben\":\r\n mailto:ben@fabrikam.example\r\n\
         ATTENDEE;ROLE=OPT-PARTICIPANT;CN=cy@fabrikam.example:MAILTO:cy@fabrikam.example\r\n\
         ATTENDEE;CUTYPE=ROOM;CN=Room 1:mailto:room1@contoso.example\r\n\
         ATTENDEE;CN=Sam Roy:mailto:sam@contoso.example\r\n\
         DESCRIPTION:Hello\\n________\\nJoin: https://teams.microsoft.com/l/meetup-join/19%3ame\r\n eting_abc/0?context=%7b%7d\\n\r\n\
         UID:040000008200E00074C5B7101A82E008\r\nSUMMARY:Renewal\\, part\r\n  two\r\n\
         DTSTART;TZID=Romance Standard Time:20260706T100000\r\nDTEND;TZID=Romance Standard Time:20260706T110000\r\n\
         BEGIN:VALARM\r\nDESCRIPTION:REMINDER\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n",
    ))
    .unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.summary, "Renewal, part two");
    // summer: two hours ahead, although the file names the offset of winter alone
    assert_eq!(event.starts_at.to_string(), "2026-07-06T08:00:00Z");
    assert_eq!(event.ends_at.to_string(), "2026-07-06T09:00:00Z");
    assert_eq!(event.organiser.as_ref().unwrap().address, "sam@contoso.example");
    let people: Vec<(&str, &str, Part)> = event
        .people
        .iter()
        .map(|one| (one.name.as_str(), one.address.as_str(), one.part))
        .collect();
    assert_eq!(
        people,
        [
            ("King, Ben", "ben@fabrikam.example", Part::Required),
            ("", "cy@fabrikam.example", Part::Optional)
        ]
    );
    let join = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc/0?context=%7b%7d";
    assert_eq!(event.join_url.as_deref(), Some(join));
    assert!(!event.is_all_day && !event.is_cancelled && !event.is_private && !event.is_recurring);
}

#[test]
fn whole_days_series_private_and_cancelled_entries_are_told() {
    let events = parse(&file(
        "BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260302\nCLASS:CONFIDENTIAL\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART:20260302T090000Z\nDURATION:PT1H30M\nRRULE:FREQ=WEEKLY\nSTATUS:CANCELLED\nEND:VEVENT\n\
         BEGIN:VEVENT\nSUMMARY:no beginning\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART;TZID=Mars/Base:20260302T090000\nDTEND:20200101T000000Z\nEND:VEVENT\n",
    ))
    .unwrap();
    assert_eq!(events.len(), 3);
    assert!(events[0].is_all_day && events[0].is_private);
    assert_eq!(events[0].ends_at.to_string(), "2026-03-03T00:00:00Z");
    assert_eq!(events[1].ends_at.to_string(), "2026-03-02T10:30:00Z");
    assert!(events[1].is_recurring && events[1].is_cancelled);
    assert_eq!(events[2].starts_at, events[2].ends_at);
}

#[test]
fn a_zone_that_only_the_file_knows_has_the_files_offset() {
    let events = parse(&file(
        "BEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:STANDARD\r\nTZOFFSETTO:-0330\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
         BEGIN:VEVENT\r\nDTSTART;TZID=Office:20260302T090000\r\nEND:VEVENT\r\n",
    ));
    assert_eq!(events.unwrap()[0].starts_at.to_string(), "2026-03-02T12:30:00Z");
}

#[test]
fn what_is_no_calendar_is_refused_with_its_line() {
    assert_eq!(parse(b""), Err(Error::NotACalendar));
    assert_eq!(parse(b"WEBVTT\n\n"), Err(Error::NotACalendar));
    assert_eq!(parse(b"BEGIN:VCALENDAR\xff"), Err(Error::Encoding));
    assert_eq!(parse(&file("")), Err(Error::Empty));
    let open = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302T090000Z\nEND:VCALENDAR\n";
    assert_eq!(parse(open), Err(Error::Unbalanced { line: 4 }));
    assert_eq!(parse(b"BEGIN:VCALENDAR\n"), Err(Error::Unbalanced { line: 1 }));
    assert_eq!(parse(&vec![b'x'; MAX_BYTES + 1]), Err(Error::TooLarge { most: MAX_BYTES }));
    let many = file(&"BEGIN:VEVENT\nDTSTART:20260302\nEND:VEVENT\n".repeat(MAX_EVENTS + 1));
    assert_eq!(parse(&many), Err(Error::TooMany { most: MAX_EVENTS }));
}

#[test]
fn hostile_lines_end_and_leave_nothing_out_of_bounds() {
    let deep = "BEGIN:X\n".repeat(100_000);
    assert!(parse(&file(&deep)).is_err());
    let people: Vec<String> =
        (0..2_000).map(|at| format!("ATTENDEE:mailto:a{at}@x.example\n")).collect();
    let people = people.concat();
    let odd = format!(
        "BEGIN:VEVENT\nDTSTART:20260302T096199Z\nDTSTART:99999999T999999\nDTSTART:20260302T0900\n{people}\
         ATTENDEE;CN=\":mailto:x@y.example\nORGANIZER:mailto:\nDURATION:P99999999999999999999W\nSUMMARY:{}\\\n;;;:\n:\nEND:VEVENT\n",
        "é".repeat(10_000)
    );
    let events = parse(&file(&odd)).unwrap();
    assert_eq!(events[0].people.len(), MAX_PEOPLE);
    assert_eq!(events[0].summary.chars().count(), MAX_TEXT);
    assert!(events[0].organiser.is_none());
}
