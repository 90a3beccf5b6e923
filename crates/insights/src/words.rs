//! Words of a text and their places.

/// A word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) start: usize,
}

impl Word<'_> {
    pub(crate) const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) fn is_capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }
}

/// The words of a text: runs of letters and digits. An apostrophe inside stays (`don't`) but after a French elision
/// (`l’offre` is two words); points and commas stay between digits (`3.5`, `1,200`).
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::with_capacity(text.len() / 6);
    let mut start = None;
    let mut before = ' ';
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map_or(' ', |(_, next)| *next);
        let inner = match letter {
            '\'' | '’' => {
                before.is_alphabetic()
                    && next.is_alphabetic()
                    && !start.and_then(|from| text.get(from..at)).is_some_and(elided)
            }
            '.' | ',' => before.is_ascii_digit() && next.is_ascii_digit(),
            _ => letter.is_alphanumeric(),
        };
        match (inner, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                push(&mut out, text, from, at);
                start = None;
            }
            _ => {}
        }
        before = letter;
    }
    if let Some(from) = start {
        push(&mut out, text, from, text.len());
    }
    out
}

fn push<'a>(out: &mut Vec<Word<'a>>, text: &'a str, from: usize, to: usize) {
    if let Some(word) = text.get(from..to) {
        out.push(Word { text: word, start: from });
    }
}

fn elided(before: &str) -> bool {
    let before = before.to_lowercase();
    matches!(
        before.as_str(),
        "l" | "d"
            | "j"
            | "m"
            | "t"
            | "s"
            | "n"
            | "c"
            | "qu"
            | "jusqu"
            | "lorsqu"
            | "puisqu"
            | "quoiqu"
            | "quelqu"
    )
}

/// A word in small letters without accents, with `'` for `’`.
pub(crate) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'î' | 'ï' | 'í' => out.push('i'),
            'ô' | 'ö' | 'ó' => out.push('o'),
            'ù' | 'û' | 'ü' | 'ú' => out.push('u'),
            'ÿ' => out.push('y'),
            'ñ' => out.push('n'),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            '’' | 'ʼ' => out.push('\''),
            '\u{300}'..='\u{36f}' => {}
            other => out.push(other),
        }
    }
    out
}

/// A text as folded words between single spaces, with a space at both ends: phrases are found by `contains(" phrase ")`.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for word in words(text) {
        out.push_str(&fold(word.text));
        out.push(' ');
    }
    out
}
