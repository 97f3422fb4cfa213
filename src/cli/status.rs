//! `danvan status`: who has reported what, and who is to be reminded; on the terminal, and as files.

use std::path::PathBuf;

use clap::Args;

use danvan::run::{self, Request, StatusFormat};

use super::output::Target;
use super::period;
use super::terminal::{self, Terminal};
use super::{Common, Exit, Input, one_of, table};

/// As options name them; the extensions of their files.
const FORMATS: [(&str, StatusFormat); 4] =
    [("xlsx", StatusFormat::Xlsx), ("md", StatusFormat::Md), ("csv", StatusFormat::Csv), ("json", StatusFormat::Json)];

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan status --year NĂM [TÙY CHỌN]")]
pub struct Options {
    #[command(flatten)]
    pub period: period::Options,
    #[command(flatten)]
    input: Input,
    /// Nơi ghi: thư mục; một tệp .xlsx, .md, .csv, .json; hoặc - để in một định dạng ra đầu ra chuẩn (mặc định: bao-cao)
    #[arg(short, long, value_name = "NƠI_GHI")]
    output: Option<PathBuf>,
    /// Ghi thành tệp, các định dạng ngăn cách bằng dấu phẩy: xlsx, md (danh sách nhắc để gửi đi), csv, json (mặc định: chỉ in ra
    /// màn hình; khi có --output THƯ_MỤC: xlsx,md)
    // With the variable of its own: those of a report are no formats of this.
    #[arg(long, env = "DANVAN_STATUS_FORMAT", value_name = "ĐỊNH_DẠNG", value_delimiter = ',', value_parser = one_of(FORMATS))]
    format: Vec<StatusFormat>,
    /// Cấp đơn vị đưa vào bảng, theo tên cấp trong danh mục đơn vị, ví dụ xã
    #[arg(long, value_name = "CẤP")]
    level: Option<String>,
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let span = options.period.required()?;
    let target = Target::of(options.output, &FORMATS.map(|(extension, _)| extension))?;
    let mut formats = target.formats(&options.format, &FORMATS)?;
    if formats.is_empty() && target != Target::Folder(None) {
        formats = vec![StatusFormat::Xlsx, StatusFormat::Md];
    }
    let request = Request {
        span: Some(span),
        calendar: options.period.calendar,
        level: options.level,
        ..common.request(options.input.input)
    };
    let (tables, mut outcome) = run::status(&request, &formats, &terminal.progress())?;
    let written = if outcome.outputs.is_empty() { Vec::new() } else { target.place(&mut outcome, common, terminal)? };
    let wanted = !terminal.is_quiet() || written.is_empty();
    let shown = match target != Target::Stdout && wanted {
        true => {
            let text: Vec<String> = tables.iter().map(table::text).collect();
            terminal::stdout(text.join("\n").as_bytes())
        }
        false => Ok(Exit::Done),
    };
    let exit = if shown.is_ok() { Exit::Done } else { Exit::Failed };
    terminal.finish(&outcome, &written, "", exit);
    shown.map(|_| exit)
}
