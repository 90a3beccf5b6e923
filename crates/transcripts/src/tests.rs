mod shapes;

use proptest::prelude::*;

use crate::{
    Cue, Error, Format, Reason, Times, Transcript, parse, shown_clock,
    talk::{Talk, is_question, questions},
};

fn read(text: &str) -> Transcript {
    parse(text.as_bytes()).unwrap()
}

fn said(transcript: &Transcript) -> Vec<(&str, i64, i64, &str)> {
    let cues = transcript.cues.iter();
    cues.map(|cue| {
        (cue.speaker.as_deref().unwrap_or("-"), cue.start_ms, cue.end_ms, cue.text.as_str())
    })
    .collect()
}

#[test]
fn teams_writes_times_without_leading_zeros() {
    let transcript = read(
        "WEBVTT\n\n0:0:0.0 --> 0:0:5.320\n<v User Name>spoken text.</v>\n\n0:1:2.5 --> 1:2:3.45\n<v B>x</v>",
    );
    assert_eq!(
        said(&transcript),
        [("User Name", 0, 5_320, "spoken text."), ("B", 62_500, 3_723_450, "x")]
    );
    assert_eq!((transcript.format, transcript.times), (Format::WebVtt, Times::Given));
}

#[test]
fn strict_times_commas_short_times_and_settings_are_read() {
    let transcript = read(
        "WEBVTT - title\n\n00:00:01.000 --> 00:00:02,5 align:start position:0%\n<v A>one\n\n00:03.25 --> 00:04\n<v B>two",
    );
    assert_eq!(said(&transcript), [("A", 1_000, 2_500, "one"), ("B", 3_250, 4_000, "two")]);
}

#[test]
fn offsets_below_zero_are_kept_and_sorted() {
    for time in ["-0:0:3.320", "0:0:-3.-320", "-00:00:03.320"] {
        let transcript = read(&format!(
            "WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n<v A>b</v>\n\n{time} --> 0:0:1.0\n<v A>a</v>\n"
        ));
        assert_eq!(said(&transcript), [("A", -3_320, 1_000, "a"), ("A", 1_000, 2_000, "b")]);
    }
}

#[test]
fn identifiers_notes_styles_and_regions_are_not_speech() {
    let transcript = read(
        "WEBVTT\nKind: captions\n\nNOTE made by\na machine\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:x\n\n\
         6d8f3c2e-8f5c-4b8e-9a57-1fb3a0f0a6f1/12-0\n0:0:1.0 --> 0:0:2.0\n<v A>one</v>\n\nNOTE\nmore\n\n2\n0:0:3.0 --> 0:0:4.0\n<v A>two</v>",
    );
    assert_eq!(said(&transcript), [("A", 1_000, 2_000, "one"), ("A", 3_000, 4_000, "two")]);
}

#[test]
fn a_voice_may_have_lines_classes_tags_and_no_end() {
    let transcript = read(
        "WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n<v.first.loud Marie-Anne O’Neil>one <i>two</i>\n<c.x>three</c> &amp; 3 &lt; 4 &#233; a < b\n\n0:0:3.0 --> 0:0:4.0\n<v A>x",
    );
    assert_eq!(
        said(&transcript),
        [
            ("Marie-Anne O’Neil", 1_000, 2_000, "one two three & 3 < 4 é a < b"),
            ("A", 3_000, 4_000, "x")
        ]
    );
}

#[test]
fn a_blank_line_inside_a_voice_does_not_lose_what_follows() {
    let transcript = read(
        "WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n<v A>one\n\ntwo</v>\n\n0:0:3.0 --> 0:0:4.0\n<v A>x</v>",
    );
    assert_eq!(transcript.cues[0].text, "one two");
}

#[test]
fn two_voices_of_a_cue_share_its_time_by_length() {
    let transcript = read("WEBVTT\n\n0:0:0.0 --> 0:0:4.0\n<v A>abc</v><v B>d</v>");
    assert_eq!(said(&transcript), [("A", 0, 3_000, "abc"), ("B", 3_000, 4_000, "d")]);
}

#[test]
fn without_any_voice_names_before_a_colon_are_speakers() {
    let transcript = read(
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAda Byron: hello: you\n\n2\n00:00:02.000 --> 00:00:03.000\nit is 10:30 now\n",
    );
    assert_eq!(
        said(&transcript),
        [("Ada Byron", 1_000, 2_000, "hello: you"), ("-", 2_000, 3_000, "it is 10:30 now")]
    );
}

#[test]
fn subrip_is_read_with_or_without_numbers() {
    let transcript = read(
        "1\n00:00:01,000 --> 00:00:02,500\nhello\nthere\n\n00:00:03,000 --> 00:00:04,000\nx\n",
    );
    assert_eq!(transcript.format, Format::SubRip);
    assert_eq!(said(&transcript), [("-", 1_000, 2_500, "hello there"), ("-", 3_000, 4_000, "x")]);
}

#[test]
fn the_metadata_stream_is_json_in_each_cue() {
    let transcript = read(
        "WEBVTT\n\n0:0:16.246 --> 0:0:17.726\n{\"startDateTime\":\"2023-03-08T09:22:30Z\",\"endDateTime\":\"2023-03-08T09:22:32Z\",\n\"speakerName\":\"Nom d’Usage\",\"spokenText\":\"Ceci est un test.\",\"spokenLanguage\":\"fr-fr\"}\n",
    );
    assert_eq!(transcript.format, Format::Metadata);
    assert_eq!(transcript.language.as_deref(), Some("fr-fr"));
    assert_eq!(said(&transcript), [("Nom d’Usage", 16_246, 17_726, "Ceci est un test.")]);
}

#[test]
fn a_broken_payload_of_the_metadata_stream_names_its_line() {
    let error = parse(b"WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n{\"spokenText\": }\n").unwrap_err();
    assert_eq!(error, Error::Line { line: 4, reason: Reason::Json });
}

#[test]
fn a_time_that_is_none_names_its_line_and_the_remedy() {
    let error =
        parse(b"WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n<v A>x</v>\n\n0:0:x --> 0:0:2.0\n<v A>x</v>\n")
            .unwrap_err();
    assert_eq!(error.line(), Some(6));
    assert!(error.remedy().contains("-->"), "{}", error.remedy());
    assert_eq!(error.code(), "time");
}

#[test]
fn lines_with_names_are_read_with_and_without_times() {
    let plain = read("Ada Byron: Hello.\nAnd more.\nJean de La Tour: Bonjour : oui.\n");
    assert_eq!(
        said(&plain),
        [
            ("Ada Byron", 0, 1_200, "Hello. And more."),
            ("Jean de La Tour", 1_200, 2_400, "Bonjour : oui.")
        ]
    );
    assert_eq!(plain.times, Times::Estimated);
    let timed = read(
        "[00:01:02] Ada Byron: Hello there.\n(1:10) Bob: Yes.\n00:01:20 Ada Byron: Fine.\nBob (00:01:30): Bye.\n",
    );
    let starts: Vec<_> =
        timed.cues.iter().map(|cue| (cue.speaker.as_deref().unwrap(), cue.start_ms)).collect();
    assert_eq!(
        starts,
        [("Ada Byron", 62_000), ("Bob", 70_000), ("Ada Byron", 80_000), ("Bob", 90_000)]
    );
    assert_eq!(timed.times, Times::Starts);
}

#[test]
fn a_name_with_a_time_heads_the_lines_below() {
    let otter = read("Ada Byron  0:04\nHello there,\nhow are you?\n\nBob Hope  0:09\nFine.\n");
    assert_eq!(
        said(&otter),
        [
            ("Ada Byron", 4_000, 6_000, "Hello there, how are you?"),
            ("Bob Hope", 9_000, 9_400, "Fine.")
        ]
    );
    let zoom = read("[Ada Byron] 10:02:33\nHello there\n\n[Bob] 10:02:40\nFine\n");
    assert_eq!(said(&zoom), [("Ada Byron", 0, 800, "Hello there"), ("Bob", 7_000, 7_400, "Fine")]);
    let meet = read("00:05:00\n\nAda Byron: Hello.\nBob: Hi.\n00:10:00\nAda Byron: So.\n");
    assert_eq!(
        meet.cues.iter().map(|cue| cue.start_ms).collect::<Vec<_>>(),
        [300_000, 300_000, 600_000]
    );
}

#[test]
fn addresses_times_and_headings_are_no_names() {
    let text = read(
        "Ada: See https://example.com/x: it works.\nhttps://example.com: here\n10:30 is fine\nNote: remember this\nand this: too\n",
    );
    assert_eq!(text.cues.len(), 2);
    assert!(
        text.cues.iter().all(|cue| cue.speaker.as_deref() == Some("Ada") || cue.speaker.is_none()),
        "{text:?}"
    );
}

#[test]
fn json_lists_of_several_vendors_are_read() {
    let whole = read(
        r#"{"language":"en","transcript":[{"speaker":"Ada","start":1.5,"end":2.0,"text":"Hi"},{"speaker":2,"start":3.25,"duration":1,"text":"Yes"}]}"#,
    );
    assert_eq!(said(&whole), [("Ada", 1_500, 2_000, "Hi"), ("Speaker 2", 3_250, 4_250, "Yes")]);
    let ms = read(
        r#"[{"participant":{"name":"Ada"},"start_ms":1500,"end_ms":2000,"words":[{"word":"Hi"},{"word":"all"}]}]"#,
    );
    assert_eq!(said(&ms), [("Ada", 1_500, 2_000, "Hi all")]);
    let dates = read(
        r#"[{"speakerName":"Ada","startDateTime":"2026-11-23T10:00:01.5Z","endDateTime":"2026-11-23T11:00:02.5+01:00","spokenText":"Hi"},{"speakerName":"B","startDateTime":"2026-11-23T10:00:03Z","endDateTime":"2026-11-23T10:00:04Z","spokenText":"Ho"}]"#,
    );
    assert_eq!(said(&dates), [("Ada", 0, 1_000, "Hi"), ("B", 1_500, 2_500, "Ho")]);
    let large = read(
        r#"[{"name":"Ada","start":0,"end":1200,"text":"a"},{"name":"Ada","start":50000,"end":51000,"text":"b"}]"#,
    );
    assert_eq!(
        large.cues[1].start_ms, 50_000,
        "whole numbers beyond ten hours of seconds are milliseconds"
    );
}

#[test]
fn json_that_is_no_transcript_says_so() {
    assert_eq!(parse(br#"{"a": 1}"#), Err(Error::Line { line: 1, reason: Reason::NoList }));
    assert_eq!(
        parse(b"[{\"text\": \"a\"},\n{\"x\": 1}]"),
        Err(Error::Line { line: 2, reason: Reason::NoText })
    );
    assert_eq!(parse(b"{\n\"a\": }"), Err(Error::Line { line: 2, reason: Reason::Json }));
}

#[test]
fn other_bytes_are_refused_with_their_place() {
    assert_eq!(parse(b""), Err(Error::Empty));
    assert_eq!(parse(b"WEBVTT\n\n"), Err(Error::Empty));
    assert_eq!(parse(b"abc\xff\x01"), Err(Error::NotText { at: 3 }));
    // one byte for each letter, as older programs write it
    assert_eq!(
        said(&parse(b"Zo\xEB: \x80 5 \x96 d\xE9j\xE0\n").unwrap()),
        [("Zoë", 0, 1_600, "€ 5 – déjà")]
    );
    assert_eq!(parse(b"PK\x03\x04abc"), Err(Error::NotText { at: 0 }));
    assert_eq!(parse(&vec![b'a'; crate::MAX_BYTES + 1]), Err(Error::TooLarge));
}

#[test]
fn byte_order_marks_wide_text_and_line_ends_are_taken() {
    let text = "WEBVTT\r\n\r\n0:0:0.0 --> 0:0:1.0\r\n<v A>é</v>\r\n";
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(said(&parse(&wide).unwrap()), [("A", 0, 1_000, "é")]);
    assert_eq!(said(&read(&format!("\u{feff}{text}"))), [("A", 0, 1_000, "é")]);
    assert_eq!(said(&read(&text.replace("\r\n", "\r"))), [("A", 0, 1_000, "é")]);
}

#[test]
fn hostile_input_ends_quickly_with_an_error_or_a_transcript() {
    let open = "<".repeat(60_000);
    let hostile = [
        format!("WEBVTT\n\n0:0:0.0 --> 0:0:1.0\n{open}"),
        format!("WEBVTT\n\n0:0:0.0 --> 0:0:1.0\n{}", "<v A>".repeat(12_000)),
        format!("WEBVTT\n\n0:0:0.0 --> 0:0:1.0\n{}", "&".repeat(60_000)),
        format!("WEBVTT\n\n{}", "0:0:0.0 --> 0:0:1.0\nx\n".repeat(40_000)),
        "[".repeat(200_000),
        "[{".repeat(200_000),
        "A: x\n".repeat(40_000),
        "x".repeat(200_000),
        "9999:59:59.999 --> 9999:59:59.999\nx".to_owned(),
        format!("[{{\"text\":\"a\",\"start\":{}}}]", "9".repeat(400)),
        "[{\"text\":\"a\",\"start\":1e300,\"end\":-1e300}]".to_owned(),
    ];
    for text in &hostile {
        if let Ok(transcript) = parse(text.as_bytes()) {
            Talk::of(&transcript);
        }
    }
    assert!(matches!(
        parse(hostile[3].as_bytes()),
        Err(Error::Line { reason: Reason::TooMany, .. })
    ));
    assert!(matches!(
        parse(hostile[7].as_bytes()),
        Err(Error::Line { reason: Reason::TooLong, .. })
    ));
}

#[test]
fn talk_time_counts_every_instant_once() {
    let talk = Talk::of(&read(
        "WEBVTT\n\n0:0:0.0 --> 0:0:10.0\n<v A>one two three</v>\n\n0:0:4.0 --> 0:0:6.0\n<v B>yes</v>\n\n0:0:13.0 --> 0:0:14.0\n<v B>Why is that? I see.</v>\n",
    ));
    let times: Vec<_> = talk
        .speakers
        .iter()
        .map(|s| (s.name.as_deref().unwrap(), s.talk_ms, s.longest_monologue_ms))
        .collect();
    assert_eq!(times, [("A", 8_000, 4_000), ("B", 3_000, 2_000)]);
    assert_eq!(
        (talk.duration_ms, talk.silence_ms, talk.switches, talk.average_pause_ms),
        (14_000, 3_000, 3, 1_000)
    );
    assert_eq!(
        (talk.speakers[1].questions, talk.speakers[1].words, talk.speakers[1].switches),
        (1, 6, 2)
    );
    assert_eq!(talk.speakers[1].words_per_minute, Some(120));
    let ratio = talk.ratio(&|name| name == "B").unwrap();
    assert!((ratio - 3.0 / 11.0).abs() < 1e-9);
}

#[test]
fn a_monologue_goes_on_over_short_silence_only() {
    let talk = Talk::of(&read(
        "WEBVTT\n\n0:0:0.0 --> 0:0:2.0\n<v A>a</v>\n\n0:0:3.0 --> 0:0:5.0\n<v A>a</v>\n\n0:0:8.0 --> 0:0:9.0\n<v A>a</v>",
    ));
    assert_eq!(talk.speakers[0].longest_monologue_ms, 5_000);
    assert_eq!(talk.switches, 0);
}

#[test]
fn questions_end_with_a_mark_or_open_with_an_interrogative() {
    for asks in [
        "Really?",
        "What is the price",
        "How many seats do you need.",
        "Can you send it",
        "Est-ce que c’est prêt",
        "Quand est la livraison",
        "Pouvez-vous confirmer",
        "D’accord ?",
        "Combien faut-il",
    ] {
        assert!(is_question(asks), "{asks}");
    }
    for says in [
        "When we start, we will see.",
        "What a day!",
        "Quand nous aurons signé, nous commencerons.",
        "I know how.",
        "Vous pouvez partir.",
        "",
    ] {
        assert!(!is_question(says), "{says}");
    }
    assert_eq!(questions("Is it 3.5 percent? Yes. And when do we start? No idea."), 2);
}

#[test]
fn times_are_shown_for_people() {
    assert_eq!(
        [shown_clock(0), shown_clock(62_500), shown_clock(3_723_000), shown_clock(-3_000)],
        ["0:00", "1:02", "1:02:03", "-0:03"]
    );
}

fn cue() -> impl Strategy<Value = Cue> {
    let speaker = proptest::option::of("[A-Z][a-zé]{1,8}( [A-Z<&][a-z>]{0,6})?");
    let text = "[a-zA-Zé<>&;0-9:.?!-]{1,12}( [a-z<>&/v0-9]{1,9}){0,6}";
    (speaker, -10_000_i64..10_000_000, 0_i64..60_000, text).prop_map(
        |(speaker, start_ms, length, text)| Cue {
            speaker,
            start_ms,
            end_ms: start_ms + length,
            text,
            ..Cue::default()
        },
    )
}

proptest! {
    #[test]
    fn what_is_rendered_reads_the_same(mut cues in proptest::collection::vec(cue(), 1..20)) {
        // A file without any voice takes names before a colon for speakers: that is another form.
        cues[0].speaker.get_or_insert_with(|| "Ada".to_owned());
        cues.sort_by_key(|cue| cue.start_ms);
        let read = read(&Transcript { cues: cues.clone(), ..Transcript::default() }.to_webvtt());
        let read: Vec<Cue> = read.cues.into_iter().map(|cue| Cue { line: 0, ..cue }).collect();
        prop_assert_eq!(read, cues);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _either = parse(&bytes);
    }

    #[test]
    fn any_text_with_times_is_read_or_refused_and_measured(text in "(WEBVTT\n\n)?([0-9:.,\\->< vA\n\\[\\]{}\"]{0,20}(0:0:1.0 --> 0:0:2.0\n)?){0,12}") {
        if let Ok(transcript) = parse(text.as_bytes()) {
            prop_assert!(transcript.cues.iter().all(|cue| cue.end_ms >= cue.start_ms && !cue.text.contains('\n')));
            let talk = Talk::of(&transcript);
            let sum: i64 = talk.speakers.iter().map(|speaker| speaker.talk_ms).sum();
            prop_assert!(sum + talk.silence_ms <= talk.duration_ms.max(0));
        }
    }
}
