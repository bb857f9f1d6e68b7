//! The tables are what their page says, and cover what real records name.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256};
use thiap_domain::{Area, AreaLevel};
use thiap_ner::{Agencies, AgencyRelation, Gazetteer, TargetGroups, named_plans};

const PAGE: &str = include_str!("../data/README.md");

#[test]
fn the_page_states_the_hash_of_the_places() {
    let digest = Sha256::digest(include_bytes!("../data/places.tsv"));
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(PAGE.contains(&digest), "places.tsv has SHA-256 {digest}");
}

#[test]
fn every_table_is_on_the_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || PAGE.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_tables_are_as_large_as_they_must_be() {
    assert!(Agencies::embedded().all().len() >= 450);
    assert!(TargetGroups::embedded().all().len() >= 150);
    assert!(named_plans().len() >= 100);
    assert!(Gazetteer::embedded().groups().len() >= 40);
}

#[test]
fn nearly_every_place_of_another_list_is_resolved() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/thai-admin.csv");
    let Ok(table) = std::fs::read_to_string(path) else {
        println!("skipped: no list of places at {path}");
        return;
    };
    let (mut all, mut whole, mut district) = (0, 0, 0);
    for line in table.lines().skip(1) {
        let mut fields = line.split(',');
        let mut next = || fields.next().unwrap_or_default().to_owned();
        let area = Area { province: next(), district: next(), subdistrict: next(), code: None };
        all += 1;
        match Gazetteer::embedded().resolve(&area).map(|code| code.level()) {
            Some(AreaLevel::Subdistrict) => whole += 1,
            Some(AreaLevel::District) => district += 1,
            level => panic!("{area:?}: {level:?}"),
        }
    }
    println!("{all} places: {whole} resolved, {district} to their district only");
    assert!(whole * 1_000 >= all * 993, "{whole} of {all}");
}

#[test]
fn owners_in_public_budgets_are_known() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/projects-public.csv");
    let Ok(table) = std::fs::read_to_string(path) else {
        println!("skipped: no public projects at {path}");
        return;
    };
    // The first columns hold no commas inside quotes: id, year, ministry, agency.
    let owners: BTreeSet<(&str, &str)> = table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.splitn(5, ',').skip(2);
            Some((fields.next()?, fields.next()?))
        })
        .filter(|(ministry, agency)| !agency.is_empty() && !ministry.contains('"') && !agency.contains('"'))
        .collect();
    let agencies = Agencies::embedded();
    let place = |name: &str| {
        name.starts_with("จังหวัด")
            || name.starts_with("กลุ่มจังหวัด")
            || name.contains("เขต")
            || name == "งบกลาง"
    };
    let names: BTreeSet<&str> =
        owners.iter().map(|(_, agency)| *agency).filter(|name| !place(name)).collect();
    let unknown: Vec<&&str> =
        names.iter().filter(|name| agencies.relation(name, "กรมประมง") == AgencyRelation::Unknown).collect();
    println!("{} of {} agencies are not known: {unknown:?}", unknown.len(), names.len());
    assert!(unknown.len() * 20 <= names.len(), "{unknown:?}");

    let ministries =
        owners.iter().filter(|(ministry, agency)| ministry.starts_with("กระทรวง") && *ministry != *agency);
    let (mut all, mut inside) = (0, 0);
    for (ministry, agency) in ministries.filter(|(_, agency)| !place(agency)) {
        all += 1;
        if agencies.relation(ministry, agency) == AgencyRelation::Contains {
            inside += 1;
        } else {
            println!("not known to belong together: {ministry} > {agency}");
        }
    }
    println!("{inside} of {all} agencies are known to belong to their ministry");
    assert!(inside * 10 >= all * 9);
}
