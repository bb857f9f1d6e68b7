//! Names of relations, aspects, fields and kinds as pages show them.

use thiap_domain::{Agreement, Aspect, PlanLevel, ProjectKind, Relation, TextField, Verdict};

use thiap_index::ChipKind;

use super::language::Language;

/// A value of the domain that pages name.
pub(super) trait Label: Copy {
    /// The name in a language.
    fn label(self, language: Language) -> &'static str;
}

impl Label for Relation {
    fn label(self, language: Language) -> &'static str {
        if language.is_thai() {
            return self.thai();
        }
        match self {
            Self::Duplicate => "Duplicate",
            Self::Overlap => "Partial overlap",
            Self::Continuation => "Continuation",
            Self::Related => "Related",
            Self::Distinct => "Unrelated",
        }
    }
}

impl Label for Aspect {
    fn label(self, language: Language) -> &'static str {
        if language.is_thai() {
            return self.thai();
        }
        match self {
            Self::Title => "Title",
            Self::Objectives => "Objectives",
            Self::Activities => "Activities and outputs",
            Self::TargetGroup => "Target group",
            Self::Area => "Area",
            Self::Period => "Period",
            Self::Budget => "Budget",
            Self::PlanLinks => "Plans",
            Self::Owner => "Owner",
        }
    }
}

impl Label for Agreement {
    fn label(self, language: Language) -> &'static str {
        if language.is_thai() {
            return self.thai();
        }
        match self {
            Self::Same => "Same",
            Self::Partly => "Partly the same",
            Self::Different => "Different",
            Self::Unknown => "Not stated",
        }
    }
}

impl Label for Verdict {
    fn label(self, language: Language) -> &'static str {
        if language.is_thai() {
            return self.thai();
        }
        match self {
            Self::Clear => "No repeated project found",
            Self::Review => "A person should look",
            Self::Repeats => "A repeated project was found",
        }
    }
}

impl Label for TextField {
    fn label(self, language: Language) -> &'static str {
        if language.is_thai() {
            return self.thai();
        }
        match self {
            Self::Title => "Title",
            Self::Rationale => "Rationale",
            Self::Objectives => "Objectives",
            Self::Activities => "Activities",
            Self::Outputs => "Outputs",
            Self::Outcomes => "Outcomes",
            Self::Indicators => "Indicators",
            Self::TargetGroup => "Target group",
            Self::AreaText => "Area",
        }
    }
}

impl Label for ProjectKind {
    fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Project, Language::Thai) => "โครงการ",
            (Self::Output, Language::Thai) => "ผลผลิต",
            (Self::Item, Language::Thai) => "รายการงบประมาณ",
            (Self::Project, Language::English) => "Project",
            (Self::Output, Language::English) => "Output",
            (Self::Item, Language::English) => "Budget line",
        }
    }
}

impl Label for PlanLevel {
    fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::NationalStrategy, Language::Thai) => "ยุทธศาสตร์ชาติ",
            (Self::National, Language::Thai) => "แผนระดับที่ 2",
            (Self::Agency, Language::Thai) => "แผนระดับที่ 3",
            (Self::NationalStrategy, Language::English) => "National strategy",
            (Self::National, Language::English) => "Level 2 plan",
            (Self::Agency, Language::English) => "Level 3 plan",
        }
    }
}

impl Label for ChipKind {
    fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::FiscalYear, Language::Thai) => "ปีงบประมาณ",
            (Self::Area, Language::Thai) => "พื้นที่",
            (Self::Agency, Language::Thai) => "หน่วยงาน",
            (Self::Budget, Language::Thai) => "วงเงิน",
            (Self::FiscalYear, Language::English) => "fiscal year",
            (Self::Area, Language::English) => "area",
            (Self::Agency, Language::English) => "agency",
            (Self::Budget, Language::English) => "budget",
        }
    }
}

/// How likely a pair is one to act on, in words.
pub(super) fn likelihood(probability: f64, language: Language) -> &'static str {
    let [thai, english] = match probability {
        p if p >= 0.85 => ["เป็นไปได้สูงมาก", "Very likely"],
        p if p >= 0.6 => ["เป็นไปได้สูง", "Likely"],
        p if p >= 0.3 => ["เป็นไปได้ปานกลาง", "Possible"],
        p if p >= 0.1 => ["เป็นไปได้น้อย", "Unlikely"],
        _ => ["เป็นไปได้น้อยมาก", "Very unlikely"],
    };
    if language.is_thai() { thai } else { english }
}
