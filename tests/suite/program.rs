//! Runs of the binary, each in a folder of its own.

use std::fs;
use std::path::Path;
use std::thread;

use assert_cmd::Command;
use tempfile::{TempDir, tempdir};

use crate::sketch;

/// The day on which every test runs.
pub const TODAY: &str = "2024-01-05";

/// What a run said and how it ended.
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

pub fn danvan(folder: &Path, line: &str) -> Run {
    danvan_with(folder, line, &[])
}

/// No variables but these.
pub fn danvan_with(folder: &Path, line: &str, variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_danvan"));
    command.env_clear().env("DANVAN_TODAY", TODAY).envs(variables.iter().copied());
    let output = command.current_dir(folder).args(words(line)).output().expect("the program can be run");
    let text = |bytes| String::from_utf8(bytes).expect("the program speaks UTF-8");
    Run {
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        code: output.status.code().expect("the program ends by itself"),
    }
}

/// Words between blanks; `"…"` keeps them together.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// A workspace with files of these contents; the content of an `….xlsx` is a [`sketch`].
pub fn workspace<Name: AsRef<str>, Content: AsRef<str>>(files: &[(Name, Content)]) -> TempDir {
    let workspace = tempdir().expect("there is room for a folder");
    for (file, content) in files {
        let (file, content) = (file.as_ref(), content.as_ref());
        let bytes = if file.ends_with(".xlsx") { sketch::workbook(content) } else { content.as_bytes().to_vec() };
        write(&workspace.path().join(file), &bytes);
    }
    workspace
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("folders can be made");
    fs::write(path, bytes).expect("files can be written");
}

/// What comes of each, in their order, worked out on all cores.
pub fn on_all_cores<T: Sync, R: Send>(all: &[T], of: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(2, |threads| threads.get());
    let share = all.len().div_ceil(threads).max(1);
    let of = &of;
    thread::scope(|scope| {
        let workers: Vec<_> =
            all.chunks(share).map(|mine| scope.spawn(move || mine.iter().map(of).collect::<Vec<R>>())).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
    })
}
