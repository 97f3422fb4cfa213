//! `danvan init`: a new workspace. Writes nothing over anything.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::Local;
use clap::Args;

use danvan::run;
use danvan::write::place;

use super::terminal::{self, Terminal};
use super::{Common, Exit, output};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan init THƯ_MỤC [TÙY CHỌN]")]
pub struct Options {
    /// Thư mục cần tạo; có rồi thì chỉ ghi thêm vào, và không ghi gì nếu trong đó đã có tệp cùng tên hoặc danh mục, kế hoạch dạng
    /// .csv
    #[arg(value_name = "THƯ_MỤC")]
    folder: PathBuf,
    /// Ghi sẵn số liệu mẫu của ba xã, để lập thử báo cáo
    #[arg(long)]
    sample: bool,
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    // As all paths of the command line, below the current folder: a workspace that is to be made is in no other.
    let folder = options.folder;
    if folder.is_dir() {
        output::ready(&folder, common, terminal)?;
    }
    let start = run::init(common.today.unwrap_or_else(|| Local::now().date_naive()), options.sample)?;
    // A register or a plan may be a CSV file as well, and there must be only one of it.
    let as_csv =
        |name: &str| name.strip_suffix(".xlsx").filter(|stem| !stem.contains('/')).map(|stem| format!("{stem}.csv"));
    let there: Vec<String> = start
        .files
        .iter()
        .flat_map(|(name, _)| std::iter::once(name.clone()).chain(as_csv(name)))
        .filter(|name| fs::symlink_metadata(folder.join(name)).is_ok())
        .collect();
    if !there.is_empty() {
        bail!(
            "thư mục {} đã có {}: không ghi đè, chưa ghi tệp nào; chọn thư mục khác, hoặc chuyển các tệp đó đi chỗ khác",
            folder.display(),
            there.join(", ")
        );
    }
    let below = start.files.iter().filter_map(|(name, _)| Path::new(name).parent());
    for name in below.chain(start.folders.iter().map(Path::new)) {
        let path = folder.join(name);
        fs::create_dir_all(&path).with_context(|| format!("không tạo được thư mục {}", path.display()))?;
    }
    output::ready(&folder, common, terminal)?;
    place::new(&folder, &start.files)?;
    for name in &start.programs {
        runnable(&folder.join(name)).with_context(|| format!("không cho phép chạy được tệp {name}"))?;
    }
    if !terminal.is_quiet() {
        let shown = folder.display().to_string();
        // As a command line takes it.
        let quoted = if shown.contains(char::is_whitespace) { format!("\"{shown}\"") } else { shown.clone() };
        let next = match options.sample {
            true => format!("Lập thử báo cáo: danvan report --year {} -C {quoted}", start.year),
            false => {
                "Bước tiếp theo: mở don-vi.xlsx thay các dòng ví dụ bằng đơn vị của mình; xem doc-truoc.txt.".to_owned()
            }
        };
        terminal::stderr_line(&format!("Đã tạo thư mục làm việc {shown}. {next}"));
    }
    Ok(Exit::Done)
}

/// Lets a file be started by a double click.
#[cfg(unix)]
fn runnable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = fs::metadata(path)?.permissions();
    // Whoever may read it may run it.
    let mode = permissions.mode();
    permissions.set_mode(mode | (mode & 0o444) >> 2);
    fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
fn runnable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
