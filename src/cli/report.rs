//! `danvan report`: the report of a period, as files, with a summary on the terminal.

use std::path::PathBuf;

use clap::Args;

use danvan::base::diagnostic::Severity;
use danvan::run::{self, Against, Compare, Format, RecordSheets, Request};

use super::output::Target;
use super::period;
use super::terminal::{self, Alike, Terminal};
use super::{Common, Exit, Input, exit_for, manifest, one_of, table};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan report --year NĂM [TÙY CHỌN]")]
pub struct Options {
    #[command(flatten)]
    pub period: period::Options,
    #[command(flatten)]
    input: Input,
    /// Nơi ghi: thư mục; một tệp .xlsx, .md, .docx, .json; hoặc - để in một định dạng ra đầu ra chuẩn (mặc định: bao-cao)
    #[arg(short, long, value_name = "NƠI_GHI")]
    output: Option<PathBuf>,
    /// Định dạng, ngăn cách bằng dấu phẩy: xlsx, md, docx, json (mặc định: theo danvan.toml, hoặc xlsx,md)
    #[arg(
        long, value_name = "ĐỊNH_DẠNG", value_delimiter = ',',
        value_parser = one_of([("xlsx", Format::Xlsx), ("md", Format::Md), ("docx", Format::Docx), ("json", Format::Json)])
    )]
    format: Vec<Format>,
    /// Cấp đơn vị đưa vào bảng, theo tên cấp trong danh mục đơn vị, ví dụ xã
    #[arg(long, value_name = "CẤP")]
    level: Option<String>,
    /// So sánh: previous (cùng kỳ năm trước) hoặc none (không so sánh) (mặc định: previous)
    #[arg(
        long, value_name = "KỲ", default_value = "previous",
        value_parser = one_of([("previous", Compare::Previous), ("none", Compare::None)])
    )]
    compare: Compare,
    /// So với số đã chốt: một tệp trong chot-so-lieu, hoặc none (không so) (mặc định: lần chốt cuối của kỳ này)
    #[arg(long, value_name = "TỆP")]
    against: Option<PathBuf>,
    /// Kèm danh sách chi tiết: auto (khi không quá 50.000 dòng), always (luôn kèm), never (không kèm) (mặc định: auto)
    #[arg(
        long, value_name = "KHI_NÀO", default_value = "auto",
        value_parser = one_of([
            ("auto", RecordSheets::Auto),
            ("always", RecordSheets::Always),
            ("never", RecordSheets::Never),
        ])
    )]
    records: RecordSheets,
    /// Bản công bố: số liệu tố cáo chỉ nêu tổng cả năm của toàn đơn vị, không kèm danh sách đơn thư
    #[arg(long)]
    public: bool,
    /// Số liệu có lỗi thì không ghi gì, kết thúc với mã 1
    #[arg(long)]
    strict: bool,
    /// Vẫn ghi báo cáo, nhưng kết thúc với mã 1 khi có error (lỗi) hoặc warning (lỗi hay cảnh báo)
    #[arg(
        long, value_name = "MỨC",
        value_parser = one_of([("error", Severity::Error), ("warning", Severity::Warning)])
    )]
    fail_on: Option<Severity>,
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let span = options.period.required()?;
    let target = Target::of(options.output, &Format::ALL.map(Format::id))?;
    let request = Request {
        span: Some(span),
        calendar: options.period.calendar,
        level: options.level,
        formats: target.formats(&options.format, &Format::ALL.map(|format| (format.id(), format)))?,
        compare: options.compare,
        against: match options.against {
            None => Against::Last,
            Some(path) if path.as_os_str() == "none" => Against::None,
            Some(path) => Against::File(path),
        },
        records: options.records,
        public: options.public,
        ..common.request(options.input.input)
    };
    // From before the first file is read: else a run that read earlier could write later.
    if let Some(folder) = target.folder(|| run::report_folder(&request.workspace))?.filter(|folder| folder.is_dir()) {
        common.hold(&folder, terminal)?;
    }
    let mut outcome = run::report(&request, &terminal.progress())?;
    let has_workbook = target != Target::Stdout && outcome.outputs.iter().any(|(name, _)| name.ends_with(".xlsx"));
    // A public workbook has no such sheet.
    let rest = if has_workbook && !options.public {
        "xem sheet Kiểm tra số liệu"
    } else {
        "xem đủ bằng lệnh danvan check"
    };
    terminal.diagnostics(&outcome.diagnostics, Alike::Cut { rest });
    if options.strict && exit_for(&outcome, Some(Severity::Error)) == Exit::Problems {
        terminal.finish(&outcome, &[], " Không ghi tệp nào vì số liệu có lỗi (--strict).", Exit::Problems);
        return Ok(Exit::Problems);
    }
    if matches!(target, Target::Folder(_)) {
        manifest::add(&mut outcome, "report", options.public);
    }
    let written = target.place(&mut outcome, common, terminal)?;
    let summary = match target != Target::Stdout && !terminal.is_quiet() {
        true => terminal::stdout(table::text(&outcome.summary).as_bytes()),
        false => Ok(Exit::Done),
    };
    let exit = if summary.is_ok() { exit_for(&outcome, options.fail_on) } else { Exit::Failed };
    // The files are there, whatever became of the summary.
    terminal.finish(&outcome, &written, "", exit);
    summary.map(|_| exit)
}
