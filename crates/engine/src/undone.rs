//! What was looked through in the writing of a draft, told to the officer: signs that the normaliser undid, and forms that
//! differ from those of a project although they mean the same.

use thiap_domain::{Project, TextField, TextSpan, Trick};
use thiap_text::{Analysed, Repairs, analyse, normalise};

use crate::answer::{PassageSide, UndoneInDraft, UndoneInPair};

/// How often a kind of spelling was undone.
type Count = fn(&Repairs) -> usize;

/// Kinds of spelling that the normaliser undoes and an officer is told about. Line ends and odd spaces are no spelling.
const KINDS: [(Trick, Count); 10] = [
    (Trick::ZeroWidth, |r| r.zero_width),
    (Trick::DoubledSaraE, |r| r.sara_ae),
    (Trick::SplitSaraAm, |r| r.sara_am),
    (Trick::RepeatedMarks, |r| r.repeated_marks),
    (Trick::MarkOrder, |r| r.misordered_marks),
    (Trick::LookalikeVowels, |r| r.lookalike_vowels),
    (Trick::PresentationForms, |r| r.presentation_forms),
    (Trick::ControlCharacters, |r| r.controls),
    (Trick::ThaiDigits, |r| r.thai_digits),
    (Trick::FullWidth, |r| r.full_width),
];

/// Places of each kind that are shown.
const MOST_EXAMPLES: usize = 3;

/// Names each kind of spelling that was undone before comparing, with how often and where.
pub(crate) fn undone_in_draft(draft: &Project) -> Vec<UndoneInDraft> {
    let mut undone: Vec<UndoneInDraft> = Vec::new();
    let mut previous: Option<(TextField, usize)> = None;
    for (field, text) in draft.texts() {
        let entry = match previous {
            Some((last, entry)) if last == field => entry + 1,
            _ => 0,
        };
        previous = Some((field, entry));
        let analysed = analyse(text);
        for (trick, count) in KINDS {
            let times = count(&analysed.normalised.repairs);
            if times == 0 {
                continue;
            }
            let kind = match undone.iter().position(|kind| kind.trick == trick) {
                Some(known) => undone.get_mut(known),
                None => {
                    undone.push(UndoneInDraft {
                        trick,
                        thai: String::new(),
                        english: String::new(),
                        count: 0,
                        examples: Vec::new(),
                    });
                    undone.last_mut()
                }
            };
            let Some(kind) = kind else { continue };
            kind.count += times;
            let left = MOST_EXAMPLES.saturating_sub(kind.examples.len());
            let places = places(text, &analysed, count).take(left);
            kind.examples.extend(places.filter_map(|span| side(text, field, entry, span)));
        }
    }
    for kind in &mut undone {
        kind.thai = format!("{} {} แห่ง", kind.trick.thai(), kind.count);
        kind.english = format!("{}: {}", kind.trick.english(), kind.count);
    }
    undone.sort_by_key(|kind| kind.trick);
    undone
}

/// The words of a text in which a kind of spelling was undone.
fn places<'a>(text: &'a str, analysed: &'a Analysed, count: Count) -> impl Iterator<Item = TextSpan> + 'a {
    let start = |index: usize| {
        let token = analysed.tokens.get(index)?;
        Some(analysed.normalised.alignment.to_original(token.span).start)
    };
    (0..analysed.tokens.len()).filter_map(move |index| {
        // A sign that was dropped belongs to the word before it, at the very start to the first.
        let from = if index == 0 { 0 } else { start(index)? };
        let span = TextSpan::new(from, start(index + 1).unwrap_or(text.len()));
        (count(&normalise(span.slice(text)?).repairs) > 0).then_some(span)
    })
}

/// A stretch of a text in the shape of an answer.
pub(crate) fn side(text: &str, field: TextField, entry: usize, span: TextSpan) -> Option<PassageSide> {
    let (start_char, end_char) = span.in_characters(text)?;
    Some(PassageSide { field, entry, start_char, end_char, text: span.slice(text)?.to_owned() })
}

/// A pair of forms as an answer tells it.
pub(crate) fn undone_in_pair(trick: Trick, draft: PassageSide, project: PassageSide) -> UndoneInPair {
    let (thai, english) = if trick == Trick::Reordered {
        (
            format!("{}: “{}”", trick.thai(), shortened(&draft.text)),
            format!("{}: “{}”", trick.english(), shortened(&draft.text)),
        )
    } else {
        let (d, p) = (shortened(&draft.text), shortened(&project.text));
        (
            format!("ร่างเขียน “{d}” โครงการเขียน “{p}”: {}", trick.thai()),
            format!("the draft writes “{d}”, the project “{p}”: {}", trick.english()),
        )
    };
    UndoneInPair { trick, thai, english, draft, project }
}

/// Characters of a form that a sentence shows.
const SHOWN_CHARACTERS: usize = 60;

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN_CHARACTERS {
        return text.to_owned();
    }
    let mut shown: String = text.chars().take(SHOWN_CHARACTERS).collect();
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use thiap_domain::ProjectCode;

    use super::*;

    fn draft(title: &str) -> Project {
        Project::titled(ProjectCode::new("D").unwrap(), title.into())
    }

    #[test]
    fn tricks_are_named_and_honest_texts_are_not_accused() {
        assert!(undone_in_draft(&draft("แก้ไขน้ำท่วม จ.น่าน ปี 2565")).is_empty());
        let told = undone_in_draft(&draft("เเก้\u{200b}ไขน\u{e4d}\u{e49}\u{e32}ท่วม"));
        let tricks: Vec<Trick> = told.iter().map(|kind| kind.trick).collect();
        assert_eq!(
            tricks,
            [Trick::ZeroWidth, Trick::DoubledSaraE, Trick::SplitSaraAm, Trick::MarkOrder],
            "the tone mark between the parts of sara am stands out of order too"
        );
    }

    #[test]
    fn thai_digits_are_named_without_reproach() {
        let told = undone_in_draft(&draft("แก้ไขน้ำท่วม ปี ๒๕๖๕"));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].trick, Trick::ThaiDigits);
        assert!(told[0].thai.contains("อ่านเหมือนเลขอารบิก"));
    }

    #[test]
    fn examples_lie_where_they_say() {
        let mut draft = draft("ก่อสร้างถนน");
        draft.objectives = vec!["เพื่อให้เดินทางสะดวก".into(), "เพื่อเเก้ปัญหาน้ำท่วม และเเก้จน".into()];
        let told = undone_in_draft(&draft);
        assert_eq!((told.len(), told[0].count, told[0].examples.len()), (1, 2, 2));
        for example in &told[0].examples {
            assert_eq!((example.field, example.entry), (TextField::Objectives, 1));
            let there: String = draft.objectives[1]
                .chars()
                .skip(example.start_char)
                .take(example.end_char - example.start_char)
                .collect();
            assert_eq!(there, example.text);
            assert!(example.text.contains("เเก้"));
        }
    }
}
