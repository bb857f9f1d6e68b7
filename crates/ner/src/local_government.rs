//! Local governments: the words that begin their names.

use crate::reading::squeeze;

/// The word for a kind of local government and its short form.
pub(crate) struct LocalGovernmentWord {
    pub(crate) full: &'static str,
    pub(crate) short: &'static str,
    /// Whether the name behind it is that of a province.
    pub(crate) of_province: bool,
}

/// Longer words come before words that they begin with.
pub(crate) const WORDS: &[LocalGovernmentWord] = &[
    LocalGovernmentWord {
        full: "องค์การบริหารส่วนจังหวัด", short: "อบจ.", of_province: true
    },
    LocalGovernmentWord {
        full: "องค์การบริหารส่วนตำบล", short: "อบต.", of_province: false
    },
    LocalGovernmentWord { full: "เทศบาลตำบล", short: "ทต.", of_province: false },
    LocalGovernmentWord { full: "เทศบาลเมือง", short: "ทม.", of_province: false },
    LocalGovernmentWord { full: "เทศบาลนคร", short: "ทน.", of_province: false },
];

/// The full name of a local government that may be abbreviated; `None` for anything else.
pub(crate) fn written_out(name: &str) -> Option<String> {
    let squeezed = squeeze(name);
    for word in WORDS {
        let letters = word.short.trim_end_matches('.');
        let rest =
            squeezed.strip_prefix(word.full).or_else(|| squeezed.strip_prefix(word.short)).or_else(|| {
                // Without its dot only before a space, where squeezing has lost it: the original tells.
                let spaced = name.trim_start().strip_prefix(letters)?;
                spaced.starts_with(' ').then(|| squeezed.strip_prefix(letters)).flatten()
            });
        match rest.map(str::trim) {
            Some(rest) if !rest.is_empty() => return Some(format!("{}{rest}", word.full)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_written_out() {
        assert_eq!(written_out("อบต.โคกสี").as_deref(), Some("องค์การบริหารส่วนตำบลโคกสี"));
        assert_eq!(written_out("อบจ. เชียงใหม่").as_deref(), Some("องค์การบริหารส่วนจังหวัดเชียงใหม่"));
        assert_eq!(written_out("ทน นครราชสีมา").as_deref(), Some("เทศบาลนครนครราชสีมา"));
        assert_eq!(written_out("เทศบาลเมือง แสนสุข").as_deref(), Some("เทศบาลเมืองแสนสุข"));
        assert_eq!(written_out("อบต."), None);
        assert_eq!(written_out("ทนทาน"), None);
    }
}
