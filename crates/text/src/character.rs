//! Classes of Thai characters (Unicode block U+0E00 to U+0E7F), as TIS-620 and WTT 2.0 group them.

/// Ko kai to ho nokhuk, with ฤ and ฦ, which stand where consonants stand.
pub(crate) fn is_consonant(c: char) -> bool {
    ('ก'..='ฮ').contains(&c)
}

/// Vowels written before their consonant: เ แ โ ใ ไ.
pub(crate) fn is_leading_vowel(c: char) -> bool {
    ('เ'..='ไ').contains(&c)
}

/// Vowel signs written after their consonant, in its line: ะ า ำ ๅ.
pub(crate) fn is_following_vowel(c: char) -> bool {
    matches!(c, 'ะ' | 'า' | 'ำ' | 'ๅ')
}

/// Vowels, tones and signs above or below a consonant.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{0E31}' | '\u{0E34}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}')
}

/// Mai ek, mai tho, mai tri, mai chattawa.
pub(crate) fn is_tone(c: char) -> bool {
    ('\u{0E48}'..='\u{0E4B}').contains(&c)
}

/// Letters, vowels, marks and signs that words are made of; digits and the old paragraph signs are not.
pub(crate) fn is_thai_letter(c: char) -> bool {
    matches!(c, 'ก'..='\u{0E3A}' | 'เ'..='\u{0E4E}')
}
