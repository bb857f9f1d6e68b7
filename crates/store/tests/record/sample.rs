//! Projects to store.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use thiap_domain::{
    Activity, Area, AreaCode, Baht, BudgetLine, FiscalYear, Owner, Period, PlanLevel, PlanLink, Project,
    ProjectCode, ProjectKind, QuarterReport, TargetGroup,
};

pub fn code(text: &str) -> ProjectCode {
    ProjectCode::new(text).unwrap()
}

pub fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

pub fn titled(project_code: &str, title: &str) -> Project {
    Project::titled(code(project_code), title.to_owned())
}

pub fn owner(ministry: &str, department: &str, division: &str) -> Owner {
    Owner { ministry: ministry.into(), department: department.into(), division: division.into() }
}

/// A record as the open budget has them.
pub fn budget_like(project_code: &str, title: &str) -> Project {
    let fiscal_year_be = FiscalYear::from_be(2565).ok();
    Project {
        kind: ProjectKind::Output,
        owner: owner("กระทรวงคมนาคม", "กรมทางหลวง", ""),
        fiscal_year_be,
        activities: vec![Activity {
            name: "ค่าวัสดุก่อสร้าง".into(), ..Activity::default()
        }],
        budgets: vec![BudgetLine {
            fiscal_year_be,
            source: "เงินงบประมาณ".into(),
            baht: Baht::from_satang(1_250_050),
        }],
        plan_links: vec![PlanLink {
            level: PlanLevel::National,
            name: "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (07) ประเด็น โครงสร้างพื้นฐาน ระบบโลจิสติกส์ และดิจิทัล".into(),
        }],
        ..titled(project_code, title)
    }
}

/// Text as people and machines leave it: Thai with marks, quotes, line breaks, backslashes, emoji; no NUL.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        4 => "[ก-ฮะ-ฺเ-๛]{1,12}",
        2 => "[^\0]{0,12}",
        1 => r#"['"\\%_;\n\t🛶]{1,6}"#,
        1 => Just("ํา เเ \u{200B}\u{FEFF}".to_owned()),
    ]
}

fn year() -> impl Strategy<Value = FiscalYear> {
    (2400..=2700).prop_map(|year| FiscalYear::from_be(year).unwrap())
}

fn baht() -> impl Strategy<Value = Baht> {
    prop_oneof![-10_000_000_000i64..10_000_000_000, (i64::MIN + 1)..=i64::MAX].prop_map(Baht::from_satang)
}

fn area() -> impl Strategy<Value = Area> {
    (text(), text(), text(), option::of(10u32..=96)).prop_map(|(province, district, subdistrict, code)| {
        Area { province, district, subdistrict, code: code.and_then(|code| AreaCode::try_from(code).ok()) }
    })
}

fn plan_link() -> impl Strategy<Value = PlanLink> {
    (1u8..=3, prop_oneof![text(), Just("ความมั่นคง".to_owned())])
        .prop_map(|(level, name)| PlanLink { level: PlanLevel::try_from(level).unwrap(), name })
}

/// Any record that can be stored.
pub fn any_project(project_code: impl Strategy<Value = String>) -> impl Strategy<Value = Project> {
    let who = (
        project_code,
        text(),
        (text(), text(), text()),
        prop_oneof![Just(ProjectKind::Project), Just(ProjectKind::Output), Just(ProjectKind::Item)],
    );
    let when = (option::of(year()), option::of((-700_000i64..2_900_000, 0i64..4_000)));
    let what = (
        text(),
        vec(text(), 0..3),
        vec((text(), option::of(text()), option::of(baht())), 0..3),
        vec(text(), 0..2),
        vec(text(), 0..2),
        vec(text(), 0..2),
    );
    let whom = (text(), option::of(any::<u64>()), vec(area(), 0..3), text());
    let money = vec((option::of(year()), text(), baht()), 0..3);
    let rest = (vec(plan_link(), 0..3), text(), text(), vec((year(), any::<u8>(), text()), 0..2));
    (who, when, what, whom, money, rest).prop_map(|(who, when, what, whom, money, rest)| {
        let (project_code, title, (ministry, department, division), kind) = who;
        let (fiscal_year_be, days) = when;
        let (rationale, objectives, activities, outputs, outcomes, indicators) = what;
        let (target_text, number, areas, area_text) = whom;
        let (plan_links, status, source, reports) = rest;
        Project {
            kind,
            owner: Owner { ministry, department, division },
            fiscal_year_be,
            period: days.map(|(start, length)| {
                let start = day("1970-01-01") + chrono::Duration::days(start);
                Period { start, end: start + chrono::Duration::days(length) }
            }),
            rationale,
            objectives,
            activities: activities
                .into_iter()
                .map(|(name, months, baht)| Activity { name, months, baht })
                .collect(),
            outputs,
            outcomes,
            indicators,
            target_group: TargetGroup { text: target_text, number },
            areas,
            area_text,
            budgets: money
                .into_iter()
                .map(|(fiscal_year_be, source, baht)| BudgetLine { fiscal_year_be, source, baht })
                .collect(),
            plan_links,
            status,
            source,
            reports: reports
                .into_iter()
                .map(|(fiscal_year_be, quarter, text)| QuarterReport { fiscal_year_be, quarter, text })
                .collect(),
            ..titled(&project_code, &title)
        }
    })
}
