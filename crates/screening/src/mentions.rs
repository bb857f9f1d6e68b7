//! What the recognisers read out of one text of a project.

use std::collections::BTreeSet;

use thiap_domain::{AreaCode, MentionValue, TextSpan};
use thiap_ner::{areas_of, circumstances, extract};

/// The facts of one text that comparisons use.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextFacts {
    /// Spans that name places, days and amounts rather than work; ascending, none overlaps another.
    pub(crate) aside: Vec<TextSpan>,
    /// Places that are certain.
    pub(crate) areas: Vec<AreaCode>,
    /// Groups of the vocabulary.
    pub(crate) target_groups: BTreeSet<String>,
    /// Fiscal years named, Buddhist era.
    pub(crate) fiscal_years_be: Vec<i32>,
    /// Roads, buildings, waters and lands by their canonical names.
    pub(crate) names: BTreeSet<String>,
    /// The text says that the whole country is meant.
    pub(crate) nationwide: bool,
}

/// How texts say that the whole country is meant, without spaces.
const NATIONWIDE: &[&str] = &[
    "ทั่วประเทศ",
    "ทั้งประเทศ",
    "ทุกจังหวัด",
    "ทุกภาค",
    "ทุกภูมิภาค",
    "ทั่วราชอาณาจักร",
    "ระดับประเทศ",
    "77จังหวัด",
    "76จังหวัด",
    "nationwide",
];

impl TextFacts {
    pub(crate) fn read(text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let mentions = extract(text);
        let mut facts =
            Self { aside: circumstances(&mentions), areas: areas_of(&mentions), ..Self::default() };
        for mention in mentions {
            match mention.value {
                Some(MentionValue::TargetGroup { group, .. }) => {
                    facts.target_groups.insert(group);
                }
                Some(MentionValue::FiscalYears { first, last }) => {
                    facts.fiscal_years_be.extend([first.be(), last.be()]);
                }
                Some(MentionValue::Name(name)) => {
                    facts.names.insert(name);
                }
                _ => {}
            }
        }
        let squeezed: String =
            thiap_text::normalise_text(text).chars().filter(|c| !c.is_whitespace()).collect();
        facts.nationwide = NATIONWIDE.iter().any(|words| squeezed.contains(words));
        facts
    }
}

/// Whether `span` shares a byte with one of the ascending spans.
pub(crate) fn overlaps_any(spans: &[TextSpan], span: TextSpan) -> bool {
    let first = spans.partition_point(|one| one.end <= span.start);
    spans.get(first).is_some_and(|one| one.overlaps(span))
}
