//! How well the rules read labelled project texts and press texts; runs where the labelled data is.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use thiap_ner::extract;

#[derive(Default)]
struct Counts {
    right: usize,
    found: usize,
    gold: usize,
}

impl Counts {
    fn f1(&self) -> f64 {
        let (right, total) = (self.right as f64, (self.found + self.gold) as f64);
        if total == 0.0 { 0.0 } else { 2.0 * right / total }
    }
}

#[test]
fn mentions_are_found_as_people_labelled_them() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ner");
    let show = std::env::var_os("THIAP_SHOW_ERRORS").is_some();
    for file in ["projects-a", "press-b"] {
        let path = Path::new(folder).join(format!("{file}.jsonl"));
        let Ok(lines) = std::fs::read_to_string(&path) else {
            println!("skipped: no labelled data at {}", path.display());
            return;
        };
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        for line in lines.lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            let text = record["text"].as_str().unwrap();
            let mut gold: Vec<(u64, u64, String)> = record["mentions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|m| {
                    (
                        m["start"].as_u64().unwrap(),
                        m["end"].as_u64().unwrap(),
                        m["type"].as_str().unwrap().to_owned(),
                    )
                })
                .collect();
            for (_, _, kind) in &gold {
                counts.entry(kind.clone()).or_default().gold += 1;
            }
            for mention in extract(text) {
                let (start, end) = mention.span.in_characters(text).unwrap();
                let found = (start as u64, end as u64, mention.entity_type.name().to_owned());
                let entry = counts.entry(found.2.clone()).or_default();
                entry.found += 1;
                if let Some(at) = gold.iter().position(|gold| *gold == found) {
                    entry.right += 1;
                    gold.remove(at);
                } else if show {
                    println!(
                        "+ {} {} {:?} | {text}",
                        found.2,
                        record["id"],
                        mention.span.slice(text).unwrap()
                    );
                }
            }
            if show {
                for (start, end, kind) in gold {
                    let missed: String =
                        text.chars().skip(start as usize).take((end - start) as usize).collect();
                    println!("- {kind} {} {missed:?} | {text}", record["id"]);
                }
            }
        }
        println!(
            "{file}: exact span and type\n{:14} {:>9} {:>7} {:>6} {:>6}",
            "type", "precision", "recall", "F1", "gold"
        );
        let mut all = Counts::default();
        for (kind, count) in &counts {
            println!(
                "{kind:14} {:9.3} {:7.3} {:6.3} {:6}",
                count.right as f64 / count.found.max(1) as f64,
                count.right as f64 / count.gold.max(1) as f64,
                count.f1(),
                count.gold
            );
            all.right += count.right;
            all.found += count.found;
            all.gold += count.gold;
        }
        println!("{:14} F1 {:.3}", "all", all.f1());
        // What was reached, less a little: a change of a table must not spoil what it does not touch.
        for (kind, floor) in [
            ("LOCATION", 0.75),
            ("ORGANIZATION", 0.73),
            ("MONEY", 0.98),
            ("DATE", 0.83),
            ("LEN", 0.93),
            ("TARGET_GROUP", 0.6),
        ] {
            let reached = counts.get(kind).map_or(0.0, Counts::f1);
            assert!(reached >= floor, "{file}: {kind} fell to {reached:.3}");
        }
    }
}
