//! A tree as strict JSON text: what was read comes back, unknown names included.

use super::Node;

impl Node<'_> {
    /// Strict JSON on one line; numbers as they were written.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write(self, &mut Layout { out: &mut out, indent: None });
        out
    }

    /// Strict JSON for people: two blanks per level, one member per line.
    pub fn to_pretty_json(&self) -> String {
        let mut out = String::new();
        write(self, &mut Layout { out: &mut out, indent: Some(0) });
        out.push('\n');
        out
    }
}

struct Layout<'o> {
    out: &'o mut String,
    /// The level, when lines are broken.
    indent: Option<usize>,
}

impl Layout<'_> {
    fn line(&mut self) {
        if let Some(level) = self.indent {
            self.out.push('\n');
            for _ in 0..level {
                self.out.push_str("  ");
            }
        }
    }

    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.indent = self.indent.map(|level| level + 1);
    }

    fn next(&mut self, first: bool) {
        if !first {
            self.out.push(',');
        }
        self.line();
    }

    fn close(&mut self, bracket: char, empty: bool) {
        self.indent = self.indent.map(|level| level.saturating_sub(1));
        if !empty {
            self.line();
        }
        self.out.push(bracket);
    }
}

fn write(node: &Node<'_>, layout: &mut Layout<'_>) {
    match node {
        Node::Null => layout.out.push_str("null"),
        Node::Bool(true) => layout.out.push_str("true"),
        Node::Bool(false) => layout.out.push_str("false"),
        Node::Number(number) => layout.out.push_str(number.as_written()),
        Node::Text(text) => quote(text, layout.out),
        Node::List(items) => {
            layout.open('[');
            for (at, item) in items.iter().enumerate() {
                layout.next(at == 0);
                write(item, layout);
            }
            layout.close(']', items.is_empty());
        }
        Node::Object(object) => {
            layout.open('{');
            for (at, (key, value)) in object.iter().enumerate() {
                layout.next(at == 0);
                quote(key, layout.out);
                layout.out.push_str(if layout.indent.is_some() { ": " } else { ":" });
                write(value, layout);
            }
            layout.close('}', object.is_empty());
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = special.chars();
        if let Some(special) = characters.next() {
            escape(special, out);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn escape(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        control => {
            out.push_str("\\u00");
            for nibble in [u32::from(control) >> 4, u32::from(control) & 15] {
                out.extend(char::from_digit(nibble, 16));
            }
        }
    }
}
