//! `danvan template`: blank workbooks for the communes to fill in.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use danvan::run::{self, BlanksFor, Request};

use super::output::Target;
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
    let written = target.place(&mut outcome, common, terminal)?;
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
    Ok(Exit::Done)
}
