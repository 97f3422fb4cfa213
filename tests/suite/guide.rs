//! The officers' guide, `docs/huong-dan.md`, followed word by word: each block of commands is run in its order, each file
//! that the reader is told to save is saved, and what the guide shows is what comes. `DANVAN_UPDATE=1` writes what
//! comes into the guide, except where it shows a part (`…`).

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::tempdir;

use crate::cli::COMMANDS;
use crate::program::{self, danvan};

/// Some day after the quarter that the guide tells of; the guide shows no day but those that it asks for.
const TODAY: &str = "2024-05-20";

/// A block between fences.
struct Block<'a> {
    /// What stands behind the opening fence: a language, and the exit code of its last command unless that is 0.
    kind: &'a str,
    lines: Vec<&'a str>,
    /// The last line before it that is not empty.
    before: &'a str,
    /// The number of its first line, from 0.
    at: usize,
}

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/huong-dan.md")
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut open, mut before) = (None::<Block>, "");
    for (at, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.lines.push(line),
            (None, Some(kind)) => open = Some(Block { kind, lines: Vec::new(), before, at: at + 1 }),
            (None, None) if !line.trim().is_empty() => before = line,
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "every fence is closed");
    blocks
}

/// What stands on the screen after a command, and its exit code.
fn on_screen(folder: &Path, line: &str) -> (String, i32) {
    let screen = tempdir().unwrap();
    let path = screen.path().join("screen");
    let both = File::create(&path).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_danvan"));
    command.env_clear().env("DANVAN_TODAY", TODAY).current_dir(folder);
    let words = program::words(line.strip_prefix("danvan ").expect("a command of ours"));
    let status = command.args(words).stdout(both.try_clone().unwrap()).stderr(both).status().expect("it can be run");
    (fs::read_to_string(path).expect("it speaks UTF-8"), status.code().expect("it ends by itself"))
}

/// Whether what is shown is what came; a line `…` stands for any lines, one at a line's end for the rest of the line.
fn shows(shown: &[&str], came: &[&str]) -> bool {
    match shown {
        [] => came.is_empty(),
        ["…", rest @ ..] => (0..=came.len()).any(|skipped| shows(rest, &came[skipped..])),
        [first, rest @ ..] => came.split_first().is_some_and(|(line, others)| {
            let same = match first.split_once('…') {
                Some((start, end)) => {
                    line.len() >= start.len() + end.len() && line.starts_with(start) && line.ends_with(end.trim_start())
                }
                None => first == line,
            };
            same && shows(rest, others)
        }),
    }
}

#[test]
fn the_guide_can_be_followed_word_by_word() {
    let text = fs::read_to_string(guide()).unwrap();
    let update = std::env::var_os("DANVAN_UPDATE").is_some();
    let root = tempdir().unwrap();
    let mut folder = root.path().to_owned();
    let mut screen = String::new();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // From the end, so that the numbers of earlier lines stay.
    let mut replaced: Vec<(usize, usize, String)> = Vec::new();
    let mut commands = 0;
    for block in blocks(&text) {
        match block.kind.split_once(' ').unwrap_or((block.kind, "0")) {
            ("sh", code) => {
                let code: i32 = code.parse().expect("an exit code");
                for (at, line) in block.lines.iter().enumerate() {
                    if let Some(to) = line.strip_prefix("cd ") {
                        folder = folder.join(to.trim_matches('"')).canonicalize().expect("the guide made it");
                        continue;
                    }
                    let ended;
                    (screen, ended) = on_screen(&folder, line);
                    let expected = if at + 1 == block.lines.len() { code } else { 0 };
                    assert_eq!(ended, expected, "line {}: {line}\n{screen}", block.at + at + 1);
                    commands += 1;
                }
            }
            ("csv", _) => {
                let name = block.before.split('`').nth(1).expect("the line before says the file's name");
                program::write(&folder.join(name), (block.lines.join("\n") + "\n").as_bytes());
            }
            ("text", _) => {
                let came: Vec<&str> = screen.lines().map(str::trim_end).collect();
                let fits = shows(&block.lines, &came);
                if update && !fits && !block.lines.iter().any(|line| line.contains('…')) {
                    replaced.push((block.at, block.lines.len(), came.join("\n")));
                    continue;
                }
                assert!(
                    fits,
                    "line {}: the guide shows\n{}\nwhat came is\n{screen}",
                    block.at + 1,
                    block.lines.join("\n")
                );
            }
            // Settings to copy from: understood, whatever they then find.
            ("toml", _) => {
                let units = "Mã,Tên đơn vị,Cấp,Trực thuộc\nBY,Huyện Bảo Yên,huyện,\nBY02,Xã Bảo Hà,xã,BY\n";
                let settings = block.lines.join("\n");
                let office =
                    program::workspace(&[("danvan.toml", &*settings), ("don-vi.csv", units), ("du-lieu/a.csv", "1\n")]);
                let run = danvan(office.path(), "check");
                assert_ne!(run.code, 2, "line {}: {}", block.at, run.stderr);
            }
            (kind, _) => panic!("line {}: what is to be done with {kind:?}?", block.at),
        }
    }
    assert!(commands >= 20, "{commands}");
    if !replaced.is_empty() {
        for (at, count, came) in replaced.into_iter().rev() {
            lines.splice(at..at + count, [came]);
        }
        fs::write(guide(), lines.join("\n") + "\n").unwrap();
    }
}

#[test]
fn what_the_guides_name_is_there() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let folder = tempdir().unwrap();
    for page in ["huong-dan.md", "chay-tu-dong.md"] {
        let text = fs::read_to_string(docs.join(page)).unwrap();
        // Commands within sentences: known, with known options.
        for span in
            text.split('`').skip(1).step_by(2).filter(|span| span.starts_with("danvan ") && !span.contains('\n'))
        {
            let name = span.split(' ').nth(1).unwrap();
            if !COMMANDS.contains(&name) {
                continue;
            }
            let help = danvan(folder.path(), &format!("{name} --help")).stdout;
            for option in span.split([' ', '|']).filter(|word| word.starts_with("--")) {
                assert!(help.contains(&format!("{option} ")), "{page}: {span}");
            }
        }
        // Links to other pages.
        for link in
            text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.starts_with('#'))
        {
            let file = link.split('#').next().unwrap();
            assert!(docs.join(file).is_file(), "{page}: {link}");
        }
        // Links to headings of its own.
        let headings: Vec<String> = text
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .map(|heading| {
                let kept = heading.to_lowercase().replace(|c: char| !c.is_alphanumeric() && c != ' ' && c != '-', "");
                format!("#{}", kept.replace(' ', "-"))
            })
            .collect();
        for link in
            text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| link.starts_with('#'))
        {
            assert!(headings.iter().any(|heading| heading == link), "{page}: {link}");
        }
    }
}
