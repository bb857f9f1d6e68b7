//! The rules of clusters, over codes: the offsets of letters and signs into the Thai block of Unicode (U+0E01 is 1).
//!
//! No other part of the crate is needed here, so that the training program can share this file.

/// The last code of the Thai alphabet used here; codes are the offsets into the Unicode block, so U+0E01 is 1.
const LAST_CODE: u8 = 0x5B;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Consonant,
    LeadingVowel,
    FollowingVowel,
    Mark,
    Other,
}

const fn class_of(code: u8) -> Class {
    match code {
        0x01..=0x2E => Class::Consonant,
        0x40..=0x44 => Class::LeadingVowel,
        0x30 | 0x32 | 0x33 | 0x45 => Class::FollowingVowel,
        0x31 | 0x34..=0x3A | 0x47..=0x4E => Class::Mark,
        _ => Class::Other,
    }
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut code = 0u8;
    while code <= LAST_CODE {
        classes[code as usize] = class_of(code);
        code += 1;
    }
    classes
};

const O_ANG: u8 = 0x2D;
const YO_YAK: u8 = 0x22;
const MAI_HAN_AKAT: u8 = 0x31;
const SARA_I: u8 = 0x34;
const SARA_II: u8 = 0x35;
const SARA_UEE: u8 = 0x37;
const SARA_U: u8 = 0x38;
const SARA_E: u8 = 0x40;
const SARA_AE: u8 = 0x41;
const MAITAIKHU: u8 = 0x47;
const THANTHAKHAT: u8 = 0x4C;

/// Reads the clusters of a stretch of Thai codes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Codes<'a>(pub(crate) &'a [u8]);

impl Codes<'_> {
    fn at(self, index: usize) -> u8 {
        self.0.get(index).copied().unwrap_or(0)
    }

    fn class(self, index: usize) -> Class {
        CLASSES.get(usize::from(self.at(index))).copied().unwrap_or(Class::Other)
    }

    /// The index behind the cluster that starts at `start`; always beyond `start`.
    pub(crate) fn cluster_end(self, start: usize) -> usize {
        match self.class(start) {
            Class::Other => start + 1,
            Class::Mark | Class::FollowingVowel => self.silenced_end(self.signs_end(start + 1)),
            Class::LeadingVowel if self.class(start + 1) == Class::Consonant => {
                self.syllable_end(start + 2, self.at(start))
            }
            Class::LeadingVowel => start + 1,
            Class::Consonant => self.syllable_end(start + 1, 0),
        }
    }

    /// The end of a cluster whose consonant ends at `index`, led by the vowel `leading` (0 for none).
    fn syllable_end(self, index: usize, leading: u8) -> usize {
        let mut index = index;
        let (mut closed, mut sara_ii) = (false, false);
        while self.class(index) == Class::Mark {
            match self.at(index) {
                MAI_HAN_AKAT | SARA_UEE => closed = true,
                MAITAIKHU if leading == SARA_E || leading == SARA_AE => closed = true,
                MAITAIKHU if self.at(index + 1) == O_ANG => closed = true,
                SARA_II => sara_ii = leading == SARA_E,
                _ => {}
            }
            index += 1;
        }
        let joins_next =
            closed && self.class(index) == Class::Consonant || sara_ii && self.at(index) == YO_YAK;
        if joins_next {
            index += 1;
        }
        self.silenced_end(self.signs_end(index))
    }

    fn signs_end(self, index: usize) -> usize {
        let mut index = index;
        while matches!(self.class(index), Class::Mark | Class::FollowingVowel) {
            index += 1;
        }
        index
    }

    /// Takes in consonants silenced by thanthakhat, which no word begins with.
    fn silenced_end(self, index: usize) -> usize {
        let mut index = index;
        while self.class(index) == Class::Consonant {
            let sign = if matches!(self.at(index + 1), SARA_I | SARA_U) { index + 2 } else { index + 1 };
            if self.at(sign) != THANTHAKHAT {
                break;
            }
            index = sign + 1;
        }
        index
    }
}

/// Marks in `starts` where a cluster of `codes` begins (same length, 1 for a start).
pub(crate) fn mark_cluster_starts(codes: &[u8], starts: &mut Vec<bool>) {
    starts.clear();
    starts.resize(codes.len(), false);
    let mut index = 0;
    while let Some(start) = starts.get_mut(index) {
        *start = true;
        index = Codes(codes).cluster_end(index);
    }
}
