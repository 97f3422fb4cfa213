//! One run at a time in an output folder: a lock of the system's on a hidden file, gone with the process however it ends.
//!
//! Where a folder's file system knows no locks (some shared drives), or its lock's file can be neither made nor read, a run goes
//! on without: it then writes whole files all the same, but clears up after nobody.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use same_file::Handle;

use danvan::write::place;

use super::terminal::Terminal;

/// In the folder that it guards, while a run lasts.
const FILE: &str = ".danvan.lock";
const PAUSE: Duration = Duration::from_millis(50);
/// What waits longer is told so.
const PATIENCE: Duration = Duration::from_secs(2);

/// Seconds that a run waits for another, unless it is told.
pub const WAIT: u64 = 60;
/// The folders that this run holds, until it ends.
static HELD: Mutex<Vec<Held>> = Mutex::new(Vec::new());

struct Held {
    folder: PathBuf,
    lock: File,
    /// What this run made so as to hold it, the innermost first.
    made: Vec<PathBuf>,
}

pub fn seconds(typed: &str) -> Result<u64, String> {
    typed.parse().ok().filter(|seconds| *seconds <= 86_400).ok_or_else(|| "cần số giây, từ 0 đến 86400".to_owned())
}

/// Waits until no other run writes into the folder, for so many seconds at most, and keeps others out from then on. False where
/// there is no telling whether another does.
///
/// `make`: where there is no such folder, it is made; [`release`] takes it away again if nothing was put into it.
pub fn hold(dir: &Path, make: bool, wait: u64, terminal: &Terminal) -> anyhow::Result<bool> {
    let mut held = HELD.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let path = dir.join(FILE);
    let since = Instant::now();
    let mut told = false;
    let mut made = Vec::new();
    loop {
        if make && !dir.is_dir() {
            made = dir
                .ancestors()
                .take_while(|above| above.parent().is_some() && !above.exists())
                .map(Path::to_path_buf)
                .collect();
            place::folder(dir)?;
        }
        let folder = dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
        if held.iter().any(|other| other.folder == folder) {
            return Ok(true);
        }
        // Anew each time: the run that is waited for takes its file away, and another may have made a new one.
        let lock = match open(&path) {
            Ok(lock) => lock,
            // It was the other's, who put nothing into it.
            Err(_) if make && !dir.is_dir() && since.elapsed() < Duration::from_secs(wait) => continue,
            Err(_) => return Ok(false),
        };
        match lock.try_lock() {
            Ok(()) if is_at(&lock, &path) => {
                held.push(Held { folder, lock, made });
                return Ok(true);
            }
            Err(TryLockError::Error(_)) => return Ok(false),
            Ok(()) | Err(TryLockError::WouldBlock) => {}
        }
        if since.elapsed() >= Duration::from_secs(wait) {
            bail!(
                "một lần chạy danvan khác đang ghi vào thư mục {}, đã chờ {wait} giây; chạy lại sau, hoặc thêm --wait 600 để chờ lâu hơn",
                dir.display()
            );
        }
        if !told && since.elapsed() >= PATIENCE {
            told = true;
            terminal.remark(&format!("Đang chờ một lần chạy khác ghi xong vào thư mục {} …", dir.display()));
        }
        thread::sleep(PAUSE);
    }
}

/// Lets the folders go, and takes the files of their locks away: what nobody holds tells nothing.
pub fn release() {
    for held in HELD.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).drain(..) {
        // While it is still held: whoever waits for it looks whether it is there.
        let _ = fs::remove_file(held.folder.join(FILE));
        drop(held.lock);
        // No system removes a folder so that has something in it.
        let _ = held.made.iter().try_for_each(fs::remove_dir);
    }
}

/// Whether this very file stands at a path; where that cannot be told, it does.
fn is_at(file: &File, path: &Path) -> bool {
    let own = file.try_clone().and_then(Handle::from_file);
    match (own, Handle::from_path(path)) {
        (Ok(own), Ok(there)) => own == there,
        (_, Err(error)) => error.kind() != ErrorKind::NotFound,
        (Err(_), Ok(_)) => true,
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(windows)]
    {
        // Hidden, as a name with a dot is elsewhere.
        use std::os::windows::fs::OpenOptionsExt;
        options.attributes(2);
    }
    // Another user's can be locked all the same.
    options.open(path).or_else(|error| match error.kind() {
        ErrorKind::PermissionDenied => File::open(path),
        _ => Err(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_another_holds_is_waited_for_and_then_refused() {
        let folder = tempfile::tempdir().unwrap();
        let other = open(&folder.path().join(FILE)).unwrap();
        other.try_lock().unwrap();
        let error = hold(folder.path(), false, 0, &Terminal::silent()).unwrap_err().to_string();
        assert!(error.starts_with("một lần chạy danvan khác đang ghi vào thư mục "), "{error}");
        drop(other);
        assert!(hold(folder.path(), false, 0, &Terminal::silent()).unwrap());
        // Once more is no wait for oneself.
        assert!(hold(folder.path(), false, 0, &Terminal::silent()).unwrap());
        assert!(open(&folder.path().join(FILE)).unwrap().try_lock().is_err());
        // Whoever opened it before it was taken away does not hold the folder with it.
        let waiting = open(&folder.path().join(FILE)).unwrap();
        release();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        waiting.try_lock().unwrap();
        assert!(!is_at(&waiting, &folder.path().join(FILE)));
        assert!(hold(folder.path(), false, 0, &Terminal::silent()).unwrap());
        release();
        // Where none can be made, none is held.
        assert!(!hold(&folder.path().join("nowhere"), false, 0, &Terminal::silent()).unwrap());
        // A folder that is not there yet is held from the beginning, and gone again unless something was put into it.
        let below = folder.path().join("bao-cao/2023");
        for written in [false, true] {
            assert!(
                hold(&below, true, 0, &Terminal::silent()).unwrap()
                    && hold(&below, false, 0, &Terminal::silent()).unwrap()
            );
            assert!(open(&below.join(FILE)).unwrap().try_lock().is_err());
            if written {
                fs::write(below.join("a.md"), "").unwrap();
            }
            release();
            assert_eq!((below.exists(), folder.path().join("bao-cao").exists()), (written, written));
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_file_of_another_user_is_locked_all_the_same() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let other = File::open(&path).unwrap();
        other.try_lock().unwrap();
        assert!(open(&path).unwrap().try_lock().is_err());
        assert!(is_at(&open(&path).unwrap(), &path));
    }
}
