//! Where a model's files come from: a folder, or the program itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::LoadError;
use crate::manifest::{ManifestEntry, entry_for_folder, sha256_hex};

/// The file that holds the weights; its SHA-256 names the model.
pub(crate) const WEIGHTS_FILE: &str = "model.safetensors";

const MANIFEST_FILE: &str = "manifest.toml";

macro_rules! shipped {
    ($path:literal) => {
        ($path, include_bytes!(concat!("../../../models/e5-small-th/", $path)).as_slice())
    };
}

/// The folder of the shipped model and its files, inside the program.
const SHIPPED_FOLDER: &str = "e5-small-th";
const SHIPPED_MANIFEST: &str = include_str!("../../../models/manifest.toml");
static SHIPPED_FILES: [(&str, &[u8]); 5] = [
    shipped!("config.json"),
    shipped!("config_sentence_transformers.json"),
    shipped!("1_Pooling/config.json"),
    shipped!("tokenizer.json"),
    shipped!("model.safetensors"),
];

/// The files of one model, and what the manifest says about them.
#[derive(Debug)]
pub(crate) struct ModelFiles {
    /// The folder; for the shipped model a name for messages.
    root: PathBuf,
    name: String,
    /// SHA-256 by path, as far as a manifest gives them.
    checksums: BTreeMap<String, String>,
    shipped: bool,
}

impl ModelFiles {
    /// The model that is part of the program.
    pub(crate) fn shipped() -> Result<Self, LoadError> {
        let manifest = PathBuf::from(MANIFEST_FILE);
        let entry = entry_for_folder(SHIPPED_MANIFEST, SHIPPED_FOLDER)
            .map_err(|reason| LoadError::Malformed { path: manifest.clone(), reason })?
            .ok_or(LoadError::Missing { path: manifest })?;
        Ok(Self::new(PathBuf::from(SHIPPED_FOLDER), entry, true))
    }

    /// The model in a folder. A `manifest.toml` beside the folder (or in it, naming the folder `.`) that describes it
    /// is honoured; without one nothing is known about the files.
    pub(crate) fn folder(root: &Path) -> Result<Self, LoadError> {
        // The folder's own name also when it was given as `.` or with a trailing `..`.
        let absolute = fs::canonicalize(root).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => LoadError::Missing { path: root.to_path_buf() },
            _ => LoadError::Unreadable { path: root.to_path_buf(), source },
        })?;
        let folder = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut candidates = vec![(absolute.join(MANIFEST_FILE), ".")];
        if let Some(parent) = absolute.parent() {
            candidates.push((parent.join(MANIFEST_FILE), folder.as_str()));
        }
        for (path, name) in candidates {
            let Some(text) = read_if_there(&path)? else { continue };
            let text = String::from_utf8_lossy(&text);
            let entry = entry_for_folder(&text, name)
                .map_err(|reason| LoadError::Malformed { path: path.clone(), reason })?;
            if let Some(mut entry) = entry {
                entry.name.get_or_insert_with(|| folder.clone());
                return Ok(Self::new(root.to_path_buf(), entry, false));
            }
        }
        let entry = ManifestEntry { name: Some(folder), ..ManifestEntry::default() };
        Ok(Self::new(root.to_path_buf(), entry, false))
    }

    fn new(root: PathBuf, entry: ManifestEntry, shipped: bool) -> Self {
        let ManifestEntry { name, folder, files } = entry;
        Self { root, name: name.unwrap_or(folder), checksums: files, shipped }
    }

    /// How messages name a file.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// The bytes of a file that the model cannot do without.
    pub(crate) fn read(&self, file: &str) -> Result<Cow<'static, [u8]>, LoadError> {
        self.read_optional(file)?.ok_or_else(|| LoadError::Missing { path: self.path(file) })
    }

    /// The bytes of a file, or none when it is not there. One that differs from the manifest is an error.
    pub(crate) fn read_optional(&self, file: &str) -> Result<Option<Cow<'static, [u8]>>, LoadError> {
        if self.shipped {
            // Part of the program's own image: a test compares them with the manifest, so that starting need not.
            let found = SHIPPED_FILES.iter().find(|(path, _)| *path == file);
            return Ok(found.map(|(_, data)| Cow::Borrowed(*data)));
        }
        let path = self.path(file);
        let expected = self.checksums.get(file);
        let Some(data) = read_if_there(&path)? else {
            return match expected {
                Some(_) => Err(LoadError::Missing { path }),
                None => Ok(None),
            };
        };
        if let Some(expected) = expected {
            let found = sha256_hex(&data);
            if !found.eq_ignore_ascii_case(expected) {
                return Err(LoadError::ChecksumMismatch { path, expected: expected.clone(), found });
            }
        }
        Ok(Some(Cow::Owned(data)))
    }

    /// The name followed by the first eight hexadecimal digits of the weights' SHA-256.
    pub(crate) fn model_id(&self, weights: &[u8]) -> String {
        let digest = match self.checksums.get(WEIGHTS_FILE) {
            Some(checked) => checked.to_ascii_lowercase(),
            None => sha256_hex(weights),
        };
        format!("{}-{}", self.name, digest.chars().take(8).collect::<String>())
    }
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, LoadError> {
    match fs::read(path) {
        Ok(data) => Ok(Some(data)),
        Err(source) if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(source) => Err(LoadError::Unreadable { path: path.to_path_buf(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_are_those_of_the_manifest() {
        let files = ModelFiles::shipped().unwrap();
        assert_eq!(files.checksums.len(), SHIPPED_FILES.len());
        for (path, data) in SHIPPED_FILES {
            assert_eq!(files.checksums[path], sha256_hex(data), "{path}");
        }
    }

    #[test]
    fn the_shipped_files_stay_within_45_megabytes() {
        assert!(SHIPPED_FILES.iter().map(|(_, data)| data.len()).sum::<usize>() < 45_000_000);
    }

    #[test]
    fn a_manifest_beside_the_folder_names_the_model_and_guards_its_files() {
        let models = tempfile::tempdir().unwrap();
        let folder = models.path().join("small");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("config.json"), "{}").unwrap();
        let manifest = models.path().join(MANIFEST_FILE);

        let unnamed = ModelFiles::folder(&folder).unwrap();
        assert_eq!(unnamed.model_id(b"abc"), "small-ba7816bf");
        assert!(unnamed.read("config.json").is_ok());

        fs::write(&manifest, "[m]\nname = 'tiny'\nfolder = 'small'\n[m.files]\n'config.json' = '00'\n")
            .unwrap();
        let named = ModelFiles::folder(&folder).unwrap();
        assert_eq!(named.model_id(b"abc"), "tiny-ba7816bf");
        assert!(matches!(named.read("config.json"), Err(LoadError::ChecksumMismatch { .. })));

        fs::write(&manifest, "[m]\nfolder = 'small'\n[m.files]\n'tokenizer.json' = '00'\n").unwrap();
        let incomplete = ModelFiles::folder(&folder).unwrap();
        assert!(matches!(incomplete.read_optional("tokenizer.json"), Err(LoadError::Missing { .. })));
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let missing = Path::new("no/such/folder");
        assert!(matches!(ModelFiles::folder(missing), Err(LoadError::Missing { path }) if path == missing));
    }
}
