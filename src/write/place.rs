//! Puts the outputs where they belong: all written beside their targets first, then renamed together, so that a run
//! that fails, is killed or meets a full disk leaves the earlier files whole. Takes names and bytes, gives the paths.
//!
//! Several files cannot be renamed at once: before the first is, a journal says which are to be. A run that is killed between
//! two of them leaves it behind, and the next run in the folder ends what it began ([`recover`]).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::{PathPersistError, TempPath};

/// How the files begin that are not yet what they are to be.
const PREFIX: &str = ".danvan-";
const SUFFIX: &str = ".tmp";
/// What is being renamed.
const JOURNAL: &str = ".danvan-journal";
/// Of the journal, in bytes.
const JOURNAL_AT_MOST: u64 = 1 << 20;

/// Makes the folder, where it is not there yet.
pub fn folder(dir: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir).map_err(|error| {
        let way_out = match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
                "đã có một tệp trùng tên; đổi tên tệp đó, hoặc chọn thư mục khác bằng -o"
            }
            kind => folder_way_out(kind),
        };
        failure(error, format!("không tạo được thư mục {}: {way_out}", dir.display()))
    })
}

/// Ends what a run that was killed began, and removes what else it left. Only for whoever may be sure that no other run writes
/// into the folder at this moment. Gives what the user should know.
pub fn recover(dir: &Path) -> Vec<String> {
    let mut remarks = Vec::new();
    let journal = dir.join(JOURNAL);
    // One that says nothing sensible is of no use to anyone.
    if let Some(renames) = journal.is_file().then(|| read_journal(&journal).unwrap_or_default()) {
        for (temporary, target) in renames {
            let (from, to) = (dir.join(&temporary), dir.join(&target));
            // What is no longer there was renamed.
            if !from.is_file() {
                continue;
            }
            remarks.push(match replaceable(&to).and_then(|()| fs::rename(&from, &to)) {
                Ok(()) => format!("lần chạy trước bị ngắt khi đang ghi; đã ghi nốt {}", to.display()),
                Err(_) => format!(
                    "lần chạy trước bị ngắt khi đang ghi, {} còn là bản cũ hơn các tệp cùng tên: hãy lập lại báo cáo đó",
                    to.display()
                ),
            });
        }
        let _ = fs::remove_file(&journal);
    }
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            let _ = fs::remove_file(entry.path());
        }
    }
    remarks
}

/// From and to, of files in the journal's folder.
fn read_journal(path: &Path) -> Option<Vec<(String, String)>> {
    if fs::metadata(path).ok()?.len() > JOURNAL_AT_MOST {
        return None;
    }
    let renames: Vec<(String, String)> = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let is_name = |name: &str| Path::new(name).file_name().is_some_and(|file| file == name);
    let is_below = |name: &str| Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let ours =
        |(from, to): &(String, String)| from.starts_with(PREFIX) && is_name(from) && !to.is_empty() && is_below(to);
    renames.iter().all(ours).then_some(renames)
}

/// Writes every output into the folder, or none of them.
pub fn all(dir: &Path, outputs: &[(String, Vec<u8>)]) -> anyhow::Result<Vec<PathBuf>> {
    put(dir, outputs, true)
}

/// As [`all`], over nothing that is there.
pub fn new(dir: &Path, outputs: &[(String, Vec<u8>)]) -> anyhow::Result<Vec<PathBuf>> {
    put(dir, outputs, false)
}

fn put(dir: &Path, outputs: &[(String, Vec<u8>)], over: bool) -> anyhow::Result<Vec<PathBuf>> {
    folder(dir)?;
    let mut written = Vec::with_capacity(outputs.len());
    for (name, content) in outputs {
        let target = dir.join(name);
        let temporary = write(dir, content).map_err(|error| {
            let way_out = folder_way_out(error.kind());
            failure(error, format!("không ghi được tệp {}: {way_out}", target.display()))
        })?;
        written.push((temporary, target));
    }
    // What cannot be replaced shows before anything is.
    for (_, target) in &written {
        let free = if over { replaceable(target) } else { absent(target) };
        free.map_err(|error| unreplaced(error, target))?;
    }
    // One file is renamed in one step.
    let journal = (written.len() > 1).then(|| journal(dir, &written)).transpose()?;
    let mut paths = Vec::with_capacity(written.len());
    for (temporary, target) in written {
        let renamed = if over { temporary.persist(&target) } else { persist_new(temporary, &target) };
        renamed.map_err(|error| midway(unreplaced(error.error, &target), &paths))?;
        paths.push(target);
    }
    drop(journal);
    sync(dir);
    Ok(paths)
}

/// Of a file system that cannot rename and look at once, the look comes first.
fn persist_new(temporary: TempPath, target: &Path) -> Result<(), PathPersistError> {
    temporary.persist_noclobber(target).or_else(|refused| match refused.error.kind() {
        ErrorKind::AlreadyExists => Err(refused),
        _ => match absent(target) {
            Ok(()) => refused.path.persist(target),
            Err(error) => Err(PathPersistError { error, path: refused.path }),
        },
    })
}

fn absent(target: &Path) -> io::Result<()> {
    match fs::symlink_metadata(target) {
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Some were already renamed, and what they replaced is gone.
fn midway(error: anyhow::Error, renamed: &[PathBuf]) -> anyhow::Error {
    if renamed.is_empty() {
        return error;
    }
    let names: Vec<String> = renamed.iter().map(|path| path.display().to_string()).collect();
    let sentence =
        format!("{error}. Đã ghi bản mới của {}, các tệp còn lại vẫn là bản cũ: cần chạy lại", names.join(", "));
    error.context(sentence)
}

/// Says which files are to be renamed, for whoever comes after; gone when the value is.
fn journal(dir: &Path, written: &[(TempPath, PathBuf)]) -> anyhow::Result<TempPath> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // Files of folders below are told by the way to them.
    let below = |path: &Path| path.strip_prefix(dir).map_or_else(|_| name(path), |below| below.display().to_string());
    let renames: Vec<(String, String)> =
        written.iter().map(|(temporary, target)| (name(temporary), below(target))).collect();
    let path = dir.join(JOURNAL);
    let written = serde_json::to_vec(&renames).map_err(io::Error::from).and_then(|text| {
        let temporary = write(dir, &text)?;
        temporary.persist(&path).map_err(|error| error.error)?;
        TempPath::try_from_path(&path)
    });
    sync(dir);
    written.map_err(|error| {
        let way_out = folder_way_out(error.kind());
        failure(error, format!("không ghi được vào thư mục {}: {way_out}", dir.display()))
    })
}

/// The names of a folder's files, on the disk; a system that cannot does without.
fn sync(dir: &Path) {
    if cfg!(unix) {
        let _ = File::open(dir).and_then(|dir| dir.sync_all());
    }
}

/// A new file with a hidden name, the folder's usual permissions, and the whole content on the disk.
fn write(dir: &Path, content: &[u8]) -> io::Result<TempPath> {
    // `NamedTempFile::new_in` makes files that nobody but their owner may read.
    let mut file =
        tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).make_in(dir, |path| File::create_new(path))?;
    file.as_file_mut().write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}

/// Whether the target is absent, or a file that may be replaced (Excel locks what it has open).
fn replaceable(target: &Path) -> io::Result<()> {
    match File::options().write(true).open(target) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn unreplaced(error: io::Error, target: &Path) -> anyhow::Error {
    let way_out = match error.kind() {
        ErrorKind::AlreadyExists => "đã có tệp này, không ghi đè; chạy lại lệnh",
        ErrorKind::IsADirectory => "đã có một thư mục trùng tên; đổi tên thư mục đó, hoặc chọn thư mục khác bằng -o",
        _ if target.is_dir() => "đã có một thư mục trùng tên; đổi tên thư mục đó, hoặc chọn thư mục khác bằng -o",
        kind @ (ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::ReadOnlyFilesystem) => {
            folder_way_out(kind)
        }
        _ => "tệp đang mở hoặc không cho phép ghi; đóng tệp trong Excel rồi chạy lại",
    };
    failure(error, format!("không ghi được tệp {}: {way_out}", target.display()))
}

fn folder_way_out(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "ổ đĩa đã đầy; giải phóng chỗ trống rồi chạy lại",
        ErrorKind::ReadOnlyFilesystem => "ổ đĩa chỉ cho phép đọc; chọn thư mục khác bằng -o",
        ErrorKind::PermissionDenied => "không có quyền ghi vào thư mục; chọn thư mục khác bằng -o",
        _ => "kiểm tra ổ đĩa và đường dẫn, hoặc chọn thư mục khác bằng -o",
    }
}

/// Our sentence, with the system's own words below it.
fn failure(error: io::Error, sentence: String) -> anyhow::Error {
    anyhow::Error::new(error).context(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(name: &str, content: &str) -> (String, Vec<u8>) {
        (name.to_owned(), content.as_bytes().to_vec())
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn outputs_replace_the_earlier_ones() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("bao-cao/2023");
        all(&dir, &[output("a.md", "cũ")]).unwrap();
        let paths = all(&dir, &[output("a.md", "mới"), output("b.json", "{}")]).unwrap();
        assert_eq!(paths, [dir.join("a.md"), dir.join("b.json")]);
        assert_eq!(fs::read_to_string(dir.join("a.md")).unwrap(), "mới");
        assert_eq!(names(&dir), ["a.md", "b.json"]);
        // As any file that a program makes there.
        let usual = File::create(root.path().join("usual")).unwrap().metadata().unwrap().permissions();
        assert_eq!(fs::metadata(dir.join("a.md")).unwrap().permissions(), usual);
    }

    #[test]
    fn a_failure_leaves_the_earlier_files_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path();
        all(dir, &[output("a.md", "cũ")]).unwrap();
        fs::create_dir(dir.join("b.json")).unwrap();
        let error = all(dir, &[output("a.md", "mới"), output("b.json", "{}")]).unwrap_err();
        assert!(error.to_string().starts_with("không ghi được tệp "), "{error}");
        assert!(error.to_string().contains("b.json: đã có một thư mục trùng tên"), "{error}");
        assert!(error.source().is_some_and(|source| source.is::<io::Error>()));
        assert_eq!(fs::read_to_string(dir.join("a.md")).unwrap(), "cũ");
        assert_eq!(names(dir), ["a.md", "b.json"]);

        let error = all(&dir.join("a.md"), &[output("c.md", "")]).unwrap_err();
        assert!(error.to_string().contains("đã có một tệp trùng tên"), "{error}");
    }

    /// A folder as a run leaves it that is killed when it has renamed so many of two files.
    fn killed(renamed: usize) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path();
        all(dir, &[output("a.md", "cũ"), output("b.json", "cũ")]).unwrap();
        let names = ["a.md", "b.json"];
        let temporaries = names.map(|_| write(dir, "mới".as_bytes()).unwrap().keep().unwrap());
        let written: Vec<(TempPath, PathBuf)> = temporaries
            .iter()
            .zip(names)
            .map(|(temporary, name)| (TempPath::try_from_path(temporary).unwrap(), dir.join(name)))
            .collect();
        journal(dir, &written).unwrap().keep().unwrap();
        written.into_iter().for_each(|(temporary, _)| drop(temporary.keep().unwrap()));
        for (temporary, name) in temporaries.iter().zip(names).take(renamed) {
            fs::rename(temporary, dir.join(name)).unwrap();
        }
        root
    }

    #[test]
    fn what_a_killed_run_began_is_ended_by_the_next() {
        for renamed in 0..=2 {
            let root = killed(renamed);
            let remarks = recover(root.path());
            assert_eq!(remarks.len(), 2 - renamed, "{remarks:?}");
            assert!(remarks.iter().all(|remark| remark.contains("đã ghi nốt ")));
            assert_eq!(names(root.path()), ["a.md", "b.json"]);
            for name in ["a.md", "b.json"] {
                assert_eq!(fs::read_to_string(root.path().join(name)).unwrap(), "mới", "{renamed}");
            }
            assert!(recover(root.path()).is_empty());
        }
    }

    #[test]
    fn what_was_to_lie_in_a_folder_below_is_ended_there() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path();
        fs::create_dir(dir.join("du-lieu")).unwrap();
        let temporary = write(dir, b"x").unwrap().keep().unwrap();
        let written = [(TempPath::try_from_path(&temporary).unwrap(), dir.join("du-lieu/a.csv"))];
        journal(dir, &written).unwrap().keep().unwrap();
        written.into_iter().for_each(|(temporary, _)| drop(temporary.keep().unwrap()));
        assert_eq!(recover(dir).len(), 1);
        assert_eq!((names(dir), names(&dir.join("du-lieu"))), (vec!["du-lieu".into()], vec!["a.csv".into()]));
    }

    #[test]
    fn a_failure_midway_says_what_is_new() {
        let root = tempfile::tempdir().unwrap();
        let error = all(root.path(), &[output("a.md", ""), output("nowhere/b.md", "")]).unwrap_err().to_string();
        assert!(error.contains("Đã ghi bản mới của ") && error.contains("a.md, các tệp còn lại"), "{error}");
        assert_eq!(names(root.path()), ["a.md"]);
    }

    #[test]
    fn what_is_there_is_not_written_over_where_all_must_be_new() {
        let root = tempfile::tempdir().unwrap();
        new(root.path(), &[output("a.md", "cũ")]).unwrap();
        let error = new(root.path(), &[output("b.md", ""), output("a.md", "mới")]).unwrap_err().to_string();
        assert!(error.contains("a.md: đã có tệp này, không ghi đè"), "{error}");
        let temporary = write(root.path(), b"new").unwrap();
        assert_eq!(
            persist_new(temporary, &root.path().join("a.md")).unwrap_err().error.kind(),
            ErrorKind::AlreadyExists
        );
        assert_eq!(
            (fs::read_to_string(root.path().join("a.md")).unwrap().as_str(), names(root.path()).len()),
            ("cũ", 1)
        );
    }

    #[test]
    fn what_cannot_be_ended_is_said() {
        let root = killed(0);
        fs::remove_file(root.path().join("b.json")).unwrap();
        fs::create_dir(root.path().join("b.json")).unwrap();
        let remarks = recover(root.path());
        assert!(remarks[0].contains("đã ghi nốt ") && remarks[1].contains("còn là bản cũ"), "{remarks:?}");
        assert_eq!(names(root.path()), ["a.md", "b.json"]);
    }

    #[test]
    fn only_what_is_ours_is_touched() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("bao-cao");
        fs::create_dir(&dir).unwrap();
        fs::write(root.path().join(".danvan-1.tmp"), "x").unwrap();
        fs::write(dir.join("a.tmp"), "x").unwrap();
        for journal in [
            "[[\"../.danvan-1.tmp\", \"a.md\"]]",
            "[[\".danvan-1.tmp\", \"../a.md\"]]",
            "[[\"a.tmp\", \"a.md\"]]",
            "no journal",
        ] {
            fs::write(dir.join(JOURNAL), journal).unwrap();
            fs::write(dir.join(".danvan-1.tmp"), "x").unwrap();
            assert!(recover(&dir).is_empty(), "{journal}");
            assert!(names(&dir).contains(&"a.tmp".to_owned()) && names(root.path()) == [".danvan-1.tmp", "bao-cao"]);
        }
    }
}
