//! The pairs that a screening found, on disk in pieces: what was found stays when the screening is stopped.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiap_index::BlockingParameters;

use crate::error::EngineError;

/// Raised whenever the same parameters find other pairs than before.
pub(super) const METHOD: u32 = 2;

/// Everything that the pairs depend on: pieces of another run are thrown away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RunKey {
    /// [`METHOD`] of the program that found them.
    #[serde(default)]
    pub method: u32,
    pub change_number: u64,
    pub vector_change_number: u64,
    pub model_id: String,
    pub relation_model_id: String,
    pub fiscal_year_be: Option<i32>,
    pub blocking: BlockingParameters,
    pub piece_drafts: usize,
}

/// A pair that may be actionable, by the ordinals of the index.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct FoundPair {
    pub draft: u32,
    pub project: u32,
    pub likelihood: f64,
}

/// The pairs of some drafts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Piece {
    pub compared_pairs: u64,
    pub pairs: Vec<FoundPair>,
}

/// The pieces of a run.
#[derive(Debug)]
pub(super) struct PairPieces {
    folder: PathBuf,
}

impl PairPieces {
    /// Opens the folder; pieces of another run in it are thrown away.
    pub(super) fn open(folder: &Path, key: RunKey) -> Result<Self, EngineError> {
        let failed = |source| EngineError::File { path: folder.to_owned(), source };
        let pieces = Self { folder: folder.to_owned() };
        let known: Option<RunKey> = pieces.read_file("run.json")?;
        if known.as_ref() != Some(&key) {
            match fs::remove_dir_all(folder) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(failed(source)),
                _ => fs::create_dir_all(folder).map_err(failed)?,
            }
            pieces.write_file("run.json", &key)?;
        }
        Ok(pieces)
    }

    /// A piece that was found before; `None` when it was not, or is damaged.
    pub(super) fn read(&self, number: usize) -> Result<Option<Piece>, EngineError> {
        self.read_file(&format!("pairs-{number:06}.json"))
    }

    pub(super) fn write(&self, number: usize, piece: &Piece) -> Result<(), EngineError> {
        self.write_file(&format!("pairs-{number:06}.json"), piece)
    }

    fn read_file<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Option<T>, EngineError> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(EngineError::File { path, source }),
        }
    }

    /// Written beside and renamed into place, so that a file is whole or not there.
    fn write_file(&self, name: &str, content: &impl Serialize) -> Result<(), EngineError> {
        let path = self.folder.join(name);
        let beside = path.with_extension("tmp");
        let write = || -> std::io::Result<()> {
            let mut file = fs::File::create(&beside)?;
            file.write_all(&serde_json::to_vec(content)?)?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map_err(|source| EngineError::File { path: path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(change_number: u64) -> RunKey {
        RunKey {
            method: METHOD,
            change_number,
            vector_change_number: 1,
            model_id: "m".into(),
            relation_model_id: "r".into(),
            fiscal_year_be: None,
            blocking: BlockingParameters::default(),
            piece_drafts: 2,
        }
    }

    #[test]
    fn pieces_stay_for_the_same_run_and_go_for_another() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("screen");
        let piece = Piece {
            compared_pairs: 3,
            pairs: vec![FoundPair { draft: 1, project: 2, likelihood: 0.1 + 0.2 }],
        };
        PairPieces::open(&folder, key(1)).unwrap().write(0, &piece).unwrap();
        let again = PairPieces::open(&folder, key(1)).unwrap();
        assert_eq!(again.read(0).unwrap(), Some(piece));
        assert_eq!(again.read(1).unwrap(), None);
        assert_eq!(PairPieces::open(&folder, key(2)).unwrap().read(0).unwrap(), None);
    }

    #[test]
    fn a_damaged_piece_is_found_anew() {
        let root = tempfile::tempdir().unwrap();
        let pieces = PairPieces::open(root.path(), key(1)).unwrap();
        pieces.write(0, &Piece::default()).unwrap();
        fs::write(root.path().join("pairs-000000.json"), b"{\"compared").unwrap();
        assert_eq!(pieces.read(0).unwrap(), None);
    }
}
