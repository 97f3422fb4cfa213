//! `danvan check`: every problem of the data, and nothing written.

use std::path::PathBuf;

use clap::Args;

use danvan::base::diagnostic::Severity;
use danvan::run::{self, Request};

use super::terminal::{Alike, Terminal};
use super::{Common, Exit, Input, exit_for, period};

#[derive(Args)]
#[command(override_usage = "danvan check [TỆP]… [TÙY CHỌN]")]
pub struct Options {
    /// Tệp, thư mục hoặc mẫu tên cần kiểm tra (mặc định: thư mục du-lieu)
    #[arg(value_name = "TỆP")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    pub period: period::Options,
    #[command(flatten)]
    input: Input,
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let inputs = [options.files, options.input.input].concat();
    let request = Request {
        span: options.period.span()?,
        calendar: options.period.calendar,
        ..common.request(inputs)
    };
    let outcome = run::check(&request, &terminal.progress())?;
    terminal.diagnostics(&outcome.diagnostics, Alike::All);
    let exit = exit_for(&outcome, Some(Severity::Error));
    terminal.finish(&outcome, &[], "", exit);
    Ok(exit)
}
