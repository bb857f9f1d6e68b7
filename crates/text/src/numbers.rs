//! Numbers in figures and in Thai words.
//!
//! Figures may carry thousands commas, decimals and scale words (`1,250.50`, `1.5 ล้าน`, `3 ล้าน 5 แสน`); words follow the
//! spoken form (`หนึ่งแสนสองหมื่น`, `ยี่สิบเอ็ด`, `สามจุดห้า`, `ล้านครึ่ง`). Texts are expected in normal form (see
//! [`crate::normalise`]), so Thai digits are ASCII here; spans are bytes of the text given.

use thiap_domain::TextSpan;

use crate::Segmenter;

/// Millionths in one: values are exact to six decimals.
const MICROS: i128 = 1_000_000;
/// Beyond this (10^24) a figure is no quantity that a project names.
const LARGEST: i128 = 1_000_000_000_000_000_000_000_000 * MICROS;

/// An exact number, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    micros: i128,
}

impl Number {
    /// The value in millionths.
    #[must_use]
    pub fn micros(self) -> i128 {
        self.micros
    }

    /// The value when it is whole and fits.
    #[must_use]
    pub fn as_integer(self) -> Option<i64> {
        if self.micros % MICROS == 0 { i64::try_from(self.micros / MICROS).ok() } else { None }
    }

    /// The value for display and ratios.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.micros as f64 / MICROS as f64
    }

    /// The value times one hundred, rounded half up, when it fits: baht become satang.
    pub(crate) fn hundredths(self) -> Option<i64> {
        let unit = MICROS / 100;
        i64::try_from((self.micros + unit / 2).div_euclid(unit)).ok()
    }

    /// The product with a whole factor, within the bounds of a quantity.
    pub(crate) fn scaled(self, factor: i128) -> Option<Self> {
        self.micros.checked_mul(factor).filter(|micros| *micros <= LARGEST).map(|micros| Self { micros })
    }
}

/// A number found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberMention {
    /// Where it stands, scale words taken in.
    pub span: TextSpan,
    /// What it says.
    pub value: Number,
    /// The power of ten of the scale words behind the last figure (6 for `1.5 ล้าน`), 0 without any. In `1-2 ล้าน` the
    /// first number shares it.
    pub scale: u32,
    /// Written in words, at least in part.
    pub in_words: bool,
}

/// What a word of a number does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Digit(i128),
    /// A figure in digits, in millionths.
    Figure(i128),
    /// สิบ to แสน: the power of ten.
    Scale(u32),
    Million,
    Half,
    Point,
}

const WORDS: [(&str, Part); 23] = [
    ("ศูนย์", Part::Digit(0)),
    ("หนึ่ง", Part::Digit(1)),
    ("เอ็ด", Part::Digit(1)),
    ("สอง", Part::Digit(2)),
    ("ยี่", Part::Digit(2)),
    ("สาม", Part::Digit(3)),
    ("สี่", Part::Digit(4)),
    ("ห้า", Part::Digit(5)),
    ("หก", Part::Digit(6)),
    ("เจ็ด", Part::Digit(7)),
    ("แปด", Part::Digit(8)),
    ("เก้า", Part::Digit(9)),
    ("สิบ", Part::Scale(1)),
    ("ร้อย", Part::Scale(2)),
    ("พัน", Part::Scale(3)),
    ("หมื่น", Part::Scale(4)),
    ("แสน", Part::Scale(5)),
    ("ล้าน", Part::Million),
    ("ครึ่ง", Part::Half),
    ("จุด", Part::Point),
    ("hundred", Part::Scale(2)),
    ("thousand", Part::Scale(3)),
    ("million", Part::Million),
];

/// Finds every number of a text, left to right, without overlaps. Number words count only where the words of the text
/// begin and end with them: สามารถ and เก้าอี้ hold no number, nor does ร้อยละ.
#[must_use]
pub fn find_numbers(normalised: &str) -> Vec<NumberMention> {
    let mut ends: Option<Vec<bool>> = None;
    let mut mentions = Vec::new();
    let mut at = 0;
    let mut before = ' ';
    while let Some(c) = normalised.get(at..).and_then(|rest| rest.chars().next()) {
        let mention = if c.is_ascii_digit() && !before.is_ascii_alphanumeric() || starts_word_of_number(c) {
            read_number(normalised, at)
        } else {
            None
        };
        let accepted = mention.filter(|mention| {
            !mention.in_words || {
                let ends = ends.get_or_insert_with(|| word_ends(normalised));
                let falls = |at: usize| ends.get(at).copied().unwrap_or(true);
                falls(mention.span.end) && (c.is_ascii_digit() || falls(mention.span.start))
            }
        });
        match accepted {
            Some(mention) => {
                at = mention.span.end.max(at + c.len_utf8());
                mentions.push(mention);
                before = '0';
            }
            None if c.is_ascii_digit() => {
                // Digits glued to letters, or a figure too long: skip the whole run.
                let rest = normalised.get(at..).unwrap_or_default();
                at += rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                before = '0';
            }
            None => {
                at += c.len_utf8();
                before = c;
            }
        }
    }
    mentions
}

/// Whether a token of the text ends (or starts) at each byte.
fn word_ends(text: &str) -> Vec<bool> {
    let mut ends = vec![false; text.len() + 1];
    for token in Segmenter::embedded().segment(text) {
        for at in [token.span.start, token.span.end] {
            if let Some(end) = ends.get_mut(at) {
                *end = true;
            }
        }
    }
    ends
}

fn starts_word_of_number(c: char) -> bool {
    matches!(c, 'ศ' | 'ห' | 'เ' | 'ส' | 'ย' | 'แ' | 'ร' | 'พ' | 'ล' | 'ค')
}

/// Reads the number that starts at byte `at`, as far as it goes.
fn read_number(text: &str, at: usize) -> Option<NumberMention> {
    let mut reader = Reader::default();
    let mut end = at;
    let mut next = at;
    // Where to go back to when a value turns out to begin another number: `2 ล้าน 5 ล้าน`, `2 ล้าน 3 แห่ง`.
    let mut before_value: Option<(Reader, usize)> = None;
    while let Some((part, after)) = read_part(text, next) {
        let spaced = next > end;
        let earlier = (reader, end);
        if !reader.take(part) {
            if reader.pending.is_some()
                && matches!(part, Part::Scale(_) | Part::Million)
                && let Some(earlier) = before_value
            {
                (reader, end) = earlier;
            }
            break;
        }
        match part {
            Part::Figure(_) | Part::Digit(_) if earlier.0.any && reader.decimal_weight.is_none() => {
                before_value = (spaced || matches!(part, Part::Figure(_))).then_some(earlier);
            }
            Part::Scale(_) | Part::Million => before_value = None,
            _ => {}
        }
        end = after;
        // Spaces stand between figures and their scale words, and between the groups of a long amount.
        next = after + spaces(text, after);
    }
    if reader.pending.is_some()
        && let Some(earlier) = before_value
    {
        (reader, end) = earlier;
    }
    if reader.is_bare_scale() {
        return None;
    }
    let value = reader.value()?;
    Some(NumberMention {
        span: TextSpan::new(at, end),
        value: Number { micros: value },
        scale: reader.last_scale,
        in_words: reader.in_words,
    })
}

fn spaces(text: &str, at: usize) -> usize {
    // More than two spaces separate columns, not words.
    let rest = text.get(at..).unwrap_or_default();
    let count = rest.bytes().take(3).take_while(|b| *b == b' ').count();
    if count > 2 { 0 } else { count }
}

/// A figure or a number word at byte `at`, with the byte behind it.
fn read_part(text: &str, at: usize) -> Option<(Part, usize)> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    if first.is_ascii_digit() {
        let (micros, len) = read_figure(rest)?;
        return Some((Part::Figure(micros), at + len));
    }
    let (word, part) = WORDS.iter().find(|(word, _)| rest.starts_with(word))?;
    // ร้อยละ is a percentage, พันธุ์ and ห้าม are words of their own: what follows must not continue the syllable.
    let after = rest.get(word.len()..).unwrap_or_default();
    let follows_sign = after.chars().next().is_some_and(|c| {
        crate::character::is_mark(c) || crate::character::is_following_vowel(c) || after.starts_with("ละ")
    });
    (!follows_sign).then_some((*part, at + word.len()))
}

/// Digits with thousands commas and decimals; gives millionths and the length. A comma counts only before exactly three
/// digits, a point only before a digit.
fn read_figure(text: &str) -> Option<(i128, usize)> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).filter(|b| b.is_ascii_digit()).map(|b| i128::from(b - b'0'));
    let (mut whole, mut at) = (0i128, 0);
    loop {
        if let Some(value) = digit(at) {
            whole = whole * 10 + value;
            if whole > LARGEST / MICROS {
                return None;
            }
            at += 1;
        } else if bytes.get(at) == Some(&b',')
            && (1..=3).all(|offset| digit(at + offset).is_some())
            && digit(at + 4).is_none()
        {
            at += 1;
        } else {
            break;
        }
    }
    let (mut micros, mut unit) = (0, MICROS);
    if bytes.get(at) == Some(&b'.') && digit(at + 1).is_some() {
        at += 1;
        while let Some(value) = digit(at) {
            unit /= 10;
            micros += value * unit;
            at += 1;
        }
    }
    Some((whole * MICROS + micros, at))
}

/// Adds up the parts of one number. Sums hold millionths.
#[derive(Debug, Default, Clone, Copy)]
struct Reader {
    /// Finished multiples of a million.
    millions: i128,
    /// Sum of the section below a million.
    section: i128,
    /// A digit or figure that waits for its scale.
    pending: Option<i128>,
    /// Decimals after จุด: the weight of the next digit.
    decimal_weight: Option<i128>,
    /// The weight of the last scale word, for ครึ่ง and for order.
    last_weight: i128,
    last_scale: u32,
    section_scale: u32,
    any: bool,
    in_words: bool,
    pending_is_figure: bool,
    finished: bool,
    /// A digit or figure was read, or สิบ: ล้าน alone is a unit, not a number.
    counted: bool,
    parts: u8,
}

impl Reader {
    /// Takes the next part; `false` when it does not continue the number.
    fn take(&mut self, part: Part) -> bool {
        if self.finished {
            return false;
        }
        let accepted = match part {
            Part::Figure(micros) => self.take_value(micros, true),
            Part::Digit(digit) => match self.decimal_weight {
                Some(weight) if weight > 0 => {
                    self.pending = self.pending.map(|value| value + digit * weight);
                    self.decimal_weight = Some(weight / 10);
                    true
                }
                Some(_) => false,
                None => self.take_value(digit * MICROS, false),
            },
            Part::Scale(power) => self.take_scale(power),
            Part::Million => self.take_million(),
            Part::Half => self.take_half(),
            Part::Point => {
                let starts =
                    self.pending.is_some() && !self.pending_is_figure && self.decimal_weight.is_none();
                if starts {
                    self.decimal_weight = Some(MICROS / 10);
                }
                starts
            }
        };
        if accepted {
            self.any = true;
            self.parts = self.parts.saturating_add(1);
            self.counted |= matches!(part, Part::Figure(_) | Part::Digit(_) | Part::Scale(1));
            self.in_words |= !matches!(part, Part::Figure(_));
        }
        accepted
    }

    fn take_value(&mut self, micros: i128, figure: bool) -> bool {
        // Two values in a row are two numbers; a figure behind words must be smaller than what its scale left open.
        if self.pending.is_some()
            || self.any && (self.last_weight == 0 || micros >= self.last_weight * MICROS)
        {
            return false;
        }
        self.pending = Some(micros);
        self.pending_is_figure = figure;
        true
    }

    fn take_scale(&mut self, power: u32) -> bool {
        let weight = 10i128.pow(power);
        // Scales fall inside a section: แสน before หมื่น before พัน.
        if self.section != 0 && weight >= self.last_weight {
            return false;
        }
        let value = self.pending.take().unwrap_or(MICROS);
        self.section += value.saturating_mul(weight);
        self.settle(weight, power);
        self.section_scale = power;
        self.section <= LARGEST
    }

    fn take_million(&mut self) -> bool {
        let below = self.section + self.pending.unwrap_or(0);
        let value = match (below, self.millions) {
            (0, 0) => MICROS,
            // ล้านล้าน, หนึ่งล้านสองแสนล้าน: what stands so far is multiplied as a whole.
            (0, millions) => millions,
            (below, 0) => below,
            (below, millions) if self.section_scale == 5 => below + millions,
            _ => return false,
        };
        let Some(millions) = value.checked_mul(1_000_000).filter(|millions| *millions <= LARGEST) else {
            return false;
        };
        let power =
            if self.last_scale >= 6 && below == 0 { self.last_scale + 6 } else { self.section_scale + 6 };
        self.millions = millions;
        self.pending = None;
        self.section = 0;
        self.section_scale = 0;
        self.settle(1_000_000, power);
        true
    }

    fn take_half(&mut self) -> bool {
        if !self.any {
            self.pending = Some(MICROS / 2);
            self.pending_is_figure = true;
            return true;
        }
        if self.last_weight == 0 || self.pending.is_some() {
            return false;
        }
        // ล้านครึ่ง, สองแสนครึ่ง: half of the last scale.
        self.section += self.last_weight * MICROS / 2;
        self.finished = true;
        true
    }

    fn settle(&mut self, weight: i128, power: u32) {
        self.last_weight = weight;
        self.last_scale = power;
        self.decimal_weight = None;
        self.pending_is_figure = false;
    }

    /// Only a scale word, which alone is a unit (หน่วย: ล้านบาท) or part of a name (แสนสุข), or only ครึ่ง.
    fn is_bare_scale(&self) -> bool {
        !self.counted && self.parts < 2
    }

    fn value(&self) -> Option<i128> {
        let total = self.millions.checked_add(self.section)?.checked_add(self.pending.unwrap_or(0))?;
        (self.any && total <= LARGEST).then_some(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(text: &str) -> Vec<f64> {
        find_numbers(text).iter().map(|mention| mention.value.as_f64()).collect()
    }

    #[test]
    fn reads_figures_with_commas_decimals_and_scales() {
        assert_eq!(values("1,250,000.50 และ 10,000"), [1_250_000.5, 10_000.0]);
        assert_eq!(values("1.5 ล้าน"), [1_500_000.0]);
        assert_eq!(values("3 ล้าน 5 แสน"), [3_500_000.0]);
        assert_eq!(values("2 พันล้าน, 5 หมื่นล้าน, 3.1 ล้านล้าน"), [2e9, 5e10, 3.1e12]);
        assert_eq!(values("2 ล้าน 5 ล้าน"), [2e6, 5e6]);
        assert_eq!(values("2 ล้าน 3 แห่ง"), [2e6, 3.0]);
        assert_eq!(values("1,2,3"), [1.0, 2.0, 3.0]);
        assert_eq!(values("ครั้งที่ 3 จำนวน 40 คน"), [3.0, 40.0]);
    }

    #[test]
    fn reads_numbers_in_words() {
        assert_eq!(values("หนึ่งแสนสองหมื่น"), [120_000.0]);
        assert_eq!(values("ยี่สิบเอ็ด"), [21.0]);
        assert_eq!(values("สิบล้าน"), [10_000_000.0]);
        assert_eq!(values("หนึ่งล้านสองแสนสามหมื่นสี่พันห้าร้อยหกสิบเจ็ด"), [1_234_567.0]);
        assert_eq!(values("สามจุดห้าล้าน"), [3_500_000.0]);
        assert_eq!(values("สองล้านครึ่ง"), [2_500_000.0]);
        assert_eq!(values("ครึ่งล้าน"), [500_000.0]);
        assert_eq!(values("หนึ่งล้านสองแสนล้าน"), [1.2e12]);
        assert_eq!(values("หนึ่งร้อยห้า สามแห่ง"), [105.0, 3.0]);
    }

    #[test]
    fn words_that_only_begin_like_numbers_are_none() {
        for text in ["สามารถ", "เก้าอี้", "ห้ามเข้า", "ร้อยละ", "พันธุ์ข้าว", "ห้องสมุด", "สี่แยก", "แสนสุข"]
        {
            let found = find_numbers(text);
            assert!(found.iter().all(|m| m.in_words && text == "สี่แยก"), "{text}: {found:?}");
        }
        assert_eq!(values("ร้อยละ 80"), [80.0]);
    }

    #[test]
    fn spans_hold_the_scale_words() {
        let text = "วงเงิน 1.5 ล้านบาท";
        let mention = find_numbers(text)[0];
        assert_eq!(mention.span.slice(text), Some("1.5 ล้าน"));
        assert_eq!(mention.scale, 6);
        assert_eq!(mention.value.as_integer(), Some(1_500_000));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_spans_fit(text in "(([0-9]{1,30}|[,. ]|หนึ่ง|สิบ|ยี่|เอ็ด|ร้อย|พัน|แสน|ล้าน|ครึ่ง|จุด|ห้า|บาท|ก){0,12})|\\PC{0,40}") {
            let mut last = 0;
            for mention in find_numbers(&text) {
                prop_assert!(mention.span.start >= last);
                prop_assert!(mention.span.slice(&text).is_some_and(|slice| !slice.is_empty()));
                last = mention.span.end;
            }
        }

        #[test]
        fn grouped_figures_read_back(value in 0i64..1_000_000_000_000) {
            let digits = value.to_string();
            let mut grouped = String::new();
            for (position, digit) in digits.chars().enumerate() {
                if position > 0 && (digits.len() - position).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            prop_assert_eq!(find_numbers(&grouped).first().and_then(|m| m.value.as_integer()), Some(value));
        }
    }
}
