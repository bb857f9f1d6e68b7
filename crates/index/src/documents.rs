//! The living projects of a snapshot: their codes in order, and their attributes in columns.

use std::collections::HashMap;
use std::sync::OnceLock;

use rayon::prelude::*;
use tantivy::SegmentReader;
use tantivy::columnar::{Column, StrColumn};
use thiap_domain::{ProjectCode, ProjectKind};
use thiap_ner::{Agencies, AgencyName};

use crate::attributes::compared_name;
use crate::lexical::column;

/// The ordinal of a document that is not there.
pub(crate) const NO_DOCUMENT: u32 = u32::MAX;

/// A set of projects, by ordinal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentSet {
    bits: Vec<u64>,
    len: usize,
}

impl DocumentSet {
    /// A set that can hold the ordinals below `len`.
    pub(crate) fn empty(len: usize) -> Self {
        Self { bits: vec![0; len.div_ceil(64)], len }
    }

    pub(crate) fn full(len: usize) -> Self {
        let mut set = Self { bits: vec![u64::MAX; len.div_ceil(64)], len };
        if let (Some(last), 1..) = (set.bits.last_mut(), len % 64) {
            *last = (1 << (len % 64)) - 1;
        }
        set
    }

    pub(crate) fn from_predicate(len: usize, mut holds: impl FnMut(usize) -> bool) -> Self {
        let mut set = Self::empty(len);
        for ordinal in (0..len).filter(|&ordinal| holds(ordinal)) {
            set.insert(ordinal as u32);
        }
        set
    }

    /// Adds an ordinal; one that the set cannot hold is passed over.
    pub(crate) fn insert(&mut self, ordinal: u32) {
        if (ordinal as usize) < self.len
            && let Some(word) = self.bits.get_mut(ordinal as usize / 64)
        {
            *word |= 1 << (ordinal % 64);
        }
    }

    pub(crate) fn contains(&self, ordinal: u32) -> bool {
        self.bits.get(ordinal as usize / 64).is_some_and(|word| word >> (ordinal % 64) & 1 == 1)
    }

    pub(crate) fn keep_common(&mut self, other: &Self) {
        self.bits.iter_mut().zip(&other.bits).for_each(|(word, other)| *word &= other);
    }

    pub(crate) fn remove_all(&mut self, other: &Self) {
        self.bits.iter_mut().zip(&other.bits).for_each(|(word, other)| *word &= !other);
    }

    pub(crate) fn count(&self) -> usize {
        self.bits.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Ordinals in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..).zip(&self.bits).flat_map(|(place, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    place * 64 + bit
                })
            })
        })
    }
}

/// Any number of values per project.
#[derive(Debug, Clone)]
pub(crate) struct Lists<T> {
    /// Where the values of each project begin; one more than there are projects.
    starts: Vec<u32>,
    values: Vec<T>,
}

impl<T> Lists<T> {
    pub(crate) fn new(lists: Vec<Vec<T>>) -> Self {
        let mut starts = Vec::with_capacity(lists.len() + 1);
        let mut values = Vec::with_capacity(lists.iter().map(Vec::len).sum());
        starts.push(0);
        for list in lists {
            values.extend(list);
            starts.push(values.len() as u32);
        }
        Self { starts, values }
    }

    /// The values of a project.
    pub(crate) fn of(&self, ordinal: usize) -> &[T] {
        match (self.starts.get(ordinal), self.starts.get(ordinal + 1)) {
            (Some(&start), Some(&end)) => self.values.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// Any number of names per project; a name is kept once.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Ascending.
    names: Vec<String>,
    /// As they are compared, in the same order.
    compared: Vec<String>,
    /// As names of agencies, in the same order, once somebody asks for one.
    agencies: OnceLock<Vec<AgencyName>>,
    ids: Lists<u32>,
}

impl Names {
    fn new(lists: Vec<Vec<String>>) -> Self {
        let mut names: Vec<&String> = lists.iter().flatten().collect();
        names.sort_unstable();
        names.dedup();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let by_name: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0u32..).collect();
        let ids = lists
            .iter()
            .map(|list| list.iter().filter_map(|name| by_name.get(name.as_str()).copied()).collect())
            .collect();
        Self {
            compared: names.iter().map(|name| compared_name(name)).collect(),
            agencies: OnceLock::new(),
            ids: Lists::new(ids),
            names,
        }
    }

    /// Ids of the names of a project.
    pub(crate) fn ids_of(&self, ordinal: usize) -> &[u32] {
        self.ids.of(ordinal)
    }

    pub(crate) fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// All names as those of agencies, in the order of their ids.
    pub(crate) fn agencies(&self) -> &[AgencyName] {
        self.agencies
            .get_or_init(|| self.names.par_iter().map(|name| Agencies::embedded().named(name)).collect())
    }

    /// Which names a person means: those that are the same but for spacing and case; where there is none, those that
    /// contain what was written.
    pub(crate) fn meant_by(&self, written: &str) -> Vec<u32> {
        let wanted = compared_name(written);
        if wanted.is_empty() {
            return Vec::new();
        }
        let ids = |holds: &dyn Fn(&str) -> bool| -> Vec<u32> {
            (0u32..).zip(&self.compared).filter(|(_, name)| holds(name)).map(|(id, _)| id).collect()
        };
        let same = ids(&|name| name == wanted);
        if same.is_empty() { ids(&|name| name.contains(&wanted)) } else { same }
    }
}

/// Columns over the projects of a snapshot. A project's ordinal is the rank of its code among all codes, so that the same
/// projects have the same ordinals whatever way they came in.
#[derive(Debug)]
pub(crate) struct DocumentTable {
    codes: Vec<ProjectCode>,
    pub(crate) fiscal_years_be: Lists<u16>,
    pub(crate) ministries: Names,
    pub(crate) departments: Names,
    pub(crate) divisions: Names,
    pub(crate) plans: Names,
    pub(crate) statuses: Names,
    pub(crate) kinds: Vec<ProjectKind>,
    pub(crate) areas: Lists<u32>,
    pub(crate) budgets_satang: Vec<Option<i64>>,
}

impl DocumentTable {
    /// Reads the columns of all segments; also says for every document of every segment which ordinal it has.
    pub(crate) fn load(segments: &[SegmentReader]) -> tantivy::Result<(Self, Vec<Vec<u32>>)> {
        let mut places: Vec<(String, usize, u32)> = Vec::new();
        for (number, segment) in segments.iter().enumerate() {
            let codes = TextColumn::open(segment, column::CODE)?;
            for document in segment.doc_ids_alive() {
                for code in codes.values(document) {
                    places.push((code.to_owned(), number, document));
                }
            }
        }
        places.sort_unstable();
        let mut ordinals: Vec<Vec<u32>> =
            segments.iter().map(|segment| vec![NO_DOCUMENT; segment.max_doc() as usize]).collect();
        let mut codes = Vec::with_capacity(places.len());
        let mut order = Vec::with_capacity(places.len());
        for (code, number, document) in places {
            let code = ProjectCode::new(&code)
                .map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))?;
            let slot = ordinals.get_mut(number).and_then(|list| list.get_mut(document as usize));
            if let Some(slot) = slot {
                *slot = codes.len() as u32;
                codes.push(code);
                order.push((number, document));
            }
        }
        let table = Self {
            codes,
            fiscal_years_be: Lists::new(
                numbers(segments, &order, column::FISCAL_YEAR)?
                    .into_iter()
                    .map(|years: Vec<u64>| {
                        years.into_iter().filter_map(|year| u16::try_from(year).ok()).collect()
                    })
                    .collect(),
            ),
            ministries: names(segments, &order, column::MINISTRY)?,
            departments: names(segments, &order, column::DEPARTMENT)?,
            divisions: names(segments, &order, column::DIVISION)?,
            plans: names(segments, &order, column::PLAN)?,
            statuses: names(segments, &order, column::STATUS)?,
            kinds: texts(segments, &order, column::KIND)?
                .iter()
                .map(|kinds| match kinds.first().map(String::as_str) {
                    Some("output") => ProjectKind::Output,
                    Some("item") => ProjectKind::Item,
                    _ => ProjectKind::Project,
                })
                .collect(),
            areas: Lists::new(
                numbers(segments, &order, column::AREA)?
                    .into_iter()
                    .map(|codes: Vec<u64>| {
                        codes.into_iter().filter_map(|code| u32::try_from(code).ok()).collect()
                    })
                    .collect(),
            ),
            budgets_satang: numbers(segments, &order, column::BUDGET)?
                .into_iter()
                .map(|satang: Vec<i64>| satang.first().copied())
                .collect(),
        };
        Ok((table, ordinals))
    }

    /// Number of living projects.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(crate) fn code(&self, ordinal: u32) -> Option<&ProjectCode> {
        self.codes.get(ordinal as usize)
    }

    pub(crate) fn ordinal(&self, code: &str) -> Option<u32> {
        self.codes.binary_search_by(|known| known.as_str().cmp(code)).ok().map(|place| place as u32)
    }
}

/// A text column of a segment, with its dictionary read once in order: looking terms up one by one is far slower.
struct TextColumn {
    ids: Option<Column<u64>>,
    dictionary: Vec<String>,
}

impl TextColumn {
    fn open(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        let Some(column) = segment.fast_fields().str(name)? else {
            return Ok(Self { ids: None, dictionary: Vec::new() });
        };
        let column: StrColumn = column;
        let mut dictionary = Vec::with_capacity(column.num_terms());
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            dictionary.push(String::from_utf8_lossy(stream.key()).into_owned());
        }
        Ok(Self { ids: Some(column.ords().clone()), dictionary })
    }

    fn values(&self, document: u32) -> impl Iterator<Item = &str> {
        self.ids
            .iter()
            .flat_map(move |ids| ids.values_for_doc(document))
            .filter_map(|id| self.dictionary.get(id as usize))
            .map(String::as_str)
    }
}

fn texts(
    segments: &[SegmentReader],
    order: &[(usize, u32)],
    name: &str,
) -> tantivy::Result<Vec<Vec<String>>> {
    let columns = segments
        .iter()
        .map(|segment| TextColumn::open(segment, name))
        .collect::<tantivy::Result<Vec<_>>>()?;
    let values = |&(number, document): &(usize, u32)| match columns.get(number) {
        Some(column) => column.values(document).map(str::to_owned).collect(),
        None => Vec::new(),
    };
    Ok(order.iter().map(values).collect())
}

fn names(segments: &[SegmentReader], order: &[(usize, u32)], name: &str) -> tantivy::Result<Names> {
    texts(segments, order, name).map(Names::new)
}

fn numbers<T>(segments: &[SegmentReader], order: &[(usize, u32)], name: &str) -> tantivy::Result<Vec<Vec<T>>>
where
    T: PartialOrd
        + Copy
        + std::fmt::Debug
        + Send
        + Sync
        + 'static
        + tantivy::columnar::HasAssociatedColumnType,
    tantivy::columnar::DynamicColumn: Into<Option<Column<T>>>,
{
    let columns = segments
        .iter()
        .map(|segment| segment.fast_fields().column_opt::<T>(name))
        .collect::<tantivy::Result<Vec<_>>>()?;
    let values = |&(number, document): &(usize, u32)| match columns.get(number) {
        Some(Some(column)) => column.values_for_doc(document).collect(),
        _ => Vec::new(),
    };
    Ok(order.iter().map(values).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_found_whole_before_they_are_found_in_part() {
        let names = Names::new(vec![
            vec!["กรมการแพทย์".into()],
            vec!["กรมการแพทย์แผนไทย".into()],
            vec!["กรม ทางหลวง".into(), "กรมการแพทย์".into()],
        ]);
        let meant =
            |written| names.meant_by(written).into_iter().map(|id| names.name(id)).collect::<Vec<_>>();
        assert_eq!(meant("กรมการแพทย์"), ["กรมการแพทย์"]);
        assert_eq!(meant("การแพทย์"), ["กรมการแพทย์", "กรมการแพทย์แผนไทย"]);
        assert_eq!(meant("กรมทางหลวง"), ["กรม ทางหลวง"]);
        assert!(meant(" ").is_empty());
        assert_eq!(names.ids_of(2).len(), 2);
    }

    proptest! {
        #[test]
        fn sets_behave_as_sets(len in 0usize..200, some in proptest::collection::btree_set(0u32..200, 0..40)) {
            let mut set = DocumentSet::empty(len);
            some.iter().for_each(|&ordinal| set.insert(ordinal));
            let expected: Vec<u32> = some.iter().copied().filter(|&ordinal| (ordinal as usize) < len).collect();
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(set.count(), expected.len());
            let mut rest = DocumentSet::full(len);
            prop_assert_eq!(rest.count(), len);
            rest.remove_all(&set);
            prop_assert_eq!(rest.count(), len - expected.len());
            rest.keep_common(&set);
            prop_assert_eq!(rest.count(), 0);
            prop_assert!(expected.iter().all(|&ordinal| set.contains(ordinal)));
        }
    }
}
