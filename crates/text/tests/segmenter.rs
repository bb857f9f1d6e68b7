//! What the segmenter promises of any text.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use thiap_text::{Segmenter, TokenKind, clusters};

fn words(text: &str) -> Vec<&str> {
    Segmenter::embedded().segment(text).into_iter().map(|token| token.span.slice(text).unwrap()).collect()
}

/// Thai as it is written and as it is mistyped, other scripts, digits, marks without a letter.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ก-ฮ][ะ-ู]?[่-๋]?",
        2 => "[เ-ไ][ก-ฮ][่-๋]?",
        1 => "[ะ-ฺ็-๎]{1,3}",
        1 => "[a-zA-Z0-9๐-๙.,/()ๆฯ \u{200b}\n-]{1,4}",
        1 => Just("โครงการ".to_owned()),
        1 => Just("ผู้สูงอายุ".to_owned()),
        1 => "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn tokens_tile_any_text_and_never_cut_a_cluster(text in any_text()) {
        let tokens = Segmenter::embedded().segment(&text);
        let mut at = 0;
        for token in &tokens {
            prop_assert_eq!(token.span.start, at);
            prop_assert!(token.span.end > at);
            at = token.span.end;
        }
        prop_assert_eq!(at, text.len());
        let ends: Vec<usize> = clusters(&text).map(|span| span.end).collect();
        for token in tokens.iter().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::UnknownWord)) {
            prop_assert!(ends.binary_search(&token.span.end).is_ok(), "{:?} in {:?}", token, text);
        }
    }

    #[test]
    fn a_space_between_texts_changes_neither(a in "[ก-ฮะ-ูเ-ไ่้]{0,20}", b in "[ก-ฮะ-ูเ-ไ่้]{0,20}") {
        let joined = format!("{a} {b}");
        let apart: Vec<&str> = words(&a).into_iter().chain([" "]).chain(words(&b)).collect();
        prop_assert_eq!(words(&joined), apart);
    }
}

#[test]
fn unknown_words_are_kept_whole() {
    assert_eq!(words("นายโฟรเวิกซ์เดินทางไปเชียงใหม่"), ["นาย", "โฟรเวิกซ์", "เดินทาง", "ไป", "เชียงใหม่"]);
    let text = "ระบบซอล์ฟเทรกซ์ของกรมชลประทาน";
    assert_eq!(words(text), ["ระบบ", "ซอล์ฟเทรกซ์", "ของ", "กรม", "ชลประทาน"]);
    let unknown = Segmenter::embedded().segment(text).into_iter().nth(1).unwrap();
    assert_eq!(unknown.kind, TokenKind::UnknownWord);
}

/// The shortest of three runs: what else the machine does must not decide.
fn time_of(text: &str) -> Duration {
    let run = || {
        let begin = Instant::now();
        assert!(!Segmenter::embedded().segment(text).is_empty());
        begin.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap()
}

#[test]
fn a_megabyte_without_a_space_takes_time_in_proportion() {
    let _ = Segmenter::embedded();
    for piece in ["โครงการพัฒนาคุณภาพชีวิตผู้สูงอายุ", "กรุก", "ก", "ัััั", "เเเ"]
    {
        let long = piece.repeat((1 << 20) / piece.len());
        let short = piece.repeat((1 << 17) / piece.len());
        let (long, short) = (time_of(&long), time_of(&short));
        // eight times the text; twice that is left to noise, and a quadratic way would take 64 times as long
        assert!(
            long < short * 16 + Duration::from_millis(50),
            "{piece}: {short:?} for an eighth, {long:?} for all"
        );
    }
}
