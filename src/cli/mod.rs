//! The terminal: what was typed becomes a [`danvan::run::Request`], what came of it becomes files, lines and an exit code.
//!
//! Only here are the environment, the clock and the terminal looked at. One file a command; `words` says in Vietnamese
//! what clap says in English, `terminal` and `table` print, `output` places files, `period` reads the period options.

mod check;
mod completions;
mod convert;
mod forms;
mod freeze;
mod init;
mod lock;
mod man;
mod manifest;
mod output;
mod period;
mod reply;
mod report;
mod status;
mod table;
mod template;
mod terminal;
mod trace;
mod units;
mod words;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{Local, NaiveDate};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, FromArgMatches, Parser, Subcommand};

use danvan::base::diagnostic::{Severity, most_severe};
use danvan::run::{Against, Compare, Outcome, RecordSheets, Request};

use terminal::{LogFormat, Terminal};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done.
    Done = 0,
    /// Problems in the data: `--strict`, `--fail-on`, `check`.
    Problems = 1,
    /// Could not be done: wrong usage, bad settings, nothing to read, nowhere to write.
    Failed = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

#[derive(Parser)]
#[command(
    name = "danvan",
    version,
    about = "Tổng hợp số liệu công tác dân vận từ các bảng tính do xã, phường gửi về",
    override_usage = "danvan LỆNH [TÙY CHỌN]",
    subcommand_required = true
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lập báo cáo tổng kết năm hoặc báo cáo của một kỳ
    Report(report::Options),
    /// Đọc tất cả, nêu mọi chỗ sai trong số liệu, không ghi tệp nào
    Check(check::Options),
    /// Xem đơn vị nào đã gửi báo cáo gì, tháng nào; ai muộn, ai còn thiếu; lập danh sách nhắc
    Status(status::Options),
    /// Lập phiếu rà soát số liệu gửi lại từng đơn vị: đã đọc gì, bỏ gì, cần sửa gì
    Reply(reply::Options),
    /// Chuyển bảng tính của các đơn vị thành bảng số liệu thống nhất, mỗi dòng một việc
    Convert(convert::Options),
    /// Chốt số liệu của một kỳ đã công bố, để báo cáo sau nói rõ số nào đổi và vì sao
    Freeze(freeze::Options),
    /// Xem một số liệu được cộng từ những ô nào, hoặc một ô đã được dùng vào đâu
    Trace(trace::Options),
    /// Tạo thư mục làm việc mới: cài đặt, danh mục đơn vị, kế hoạch
    Init(init::Options),
    /// Tạo biểu mẫu Excel để các đơn vị điền số liệu
    Template(template::Options),
    /// Xem các biểu và chỉ tiêu mà chương trình hiểu
    Forms(forms::Options),
    /// Xem danh mục đơn vị
    Units(units::Options),
    /// In tệp giúp gõ lệnh nhanh (phím Tab) cho bash, zsh, fish hoặc PowerShell
    Completions(completions::Options),
    /// In trang hướng dẫn cho lệnh man, hoặc ghi trang của mọi lệnh vào một thư mục
    Man(man::Options),
    /// In hướng dẫn của chương trình hoặc của một lệnh
    #[command(override_usage = "danvan help [LỆNH]")]
    Help {
        /// Lệnh cần xem
        #[arg(value_name = "LỆNH")]
        command: Option<String>,
    },
}

/// What every command takes.
#[derive(Args)]
#[group(skip)]
#[command(next_help_heading = "Tùy chọn chung")]
struct Common {
    /// Thư mục làm việc, nơi có danvan.toml, don-vi.xlsx, du-lieu (mặc định: thư mục hiện tại)
    #[arg(short = 'C', long, global = true, value_name = "THƯ_MỤC", default_value = ".")]
    workspace: PathBuf,
    /// In thêm ghi chú, mã của từng vấn đề và chi tiết kỹ thuật
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// Chỉ in lỗi
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Cách ghi thông báo: text, hoặc json (mỗi dòng một sự kiện) cho tác vụ tự động (mặc định: text)
    #[arg(
        long, global = true, value_name = "KIỂU", default_value = "text",
        value_parser = one_of([("text", LogFormat::Text), ("json", LogFormat::Json)])
    )]
    log_format: LogFormat,
    /// Tô màu thông báo: auto, always hoặc never (mặc định: auto, tức chỉ khi in ra màn hình)
    #[arg(
        long, global = true, value_name = "KHI_NÀO", default_value = "auto",
        value_parser = one_of([
            ("auto", anstream::ColorChoice::Auto),
            ("always", anstream::ColorChoice::Always),
            ("never", anstream::ColorChoice::Never),
        ])
    )]
    color: anstream::ColorChoice,
    /// Coi ngày này là hôm nay, ví dụ 2023-12-31 (mặc định: ngày của máy)
    #[arg(long, global = true, value_name = "NGÀY", value_parser = period::date)]
    today: Option<NaiveDate>,
    /// Khi một lần chạy khác đang ghi vào cùng thư mục: chờ bấy nhiêu giây (mặc định: 60)
    #[arg(long, global = true, value_name = "GIÂY", value_parser = lock::seconds)]
    wait: Option<u64>,
}

/// Which files are read.
#[derive(Args)]
#[group(skip)]
// Said outright, since options that follow flattened ones stand under the heading of those.
#[command(next_help_heading = "Tùy chọn")]
struct Input {
    /// Tệp, thư mục hoặc mẫu tên (*.xlsx) cần đọc (mặc định: thư mục du-lieu của thư mục làm việc)
    #[arg(short, long, value_name = "NƠI_ĐỌC", num_args = 1..)]
    input: Vec<PathBuf>,
}

/// One of a few words, each standing for a value.
fn one_of<T, const N: usize>(words: [(&'static str, T); N]) -> impl TypedValueParser<Value = T>
where
    T: Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words.each_ref().map(|(word, _)| *word)).map(move |typed| {
        let found = words.iter().find(|(word, _)| *word == typed);
        found.expect("clap lets only these words through").1.clone()
    })
}

impl Common {
    /// Waits for other runs in a folder; see [`lock::hold`].
    fn hold(&self, dir: &Path, terminal: &Terminal) -> anyhow::Result<bool> {
        lock::hold(dir, false, self.wait.unwrap_or(lock::WAIT), terminal)
    }

    /// As [`Self::hold`], of a folder that is made where there is none.
    fn hold_made(&self, dir: &Path, terminal: &Terminal) -> anyhow::Result<bool> {
        lock::hold(dir, true, self.wait.unwrap_or(lock::WAIT), terminal)
    }

    /// A request that asks for nothing yet beyond what is common.
    fn request(&self, inputs: Vec<PathBuf>) -> Request {
        Request {
            workspace: self.workspace.clone(),
            inputs,
            span: None,
            calendar: None,
            level: None,
            formats: Vec::new(),
            compare: Compare::Previous,
            records: RecordSheets::Auto,
            public: false,
            against: Against::Last,
            today: self.today.unwrap_or_else(|| Local::now().date_naive()),
        }
    }
}

/// The exit of a run whose data may hold problems as grave as `limit`.
fn exit_for(outcome: &Outcome, limit: Option<Severity>) -> Exit {
    match (most_severe(&outcome.diagnostics), limit) {
        (Some(worst), Some(limit)) if worst <= limit => Exit::Problems,
        _ => Exit::Done,
    }
}

pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // The message itself may quote data, so that only the place is shown.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        terminal::crashed(&format!(
            "chương trình gặp sự cố ngoài dự tính ({place}, bản {}); đề nghị báo cho người phát triển",
            env!("CARGO_PKG_VERSION")
        ));
    }));
    let exit = std::panic::catch_unwind(run).unwrap_or(Exit::Failed);
    lock::release();
    terminal::end(exit);
    exit.into()
}

/// Help asked for.
fn show(help: String) -> Exit {
    terminal::stdout(help.as_bytes()).unwrap_or_else(|error| Terminal::before_parsing(&[]).failure(&error))
}

fn run() -> Exit {
    let typed: Vec<OsString> = std::env::args_os().collect();
    terminal::begin(&typed);
    if typed.len() <= 1 {
        return show(words::command().render_help().to_string());
    }
    let parsed = words::command()
        .try_get_matches_from(&typed)
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) if !error.use_stderr() => return show(error.render().to_string()),
        Err(error) => {
            words::warn_of_unknown_variables();
            return Terminal::before_parsing(&typed).usage(&words::sentence(&error), &words::help_for(&typed));
        }
    };
    cli.common.color.write_global();
    let terminal = Terminal::new(cli.common.verbose, cli.common.quiet, cli.common.log_format);
    terminal.start(matches.subcommand_name().unwrap_or_default(), &typed);
    words::warn_of_unknown_variables();
    if let Some(sentence) = words::later_variable(|name| std::env::var(name).ok()) {
        return terminal.usage(&sentence, &words::help_for(&typed));
    }
    let chosen = matches.subcommand().map(|(_, chosen)| chosen);
    let result = match cli.command {
        Command::Report(mut options) => {
            options.period.prefer_typed(chosen);
            report::run(options, &cli.common, &terminal)
        }
        Command::Check(mut options) => {
            options.period.prefer_typed(chosen);
            options.prefer_typed(chosen);
            check::run(options, &cli.common, &terminal)
        }
        Command::Freeze(mut options) => {
            options.period.prefer_typed(chosen);
            freeze::run(options, &cli.common, &terminal)
        }
        Command::Status(mut options) => {
            options.period.prefer_typed(chosen);
            status::run(options, &cli.common, &terminal)
        }
        Command::Reply(mut options) => {
            options.period.prefer_typed(chosen);
            reply::run(options, &cli.common, &terminal)
        }
        Command::Convert(options) => convert::run(options, &cli.common, &terminal),
        Command::Trace(mut options) => {
            options.period.prefer_typed(chosen);
            trace::run(options, &cli.common, &terminal)
        }
        Command::Init(options) => init::run(options, &cli.common, &terminal),
        Command::Template(mut options) => {
            options.prefer_typed(chosen);
            template::run(options, &cli.common, &terminal)
        }
        Command::Forms(options) => forms::run(options, &cli.common),
        Command::Units(options) => units::run(options, &cli.common, &terminal),
        Command::Completions(options) => completions::run(options),
        Command::Man(options) => man::run(options, &terminal),
        Command::Help { command } => words::help(command.as_deref()),
    };
    result.unwrap_or_else(|error| match error.downcast_ref::<period::Usage>() {
        Some(usage) => terminal.usage(&usage.0, &words::help_for(&typed)),
        None => terminal.failure(&error),
    })
}
