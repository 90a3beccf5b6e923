//! Other files that a definition refers to: brought in when it is imported, and at no other time.
//!
//! What was uploaded together is found there, everything else is fetched through the guarded client. What cannot be had
//! keeps nobody from importing: the reference stays as it is, and a finding says why.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use bytes::Bytes;
use egress::Request;
use futures_util::{StreamExt as _, stream};
use openapi::{Import, Node};
use url::Url;

use crate::Connectors;

/// A definition with references that lead elsewhere.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) root: Node<'static>,
    /// Where it is from: an address, or a place in what was uploaded; nothing for pasted text.
    pub(super) base: Option<Url>,
    /// What was uploaded beside it, by its path.
    pub(super) beside: BTreeMap<String, Bytes>,
}

/// A text that is wanted: who refers to it, and as what.
#[derive(Debug, Clone)]
struct Wanted {
    from: Option<Url>,
    text: String,
}

/// A text that came, or the word for why not.
type Brought = Result<Node<'static>, &'static str>;

impl Connectors {
    /// The definition with everything in it that could be had, in at most `most` bytes.
    pub(super) async fn bring_in(&self, open: Open, most: usize) -> Node<'static> {
        let Open { root, base, beside } = open;
        let mut wanted: Vec<Wanted> = wanted(&root, base.as_ref());
        let mut texts: BTreeMap<String, Node<'static>> = BTreeMap::new();
        let mut missing: BTreeMap<String, &'static str> = BTreeMap::new();
        let mut asked: BTreeSet<String> = BTreeSet::new();
        let (begun, mut room) = (Instant::now(), most.saturating_sub(root.to_json().len()));
        for depth in 0..=MAX_DEPTH {
            let mut places = Vec::new();
            for Wanted { from, text } in std::mem::take(&mut wanted) {
                match place(from.as_ref(), &text) {
                    Err(why) => drop(missing.insert(text, why)),
                    Ok(place) if asked.contains(place.as_str()) => {}
                    Ok(_) if asked.len() >= MAX_TEXTS || depth == MAX_DEPTH => {
                        missing.insert(text, "many");
                    }
                    Ok(place) => {
                        asked.insert(place.to_string());
                        places.push((place, text));
                    }
                }
            }
            let (share, files) = (room, &beside);
            let fetches = places.into_iter().map(|(place, text)| {
                let left = PATIENCE.saturating_sub(begun.elapsed());
                async move { (self.bring(&place, files, (share, left)).await, place, text) }
            });
            let mut came = stream::iter(fetches).buffer_unordered(AT_ONCE);
            while let Some((brought, place, text)) = came.next().await {
                let brought = brought.and_then(|(node, size)| {
                    room = room.checked_sub(size).ok_or("size")?;
                    Ok(node)
                });
                match brought {
                    Ok(node) => {
                        wanted.extend(self::wanted(&node, Some(&place)));
                        texts.insert(place.into(), node);
                    }
                    Err(why) => drop(missing.insert(text, why)),
                }
            }
            if wanted.is_empty() {
                break;
            }
        }
        let base = base.map(String::from);
        let address_of = |from: Option<&str>, text: &str| {
            let from = from.or(base.as_deref()).and_then(|from| Url::parse(from).ok());
            place(from.as_ref(), text).ok().map(String::from)
        };
        let imports = texts.into_iter().map(|(address, root)| Import { address, root });
        let whole = openapi::bundle(root, imports.collect(), address_of);
        let missing = missing.into_iter().map(|(text, why)| (text, why.to_owned()));
        openapi::note_missing(whole, missing.collect())
    }

    async fn bring(
        &self,
        place: &Url,
        beside: &BTreeMap<String, Bytes>,
        (room, left): (usize, Duration),
    ) -> Result<(Node<'static>, usize), &'static str> {
        let bytes = if place.scheme() == UPLOADED {
            beside.get(place.path()).cloned().ok_or("absent")?
        } else {
            let request = Request {
                max_bytes: Some(room.min(MAX_BYTES)),
                timeout: Some(left),
                ..Request::get(place.clone())
            };
            let answer = self.client.fetch(request).await.map_err(|error| why(&error))?;
            if !answer.status.is_success() {
                return Err("status");
            }
            answer.body
        };
        let size = bytes.len();
        let read = move || parsed(&bytes);
        let node = tokio::task::spawn_blocking(read).await.map_err(|_gone| "failed")??;
        Ok((node, size))
    }
}

fn parsed(bytes: &[u8]) -> Brought {
    let document = openapi::read(bytes).map_err(|_beyond| "unreadable")?;
    Ok(document.into_owned().into_root())
}

fn wanted(node: &Node<'_>, from: Option<&Url>) -> Vec<Wanted> {
    let texts = openapi::external_texts(node).into_iter().take(MAX_TEXTS + 1);
    texts.map(|text| Wanted { from: from.cloned(), text: text.to_owned() }).collect()
}

/// Where a text is, from who refers to it.
fn place(from: Option<&Url>, text: &str) -> Result<Url, &'static str> {
    let mut place = match from {
        Some(from) => from.join(text).map_err(|_source| "refused")?,
        None => Url::parse(text).map_err(|_source| "base")?,
    };
    place.set_fragment(None);
    let uploaded = place.scheme() == UPLOADED;
    // What is fetched does not reach into what was uploaded.
    if uploaded && from.is_none_or(|from| from.scheme() != UPLOADED) {
        return Err("refused");
    }
    if uploaded || matches!(place.scheme(), "https" | "http") { Ok(place) } else { Err("refused") }
}

/// The place of an uploaded file, as others refer to it.
pub(super) fn uploaded(path: &str) -> Option<Url> {
    let mut url = Url::parse(&format!("{UPLOADED}:///")).ok()?;
    url.set_path(path);
    Some(url)
}

const fn why(error: &egress::Error) -> &'static str {
    match error {
        egress::Error::Network { .. } => "network",
        egress::Error::Refused { .. } => "refused",
        egress::Error::Name(_) => "name",
        egress::Error::Redirects { .. } => "redirects",
        egress::Error::TooLarge { .. } => "size",
        egress::Error::Timeout => "late",
        _ => "failed",
    }
}

/// The scheme of places in an upload; nothing is ever fetched by it.
const UPLOADED: &str = "upload";
/// Files that one definition brings in; our own choice, as the others here.
const MAX_TEXTS: usize = 50;
/// How long a chain of files may be.
const MAX_DEPTH: usize = 5;
/// Bytes of one of them.
const MAX_BYTES: usize = 5 << 20;
/// Files that are fetched at once.
const AT_ONCE: usize = 4;
/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(30);
