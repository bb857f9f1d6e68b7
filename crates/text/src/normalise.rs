//! The one normaliser.
//!
//! One pass over the characters, linear in time, with memory for one group of marks besides the result. A character
//! that shows nothing is dropped first, so that marks on either side of it meet; then the marks and following vowel of
//! a consonant are gathered as a set and written in canonical order (vowels, tone, other signs: the order of their code
//! points), which mends repetition and misorder at once. NFKC is never applied: it would split sara am.
//!
//! Line feeds are kept, other line ends (CR LF, CR, NEL, LS, PS, VT, FF) become one; every other space becomes U+0020,
//! and spaces are not merged. Letter case is kept; [`fold_case`] is a step of its own.

use std::borrow::Cow;
use std::ops::Range;

use crate::alignment::Alignment;
use crate::character::{is_consonant, is_following_vowel, is_leading_vowel, is_mark, is_tone};
use crate::repairs::Repairs;

/// A normalised text with the way back to the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    /// The text in normal form.
    pub text: String,
    /// Maps its spans to the original and back.
    pub alignment: Alignment,
    /// What was undone on the way.
    pub repairs: Repairs,
}

/// Brings a text into normal form and remembers where everything stood.
///
/// Sara am composed, เเ written as แ, repeated marks merged, misordered marks put in order, invisible characters dropped,
/// spaces and line ends unified, Thai and full-width digits and letters folded to ASCII. Normalising a normal form
/// changes nothing.
#[must_use]
pub fn normalise(original: &str) -> Normalised {
    let sink =
        AlignedText { original, text: String::with_capacity(original.len()), alignment: Alignment::new() };
    let (sink, repairs) = Pass::new(original, sink).run();
    Normalised { text: sink.text, alignment: sink.alignment, repairs }
}

/// The same text as [`normalise`], without the alignment; borrowed when the text is in normal form already.
#[must_use]
pub fn normalise_text(original: &str) -> Cow<'_, str> {
    let (sink, _) = Pass::new(original, CopyOnWrite { original, same_until: 0, changed: None }).run();
    match sink.changed {
        Some(text) => Cow::Owned(text),
        None => Cow::Borrowed(original),
    }
}

/// Lower-cases Latin and other cased letters; Thai has no case. Borrowed when nothing changes.
#[must_use]
pub fn fold_case(text: &str) -> Cow<'_, str> {
    let folded = text.bytes().all(|b| !b.is_ascii_uppercase())
        && (is_thai_or_ascii(text) || text == text.to_lowercase());
    if folded { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

fn is_thai_or_ascii(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii() || ('\u{0E00}'..='\u{0E7F}').contains(&c))
}

/// Receives the normal form piece by piece. Ranges rise; what lies between two of them was dropped.
trait Sink {
    /// The original bytes of `range` became `text`.
    fn write(&mut self, range: Range<usize>, text: &str);
    /// The original ends at byte `len`.
    fn finish(&mut self, len: usize);
}

struct AlignedText<'a> {
    original: &'a str,
    text: String,
    alignment: Alignment,
}

impl Sink for AlignedText<'_> {
    fn write(&mut self, range: Range<usize>, text: &str) {
        let dropped = range.start - self.alignment.original_len();
        if dropped > 0 {
            self.alignment.push(dropped, 0, false);
        }
        let identical = self.original.as_bytes().get(range.clone()) == Some(text.as_bytes());
        self.alignment.push(range.len(), text.len(), identical);
        self.text.push_str(text);
    }

    fn finish(&mut self, len: usize) {
        let dropped = len - self.alignment.original_len();
        self.alignment.push(dropped, 0, false);
    }
}

struct CopyOnWrite<'a> {
    original: &'a str,
    same_until: usize,
    changed: Option<String>,
}

impl CopyOnWrite<'_> {
    fn start_copy(&mut self) -> &mut String {
        let (original, same_until) = (self.original, self.same_until);
        self.changed.get_or_insert_with(|| {
            let mut text = String::with_capacity(original.len());
            text.push_str(original.get(..same_until).unwrap_or_default());
            text
        })
    }
}

impl Sink for CopyOnWrite<'_> {
    fn write(&mut self, range: Range<usize>, text: &str) {
        if self.changed.is_none()
            && range.start == self.same_until
            && self.original.as_bytes().get(range.clone()) == Some(text.as_bytes())
        {
            self.same_until = range.end;
            return;
        }
        self.start_copy().push_str(text);
    }

    fn finish(&mut self, len: usize) {
        if self.changed.is_none() && self.same_until < len {
            self.start_copy();
        }
    }
}

/// Marks over and under one base, and the vowel that follows them.
#[derive(Debug, Clone)]
struct MarkGroup {
    range: Range<usize>,
    /// Bit n stands for U+0E30 + n.
    marks: u32,
    following: Option<char>,
    /// The group comes after another following vowel (เกาะ): tones typed behind it belong to no consonant before it.
    after_vowel: bool,
    /// Marks stranded behind a following vowel: nikhahit and tones stay behind the others and nothing is composed, or
    /// they would move to the consonant before when the text is normalised again.
    stranded: bool,
    misordered: bool,
    last_rank: (u8, u32),
}

impl MarkGroup {
    /// The marks gathered, in the parts that are written one after the other, each in order of its code points.
    fn parts(&self) -> [u32; 3] {
        let nikhahit = bit(NIKHAHIT);
        if self.stranded {
            [self.marks & !(TONES | nikhahit), self.marks & nikhahit, self.marks & TONES]
        } else {
            [self.marks, 0, 0]
        }
    }

    /// Where the mark of a bit stands in that order.
    fn rank(&self, mark: u32) -> (u8, u32) {
        match mark {
            _ if !self.stranded => (0, mark),
            _ if mark & TONES != 0 => (2, mark),
            _ if mark == bit(NIKHAHIT) => (1, mark),
            _ => (0, mark),
        }
    }
}

/// What is being gathered and not written yet.
#[derive(Debug, Clone)]
enum Open {
    Nothing,
    Marks(MarkGroup),
    /// A leading vowel that may be repeated or completed (เ + เ).
    Leading {
        range: Range<usize>,
        vowel: char,
        from_sara_e: bool,
    },
    /// A carriage return that may belong to the line feed behind it.
    CarriageReturn(Range<usize>),
}

const MARK_ZERO: u32 = 0x0E30;
const NIKHAHIT: char = '\u{0E4D}';

fn bit(mark: char) -> u32 {
    1u32.checked_shl(u32::from(mark).wrapping_sub(MARK_ZERO)).unwrap_or(0)
}

const TONES: u32 = 0b1111 << (0x0E48 - MARK_ZERO);

struct Pass<'a, S> {
    original: &'a str,
    sink: S,
    repairs: Repairs,
    open: Open,
    /// The consonant just written, when the next mark sits on it.
    base: Option<char>,
    /// The leading vowel just written, when nothing came after it.
    last_leading: Option<char>,
    /// The following vowel just written, when nothing came after it.
    last_following: Option<char>,
    /// Reused for each group of marks.
    buffer: String,
}

impl<'a, S: Sink> Pass<'a, S> {
    fn new(original: &'a str, sink: S) -> Self {
        Self {
            original,
            sink,
            repairs: Repairs::default(),
            open: Open::Nothing,
            base: None,
            last_leading: None,
            last_following: None,
            buffer: String::new(),
        }
    }

    fn run(mut self) -> (S, Repairs) {
        for (start, c) in self.original.char_indices() {
            let range = start..start + c.len_utf8();
            self.take(range, c);
        }
        self.flush();
        self.sink.finish(self.original.len());
        (self.sink, self.repairs)
    }

    fn take(&mut self, range: Range<usize>, c: char) {
        // Most characters: a consonant or plain ASCII.
        if is_consonant(c) || (' '..='~').contains(&c) {
            return self.write_character(range, c);
        }
        let c = match presentation_form(c) {
            Some(plain) => {
                self.repairs.presentation_forms += 1;
                plain
            }
            None => c,
        };
        match c {
            _ if is_invisible(c) => self.repairs.zero_width += 1,
            _ if is_mark(c) => self.take_mark(range, c),
            _ if is_following_vowel(c) => self.take_following(range, c),
            _ if is_leading_vowel(c) => self.take_leading(range, c),
            '\n' => self.take_line_feed(range),
            '\r' => {
                self.flush();
                self.repairs.line_ends += 1;
                self.open = Open::CarriageReturn(range);
            }
            '\u{000B}' | '\u{000C}' | '\u{0085}' | '\u{2028}' | '\u{2029}' => {
                self.repairs.line_ends += 1;
                self.write_character(range, '\n');
            }
            '\t'
            | '\u{00A0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200A}'
            | '\u{202F}'
            | '\u{205F}'
            | '\u{3000}' => {
                self.repairs.unusual_spaces += 1;
                self.write_character(range, ' ');
            }
            _ if c.is_control() => {
                self.repairs.controls += 1;
                self.write_character(range, ' ');
            }
            '๐'..='๙' => {
                self.repairs.thai_digits += 1;
                self.write_character(range, ascii(u32::from(c) - u32::from('๐') + u32::from('0'), c));
            }
            '\u{FF01}'..='\u{FF5E}' => {
                self.repairs.full_width += 1;
                self.write_character(range, ascii(u32::from(c) - 0xFF01 + 0x21, c));
            }
            _ => self.write_character(range, c),
        }
    }

    fn take_mark(&mut self, range: Range<usize>, mark: char) {
        if !matches!(self.open, Open::Marks(_)) {
            self.open_marks(range.clone(), false);
        }
        let Open::Marks(group) = &mut self.open else { return };
        match group.following {
            None => {}
            // Behind sara aa only a tone or a nikhahit can belong to the same consonant.
            Some(_) if is_tone(mark) && !group.after_vowel => group.misordered = true,
            Some('า' | 'ำ') if mark == NIKHAHIT && !group.after_vowel => {
                if group.following == Some('า') {
                    self.repairs.sara_am += 1;
                } else {
                    self.repairs.repeated_marks += 1;
                }
                group.following = Some('ำ');
                group.range.end = range.end;
                return;
            }
            Some(_) => {
                let stranded = !group.after_vowel;
                self.flush();
                self.open_marks(range.clone(), false);
                let Open::Marks(group) = &mut self.open else { return };
                group.stranded = stranded;
                group.marks = bit(mark);
                group.last_rank = group.rank(bit(mark));
                group.range.end = range.end;
                return;
            }
        }
        if group.marks & bit(mark) != 0 || is_tone(mark) && group.marks & TONES != 0 {
            self.repairs.repeated_marks += 1;
        } else if group.rank(bit(mark)) < group.last_rank {
            group.misordered = true;
        }
        if is_tone(mark) {
            // Whoever types a second tone means the second.
            group.marks &= !TONES;
        }
        group.marks |= bit(mark);
        group.last_rank = group.last_rank.max(group.rank(bit(mark)));
        group.range.end = range.end;
    }

    fn take_following(&mut self, range: Range<usize>, vowel: char) {
        if !matches!(self.open, Open::Marks(_)) {
            self.open_marks(range.clone(), false);
        }
        let Open::Marks(group) = &mut self.open else { return };
        // ๅ is written only right after ฤ and ฦ, where า is not.
        let has_nikhahit = group.marks & bit(NIKHAHIT) != 0 && !group.stranded;
        let takes_lakkhangyao = group.following.is_none() && matches!(self.base, Some('ฤ' | 'ฦ'));
        let mut meant = match vowel {
            'ๅ' if group.following == Some('ๅ') => 'ๅ',
            'ๅ' if !takes_lakkhangyao => 'า',
            'า' if takes_lakkhangyao && !has_nikhahit => 'ๅ',
            _ => vowel,
        };
        if meant != vowel {
            self.repairs.lookalike_vowels += 1;
        }
        match group.following {
            Some(previous) if previous == meant => self.repairs.repeated_marks += 1,
            Some(_) => {
                self.flush();
                self.open_marks(range.clone(), true);
            }
            None if has_nikhahit && matches!(meant, 'า' | 'ำ') => {
                group.marks &= !bit(NIKHAHIT);
                if meant == 'า' {
                    self.repairs.sara_am += 1;
                } else {
                    self.repairs.repeated_marks += 1;
                }
                meant = 'ำ';
            }
            None => {}
        }
        if let Open::Marks(group) = &mut self.open {
            group.following = Some(meant);
            group.range.end = range.end;
        }
    }

    fn take_leading(&mut self, range: Range<usize>, vowel: char) {
        if let Open::Leading { range: open_range, vowel: open_vowel, from_sara_e } = &mut self.open {
            if *open_vowel == vowel && vowel == 'เ' {
                (*open_vowel, *from_sara_e) = ('แ', true);
                self.repairs.sara_ae += 1;
                open_range.end = range.end;
                return;
            }
            if *open_vowel == vowel || *from_sara_e && vowel == 'เ' {
                self.repairs.repeated_marks += 1;
                open_range.end = range.end;
                return;
            }
        }
        self.flush();
        self.open = Open::Leading { range, vowel, from_sara_e: false };
    }

    fn take_line_feed(&mut self, range: Range<usize>) {
        if let Open::CarriageReturn(open_range) = &mut self.open {
            open_range.end = range.end;
            return self.flush();
        }
        self.write_character(range, '\n');
    }

    fn open_marks(&mut self, range: Range<usize>, after_vowel: bool) {
        self.flush_keeping_base();
        self.open = Open::Marks(MarkGroup {
            range,
            marks: 0,
            following: None,
            after_vowel,
            stranded: false,
            misordered: false,
            last_rank: (0, 0),
        });
    }

    fn write_character(&mut self, range: Range<usize>, c: char) {
        self.flush();
        let mut buffer = [0; 4];
        self.sink.write(range, c.encode_utf8(&mut buffer));
        self.base = is_consonant(c).then_some(c);
        self.last_leading = None;
        self.last_following = None;
    }

    /// Writes what was gathered; the next character starts afresh.
    fn flush(&mut self) {
        let wrote = !matches!(self.open, Open::Nothing);
        self.flush_keeping_base();
        if wrote {
            self.base = None;
        }
    }

    fn flush_keeping_base(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::CarriageReturn(range) => {
                self.sink.write(range, "\n");
                self.base = None;
                self.last_leading = None;
                self.last_following = None;
            }
            Open::Leading { range, vowel, .. } => {
                if self.last_leading == Some(vowel) {
                    // แ and then เเ: two of the same after all.
                    self.repairs.repeated_marks += 1;
                } else {
                    let mut buffer = [0; 4];
                    self.sink.write(range, vowel.encode_utf8(&mut buffer));
                }
                self.base = None;
                self.last_leading = Some(vowel);
                self.last_following = None;
            }
            Open::Marks(group) => {
                if group.marks == 0 && group.following == self.last_following {
                    // Composed only after the same vowel had been written.
                    self.repairs.repeated_marks += 1;
                    return;
                }
                self.repairs.misordered_marks += usize::from(group.misordered);
                self.buffer.clear();
                for mut marks in group.parts() {
                    while marks != 0 {
                        self.buffer.extend(char::from_u32(MARK_ZERO + marks.trailing_zeros()));
                        marks &= marks - 1;
                    }
                }
                self.buffer.extend(group.following);
                self.sink.write(group.range, &self.buffer);
                self.last_leading = None;
                self.last_following = group.following;
            }
        }
    }
}

fn ascii(code: u32, otherwise: char) -> char {
    char::from_u32(code).unwrap_or(otherwise)
}

/// Characters without a glyph or a width.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// The letter behind a positioned glyph of the private use area, as Thai fonts for Windows number them.
fn presentation_form(c: char) -> Option<char> {
    const FORMS: [char; 27] = [
        'ฐ', '\u{0E34}', '\u{0E35}', '\u{0E36}', '\u{0E37}', '\u{0E48}', '\u{0E49}', '\u{0E4A}', '\u{0E4B}',
        '\u{0E4C}', '\u{0E48}', '\u{0E49}', '\u{0E4A}', '\u{0E4B}', '\u{0E4C}', 'ญ', '\u{0E31}', '\u{0E4D}',
        '\u{0E47}', '\u{0E48}', '\u{0E49}', '\u{0E4A}', '\u{0E4B}', '\u{0E4C}', '\u{0E38}', '\u{0E39}',
        '\u{0E3A}',
    ];
    let index = u32::from(c).checked_sub(0xF700)?;
    FORMS.get(usize::try_from(index).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use thiap_domain::TextSpan;

    fn text(original: &str) -> String {
        normalise(original).text
    }

    #[test]
    fn composes_sara_am_also_around_a_tone_mark() {
        assert_eq!(text("ท\u{0E4D}\u{0E32}"), "ท\u{0E33}");
        for split in [
            "น\u{0E4D}\u{0E49}\u{0E32}",
            "น\u{0E49}\u{0E4D}\u{0E32}",
            "น\u{0E33}\u{0E49}",
            "น\u{0E49}\u{0E32}\u{0E4D}",
        ] {
            assert_eq!(text(split), "น\u{0E49}\u{0E33}", "{split:?}");
        }
    }

    #[test]
    fn keeps_offsets_after_sara_am_normalisation() {
        let original = "การทํางาน ๒ แห่ง";
        let normalised = normalise(original);
        assert_eq!(normalised.text, "การทำงาน 2 แห่ง");
        for (word, in_original) in [("งาน", "งาน"), ("ทำ", "ทํา"), ("2", "๒"), ("แห่ง", "แห่ง")]
        {
            let start = normalised.text.find(word).unwrap();
            let span = normalised.alignment.to_original(TextSpan::new(start, start + word.len()));
            assert_eq!(span.slice(original), Some(in_original));
        }
    }

    #[test]
    fn two_sara_e_are_sara_ae_even_with_an_invisible_character_between() {
        let normalised = normalise("เ\u{200B}เผน\u{200B}งาน");
        assert_eq!(normalised.text, "แผนงาน");
        assert_eq!(normalised.repairs.sara_ae, 1);
        assert_eq!(normalised.repairs.zero_width, 2);
    }

    #[test]
    fn mends_repeated_and_misordered_marks() {
        assert_eq!(text("ที่่"), "ที่");
        assert_eq!(text("ท\u{0E48}\u{0E35}"), "ที่");
        assert_eq!(text("สิทธ\u{0E4C}\u{0E34}"), "สิทธิ์");
        assert_eq!(text("นา\u{0E49}"), "น้า");
        assert_eq!(text("น\u{0E48}\u{0E49}า"), "น้า", "a second tone replaces the first");
        assert_eq!(text("มากกา า"), "มากกา า", "letters and separate vowels stay");
    }

    #[test]
    fn keeps_words_that_only_look_repeated() {
        for word in
            ["เกาะ", "วิทยุ", "พันธุ์", "ฤๅษี", "แกะ", "เพราะ", "ปู่", "สิทธิ์", "น้ำ", "ญี่ปุ่น", "กำาะ", "พระมหากรุณาธิคุณฯ ๆ"]
        {
            let normalised = normalise(word);
            assert_eq!(normalised.text, word);
            assert!(normalised.repairs.is_empty(), "{word}");
            assert!(matches!(normalise_text(word), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn undoes_lookalikes_and_old_font_glyphs() {
        assert_eq!(text("กๅร"), "การ");
        assert_eq!(text("ฤาษี"), "ฤๅษี");
        assert_eq!(text("ท\u{F702}\u{F705}"), "ที่");
        assert_eq!(text("ป\u{F710}\u{F70F}หา"), "ปัญหา");
    }

    #[test]
    fn unifies_spaces_line_ends_and_controls() {
        assert_eq!(text("ก\u{00A0}ข\tค\u{3000}ง"), "ก ข ค ง");
        assert_eq!(text("ก\r\nข\rค\u{2028}ง\nจ"), "ก\nข\nค\nง\nจ");
        assert_eq!(text("ก\0ข\u{7F}ค"), "ก ข ค");
        assert_eq!(text("\u{FEFF}Ａｂｃ１２３（ก）"), "Abc123(ก)");
    }

    #[test]
    fn folds_case_of_latin_only() {
        assert_eq!(fold_case("โครงการ Smart City"), "โครงการ smart city");
        assert!(matches!(fold_case("โครงการ smart"), Cow::Borrowed(_)));
        assert_eq!(fold_case("ÉCOLE"), "école");
    }

    #[test]
    fn a_million_marks_stay_linear() {
        for unit in ["\u{0E48}\u{0E35}", "าะ", "เ", "\u{200B}", "\r", "ำ้", "\u{0E4D}า"] {
            let long = unit.repeat(300_000);
            let normalised = normalise(&long);
            assert!(normalised.text.len() <= long.len());
        }
    }

    /// Letters and signs that meet each other's rules, to be shuffled.
    fn thai_like() -> impl Strategy<Value = String> {
        let alphabet: Vec<char> =
            "กนรวอฤฦะาำๅเแโใไ\u{0E31}\u{0E34}\u{0E35}\u{0E38}\u{0E3A}\u{0E47}\u{0E48}\u{0E49}\u{0E4C}\u{0E4D}\u{0E4E}ๆฯ๑๙ a1.\r\n\0\u{200B}\u{00AD}\u{F701}\u{F70A}\u{FF21}\u{3000}\u{1F600}"
                .chars()
                .collect();
        proptest::collection::vec(proptest::sample::select(alphabet), 0..24).prop_map(String::from_iter)
    }

    fn holds_for(original: &str) -> Result<(), TestCaseError> {
        let Normalised { text, alignment, .. } = normalise(original);
        prop_assert_eq!(normalise_text(original), text.as_str());
        let again = normalise(&text);
        prop_assert_eq!(&again.text, &text, "not idempotent");
        prop_assert!(again.repairs.is_empty(), "{:?} repaired twice: {:?}", text, again.repairs);
        prop_assert!(again.alignment.is_identity());
        prop_assert_eq!(alignment.original_len(), original.len());
        prop_assert_eq!(alignment.normalised_len(), text.len());

        let boundaries: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        let mut last = TextSpan::new(0, 0);
        for pair in boundaries.windows(2) {
            let span = TextSpan::new(pair[0], pair[1]);
            let there = alignment.to_original(span);
            prop_assert!(
                there.slice(original).is_some_and(|slice| !slice.is_empty()),
                "{span:?} -> {there:?}"
            );
            prop_assert!(there.start >= last.start && there.end >= last.end, "not monotone");
            let back = alignment.to_normalised(there);
            prop_assert!(
                back.start <= span.start && span.end <= back.end,
                "{span:?} -> {there:?} -> {back:?}"
            );
            prop_assert_eq!(alignment.to_original(back), there);
            last = there;
        }
        for start in (0..=original.len()).filter(|&at| original.is_char_boundary(at)) {
            let span = TextSpan::new(start, original.len());
            prop_assert!(alignment.to_normalised(span).slice(&text).is_some());
        }
        let whole = alignment.to_normalised(TextSpan::new(0, original.len()));
        prop_assert_eq!(whole, TextSpan::new(0, text.len()));
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000)))]

        #[test]
        fn normal_form_is_stable_and_aligned_for_any_text(original in "\\PC{0,30}|.{0,30}") {
            holds_for(&original)?;
        }

        #[test]
        fn normal_form_is_stable_and_aligned_for_shuffled_thai(original in thai_like()) {
            holds_for(&original)?;
        }

        #[test]
        fn spans_beyond_the_text_are_clamped(original in thai_like(), start: usize, end: usize) {
            let Normalised { text, alignment, .. } = normalise(&original);
            let span = TextSpan::new(start, end);
            prop_assert!(alignment.to_original(span).end <= original.len());
            prop_assert!(alignment.to_normalised(span).end <= text.len());
        }
    }
}
