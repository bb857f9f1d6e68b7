//! What the normaliser undid in a draft, told to the officer.

use thiap_domain::Project;
use thiap_text::{Repairs, normalise};

/// How often a kind of spelling was undone.
type Count = fn(&Repairs) -> usize;

/// Names each kind of spelling that was undone before comparing, in Thai, with how often.
pub(crate) fn repairs_in_thai(draft: &Project) -> Vec<String> {
    let kinds: [(Count, &str); 8] = [
        (|r| r.zero_width, "อักขระที่มองไม่เห็น"),
        (|r| r.sara_ae, "เ เ ที่พิมพ์แทน แ"),
        (|r| r.sara_am, "นิคหิตกับสระอาที่พิมพ์แทนสระอำ"),
        (|r| r.repeated_marks, "สระหรือวรรณยุกต์ที่พิมพ์ซ้ำ"),
        (|r| r.misordered_marks, "สระและวรรณยุกต์ที่สลับลำดับ"),
        (|r| r.lookalike_vowels, "สระที่หน้าตาคล้ายกัน"),
        (|r| r.presentation_forms, "อักขระจากแบบอักษรรุ่นเก่า"),
        (|r| r.controls, "อักขระควบคุม"),
    ];
    let found: Vec<Repairs> = draft.texts().map(|(_, text)| normalise(text).repairs).collect();
    kinds
        .into_iter()
        .filter_map(|(count, name)| {
            let times: usize = found.iter().map(count).sum();
            (times > 0).then(|| format!("{name} {times} แห่ง"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use thiap_domain::ProjectCode;

    use super::*;

    #[test]
    fn tricks_are_named_and_honest_texts_are_not_accused() {
        let draft = |title: &str| Project::titled(ProjectCode::new("D").unwrap(), title.into());
        assert!(repairs_in_thai(&draft("แก้ไขน้ำท่วม จ.น่าน ปี ๒๕๖๕")).is_empty());
        let told = repairs_in_thai(&draft("เเก้\u{200b}ไขน\u{e4d}\u{e49}\u{e32}ท่วม"));
        for name in ["มองไม่เห็น", "เ เ", "นิคหิต"] {
            assert!(told.iter().any(|line| line.contains(name)), "{name}: {told:?}");
        }
    }
}
