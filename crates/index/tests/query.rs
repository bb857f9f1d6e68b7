//! What people write is understood, or refused with the place and what to do.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use thiap_index::{
    ChipKind, ClauseContent, LONGEST_QUERY_CHARACTERS, QueryErrorKind, QueryField, Range, highlights,
    parse_query,
};

fn kind_of_error(query: &str) -> (usize, QueryErrorKind) {
    let error = parse_query(query).unwrap_err();
    assert!(!error.to_string().is_empty() && error.thai().contains(&(error.position + 1).to_string()));
    (error.position, error.kind)
}

#[test]
fn plain_words_stay_plain() {
    for query in [
        "พัฒนาคุณภาพชีวิตผู้สูงอายุ",
        "โควิด-19",
        "10:30 น.",
        "https://example.org/a",
        "โครงการ: พัฒนา",
        "ก - ข",
        "--",
        "1:50000",
        "a::b",
        "",
        "   ",
    ] {
        let parsed = parse_query(query).unwrap();
        assert_eq!((parsed.clauses.len(), parsed.free_text()), (0, query), "{query}");
    }
}

#[test]
fn clauses_are_read_where_they_stand() {
    let query = "อบรม \"คุณภาพ ชีวิต\" -ถนน -“น้ำท่วม” ปี:2565 title:คลอง";
    let parsed = parse_query(query).unwrap();
    let read: Vec<(&str, bool)> =
        parsed.clauses.iter().map(|clause| (clause.span.slice(query).unwrap(), clause.excluded)).collect();
    assert_eq!(
        read,
        [
            ("\"คุณภาพ ชีวิต\"", false),
            ("-ถนน", true),
            ("-“น้ำท่วม”", true),
            ("ปี:2565", false),
            ("title:คลอง", false)
        ]
    );
    let words: Vec<&str> = parsed.free_text().split_whitespace().collect();
    assert_eq!(words, ["อบรม", "คุณภาพ", "ชีวิต", "คลอง"], "what is wanted also ranks");
    assert_eq!(parsed.embedding_text().as_deref(), Some("อบรม คุณภาพ ชีวิต คลอง"));
}

#[test]
fn ranges_have_many_forms() {
    let range = |query: &str| match &parse_query(query).unwrap().clauses[0].content {
        ClauseContent::BudgetSatang(range) => *range,
        ClauseContent::FiscalYears(years) => {
            Range { from: years.from.map(i64::from), to: years.to.map(i64::from) }
        }
        other => panic!("{other:?}"),
    };
    let open = |from, to| Range { from, to };
    assert_eq!(range("budget:1000..5000"), open(Some(100_000), Some(500_000)));
    assert_eq!(range("งบ:>1000000"), open(Some(100_000_001), None));
    assert_eq!(range("งบ:>=1ล้าน"), open(Some(100_000_000), None));
    assert_eq!(range("งบ:<=1.5ล้านบาท"), open(None, Some(150_000_000)));
    assert_eq!(range("งบ:..๑,๐๐๐"), open(None, Some(100_000)));
    assert_eq!(range("ปี:2564..2566"), open(Some(2564), Some(2566)));
    assert_eq!(range("year:2022"), open(Some(2565), Some(2565)));
    assert_eq!(range("ปีงบประมาณ:<๒๕๖๖"), open(None, Some(2565)));
}

#[test]
fn fields_have_thai_and_english_names() {
    for (name, field) in [
        ("กระทรวง", QueryField::Ministry),
        ("Ministry", QueryField::Ministry),
        ("กรม", QueryField::Department),
        ("หน่วยงาน", QueryField::Agency),
        ("แผน", QueryField::Plan),
        ("พื้นที่", QueryField::Area),
        ("จังหวัด", QueryField::Province),
        ("สถานะ", QueryField::Status),
        ("ชื่อ", QueryField::Title),
    ] {
        let parsed = parse_query(&format!("{name}:\"ก ข\"")).unwrap();
        let expected = ClauseContent::FieldText { field, text: "ก ข".into(), quoted: true };
        assert_eq!(parsed.clauses[0].content, expected, "{name}");
    }
}

#[test]
fn what_cannot_be_understood_is_refused_with_its_place() {
    assert_eq!(kind_of_error("อบรม \"ครู"), (5, QueryErrorKind::UnbalancedQuote));
    assert_eq!(kind_of_error("-\"ครู"), (1, QueryErrorKind::UnbalancedQuote));
    assert_eq!(kind_of_error("ก colour:แดง"), (2, QueryErrorKind::UnknownField("colour".into())));
    assert!(matches!(
        kind_of_error("ปี:เร็วๆนี้"),
        (3, QueryErrorKind::BadValue { field: QueryField::FiscalYear, .. })
    ));
    assert!(matches!(kind_of_error("งบ:5000..1000"), (_, QueryErrorKind::BadValue { .. })));
    assert!(matches!(kind_of_error("kind:road"), (_, QueryErrorKind::BadValue { .. })));
    assert_eq!(kind_of_error("\"\""), (0, QueryErrorKind::NothingToSearch));
    assert_eq!(kind_of_error("title:\"!\""), (6, QueryErrorKind::NothingToSearch));
    assert!(matches!(kind_of_error(&"-ก ".repeat(65)), (_, QueryErrorKind::TooManyClauses)));
}

#[test]
fn ten_thousand_characters_are_fine_and_one_more_is_not() {
    assert!(parse_query(&"ก".repeat(LONGEST_QUERY_CHARACTERS)).is_ok());
    let (position, kind) = kind_of_error(&"ก".repeat(LONGEST_QUERY_CHARACTERS + 1));
    assert_eq!(
        (position, kind),
        (LONGEST_QUERY_CHARACTERS, QueryErrorKind::TooLong(LONGEST_QUERY_CHARACTERS + 1))
    );
}

#[test]
fn chips_say_what_they_ask_and_leave_the_ranking_when_they_are_fully_said() {
    let mut parsed = parse_query("ขุดลอก จ.สงขลา ปีงบประมาณ 2565 งบเกิน 10 ล้านบาท").unwrap();
    let kinds: Vec<ChipKind> = parsed.chips.iter().map(|chip| chip.kind).collect();
    assert_eq!(kinds, [ChipKind::Area, ChipKind::FiscalYear, ChipKind::Budget], "{:?}", parsed.chips);
    assert!(parsed.chips.iter().all(|chip| !chip.label.is_empty() && chip.applied));
    assert!(!parsed.ranking_text().contains("2565") && !parsed.ranking_text().contains("ล้าน"));
    parsed.remove_chips(&parsed.chips.iter().map(|chip| chip.text.clone()).collect());
    assert_eq!(parsed.ranking_text(), parsed.original());
    let literal = parse_query("\"ปีงบประมาณ 2565\"").unwrap();
    assert!(literal.chips.is_empty(), "what is quoted is meant literally");
}

fn query_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"".to_owned()),
        Just("“".to_owned()),
        Just("-".to_owned()),
        Just(":".to_owned()),
        Just(" ".to_owned()),
        Just("..".to_owned()),
        Just(">".to_owned()),
        Just("ปี".to_owned()),
        Just("งบ".to_owned()),
        Just("title".to_owned()),
        Just("จังหวัด".to_owned()),
        Just("2565".to_owned()),
        Just("๑๐ ล้านบาท".to_owned()),
        Just("สงขลา".to_owned()),
        "[ก-๛]{0,6}",
        "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_panics_and_places_fit(query in query_text(), other in "\\PC{0,60}") {
        match parse_query(&query) {
            Ok(parsed) => {
                prop_assert_eq!(parsed.free_text().len(), query.len(), "places stay the same");
                for clause in &parsed.clauses {
                    prop_assert!(clause.span.slice(&query).is_some_and(|text| !text.is_empty()));
                }
                for chip in &parsed.chips {
                    prop_assert!(chip.span.slice(&query).is_some());
                    prop_assert!(!parsed.clauses.iter().any(|clause| clause.span.overlaps(chip.span)));
                }
                for span in highlights(&other, &parsed) {
                    prop_assert!(span.slice(&other).is_some_and(|text| !text.is_empty()));
                }
            }
            Err(error) => prop_assert!(error.position <= query.chars().count()),
        }
    }

    #[test]
    fn quoting_makes_any_words_literal(words in "[ก-ฮa-z0-9 :.-]{1,30}") {
        prop_assume!(words.chars().any(char::is_alphanumeric));
        let parsed = parse_query(&format!("\"{words}\"")).unwrap();
        prop_assert_eq!(parsed.clauses.len(), 1);
        prop_assert_eq!(&parsed.clauses[0].content, &ClauseContent::Phrase(words));
        prop_assert!(parsed.chips.is_empty());
    }
}
