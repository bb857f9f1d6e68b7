//! The manifest of model files: which files belong to a model, and their SHA-256.
//!
//! A TOML file beside the models' folders. Every table with a `folder` describes one model:
//!
//! ```toml
//! [encoder]
//! name = "multilingual-e5-small-th"
//! folder = "e5-small-th"
//!
//! [encoder.files]
//! "config.json" = "<64 hexadecimal digits>"
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// One model of a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct ManifestEntry {
    /// The model's name, the first part of its id.
    pub name: Option<String>,
    /// The folder with its files, relative to the manifest.
    pub folder: String,
    /// SHA-256 in hexadecimal by path relative to the folder.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

/// The entry whose folder is `folder`, or none.
///
/// # Errors
///
/// What is wrong, when the text is no TOML or the entry is not of the form above.
pub(crate) fn entry_for_folder(manifest: &str, folder: &str) -> Result<Option<ManifestEntry>, String> {
    let tables: toml::Table = manifest.parse().map_err(|error: toml::de::Error| error.to_string())?;
    for (_, value) in tables {
        if value.get("folder").and_then(toml::Value::as_str) == Some(folder) {
            return value.try_into().map(Some).map_err(|error: toml::de::Error| error.to_string());
        }
    }
    Ok(None)
}

/// The SHA-256 of `data` in lower-case hexadecimal.
pub(crate) fn sha256_hex(data: &[u8]) -> String {
    Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_entry_of_a_folder_among_others() {
        let manifest = "version = 1\n[words]\nkind = 'lexicon'\n[a]\nfolder = 'x'\n[b]\nname = 'n'\nfolder = 'y'\n\
                        [b.files]\n\"1_Pooling/config.json\" = 'ab'\n";
        let entry = entry_for_folder(manifest, "y").unwrap().unwrap();
        assert_eq!(entry.name.as_deref(), Some("n"));
        assert_eq!(entry.files["1_Pooling/config.json"], "ab");
        assert_eq!(entry_for_folder(manifest, "z").unwrap(), None);
    }

    #[test]
    fn says_what_is_wrong_with_a_manifest() {
        assert!(entry_for_folder("[a", "x").is_err());
        assert!(entry_for_folder("[a]\nfolder = 'x'\nfiles = 3", "x").is_err());
    }

    #[test]
    fn hashes_as_the_standard_does() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
