//! Streams: figures and data to standard output, everything else to standard error, as text or as JSON lines.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use anstyle::{AnsiColor, Style};
use chrono::{DateTime, Local, SecondsFormat};
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

/// What there is one of for the whole run: its name, its beginning, and what its log ends with.
struct Whole {
    id: String,
    began: Instant,
    started: DateTime<Local>,
    json: AtomicBool,
    finish: Mutex<Value>,
}

static WHOLE: LazyLock<Whole> = LazyLock::new(|| {
    let started = Local::now();
    Whole {
        // Told apart by anyone who reads the logs of a folder's runs.
        id: format!("{}-{}", started.format("%Y%m%dT%H%M%S%3f"), std::process::id()),
        began: Instant::now(),
        started,
        json: AtomicBool::new(false),
        finish: Mutex::new(json!({})),
    }
});

/// The run begins; the form of the log is looked for before the command line is understood.
pub fn begin(typed: &[OsString]) {
    WHOLE.json.store(Terminal::before_parsing(typed).log == LogFormat::Json, Ordering::Relaxed);
}

/// The run's name, on every line of its log and in its manifest.
pub fn run_id() -> &'static str {
    &WHOLE.id
}

/// When it began, as RFC 3339.
pub fn started() -> String {
    WHOLE.started.to_rfc3339_opts(SecondsFormat::Millis, false)
}

pub fn duration_ms() -> u64 {
    u64::try_from(WHOLE.began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn is_json() -> bool {
    WHOLE.json.load(Ordering::Relaxed)
}

/// One line of the log; all of it at once, so that two runs that share a file do not mix theirs.
fn log(name: &str, mut event: Value) {
    let mut line = json!({"event": name, "run": run_id()});
    let time = Local::now().to_rfc3339_opts(SecondsFormat::Millis, false);
    if let (Some(line), Some(event)) = (line.as_object_mut(), event.as_object_mut()) {
        line.insert("time".into(), time.into());
        line.append(event);
    }
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// The log's last line, however the run ended.
pub fn end(exit: Exit) {
    if !is_json() {
        return;
    }
    let mut finish = WHOLE.finish.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
    if let Some(finish) = finish.as_object_mut() {
        finish.insert("duration_ms".into(), duration_ms().into());
        finish.insert("exit_code".into(), (exit as u8).into());
    }
    log("finish", finish);
}

/// Our own mistake.
pub fn crashed(text: &str) {
    match is_json() {
        true => log("error", json!({"message": text})),
        false => stderr_line(&format!("lỗi: {text}")),
    }
}

/// A warning that is of no cell.
pub fn warning(text: &str) {
    match is_json() {
        true => log("warning", json!({"message": text})),
        false => drop(labelled(&mut anstream::stderr(), Severity::Warning, text)),
    }
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

    /// Says nothing but errors.
    #[cfg(test)]
    pub fn silent() -> Self {
        Self::new(false, true, if is_json() { LogFormat::Json } else { LogFormat::Text })
    }

    /// The log's first line: what was asked. No option holds a secret.
    pub fn start(&self, command: &str, typed: &[OsString]) {
        if self.log != LogFormat::Json {
            return;
        }
        WHOLE.json.store(true, Ordering::Relaxed);
        let args: Vec<String> = typed.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .filter(|(name, _)| name.starts_with("DANVAN_"))
            .collect();
        log(
            "start",
            json!({"version": env!("CARGO_PKG_VERSION"), "command": command, "args": args, "variables": variables}),
        );
    }

    /// What is neither a problem nor a figure.
    pub fn remark(&self, text: &str) {
        match self.log {
            LogFormat::Json => log("remark", json!({"message": text})),
            LogFormat::Text if !self.quiet => stderr_line(text),
            LogFormat::Text => {}
        }
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

    /// A bar that files fill as they are read, on a terminal only.
    pub fn progress(&self) -> impl Fn(Step) + Sync + use<> {
        self.progress_of("Đang đọc")
    }

    /// As [`Self::progress`], of what else is done with files.
    pub fn progress_of(&self, what: &str) -> impl Fn(Step) + Sync + use<> {
        let bar = ProgressBar::new(0);
        if self.quiet || self.log == LogFormat::Json || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template(&format!("{what} {{wide_bar}} {{pos}}/{{len}} tệp"));
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
        if self.log == LogFormat::Json {
            let told = diagnostics.iter().filter(|diagnostic| diagnostic.severity() <= self.least());
            return told.for_each(|diagnostic| log("diagnostic", event(diagnostic)));
        }
        // A line that cannot be written is lost: there is nobody to tell.
        let _ = self.write_diagnostics(&mut anstream::stderr().lock(), diagnostics, alike);
    }

    /// The least severe problem that is told.
    fn least(&self) -> Severity {
        match (self.quiet, self.verbose) {
            (true, _) => Severity::Error,
            (_, true) => Severity::Note,
            _ => Severity::Warning,
        }
    }

    fn write_diagnostics(&self, to: &mut impl Write, diagnostics: &[Diagnostic], alike: Alike) -> io::Result<()> {
        let least = self.least();
        let kind = |found: &Diagnostic| (found.problem.code(), found.at.file.clone(), found.at.sheet.clone());
        let mut all = HashMap::new();
        for diagnostic in diagnostics {
            *all.entry(kind(diagnostic)).or_insert(0_usize) += 1;
        }
        let mut shown = HashMap::new();
        for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity() <= least) {
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
    pub fn finish(&self, outcome: &Outcome, written: &[String], remark: &str, _: Exit) {
        let count = |severity| outcome.diagnostics.iter().filter(|found| found.severity() == severity).count();
        let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
        outcome.remarks.iter().for_each(|remark| self.remark(remark));
        if self.log == LogFormat::Json {
            *WHOLE.finish.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = json!({
                "files": outcome.files_read, "files_found": outcome.inputs.len(), "errors": errors,
                "warnings": warnings, "notes": notes, "written": written, "period": outcome.period,
            });
            return;
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
            LogFormat::Json => log("error", json!({"message": text})),
        }
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
        let first = event(&problems()[0]);
        assert_eq!((first["code"].as_str(), first["cell"].as_str()), (Some("number-unreadable"), Some("F17")));
    }

    #[test]
    fn nothing_read_can_steer_the_terminal() {
        assert_eq!(harmless("Hiến \u{1b}[31mđất\u{202e}\r"), "Hiến \u{fffd}[31mđất\u{fffd}\u{fffd}");
    }
}
