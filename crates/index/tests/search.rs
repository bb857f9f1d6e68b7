//! What a search answers, on a handful of projects.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::{build, code, codes, in_area, project, query, search, vectors, with_vectors, writer};
use thiap_domain::Project;
use thiap_index::{ChipKind, Fulfilment, IndexError, SearchMode, SearchRequest, highlights, parse_query};

fn five() -> Vec<Project> {
    vec![
        project("A1", "พัฒนาคุณภาพชีวิตผู้สูงอายุ", "กระทรวงแรงงาน", 2565),
        project("A2", "ก่อสร้างถนนคอนกรีตเสริมเหล็ก", "กระทรวงคมนาคม", 2566),
        project("A3", "อบรมอาชีพผู้สูงอายุ", "กระทรวงแรงงาน", 2566),
        in_area(project("A4", "ขุดลอกคลองส่งน้ำ", "กระทรวงเกษตรและสหกรณ์", 2565), 90),
        in_area(project("A5", "ขุดลอกหนองน้ำ", "กระทรวงเกษตรและสหกรณ์", 2566), 50),
    ]
}

#[test]
fn finds_what_is_there_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    let found = search(&index, &query("ผู้สูงอายุ"));
    assert_eq!(found.total, 2, "{found:?}");
    let mut found_codes = codes(&found);
    found_codes.sort_unstable();
    assert_eq!(found_codes, ["A1", "A3"]);
    assert_eq!(search(&index, &query("xyzzy plugh")).total, 0);
    assert_eq!(search(&index, &query("")).total, 5);
    assert_eq!(search(&index, &query("-อบรม")).total, 4);
}

#[test]
fn scores_follow_from_the_legs_to_the_last_digit() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    for text in ["ผู้สูงอายุ", "ขุดลอก จังหวัดสงขลา", "ถนน ปี 2566"]
    {
        let found = search(&index, &query(text));
        assert!(found.total > 0);
        for hit in &found.hits {
            assert_eq!(hit.score.to_bits(), found.fusion.score(&hit.legs).to_bits(), "{text} {hit:?}");
        }
        // The legs survive the way through JSON.
        let json = serde_json::to_value(found.hits[0].legs).unwrap();
        let legs = serde_json::from_value(json).unwrap();
        let fusion = serde_json::from_value(serde_json::to_value(found.fusion).unwrap()).unwrap();
        let again = thiap_index::FusionParameters::score(&fusion, &legs);
        assert_eq!(again.to_bits(), found.hits[0].score.to_bits());
    }
}

#[test]
fn phrases_exclusions_and_fields_restrict() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    let total = |text: &str| search(&index, &query(text)).total;
    assert_eq!(total("\"คุณภาพชีวิตผู้สูงอายุ\""), 1);
    assert_eq!(total("\"ผู้สูงอายุคุณภาพชีวิต\""), 0);
    assert_eq!(total("ผู้สูงอายุ -อบรม"), 1);
    assert_eq!(total("ผู้สูงอายุ -\"คุณภาพชีวิต\""), 1);
    assert_eq!(total("ministry:แรงงาน"), 2);
    assert_eq!(total("กระทรวง:แรงงาน ปี:2566"), 1);
    assert_eq!(total("-กระทรวง:แรงงาน"), 3);
    assert_eq!(total("ปี:2566..2567"), 3);
    assert_eq!(total("ชื่อ:ขุดลอก"), 2);
    assert_eq!(total("จังหวัด:สงขลา"), 1);
    assert_eq!(total("งบ:>1ล้าน"), 0);
    assert_eq!(total("budget:1000000"), 5);
    assert_eq!(total("code:A2"), 1);
    assert_eq!(total("kind:output"), 0);
}

#[test]
fn words_that_name_years_and_places_become_chips_that_can_be_taken_away() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    let request = query("ขุดลอก จังหวัดสงขลา ปีงบประมาณ 2565");
    let found = search(&index, &request);
    let kinds: Vec<ChipKind> = found.chips.iter().map(|chip| chip.kind).collect();
    assert!(kinds.contains(&ChipKind::Area) && kinds.contains(&ChipKind::FiscalYear), "{:?}", found.chips);
    assert_eq!(codes(&found).first(), Some(&"A4"));
    assert_eq!(found.hits[0].constraints.get(&ChipKind::Area), Some(&Fulfilment::Fulfilled));
    let removed = found.chips.iter().map(|chip| chip.text.clone()).collect();
    let again = search(&index, &SearchRequest { removed_chips: removed, ..request });
    assert!(again.chips.iter().all(|chip| !chip.applied));
    assert!(again.hits.iter().all(|hit| hit.constraints.is_empty()));
    assert!(again.total >= found.total);
}

#[test]
fn pages_agree_with_the_total_and_with_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    let all = search(&index, &query(""));
    let mut paged = Vec::new();
    for offset in 0..7 {
        let page = search(&index, &SearchRequest { offset, limit: 1, ..SearchRequest::default() });
        assert_eq!(page.total, all.total);
        assert_eq!(page.hits.len(), usize::from(offset < 5));
        paged.extend(page.hits.into_iter().map(|hit| (hit.rank, hit.project_code)));
    }
    let expected: Vec<_> = all.hits.iter().map(|hit| (hit.rank, hit.project_code.clone())).collect();
    assert_eq!(paged, expected);
    let far = search(&index, &SearchRequest { offset: usize::MAX, limit: usize::MAX, ..query("ผู้สูงอายุ") });
    assert_eq!((far.total, far.hits.len()), (2, 0));
}

#[test]
fn facets_count_exactly_what_was_found() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    let facets = search(&index, &query("ผู้สูงอายุ")).facets.unwrap();
    assert_eq!(
        facets.ministry.iter().map(|count| (count.value.as_str(), count.count)).collect::<Vec<_>>(),
        [("กระทรวงแรงงาน", 2)]
    );
    assert_eq!(
        facets.fiscal_year_be.iter().map(|count| (count.value, count.count)).collect::<Vec<_>>(),
        [(2565, 1), (2566, 1)]
    );
}

#[test]
fn modes_choose_the_legs() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    let words = search(&index, &SearchRequest { mode: SearchMode::Words, ..query("ผู้สูงอายุ") });
    assert!(words.hits.iter().all(|hit| hit.legs.cosine_title.is_none()));
    let meaning = search(&index, &SearchRequest { mode: SearchMode::Meaning, ..query("ผู้สูงอายุ") });
    assert!(meaning.hits.iter().all(|hit| hit.legs.words == 0.0 && hit.legs.clusters == 0.0));
}

#[test]
fn zero_projects_are_searched_without_a_fuss() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &[]);
    assert_eq!(search(&index, &query("ผู้สูงอายุ")).total, 0);
    assert_eq!(search(&index, &query("")).total, 0);
    assert_eq!(index.document_count(), 0);
    let draft = project("D", "อบรม", "", 2565);
    assert!(index.candidates(&draft, &vectors(&draft), 10).unwrap().is_empty());
    assert_eq!(index.vectors_of(&code("D")).unwrap(), None);
}

#[test]
fn a_project_is_its_own_first_candidate() {
    let directory = tempfile::tempdir().unwrap();
    let projects = five();
    let index = build(directory.path(), &projects);
    for project in &projects {
        let candidates = index.candidates(project, &vectors(project), 3).unwrap();
        assert_eq!(candidates.first().map(|candidate| &candidate.project_code), Some(&project.project_code));
        let stored = index.vectors_of(&project.project_code).unwrap().unwrap();
        for ((field, stored), (_, exact)) in stored.fields.iter().zip(&vectors(project).fields) {
            let cosine: f32 = stored.iter().zip(exact).map(|(a, b)| a * b).sum();
            assert!(cosine > 0.999, "{field:?} {cosine}");
        }
    }
}

#[test]
fn a_draft_of_a_title_alone_has_candidates() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    let draft = Project::titled(code("D"), "ขุดลอกคลอง".into());
    let candidates = index.candidates(&draft, &vectors(&draft), 2).unwrap();
    assert_eq!(candidates[0].project_code, code("A4"));
    // Without vectors the words alone are looked at.
    let candidates = index.candidates(&draft, &Default::default(), 2).unwrap();
    assert_eq!(candidates[0].project_code, code("A4"));
}

#[test]
fn a_text_of_a_megabyte_is_indexed_searched_and_highlighted() {
    let directory = tempfile::tempdir().unwrap();
    let mut projects = five();
    projects.push(project("B1", &"พัฒนาระบบสารสนเทศ".repeat(20_000), "กระทรวงดิจิทัล", 2565));
    projects.push(project("B2", &"ฮฺ".repeat(170_000), "", 2565));
    let index = build(directory.path(), &projects);
    assert!(codes(&search(&index, &query("ระบบสารสนเทศ"))).contains(&"B1"));
    let parsed = parse_query("ระบบสารสนเทศ").unwrap();
    assert!(!highlights(&projects[5].title, &parsed).is_empty());
    assert!(!index.candidates(&projects[5], &vectors(&projects[5]), 5).unwrap().is_empty());
}

#[test]
fn highlights_are_places_in_the_original() {
    let parsed = parse_query("ผู้สูงอายุ \"คุณภาพชีวิต\" -ถนน").unwrap();
    let original = "พัฒนา คุณภาพ\u{200B}ชีวิต ของผู้สูงอายุ ริมถนน";
    let marked: Vec<&str> =
        highlights(original, &parsed).iter().filter_map(|span| span.slice(original)).collect();
    assert_eq!(marked, ["คุณภาพ\u{200B}ชีวิต", "ผู้สูงอายุ"]);
}

#[test]
fn the_beginning_of_another_word_is_no_highlight() {
    let marked = |query: &str, original: &'static str| -> Vec<&str> {
        let parsed = parse_query(query).unwrap();
        highlights(original, &parsed).iter().filter_map(|span| span.slice(original)).collect()
    };
    assert_eq!(marked("โครงการของผู้สูงอายุ", "ค่าตอบแทนผู้ปฏิบัติงานของโครงการดูแลผู้สูงอายุ"), ["ผู้สูงอายุ"]);
    assert_eq!(marked("โครงการ", "โครงการดูแลผู้สูงอายุ"), ["โครงการ"]);
}

#[test]
fn wrong_vectors_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let index = build(directory.path(), &five());
    let refused = index.search(&query("ถนน"), Some(&[1.0, 2.0]));
    assert!(matches!(refused, Err(IndexError::Vector { found: 2, .. })));
    let not_finite = vec![f32::NAN; support::DIMENSIONS];
    assert!(matches!(index.search(&query("ถนน"), Some(&not_finite)), Err(IndexError::Vector { .. })));
}

#[test]
fn a_graph_finds_what_a_scan_finds() {
    let directory = tempfile::tempdir().unwrap();
    let projects: Vec<Project> = (0..600)
        .map(|number| {
            let title = format!(
                "โครงการ{}หมู่ที่ {} ตำบลที่ {}",
                ["ถนน", "ฝาย", "อบรม"][number % 3],
                number % 40,
                number / 7
            );
            project(&format!("G{number:04}"), &title, "", 2560 + (number % 5) as i32)
        })
        .collect();
    let scanned = build(directory.path(), &projects);
    let with_graph = tempfile::tempdir().unwrap();
    let mut writer = writer(with_graph.path());
    let (first, later) = projects.split_at(500);
    writer.apply_lexical(&projects, &[], 600).unwrap();
    writer.apply_vectors(&with_vectors(first), &[], 500).unwrap();
    writer.finish_with_graph_from(0).unwrap();
    writer.apply_vectors(&with_vectors(later), &[], 600).unwrap();
    let index = support::open(with_graph.path());
    assert!(index.has_graph());
    for text in ["ถนนหมู่ที่ 7", "ฝายตำบลที่ 70", "อบรม"] {
        let request = SearchRequest { mode: SearchMode::Meaning, limit: 20, ..query(text) };
        let (exact, near) = (search(&scanned, &request), search(&index, &request));
        assert_eq!(codes(&exact), codes(&near), "{text}");
    }
}
