//! An index answers as the projects in it say, whatever way they came in.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use support::{build, code, in_area, project, query, search, with_vectors, writer};
use thiap_domain::{Baht, Project};
use thiap_index::{Filters, SearchRequest, SearchResponse};

const MINISTRIES: [&str; 3] = ["กระทรวงแรงงาน", "กระทรวงคมนาคม", ""];
const WORDS: [&str; 8] = ["อบรม", "ผู้สูงอายุ", "ก่อสร้าง", "ถนน", "ขุดลอก", "คลอง", "training", "คุณภาพชีวิต"];
const AREAS: [u32; 4] = [50, 5001, 90, 900101];

fn a_project() -> impl Strategy<Value = Project> {
    (0u8..12, prop::collection::vec(0usize..WORDS.len(), 1..5), 0usize..3, 2563i32..2567, 0usize..5, 0i64..4)
        .prop_map(|(name, words, ministry, year, area, millions)| {
            let title: Vec<&str> = words.iter().map(|word| WORDS[*word]).collect();
            let mut made = project(&format!("C{name:02}"), &title.join(" "), MINISTRIES[ministry], year);
            made.budgets[0].baht = Baht::from_satang(millions * 100_000_000);
            match AREAS.get(area) {
                Some(area) => in_area(made, *area),
                None => made,
            }
        })
}

#[derive(Debug, Clone)]
enum Change {
    Upsert(Box<Project>),
    Delete(u8),
}

fn changes() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = prop_oneof![4 => a_project().prop_map(|project| Change::Upsert(Box::new(project))), 1 => (0u8..12).prop_map(Change::Delete)];
    prop::collection::vec(prop::collection::vec(change, 0..6), 1..6)
}

fn filters() -> impl Strategy<Value = Filters> {
    let json = prop_oneof![
        Just(r#"{}"#),
        Just(r#"{"ministry": "กระทรวงแรงงาน"}"#),
        Just(r#"{"ministry": "กระทรวง"}"#),
        Just(r#"{"fiscal_year_be": 2565}"#),
        Just(r#"{"fiscal_year_be": {"from": 2564}, "budget_baht": {"to": 2000000}}"#),
        Just(r#"{"area": 50}"#),
        Just(r#"{"area": ["สงขลา", 5001]}"#),
        Just(r#"{"agency": ["กระทรวงคมนาคม", "กระทรวงแรงงาน"], "kind": "project"}"#),
    ];
    json.prop_map(|json| serde_json::from_str(json).unwrap())
}

/// The filters above, said again in the plainest way.
fn fits(filters: &Filters, project: &Project) -> bool {
    let ministry = project.owner.ministry.as_str();
    let named = |names: &[String]| {
        names.is_empty()
            || names.iter().any(|name| {
                if MINISTRIES.contains(&name.as_str()) {
                    ministry == name
                } else {
                    ministry.contains(name.as_str())
                }
            })
    };
    let year = project.fiscal_year_be.unwrap();
    let area = project.areas.first().and_then(|area| area.code).map(|code| code.number().to_string());
    let in_areas = filters.area.0.is_empty()
        || filters.area.0.iter().any(|wanted| {
            let wanted = match wanted {
                thiap_index::AreaFilter::Code(code) => code.to_string(),
                thiap_index::AreaFilter::Name(_) => "90".to_owned(),
            };
            area.as_ref().is_some_and(|area| area.starts_with(&wanted))
        });
    named(&filters.ministry.0)
        && named(&filters.agency.0)
        && filters.fiscal_year_be.is_none_or(|years| years.contains(year))
        && filters.budget_baht.is_none_or(|range| range.contains(project.budget_total().unwrap()))
        && in_areas
}

fn comparable(response: &SearchResponse) -> Vec<(usize, String, u64)> {
    let hit = |hit: &thiap_index::Hit| (hit.rank, hit.project_code.to_string(), hit.score.to_bits());
    response.hits.iter().map(hit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn history_does_not_matter(batches in changes(), filters in filters(), word in 0usize..WORDS.len()) {
        let grown = tempfile::tempdir().unwrap();
        let mut model: BTreeMap<String, Project> = BTreeMap::new();
        let mut writer = writer(grown.path());
        for (number, batch) in (1u64..).zip(&batches) {
            let mut upserts: BTreeMap<String, Project> = BTreeMap::new();
            let mut deletes = Vec::new();
            for change in batch {
                match change {
                    Change::Upsert(project) => {
                        upserts.insert(project.project_code.to_string(), Project::clone(project));
                    }
                    Change::Delete(name) => deletes.push(format!("C{name:02}")),
                }
            }
            deletes.retain(|name| !upserts.contains_key(name));
            deletes.iter().for_each(|name| { model.remove(name); });
            let upserts: Vec<Project> = upserts.into_values().collect();
            model.extend(upserts.iter().map(|project| (project.project_code.to_string(), project.clone())));
            let deletes: Vec<_> = deletes.iter().map(|name| code(name)).collect();
            writer.apply_lexical(&upserts, &deletes, number).unwrap();
            writer.apply_vectors(&with_vectors(&upserts), &deletes, number).unwrap();
            if number % 2 == 0 {
                writer.finish().unwrap();
            }
        }
        drop(writer);
        let grown = support::open(grown.path());
        let projects: Vec<Project> = model.values().cloned().collect();
        let fresh_directory = tempfile::tempdir().unwrap();
        let fresh = build(fresh_directory.path(), &projects);

        for text in ["", WORDS[word], "ถนน -ขุดลอก", "อบรมผู้สูงอายุ ปี 2565"] {
            let request = SearchRequest { filters: filters.clone(), ..query(text) };
            let (a, b) = (search(&grown, &request), search(&fresh, &request));
            prop_assert_eq!(comparable(&a), comparable(&b), "{}", text);
            prop_assert_eq!(&a.facets, &b.facets);
            prop_assert_eq!(a.total, b.total);
            prop_assert_eq!(a.total as usize, a.hits.len());

            // Facets are counts over exactly the hits.
            let mut by_ministry: BTreeMap<&str, u64> = BTreeMap::new();
            for hit in &a.hits {
                let ministry = model[hit.project_code.as_str()].owner.ministry.as_str();
                if !ministry.is_empty() {
                    *by_ministry.entry(ministry).or_default() += 1;
                }
            }
            let counted: BTreeMap<&str, u64> =
                a.facets.iter().flat_map(|f| &f.ministry).map(|c| (c.value.as_str(), c.count)).collect();
            prop_assert_eq!(counted, by_ministry);

            // Pages cut the same list.
            let mut paged = Vec::new();
            for offset in (0..a.hits.len() + 2).step_by(2) {
                let page = search(&grown, &SearchRequest { offset, limit: 2, ..request.clone() });
                prop_assert_eq!(page.total, a.total);
                paged.extend(comparable(&page));
            }
            prop_assert_eq!(paged, comparable(&a));
        }

        let all = search(&grown, &SearchRequest { filters: filters.clone(), ..query("") });
        let expected = model.values().filter(|project| fits(&filters, project)).count();
        prop_assert_eq!(all.total as usize, expected);
        prop_assert_eq!(grown.document_count() as usize, model.len());
        let frequency = grown.document_frequency("ถนน").unwrap() as usize;
        prop_assert_eq!(frequency, model.values().filter(|project| project.title.contains("ถนน")).count());
    }
}
