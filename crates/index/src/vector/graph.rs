//! A navigable graph over the vectors, for collections that are too large to scan at every search.
//!
//! hnsw_rs builds it (Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical
//! navigable small world graphs", 2018); what is kept is the plain lists of neighbours by row number. That has three reasons:
//! the vectors are not held twice; a search can pass through deleted or filtered rows without counting them, where the
//! library's own filtered search can run out of results and panic; and a file is verified before anything in it is trusted,
//! where the library's loader ends the process.
//!
//! Equal vectors are one node, since hundreds of projects may share a title and would otherwise be neighbours of themselves
//! alone. After a build every node is searched by its own vector; the rows of a node that is not found are scanned exactly,
//! as are all rows that came later.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use hnsw_rs::prelude::{Distance, Hnsw};
use rayon::prelude::*;

use super::quantise::{QuantisedVector, cosine};
use super::set::VectorSet;
use crate::durable::sync_directory;
use crate::error::{IndexError, IndexPart};
use crate::manifest::{FORMAT_VERSION, GraphEntry};

const MAGIC: &[u8; 8] = b"THIAPGRA";
/// Neighbours of a node in the upper layers; twice as many in the lowest.
const NEIGHBOURS: usize = 16;
/// Candidates looked at when a node is inserted.
const BUILD_WIDTH: usize = 100;
const MOST_LAYERS: usize = 16;
/// Candidates looked at when a node is searched by its own vector.
const AUDIT_WIDTH: usize = 64;

/// Neighbours of nodes, end to end.
#[derive(Debug, Default, PartialEq, Eq)]
struct Links {
    /// Where the neighbours of each node begin; one more than there are nodes.
    starts: Vec<u32>,
    ends_of: Vec<u32>,
}

impl Links {
    fn new(lists: &[Vec<u32>]) -> Self {
        let mut links = Self { starts: vec![0], ends_of: Vec::new() };
        for list in lists {
            links.ends_of.extend(list);
            links.starts.push(links.ends_of.len() as u32);
        }
        links
    }

    fn of(&self, node: u32) -> &[u32] {
        let place = node as usize;
        match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(&start), Some(&end)) => self.ends_of.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// A graph in memory.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Graph {
    /// Rows that were there when it was built; later ones are scanned.
    covered_rows: u32,
    /// The node where every search begins.
    entry: u32,
    /// The rows of each node: all have the same vector.
    rows: Links,
    /// The lowest layer, which holds every node.
    base: Links,
    /// The upper layers from the lowest: neighbours by node.
    upper: Vec<HashMap<u32, Vec<u32>>>,
    /// Rows that a search by their own vector did not find.
    missed_rows: Vec<u32>,
}

/// A node or row and its cosine; ordered by cosine, ties by the smaller number.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scored {
    cosine: f32,
    number: u32,
}

impl Eq for Scored {}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cosine.total_cmp(&other.cosine).then_with(|| other.number.cmp(&self.number))
    }
}

/// Distance between rows, for the builder: a point is the number of its row.
struct RowDistance(Arc<VectorSet>);

impl Distance<u32> for RowDistance {
    fn eval(&self, a: &[u32], b: &[u32]) -> f32 {
        let row = |point: &[u32]| point.first().and_then(|&row| self.0.row(row));
        match (row(a), row(b)) {
            // Rounding can lift a cosine above 1, and the builder takes no negative distance.
            (Some((a, a_inverse)), Some((b, b_inverse))) => {
                (1.0 - cosine(a, a_inverse, b, b_inverse)).max(0.0)
            }
            _ => 2.0,
        }
    }
}

impl Graph {
    /// Builds the graph over the rows for which `is_living` holds, on all cores.
    pub(crate) fn build(set: &Arc<VectorSet>, is_living: impl Fn(u32) -> bool) -> Self {
        let covered_rows = set.rows() as u32;
        let mut by_vector: HashMap<&[i8], u32> = HashMap::new();
        let mut rows_of: Vec<Vec<u32>> = Vec::new();
        for row in (0..covered_rows).filter(|row| is_living(*row)) {
            let Some((components, _)) = set.row(row) else { continue };
            let node = *by_vector.entry(components).or_insert(rows_of.len() as u32);
            match rows_of.get_mut(node as usize) {
                Some(rows) => rows.push(row),
                None => rows_of.push(vec![row]),
            }
        }
        drop(by_vector);
        let points: Vec<[u32; 1]> =
            rows_of.iter().filter_map(|rows| rows.first().map(|row| [*row])).collect();
        if points.is_empty() {
            return Self { covered_rows, ..Self::default() };
        }
        let builder =
            Hnsw::new(NEIGHBOURS, points.len(), MOST_LAYERS, BUILD_WIDTH, RowDistance(Arc::clone(set)));
        let numbered: Vec<(&[u32], usize)> = points.iter().map(<[u32; 1]>::as_slice).zip(0usize..).collect();
        builder.parallel_insert_slice(&numbered);
        let mut graph = Self::frozen(&builder, points.len(), covered_rows);
        drop(builder);
        graph.rows = Links::new(&rows_of);
        let misses: Vec<u32> = (0..points.len() as u32)
            .into_par_iter()
            .filter(|node| !graph.finds(set, *node))
            .flat_map_iter(|node| graph.rows.of(node).to_vec())
            .collect();
        graph.missed_rows = misses;
        graph
    }

    fn frozen(builder: &Hnsw<'_, u32, RowDistance>, nodes: usize, covered_rows: u32) -> Self {
        let points = builder.get_point_indexation();
        let highest = usize::from(points.get_max_level_observed());
        let mut base: Vec<Vec<u32>> = vec![Vec::new(); nodes];
        let mut upper: Vec<HashMap<u32, Vec<u32>>> = vec![HashMap::new(); highest];
        let mut entry = 0;
        for layer in 0..=highest {
            for point in points.get_layer_iterator(layer) {
                let node = point.get_origin_id() as u32;
                if layer == highest {
                    entry = node;
                }
                for (place, neighbours) in point.get_neighborhood_id().into_iter().enumerate() {
                    let list: Vec<u32> =
                        neighbours.iter().map(|neighbour| neighbour.get_origin_id() as u32).collect();
                    if list.is_empty() {
                        continue;
                    }
                    if place == 0 {
                        if let Some(slot) = base.get_mut(node as usize) {
                            *slot = list;
                        }
                    } else if let Some(layer) = upper.get_mut(place - 1) {
                        layer.insert(node, list);
                    }
                }
            }
        }
        Self { covered_rows, entry, base: Links::new(&base), upper, ..Self::default() }
    }

    fn finds(&self, set: &VectorSet, node: u32) -> bool {
        let Some(&row) = self.rows.of(node).first() else { return true };
        let Some((components, inverse_length)) = set.row(row) else { return true };
        let query = QuantisedVector { components: components.to_vec(), inverse_length };
        self.nearest_nodes(set, &query, AUDIT_WIDTH, |_| true).iter().any(|found| found.number == node)
    }

    /// Rows near the query, best first: at least `count` of those that are accepted, where there are so many. Rows that the
    /// graph does not hold are looked at one by one.
    pub(crate) fn search(
        &self,
        set: &VectorSet,
        query: &QuantisedVector,
        count: usize,
        accepts: impl Fn(u32) -> bool,
    ) -> Vec<(u32, f32)> {
        let has_accepted = |node: u32| self.rows.of(node).iter().any(|row| accepts(*row));
        let near = self.nearest_nodes(set, query, count, has_accepted);
        let exact = self.missed_rows.iter().copied().chain(self.covered_rows..set.rows() as u32);
        let mut found: Vec<Scored> = near
            .iter()
            .flat_map(|node| {
                self.rows.of(node.number).iter().map(|&number| Scored { cosine: node.cosine, number })
            })
            .chain(exact.filter_map(|number| Some(Scored { cosine: set.cosine(number, query)?, number })))
            .filter(|row| accepts(row.number))
            .collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup_by_key(|row| row.number);
        found.into_iter().map(|row| (row.number, row.cosine)).collect()
    }

    /// The best `width` accepted nodes that a beam of that width reaches, best first. Nodes that are not accepted are passed
    /// through.
    fn nearest_nodes(
        &self,
        set: &VectorSet,
        query: &QuantisedVector,
        width: usize,
        accepts: impl Fn(u32) -> bool,
    ) -> Vec<Scored> {
        let scored = |node: u32| -> Option<Scored> {
            let row = *self.rows.of(node).first()?;
            Some(Scored { cosine: set.cosine(row, query)?, number: node })
        };
        let Some(mut nearest) = scored(self.entry) else { return Vec::new() };
        for layer in self.upper.iter().rev() {
            loop {
                let neighbours = layer.get(&nearest.number).map(Vec::as_slice).unwrap_or_default();
                match neighbours.iter().filter_map(|&node| scored(node)).max() {
                    Some(better) if better > nearest => nearest = better,
                    _ => break,
                }
            }
        }
        let mut seen = vec![false; self.rows.starts.len()];
        let mut see =
            |node: u32| seen.get_mut(node as usize).is_some_and(|seen| !std::mem::replace(seen, true));
        see(nearest.number);
        let mut open = BinaryHeap::from([nearest]);
        let mut found: BinaryHeap<std::cmp::Reverse<Scored>> = BinaryHeap::new();
        if accepts(nearest.number) {
            found.push(std::cmp::Reverse(nearest));
        }
        while let Some(next) = open.pop() {
            let is_full = found.len() >= width;
            if is_full && found.peek().is_some_and(|worst| next < worst.0) {
                break;
            }
            for &node in self.base.of(next.number) {
                if !see(node) {
                    continue;
                }
                let Some(neighbour) = scored(node) else { continue };
                let is_full = found.len() >= width;
                if is_full && found.peek().is_some_and(|worst| neighbour < worst.0) {
                    continue;
                }
                open.push(neighbour);
                if accepts(node) {
                    found.push(std::cmp::Reverse(neighbour));
                    if found.len() > width {
                        found.pop();
                    }
                }
            }
        }
        found.into_sorted_vec().into_iter().map(|found| found.0).collect()
    }

    /// Rows that are scanned at every search.
    pub(crate) fn exact_rows(&self, rows: usize) -> usize {
        self.missed_rows.len() + rows.saturating_sub(self.covered_rows as usize)
    }

    /// Writes the graph under a new name, on disk when it returns.
    pub(crate) fn write(&self, directory: &Path, name: String) -> Result<GraphEntry, IndexError> {
        let path = directory.join(&name);
        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        let put = |bytes: &mut Vec<u8>, number: u32| bytes.extend_from_slice(&number.to_le_bytes());
        let put_all = |bytes: &mut Vec<u8>, numbers: &[u32]| {
            bytes.extend_from_slice(&(numbers.len() as u32).to_le_bytes());
            numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
        };
        put(&mut bytes, FORMAT_VERSION);
        put(&mut bytes, self.covered_rows);
        put(&mut bytes, self.entry);
        for links in [&self.rows, &self.base] {
            put_all(&mut bytes, &links.starts);
            put_all(&mut bytes, &links.ends_of);
        }
        put_all(&mut bytes, &self.missed_rows);
        put(&mut bytes, self.upper.len() as u32);
        for layer in &self.upper {
            let mut nodes: Vec<(&u32, &Vec<u32>)> = layer.iter().collect();
            nodes.sort_unstable();
            put(&mut bytes, nodes.len() as u32);
            for (node, neighbours) in nodes {
                put(&mut bytes, *node);
                put_all(&mut bytes, neighbours);
            }
        }
        let checksum = crc32fast::hash(&bytes);
        put(&mut bytes, checksum);
        File::create(&path)
            .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
            .map_err(|source| IndexError::io(&path, source))?;
        sync_directory(directory)?;
        Ok(GraphEntry { name, rows: u64::from(self.covered_rows), bytes: bytes.len() as u64 })
    }

    /// Reads and verifies a graph.
    pub(crate) fn read(directory: &Path, entry: &GraphEntry) -> Result<Self, IndexError> {
        let path = directory.join(&entry.name);
        let damaged = |what: &str| IndexError::damaged(&path, IndexPart::Vectors, what);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(damaged("the file is gone"));
            }
            Err(error) => return Err(IndexError::io(&path, error)),
        };
        if bytes.len() as u64 != entry.bytes {
            return Err(damaged("the file does not have its length"));
        }
        let Some((body, checksum)) = bytes.split_last_chunk::<4>() else {
            return Err(damaged("the file is cut off"));
        };
        if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return Err(damaged("its checksum does not fit"));
        }
        let body = body.strip_prefix(MAGIC).ok_or_else(|| damaged("it does not begin as a graph does"))?;
        let (words, _) = body.as_chunks::<4>();
        let mut input = words.iter().map(|word| u32::from_le_bytes(*word));
        let graph = Self::from_numbers(&mut input).ok_or_else(|| damaged("it does not hold what it says"))?;
        if u64::from(graph.covered_rows) == entry.rows {
            Ok(graph)
        } else {
            Err(damaged("it is another graph"))
        }
    }

    fn from_numbers(input: &mut impl Iterator<Item = u32>) -> Option<Self> {
        fn list(input: &mut impl Iterator<Item = u32>) -> Option<Vec<u32>> {
            let count = input.next()? as usize;
            let numbers: Vec<u32> = input.by_ref().take(count).collect();
            (numbers.len() == count).then_some(numbers)
        }
        if input.next()? != FORMAT_VERSION {
            return None;
        }
        let covered_rows = input.next()?;
        let entry = input.next()?;
        let rows = Links { starts: list(input)?, ends_of: list(input)? };
        let base = Links { starts: list(input)?, ends_of: list(input)? };
        let missed_rows = list(input)?;
        let mut upper = Vec::new();
        for _ in 0..input.next()? {
            let mut layer = HashMap::new();
            for _ in 0..input.next()? {
                layer.insert(input.next()?, list(input)?);
            }
            upper.push(layer);
        }
        Some(Self { covered_rows, entry, rows, base, upper, missed_rows })
    }
}
