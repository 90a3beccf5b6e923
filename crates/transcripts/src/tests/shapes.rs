//! What meeting systems and people write, one small file of each shape.

use super::{read, said};

#[test]
fn cues_have_identifiers_that_nobody_said() {
    for file in [
        "WEBVTT\n\n5e4f0c0e-1111-4a4a-9f9f-000000000001/12-0\n0:0:1.0 --> 0:0:2.0\n<v Ada>Hello.\n\n5e4f0c0e-1111-4a4a-9f9f-000000000001/13-0\n0:0:2.0 --> 0:0:3.0\n<v Ben>Hi.\n",
        "WEBVTT\n\n1 \"Ada\" (3847234)\n00:00:01.000 --> 00:00:02.000\nHello.\n\n2 \"Ben\" (11)\n00:00:02.000 --> 00:00:03.000\nHi.\n",
        "1\n00:00:01,000 --> 00:00:02,000\nAda: Hello.\n2\n00:00:02,000 --> 00:00:03,000\nBen: Hi.\n",
        "0:0:1.0 --> 0:0:2.0\nAda\nHello.\n\n0:0:2.0 --> 0:0:3.0\nBen\nHi.\n",
    ] {
        assert_eq!(
            said(&read(file)),
            [("Ada", 1_000, 2_000, "Hello."), ("Ben", 2_000, 3_000, "Hi.")],
            "{file}"
        );
    }
    let head = "WEBVTT\nKind: captions\nLanguage: fr-FR\n\n00:01.000 --> 00:02.000\n<v \u{202b}Ada\u{202c}>Un\n\n00:02.000 --> 00:03.000\n<v Ben>Deux\n\net trois pour finir\n";
    let found = read(head);
    assert_eq!(found.language.as_deref(), Some("fr-FR"));
    assert_eq!(
        said(&found),
        [("Ada", 1_000, 2_000, "Un"), ("Ben", 2_000, 3_000, "Deux et trois pour finir")]
    );
}

#[test]
fn lines_of_text_have_names_and_times_in_many_ways() {
    for file in [
        "00:00:01 - 00:00:04 Ada Byron\nHello.\n00:01:01 - 00:01:09 Ben King\nHi.\n",
        "00:01\nAda Byron\nHello.\n\n01:01\nBen King\nHi.\n",
        "00:00:01 | Ada Byron | Hello.\n00:01:01 | Ben King | Hi.\n",
        "**Ada Byron** [00:01]: Hello.\n\n**Ben King** [01:01]: Hi.\n",
        "Start,Speaker,Text\n00:00:01,Ada Byron,\"Hello.\"\n61,Ben King,Hi.\n",
        "Début;Intervenant;Texte\n0:01;Ada Byron;Hello.\n1:01;Ben King;Hi.\n",
        "Renewal-20261123-Meeting Recording\nNovember 23, 2026, 9:00AM\n32m 5s\n\nAda Byron started transcription\n\nAda Byron   0:01\nHello.\n\nBen King   1:01\nHi.\n\nBen King stopped transcription\n",
    ] {
        let found = read(file);
        let starts: Vec<(&str, i64, &str)> =
            said(&found).into_iter().map(|(who, start, _, text)| (who, start, text)).collect();
        assert_eq!(starts, [("Ada Byron", 1_000, "Hello."), ("Ben King", 61_000, "Hi.")], "{file}");
    }
}

#[test]
fn times_of_day_become_times_of_the_recording() {
    for file in [
        "Ada Byron: 11:59:11 AM\nHello.\nBen King: 12:00:11 PM\nHi.\n",
        "Ada Byron, 10:02 AM\nHello.\nBen King, 10:03 AM\nHi.\n",
        "10 h 02 - Ada Byron : Hello.\n10 h 03 - Ben King : Hi.\n",
        "10h02 Ada Byron : Hello.\n10h03 Ben King : Hi.\n",
    ] {
        let found = read(file);
        let starts: Vec<(&str, i64, &str)> =
            said(&found).into_iter().map(|(who, start, _, text)| (who, start, text)).collect();
        assert_eq!(starts, [("Ada Byron", 0, "Hello."), ("Ben King", 60_000, "Hi.")], "{file}");
    }
}

#[test]
fn heads_and_feet_of_files_were_not_said() {
    let meet = "Renewal (2026-11-23) - Transcript\n\nAttendees\nAda Byron, Ben King\n\n00:00:00\n\nAda Byron: Hello.\nben@x.example: Hi.\n\nTranscription ended after 00:06:12\nThis editable transcript was computer generated and might contain errors.\n";
    let found = read(meet);
    let texts: Vec<(&str, &str)> =
        said(&found).into_iter().map(|(who, _, _, text)| (who, text)).collect();
    assert_eq!(texts, [("Ada Byron", "Hello."), ("ben@x.example", "Hi.")]);
}

#[test]
fn services_write_json_in_many_ways() {
    for (file, wanted) in [
        (
            r#"{"text": "x", "utterances": [{"speaker": "A", "text": "Hello there.", "start": 250, "end": 1250}, {"speaker": "B", "text": "Hi.", "start": 1300, "end": 2000}]}"#,
            [("A", 250, 1_250, "Hello there."), ("B", 1_300, 2_000, "Hi.")],
        ),
        (
            r#"{"results": {"channels": [{"alternatives": [{"transcript": "hello hi", "words": [{"word": "hello", "start": 0.25, "end": 1.25, "speaker": 0}], "paragraphs": {"paragraphs": [{"sentences": [{"text": "Hello there.", "start": 0.25, "end": 1.25}], "speaker": 0, "start": 0.25, "end": 1.25}, {"sentences": [{"text": "Hi."}], "speaker": 1, "start": 1.3, "end": 2.0}]}}]}]}}"#,
            [("Speaker 0", 250, 1_250, "Hello there."), ("Speaker 1", 1_300, 2_000, "Hi.")],
        ),
        (
            r#"{"results": {"transcripts": [{"transcript": "x"}], "audio_segments": [{"transcript": "Hello there.", "start_time": "0.25", "end_time": "1.25", "speaker_label": "spk_0"}, {"transcript": "Hi.", "start_time": "1.3", "end_time": "2.0", "speaker_label": "spk_1"}]}}"#,
            [("spk_0", 250, 1_250, "Hello there."), ("spk_1", 1_300, 2_000, "Hi.")],
        ),
        (
            r#"{"recognizedPhrases": [{"speaker": 1, "offset": "PT0.25S", "duration": "PT1S", "nBest": [{"display": "Hello there."}]}, {"speaker": 2, "offset": "PT1.3S", "duration": "PT0.7S", "nBest": [{"display": "Hi."}]}]}"#,
            [("Speaker 1", 250, 1_250, "Hello there."), ("Speaker 2", 1_300, 2_000, "Hi.")],
        ),
        (
            r#"{"callTranscripts": [{"callId": "1", "transcript": [{"speakerId": "64", "sentences": [{"start": 250, "end": 700, "text": "Hello"}, {"start": 700, "end": 1250, "text": "there."}]}, {"speakerId": "77", "sentences": [{"start": 1300, "end": 2000, "text": "Hi."}]}]}]}"#,
            [("64", 250, 1_250, "Hello there."), ("77", 1_300, 2_000, "Hi.")],
        ),
        (
            r#"[{"participant": {"id": 1, "name": "Ada"}, "words": [{"text": "Hello", "start_timestamp": {"relative": 0.25}, "end_timestamp": {"relative": 0.5}}, {"text": "there.", "start_timestamp": {"relative": 0.6}, "end_timestamp": {"relative": 1.25}}]}, {"participant": {"id": 2, "name": "Ben"}, "words": [{"text": "Hi.", "start_timestamp": {"relative": 1.3}, "end_timestamp": {"relative": 2.0}}]}]"#,
            [("Ada", 250, 1_250, "Hello there."), ("Ben", 1_300, 2_000, "Hi.")],
        ),
        (
            "{\"speaker\": \"Ada\", \"text\": \"Hello there.\", \"start\": 0.25, \"end\": 1.25}\n{\"speaker\": \"Ben\", \"text\": \"Hi.\", \"start\": 1.3, \"end\": 2}\n",
            [("Ada", 250, 1_250, "Hello there."), ("Ben", 1_300, 2_000, "Hi.")],
        ),
    ] {
        assert_eq!(said(&read(file)), wanted, "{file}");
    }
}
