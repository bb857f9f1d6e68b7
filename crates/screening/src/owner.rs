//! Who runs two projects.

use thiap_domain::Owner;
use thiap_ner::Agencies;
use thiap_text::{fold_case, normalise_text};

/// The names of an owner as they are compared: official names of today, normalised, without spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OwnerNames {
    ministry: String,
    department: String,
    division: String,
}

/// How closely two owners belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OwnerRelation {
    /// Other ministries.
    Other,
    /// One side names no owner.
    Unknown,
    /// The same ministry, other departments or none named.
    SameMinistry,
    /// The same department.
    SameDepartment,
}

/// What kind of body has an area or people of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BodyKind {
    Local,
    School,
    Hospital,
    Force,
}

/// How the names of such bodies begin.
const OWN_AREA: &[(&str, BodyKind)] = &[
    ("สำนักงานเขต", BodyKind::Local),
    ("จังหวัด", BodyKind::Local),
    ("กลุ่มจังหวัด", BodyKind::Local),
    ("เทศบาล", BodyKind::Local),
    ("องค์การบริหารส่วน", BodyKind::Local),
    ("เมืองพัทยา", BodyKind::Local),
    ("มหาวิทยาลัย", BodyKind::School),
    ("วิทยาลัย", BodyKind::School),
    ("สถาบันบัณฑิต", BodyKind::School),
    ("สถาบันเทคโนโลยี", BodyKind::School),
    ("สถาบันการอาชีวศึกษา", BodyKind::School),
    ("สถาบันวิทยาลัยชุมชน", BodyKind::School),
    ("สถาบันพระบรมราชชนก", BodyKind::School),
    ("โรงเรียน", BodyKind::School),
    ("โรงพยาบาล", BodyKind::Hospital),
    ("กองทัพ", BodyKind::Force),
];

impl OwnerNames {
    pub(crate) fn of(owner: &Owner) -> Self {
        let agencies = Agencies::embedded();
        let official = |name: &str| {
            if name.is_empty() { String::new() } else { compared(&agencies.official_name(name)) }
        };
        let mut ministry = official(&owner.ministry);
        if ministry.is_empty() {
            // the outermost body that the department is known to belong to
            let outermost = agencies.containing(&owner.department).last();
            ministry = outermost.map(|agency| compared(agency.name)).unwrap_or_default();
        }
        Self { ministry, department: official(&owner.department), division: official(&owner.division) }
    }

    pub(crate) fn relation(&self, other: &Self) -> OwnerRelation {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        let unnamed = |names: &Self| names.ministry.is_empty() && names.department.is_empty();
        if same(&self.department, &other.department)
            || same(&self.division, &other.department)
            || same(&self.department, &other.division)
        {
            OwnerRelation::SameDepartment
        } else if same(&self.ministry, &other.ministry) {
            OwnerRelation::SameMinistry
        } else if unnamed(self) || unnamed(other) {
            OwnerRelation::Unknown
        } else {
            OwnerRelation::Other
        }
    }

    /// Whether both are bodies of one kind, each with an area or with people of its own: two districts, two universities.
    pub(crate) fn are_sisters(&self, other: &Self) -> bool {
        let kind = |names: &Self| {
            [&names.department, &names.division]
                .into_iter()
                .find_map(|name| OWN_AREA.iter().find(|(opening, _)| name.starts_with(opening)))
                .map(|(_, kind)| *kind)
        };
        let own = kind(self);
        own.is_some() && own == kind(other) && self.relation(other) < OwnerRelation::SameDepartment
    }

    /// Whether both name the same division.
    pub(crate) fn same_division(&self, other: &Self) -> bool {
        !self.division.is_empty() && self.division == other.division
    }

    /// Whether the owner's work reaches the whole country unless it says otherwise: no province, local government,
    /// university or hospital.
    pub(crate) fn is_central(&self) -> bool {
        const LOCAL: &[&str] = &[
            "จังหวัด",
            "กลุ่มจังหวัด",
            "เทศบาล",
            "องค์การบริหารส่วน",
            "เมืองพัทยา",
            "กรุงเทพมหานคร",
            "มหาวิทยาลัย",
            "วิทยาลัย",
            "โรงพยาบาล",
            "สำนักงานเขต",
        ];
        let local = |name: &str| LOCAL.iter().any(|word| name.starts_with(word) || name.ends_with(word));
        let named = [&self.department, &self.ministry];
        named.iter().any(|name| !name.is_empty()) && !named.iter().any(|name| local(name))
    }
}

fn compared(name: &str) -> String {
    fold_case(&normalise_text(name)).chars().filter(|c| !c.is_whitespace() && *c != '.').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(ministry: &str, department: &str) -> OwnerNames {
        OwnerNames::of(&Owner {
            ministry: ministry.into(),
            department: department.into(),
            ..Owner::default()
        })
    }

    #[test]
    fn spaces_and_abbreviations_do_not_make_another_owner() {
        let a = owner("กระทรวงคมนาคม", "กรมทางหลวง");
        assert_eq!(a.relation(&owner("กระทรวง คมนาคม", "กรม ทางหลวง")), OwnerRelation::SameDepartment);
        assert_eq!(a.relation(&owner("กระทรวงคมนาคม", "กรมทางหลวงชนบท")), OwnerRelation::SameMinistry);
        assert_eq!(a.relation(&owner("", "กรมทางหลวงชนบท")), OwnerRelation::SameMinistry);
        assert_eq!(a.relation(&owner("กระทรวงสาธารณสุข", "กรมการแพทย์")), OwnerRelation::Other);
        assert_eq!(a.relation(&OwnerNames::default()), OwnerRelation::Unknown);
        let consumer = owner("", "สคบ.");
        assert_eq!(
            consumer.relation(&owner("สำนักนายกรัฐมนตรี", "สำนักงานคณะกรรมการคุ้มครองผู้บริโภค")),
            OwnerRelation::SameDepartment
        );
    }

    #[test]
    fn bodies_of_one_kind_are_sisters() {
        let district = |name: &str| owner("กรุงเทพมหานคร", name);
        assert!(district("สำนักงานเขตดุสิต").are_sisters(&district("สำนักงานเขตจอมทอง")));
        assert!(!district("สำนักงานเขตดุสิต").are_sisters(&district("สำนักงานเขตดุสิต")));
        assert!(!district("สำนักงานเขตดุสิต").are_sisters(&district("สำนักอนามัย")));
    }

    #[test]
    fn local_owners_are_not_central() {
        assert!(owner("กระทรวงคมนาคม", "กรมทางหลวง").is_central());
        assert!(!owner("กระทรวงมหาดไทย", "เทศบาลนครเชียงใหม่ จังหวัดเชียงใหม่").is_central());
        assert!(!owner("กรุงเทพมหานคร", "สำนักอนามัย").is_central());
        assert!(!OwnerNames::default().is_central());
    }
}
