//! For mail: HTML and plain text.

use std::fmt::Write as _;

use super::{
    markup::Markup,
    pieces::{self, Piece, fitted},
};
use crate::message::{Home, Message};

/// A mail before it has a sender and recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject, on one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Characters of a subject; our choice, far under the 998 of RFC 5322 §2.1.1.
const MAX_SUBJECT: usize = 150;

pub(crate) fn render(message: &Message, home: &Home) -> Letter {
    let pieces = pieces::pieces(message);
    let origin = pieces::origin(message, home);
    let link = home.link(message.id);
    let mut html = String::from(HEAD);
    let color = message.theme_color.as_deref().filter(|color| is_color(color)).unwrap_or("#d1d1d1");
    _ = write!(html, "<div style=\"border-left:4px solid {color};padding:4px 16px\">");
    let mut text = String::new();
    for piece in &pieces {
        draw(piece, &mut html);
        say(piece, &mut text);
    }
    let shown = Markup::Html.escape(&origin);
    let address = Markup::Html.escape(&link);
    _ = write!(
        html,
        "</div><p style=\"color:#616161;font-size:12px\">{shown} · <a href=\"{address}\">{address}</a></p></body></html>"
    );
    _ = write!(text, "-- \n{origin}\n{link}\n");
    Letter { subject: subject(message), text, html }
}

fn subject(message: &Message) -> String {
    let line: String =
        message.summary().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    fitted(line.trim(), MAX_SUBJECT)
}

fn is_color(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text.chars().skip(1).all(|c| c.is_ascii_hexdigit())
}

fn draw(piece: &Piece, html: &mut String) {
    let markup = Markup::Html;
    match piece {
        Piece::Title(text) => {
            let text = markup.write(text);
            _ = write!(html, "<h2 style=\"font-size:18px;margin:12px 0\">{text}</h2>");
        }
        Piece::Text(text) => _ = write!(html, "<p>{}</p>", markup.write(text)),
        Piece::Literal(text) => _ = write!(html, "<p>{}</p>", markup.escape(text)),
        Piece::Facts(facts) => {
            html.push_str("<table role=\"presentation\" style=\"border-collapse:collapse\">");
            for (name, value) in facts {
                _ = write!(
                    html,
                    "<tr><th style=\"text-align:left;vertical-align:top;padding:2px 12px 2px 0\">{}</th>\
                     <td style=\"padding:2px 0\">{}</td></tr>",
                    markup.write(name),
                    markup.write(value)
                );
            }
            html.push_str("</table>");
        }
        Piece::Image { url, alt } => {
            // As a link, not as an image: a mail that fetches tells its sender who reads it.
            let title = if alt.is_empty() { "Image" } else { alt };
            _ = write!(html, "<p>{}</p>", markup.link(title, url));
        }
        Piece::Links(links) => {
            let links: Vec<String> =
                links.iter().map(|(title, url)| markup.link(title, url)).collect();
            _ = write!(html, "<p>{}</p>", links.join(" &nbsp; "));
        }
        Piece::Break => {
            html.push_str("<hr style=\"border:0;border-top:1px solid #e0e0e0;margin:12px 0\">");
        }
    }
}

fn say(piece: &Piece, text: &mut String) {
    let markup = Markup::Plain;
    match piece {
        Piece::Title(line) | Piece::Text(line) => _ = writeln!(text, "{}\n", markup.write(line)),
        Piece::Literal(line) => _ = writeln!(text, "{line}\n"),
        Piece::Facts(facts) => {
            for (name, value) in facts {
                _ = writeln!(text, "{}: {}", markup.write(name), markup.write(value));
            }
            text.push('\n');
        }
        Piece::Image { url, alt } if alt.is_empty() => _ = writeln!(text, "{url}\n"),
        Piece::Image { url, alt } => _ = writeln!(text, "{alt}: {url}\n"),
        Piece::Links(links) => {
            for (title, url) in links {
                _ = writeln!(text, "{title}: {url}");
            }
            text.push('\n');
        }
        Piece::Break => text.push('\n'),
    }
}

const HEAD: &str = "<!doctype html><html><head><meta charset=\"utf-8\"></head>\
    <body style=\"font-family:'Segoe UI',Arial,sans-serif;font-size:14px;line-height:20px;color:#242424\">";
