//! Numbers as the language writes them.

use fluent_bundle::{FluentValue, types::FluentNumber};

/// The marks of a language in a number.
#[derive(Clone, Copy)]
pub(crate) struct Marks {
    group: char,
    decimal: char,
}

/// `12,345.6`
pub(crate) const ENGLISH: Marks = Marks { group: ',', decimal: '.' };

/// `12 345,6`, with a narrow no-break space
pub(crate) const FRENCH: Marks = Marks { group: '\u{202f}', decimal: ',' };

pub(crate) fn english<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number(value).map(|number| write(number, ENGLISH))
}

pub(crate) fn french<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number(value).map(|number| write(number, FRENCH))
}

fn number<'a>(value: &'a FluentValue<'_>) -> Option<&'a FluentNumber> {
    match value {
        FluentValue::Number(number) => Some(number),
        _ => None,
    }
}

fn write(number: &FluentNumber, marks: Marks) -> String {
    let plain = number.as_string();
    if number.options.use_grouping {
        group(&plain, marks)
    } else {
        plain.replace('.', marks.decimal.encode_utf8(&mut [0; 4]))
    }
}

/// Groups the digits of a plain decimal number in threes.
pub(crate) fn group(plain: &str, marks: Marks) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::with_capacity(plain.len() + plain.len() / 2);
    text.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(marks.group);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(marks.decimal);
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_in_threes() {
        for (plain, english, french) in [
            ("0", "0", "0"),
            ("999", "999", "999"),
            ("1000", "1,000", "1\u{202f}000"),
            ("-1234567.25", "-1,234,567.25", "-1\u{202f}234\u{202f}567,25"),
            ("100000", "100,000", "100\u{202f}000"),
        ] {
            assert_eq!(group(plain, ENGLISH), english);
            assert_eq!(group(plain, FRENCH), french);
        }
    }
}
