//! Sums of money in text: `$50,000`, `50 k€`, `1,5 million d’euros`, `two hundred thousand dollars`.

use serde::Serialize;

use crate::{Lang, words, words::Word};

/// A sum in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// The byte at which it begins.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// The amount in hundredths.
    pub cents: i64,
    /// The currency's code, when it is said.
    pub currency: Option<&'static str>,
}

/// The sums of a text, in order: numbers with a currency.
pub fn find(text: &str, lang: Lang) -> Vec<Sum> {
    numbers(text, lang).into_iter().filter(|sum| sum.currency.is_some()).collect()
}

/// The same with numbers of thousands and more that name no currency (`a budget of 50k`): for texts that say what they are.
pub(crate) fn large(text: &str, lang: Lang) -> Vec<Sum> {
    numbers(text, lang)
        .into_iter()
        .filter(|sum| sum.currency.is_some() || sum.cents >= 100_000 * 10)
        .collect()
}

fn numbers(text: &str, lang: Lang) -> Vec<Sum> {
    let words = words::words(text);
    let folded: Vec<String> = words.iter().map(|word| words::fold(word.text)).collect();
    let reader = Reader { text, words: &words, folded: &folded, lang };
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match reader.at(at) {
            Some((count, sum)) => {
                out.push(sum);
                at += count.max(1);
            }
            None => at += 1,
        }
    }
    out
}

struct Reader<'a> {
    text: &'a str,
    words: &'a [Word<'a>],
    folded: &'a [String],
    lang: Lang,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.folded.get(at).map_or("", String::as_str)
    }

    fn gap(&self, at: usize) -> &str {
        match (self.words.get(at), self.words.get(at + 1)) {
            (Some(a), Some(b)) => self.text.get(a.end()..b.start).unwrap_or_default(),
            (Some(a), None) => self.text.get(a.end()..).unwrap_or_default(),
            _ => "",
        }
    }

    fn at(&self, at: usize) -> Option<(usize, Sum)> {
        let first = self.words.get(at)?;
        let (mut count, mut cents) = if first.text.starts_with(|c: char| c.is_ascii_digit()) {
            self.digits(at)?
        } else {
            let (count, number) = spoken(self.folded.get(at..)?)?;
            (count, number.checked_mul(100)?)
        };
        // `million`, `k`
        while let Some(times) =
            multiplier(self.word(at + count)).filter(|_| is_space(self.gap(at + count - 1)))
        {
            cents = cents.checked_mul(times)?;
            count += 1;
        }
        let before = self.text.get(..first.start).unwrap_or_default().trim_end();
        let sign = before.chars().next_back().and_then(symbol);
        let mut start = first.start;
        if let Some((_, length)) = sign {
            start = before.len() - length;
        }
        let sign = sign.or_else(|| {
            // `EUR 50 000`
            let code = at.checked_sub(1).map(|before| self.word(before))?;
            let is_near = is_space(self.gap(at - 1)) && code.len() == 3;
            let named = named(code).filter(|_| is_near)?;
            start = self.words.get(at - 1)?.start;
            Some((named, code.len()))
        });
        let mut end = self.words.get(at + count - 1)?.end();
        let mut currency = sign.map(|(code, _)| code);
        if currency.is_none() {
            let gap = self.gap(at + count - 1);
            if let Some((code, length)) = gap.trim_start().chars().next().and_then(symbol) {
                currency = Some(code);
                end += gap.len() - gap.trim_start().len() + length;
            } else {
                let skip = usize::from(matches!(
                    self.word(at + count),
                    "d" | "de" | "us" | "canadian" | "american"
                ));
                if let Some(code) = named(self.word(at + count + skip)).filter(|_| is_space(gap)) {
                    currency = Some(code);
                    end = self.words.get(at + count + skip)?.end();
                    count += skip + 1;
                }
            }
        }
        Some((count, Sum { start, end, cents, currency }))
    }

    /// A number in digits with its groups and suffix: `50 000`, `1,200.50`, `50k`, `50k€`.
    fn digits(&self, at: usize) -> Option<(usize, i64)> {
        let word = self.word(at);
        let length = word
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
            .count();
        let (number, suffix) = word.split_at_checked(length)?;
        let times = if suffix.is_empty() { 1 } else { multiplier(suffix)? };
        let mut written = number.to_owned();
        let mut count = 1;
        if suffix.is_empty() && written.len() <= 3 {
            // groups of three behind spaces; only French and no-break spaces group, and apostrophes
            while self.word(at + count).len() == 3
                && self.word(at + count).bytes().all(|byte| byte.is_ascii_digit())
                && match self.gap(at + count - 1) {
                    // the Swiss group with an apostrophe
                    "\u{a0}" | "\u{202f}" | "'" | "\u{2019}" => true,
                    " " => self.lang == Lang::French,
                    _ => false,
                }
            {
                written.push_str(self.word(at + count));
                count += 1;
            }
        }
        let is_part = times > 1 || multiplier(self.word(at + count)).is_some();
        Some((count, cents(&written, self.lang, is_part)?.checked_mul(times)?))
    }
}

/// A written number in hundredths. A mark with three digits behind it groups, where the language groups with it or no
/// `million` follows: prices have two digits behind theirs.
fn cents(written: &str, lang: Lang, is_part: bool) -> Option<i64> {
    let decimal = match written.rfind(['.', ',']) {
        None => None,
        Some(at) => {
            let mark = written.get(at..=at)?;
            let digits = written.len() - at - 1;
            let others = written.get(..at)?.contains(mark);
            let groups = digits == 3
                && (mark == "," && lang == Lang::English
                    || mark == "." && lang == Lang::French
                    || mark == "." && !is_part && at <= 3
                    || others);
            (!groups && digits > 0).then_some(at)
        }
    };
    let (whole, fraction) = match decimal {
        Some(at) => (written.get(..at)?, written.get(at + 1..)?),
        None => (written, ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    if whole.is_empty() || whole.len() > 12 {
        return None;
    }
    let mut cents = whole.parse::<i64>().ok()?.checked_mul(100)?;
    let mut place = 10;
    for digit in fraction.bytes().filter(u8::is_ascii_digit).take(2) {
        cents += i64::from(digit - b'0') * place;
        place /= 10;
    }
    Some(cents)
}

fn is_space(gap: &str) -> bool {
    !gap.is_empty() && gap.chars().all(|c| c.is_whitespace() || matches!(c, '-' | '’' | '\''))
}

fn multiplier(word: &str) -> Option<i64> {
    Some(match word {
        "k" | "thousand" | "mille" | "grand" => 1_000,
        "m" | "mn" | "mio" | "million" | "millions" => 1_000_000,
        "bn" | "billion" | "billions" | "milliard" | "milliards" | "md" => 1_000_000_000,
        _ => return None,
    })
}

fn symbol(letter: char) -> Option<(&'static str, usize)> {
    let code = match letter {
        '$' => "USD",
        '€' => "EUR",
        '£' => "GBP",
        '¥' => "JPY",
        _ => return None,
    };
    Some((code, letter.len_utf8()))
}

fn named(word: &str) -> Option<&'static str> {
    Some(match word {
        "dollar" | "dollars" | "usd" | "bucks" => "USD",
        "euro" | "euros" | "eur" => "EUR",
        "pound" | "pounds" | "gbp" | "sterling" | "livres" => "GBP",
        "chf" | "francs" | "franc" => "CHF",
        "cad" => "CAD",
        "jpy" | "yen" => "JPY",
        "aud" => "AUD",
        "sek" => "SEK",
        "nok" => "NOK",
        "dkk" => "DKK",
        "pln" | "zloty" => "PLN",
        "inr" | "rupees" => "INR",
        "cny" | "rmb" => "CNY",
        "dirhams" => "MAD",
        "tnd" | "dt" => "TND",
        "xof" | "fcfa" => "XOF",
        _ => return None,
    })
}

/// A number in words and how many it takes: `two hundred and fifty thousand`, `quatre-vingt-dix mille`. One word below a
/// thousand is no number here (`one euro` is talk).
fn spoken(words: &[String]) -> Option<(usize, i64)> {
    let (mut total, mut part, mut count, mut last) = (0_i64, 0_i64, 0, 0);
    for word in words.iter().take(12) {
        let word = word.as_str();
        if let Some(value) = unit(word) {
            part = if value == 20 && (part == 4) { 80 } else { part.checked_add(value)? };
        } else {
            match word {
                "hundred" | "cent" | "cents" => part = part.max(1) * 100,
                "thousand" | "mille" | "million" | "millions" => {
                    total = total.checked_add(part.max(1).checked_mul(multiplier(word)?)?)?;
                    part = 0;
                }
                "and" | "et" if count > 0 => {
                    count += 1;
                    continue;
                }
                _ => break,
            }
        }
        count += 1;
        last = count;
    }
    let sum = total.checked_add(part)?;
    // `a hundred`, `hundred` alone and articles are left out
    (last > 0
        && sum > 1
        && sum < 1_000_000_000_000
        && words.first().is_some_and(|w| !matches!(w.as_str(), "and" | "et")))
    .then_some((last, sum))
}

fn unit(word: &str) -> Option<i64> {
    Some(match word {
        "one" | "un" | "une" => 1,
        "two" | "deux" => 2,
        "three" | "trois" => 3,
        "four" | "quatre" => 4,
        "five" | "cinq" => 5,
        "six" => 6,
        "seven" | "sept" => 7,
        "eight" | "huit" => 8,
        "nine" | "neuf" => 9,
        "ten" | "dix" => 10,
        "eleven" | "onze" => 11,
        "twelve" | "douze" => 12,
        "thirteen" | "treize" => 13,
        "fourteen" | "quatorze" => 14,
        "fifteen" | "quinze" => 15,
        "sixteen" | "seize" => 16,
        "twenty" | "vingt" | "vingts" => 20,
        "thirty" | "trente" => 30,
        "forty" | "quarante" => 40,
        "fifty" | "cinquante" => 50,
        "sixty" | "soixante" => 60,
        "seventy" | "septante" => 70,
        "eighty" => 80,
        "ninety" | "nonante" => 90,
        _ => return None,
    })
}
