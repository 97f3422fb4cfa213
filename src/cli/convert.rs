//! `danvan convert`: commune spreadsheets → tidy records, one a row.

use std::path::PathBuf;

use clap::Args;

use danvan::run::{self, RecordFormat};

use super::output::Target;
use super::period::Usage;
use super::terminal::{Alike, Terminal};
use super::{Common, Exit, one_of};

const FORMATS: [(&str, RecordFormat); 3] =
    [("xlsx", RecordFormat::Xlsx), ("csv", RecordFormat::Csv), ("jsonl", RecordFormat::Jsonl)];

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan convert TỆP… [TÙY CHỌN]")]
pub struct Options {
    /// Tệp, thư mục hoặc mẫu tên (*.xlsx) cần chuyển
    #[arg(value_name = "TỆP", required = true)]
    files: Vec<PathBuf>,
    /// Định dạng: xlsx, csv (mỗi biểu một tệp) hoặc jsonl (mặc định: theo đuôi của --output, hoặc xlsx;
    /// biến môi trường: DANVAN_CONVERT_TO)
    // DANVAN_TO is the end of a period.
    #[arg(long, value_name = "ĐỊNH_DẠNG", value_parser = one_of(FORMATS), env = "DANVAN_CONVERT_TO")]
    to: Option<RecordFormat>,
    /// Nơi ghi: thư mục; một tệp; hoặc - để in ra đầu ra chuẩn (mặc định: bao-cao)
    #[arg(short, long, value_name = "NƠI_GHI")]
    output: Option<PathBuf>,
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let target = Target::of(options.output, &FORMATS.map(|(name, _)| name))?;
    let of_file = match &target {
        Target::File(_, extension) => FORMATS.iter().find(|(name, _)| name == extension).map(|(_, format)| *format),
        _ => None,
    };
    let to = match (options.to, of_file) {
        (Some(to), Some(file)) if to != file => {
            return Err(Usage("đuôi của tệp ở --output không khớp với --to".into()).into());
        }
        (to, file) => to.or(file).unwrap_or(RecordFormat::Xlsx),
    };
    let mut outcome = run::convert(&common.request(options.files), to, &terminal.progress())?;
    terminal.diagnostics(&outcome.diagnostics, Alike::Cut { rest: "xem đủ bằng lệnh danvan check" });
    let written = target.place(&mut outcome, common, terminal)?;
    terminal.finish(&outcome, &written, "", Exit::Done);
    Ok(Exit::Done)
}
