//! The units that run projects: central divisions, offices in provinces and districts, local governments, schools,
//! hospitals and faculties, in the number of the tracking database.

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use thiap_domain::{AreaCode, AreaLevel, Owner};
use thiap_ner::{Agencies, Gazetteer};

/// Units in the tracking database, and its projects.
pub(super) const DIVISIONS: usize = 24_537;
/// Projects of the same database.
pub(super) const PROJECTS: usize = 274_016;

/// What sort of unit runs a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum DivisionKind {
    Central,
    ProvinceOffice,
    District,
    Local,
    School,
    Hospital,
    University,
}

impl DivisionKind {
    /// The kind that an owner of a work names; any other name is a department's.
    pub(super) fn of_owner(name: &str) -> Self {
        match name {
            "local" => Self::Local,
            "province_office" => Self::ProvinceOffice,
            "district" => Self::District,
            "school" => Self::School,
            "hospital" => Self::Hospital,
            "university" => Self::University,
            _ => Self::Central,
        }
    }
}

/// A unit that runs projects.
#[derive(Debug, Clone)]
pub(super) struct Division {
    pub owner: Owner,
    pub kind: DivisionKind,
    /// Where it works; `None` for the whole country.
    pub home: Option<AreaCode>,
}

/// Divisions that central departments have, more or less.
const CENTRAL: [&str; 12] = [
    "กองแผนงาน",
    "กองยุทธศาสตร์และแผนงาน",
    "สำนักงานเลขานุการกรม",
    "กองวิจัยและพัฒนา",
    "กองส่งเสริมและพัฒนา",
    "ศูนย์เทคโนโลยีสารสนเทศและการสื่อสาร",
    "กองบริหารทรัพยากรบุคคล",
    "กลุ่มพัฒนาระบบบริหาร",
    "กองมาตรฐาน",
    "สำนักงานเขต 1",
    "สำนักงานเขต 5",
    "สำนักงานเขต 9",
];

/// Offices in every province: what they are called, their department and ministry.
const PROVINCIAL: [(&str, &str, &str); 24] = [
    ("สำนักงานเกษตรจังหวัด", "กรมส่งเสริมการเกษตร", "กระทรวงเกษตรและสหกรณ์"),
    ("สำนักงานปศุสัตว์จังหวัด", "กรมปศุสัตว์", "กระทรวงเกษตรและสหกรณ์"),
    ("สำนักงานประมงจังหวัด", "กรมประมง", "กระทรวงเกษตรและสหกรณ์"),
    ("สำนักงานสหกรณ์จังหวัด", "กรมส่งเสริมสหกรณ์", "กระทรวงเกษตรและสหกรณ์"),
    ("สถานีพัฒนาที่ดิน", "กรมพัฒนาที่ดิน", "กระทรวงเกษตรและสหกรณ์"),
    ("โครงการชลประทาน", "กรมชลประทาน", "กระทรวงเกษตรและสหกรณ์"),
    ("สำนักงานพัฒนาชุมชนจังหวัด", "กรมการพัฒนาชุมชน", "กระทรวงมหาดไทย"),
    ("สำนักงานโยธาธิการและผังเมืองจังหวัด", "กรมโยธาธิการและผังเมือง", "กระทรวงมหาดไทย"),
    ("สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัด", "กรมป้องกันและบรรเทาสาธารณภัย", "กระทรวงมหาดไทย"),
    ("สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด", "กรมส่งเสริมการปกครองท้องถิ่น", "กระทรวงมหาดไทย"),
    ("ที่ทำการปกครองจังหวัด", "กรมการปกครอง", "กระทรวงมหาดไทย"),
    ("สำนักงานจังหวัด", "สำนักงานปลัดกระทรวงมหาดไทย", "กระทรวงมหาดไทย"),
    ("สำนักงานสาธารณสุขจังหวัด", "สำนักงานปลัดกระทรวงสาธารณสุข", "กระทรวงสาธารณสุข"),
    (
        "สำนักงานพัฒนาสังคมและความมั่นคงของมนุษย์จังหวัด",
        "สำนักงานปลัดกระทรวงการพัฒนาสังคมและความมั่นคงของมนุษย์",
        "กระทรวงการพัฒนาสังคมและความมั่นคงของมนุษย์",
    ),
    ("สำนักงานวัฒนธรรมจังหวัด", "สำนักงานปลัดกระทรวงวัฒนธรรม", "กระทรวงวัฒนธรรม"),
    ("สำนักงานการท่องเที่ยวและกีฬาจังหวัด", "สำนักงานปลัดกระทรวงการท่องเที่ยวและกีฬา", "กระทรวงการท่องเที่ยวและกีฬา"),
    ("สำนักงานพาณิชย์จังหวัด", "สำนักงานปลัดกระทรวงพาณิชย์", "กระทรวงพาณิชย์"),
    ("สำนักงานอุตสาหกรรมจังหวัด", "สำนักงานปลัดกระทรวงอุตสาหกรรม", "กระทรวงอุตสาหกรรม"),
    ("สำนักงานพลังงานจังหวัด", "สำนักงานปลัดกระทรวงพลังงาน", "กระทรวงพลังงาน"),
    (
        "สำนักงานทรัพยากรธรรมชาติและสิ่งแวดล้อมจังหวัด",
        "สำนักงานปลัดกระทรวงทรัพยากรธรรมชาติและสิ่งแวดล้อม",
        "กระทรวงทรัพยากรธรรมชาติและสิ่งแวดล้อม",
    ),
    ("สำนักงานพัฒนาฝีมือแรงงาน", "กรมพัฒนาฝีมือแรงงาน", "กระทรวงแรงงาน"),
    ("สำนักงานจัดหางานจังหวัด", "กรมการจัดหางาน", "กระทรวงแรงงาน"),
    ("แขวงทางหลวง", "กรมทางหลวง", "กระทรวงคมนาคม"),
    ("แขวงทางหลวงชนบท", "กรมทางหลวงชนบท", "กระทรวงคมนาคม"),
];

const FACULTIES: [&str; 8] = [
    "คณะเกษตรศาสตร์",
    "คณะวิศวกรรมศาสตร์",
    "คณะครุศาสตร์",
    "คณะพยาบาลศาสตร์",
    "คณะวิทยาการจัดการ",
    "คณะวิทยาศาสตร์และเทคโนโลยี",
    "สถาบันวิจัยและพัฒนา",
    "สำนักบริการวิชาการ",
];

/// The first parts of village names.
const VILLAGE_STARTS: [&str; 16] = [
    "หนอง",
    "โนน",
    "ดอน",
    "โคก",
    "ห้วย",
    "นา",
    "วัง",
    "ท่า",
    "คลอง",
    "บึง",
    "สัน",
    "ร่อง",
    "ทุ่ง",
    "ป่า",
    "เขา",
    "ปาก",
];
/// The second parts of village names.
const VILLAGE_ENDS: [&str; 20] = [
    "บัว",
    "แดง",
    "ขาว",
    "ยาว",
    "ไผ่",
    "ขาม",
    "ม่วง",
    "สูง",
    "ใหญ่",
    "น้อย",
    "กลาง",
    "เหนือ",
    "ใต้",
    "สว่าง",
    "แก้ว",
    "ทอง",
    "เดื่อ",
    "ตาล",
    "หว้า",
    "แสง",
];

/// A village's name, without the word for village, by any number.
pub(super) fn village(number: u64) -> String {
    let part = |parts: &[&'static str], number: u64| {
        parts.get((number % parts.len().max(1) as u64) as usize).copied().unwrap_or_default()
    };
    let end = part(&VILLAGE_ENDS, number / VILLAGE_STARTS.len() as u64);
    format!("{}{end}", part(&VILLAGE_STARTS, number))
}

/// So many divisions of all kinds, in an order drawn by `random`. `departments` are central ones that run works.
pub(super) fn divisions(
    count: usize,
    departments: impl Iterator<Item = &'static str>,
    random: &mut ChaCha8Rng,
) -> Vec<Division> {
    let mut all = Vec::with_capacity(DIVISIONS);
    central(departments, &mut all);
    regional(&mut all);
    schools(&mut all);
    all.shuffle(random);
    all.truncate(count.clamp(1, DIVISIONS));
    all
}

fn owner(ministry: &str, department: &str, division: String) -> Owner {
    Owner { ministry: ministry.to_owned(), department: department.to_owned(), division }
}

fn central(departments: impl Iterator<Item = &'static str>, all: &mut Vec<Division>) {
    let agencies = Agencies::embedded();
    let ministry_of =
        |name: &str| agencies.find(name).map(|agency| agency.part_of).find(|ministry| !ministry.is_empty());
    let known = agencies.all().iter().filter(|agency| agency.runs_projects && !agency.part_of.is_empty());
    let mut names: Vec<&str> = known.map(|agency| agency.name).chain(departments).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (kind, parts) = if name.starts_with("มหาวิทยาลัย") {
            (DivisionKind::University, &FACULTIES[..])
        } else {
            (DivisionKind::Central, &CENTRAL[..])
        };
        let ministry = ministry_of(name).unwrap_or_default();
        all.extend(parts.iter().map(|part| Division {
            owner: owner(ministry, name, (*part).to_owned()),
            kind,
            home: None,
        }));
    }
}

fn regional(all: &mut Vec<Division>) {
    let gazetteer = Gazetteer::embedded();
    let mut add = |ministry: &str, department: &str, name: String, kind, home| {
        all.push(Division { owner: owner(ministry, department, name), kind, home: Some(home) });
    };
    for place in gazetteer.places(AreaLevel::Province) {
        for (office, department, ministry) in PROVINCIAL {
            let name = format!("{office}{}", place.thai);
            add(ministry, department, name, DivisionKind::ProvinceOffice, place.code);
        }
    }
    let province = |code: AreaCode| gazetteer.place(code.province()).map_or("", |place| place.thai);
    for place in gazetteer.places(AreaLevel::District) {
        let office = format!("ที่ทำการปกครองอำเภอ{} จังหวัด{}", place.thai, province(place.code));
        add("กระทรวงมหาดไทย", "กรมการปกครอง", office, DivisionKind::District, place.code);
        let hospital = format!("โรงพยาบาล{}", place.thai);
        let department = "สำนักงานปลัดกระทรวงสาธารณสุข";
        add("กระทรวงสาธารณสุข", department, hospital, DivisionKind::Hospital, place.code);
    }
    for place in gazetteer.places(AreaLevel::Subdistrict) {
        let kind = if place.code.number() % 3 == 0 {
            "เทศบาลตำบล"
        } else {
            "องค์การบริหารส่วนตำบล"
        };
        let district = place.code.district().and_then(|code| gazetteer.place(code));
        let body = format!("{kind}{}", place.thai);
        let place_of = format!("อำเภอ{} จังหวัด{}", district.map_or("", |d| d.thai), province(place.code));
        add("กระทรวงมหาดไทย", &body, place_of, DivisionKind::Local, place.code);
    }
}

/// As many schools as are wanting.
fn schools(all: &mut Vec<Division>) {
    let subdistricts: Vec<AreaCode> =
        Gazetteer::embedded().places(AreaLevel::Subdistrict).map(|place| place.code).collect();
    for (number, home) in (0..).zip(subdistricts.iter().cycle()).take(DIVISIONS.saturating_sub(all.len())) {
        // 7 and the number of names have no common factor: neighbours get other names
        let name = format!("โรงเรียนบ้าน{}", village(number * 7));
        let department = "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน";
        all.push(Division {
            owner: owner("กระทรวงศึกษาธิการ", department, name),
            kind: DivisionKind::School,
            home: Some(*home),
        });
    }
}
