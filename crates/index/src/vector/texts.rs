//! Which texts of a project are embedded.

use serde::{Deserialize, Serialize};
use thiap_domain::Project;
use thiap_ner::{circumstances, extract};
use thiap_text::normalise_text;

/// A side of a project that has a vector of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VectorField {
    /// The title but for where, when and for how much: works in one village are not alike by its name.
    Title,
    /// Objectives, activities and outputs.
    Work,
    /// Title, work, target group, area and rationale together.
    Whole,
}

impl VectorField {
    /// All fields.
    pub const ALL: [Self; 3] = [Self::Title, Self::Work, Self::Whole];

    /// The name used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Work => "work",
            Self::Whole => "whole",
        }
    }

    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// The vectors of a project, each of unit length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProjectVectors {
    /// A field at most once.
    pub fields: Vec<(VectorField, Vec<f32>)>,
}

impl ProjectVectors {
    /// The vector of a field.
    #[must_use]
    pub fn get(&self, field: VectorField) -> Option<&[f32]> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, vector)| vector.as_slice())
    }
}

/// An encoder reads a limited number of pieces, and all of them stand well below this many characters.
const LONGEST_TEXT_CHARACTERS: usize = 4_000;

/// The texts to embed, by field: normalised, with single spaces. A field that is empty or says the same as an earlier one
/// is left out, so that a project of a title alone has one vector.
#[must_use]
pub fn vector_texts(project: &Project) -> Vec<(VectorField, String)> {
    let title = [project.title.as_str()];
    let work = || {
        project
            .objectives
            .iter()
            .chain(project.activities.iter().map(|activity| &activity.name))
            .chain(&project.outputs)
            .map(String::as_str)
    };
    let whole = title.into_iter().chain(work()).chain([
        project.target_group.text.as_str(),
        project.area_text.as_str(),
        project.rationale.as_str(),
    ]);
    let mut texts: Vec<(VectorField, String)> = Vec::with_capacity(3);
    let mut add = |field, text: String| {
        if !text.is_empty() && texts.iter().all(|(_, known)| *known != text) {
            texts.push((field, text));
        }
    };
    let deed = joined(without_circumstances(beginning(&project.title)));
    add(VectorField::Title, if deed.is_empty() { joined(title.into_iter()) } else { deed });
    add(VectorField::Work, joined(work()));
    add(VectorField::Whole, joined(whole));
    texts
}

/// The parts of a text that say what is done.
fn without_circumstances(text: &str) -> impl Iterator<Item = &str> {
    let spans = circumstances(&extract(text));
    let starts = std::iter::once(0).chain(spans.iter().map(|span| span.end)).collect::<Vec<_>>();
    let ends = spans.into_iter().map(|span| span.start).chain([text.len()]);
    starts.into_iter().zip(ends).filter_map(|(start, end)| text.get(start..end))
}

/// As much of a text as can be used: a text of megabytes would be slow for nothing.
fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(2 * LONGEST_TEXT_CHARACTERS).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    let mut left = LONGEST_TEXT_CHARACTERS;
    for part in parts {
        let normalised = normalise_text(beginning(part));
        for word in normalised.split_whitespace() {
            let mut characters = word.chars().count();
            let mut word = word;
            if characters > left {
                word = word.char_indices().nth(left).and_then(|(end, _)| word.get(..end)).unwrap_or(word);
                characters = left;
            }
            if characters == 0 {
                return text;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
            left -= characters;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use thiap_domain::{Activity, ProjectCode};

    fn project(title: &str) -> Project {
        Project::titled(ProjectCode::new("A").unwrap(), title.into())
    }

    #[test]
    fn a_title_alone_has_one_vector() {
        assert_eq!(vector_texts(&project(" ขุดลอก  คลอง\n")), [(VectorField::Title, "ขุดลอก คลอง".into())]);
        assert!(vector_texts(&project("  ")).is_empty());
    }

    #[test]
    fn the_title_says_what_is_done_and_the_whole_where() {
        let texts = vector_texts(&project("ขุดลอกคลอง หมู่ที่ 5 ตำบลนาสีนวน จังหวัดมุกดาหาร พ.ศ. 2567"));
        assert_eq!(texts.first(), Some(&(VectorField::Title, "ขุดลอกคลอง".into())));
        assert!(matches!(texts.get(1), Some((VectorField::Whole, whole)) if whole.contains("มุกดาหาร")));
        let place = "จังหวัดเลย";
        assert_eq!(vector_texts(&project(place)), [(VectorField::Title, place.into())]);
    }

    #[test]
    fn work_and_whole_are_apart_from_the_title() {
        let mut project = project("ขุดลอกคลอง");
        project.activities =
            vec![Activity { name: "จ้างเหมา".into(), ..Activity::default() }];
        project.rationale = "น้ำท่วม".into();
        let texts = vector_texts(&project);
        assert_eq!(
            texts,
            [
                (VectorField::Title, "ขุดลอกคลอง".into()),
                (VectorField::Work, "จ้างเหมา".into()),
                (VectorField::Whole, "ขุดลอกคลอง จ้างเหมา น้ำท่วม".into()),
            ]
        );
    }

    #[test]
    fn long_texts_are_cut() {
        let texts = vector_texts(&project(&"ก".repeat(1_000_000)));
        assert_eq!(texts.len(), 1);
        assert!(texts.iter().all(|(_, text)| text.chars().count() == LONGEST_TEXT_CHARACTERS));
    }
}
