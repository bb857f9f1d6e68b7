//! Names of agencies and plans, made comparable.

/// Characters that take no width and carry no meaning in a name: ZERO WIDTH SPACE, WORD JOINER, BYTE ORDER MARK.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

/// The name with one space for every run of white space, and none at its ends.
pub(crate) fn tidy(name: &str) -> String {
    let mut tidied = String::with_capacity(name.len());
    for word in name.split(is_blank).filter(|word| !word.is_empty()) {
        if !tidied.is_empty() {
            tidied.push(' ');
        }
        tidied.push_str(word);
    }
    tidied
}

/// The name without any white space: Thai writes none between words, and lists differ in where they put some.
pub(crate) fn name_key(name: &str) -> String {
    name.chars().filter(|character| !is_blank(*character)).collect()
}

/// [`name_key`] with Thai digits folded and the years in brackets at the end dropped, as in `(พ.ศ. 2561 - 2580)`.
pub(crate) fn plan_key(name: &str) -> String {
    let mut key: String = name
        .chars()
        .filter(|character| !is_blank(*character))
        .map(|character| match character {
            '๐'..='๙' => char::from_u32(u32::from(character) - u32::from('๐') + u32::from('0')),
            other => Some(other),
        })
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    if key.ends_with(')')
        && let Some(start) = key.rfind('(')
        && key.get(start..).is_some_and(|years| years.starts_with("(พ.ศ."))
    {
        key.truncate(start);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_does_not_tell_names_apart() {
        let spaced = " สำนักงานปลัด\u{a0} \nสำนักนายกรัฐมนตรี\u{200B}";
        assert_eq!(tidy(spaced), "สำนักงานปลัด สำนักนายกรัฐมนตรี");
        assert_eq!(name_key(spaced), name_key("สำนักงานปลัดสำนักนายกรัฐมนตรี"));
        assert_ne!(name_key("กรมการแพทย์"), name_key("กรมแพทย์"));
        assert_eq!(tidy(" \t"), "");
    }

    #[test]
    fn plans_are_known_with_and_without_their_years() {
        let key = plan_key("แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (01) ประเด็น ความมั่นคง");
        for written in [
            "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (๐๑) ประเด็นความมั่นคง",
            "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (01) ประเด็น ความมั่นคง (พ.ศ. 2561 - 2580)",
            "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ(๐๑)ประเด็นความมั่นคง(พ.ศ.๒๕๖๑-๒๕๘๐)",
        ] {
            assert_eq!(plan_key(written), key, "{written}");
        }
        assert_eq!(plan_key("แผน (ฉบับแก้ไข)"), "แผน(ฉบับแก้ไข)");
        assert_eq!(plan_key("(พ.ศ. 2561)"), "");
    }
}
