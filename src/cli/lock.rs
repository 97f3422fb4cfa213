//! One run at a time in an output folder: a lock of the system's on a hidden file, gone with the process however it ends.
//!
//! Where a folder's file system knows no locks (some shared drives), a run goes on without.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use clap::Args;
use same_file::Handle;

use super::terminal::Terminal;

/// In the folder that it guards, while a run lasts.
const FILE: &str = ".danvan.lock";
const PAUSE: Duration = Duration::from_millis(50);
/// What waits longer is told so.
const PATIENCE: Duration = Duration::from_secs(2);

/// Seconds that a run waits for another.
static WAIT: AtomicU64 = AtomicU64::new(60);
/// The folders that this run holds, until it ends.
static HELD: Mutex<Vec<(PathBuf, File)>> = Mutex::new(Vec::new());

#[derive(Args)]
#[group(skip)]
pub struct Waiting {
    /// Khi một lần chạy khác đang ghi vào cùng thư mục: chờ bấy nhiêu giây (mặc định: 60)
    #[arg(long, value_name = "GIÂY", value_parser = seconds)]
    wait: Option<u64>,
}

fn seconds(typed: &str) -> Result<u64, String> {
    typed.parse().ok().filter(|seconds| *seconds <= 86_400).ok_or_else(|| "cần số giây, từ 0 đến 86400".to_owned())
}

impl Waiting {
    pub fn apply(&self) {
        if let Some(seconds) = self.wait {
            WAIT.store(seconds, Ordering::Relaxed);
        }
    }
}

/// Waits until no other run writes into the folder, and keeps others out from then on.
pub fn hold(dir: &Path, terminal: &Terminal) -> anyhow::Result<()> {
    let mut held = HELD.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let name = dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
    if held.iter().any(|(other, _)| *other == name) {
        return Ok(());
    }
    // Where no file can be made, nothing can be written either: writing says so.
    let path = dir.join(FILE);
    let Ok(mut file) = open(&path) else { return Ok(()) };
    let (since, wait) = (Instant::now(), WAIT.load(Ordering::Relaxed));
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) if is_at(&file, &path) => break,
            // The run that was waited for took its file away, and another may have made a new one.
            Ok(()) => match open(&path) {
                Ok(new) => file = new,
                Err(_) => return Ok(()),
            },
            Err(TryLockError::Error(_)) => return Ok(()),
            Err(TryLockError::WouldBlock) if since.elapsed() >= Duration::from_secs(wait) => bail!(
                "một lần chạy danvan khác đang ghi vào thư mục {}, đã chờ {wait} giây; chạy lại sau, hoặc thêm --wait 600 để chờ lâu hơn",
                dir.display()
            ),
            Err(TryLockError::WouldBlock) => {
                if !told && since.elapsed() >= PATIENCE {
                    told = true;
                    terminal.remark(&format!("Đang chờ một lần chạy khác ghi xong vào thư mục {} …", dir.display()));
                }
                thread::sleep(PAUSE);
            }
        }
    }
    held.push((name, file));
    Ok(())
}

/// Lets the folders go, and takes the files of their locks away: what nobody holds tells nothing.
pub fn release() {
    for (folder, file) in HELD.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).drain(..) {
        // While it is still held: whoever waits for it looks whether it is there.
        let _ = fs::remove_file(folder.join(FILE));
        drop(file);
    }
}

/// Whether this very file stands at a path.
fn is_at(file: &File, path: &Path) -> bool {
    let own = file.try_clone().and_then(Handle::from_file);
    matches!((own, Handle::from_path(path)), (Ok(own), Ok(there)) if own == there)
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(windows)]
    {
        // Hidden, as a name with a dot is elsewhere.
        use std::os::windows::fs::OpenOptionsExt;
        options.attributes(2);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_another_holds_is_waited_for_and_then_refused() {
        let folder = tempfile::tempdir().unwrap();
        let other = open(&folder.path().join(FILE)).unwrap();
        other.try_lock().unwrap();
        WAIT.store(0, Ordering::Relaxed);
        let error = hold(folder.path(), &Terminal::silent()).unwrap_err().to_string();
        assert!(error.starts_with("một lần chạy danvan khác đang ghi vào thư mục "), "{error}");
        drop(other);
        hold(folder.path(), &Terminal::silent()).unwrap();
        // Once more is no wait for oneself.
        hold(folder.path(), &Terminal::silent()).unwrap();
        assert!(open(&folder.path().join(FILE)).unwrap().try_lock().is_err());
        // Whoever opened it before it was taken away does not hold the folder with it.
        let waiting = open(&folder.path().join(FILE)).unwrap();
        release();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        waiting.try_lock().unwrap();
        assert!(!is_at(&waiting, &folder.path().join(FILE)));
        hold(folder.path(), &Terminal::silent()).unwrap();
        release();
    }
}
