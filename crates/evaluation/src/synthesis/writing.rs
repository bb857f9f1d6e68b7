//! From the facts of a project to its record, in one of many wordings.

use chrono::Months;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use thiap_domain::{
    Activity, Area, AreaCode, AreaLevel, Baht, BudgetLine, FiscalYear, Period, Project, ProjectCode,
    TargetGroup,
};
use thiap_ner::Gazetteer;

use super::divisions::{Division, village};
use super::works::{Wordings, Work};

/// What a project is about, whatever the words.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub work: usize,
    pub object: usize,
    pub group: usize,
    /// Where it works; `None` for the whole country.
    pub place: Option<AreaCode>,
    /// A village within a subdistrict, by number.
    pub village: Option<u64>,
    pub fiscal_year_be: i32,
    /// Months from the start of the fiscal year, and months that it takes.
    pub start_month: u32,
    pub months: u32,
    pub baht: u64,
    /// Which time it is done, from 1; 0 where nobody counts.
    pub phase: u32,
}

/// The code of Bangkok.
const CAPITAL: u32 = 10;

/// How much a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// A title, an owner, a year and an amount.
    Title,
    /// All fields.
    Full,
}

/// One of some things, the first ones more often.
pub(super) fn pick<'a, T>(things: &'a [T], random: &mut ChaCha8Rng) -> Option<&'a T> {
    let share: f64 = random.random();
    things.get((share * share.sqrt() * things.len() as f64) as usize)
}

fn wording<'a>(wordings: &'a Wordings, random: &mut ChaCha8Rng) -> &'a str {
    pick(wordings, random).map_or("", String::as_str)
}

/// Writes the record; `None` for facts that no calendar has.
pub(super) fn write(
    code: ProjectCode,
    facts: &Facts,
    work: &Work,
    division: &Division,
    detail: Detail,
    random: &mut ChaCha8Rng,
) -> Option<Project> {
    let year = FiscalYear::from_be(facts.fiscal_year_be).ok()?;
    let start = year.period().start.checked_add_months(Months::new(facts.start_month))?;
    let end = start.checked_add_months(Months::new(facts.months.max(1)))?.pred_opt()?;
    let object = work.objects.get(facts.object).map_or("", |wordings| wording(wordings, random));
    let group = work.groups.get(facts.group).map_or("", |wordings| wording(wordings, random));
    let fill = |text: &str| text.replace("{object}", object).replace("{group}", group);

    let mut title = fill(wording(&work.titles, random));
    if let Some(place) = facts.place
        && let Some(words) = place_words(place, facts.village, random)
    {
        title = format!("{title} {words}");
    }
    if facts.phase > 0 {
        title = format!("{title} ระยะที่ {}", facts.phase);
    } else if random.random_bool(0.15) {
        title = format!("{title} ประจำปีงบประมาณ พ.ศ. {}", facts.fiscal_year_be);
    } else if random.random_bool(0.08) {
        title = format!("{title} ปี {}", facts.fiscal_year_be);
    }

    let mut project = Project::titled(code, title);
    project.owner = division.owner.clone();
    project.fiscal_year_be = Some(year);
    project.budgets = vec![BudgetLine {
        fiscal_year_be: Some(year),
        source: String::new(),
        baht: Baht::from_baht(i64::try_from(facts.baht).ok()?)?,
    }];
    if detail == Detail::Full || random.random_bool(0.5) {
        project.areas =
            facts.place.and_then(|code| Gazetteer::embedded().area(code)).into_iter().collect::<Vec<Area>>();
    }
    if detail == Detail::Full {
        let some = |lists: &[Wordings], least: usize, random: &mut ChaCha8Rng| -> Vec<String> {
            let count = random.random_range(least..=lists.len().max(least));
            let first = random.random_range(0..lists.len().max(1));
            let turned = lists.iter().cycle().skip(first).take(count.min(lists.len()));
            turned.map(|wordings| fill(wording(wordings, random))).collect()
        };
        project.period = Period::new(start, end).ok();
        project.objectives = some(&work.objectives, 2, random);
        let activities = some(&work.activities, 3, random);
        project.outputs = some(&work.outputs, 1, random);
        project.rationale = fill(wording(&work.rationale, random));
        let share = i64::try_from(facts.baht).ok()? / activities.len().max(1) as i64;
        project.activities = activities
            .into_iter()
            .map(|name| Activity { name, months: None, baht: Baht::from_baht(share) })
            .collect();
        project.target_group =
            TargetGroup { text: group.to_owned(), number: Some(random.random_range(2..60) * 10) };
    }
    Some(project)
}

/// A place as titles name it; now and then they do not.
fn place_words(code: AreaCode, village_number: Option<u64>, random: &mut ChaCha8Rng) -> Option<String> {
    let gazetteer = Gazetteer::embedded();
    let name = |code: AreaCode| gazetteer.place(code).map(|place| place.thai);
    let province = name(code.province())?;
    let style = random.random_range(0..10);
    // the capital has no villages, and other words for its parts
    if code.province().number() == CAPITAL {
        return match (code.level(), code.district()) {
            (AreaLevel::Province, _) | (_, None) => Some(province.to_owned()),
            (AreaLevel::District, _) => Some(format!("เขต{} {province}", name(code)?)),
            (AreaLevel::Subdistrict, Some(district)) => {
                Some(format!("แขวง{} เขต{} {province}", name(code)?, name(district)?))
            }
        };
    }
    if style == 9 && code.level() != AreaLevel::Subdistrict {
        return None;
    }
    Some(match code.level() {
        AreaLevel::Province if style < 6 => format!("จังหวัด{province}"),
        AreaLevel::Province if style < 8 => format!("จ.{province}"),
        AreaLevel::Province => format!("ในพื้นที่จังหวัด{province}"),
        AreaLevel::District if style < 5 => format!("อำเภอ{} จังหวัด{province}", name(code)?),
        AreaLevel::District if style < 8 => format!("อ.{} จ.{province}", name(code)?),
        AreaLevel::District => format!("ในเขตอำเภอ{}", name(code)?),
        AreaLevel::Subdistrict => {
            let (subdistrict, district) = (name(code)?, name(code.district()?)?);
            let (long, short) = match village_number {
                Some(number) => {
                    let (village, row) = (village(number), number % 14 + 1);
                    (format!("หมู่ที่ {row} บ้าน{village} "), format!("บ้าน{village} ม.{row} "))
                }
                None => Default::default(),
            };
            match style {
                0..=5 => format!("{long}ตำบล{subdistrict} อำเภอ{district} จังหวัด{province}"),
                6..=8 => format!("{short}ต.{subdistrict} อ.{district} จ.{province}"),
                _ => format!("{long}ตำบล{subdistrict}"),
            }
        }
    })
}
