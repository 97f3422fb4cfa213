//! `danvan check`: every problem of the data, and nothing written.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use danvan::base::diagnostic::Severity;
use danvan::run::{self, Request};

use super::terminal::{self, Alike, Terminal};
use super::{Common, Exit, Input, exit_for, period};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan check [TỆP]… [TÙY CHỌN]")]
pub struct Options {
    /// Tệp, thư mục hoặc mẫu tên cần kiểm tra (mặc định: thư mục du-lieu)
    #[arg(value_name = "TỆP")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    pub period: period::Options,
    #[command(flatten)]
    input: Input,
    /// In cách chương trình hiểu từng trang tính của một tệp, kèm quy tắc [[source]] để chép vào danvan.toml và sửa
    #[arg(long, value_name = "TỆP")]
    explain: Option<PathBuf>,
}

impl Options {
    /// Forgets the input of the environment where files were typed.
    pub fn prefer_typed(&mut self, matches: Option<&ArgMatches>) {
        let source = matches.and_then(|matches| matches.value_source("input"));
        if source == Some(ValueSource::EnvVariable) && !self.files.is_empty() {
            self.input.input.clear();
        }
    }
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let inputs = [options.files, options.input.input].concat();
    let request =
        Request { span: options.period.asked()?, calendar: options.period.calendar, ..common.request(inputs) };
    let outcome = match options.explain {
        Some(file) => {
            let (outcome, text) = run::explain(&request, &file, &terminal.progress())?;
            terminal::stdout(terminal::harmless(&text).as_bytes())?;
            outcome
        }
        None => run::check(&request, &terminal.progress())?,
    };
    terminal.diagnostics(&outcome.diagnostics, Alike::All);
    let exit = exit_for(&outcome, Some(Severity::Error));
    terminal.finish(&outcome, &[], "", exit);
    Ok(exit)
}
