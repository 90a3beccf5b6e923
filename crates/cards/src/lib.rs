//! Cards: what senders post to a channel, read and turned into one kind of card.
//!
//! [`parse`] reads a body as real tools send it, MessageCards with all their sloppiness, plain
//! `{"text": …}`, messages with attachments, and gives a [`Post`] or the [`Refusal`] that those
//! tools know. [`to_adaptive`] turns any post into one Adaptive Card 1.5, [`plain_text`] into what a
//! notification or a search reads, [`fallback`] into a plain tree for pages without script.
//!
//! ```
//! let body = br#"{"title": "Nightly build", "text": "Build **4711** passed", "themeColor": "0076D7"}"#;
//! let post = liaison_cards::parse(body, Some("application/json"))?;
//! assert_eq!(post.theme_color().as_deref(), Some("#0076d7"));
//! assert_eq!(liaison_cards::plain_text(&post), "Nightly build\nBuild 4711 passed");
//! assert_eq!(liaison_cards::to_adaptive(&post)["type"], "AdaptiveCard");
//!
//! let refusal = liaison_cards::parse(b"{}", None).unwrap_err();
//! assert_eq!(refusal.answer.text(), "Summary or Text is required.");
//! # Ok::<(), liaison_cards::Refusal>(())
//! ```
//!
//! [`press`] is what happens when somebody presses a button of a finished card.
//!
//! A pure language: no input, no output, no clock; every bound is a constant in [`limits`]. It does
//! not draw cards (the official renderer does), fetch images, or run the requests of buttons: targets,
//! headers and bodies of `HttpPOST` stay behind [`Post::http_post_actions`] and never enter a card.
//!
//! Several cards of one post become one card with a container for each, because a message shows one
//! card. Links and images of other schemes than [`is_safe_link`] and [`is_safe_image`] know are left
//! out of everything that is shown. Markdown inside texts stays Markdown: who draws it turns it into
//! HTML and cleans that.

mod adaptive;
mod address;
mod attachment;
mod convert;
mod fallback;
mod finding;
mod json;
pub mod limits;
mod markdown;
mod message_card;
mod pointer;
mod post;
pub mod press;
mod reader;
mod refusal;
mod text;
mod walk;

pub use adaptive::AdaptiveEnvelope;
pub use address::{is_safe_image, is_safe_link};
pub use attachment::{Button, Card, HeroCard, ListCard, ListItem, OtherAttachment};
pub use convert::{HttpPress, PressField, Words, to_adaptive, to_adaptive_with};
pub use fallback::{Block, fallback, fallback_of_card};
pub use finding::{Finding, Rule, Severity};
pub use markdown::without_marks;
pub use message_card::{
    Action, ActionCard, Activity, Choice, Fact, Header, HttpPost, Input, InputKind, MessageCard,
    OpenUri, Picture, Section, Target,
};
pub use post::{Form, Post, parse};
pub use refusal::{Answer, Position, Reason, Refusal};
pub use text::{plain_text, plain_text_of, plain_text_of_card};
pub use walk::{image_urls, rewrite_images};
