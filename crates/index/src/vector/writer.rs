//! Writes the vectors: appends blocks, commits them through the manifest, and drops dead rows when they are many.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiap_domain::ProjectCode;

use super::file::{NewVectors, VectorFileWriter};
use super::graph::Graph;
use super::quantise::QuantisedVector;
use super::set::VectorSet;
use super::texts::{ProjectVectors, VectorField};
use crate::durable::{remove_file, sync_directory};
use crate::error::IndexError;
use crate::manifest::{Manifest, VectorFileEntry};

/// A file larger than this is closed and the next one begun, so that a reader that catches up reads little again.
const LARGEST_FILE_BYTES: u64 = 64 << 20;
/// Dead rows are dropped when they are more than this share of all.
const DEAD_RATIO_BEFORE_COMPACTION: f64 = 0.3;
/// The graph is built anew when more than this share of the living rows would be scanned beside it.
const EXACT_RATIO_BEFORE_REBUILD: f64 = 0.1;
/// Projects in a block when files are written anew.
const PROJECTS_IN_BLOCK: usize = 4_096;

pub(crate) struct VectorWriter {
    directory: PathBuf,
    pub(crate) manifest: Manifest,
    /// The file that grows; `None` until the first batch, after a failure, or when the next file is to be begun.
    open: Option<VectorFileWriter>,
}

impl VectorWriter {
    /// Verifies the files of the manifest and cuts off what lies behind their committed bytes.
    pub(crate) fn open(directory: &Path, manifest: Manifest) -> Result<Self, IndexError> {
        VectorSet::empty(manifest.model.dimensions).load(directory, &manifest)?;
        Ok(Self::without_files(directory, manifest))
    }

    /// Over a manifest whose files are not looked at.
    pub(crate) fn without_files(directory: &Path, manifest: Manifest) -> Self {
        Self { directory: directory.to_path_buf(), manifest, open: None }
    }

    /// Deletes, then replaces vectors; committed and on disk when it returns.
    pub(crate) fn apply(
        &mut self,
        upserts: &[(ProjectCode, ProjectVectors)],
        deletes: &[ProjectCode],
        up_to: u64,
    ) -> Result<(), IndexError> {
        let reached = self.manifest.vector_change_number;
        if up_to < reached {
            return Err(IndexError::ChangeBehind { reached, asked: up_to });
        }
        if up_to == reached && upserts.is_empty() && deletes.is_empty() {
            return Ok(());
        }
        let dimensions = self.manifest.model.dimensions;
        let mut changes: Vec<NewVectors<'_>> =
            deletes.iter().map(|code| NewVectors { code: code.as_str(), rows: Vec::new() }).collect();
        for (code, vectors) in upserts {
            let mut rows: Vec<(VectorField, QuantisedVector)> = Vec::with_capacity(vectors.fields.len());
            for (field, vector) in &vectors.fields {
                let quantised = QuantisedVector::of(vector)
                    .filter(|_| vector.len() == dimensions)
                    .ok_or(IndexError::Vector { found: vector.len(), expected: dimensions })?;
                if rows.iter().all(|(known, _)| known != field) {
                    rows.push((*field, quantised));
                }
            }
            changes.push(NewVectors { code: code.as_str(), rows });
        }
        let mut manifest = self.manifest.clone();
        let mut open = self.open.take();
        if !changes.is_empty() {
            self.append(&mut manifest, &mut open, &changes, up_to)?;
        }
        manifest.vector_change_number = up_to;
        manifest.write(&self.directory)?;
        self.manifest = manifest;
        self.open = open;
        Ok(())
    }

    /// Appends a block to the growing file, or to a new one, and notes it in `manifest`.
    fn append(
        &self,
        manifest: &mut Manifest,
        open: &mut Option<VectorFileWriter>,
        changes: &[NewVectors<'_>],
        change_number: u64,
    ) -> Result<(), IndexError> {
        let has_room = |entry: &&mut VectorFileEntry| entry.committed_bytes < LARGEST_FILE_BYTES;
        if let Some(entry) = manifest.vector_files.last_mut().filter(has_room) {
            let path = self.directory.join(&entry.name);
            let mut writer = match open.take() {
                Some(writer) if writer.bytes() == entry.committed_bytes => writer,
                _ => VectorFileWriter::open(&path, entry.committed_bytes)?,
            };
            writer.append(&path, changes, change_number)?;
            entry.committed_bytes = writer.bytes();
            *open = Some(writer);
        } else {
            let name = manifest.take_name("vectors");
            let path = self.directory.join(&name);
            let mut writer = VectorFileWriter::create(&path, &manifest.model)?;
            writer.append(&path, changes, change_number)?;
            manifest.vector_files.push(VectorFileEntry { name, committed_bytes: writer.bytes() });
            *open = Some(writer);
        }
        Ok(())
    }

    /// Writes all files anew without dead rows when those are many. The graph counts rows and goes with the old files.
    pub(crate) fn compact_if_worth_it(&mut self) -> Result<(), IndexError> {
        let set = VectorSet::empty(self.manifest.model.dimensions).load(&self.directory, &self.manifest)?;
        let mut latest: Vec<_> = set.latest().into_iter().collect();
        latest.sort_unstable_by_key(|(code, _)| *code);
        let living: usize =
            latest.iter().map(|(_, rows)| rows.iter().filter(|row| set.row(**row).is_some()).count()).sum();
        let rows = set.rows();
        if rows == 0 || ((rows - living) as f64) <= DEAD_RATIO_BEFORE_COMPACTION * rows as f64 {
            return Ok(());
        }
        let mut manifest = self.manifest.clone();
        manifest.vector_files.clear();
        manifest.graph = None;
        let change_number = manifest.vector_change_number;
        let mut open = None;
        for projects in latest.chunks(PROJECTS_IN_BLOCK) {
            let changes: Vec<NewVectors<'_>> = projects
                .iter()
                .map(|(code, rows)| {
                    let rows = VectorField::ALL
                        .into_iter()
                        .zip(rows)
                        .filter_map(|(field, &row)| {
                            let (components, inverse_length) = set.row(row)?;
                            Some((field, QuantisedVector { components: components.to_vec(), inverse_length }))
                        })
                        .collect();
                    NewVectors { code, rows }
                })
                .collect();
            self.append(&mut manifest, &mut open, &changes, change_number)?;
        }
        manifest.write(&self.directory)?;
        self.manifest = manifest;
        self.open = open;
        Ok(())
    }

    /// Builds the graph anew when there are at least `from_rows` living rows and it does not cover enough of them; drops it
    /// when there are fewer.
    pub(crate) fn build_graph_if_worth_it(&mut self, from_rows: usize) -> Result<(), IndexError> {
        let set = VectorSet::empty(self.manifest.model.dimensions).load(&self.directory, &self.manifest)?;
        let mut living = vec![false; set.rows()];
        for rows in set.latest().into_values() {
            for row in rows {
                if let Some(slot) = living.get_mut(row as usize) {
                    *slot = true;
                }
            }
        }
        let living_rows = living.iter().filter(|is_living| **is_living).count();
        let mut manifest = self.manifest.clone();
        if living_rows < from_rows.max(1) {
            if manifest.graph.take().is_none() {
                return Ok(());
            }
        } else {
            let known = manifest.graph.as_ref().and_then(|entry| Graph::read(&self.directory, entry).ok());
            let exact = known.map_or(usize::MAX, |graph| graph.exact_rows(set.rows()));
            if exact as f64 <= EXACT_RATIO_BEFORE_REBUILD * living_rows as f64 {
                return Ok(());
            }
            let set = Arc::new(set);
            let graph = Graph::build(&set, |row| living.get(row as usize).copied().unwrap_or(false));
            let name = manifest.take_name("graph");
            manifest.graph = Some(graph.write(&self.directory, name)?);
        }
        manifest.write(&self.directory)?;
        self.manifest = manifest;
        Ok(())
    }

    /// Removes files of vectors and graphs that the manifest does not name: left by a process that was stopped, or
    /// replaced by a compaction.
    pub(crate) fn remove_orphans(&self) -> Result<(), IndexError> {
        let named: HashSet<&str> = self
            .manifest
            .vector_files
            .iter()
            .map(|entry| entry.name.as_str())
            .chain(self.manifest.graph.as_ref().map(|graph| graph.name.as_str()))
            .collect();
        let io = |source| IndexError::io(&self.directory, source);
        let mut removed = false;
        for entry in fs::read_dir(&self.directory).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            let Some(name) = name.to_str() else { continue };
            let ours = name.starts_with("vectors-") || name.starts_with("graph-");
            if ours && !named.contains(name) {
                remove_file(&self.directory.join(name))?;
                removed = true;
            }
        }
        if removed { sync_directory(&self.directory) } else { Ok(()) }
    }
}
