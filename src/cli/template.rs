//! `danvan template`: blank workbooks for the communes to fill in.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use danvan::run::{self, BlanksFor, Request};
use danvan::write::excel;

use super::output::{self, Target};
use super::period::{self, Usage};
use super::terminal::{self, Terminal};
use super::{Common, Exit};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan template [BIỂU…] [TÙY CHỌN]")]
pub struct Options {
    /// Mã hoặc tên biểu (xem bằng lệnh danvan forms); không ghi là mọi biểu, mỗi biểu một trang tính
    #[arg(value_name = "BIỂU")]
    forms: Vec<String>,
    /// Ghi sẵn tên và mã của đơn vị này: mã hoặc tên trong danh mục đơn vị
    #[arg(long, value_name = "ĐƠN_VỊ")]
    unit: Option<String>,
    /// Mỗi đơn vị trong danh mục một tệp, ghi sẵn tên và mã đơn vị
    #[arg(long)]
    all: bool,
    /// Với --all: cấp đơn vị, theo tên cấp trong danh mục đơn vị, ví dụ xã
    #[arg(long, value_name = "CẤP")]
    level: Option<String>,
    /// Nơi ghi: thư mục; hoặc một tệp .xlsx (mặc định: bieu-mau trong thư mục làm việc)
    #[arg(short, long, value_name = "NƠI_GHI")]
    output: Option<PathBuf>,
    // Last, since what follows flattened options stands under their heading.
    #[command(flatten)]
    pub period: period::Options,
}

impl Options {
    /// Forgets what the environment says of other commands' units and levels, where this one is asked otherwise.
    pub fn prefer_typed(&mut self, matches: Option<&ArgMatches>) {
        self.period.prefer_typed(matches);
        let Some(matches) = matches else { return };
        let typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        self.level = self.level.take().filter(|_| self.all || typed("level"));
        self.unit = self.unit.take().filter(|_| !self.all || typed("unit"));
        self.all = self.all && (typed("all") || self.unit.is_none());
    }
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let target = Target::of(options.output, &["xlsx"])?;
    if options.level.is_some() && !options.all {
        return Err(Usage("--level chỉ dùng cùng --all".into()).into());
    }
    if options.unit.is_some() && options.all {
        return Err(Usage("--unit không dùng cùng --all".into()).into());
    }
    let whose = match options.unit {
        Some(unit) => BlanksFor::Unit(unit),
        None if options.all => BlanksFor::All,
        None => BlanksFor::Anyone,
    };
    let request = Request {
        span: options.period.asked()?,
        calendar: options.period.calendar,
        level: options.level,
        ..common.request(Vec::new())
    };
    let mut outcome = run::template(&request, &options.forms, &whose, &terminal.progress_of("Đang lập"))?;
    let mut kept: Vec<PathBuf> = Vec::new();
    let written = target.place_where(&mut outcome, common, terminal, |path, bytes| {
        let free = is_free(path, bytes);
        kept.extend((!free).then(|| path.to_path_buf()));
        free
    })?;
    for path in output::shown(&kept) {
        terminal::warning(&format!(
            "giữ nguyên {path}: đã có và khác mẫu trống (có thể đã điền số liệu); muốn lập lại thì xóa hoặc chuyển đi"
        ));
    }
    if !terminal.is_quiet() && !written.is_empty() {
        let files = match &written[..] {
            [one] => one.clone(),
            [first, .., last] => format!("{} tệp, từ {first} đến {last}", written.len()),
            [] => String::new(),
        };
        terminal::stderr_line(&format!(
            "Đã ghi biểu mẫu: {files}. Gửi cho các đơn vị, nhận lại thì chép vào thư mục du-lieu."
        ));
    }
    // Blanks were asked for, and there are none of this run.
    Ok(if written.is_empty() && !kept.is_empty() { Exit::Failed } else { Exit::Done })
}

/// Whether a blank may be put there: nothing is, or the same blank that nobody has filled in. What cannot be looked at may be
/// somebody's work.
fn is_free(path: &Path, bytes: &[u8]) -> bool {
    match fs::read(path) {
        Ok(there) => excel::same_but_for_day(bytes, &there),
        // Placing says what is wrong with a folder of that name.
        Err(error) => error.kind() == ErrorKind::NotFound || path.is_dir(),
    }
}
