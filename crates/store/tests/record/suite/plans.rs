//! Plans and links to them.

use thiap_domain::{FiscalYear, PlanLevel, PlanLink, Project};
use thiap_store::{NewPlan, PlanError, PlanId, PlanKind, Store, StoreError};

use crate::sample::{code, day, titled};

fn serving(project_code: &str, year_be: i32, links: &[(PlanLevel, &str)]) -> Project {
    Project {
        fiscal_year_be: FiscalYear::from_be(year_be).ok(),
        plan_links: links
            .iter()
            .map(|(level, name)| PlanLink { level: *level, name: (*name).to_owned() })
            .collect(),
        ..titled(project_code, "โครงการ")
    }
}

fn agency_plan(name: &str, from: Option<&str>, to: Option<&str>) -> NewPlan {
    NewPlan {
        kind: PlanKind::AgencyPlan,
        number: String::new(),
        name: name.into(),
        other_names: Vec::new(),
        parent: None,
        valid_from: from.map(day),
        valid_to: to.map(day),
    }
}

async fn linked(store: &Store, project_code: &str) -> Vec<Option<PlanId>> {
    let links = store.linked_plans(&code(project_code)).await.unwrap();
    links.into_iter().map(|link| link.plan_id).collect()
}

pub async fn the_national_plans_are_there_by_their_official_names(store: &Store) {
    let plans = store.plans().await.unwrap();
    let strategies: Vec<_> = plans.iter().filter(|plan| plan.kind == PlanKind::NationalStrategy).collect();
    let masters: Vec<_> = plans.iter().filter(|plan| plan.kind == PlanKind::MasterPlan).collect();
    assert_eq!((strategies.len(), masters.len(), plans.len()), (6, 23, 29));
    for (plan, number) in masters.iter().zip(1..) {
        assert_eq!(plan.number, format!("{number:02}"));
        let start = format!("แผนแม่บทภายใต้ยุทธศาสตร์ชาติ ({number:02}) ประเด็น ");
        assert!(plan.name.starts_with(&start), "{}", plan.name);
        assert_eq!(plan.kind.level(), PlanLevel::National);
        let named = store.plan_named(PlanLevel::National, &plan.name, None).await.unwrap();
        assert_eq!(named.as_ref(), Some(*plan));
    }
    for plan in strategies {
        assert!(plan.name.starts_with("ยุทธศาสตร์ชาติด้าน"), "{}", plan.name);
        assert_eq!((plan.valid_from, plan.valid_to), (Some(day("2018-01-01")), Some(day("2037-12-31"))));
        let named = store.plan_named(PlanLevel::NationalStrategy, &plan.name, None).await.unwrap();
        assert_eq!(named.as_ref(), Some(plan));
    }
}

pub async fn links_find_plans_however_their_names_are_written(store: &Store) {
    let names = [
        (PlanLevel::National, "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (๐๗) ประเด็น โครงสร้างพื้นฐาน ระบบโลจิสติกส์ และดิจิทัล", "07"),
        (
            PlanLevel::National,
            "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (7) ประเด็นโครงสร้างพื้นฐาน ระบบโลจิสติกส์และดิจิทัล (พ.ศ. 2561-2580)",
            "07",
        ),
        (
            PlanLevel::National,
            "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ ประเด็นที่ 21 การต่อต้านการทุจริตและประพฤติมิชอบ(พ.ศ.2561-2580 )",
            "21",
        ),
        (PlanLevel::National, "ประเด็นศักยภาพคนตลอดช่วงชีวิต", "11"),
        (PlanLevel::National, "การพัฒนาศักยภาพคนตลอดช่วงชีวิต", "11"),
        (PlanLevel::National, "ความมั่นคง", "01"),
        (PlanLevel::NationalStrategy, "ความมั่นคง", "1"),
        (PlanLevel::NationalStrategy, "ด้านความมั่นคง", "1"),
        (PlanLevel::NationalStrategy, "ยุทธศาสตร์ที่ ๖ ด้านการปรับสมดุลและพัฒนาระบบการบริหารจัดการภาครัฐ", "6"),
        (PlanLevel::NationalStrategy, "ยุทธศาสตร์ชาติ ด้านการสร้างการเติบโตบนคุณภาพชีวิตที่เป็นมิตรกับสิ่งแวดล้อม", ""),
        (PlanLevel::Agency, "ความมั่นคง", ""),
    ];
    let links: Vec<(PlanLevel, &str)> = names.iter().map(|(level, name, _)| (*level, *name)).collect();
    store.upsert_projects(&[serving("A", 2565, &links)]).await.unwrap();
    let plans = store.plans().await.unwrap();
    for (plan_id, (_, name, number)) in linked(store, "A").await.into_iter().zip(names) {
        let plan = plans.iter().find(|plan| Some(plan.plan_id) == plan_id);
        assert_eq!(plan.map_or("", |plan| &plan.number), number, "{name}");
    }
}

pub async fn plans_added_later_are_linked_to_records_that_name_them(store: &Store) {
    let name = "แผนปฏิบัติราชการ กรมทางหลวง";
    store
        .upsert_projects(&[
            serving("A", 2565, &[(PlanLevel::Agency, "แผนปฏิบัติราชการกรมทางหลวง (พ.ศ. 2565)")]),
            serving("B", 2565, &[(PlanLevel::National, name), (PlanLevel::Agency, "แผนอื่น")]),
        ])
        .await
        .unwrap();
    let last = store.last_change_number().await.unwrap();
    let ids = store
        .add_plans(&[
            agency_plan(name, None, None),
            NewPlan {
                other_names: vec!["แผน อื่น".into()], ..agency_plan("แผนอีกแผน", None, None)
            },
        ])
        .await
        .unwrap();
    assert_eq!(linked(store, "A").await, [Some(ids[0])]);
    assert_eq!(linked(store, "B").await, [None, Some(ids[1])], "a name counts at its own level");
    assert_eq!(store.last_change_number().await.unwrap(), last, "no record has changed");
    store.upsert_projects(&[serving("C", 2566, &[(PlanLevel::Agency, name)])]).await.unwrap();
    assert_eq!(linked(store, "C").await, [Some(ids[0])]);
}

pub async fn the_edition_valid_in_the_project_year_is_linked(store: &Store) {
    let name = "แผนปฏิบัติราชการรายปี";
    let first = agency_plan(name, Some("2020-10-01"), None);
    let first = store.add_plans(&[first]).await.unwrap()[0];
    store.upsert_projects(&[serving("A", 2564, &[(PlanLevel::Agency, name)])]).await.unwrap();
    store.upsert_projects(&[serving("B", 2566, &[(PlanLevel::Agency, name)])]).await.unwrap();
    assert_eq!(linked(store, "B").await, [Some(first)]);
    store.close_plan(first, day("2021-09-30")).await.unwrap();
    let second = agency_plan(name, Some("2021-10-01"), Some("2022-09-30"));
    let third = agency_plan(name, Some("2022-10-01"), Some("2023-09-30"));
    let later = store.add_plans(&[second, third]).await.unwrap();
    assert_eq!(linked(store, "A").await, [Some(first)]);
    assert_eq!(linked(store, "B").await, [Some(later[1])]);
    let named = |on| async move {
        store.plan_named(PlanLevel::Agency, name, Some(day(on))).await.unwrap().map(|plan| plan.plan_id)
    };
    assert_eq!(named("2022-01-01").await, Some(later[0]));
    assert_eq!(named("2030-01-01").await, Some(later[1]), "after all editions, the latest");
}

pub async fn impossible_plans_are_refused(store: &Store) {
    let refusal = |plan: NewPlan| async move {
        match store.add_plans(&[agency_plan("แผนดี", None, None), plan]).await {
            Err(StoreError::Plan(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    for name in ["", "(พ.ศ. 2561 - 2580)", "ก\0"] {
        assert!(matches!(refusal(agency_plan(name, None, None)).await, PlanError::BadName { .. }), "{name}");
    }
    assert!(matches!(
        refusal(agency_plan("ก", Some("2021-01-02"), Some("2021-01-01"))).await,
        PlanError::BadDays { .. }
    ));
    assert!(matches!(refusal(agency_plan("แผน ดี", None, None)).await, PlanError::NameTaken { .. }));
    let nowhere = PlanId::from_number(9_999);
    assert_eq!(
        refusal(NewPlan { parent: Some(nowhere), ..agency_plan("ก", None, None) }).await,
        PlanError::NotFound(nowhere)
    );
    let own = store.add_plans(&[agency_plan("แผนของกรม", None, None)]).await.unwrap()[0];
    let upside_down =
        NewPlan {
            kind: PlanKind::SubPlan, parent: Some(own), ..agency_plan("แผนย่อย", None, None)
        };
    assert_eq!(refusal(upside_down).await, PlanError::WrongLevel { level: 2, parent: own, parent_level: 3 });
    assert!(matches!(
        store.close_plan(PlanId::from_number(1), day("2017-01-01")).await,
        Err(StoreError::Plan(PlanError::BadDays { .. }))
    ));
    assert_eq!(store.plans().await.unwrap().len(), 30);
}
