//! What `completions` and `man` print: Vietnamese throughout, and taken without complaint by those that read it,
//! where they are installed.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::tempdir;

use crate::cli::COMMANDS;
use crate::program::danvan;

/// What a program says of an input, and whether it found nothing wrong; `None` where it is not installed.
fn asked(program: &str, args: &[&str], input: &str) -> Option<(bool, String, String)> {
    let mut child = Command::new(program)
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take().expect("it is piped");
    // Read by the program only when it has printed what fills a pipe: written beside it.
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    let _ = writer.join();
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Some((output.status.success(), text(output.stdout), text(output.stderr)))
}

#[test]
fn shells_take_their_completions() {
    let folder = tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = danvan(folder.path(), &format!("completions {shell}"));
        assert_eq!((script.code, script.stderr.as_str()), (0, ""), "{shell}");
        for word in COMMANDS.iter().chain(&["help", "--nine-months", "--log-format"]) {
            // A long option of fish stands without its dashes.
            assert!(script.stdout.contains(word.trim_start_matches("--")), "{shell}: {word}");
        }
        // Bash shows words alone.
        let has_help = script.stdout.contains("Lập báo cáo tổng kết năm hoặc báo cáo của một kỳ");
        assert_eq!(has_help, shell != "bash", "{shell}");
        assert!(!script.stdout.contains("commands' commands"), "{shell}: an English heading is shown");
        if shell != "powershell"
            && let Some((fine, _, complaint)) = asked(shell, &["-n"], &script.stdout)
        {
            assert!(fine && complaint.is_empty(), "{shell}: {complaint}");
        }
    }
    let unknown = danvan(folder.path(), "completions csh");
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("các giá trị dùng được: bash, zsh, fish, powershell"), "{}", unknown.stderr);
}

#[test]
fn bash_completes_commands_and_the_values_of_options() {
    let folder = tempdir().unwrap();
    let script = danvan(folder.path(), "completions bash").stdout;
    for (typed, expected) in [
        ("danvan rep", "report reply"),
        ("danvan report --nine", "--nine-months"),
        ("danvan report --last q", "quarter"),
        ("danvan completions z", "zsh"),
    ] {
        let words: Vec<&str> = typed.split(' ').collect();
        let [.., before, last] = &words[..] else { panic!("{typed}: two words at least") };
        let ask = format!(
            "{script}\nCOMP_WORDS=({typed}); COMP_CWORD={}; _danvan danvan {last} {before}; echo \"${{COMPREPLY[*]}}\"\n",
            words.len() - 1
        );
        let Some((fine, said, complaint)) = asked("bash", &["--noprofile", "--norc"], &ask) else { return };
        assert!(fine && complaint.is_empty(), "{typed}: {complaint}");
        assert_eq!(said.trim_end(), expected, "{typed}");
    }
}

#[test]
fn manual_pages_are_vietnamese_and_render_without_complaint() {
    let folder = tempdir().unwrap();
    let run = danvan(folder.path(), "man -o trang");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(run.stderr, format!("Đã ghi {} trang hướng dẫn vào trang.\n", COMMANDS.len() + 2));
    for name in std::iter::once("danvan".to_owned())
        .chain(COMMANDS.iter().chain(&["help"]).map(|command| format!("danvan-{command}")))
    {
        let page = fs::read_to_string(folder.path().join(format!("trang/{name}.1"))).expect("every command has a page");
        for english in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXTRA", "VERSION", "Commands", "environment"] {
            assert!(!page.contains(english), "{name}: {english}");
        }
        for heading in ["TÊN", "CÚ PHÁP", "TÙY CHỌN CHUNG", "MÃ KẾT THÚC"] {
            assert!(page.contains(heading), "{name}: {heading}");
        }
        let Some((fine, text, complaint)) = asked("groff", &["-k", "-Tutf8", "-man", "-ww"], &page) else { continue };
        assert!(fine && complaint.is_empty(), "{name}: {complaint}");
        assert!(text.contains("Hướng dẫn danvan") && text.contains(&name), "{name}: {text}");
    }
    let one = danvan(folder.path(), "man freeze");
    assert_eq!(one.stdout, fs::read_to_string(folder.path().join("trang/danvan-freeze.1")).unwrap());
    assert!(danvan(folder.path(), "man").stdout.starts_with(".TH \"danvan\" \"1\""));
    let unknown = danvan(folder.path(), "man repot");
    assert_eq!(
        (unknown.code, unknown.stderr.as_str()),
        (2, "lỗi: không có lệnh repot (ý bạn là report?)\n  xem hướng dẫn: danvan man --help\n")
    );
}
