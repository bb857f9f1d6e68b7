//! Plans and programmes of the state by their official names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::reading::squeeze;
use crate::tables::{rows, values};

const PLANS: &str = include_str!("../data/plans.tsv");

/// A plan or programme that texts name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPlan {
    /// Its official name.
    pub name: &'static str,
    /// Other names of it.
    pub other_names: Vec<&'static str>,
}

static EMBEDDED: LazyLock<(Vec<NamedPlan>, HashMap<String, usize>)> = LazyLock::new(|| {
    let plans: Vec<NamedPlan> = rows::<2>(PLANS)
        .map(|[name, others]| NamedPlan { name, other_names: values(others).collect() })
        .collect();
    let mut by_name = HashMap::new();
    for (index, plan) in plans.iter().enumerate() {
        for name in std::iter::once(&plan.name).chain(&plan.other_names) {
            by_name.entry(squeeze(name)).or_insert(index);
        }
    }
    (plans, by_name)
});

/// National strategies, master plans, reform plans and known programmes; see `data/README.md`.
#[must_use]
pub fn named_plans() -> &'static [NamedPlan] {
    &EMBEDDED.0
}

/// The plan that goes by a name.
#[must_use]
pub fn find_plan(name: &str) -> Option<&'static NamedPlan> {
    let (plans, by_name) = &*EMBEDDED;
    plans.get(*by_name.get(&squeeze(name))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_of_the_national_plans_are_there() {
        let count = |prefix: &str| named_plans().iter().filter(|plan| plan.name.starts_with(prefix)).count();
        assert_eq!(count("ยุทธศาสตร์ชาติด้าน"), 6);
        assert_eq!(count("แผนแม่บทภายใต้ยุทธศาสตร์ชาติ ประเด็น"), 23);
        assert_eq!(count("แผนการปฏิรูปประเทศด้าน"), 13);
    }

    #[test]
    fn a_plan_is_found_by_any_of_its_names() {
        assert_eq!(find_plan("U2T"), find_plan("มหาวิทยาลัยสู่ตำบล"));
        assert_eq!(find_plan("ยุทธศาสตร์ชาติ 20 ปี").map(|plan| plan.name), Some("ยุทธศาสตร์ชาติ"));
        assert_eq!(find_plan("แผนที่ไม่มี"), None);
    }
}
