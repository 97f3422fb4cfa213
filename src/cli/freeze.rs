//! `danvan freeze`: keeps the figures of a period as they were published.

use clap::Args;

use danvan::run::{self, Request};
use danvan::write::place;

use super::terminal::{Alike, Terminal};
use super::{Common, Exit, Input, output, period};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan freeze --year NĂM [TÙY CHỌN]")]
pub struct Options {
    #[command(flatten)]
    pub period: period::Options,
    #[command(flatten)]
    input: Input,
    /// Tên của lần chốt, ví dụ "Gửi Huyện ủy" (mặc định: chỉ đánh số lần 1, lần 2, …)
    #[arg(long, value_name = "TÊN")]
    edition: Option<String>,
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let span = options.period.required()?;
    let request =
        Request { span: Some(span), calendar: options.period.calendar, ..common.request(options.input.input) };
    // Two runs at once must not give the same number. In the workspace: the folder of editions is made by the first of them.
    common.hold(&request.workspace, terminal)?;
    let outcome = run::freeze(&request, options.edition.as_deref(), &terminal.progress())?;
    terminal.diagnostics(&outcome.diagnostics, Alike::Cut { rest: "xem đủ bằng lệnh danvan check" });
    let written = match outcome.outputs.is_empty() {
        true => Vec::new(),
        false => {
            output::ready(&outcome.folder, common, terminal)?;
            output::shown(&place::new(&outcome.folder, &outcome.outputs)?)
        }
    };
    terminal.finish(&outcome, &written, "", Exit::Done);
    Ok(Exit::Done)
}
