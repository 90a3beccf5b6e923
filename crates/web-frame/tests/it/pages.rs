//! The frame itself, and the page of a problem.

use askama::Template as _;
use kernel::Language;
use web_proof::{compare, frame, show};

#[test]
fn the_frame_stands_round_every_page() {
    for language in Language::ALL {
        let samples = liaison_web_frame::problem::Problem::samples(&frame(language));
        let (_, sample) = samples.into_iter().next().expect("a sample");
        let html =
            liaison_web_frame::assets::plain_names(&sample.render().expect("the page renders"));
        compare(&format!("frame-{}", language.tag()), &html);
    }
}

#[test]
fn a_problem_says_what_happened_and_what_to_do() {
    show("problem", liaison_web_frame::problem::Problem::samples);
}
