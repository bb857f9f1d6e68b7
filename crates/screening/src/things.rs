//! Things that texts call by several names: a Thai and an English one, an official and an everyday one, a full name and its
//! abbreviation. A comparison reads each under its official name.
//!
//! The names come from the vocabularies that other crates keep for their own work: names of one thing and abbreviations from
//! `thiap_text`, agencies and target groups from `thiap_ner`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use thiap_domain::{TextSpan, Trick};
use thiap_ner::{Agencies, TargetGroups};
use thiap_text::abbreviations::{self, AbbreviationKind};
use thiap_text::{Segmenter, Token, TokenKind, equivalents, fold_case, normalise_text};

/// Letters that a short form needs to be told from a list's number, dots not counted.
const SHORTEST_ABBREVIATION: usize = 2;
/// A Thai name of so many characters is found wherever the words around it were cut.
const LONG_NAME: usize = 7;
/// Shorter forms without their dots are too often something else.
const UNDOTTED_LETTERS: usize = 3;

/// One name of a thing.
#[derive(Debug, Clone)]
struct Name {
    text: Box<str>,
    thing: u32,
    official: bool,
    abbreviation: bool,
    latin: bool,
}

impl Name {
    /// The name without what makes a noun of a verb.
    fn core(&self) -> &str {
        self.text.strip_prefix("การ").unwrap_or(&self.text)
    }
}

/// A name in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Which name of the vocabulary.
    pub(crate) name: u32,
    /// Where, in the text that was searched.
    pub(crate) span: TextSpan,
}

/// The things with several names, and an automaton that finds the names.
#[derive(Debug)]
pub(crate) struct Things {
    names: Vec<Name>,
    /// The words of the official name, by thing.
    official_words: Vec<Vec<Box<str>>>,
    official: Vec<Box<str>>,
    automaton: Option<AhoCorasick>,
}

static EMBEDDED: LazyLock<Things> = LazyLock::new(|| Things::read().finish());

/// Gathers things; a name belongs to the first that claims it.
#[derive(Debug, Default)]
struct Gathered {
    official: Vec<Box<str>>,
    things: HashMap<Box<str>, u32>,
    /// Things by name, with whether the name is an abbreviation; `None` where several things go by one abbreviation.
    names: HashMap<Box<str>, Option<(u32, bool)>>,
}

impl Gathered {
    fn thing(&mut self, official: &str) -> u32 {
        let official: Box<str> = fold_case(&normalise_text(official)).into();
        if let Some(thing) = self.things.get(&official) {
            return *thing;
        }
        // an official name may be another name of a thing that is there already
        if let Some(Some((thing, false))) = self.names.get(&official) {
            return *thing;
        }
        let thing = self.official.len() as u32;
        self.names.insert(official.clone(), Some((thing, false)));
        self.things.insert(official.clone(), thing);
        self.official.push(official);
        thing
    }

    fn name(&mut self, thing: u32, name: &str) {
        let name: Box<str> = fold_case(&normalise_text(name)).into();
        if name.chars().nth(1).is_some() {
            self.names.entry(name).or_insert(Some((thing, false)));
        }
    }

    fn abbreviation(&mut self, thing: u32, form: &str) {
        let form = normalise_text(form).into_owned();
        let letters: String = form.chars().filter(|c| *c != '.').collect();
        let count = letters.chars().count();
        if count < SHORTEST_ABBREVIATION {
            return;
        }
        let undotted = (count >= UNDOTTED_LETTERS).then_some(letters);
        for form in std::iter::once(form).chain(undotted) {
            match self.names.entry(form.into()) {
                Entry::Vacant(free) => {
                    free.insert(Some((thing, true)));
                }
                Entry::Occupied(mut taken) => {
                    if taken.get().is_some_and(|(other, abbreviation)| abbreviation && other != thing) {
                        taken.insert(None);
                    }
                }
            }
        }
    }

    fn finish(self) -> Things {
        let mut patterns: Vec<(Box<str>, u32, bool)> = self
            .names
            .into_iter()
            .filter_map(|(name, thing)| thing.map(|(thing, short)| (name, thing, short)))
            .collect();
        patterns.sort_unstable();
        let names = patterns
            .iter()
            .map(|(name, thing, abbreviation)| Name {
                text: name.clone(),
                thing: *thing,
                official: self.official.get(*thing as usize) == Some(name),
                abbreviation: *abbreviation || is_short_form(name),
                latin: name.chars().any(|c| c.is_ascii_alphabetic()),
            })
            .collect();
        // The lists are part of the program; should the automaton ever fail to build, things keep their own names.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(patterns.iter().map(|(name, ..)| &**name))
            .ok();
        let official_words = self.official.iter().map(|name| words(name)).collect();
        Things { names, official_words, official: self.official, automaton }
    }
}

/// Whether a Thai name is letters for words, as `อสม.` is.
fn is_short_form(name: &str) -> bool {
    name.contains('.') && name.chars().all(|c| c == '.' || ('ก'..='ฮ').contains(&c))
}

/// Whether a stretch of Thai is long enough to mean what it says wherever the words were cut, and cuts no cluster.
fn stands_out(text: &str, span: TextSpan) -> bool {
    let (Some(name), Some(before), Some(after)) =
        (span.slice(text), text.get(..span.start), text.get(span.end..))
    else {
        return false;
    };
    let thai = |c: char| ('ก'..='๎').contains(&c);
    let leads = |c: char| ('เ'..='ไ').contains(&c);
    let follows = |c: char| matches!(c, 'ะ'..='\u{0E3A}' | 'ๅ'..='๎');
    name.chars().all(thai)
        && name.chars().count() >= LONG_NAME
        && !before.chars().next_back().is_some_and(leads)
        && !after.chars().next().is_some_and(follows)
}

/// The words of a normalised text.
fn words(text: &str) -> Vec<Box<str>> {
    Segmenter::embedded()
        .segment(text)
        .into_iter()
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::UnknownWord | TokenKind::Latin))
        .filter_map(|token| token.span.slice(text))
        .filter(|word| word.chars().nth(1).is_some())
        .map(Box::from)
        .collect()
}

impl Things {
    pub(crate) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn read() -> Gathered {
        let mut gathered = Gathered::default();
        for names in equivalents::all() {
            let Some(official) = equivalents::official_name(names) else { continue };
            let thing = gathered.thing(official);
            names.iter().for_each(|name| gathered.name(thing, name));
        }
        for group in TargetGroups::embedded().all().iter().filter(|group| group.named_in_texts) {
            let thing = gathered.thing(group.name);
            group.other_names.iter().for_each(|name| gathered.name(thing, name));
        }
        for abbreviation in abbreviations::all() {
            let names_a_thing = !matches!(
                abbreviation.kind,
                AbbreviationKind::Area
                    | AbbreviationKind::Title
                    | AbbreviationKind::Month
                    | AbbreviationKind::Era
                    | AbbreviationKind::Unit
            );
            if let ([full_form], true) = (&*abbreviation.full_forms, names_a_thing) {
                let thing = gathered.thing(full_form);
                gathered.abbreviation(thing, abbreviation.form);
            }
        }
        for agency in Agencies::embedded().all() {
            let thing = gathered.thing(agency.name);
            for name in agency.other_names.iter().chain(&agency.former_names) {
                if thiap_ner::is_abbreviation(name) {
                    gathered.abbreviation(thing, name);
                } else {
                    gathered.name(thing, name);
                }
            }
        }
        gathered
    }

    /// The names in a normalised text of these tokens, from left to right, none overlapping another: where words of the text
    /// begin and end with them, or between clusters where a name is too long to be there by chance.
    pub(crate) fn find(&self, normalised: &str, tokens: &[Token]) -> Vec<Mention> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        automaton
            .find_iter(normalised)
            .map(|found| Mention {
                name: found.pattern().as_u32(),
                span: TextSpan::new(found.start(), found.end()),
            })
            .filter(|mention| {
                let words =
                    tokens.binary_search_by_key(&mention.span.start, |token| token.span.start).is_ok()
                        && tokens.binary_search_by_key(&mention.span.end, |token| token.span.end).is_ok();
                words || stands_out(normalised, mention.span)
            })
            .collect()
    }

    fn name(&self, name: u32) -> Option<&Name> {
        self.names.get(name as usize)
    }

    /// The thing that goes by a name.
    pub(crate) fn thing(&self, name: u32) -> Option<u32> {
        self.name(name).map(|name| name.thing)
    }

    /// The official name that stands for a name, with its words; `None` for one that is official itself.
    pub(crate) fn official(&self, name: u32) -> Option<(&str, &[Box<str>])> {
        let name = self.name(name).filter(|name| !name.official)?;
        let thing = name.thing as usize;
        Some((self.official.get(thing)?, self.official_words.get(thing)?))
    }

    /// In what two names of one thing differ; `None` where one is a part of the other, such as อบรม and ฝึกอบรม.
    pub(crate) fn difference(&self, a: u32, b: u32) -> Option<Trick> {
        let (a, b) = (self.name(a)?, self.name(b)?);
        Some(if a.abbreviation != b.abbreviation {
            Trick::Abbreviation
        } else if a.latin != b.latin {
            Trick::EnglishTerm
        } else if a.core().contains(b.core()) || b.core().contains(a.core()) {
            return None;
        } else {
            Trick::Rewording
        })
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    /// The names in a text: what is written, and its official name.
    fn found(text: &str) -> Vec<(u32, &'static str)> {
        let things = Things::embedded();
        let tokens = Segmenter::embedded().segment(text);
        things
            .find(text, &tokens)
            .into_iter()
            .map(|mention| (mention.name, things.official(mention.name).map_or("", |(name, _)| name)))
            .collect()
    }

    #[test]
    fn english_everyday_and_short_names_lead_to_the_official_one() {
        for (text, official) in [
            ("ยกระดับ Smart Farmer ไทย", "เกษตรกรปราดเปรื่อง"),
            ("ร้องเรียนต่อ สคบ. ได้", "สำนักงานคณะกรรมการคุ้มครองผู้บริโภค"),
            ("ดูแลคนแก่ในชุมชน", "ผู้สูงอายุ"),
            ("ทำฟันปลอมฟรี", "ฟันเทียม"),
        ] {
            assert!(found(text).iter().any(|(_, name)| *name == official), "{text}: {:?}", found(text));
        }
        assert!(found("available").is_empty(), "ai and ev inside a word are none");
    }

    #[test]
    fn names_of_one_thing_differ_in_a_named_way() {
        let things = Things::embedded();
        let difference = |a: &str, b: &str| {
            let ((a, _), (b, _)) = (found(a)[0], found(b)[0]);
            assert_eq!(things.thing(a), things.thing(b));
            things.difference(a, b)
        };
        assert_eq!(difference("smart farmer", "เกษตรกรปราดเปรื่อง"), Some(Trick::EnglishTerm));
        assert_eq!(difference("สคบ.", "สำนักงานคณะกรรมการคุ้มครองผู้บริโภค"), Some(Trick::Abbreviation));
        assert_eq!(difference("สคบ", "สำนักงานคณะกรรมการคุ้มครองผู้บริโภค"), Some(Trick::Abbreviation));
        assert_eq!(difference("ฟันปลอม", "ฟันเทียม"), Some(Trick::Rewording));
        assert_eq!(difference("การอบรม", "ฝึกอบรม"), None, "nobody calls that another word");
    }
}
