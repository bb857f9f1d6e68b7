//! Agencies and their reorganisations.

use thiap_domain::{FiscalYear, Project};
use thiap_store::{AgencyError, AgencyId, AgencyLevel, NewAgency, Store, StoreError, SuccessionKind};

use crate::sample::{code, day, owner, titled};

fn owned(project_code: &str, names: (&str, &str, &str), year_be: i32) -> Project {
    Project {
        owner: owner(names.0, names.1, names.2),
        fiscal_year_be: FiscalYear::from_be(year_be).ok(),
        ..titled(project_code, "โครงการ")
    }
}

async fn add(store: &Store, level: AgencyLevel, name: &str, parent: Option<AgencyId>) -> AgencyId {
    let agency = NewAgency { level, name: name.into(), parent, valid_from: None };
    store.add_agency(&agency).await.unwrap()
}

async fn linked(store: &Store, project_code: &str) -> AgencyId {
    store.owner_agency(&code(project_code)).await.unwrap().unwrap()
}

fn refusal<T: std::fmt::Debug>(result: Result<T, StoreError>) -> AgencyError {
    match result {
        Err(StoreError::Agency(error)) => error,
        other => panic!("{other:?}"),
    }
}

pub async fn owners_become_agencies_once(store: &Store) {
    let rows = [
        owned("1", ("กระทรวงคมนาคม", "กรมทางหลวง", "กองแผนงาน"), 2565),
        owned("2", ("กระทรวงคมนาคม", "กรมทางหลวง", "กองคลัง"), 2565),
        owned("3", ("กระทรวงคมนาคม", "กรมเจ้าท่า", "กองคลัง"), 2566),
        owned("4", ("กระทรวงคมนาคม", "", ""), 2566),
        owned("5", ("", "กรมเจ้าท่า", ""), 2566),
        owned("6", ("", "", ""), 2566),
        owned("7", ("กระทรวงคมนาคม", "", "กองคลัง"), 2566),
    ];
    store.upsert_projects(&rows).await.unwrap();
    store.upsert_projects(&[owned("8", ("กระทรวงคมนาคม", "กรมทางหลวง", "กองคลัง"), 2567)]).await.unwrap();
    assert_eq!(linked(store, "2").await, linked(store, "8").await);
    assert_ne!(linked(store, "2").await, linked(store, "3").await, "one กองคลัง each");
    assert_ne!(linked(store, "3").await, linked(store, "7").await);
    assert_eq!(store.owner_agency(&code("6")).await.unwrap(), None);
    assert_eq!(store.counts().await.unwrap().agencies, 8);
    let today = day("2024-01-01");
    assert_eq!(
        store.agency_as_owner(linked(store, "1").await, today).await.unwrap(),
        Some(rows[0].owner.clone())
    );
    assert_eq!(
        store.agency_as_owner(linked(store, "7").await, today).await.unwrap(),
        Some(rows[6].owner.clone())
    );
    let codes = store.project_codes_of_agency(linked(store, "2").await, None, 10).await.unwrap();
    assert_eq!(codes, [code("2"), code("8")]);
    let codes = store.project_codes_of_agency(linked(store, "2").await, Some(&code("2")), 10).await.unwrap();
    assert_eq!(codes, [code("8")]);
}

pub async fn white_space_does_not_make_another_agency(store: &Store) {
    let names = ["สำนักนายกรัฐมนตรี", " สำนัก นายกรัฐมนตรี\u{a0}", "สำนักนายก\u{200B}รัฐมนตรี"];
    for (number, name) in names.into_iter().enumerate() {
        let project = owned(&format!("{number}"), (name, "", ""), 2565);
        store.upsert_projects(std::slice::from_ref(&project)).await.unwrap();
        let stored = store.project(&project.project_code).await.unwrap().unwrap();
        assert_eq!(stored.owner.ministry, name, "the record keeps its own words");
    }
    assert_eq!(store.counts().await.unwrap().agencies, 1);
    assert_eq!(store.agencies_named(names[1], day("2022-01-01")).await.unwrap().len(), 1);
}

pub async fn a_renamed_agency_is_found_by_both_names_each_in_its_time(store: &Store) {
    let (old, new) = ("กระทรวงเทคโนโลยีสารสนเทศและการสื่อสาร", "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม");
    let id = add(store, AgencyLevel::Ministry, old, None).await;
    store.rename_agency(id, new, day("2016-09-16")).await.unwrap();
    store.rename_agency(id, new, day("2020-01-01")).await.unwrap();
    let (before, after) = (day("2016-09-15"), day("2016-09-16"));
    assert_eq!(store.agencies_named(old, before).await.unwrap()[0].agency_id, id);
    assert_eq!(store.agencies_named(old, after).await.unwrap(), []);
    assert_eq!(store.agencies_named(new, before).await.unwrap(), []);
    assert_eq!(store.agencies_named(new, after).await.unwrap()[0].name, new);
    assert_eq!(store.agencies_ever_named(old).await.unwrap()[0].names.len(), 2);
    assert_eq!(store.agencies(before).await.unwrap()[0].name, old);

    // Records of any year reach it under either name.
    store
        .upsert_projects(&[
            owned("1", (old, "กรมอุตุนิยมวิทยา", ""), 2555),
            owned("2", (new, "กรมอุตุนิยมวิทยา", ""), 2565),
            owned("3", (old, "", ""), 2565),
        ])
        .await
        .unwrap();
    assert_eq!(linked(store, "1").await, linked(store, "2").await);
    assert_eq!(linked(store, "3").await, id);
    assert_eq!(store.agency_as_owner(linked(store, "1").await, before).await.unwrap().unwrap().ministry, old);
    assert_eq!(store.agency_as_owner(linked(store, "1").await, after).await.unwrap().unwrap().ministry, new);
    assert_eq!(
        refusal(store.rename_agency(id, "กระทรวงอื่น", day("2016-09-16")).await),
        AgencyError::TooEarly { agency_id: id, changed_on: day("2016-09-16") }
    );
}

pub async fn a_moved_agency_keeps_its_units_and_its_past(store: &Store) {
    let science = add(store, AgencyLevel::Ministry, "กระทรวงวิทยาศาสตร์และเทคโนโลยี", None).await;
    let interior = add(store, AgencyLevel::Ministry, "กระทรวงมหาดไทย", None).await;
    let office = add(store, AgencyLevel::Department, "กรม ก", Some(science)).await;
    let unit = add(store, AgencyLevel::Division, "กองคลัง", Some(office)).await;
    store.move_agency(office, Some(interior), day("2019-05-02")).await.unwrap();
    store.move_agency(office, Some(interior), day("2021-01-01")).await.unwrap();
    let names = |on| async move { store.agency_as_owner(unit, day(on)).await.unwrap().unwrap().ministry };
    assert_eq!(names("2019-05-01").await, "กระทรวงวิทยาศาสตร์และเทคโนโลยี");
    assert_eq!(names("2019-05-02").await, "กระทรวงมหาดไทย");
    store
        .upsert_projects(&[
            owned("1", ("กระทรวงวิทยาศาสตร์และเทคโนโลยี", "กรม ก", "กองคลัง"), 2560),
            owned("2", ("กระทรวงมหาดไทย", "กรม ก", "กองคลัง"), 2565),
            owned("3", ("กระทรวงวิทยาศาสตร์และเทคโนโลยี", "กรม ก", ""), 2565),
        ])
        .await
        .unwrap();
    assert_eq!((linked(store, "1").await, linked(store, "2").await), (unit, unit));
    assert_eq!(linked(store, "3").await, office, "an old place still leads to it");
    assert_eq!(store.counts().await.unwrap().agencies, 4);
}

pub async fn a_merger_keeps_the_past_and_passes_the_charge_on(store: &Store) {
    let ministry = add(store, AgencyLevel::Ministry, "กระทรวง", None).await;
    let old = add(store, AgencyLevel::Department, "กรมเก่า", Some(ministry)).await;
    let new = add(store, AgencyLevel::Department, "กรมใหม่", Some(ministry)).await;
    let old_treasury = add(store, AgencyLevel::Division, "กองคลัง", Some(old)).await;
    let new_treasury = add(store, AgencyLevel::Division, "กอง คลัง", Some(new)).await;
    let laboratory = add(store, AgencyLevel::Division, "กองวิจัย", Some(old)).await;
    store.upsert_projects(&[owned("1", ("กระทรวง", "กรมเก่า", "กองคลัง"), 2560)]).await.unwrap();
    let on = day("2020-10-01");
    store.merge_agencies(&[old], new, on).await.unwrap();

    let history = store.agency(old).await.unwrap().unwrap();
    assert_eq!(history.valid_to, Some(day("2020-09-30")));
    assert_eq!(history.successors.len(), 1);
    assert_eq!(
        (history.successors[0].agency_id, history.successors[0].effective_on, history.successors[0].kind),
        (new, on, SuccessionKind::Merger)
    );
    assert_eq!(store.agency(new).await.unwrap().unwrap().predecessors[0].agency_id, old);
    assert_eq!(store.agencies_in_charge(old, day("2020-09-30")).await.unwrap(), [old]);
    assert_eq!(store.agencies_in_charge(old, on).await.unwrap(), [new]);
    assert_eq!(store.agencies_in_charge(old_treasury, on).await.unwrap(), [new_treasury]);
    assert_eq!(
        store.agency_as_owner(laboratory, on).await.unwrap(),
        Some(owner("กระทรวง", "กรมใหม่", "กองวิจัย"))
    );
    assert_eq!(
        store.agency_as_owner(laboratory, day("2020-09-30")).await.unwrap(),
        Some(owner("กระทรวง", "กรมเก่า", "กองวิจัย"))
    );
    assert_eq!(store.agency_as_owner(old, on).await.unwrap(), None);
    assert_eq!(linked(store, "1").await, old_treasury, "the record stays with who it was");
    store.upsert_projects(&[owned("2", ("กระทรวง", "กรมเก่า", "กองวิจัย"), 2566)]).await.unwrap();
    assert_eq!(linked(store, "2").await, laboratory);
    let then: Vec<AgencyId> =
        store.agencies(day("2020-09-30")).await.unwrap().iter().map(|agency| agency.agency_id).collect();
    assert_eq!(then, [ministry, old, new, old_treasury, new_treasury, laboratory]);
    let now: Vec<AgencyId> =
        store.agencies(on).await.unwrap().iter().map(|agency| agency.agency_id).collect();
    assert_eq!(now, [ministry, new, new_treasury, laboratory]);
}

pub async fn a_split_names_its_successors(store: &Store) {
    let whole = add(store, AgencyLevel::Ministry, "กระทรวงรวม", None).await;
    let one = add(store, AgencyLevel::Ministry, "กระทรวงหนึ่ง", None).await;
    let two = add(store, AgencyLevel::Ministry, "กระทรวงสอง", None).await;
    let unit = add(store, AgencyLevel::Department, "กรม", Some(whole)).await;
    let on = day("2002-10-03");
    assert_eq!(
        refusal(store.dissolve_agency(whole, &[one, two], on).await),
        AgencyError::HasUnits { agency_id: whole, units: 1 }
    );
    store.move_agency(unit, Some(one), on).await.unwrap();
    store.dissolve_agency(whole, &[two, one, two], on).await.unwrap();
    assert_eq!(store.agencies_in_charge(whole, on).await.unwrap(), [one, two]);
    store.dissolve_agency(two, &[], day("2010-01-01")).await.unwrap();
    assert_eq!(store.agencies_in_charge(whole, day("2010-01-01")).await.unwrap(), [one]);
}

pub async fn a_name_can_be_used_again_after_its_agency_ended(store: &Store) {
    let first = add(store, AgencyLevel::Ministry, "กระทรวงอุตสาหกรรม", None).await;
    store.dissolve_agency(first, &[], day("2000-01-01")).await.unwrap();
    let again = NewAgency {
        level: AgencyLevel::Ministry,
        name: "กระทรวง อุตสาหกรรม".into(),
        parent: None,
        valid_from: Some(day("2010-01-01")),
    };
    let second = store.add_agency(&again).await.unwrap();
    store
        .upsert_projects(&[
            owned("1", ("กระทรวงอุตสาหกรรม", "", ""), 2540),
            owned("2", ("กระทรวงอุตสาหกรรม", "", ""), 2560),
        ])
        .await
        .unwrap();
    assert_eq!((linked(store, "1").await, linked(store, "2").await), (first, second));
    let taken = NewAgency { valid_from: Some(day("1999-12-31")), ..again };
    assert!(matches!(refusal(store.add_agency(&taken).await), AgencyError::NameTaken { .. }));
}

pub async fn impossible_reorganisations_are_refused_and_change_nothing(store: &Store) {
    let ministry = add(store, AgencyLevel::Ministry, "กระทรวง", None).await;
    let one = add(store, AgencyLevel::Department, "กรมหนึ่ง", Some(ministry)).await;
    let two = add(store, AgencyLevel::Department, "กรมสอง", Some(ministry)).await;
    let unit = add(store, AgencyLevel::Division, "กอง", Some(one)).await;
    let nobody = AgencyId::from_number(99);
    let on = day("2020-01-01");
    let before = store.agencies(on).await.unwrap();
    let new = |level, name: &str, parent| NewAgency { level, name: name.into(), parent, valid_from: None };

    for name in ["", " \u{200B} ", "ก\0", &"ก".repeat(700)] {
        let refused = refusal(store.add_agency(&new(AgencyLevel::Ministry, name, None)).await);
        assert!(matches!(refused, AgencyError::BadName { .. }), "{refused}");
    }
    assert_eq!(
        refusal(store.add_agency(&new(AgencyLevel::Department, "กรม หนึ่ง", Some(ministry))).await),
        AgencyError::NameTaken { name: "กรม หนึ่ง".into(), taken_by: one }
    );
    assert_eq!(
        refusal(store.add_agency(&new(AgencyLevel::Ministry, "กระทรวงใหม่", Some(one))).await),
        AgencyError::WrongRank { level: AgencyLevel::Ministry, parent_level: AgencyLevel::Department }
    );
    assert_eq!(
        refusal(store.add_agency(&new(AgencyLevel::Division, "ก", Some(nobody))).await),
        AgencyError::NotFound(nobody)
    );
    assert_eq!(refusal(store.rename_agency(nobody, "ก", on).await), AgencyError::NotFound(nobody));
    assert_eq!(
        refusal(store.rename_agency(one, "กรมสอง", on).await),
        AgencyError::NameTaken { name: "กรมสอง".into(), taken_by: two }
    );
    assert_eq!(
        refusal(store.rename_agency(one, "กรมใด", chrono::NaiveDate::MAX).await),
        AgencyError::DayOutOfRange(chrono::NaiveDate::MAX)
    );
    assert_eq!(
        refusal(store.move_agency(one, Some(unit), on).await),
        AgencyError::WrongRank { level: AgencyLevel::Department, parent_level: AgencyLevel::Division }
    );
    assert!(matches!(refusal(store.merge_agencies(&[one], unit, on).await), AgencyError::OtherRank { .. }));
    assert_eq!(refusal(store.merge_agencies(&[two, one], one, on).await), AgencyError::OwnSuccessor(one));
    assert_eq!(refusal(store.dissolve_agency(two, &[two], on).await), AgencyError::OwnSuccessor(two));
    assert_eq!(store.agencies(on).await.unwrap(), before);

    store.dissolve_agency(two, &[one], on).await.unwrap();
    let ended = AgencyError::Ended { agency_id: two, last_day: day("2019-12-31") };
    assert_eq!(refusal(store.rename_agency(two, "ก", day("2021-01-01")).await), ended);
    assert_eq!(refusal(store.merge_agencies(&[one], two, day("2021-01-01")).await), ended);
    assert_eq!(refusal(store.move_agency(unit, Some(two), day("2021-01-01")).await), ended);
}
