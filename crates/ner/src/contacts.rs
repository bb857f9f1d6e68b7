//! Telephone numbers, addresses of mail and of pages, postal codes: told by their form.

use thiap_domain::{AreaLevel, EntityType, TextSpan};

use crate::candidate::{Candidate, Weight};
use crate::places::{Piece, PieceKind};
use crate::reading::Reading;

/// Contacts of a text.
pub(crate) fn contacts(reading: &Reading, pieces: &[Piece]) -> Vec<Candidate> {
    let text = reading.normalised.text.as_str();
    let mut candidates = Vec::new();
    let mut add = |span: TextSpan, entity_type| {
        candidates.push(Candidate { span, entity_type, value: None, weight: Weight::Form });
    };
    for (at, _) in text.match_indices('@') {
        if let Some(span) = email(text, at) {
            add(span, EntityType::Email);
        }
    }
    for start in ["http://", "https://", "www."] {
        for (at, _) in text.match_indices(start) {
            if let Some(span) = url(text, at, start.len()) {
                add(span, EntityType::Url);
            }
        }
    }
    phones(text, &mut add);
    for (at, word) in text.match_indices("รหัสไปรษณีย์") {
        let digits = skip_spaces(text, at + word.len());
        if let Some(end) = postal_code(text, digits) {
            add(TextSpan::new(digits, end), EntityType::Zip);
        }
    }
    for piece in pieces.iter().filter(|piece| piece.kind == PieceKind::Level(AreaLevel::Province)) {
        let end = reading.to_normalised(piece.start, piece.end).end;
        let digits = skip_spaces(text, end);
        if digits > end
            && let Some(end) = postal_code(text, digits)
        {
            add(TextSpan::new(digits, end), EntityType::Zip);
        }
    }
    candidates
}

fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

fn skip_spaces(text: &str, at: usize) -> usize {
    at + rest(text, at).bytes().take_while(|b| *b == b' ').count()
}

fn email(text: &str, at: usize) -> Option<TextSpan> {
    let local = |b: &u8| b.is_ascii_alphanumeric() || b"._%+-".contains(b);
    let before = text.get(..at)?.bytes().rev().take(64).take_while(local).count();
    let domain = |b: &u8| b.is_ascii_alphanumeric() || b".-".contains(b);
    let mut after = rest(text, at + 1).bytes().take(190).take_while(domain).count();
    while after > 0 && text.as_bytes().get(at + after).is_some_and(|b| b".-".contains(b)) {
        after -= 1;
    }
    let host = text.get(at + 1..at + 1 + after)?;
    (before > 0 && host.contains('.')).then(|| TextSpan::new(at - before, at + 1 + after))
}

fn url(text: &str, at: usize, scheme: usize) -> Option<TextSpan> {
    let free = text
        .get(..at)?
        .bytes()
        .next_back()
        .is_none_or(|b| !b.is_ascii_alphanumeric() && b != b'/' && b != b'.');
    if !free {
        return None;
    }
    let part = |b: &u8| b.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(b);
    let mut length = rest(text, at).bytes().take(2_000).take_while(part).count();
    while length > 0 && text.as_bytes().get(at + length - 1).is_some_and(|b| b".,;:!?)]'".contains(b)) {
        length -= 1;
    }
    let host = text.get(at + scheme..at + length)?;
    (host.contains('.') || scheme == "www.".len() && host.len() > 2).then(|| TextSpan::new(at, at + length))
}

/// Words after which a short number is a telephone number.
const PHONE_WORDS: &[&str] = &[
    "โทรศัพท์",
    "โทรสาร",
    "โทร.",
    "โทร",
    "สายด่วน",
    "Call Center",
    "Call center",
    "call center",
    "Hotline",
    "hotline",
    "Tel.",
    "Tel",
    "แฟกซ์",
];

fn phones(text: &str, add: &mut impl FnMut(TextSpan, EntityType)) {
    for word in PHONE_WORDS {
        for (at, _) in text.match_indices(word) {
            let mut digits = skip_spaces(text, at + word.len());
            for filler in [":", "หมายเลข", "เบอร์", "."] {
                if rest(text, digits).starts_with(filler) {
                    digits = skip_spaces(text, digits + filler.len());
                }
            }
            if let Some((end, count)) = phone_number(text, digits)
                && (3..=10).contains(&count)
            {
                add(TextSpan::new(digits, extension(text, end)), EntityType::Phone);
            }
        }
    }
    // Anywhere: nine or ten digits from a zero, with a dash or space inside.
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(zero) = rest(text, at).find('0').map(|offset| at + offset) {
        at = zero + 1;
        let free = zero == 0
            || bytes.get(zero - 1).is_some_and(|b| !b.is_ascii_alphanumeric() && !b".,+/-".contains(b));
        if free
            && let Some((end, count)) = phone_number(text, zero)
            && (count == 9 || count == 10)
            && end - zero > count
            && bytes.get(zero + 1).is_some_and(|b| *b != b'0')
        {
            add(TextSpan::new(zero, extension(text, end)), EntityType::Phone);
            at = end;
        }
    }
}

/// The end of a number of digits with single dashes or spaces between, and how many digits it has, at most 11.
fn phone_number(text: &str, start: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let (mut at, mut end, mut count) = (start, start, 0);
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_digit() {
            count += 1;
            end = at + 1;
            if count > 10 {
                return None;
            }
        } else if !(b"- ".contains(byte)
            && count > 0
            && at == end
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
        {
            break;
        }
        at += 1;
    }
    (count > 0).then_some((end, count))
}

/// `ต่อ 14`.
fn extension(text: &str, end: usize) -> usize {
    let word = skip_spaces(text, end);
    let Some(behind) = rest(text, word).strip_prefix("ต่อ") else { return end };
    let digits_from = skip_spaces(text, text.len() - behind.len());
    let digits = rest(text, digits_from).bytes().take(5).take_while(u8::is_ascii_digit).count();
    if digits > 0 { digits_from + digits } else { end }
}

fn postal_code(text: &str, start: usize) -> Option<usize> {
    let bytes = rest(text, start).as_bytes();
    let digits = bytes.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
    let code = digits == 5 && bytes.first().is_some_and(|b| (b'1'..=b'9').contains(b));
    let goes_on =
        bytes.get(5).is_some_and(|b| b",.-".contains(b) && bytes.get(6).is_some_and(u8::is_ascii_digit));
    (code && !goes_on).then_some(start + 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(EntityType, String)> {
        let reading = Reading::new(text);
        let mut found = contacts(&reading, &[]);
        found.sort_by_key(|c| c.span);
        found.dedup_by_key(|c| c.span);
        found
            .iter()
            .map(|c| (c.entity_type, c.span.slice(&reading.normalised.text).unwrap_or_default().to_owned()))
            .collect()
    }

    #[test]
    fn reads_contacts_by_their_form() {
        assert_eq!(
            read("โทร. 055-000-123 ต่อ 14 อีเมล a.b@example.go.th, www.example.ac.th/x."),
            [
                (EntityType::Phone, "055-000-123 ต่อ 14".into()),
                (EntityType::Email, "a.b@example.go.th".into()),
                (EntityType::Url, "www.example.ac.th/x".into()),
            ]
        );
        assert_eq!(
            read("สายด่วน 1713 รหัสไปรษณีย์ 10130"),
            [(EntityType::Phone, "1713".into()), (EntityType::Zip, "10130".into())]
        );
        assert_eq!(read("วงเงิน 0.500 ล้านบาท @ 100,000 รหัส 00012345678"), []);
    }
}
