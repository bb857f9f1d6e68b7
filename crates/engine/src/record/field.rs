//! The columns and keys under which records name their fields, in Thai and in English.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A field of a record as files carry it: flat, one value or a list in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordField {
    /// Code of the project, or id of the draft.
    Code,
    /// What the row stands for: project, output or item.
    Kind,
    /// Title.
    Title,
    /// The whole owner as an object, or one name.
    Owner,
    /// กระทรวง.
    Ministry,
    /// กรม.
    Department,
    /// กอง.
    Division,
    /// Fiscal year.
    FiscalYear,
    /// `{start, end}`.
    Period,
    /// First day.
    PeriodStart,
    /// Last day.
    PeriodEnd,
    /// Rationale.
    Rationale,
    /// Objectives, a list.
    Objectives,
    /// Activities, a list of names or objects.
    Activities,
    /// Outputs, a list.
    Outputs,
    /// Outcomes, a list.
    Outcomes,
    /// Indicators, a list.
    Indicators,
    /// Target group, a text or `{text, number}`.
    TargetGroup,
    /// How many persons or units.
    TargetNumber,
    /// Areas, a list of objects.
    Areas,
    /// จังหวัด.
    Province,
    /// อำเภอ.
    District,
    /// ตำบล.
    Subdistrict,
    /// The area as text.
    AreaText,
    /// Budget lines, a list of objects, or one amount.
    Budget,
    /// Where the money comes from.
    BudgetSource,
    /// Links to plans, a list.
    PlanLinks,
    /// A level 1 plan.
    NationalStrategy,
    /// A level 2 plan.
    MasterPlan,
    /// A level 3 or budget plan.
    Plan,
    /// Status.
    Status,
    /// Where the row came from.
    Source,
    /// Quarterly reports.
    Reports,
}

use RecordField as F;

/// Names of each field: the first is canonical (JSON, mapping files), the others are recognised as well.
/// Compared after [`key`], so spaces, case, underscores and brackets do not matter.
const NAMES: &[(RecordField, &[&str])] = &[
    (
        F::Code,
        &[
            "project_code",
            "id",
            "code",
            "draft_id",
            "รหัสโครงการ",
            "รหัส",
            "เลขที่โครงการ",
            "รหัสโครงการ emenscr",
            "project id",
        ],
    ),
    (F::Kind, &["kind", "type", "ประเภท", "ประเภทรายการ"]),
    (
        F::Title,
        &[
            "title",
            "project_name",
            "name",
            "project",
            "ชื่อโครงการ",
            "โครงการ",
            "ชื่อ",
            "ชื่อโครงการ/กิจกรรม",
            "ชื่อโครงการ/การดำเนินงาน",
            "รายการ",
        ],
    ),
    (F::Owner, &["owner", "หน่วยงานเจ้าของ", "หน่วยงานเจ้าของโครงการ", "หน่วยงานรับผิดชอบ", "ผู้รับผิดชอบ"]),
    (F::Ministry, &["ministry", "กระทรวง", "ชื่อกระทรวง", "กระทรวง/หน่วยงานเทียบเท่า", "สังกัด"]),
    (
        F::Department,
        &[
            "department",
            "agency",
            "กรม",
            "หน่วยงาน",
            "ชื่อหน่วยงาน",
            "ส่วนราชการ",
            "หน่วยรับงบประมาณ",
            "กรม/หน่วยงาน",
        ],
    ),
    (F::Division, &["division", "กอง", "สำนัก", "กอง/สำนัก", "หน่วยงานย่อย", "หน่วยดำเนินการ"]),
    (
        F::FiscalYear,
        &[
            "fiscal_year_be",
            "fiscal_year",
            "year",
            "budget_year",
            "ปีงบประมาณ",
            "ปีงบประมาณ พ.ศ.",
            "ปีงบฯ",
            "ปี",
            "ปี พ.ศ.",
        ],
    ),
    (F::Period, &["period", "ระยะเวลา", "ระยะเวลาดำเนินการ", "ระยะเวลาดำเนินโครงการ"]),
    (
        F::PeriodStart,
        &["period_start", "start_date", "start", "วันที่เริ่มต้น", "วันเริ่มต้น", "วันที่เริ่ม", "วันเริ่มโครงการ"],
    ),
    (F::PeriodEnd, &["period_end", "end_date", "end", "วันที่สิ้นสุด", "วันสิ้นสุด", "วันสิ้นสุดโครงการ"]),
    (F::Rationale, &["rationale", "หลักการและเหตุผล", "ความสำคัญ", "ที่มาและความสำคัญ", "เหตุผลความจำเป็น"]),
    (F::Objectives, &["objectives", "objective", "วัตถุประสงค์", "วัตถุประสงค์โครงการ", "วัตถุประสงค์ของโครงการ"]),
    (
        F::Activities,
        &["activities", "activity", "items", "กิจกรรม", "กิจกรรมหลัก", "รายการกิจกรรม", "วิธีดำเนินการ"],
    ),
    (F::Outputs, &["outputs", "output", "ผลผลิต", "เป้าหมายผลผลิต"]),
    (F::Outcomes, &["outcomes", "outcome", "ผลลัพธ์", "ประโยชน์ที่คาดว่าจะได้รับ", "ผลที่คาดว่าจะได้รับ"]),
    (F::Indicators, &["indicators", "indicator", "kpi", "ตัวชี้วัด", "ตัวชี้วัดความสำเร็จ"]),
    (F::TargetGroup, &["target_group", "target", "กลุ่มเป้าหมาย", "ผู้รับประโยชน์"]),
    (F::TargetNumber, &["target_number", "target_group_number", "จำนวนกลุ่มเป้าหมาย", "จำนวนเป้าหมาย"]),
    (F::Areas, &["areas", "area"]),
    (F::Province, &["province", "จังหวัด"]),
    (F::District, &["district", "อำเภอ", "เขต", "อำเภอ/เขต"]),
    (F::Subdistrict, &["subdistrict", "ตำบล", "แขวง", "ตำบล/แขวง"]),
    (
        F::AreaText,
        &["area_text", "location", "พื้นที่", "พื้นที่ดำเนินการ", "พื้นที่ดำเนินโครงการ", "สถานที่ดำเนินการ", "พื้นที่เป้าหมาย"],
    ),
    (
        F::Budget,
        &[
            "budget_baht",
            "budget",
            "budgets",
            "amount_baht",
            "amount",
            "งบประมาณ",
            "วงเงิน",
            "วงเงินงบประมาณ",
            "งบประมาณ (บาท)",
            "จำนวนเงิน",
            "จำนวนเงิน (บาท)",
            "งบประมาณรวม",
        ],
    ),
    (F::BudgetSource, &["budget_source", "แหล่งเงิน", "แหล่งงบประมาณ", "แหล่งที่มาของงบประมาณ"]),
    (F::PlanLinks, &["plan_links", "plans"]),
    (F::NationalStrategy, &["national_strategy", "ยุทธศาสตร์ชาติ"]),
    (F::MasterPlan, &["master_plan", "แผนแม่บท", "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ", "แผนระดับ 2"]),
    (F::Plan, &["plan", "แผนงาน", "แผน", "แผนระดับ 3"]),
    (F::Status, &["status", "สถานะ", "สถานะโครงการ"]),
    (F::Source, &["source", "ที่มา", "แหล่งข้อมูล"]),
    (F::Reports, &["reports", "รายงาน"]),
];

impl RecordField {
    /// The canonical name, as in JSON and in mapping files.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(field, _)| *field == self)
            .and_then(|(_, names)| names.first())
            .copied()
            .unwrap_or("")
    }

    /// The field that a column header or a JSON key names, whatever its case, spacing and punctuation.
    #[must_use]
    pub fn recognise(header: &str) -> Option<Self> {
        // a JSON line names its fields anew each time, nearly always by their canonical names
        Self::from_name(header).or_else(|| BY_KEY.get(&key(header)).copied())
    }

    /// The field that a canonical name names exactly.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, names)| names.first() == Some(&name)).map(|(field, _)| *field)
    }

    /// Every canonical name, for messages.
    #[must_use]
    pub fn all_names() -> Vec<&'static str> {
        NAMES.iter().filter_map(|(_, names)| names.first().copied()).collect()
    }
}

/// Every field by the [`key`]s of its names.
static BY_KEY: LazyLock<HashMap<String, RecordField>> = LazyLock::new(|| {
    NAMES.iter().flat_map(|(field, names)| names.iter().map(|name| (key(name), *field))).collect()
});

/// A header without what spreadsheets vary: letters, digits and Thai signs only, Latin in lower case.
fn key(header: &str) -> String {
    let normalised = thiap_text::normalise_text(header);
    normalised
        .chars()
        .filter(|c| c.is_alphanumeric() || ('\u{0E30}'..='\u{0E4E}').contains(c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_recognised_in_both_languages_and_any_spelling() {
        assert_eq!(RecordField::recognise("\u{feff}Fiscal Year"), Some(F::FiscalYear));
        assert_eq!(RecordField::recognise(" ปีงบประมาณ พ.ศ. "), Some(F::FiscalYear));
        assert_eq!(RecordField::recognise("ชื่อ โครงการ"), Some(F::Title));
        assert_eq!(RecordField::recognise("งบประมาณ(บาท)"), Some(F::Budget));
        assert_eq!(RecordField::recognise("amount_baht"), Some(F::Budget));
        assert_eq!(RecordField::recognise("หมายเหตุ"), None);
        assert_eq!(RecordField::recognise(""), None);
    }

    #[test]
    fn no_name_stands_for_two_fields() {
        let mut seen = std::collections::HashMap::new();
        for (field, names) in NAMES {
            for name in *names {
                let before = seen.insert(key(name), *field);
                assert!(before.is_none_or(|other| other == *field), "{name} names {before:?} and {field:?}");
            }
        }
    }
}
