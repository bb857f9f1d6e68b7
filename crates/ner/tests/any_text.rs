//! Whatever text comes in, mentions are well formed and the time stays linear.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Instant;

use proptest::prelude::*;
use thiap_domain::TextSpan;
use thiap_ner::{area_codes, constraints, extract, work_marks};

fn assert_well_formed(text: &str) {
    let mentions = extract(text);
    let mut end = 0;
    for mention in &mentions {
        assert!(mention.span.start >= end && !mention.span.is_empty(), "overlap in {text:?}");
        assert!(mention.span.slice(text).is_some(), "cuts a character of {text:?}");
        end = mention.span.end;
    }
    let mut end = 0;
    for constraint in constraints(text) {
        assert!(constraint.span.start >= end, "overlap in {text:?}");
        assert_eq!(constraint.span.slice(text), Some(constraint.text.as_str()));
        end = constraint.span.end;
    }
    for mark in work_marks(text) {
        assert!(mark.span.slice(text).is_some() && mark.span != TextSpan::new(0, 0), "{text:?}");
    }
    let _ = area_codes(text);
}

/// Pieces that the recognisers look for, whole and broken.
const PIECES: &[&str] = &[
    "จังหวัด",
    "จ.",
    "อำเภอ",
    "อ.เมือง",
    "ตำบล",
    "ต.",
    "หมู่ที่ 4",
    "หมู่ ",
    "บ้าน",
    "เชียงใหม่",
    "แม่ริม",
    "เชียงไหม่",
    "กรุงเทพฯ",
    "EEC",
    "ภาคเหนือ",
    "กรม",
    "กรมชลประทาน",
    "สพฐ.",
    "(สพฐ.)",
    "อบต.",
    "เทศบาลเมือง",
    "มาตรา 33 ",
    "พ.ร.บ.",
    "พ.ศ. 2560",
    "(พ.ศ. 2566 - 2570)",
    "แผนพัฒนา",
    "โครงการ",
    "“",
    "”",
    "ถนนสาย",
    " - ",
    "กม.1+000",
    "นม.3052",
    "นย.ถ.1-",
    "ทล.408",
    "ระยะที่ 2",
    "phase II",
    "เกษตรกรผู้",
    "ผู้สูงอายุ",
    "10 ล้านบาท",
    "ไม่เกิน",
    "ระหว่าง",
    "ปี 2565",
    "ปีการผลิต 2562/63",
    "ร้อยละ 5",
    "@",
    "www.",
    "a.b",
    "โทร. 0-2",
    "02-123-4567",
    "๒๕๖๕",
    "\u{200B}",
    "เเ",
    "ํา",
    "ๆ",
    "ฯ",
    " ",
    "\n",
    "|",
    ",",
    "และ",
    "😀",
    "é",
    "中",
    "\0",
    "(",
    ")",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_well_formed_mentions(text in "\\PC{0,80}") {
        assert_well_formed(&text);
    }

    #[test]
    fn any_thai_gives_well_formed_mentions(text in "[ก-๛ 0-9.()a-z-]{0,80}") {
        assert_well_formed(&text);
    }

    #[test]
    fn any_mixture_of_known_pieces_gives_well_formed_mentions(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)
    ) {
        assert_well_formed(&pieces.concat());
    }
}

/// Seconds to read a text that repeats a piece; some hundred times less than quadratic time would need.
fn seconds_for(piece: &str, bytes: usize) -> f64 {
    let text = piece.repeat(bytes / piece.len());
    let query: String = text.chars().take(10_000).collect();
    let _ = constraints(&query);
    let started = Instant::now();
    let _ = extract(&text);
    started.elapsed().as_secs_f64()
}

#[test]
fn a_megabyte_without_a_space_is_read_in_linear_time() {
    for piece in ["ก", "เ", "a", "0", "😀", "จังหวัด", "กระทรวง", "ตำบลหนองบัว", "ถนนสายบ้าน-", "เกษตรกรผู้"]
    {
        let seconds = seconds_for(piece, 1_000_000);
        assert!(seconds < 60.0, "{piece:?}: {seconds:.1} s");
    }
}

#[test]
fn repetitions_of_what_opens_a_name_are_read_in_linear_time() {
    for piece in [
        "่",
        ".",
        "-",
        " ",
        "+",
        "@",
        "(",
        "บ้าน",
        "ต.",
        "หมู่ที่ 4 ",
        "พ.ศ. 2560",
        "มาตรา 1 และ",
        "แผนพัฒนา",
        "โครงการ“",
        "กม.1+000-",
        "นม.3052 - ",
        "สาย ก - ข",
        "ทล.1 ตอน ",
        "www.",
        "http://",
        "a@b.c",
        "02-",
        "สพฐ.(",
        "เชียงใหม่,",
        "น่าน ",
        "บริษัท",
        "1-",
        "ปี 2565 ",
        "5 ล้านบาท ",
        "ระหว่าง 1 ถึง ",
        "โรงพยาบาล",
        "ประกาศกระทรวง",
        "ตำบลท่าชัย, ",
        "ปี2562/63",
    ] {
        let seconds = seconds_for(piece, 200_000);
        assert!(seconds < 20.0, "{piece:?}: {seconds:.1} s");
    }
}
