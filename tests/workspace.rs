//! The workspace keeps its shape.

use cargo_metadata::{DependencyKind, MetadataCommand};

/// A crate depends only on crates that stand before it.
const ORDER: [&str; 11] = [
    "thiap-domain",
    "thiap-text",
    "thiap-model",
    "thiap-ner",
    "thiap-index",
    "thiap-screening",
    "thiap-evaluation",
    "thiap-store",
    "thiap-engine",
    "thiap-server",
    "thiap-cli",
];

#[test]
fn crates_depend_only_on_crates_above_them() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap();
    let rank = |name: &str| ORDER.iter().position(|known| *known == name);
    let mut seen = 0;
    for package in &metadata.packages {
        let Some(place) = rank(&package.name) else {
            assert_eq!(package.name.as_str(), "thiap-benches", "a crate that the order does not know");
            continue;
        };
        seen += 1;
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            if let Some(other) = rank(&dependency.name) {
                assert!(other < place, "{} must not depend on {}", package.name, dependency.name);
            }
        }
    }
    assert_eq!(seen, ORDER.len());
}

#[test]
fn versions_are_declared_once_in_the_workspace() {
    let crates = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap();
    for entry in crates {
        let manifest = entry.unwrap().path().join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        for line in text.lines().skip_while(|line| !line.starts_with("[dependencies]")) {
            let is_dependency = line.contains('=') && !line.trim_start().starts_with(['#', '[']);
            let declares_version = line.contains("version =")
                || line.contains("= \"") && !line.contains("path") && !line.contains("name");
            assert!(!is_dependency || !declares_version, "{}: {line}", manifest.display());
        }
    }
}
