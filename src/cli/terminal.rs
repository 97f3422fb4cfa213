//! Streams: figures and data to standard output, everything else to standard error, as text or as JSON lines.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use danvan::base::diagnostic::{Diagnostic, Severity};
use danvan::run::{Outcome, Step};

use super::Exit;

/// How many problems of one kind in one sheet are printed before they are only counted.
const SHOWN_ALIKE: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    /// One event a line, with a last one named `finish`.
    Json,
}

/// Whether every problem is printed, or many alike are cut short with a word on where the others stand.
#[derive(Clone, Copy)]
pub enum Alike {
    All,
    Cut { rest: &'static str },
}

pub struct Terminal {
    verbose: bool,
    quiet: bool,
    log: LogFormat,
}

impl Terminal {
    pub fn new(verbose: bool, quiet: bool, log: LogFormat) -> Self {
        Self { verbose, quiet, log }
    }

    /// For a command line that was not understood: the form of the log is looked for all the same.
    pub fn before_parsing(typed: &[OsString]) -> Self {
        let is_json = typed.windows(2).any(|pair| pair[0] == "--log-format" && pair[1] == "json")
            || typed.iter().any(|word| word == "--log-format=json")
            || std::env::var_os("DANVAN_LOG_FORMAT").is_some_and(|value| value == "json");
        Self::new(false, false, if is_json { LogFormat::Json } else { LogFormat::Text })
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A bar that files fill, on a terminal only.
    pub fn progress(&self) -> impl Fn(Step) + Sync + use<> {
        let bar = ProgressBar::new(0);
        if self.quiet || self.log == LogFormat::Json || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("Đang đọc {wide_bar} {pos}/{len} tệp");
        bar.set_style(style.expect("the template is fixed").progress_chars("█▌░"));
        move |step| match step {
            Step::Found(files) => bar.set_length(files as u64),
            Step::Read(files) => {
                bar.inc(files as u64);
                if Some(bar.position()) >= bar.length() {
                    bar.finish_and_clear();
                }
            }
        }
    }

    pub fn diagnostics(&self, diagnostics: &[Diagnostic], alike: Alike) {
        // A line that cannot be written is lost: there is nobody to tell.
        let _ = self.write_diagnostics(&mut anstream::stderr().lock(), diagnostics, alike);
    }

    fn write_diagnostics(&self, to: &mut impl Write, diagnostics: &[Diagnostic], alike: Alike) -> io::Result<()> {
        let least = match (self.quiet, self.verbose) {
            (true, _) => Severity::Error,
            (_, true) => Severity::Note,
            _ => Severity::Warning,
        };
        let kind = |found: &Diagnostic| (found.problem.code(), found.at.file.clone(), found.at.sheet.clone());
        let mut all = HashMap::new();
        for diagnostic in diagnostics {
            *all.entry(kind(diagnostic)).or_insert(0_usize) += 1;
        }
        let mut shown = HashMap::new();
        for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity() <= least) {
            if self.log == LogFormat::Json {
                writeln!(to, "{}", event(diagnostic))?;
                continue;
            }
            let alike_before = shown.entry(kind(diagnostic)).or_insert(0_usize);
            *alike_before += 1;
            match alike {
                Alike::Cut { .. } if *alike_before > SHOWN_ALIKE + 1 => {}
                Alike::Cut { rest } if *alike_before > SHOWN_ALIKE => {
                    let more = all[&kind(diagnostic)] - SHOWN_ALIKE;
                    let within = if diagnostic.at.sheet.is_some() { "trang tính" } else { "tệp" };
                    let word = word(diagnostic.severity());
                    writeln!(to, "  … và còn {more} {word} cùng loại trong {within} này ({rest})")?;
                }
                _ => self.write_diagnostic(to, diagnostic)?,
            }
        }
        Ok(())
    }

    fn write_diagnostic(&self, to: &mut impl Write, diagnostic: &Diagnostic) -> io::Result<()> {
        let place = diagnostic.at.to_string();
        let place = if place.is_empty() { place } else { format!("{place}: ") };
        let code = if self.verbose { format!(" [{}]", diagnostic.problem.code()) } else { String::new() };
        labelled(to, diagnostic.severity(), &format!("{place}{}{code}", diagnostic.problem.message()))?;
        match diagnostic.problem.help() {
            Some(help) => writeln!(to, "  cách sửa: {help}"),
            None => Ok(()),
        }
    }

    /// The closing line: how much was read, what is wrong with it, what was written.
    pub fn finish(&self, outcome: &Outcome, written: &[String], remark: &str, exit: Exit) {
        let count = |severity| outcome.diagnostics.iter().filter(|found| found.severity() == severity).count();
        let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
        if self.log == LogFormat::Json {
            return self.event(json!({
                "event": "finish", "files": outcome.files_read, "files_found": outcome.inputs.len(), "errors": errors,
                "warnings": warnings, "notes": notes, "written": written, "exit_code": exit as u8,
            }));
        }
        if self.quiet {
            return;
        }
        let files = match (outcome.files_read, outcome.inputs.len()) {
            (read, found) if read < found => format!("{read}/{found} tệp"),
            (read, _) => format!("{read} tệp"),
        };
        let mut line = format!("Đã đọc {files}; {errors} lỗi, {warnings} cảnh báo");
        if notes > 0 {
            line += &format!(", {notes} ghi chú");
            line += if self.verbose { "" } else { " (thêm -v để xem)" };
        }
        line.push('.');
        if !written.is_empty() {
            line += &format!(" Đã ghi: {}.", written.join(", "));
        }
        stderr_line(&format!("{line}{remark}"));
    }

    /// A command line that cannot be followed.
    pub fn usage(&self, sentence: &str, help: &str) -> Exit {
        self.error(sentence);
        if self.log == LogFormat::Text {
            stderr_line(&format!("  xem hướng dẫn: {help}"));
        }
        Exit::Failed
    }

    /// What stopped the run: our sentences; what others say in English, with -v.
    pub fn failure(&self, error: &anyhow::Error) -> Exit {
        let ours: Vec<String> =
            error.chain().take_while(|cause| !is_foreign(*cause)).map(ToString::to_string).collect();
        let reason = error.chain().find_map(|cause| reason(cause.downcast_ref::<io::Error>()?.kind()));
        let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        self.error(&format!("{}{reason}", ours.join(": ")));
        if self.log == LogFormat::Text && self.verbose {
            for cause in error.chain().skip(ours.len()) {
                stderr_line(&format!("  chi tiết: {}", cause.to_string().trim_end().replace('\n', "\n    ")));
            }
        }
        Exit::Failed
    }

    fn error(&self, text: &str) {
        match self.log {
            LogFormat::Text => error_line(text),
            LogFormat::Json => {
                self.event(json!({"event": "failure", "message": text, "exit_code": Exit::Failed as u8}))
            }
        }
    }

    fn event(&self, event: Value) {
        let _ = writeln!(io::stderr(), "{event}");
    }
}

/// Whether an error is of a crate or the system, which speak English.
fn is_foreign(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.is::<io::Error>()
        || cause.is::<toml::de::Error>()
        || cause.is::<toml::ser::Error>()
        || cause.is::<minijinja::Error>()
}

/// Why the system would not, where it is something that a user can mend.
fn reason(kind: io::ErrorKind) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::NotFound => "không có tệp hoặc thư mục này",
        io::ErrorKind::PermissionDenied => "không có quyền, hoặc tệp đang mở trong chương trình khác",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "trên đường dẫn có một tệp, không phải thư mục",
        io::ErrorKind::IsADirectory => "đây là thư mục, không phải tệp",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "hết chỗ trên đĩa",
        io::ErrorKind::ReadOnlyFilesystem => "ổ đĩa chỉ cho đọc",
        io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy => "tệp đang mở trong chương trình khác",
        io::ErrorKind::InvalidFilename => "tên quá dài hoặc có ký tự không dùng được",
        _ => return None,
    })
}

fn event(diagnostic: &Diagnostic) -> Value {
    json!({
        "event": "diagnostic",
        "code": diagnostic.problem.code(),
        "severity": diagnostic.severity().id(),
        "file": diagnostic.at.file,
        "sheet": diagnostic.at.sheet,
        "cell": diagnostic.at.cell_name(),
        "message": diagnostic.problem.message(),
        "help": diagnostic.problem.help(),
    })
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "lỗi",
        Severity::Warning => "cảnh báo",
        Severity::Note => "ghi chú",
    }
}

fn labelled(to: &mut impl Write, severity: Severity, text: &str) -> io::Result<()> {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    let style = Style::new().bold().fg_color(Some(colour.into()));
    writeln!(to, "{style}{}:{style:#} {}", word(severity), harmless(text).replace('\n', " "))
}

/// An error on standard error, as text.
fn error_line(text: &str) {
    let _ = labelled(&mut anstream::stderr(), Severity::Error, text);
}

/// A line on standard error. One that cannot be written is lost: there is nobody to tell.
pub fn stderr_line(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}", harmless(text));
}

/// Data on standard output. A reader that has seen enough (`| head`) is no failure.
pub fn stdout(bytes: &[u8]) -> anyhow::Result<Exit> {
    let mut stream = io::stdout().lock();
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("không ghi được ra đầu ra chuẩn"))
        }
        _ => Ok(Exit::Done),
    }
}

/// Without what could steer a terminal: names of files and sheets come from anywhere.
pub fn harmless(text: &str) -> String {
    let steers =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace(steers, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use danvan::base::cell::{CellRef, SheetName};
    use danvan::base::diagnostic::{Place, Problem};

    use super::*;

    /// Twelve words where numbers should be, a doubtful total, an assumption.
    fn problems() -> Vec<Diagnostic> {
        let sheet = SheetName { file: "du-lieu/T6.xlsx".into(), sheet: "Hiến\nđất".into() };
        let unreadable = |row| {
            let problem = Problem::NumberUnreadable { found: Some("ba trăm".into()), heading: "Diện tích".into() };
            Diagnostic::new(problem, Place::cell(&sheet, CellRef::new(row, 5)))
        };
        let mut problems: Vec<Diagnostic> = (16..28).map(unreadable).collect();
        problems.push(Diagnostic::new(Problem::FileRepeated { of: "a.xlsx".into() }, Place::file("b.xlsx")));
        problems.push(Diagnostic::new(Problem::UnitsFromData { count: 3 }, Place::default()));
        problems
    }

    fn shown(terminal: Terminal, alike: Alike) -> Vec<String> {
        let mut to = anstream::StripStream::new(Vec::new());
        terminal.write_diagnostics(&mut to, &problems(), alike).unwrap();
        String::from_utf8(to.into_inner()).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn many_problems_alike_are_cut_short() {
        let cut = Alike::Cut { rest: "xem sheet Kiểm tra số liệu" };
        let lines = shown(Terminal::new(false, false, LogFormat::Text), cut);
        assert_eq!(
            lines[0],
            "lỗi: tệp du-lieu/T6.xlsx, trang tính Hiến đất, ô F17: ghi \"ba trăm\", cần một số (\"Diện tích\"); chưa tính ô này"
        );
        assert!(lines[1].starts_with("  cách sửa: "));
        assert_eq!(lines[20], "  … và còn 2 lỗi cùng loại trong trang tính này (xem sheet Kiểm tra số liệu)");
        assert!(lines[21].starts_with("cảnh báo: tệp b.xlsx: "));
        assert_eq!(lines.len(), 23);
        assert_eq!(shown(Terminal::new(false, false, LogFormat::Text), Alike::All).len(), 26);
    }

    #[test]
    fn quiet_shows_errors_and_verbose_shows_notes_and_codes() {
        assert_eq!(shown(Terminal::new(false, true, LogFormat::Text), Alike::All).len(), 24);
        let lines = shown(Terminal::new(true, false, LogFormat::Text), Alike::All);
        assert!(lines[26].starts_with("ghi chú: ") && lines[26].ends_with(" [units-from-data]"), "{}", lines[26]);
    }

    #[test]
    fn as_json_every_problem_is_a_line() {
        let lines = shown(Terminal::new(false, false, LogFormat::Json), Alike::Cut { rest: "" });
        assert_eq!(lines.len(), 13);
        let first: Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!((first["code"].as_str(), first["cell"].as_str()), (Some("number-unreadable"), Some("F17")));
    }

    #[test]
    fn nothing_read_can_steer_the_terminal() {
        assert_eq!(harmless("Hiến \u{1b}[31mđất\u{202e}\r"), "Hiến \u{fffd}[31mđất\u{fffd}\u{fffd}");
    }
}
