//! Runs the binary.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

pub const BINARY: &str = env!("CARGO_BIN_EXE_thiap");
pub const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

/// A command over a data folder, without anything of the environment that could change its answers.
pub fn thiap(data: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.arg("--quiet").arg("--data").arg(data).env_remove("THIAP_DATA").env_remove("THIAP_FORMAT");
    command
}

/// Runs to the end; the answer lines as JSON.
pub fn answers(command: &mut Command) -> Vec<Value> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    lines(&output)
}

pub fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Runs a command that has to fail with status 1; its message. It must be a sentence, not a panic.
pub fn failure(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    assert!(!message.trim().is_empty());
    message
}

/// Runs with bytes on standard input.
pub fn with_input(command: &mut Command, input: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // a command that refuses its input closes it
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

pub fn fixture(path: &str) -> PathBuf {
    Path::new(FIXTURES).join(path)
}

/// A data folder that holds the invented projects, indexed once for all tests; copies are cheap and may be changed.
pub fn filled() -> TempDir {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        answers(thiap(folder.path()).arg("import").arg(fixture("projects/projects.jsonl")));
        answers(thiap(folder.path()).arg("index"));
        folder
    });
    let copy = tempfile::tempdir().unwrap();
    copy_folder(template.path(), copy.path());
    copy
}

pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The folder of real data, when it is there; says so when it is not.
pub fn shared_data() -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).to_owned();
    if path.join("projects-public.csv").is_file() {
        Some(path)
    } else {
        println!("skipped: {} is not there", path.display());
        None
    }
}
