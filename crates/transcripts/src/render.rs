//! A transcript as legal `WebVTT`.

use std::fmt::Write as _;

use crate::{Transcript, clock};

impl Transcript {
    /// The transcript as `WebVTT` with a voice in every cue that has a speaker; [`crate::parse`] reads the same cues.
    pub fn to_webvtt(&self) -> String {
        let mut out = String::from("WEBVTT\n");
        for cue in &self.cues {
            let (start, end) = (clock::strict(cue.start_ms), clock::strict(cue.end_ms));
            let text = escaped(&cue.text);
            let _infallible = match &cue.speaker {
                Some(name) => write!(out, "\n{start} --> {end}\n<v {}>{text}</v>\n", escaped(name)),
                None => write!(out, "\n{start} --> {end}\n{text}\n"),
            };
        }
        out
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
