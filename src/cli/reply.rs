//! `danvan reply`: for each unit a page and a workbook on what was read of it, and what to mend.

use std::path::PathBuf;

use clap::Args;

use danvan::run::{self, Request};

use super::output::Target;
use super::period::{self, Usage};
use super::terminal::{self, Terminal};
use super::{Common, Exit, Input, table};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan reply --year NĂM [TÙY CHỌN]")]
pub struct Options {
    /// Chỉ đơn vị này: mã hoặc tên (mặc định: mọi đơn vị)
    #[arg(long, value_name = "ĐƠN_VỊ")]
    unit: Option<String>,
    #[command(flatten)]
    pub period: period::Options,
    #[command(flatten)]
    input: Input,
    /// Thư mục ghi các phiếu (mặc định: bao-cao/ra-soat-KỲ)
    #[arg(short, long, value_name = "THƯ_MỤC")]
    output: Option<PathBuf>,
    /// Cấp đơn vị được gửi phiếu, theo tên cấp trong danh mục đơn vị, ví dụ xã
    #[arg(long, value_name = "CẤP")]
    level: Option<String>,
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let span = options.period.required()?;
    let target = match options.output {
        Some(path) if path.as_os_str() == "-" => {
            return Err(Usage("phiếu rà soát gồm nhiều tệp: --output phải là một thư mục".into()).into());
        }
        folder => Target::Folder(folder),
    };
    let request = Request {
        span: Some(span),
        calendar: options.period.calendar,
        level: options.level,
        ..common.request(options.input.input)
    };
    let mut outcome = run::reply(&request, options.unit.as_deref(), &terminal.progress())?;
    target.place(&mut outcome, common, terminal)?;
    let folder = match &target {
        Target::Folder(Some(folder)) => folder.clone(),
        _ => outcome.folder.clone(),
    };
    let shown = match terminal.is_quiet() {
        false => terminal::stdout(table::text(&outcome.summary).as_bytes()),
        true => Ok(Exit::Done),
    };
    let exit = if shown.is_ok() { Exit::Done } else { Exit::Failed };
    let folder = folder.strip_prefix(".").unwrap_or(&folder);
    // Two files a unit: the folder says it all.
    let written = [format!("{} tệp trong {}", outcome.outputs.len(), folder.display())];
    terminal.finish(&outcome, &written, "", exit);
    shown.map(|_| exit)
}
