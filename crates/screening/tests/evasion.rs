//! Ways of writing that a comparison looks through, and names.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use thiap_domain::{Activity, Owner, Project, ProjectCode, TargetGroup, TextField, Trick};
use thiap_screening::{
    Comparison, CountedCorpus, Profile, RelationModel, TextVectors, Undone, compare, passages, undone,
};

fn profile(project: &Project) -> Profile {
    Profile::of(project, TextVectors::default())
}

fn project(title: &str, objectives: &[&str], activities: &[&str]) -> Project {
    let mut project = Project::titled(ProjectCode::new("P").unwrap(), title.into());
    project.objectives = objectives.iter().map(|text| (*text).to_owned()).collect();
    project.activities =
        activities.iter().map(|name| Activity { name: (*name).into(), ..Activity::default() }).collect();
    project.target_group =
        TargetGroup { text: "ประชาชนทั่วไป".into(), number: None };
    project
}

fn existing() -> Project {
    project(
        "ส่งเสริมเกษตรกรปราดเปรื่องเลี้ยงผึ้งโพรงร่วมกับสำนักงานคณะกรรมการคุ้มครองผู้บริโภค",
        &["เพื่อเพิ่มรายได้จากการเลี้ยงผึ้งโพรง", "เพื่อให้ผู้สูงอายุมีฟันเทียมใช้", "เพื่อลดการใช้สารเคมีในสวนลำไย"],
        &["อบรมการเลี้ยงผึ้งโพรง", "ตรวจสุขภาพช่องปากและใส่ฟันเทียม", "ตรวจสารตกค้างในลำไย"],
    )
}

/// The project with its texts written otherwise.
fn written(change: impl Fn(&str) -> String) -> Project {
    let mut draft = existing();
    draft.owner = Owner { department: "กรมอื่น".into(), ..Owner::default() };
    draft.title = change(&draft.title);
    draft.objectives.iter_mut().for_each(|text| *text = change(text));
    draft.activities.iter_mut().for_each(|activity| activity.name = change(&activity.name));
    draft
}

/// Words of the existing project and of everyday writing are known, others are not.
fn corpus() -> CountedCorpus {
    let mut corpus = CountedCorpus::default();
    let existing = profile(&existing());
    for count in 0..9_000 {
        corpus.add(["ส่งเสริม", "อบรม", "ตรวจ", "ใช้"]);
        if count % 900 == 0 {
            corpus.add(existing.words());
        }
    }
    corpus
}

fn judged(draft: &Project) -> (Comparison, Vec<Undone>) {
    let (draft, existing, corpus) = (profile(draft), profile(&existing()), corpus());
    let model = RelationModel::embedded().unwrap();
    (compare(&draft, &existing, &corpus, &model), undone(&draft, &existing, &corpus))
}

fn text_at(project: &Project, place: thiap_screening::Place) -> &str {
    let text = project.texts().filter(|(field, _)| *field == place.field).nth(place.entry).unwrap().1;
    place.span.slice(text).unwrap()
}

/// The forms of a kind that were looked through, in the draft and in the project.
fn forms(draft: &Project, trick: Trick) -> Vec<(String, String)> {
    let (_, found) = judged(draft);
    found
        .iter()
        .filter(|one| one.trick == trick)
        .map(|one| (text_at(draft, one.draft).to_owned(), text_at(&existing(), one.project).to_owned()))
        .collect()
}

/// Asserts that writing otherwise changes the likelihood little and is named with both forms.
fn seen_through(draft: &Project, trick: Trick, form: (&str, &str)) {
    let (plain, tricked) = (judged(&written(str::to_owned)).0, judged(draft).0);
    assert!(
        tricked.likelihood > plain.likelihood - 0.1,
        "{trick:?}: {} after {}",
        tricked.likelihood,
        plain.likelihood
    );
    let forms = forms(draft, trick);
    assert!(forms.iter().any(|(d, p)| (d.as_str(), p.as_str()) == form), "{forms:?}");
}

#[test]
fn a_draft_without_tricks_names_none() {
    let (comparison, found) = judged(&written(str::to_owned));
    assert!(comparison.likelihood > 0.5, "{}", comparison.likelihood);
    assert!(found.is_empty(), "{found:?}");
    let other = project("ก่อสร้างถนนคอนกรีตเสริมเหล็กบ้านหนองแสง", &["เพื่อการสัญจรที่สะดวก"], &["ลาดยาง"]);
    assert!(judged(&other).1.is_empty());
}

#[test]
fn english_words_are_read_as_thai_ones() {
    let draft = written(|text| text.replace("เกษตรกรปราดเปรื่อง", " Smart Farmer "));
    seen_through(&draft, Trick::EnglishTerm, ("Smart Farmer", "เกษตรกรปราดเปรื่อง"));
}

#[test]
fn abbreviations_are_read_in_full() {
    let draft = written(|text| text.replace("สำนักงานคณะกรรมการคุ้มครองผู้บริโภค", " สคบ."));
    seen_through(&draft, Trick::Abbreviation, ("สคบ.", "สำนักงานคณะกรรมการคุ้มครองผู้บริโภค"));
}

#[test]
fn other_words_for_one_thing_are_read_as_it() {
    let draft = written(|text| text.replace("ฟันเทียม", "ฟันปลอม").replace("ผู้สูงอายุ", "คนชรา"));
    seen_through(&draft, Trick::Rewording, ("ฟันปลอม", "ฟันเทียม"));
    assert!(forms(&draft, Trick::Rewording).contains(&("คนชรา".into(), "ผู้สูงอายุ".into())));
}

#[test]
fn misspelt_and_misread_words_are_read_beside_the_project() {
    let draft = written(|text| {
        text.replace("เลี้ยงผึ้งโพรง", "เลียงผึงโพรง").replace("ผู้บริโภค", "ผู้บรีโภค").replace("ฟันเทียม", "ฟันเทยีม")
    });
    let forms = forms(&draft, Trick::Misspelling);
    for word in ["ผึ้ง", "เลี้ยง", "บริโภค", "เทียม"] {
        assert!(forms.iter().any(|(_, project)| project.contains(word)), "{word}: {forms:?}");
    }
    let (plain, tricked) = (judged(&written(str::to_owned)).0, judged(&draft).0);
    assert!(tricked.likelihood > plain.likelihood - 0.15, "{} {}", tricked.likelihood, plain.likelihood);
    let found = passages(&profile(&draft), &profile(&existing()), &corpus());
    assert!(found.iter().any(|passage| text_at(&draft, passage.draft).contains("ผึงโพรง")), "{found:?}");
}

#[test]
fn unknown_names_are_no_misspellings() {
    let draft = project("อบรมคุณสุทธิลักษณ์ภิญโญวัฒน์ที่เลี้ยงผึ้งโพรง", &[], &[]);
    assert!(forms(&draft, Trick::Misspelling).is_empty());
}

#[test]
fn entries_in_another_order_are_the_same_entries() {
    let mut draft = written(str::to_owned);
    draft.objectives.reverse();
    draft.activities.rotate_left(1);
    let (plain, tricked) = (judged(&written(str::to_owned)).0, judged(&draft).0);
    assert!((plain.likelihood - tricked.likelihood).abs() < 1e-9);
    let (_, found) = judged(&draft);
    let moved = |field| {
        let entries = found.iter().filter(|one| one.trick == Trick::Reordered && one.draft.field == field);
        entries.map(|one| (one.draft.entry, one.project.entry)).collect::<Vec<_>>()
    };
    assert_eq!(moved(TextField::Objectives), [(0, 2), (2, 0)]);
    assert_eq!(moved(TextField::Activities), [(0, 1), (1, 2), (2, 0)]);
}
