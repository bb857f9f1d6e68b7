//! Whatever happens to the process or to its files, an index opens as it was at a commit, or says that it is damaged.

// A test ends at the first thing that is not as it must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{code, codes, model, open, project, query, search, with_vectors, writer};
use thiap_domain::{Fault, Project, ProjectCode};
use thiap_index::{Index, IndexError, IndexPart, IndexWriter, ModelIdentity};

/// The projects of a batch; change number N is reached with batch N.
fn batch(number: u64) -> Vec<Project> {
    (0..5)
        .map(|place| {
            project(&format!("P{number:03}-{place}"), &format!("ขุดลอกคลองสาย {number} ช่วง {place}"), "", 2565)
        })
        .collect()
}

/// The project that batch N deletes: one of batch N - 1.
fn deleted(number: u64) -> Vec<ProjectCode> {
    if number > 1 { vec![code(&format!("P{:03}-0", number - 1))] } else { Vec::new() }
}

fn apply(writer: &mut IndexWriter, number: u64) {
    let projects = batch(number);
    if writer.lexical_change_number() < number {
        writer.apply_lexical(&projects, &deleted(number), number).unwrap();
    }
    if writer.vector_change_number() < number {
        writer.apply_vectors(&with_vectors(&projects), &deleted(number), number).unwrap();
    }
}

/// What must be there after batch N.
fn expected_codes(number: u64) -> Vec<String> {
    let mut codes: Vec<String> = (1..=number)
        .flat_map(|number| batch(number).into_iter().map(|project| project.project_code.to_string()))
        .filter(|code| !code.ends_with("-0") || code.starts_with(&format!("P{number:03}")))
        .collect();
    codes.sort_unstable();
    codes
}

fn check_consistent(index: &Index) {
    let number = index.lexical_change_number();
    let all = search(index, &thiap_index::SearchRequest { limit: usize::MAX, ..query("") });
    let mut found = codes(&all);
    found.sort_unstable();
    assert_eq!(found, expected_codes(number));
    let with_vectors = expected_codes(index.vector_change_number());
    for project_code in &found {
        let has_vectors = index.vectors_of(&code(project_code)).unwrap().is_some();
        if number == index.vector_change_number() {
            assert!(has_vectors, "{project_code}");
        }
        assert!(!has_vectors || with_vectors.iter().any(|known| known == project_code), "{project_code}");
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

fn built(batches: u64) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = writer(directory.path());
    (1..=batches).for_each(|number| apply(&mut writer, number));
    writer.finish_with_graph_from(1).unwrap();
    directory
}

/// Opens what was tampered with: consistent, or an error that says which part to build anew; then builds it anew.
fn open_or_rebuild(directory: &Path, what: &str) {
    match Index::open(directory, &model()) {
        Ok(index) => check_consistent(&index),
        Err(error) => {
            assert!(
                matches!(
                    error,
                    IndexError::Damaged { .. } | IndexError::OtherVersion { .. } | IndexError::Missing { .. }
                ),
                "{what}: {error:?}"
            );
            assert_eq!(error.fault(), Fault::Environment);
        }
    }
    let mut writer = loop {
        match IndexWriter::open_or_create(directory, &model()) {
            Ok(writer) => break writer,
            Err(error) => {
                let part = error.rebuild().unwrap_or_else(|| panic!("{what}: {error:?}"));
                IndexWriter::discard(directory, part, &model()).unwrap();
            }
        }
    };
    (1..=4).for_each(|number| apply(&mut writer, number));
    writer.finish().unwrap();
    drop(writer);
    let index = open(directory);
    assert_eq!((index.lexical_change_number(), index.vector_change_number()), (4, 4), "{what}");
    check_consistent(&index);
}

#[test]
fn a_file_that_was_cut_off_anywhere_never_gives_wrong_results() {
    let whole = built(3);
    for file in files(whole.path()) {
        let length = fs::metadata(&file).unwrap().len();
        let name = file.strip_prefix(whole.path()).unwrap();
        for cut in [0, 5, length / 2, length.saturating_sub(1)] {
            let directory = tempfile::tempdir().unwrap();
            copy(whole.path(), directory.path());
            let handle = fs::OpenOptions::new().write(true).open(directory.path().join(name)).unwrap();
            handle.set_len(cut.min(length)).unwrap();
            open_or_rebuild(directory.path(), &format!("{} cut at {cut} of {length}", name.display()));
        }
    }
}

#[test]
fn a_changed_byte_never_gives_wrong_results() {
    let whole = built(2);
    for file in files(whole.path()) {
        let bytes = fs::read(&file).unwrap();
        let name = file.strip_prefix(whole.path()).unwrap();
        // The lists of tantivy that say which files are there have no checksum of their own: a changed file name in them is
        // noticed, a changed statistic is not and changes nothing.
        if name.ends_with("meta.json") || name.ends_with(".managed.json") || bytes.is_empty() {
            continue;
        }
        for place in [0, bytes.len() / 4, bytes.len() / 2, bytes.len() - 1] {
            let directory = tempfile::tempdir().unwrap();
            copy(whole.path(), directory.path());
            let mut changed = bytes.clone();
            changed[place] ^= 0x10;
            fs::write(directory.path().join(name), changed).unwrap();
            open_or_rebuild(directory.path(), &format!("{} changed at {place}", name.display()));
        }
    }
}

#[test]
fn a_file_that_is_gone_is_noticed() {
    let whole = built(2);
    for file in files(whole.path()) {
        let directory = tempfile::tempdir().unwrap();
        copy(whole.path(), directory.path());
        let name = file.strip_prefix(whole.path()).unwrap();
        fs::remove_file(directory.path().join(name)).unwrap();
        open_or_rebuild(directory.path(), &format!("{} removed", name.display()));
    }
}

#[test]
fn a_torn_tail_is_cut_off() {
    let directory = built(2);
    let vectors = files(directory.path()).into_iter().find(|file| file.ends_with("vectors-000001")).unwrap();
    let committed = fs::metadata(&vectors).unwrap().len();
    let mut bytes = fs::read(&vectors).unwrap();
    bytes.extend_from_slice(&[7; 1000]);
    fs::write(&vectors, bytes).unwrap();
    check_consistent(&open(directory.path()));
    let mut writer = writer(directory.path());
    apply(&mut writer, 3);
    drop(writer);
    assert!(fs::metadata(&vectors).unwrap().len() > committed);
    let index = open(directory.path());
    assert_eq!(index.vector_change_number(), 3);
    check_consistent(&index);
}

#[test]
fn applying_the_same_changes_twice_changes_nothing() {
    let directory = built(2);
    let mut writer = writer(directory.path());
    let projects = batch(2);
    writer.apply_lexical(&projects, &deleted(2), 2).unwrap();
    writer.apply_vectors(&with_vectors(&projects), &deleted(2), 2).unwrap();
    check_consistent(&open(directory.path()));
    let behind = writer.apply_lexical(&projects, &[], 1);
    assert!(matches!(behind, Err(IndexError::ChangeBehind { reached: 2, asked: 1 })));
    assert_eq!(behind.unwrap_err().fault(), Fault::Caller);
}

#[test]
fn another_model_asks_for_new_vectors_alone() {
    let directory = built(1);
    let other = ModelIdentity::new("another-model", support::DIMENSIONS);
    let refused = Index::open(directory.path(), &other).unwrap_err();
    assert!(matches!(refused, IndexError::OtherModel { .. }), "{refused:?}");
    assert_eq!(refused.rebuild(), Some(IndexPart::Vectors));
    let refused = IndexWriter::open_or_create(directory.path(), &other).unwrap_err();
    IndexWriter::discard(directory.path(), refused.rebuild().unwrap(), &other).unwrap();
    let writer = IndexWriter::open_or_create(directory.path(), &other).unwrap();
    assert_eq!((writer.lexical_change_number(), writer.vector_change_number()), (1, 0));
}

#[test]
fn another_format_is_told_apart_from_damage() {
    let directory = built(1);
    let manifest = directory.path().join("manifest");
    let text = fs::read_to_string(&manifest).unwrap();
    let other = text.replacen(&format!("thiap-index {} ", thiap_index::FORMAT_VERSION), "thiap-index 99 ", 1);
    fs::write(&manifest, other).unwrap();
    let refused = Index::open(directory.path(), &model()).unwrap_err();
    assert!(matches!(refused, IndexError::OtherVersion { found: 99, .. }), "{refused:?}");
    assert_eq!(refused.rebuild(), Some(IndexPart::Everything));
}

#[test]
fn there_is_one_writer_and_any_number_of_readers() {
    let directory = built(1);
    let first = writer(directory.path());
    let second = IndexWriter::open_or_create(directory.path(), &model()).unwrap_err();
    assert!(matches!(second, IndexError::Busy { .. }), "{second:?}");
    check_consistent(&open(directory.path()));
    drop(first);
    drop(writer(directory.path()));
}

#[test]
fn a_folder_without_an_index_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let missing = Index::open(directory.path(), &model()).unwrap_err();
    assert!(matches!(missing, IndexError::Missing { .. }), "{missing:?}");
}

#[test]
fn readers_move_on_when_they_are_told() {
    let directory = built(1);
    let index = open(directory.path());
    assert!(!index.reload_if_changed().unwrap());
    let mut writer = writer(directory.path());
    for number in 2..=8 {
        apply(&mut writer, number);
        assert_eq!(index.lexical_change_number(), number - 1, "a snapshot does not change by itself");
        assert!(index.reload_if_changed().unwrap());
        assert_eq!(index.lexical_change_number(), number);
        check_consistent(&index);
        if number % 3 == 0 {
            writer.finish_with_graph_from(1).unwrap();
            index.reload_if_changed().unwrap();
            check_consistent(&index);
        }
    }
}

#[test]
fn dead_rows_are_dropped_and_readers_do_not_notice() {
    let directory = built(1);
    let index = open(directory.path());
    let mut writer = writer(directory.path());
    let projects = batch(1);
    for number in 2..=20 {
        writer.apply_lexical(&projects, &[], number).unwrap();
        writer.apply_vectors(&with_vectors(&projects), &[], number).unwrap();
    }
    let size = |directory: &Path| -> u64 {
        let vectors = files(directory).into_iter().filter(|file| file.to_string_lossy().contains("vectors-"));
        vectors.map(|file| fs::metadata(file).unwrap().len()).sum()
    };
    let before = size(directory.path());
    writer.finish().unwrap();
    assert!(size(directory.path()) < before / 4);
    assert!(index.reload_if_changed().unwrap());
    assert_eq!(search(&index, &query("ขุดลอก")).total, 5);
    assert_eq!(index.vector_document_count(), 5);
}

const CHILD_DIRECTORY: &str = "THIAP_INDEX_TEST_CHILD_DIRECTORY";

/// Not a test of its own: the process that the next test kills.
#[test]
fn child_that_writes_until_it_is_killed() {
    let Some(directory) = std::env::var_os(CHILD_DIRECTORY) else { return };
    let mut writer = writer(Path::new(&directory));
    let from = writer.lexical_change_number().min(writer.vector_change_number());
    for number in from + 1..=10_000 {
        apply(&mut writer, number);
        if number % 4 == 0 {
            writer.finish_with_graph_from(1).unwrap();
        }
    }
}

#[test]
fn a_writer_killed_at_any_moment_loses_and_doubles_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut reached = 0;
    for round in 0..12u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_writes_until_it_is_killed", "--test-threads", "1"])
            .env(CHILD_DIRECTORY, directory.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(150 + 97 * (round % 5)));
        child.kill().unwrap();
        child.wait().unwrap();
        // Killed before it wrote anything, there is nothing to open.
        match Index::open(directory.path(), &model()) {
            Ok(index) => {
                check_consistent(&index);
                assert!(index.lexical_change_number() >= reached);
                reached = index.lexical_change_number();
            }
            Err(error) => assert!(reached == 0 && matches!(error, IndexError::Missing { .. }), "{error:?}"),
        }
    }
    assert!(reached > 0, "no child ever got to write");
    let mut writer = writer(directory.path());
    let next = writer.lexical_change_number().max(writer.vector_change_number());
    (1..=next + 1).for_each(|number| apply(&mut writer, number));
    check_consistent(&open(directory.path()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_loses_nothing() {
    // A limit on the size of files stands in for a disk that is full.
    let directory = built(2);
    let child = Command::new("sh")
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 1; exec \"$0\" --exact child_that_meets_a_full_disk --test-threads 1")
        .arg(std::env::current_exe().unwrap())
        .env(CHILD_DIRECTORY, directory.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    check_consistent(&open(directory.path()));
}

/// Not a test of its own: the process that the test above runs with a limit on the size of files.
#[test]
fn child_that_meets_a_full_disk() {
    let Some(directory) = std::env::var_os(CHILD_DIRECTORY) else { return };
    let mut writer = writer(Path::new(&directory));
    let projects: Vec<Project> = (3..40).flat_map(batch).collect();
    let full = writer.apply_vectors(&with_vectors(&projects), &[], 3).unwrap_err();
    assert!(matches!(full, IndexError::DiskFull { .. }), "{full:?}");
    let full = writer.apply_lexical(&projects, &[], 3).unwrap_err();
    assert!(matches!(full, IndexError::DiskFull { .. } | IndexError::Io { .. }), "{full:?}");
}
