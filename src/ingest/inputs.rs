//! Which files are read: folders walked, patterns expanded (cmd.exe does not), own outputs and lock files passed over.
//!
//! Takes the workspace, its settings and the paths given by the user; gives every file there is, sorted by the path
//! that messages show. What a file holds is no matter here: Word files and pictures are inputs too, named later on.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf, absolute};
use std::sync::Arc;

use anyhow::{Context, bail};
use globset::{GlobBuilder, GlobMatcher};
use icu_normalizer::ComposingNormalizerBorrowed;
use walkdir::{DirEntry, WalkDir};

use crate::catalogue::edition;
use crate::catalogue::settings::{self, Settings};

/// Where the communes' files are looked for, below the workspace.
const INPUT_DIR: &str = "du-lieu";

/// Where reports go, below the workspace.
const REPORT_DIR: &str = "bao-cao";

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// As the system names it: what is opened.
    pub path: PathBuf,
    /// As messages and sources name it: relative to the workspace if below it, else as given; `/` between, NFC.
    pub shown: Arc<str>,
}

impl Input {
    /// The file's size, for what is one.
    pub fn size(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |data| if data.is_file() { data.len() } else { 0 })
    }

    /// The file's bytes. What is no file (a pipe, a device, a linked folder) is an error at once, since reading it might
    /// never end.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        match fs::metadata(&self.path)?.is_file() {
            true => fs::read(&self.path),
            false => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

/// The folder that reports are written to when nothing else is asked.
pub fn report_dir(workspace: &Path, settings: &Settings) -> PathBuf {
    workspace.join(settings.report.dir.as_deref().unwrap_or(Path::new(REPORT_DIR)))
}

/// Every file to read, once each, sorted by the path shown. `given` is empty for the settings' input folder.
///
/// Errors, each one whole sentence: a path or folder that is not there, a pattern without a match, no file at all.
pub fn discover(workspace: &Path, settings: &Settings, given: &[PathBuf]) -> anyhow::Result<Vec<Input>> {
    let search = Search { workspace: plain(workspace), report_dir: plain(&report_dir(workspace, settings)) };
    let mut found = Vec::new();
    if given.is_empty() {
        let dir = settings.input.dir.as_deref().unwrap_or(Path::new(INPUT_DIR));
        let folder = workspace.join(dir);
        if !folder.is_dir() {
            bail!(
                "không có thư mục {}: chép các tệp số liệu vào thư mục này, hoặc chỉ chỗ để tệp bằng --input THƯ_MỤC",
                search.shown(&folder)
            );
        }
        search.walk(&folder, None, &mut found);
    }
    for path in given {
        if path.is_dir() {
            search.walk(path, None, &mut found);
        } else if path.exists() {
            found.push(path.clone());
        } else if let Some((folder, pattern)) = pattern(path)? {
            let before = found.len();
            search.walk(&folder, Some(&pattern), &mut found);
            if found.len() == before {
                bail!("không có tệp nào khớp với {}", path.display());
            }
        } else {
            bail!("không có tệp hoặc thư mục {}", path.display());
        }
    }
    let mut inputs: Vec<Input> = found.into_iter().map(|path| Input { shown: search.shown(&path), path }).collect();
    inputs.sort_by(|a, b| a.shown.cmp(&b.shown).then_with(|| a.path.cmp(&b.path)));
    let mut seen = HashSet::new();
    inputs.retain(|input| seen.insert(fs::canonicalize(&input.path).unwrap_or_else(|_| plain(&input.path))));
    if inputs.is_empty() {
        let places: Vec<String> = match given {
            [] => vec![
                search
                    .shown(&workspace.join(settings.input.dir.as_deref().unwrap_or(Path::new(INPUT_DIR))))
                    .to_string(),
            ],
            given => given.iter().map(|path| path.display().to_string()).collect(),
        };
        let way_out = match given {
            [] => ": chép các tệp số liệu của các đơn vị vào thư mục này rồi chạy lại",
            _ => "",
        };
        bail!("không có tệp nào để đọc trong {}{way_out}", places.join(", "));
    }
    Ok(inputs)
}

/// The one file that a user names: by its path, by the path that messages show, or by its name alone where no other has it.
pub fn named(workspace: &Path, settings: &Settings, given: &[PathBuf], file: &Path) -> anyhow::Result<Input> {
    let search = Search { workspace: plain(workspace), report_dir: plain(&report_dir(workspace, settings)) };
    let of_path = |path: PathBuf| Input { shown: search.shown(&path), path };
    if file.is_file() {
        return Ok(of_path(file.to_path_buf()));
    }
    let typed = slashes(file);
    let inputs = discover(workspace, settings, given)?;
    if let Some(input) = inputs.iter().find(|input| *input.shown == *typed) {
        return Ok(input.clone());
    }
    let below = workspace.join(file);
    if below.is_file() {
        return Ok(of_path(below));
    }
    let name = |input: &Input| file_name(&input.shown).to_lowercase();
    let alike: Vec<&Input> = inputs.iter().filter(|input| name(input) == typed.to_lowercase()).collect();
    match alike[..] {
        [one] => Ok(one.clone()),
        [] => match settings::nearest(&typed, inputs.iter().flat_map(|input| [&*input.shown, file_name(&input.shown)]))
        {
            Some(near) => bail!("không có tệp {typed} (ý bạn là {near}?)"),
            None => bail!("không có tệp {typed} trong các tệp cần đọc"),
        },
        ref several => {
            let paths: Vec<&str> = several.iter().map(|input| &*input.shown).collect();
            bail!("có nhiều tệp tên {typed}: {}; hãy ghi cả đường dẫn", paths.join(", "))
        }
    }
}

fn file_name(shown: &str) -> &str {
    shown.rsplit('/').next().unwrap_or(shown)
}

struct Search {
    workspace: PathBuf,
    report_dir: PathBuf,
}

impl Search {
    /// Adds the files below a folder. What cannot be looked into is added as if it were a file, so that reading names it.
    fn walk(&self, folder: &Path, pattern: Option<&GlobMatcher>, found: &mut Vec<PathBuf>) {
        let matches = |path: &Path| match (pattern, path.strip_prefix(folder)) {
            // A folder that matches stands for the files in it.
            (Some(pattern), Ok(below)) => below.ancestors().any(|part| pattern.is_match(&*slashes(part))),
            _ => true,
        };
        let own = self.is_workspace(folder);
        let wanted = |entry: &DirEntry| self.is_wanted(entry, own);
        for entry in WalkDir::new(folder).into_iter().filter_entry(wanted) {
            match entry {
                Ok(entry) if !matches(entry.path()) || entry.file_type().is_dir() => {}
                // A linked folder may lead anywhere, also back. What lies below the folder is read there.
                Ok(entry) if entry.path().is_dir() && is_below(entry.path(), folder) => {}
                Ok(entry) if entry.path().is_file() && is_own_output(entry.path()) => {}
                Ok(entry) => found.push(entry.into_path()),
                Err(error) => found.extend(error.path().filter(|path| matches(path)).map(Path::to_path_buf)),
            }
        }
    }

    /// Whether a folder is this run's workspace or another one.
    fn is_workspace(&self, folder: &Path) -> bool {
        plain(folder) == self.workspace
            || is_below(folder, &self.workspace) && is_below(&self.workspace, folder)
            || folder.join(settings::FILE).is_file()
            || folder.join(INPUT_DIR).is_dir()
    }

    /// Whether an entry is no lock file, hidden file, report or file of the workspace's own; `own`: whether the folder
    /// walked is a workspace.
    fn is_wanted(&self, entry: &DirEntry, own: bool) -> bool {
        if entry.depth() == 0 {
            return true;
        }
        let name = entry.file_name().to_string_lossy();
        if name.starts_with('.')
            || name.starts_with("~$")
            || ["thumbs.db", "desktop.ini", "__macosx"].contains(&name.to_lowercase().as_str())
        {
            return false;
        }
        let path = plain(entry.path());
        if path == self.report_dir {
            return false;
        }
        let name = name.to_lowercase();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let own_name = if entry.file_type().is_dir() {
            ["bieu", "mau", edition::FOLDER, REPORT_DIR].contains(&name.as_str())
        } else {
            name == settings::FILE || ["don-vi", "ke-hoach"].contains(&stem)
        };
        let in_workspace = |folder: &Path| folder == self.workspace || folder.join(settings::FILE).is_file();
        !(own_name && (own && entry.depth() == 1 || path.parent().is_some_and(in_workspace)))
    }

    fn shown(&self, path: &Path) -> Arc<str> {
        let below = plain(path);
        let name = match below.strip_prefix(&self.workspace) {
            Ok(below) if below.as_os_str().is_empty() => slashes(Path::new(".")),
            Ok(below) => slashes(below),
            Err(_) => slashes(path),
        };
        name.into()
    }
}

/// Whether a path leads to a folder or below it, links followed.
fn is_below(path: &Path, folder: &Path) -> bool {
    matches!((fs::canonicalize(path), fs::canonicalize(folder)), (Ok(path), Ok(folder)) if path.starts_with(&folder))
}

/// Absolute, without `.` and `..`, whether or not it is there.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in absolute(path).unwrap_or_else(|_| path.to_path_buf()).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// With `/` between its parts, in NFC: macOS and Zalo send names decomposed.
fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    ComposingNormalizerBorrowed::new_nfc().normalize(&text).into_owned()
}

/// The folder to search and what to match below it, where a path bears `*` or `?`.
fn pattern(path: &Path) -> anyhow::Result<Option<(PathBuf, GlobMatcher)>> {
    let is_wild = |part: &Component| part.as_os_str().to_string_lossy().contains(['*', '?']);
    let parts: Vec<Component> = path.components().collect();
    let Some(at) = parts.iter().position(is_wild) else { return Ok(None) };
    let folder: PathBuf = if at == 0 { PathBuf::from(".") } else { parts[..at].iter().collect() };
    let matcher = matcher(&slashes(&parts[at..].iter().collect::<PathBuf>()));
    Ok(Some((folder, matcher.with_context(|| format!("mẫu tên tệp {} viết sai", path.display()))?)))
}

/// What a name with `*` and `?` matches; the case of letters does not matter.
pub fn matcher(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    let mut glob = String::new();
    for c in pattern.chars() {
        // Only `*` and `?` have a meaning: office file names bear brackets, as in "T6 [sửa].xlsx".
        match c {
            '[' | ']' | '{' | '}' => glob.extend(['[', c, ']']),
            c => glob.push(c),
        }
    }
    let mut builder = GlobBuilder::new(&glob);
    let built = builder.literal_separator(true).backslash_escape(false).case_insensitive(true).build()?;
    Ok(built.compile_matcher())
}

/// Whether a file is what danvan wrote of the data: a report, a status, an answer to a unit. By what it holds, wherever it lies
/// and whatever it is called: read again, it would count everything twice. Blanks and converted data are none of these.
fn is_own_output(path: &Path) -> bool {
    let (Some(stem), Some(extension)) = (path.file_stem(), path.extension()) else { return false };
    match extension.to_string_lossy().to_lowercase().as_str() {
        "toml" => starts_with(path, &[edition::SCHEMA]).unwrap_or(false),
        // No commune's workbook has these sheets together; they outlive a program that saves it anew.
        "xlsx" => {
            let holds = |texts: &[&str]| part_holds(path, "xl/workbook.xml", texts).unwrap_or(false);
            holds(&["\"Tình hình gửi báo cáo\"", "\"Thuyết minh\""])
                || holds(&["\"Tình hình gửi\"", "\"Danh sách nhắc\""])
                || holds(&["\"Phiếu rà soát\""])
                    && part_holds(path, "docProps/core.xml", &[">Phiếu rà soát số liệu: "]).unwrap_or(false)
        }
        "docx" => part_holds(path, "docProps/core.xml", &[">danvan</dc:creator>"]).unwrap_or(false),
        // No figure is ever read from Markdown. A page mostly stands beside its workbook.
        "md" => {
            is_output_name(&stem.to_string_lossy())
                || ["xlsx", "docx", "json"].iter().any(|beside| is_own_output(&path.with_extension(beside)))
                || starts_with(path, &["# PHIẾU RÀ SOÁT SỐ LIỆU"]).unwrap_or(false)
        }
        "json" => starts_with(path, &["\"danvan."]).unwrap_or(false),
        "csv" => starts_with(path, &["Mã đơn vị,Đơn vị,Mã biểu,Biểu,Tháng,Tình trạng,"]).unwrap_or(false),
        _ => false,
    }
}

fn is_output_name(stem: &str) -> bool {
    let parts = ["6-thang-", "6-thang-cuoi-nam-", "9-thang-", "quy-", "thang-", "tu-"];
    let wholes = ["tinh-hinh-gui-", "nhac-gui-"];
    let after = |starts: &[&str], stem: &str| {
        starts.iter().filter_map(|start| stem.strip_prefix(start)).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut rests = after(&[&parts[..], &["tong-ket-", "so-ket-6-thang-", "nhiem-ky-"]].concat(), stem);
    for rest in after(&wholes, stem) {
        rests.extend(after(&parts, &rest));
        rests.push(rest);
    }
    rests.into_iter().any(|rest| {
        let rest = rest.replace("-den-", "-");
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '-')
    })
}

/// Whether a part of an office file holds all these texts.
fn part_holds(path: &Path, part: &str, texts: &[&str]) -> io::Result<bool> {
    let mut file = zip::ZipArchive::new(File::open(path)?)?;
    let mut content = String::new();
    file.by_name(part)?.take(1 << 20).read_to_string(&mut content)?;
    Ok(texts.iter().all(|text| content.contains(text)))
}

/// Whether one of these stands near a file's beginning.
fn starts_with(path: &Path, any: &[&str]) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(2000).read_to_end(&mut start)?;
    let start = String::from_utf8_lossy(&start);
    Ok(any.iter().any(|text| start.contains(text)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tempfile::{TempDir, tempdir};

    use super::*;

    fn workspace(files: &[&str]) -> TempDir {
        let workspace = tempdir().unwrap();
        for file in files {
            let path = workspace.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        workspace
    }

    fn shown(workspace: &TempDir, given: &[&str]) -> Result<Vec<String>, String> {
        let given: Vec<PathBuf> = given.iter().map(|path| workspace.path().join(path)).collect();
        match discover(workspace.path(), &Settings::default(), &given) {
            Ok(inputs) => Ok(inputs.iter().map(|input| input.shown.to_string()).collect()),
            Err(error) => Err(error.to_string().replace(workspace.path().to_str().unwrap(), "W")),
        }
    }

    #[test]
    fn a_file_is_named_by_its_path_or_by_its_name_alone() {
        let workspace = workspace(&["du-lieu/a/T5.xlsx", "du-lieu/b/T5.xlsx", "du-lieu/b/T6.xlsx"]);
        let named = |file: &str| match named(workspace.path(), &Settings::default(), &[], Path::new(file)) {
            Ok(input) => input.shown.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(named("du-lieu/a/T5.xlsx"), "du-lieu/a/T5.xlsx");
        assert_eq!(named(workspace.path().join("du-lieu/a/T5.xlsx").to_str().unwrap()), "du-lieu/a/T5.xlsx");
        assert_eq!(named("t6.XLSX"), "du-lieu/b/T6.xlsx");
        assert_eq!(
            named("T5.xlsx"),
            "có nhiều tệp tên T5.xlsx: du-lieu/a/T5.xlsx, du-lieu/b/T5.xlsx; hãy ghi cả đường dẫn"
        );
        assert_eq!(named("T7.xlsx"), "không có tệp T7.xlsx (ý bạn là T6.xlsx?)");
        assert_eq!(named("zzz"), "không có tệp zzz trong các tệp cần đọc");
    }

    #[test]
    fn every_file_below_the_input_folder_is_read_in_order() {
        let workspace = workspace(&[
            "danvan.toml",
            "du-lieu/b.csv",
            "du-lieu/xa/2023/a.xlsx",
            "du-lieu/xa/công văn.docx",
            "du-lieu/don-vi.xlsx",
            "du-lieu/.an.xlsx",
            "du-lieu/.git/c.xlsx",
            "du-lieu/~$a.xlsx",
            "du-lieu/Thumbs.db",
            "khac/d.csv",
        ]);
        let expected = ["du-lieu/b.csv", "du-lieu/don-vi.xlsx", "du-lieu/xa/2023/a.xlsx", "du-lieu/xa/công văn.docx"];
        assert_eq!(shown(&workspace, &[]).unwrap(), expected);
    }

    #[test]
    fn the_workspaces_own_files_are_no_input() {
        let workspace = workspace(&[
            "danvan.toml",
            "don-vi.csv",
            "ke-hoach.xlsx",
            "bieu/a.toml",
            "mau/b.txt",
            "bao-cao/tong-ket-2023.xlsx",
            "T6.csv",
            "xa/don-vi.csv",
            "xa/bieu/c.csv",
        ]);
        assert_eq!(shown(&workspace, &["."]).unwrap(), ["T6.csv", "xa/bieu/c.csv", "xa/don-vi.csv"]);
    }

    #[test]
    fn patterns_are_expanded_and_each_file_is_read_once() {
        let workspace = workspace(&["a/T1.xlsx", "a/T2.XLSX", "a/b/T3.xlsx", "a/T[4].xlsx", "a/x.csv"]);
        for (given, expected) in [
            (&["a/*.xlsx"][..], &["a/T1.xlsx", "a/T2.XLSX", "a/T[4].xlsx"][..]),
            (&["a/**/*.xlsx"], &["a/T1.xlsx", "a/T2.XLSX", "a/T[4].xlsx", "a/b/T3.xlsx"]),
            (&["a/T?.xlsx", "a/T1.xlsx"], &["a/T1.xlsx", "a/T2.XLSX"]),
            (&["a/T[?].xlsx"], &["a/T[4].xlsx"]),
            (&["a/T[4].xlsx"], &["a/T[4].xlsx"]),
            (&["*/b"], &["a/b/T3.xlsx"]),
        ] {
            assert_eq!(shown(&workspace, given).unwrap(), expected, "{given:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_said() {
        let workspace = workspace(&["a/T1.xlsx", "trong/.an"]);
        for (given, expected) in [
            (&["a/*.csv"][..], "không có tệp nào khớp với W/a/*.csv"),
            (&["b.csv"], "không có tệp hoặc thư mục W/b.csv"),
            (&["trong"], "không có tệp nào để đọc trong W/trong"),
            (
                &[],
                "không có thư mục du-lieu: chép các tệp số liệu vào thư mục này, hoặc chỉ chỗ để tệp bằng --input THƯ_MỤC",
            ),
        ] {
            assert_eq!(shown(&workspace, given).unwrap_err(), expected);
        }
    }

    #[test]
    fn decomposed_names_are_shown_composed_and_opened_as_they_are() {
        let decomposed = "Xa\u{303} Ba\u{309}o Ha\u{300}.csv";
        let workspace = workspace(&[&format!("du-lieu/{decomposed}")]);
        let inputs = discover(workspace.path(), &Settings::default(), &[]).unwrap();
        assert_eq!(&*inputs[0].shown, "du-lieu/Xã Bảo Hà.csv");
        assert!(inputs[0].path.exists());
        assert_eq!(shown(&workspace, &["du-lieu/Xã*.csv"]).unwrap(), ["du-lieu/Xã Bảo Hà.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_neither_lead_astray_nor_block() {
        use std::os::unix::{fs::symlink, net::UnixListener};
        let elsewhere = workspace(&["x.csv"]);
        let workspace = workspace(&["du-lieu/xa/a.csv"]);
        let at = |path: &str| workspace.path().join(path);
        symlink(at("du-lieu"), at("du-lieu/xa/vong")).unwrap();
        symlink(workspace.path(), at("du-lieu/tren")).unwrap();
        symlink(elsewhere.path(), at("du-lieu/ngoai")).unwrap();
        symlink(at("du-lieu/xa/a.csv"), at("du-lieu/b.csv")).unwrap();
        symlink("khong-co", at("du-lieu/hong.csv")).unwrap();
        let _socket = UnixListener::bind(at("du-lieu/o.csv")).unwrap();
        // A file by two names is one file; what cannot be read is kept, to be named.
        let expected = ["du-lieu/b.csv", "du-lieu/hong.csv", "du-lieu/ngoai", "du-lieu/o.csv", "du-lieu/tren"];
        assert_eq!(shown(&workspace, &[]).unwrap(), expected);
        assert_eq!(shown(&workspace, &["du-lieu", "./du-lieu"]).unwrap(), expected);
        let inputs = discover(workspace.path(), &Settings::default(), &[]).unwrap();
        let readable: Vec<bool> = inputs.iter().map(|input| input.bytes().is_ok()).collect();
        assert_eq!(readable, [true, false, false, false, false]);
    }

    #[test]
    fn another_workspaces_own_files_are_no_input_either() {
        let workspace = workspace(&[
            "a/danvan.toml",
            "a/don-vi.csv",
            "a/bao-cao/x.csv",
            "a/T6.csv",
            "b/don-vi.csv",
            "b/ke-hoach.csv",
            "b/du-lieu/don-vi.csv",
            "c/bao-cao/don-vi.csv",
        ]);
        let expected = ["a/T6.csv", "b/du-lieu/don-vi.csv", "c/bao-cao/don-vi.csv"];
        assert_eq!(shown(&workspace, &["a", "b", "c"]).unwrap(), expected);
        assert!(!shown(&workspace, &["."]).unwrap().iter().any(|path| path.starts_with("a/d")));
        for dir in ["", ".", "./"] {
            let mut settings = Settings::default();
            settings.input.dir = Some(dir.into());
            let inputs = discover(&workspace.path().join("a"), &settings, &[]).unwrap();
            assert_eq!(inputs.iter().map(|input| &*input.shown).collect::<Vec<_>>(), ["T6.csv"], "{dir:?}");
        }
    }

    #[test]
    fn own_reports_among_the_data_are_told_by_what_they_hold() {
        let workspace =
            workspace(&["quy-2-2023.xlsx", "tong-ket-2023.md", "tong-ket-ghi-chu.md", "thang-06-2023.json"]);
        let sheets = "<sheet name=\"Tình hình gửi báo cáo\"/><sheet name=\"Thuyết minh\"/>";
        for (name, part, content) in [
            ("tong-ket-2023.xlsx", "xl/workbook.xml", sheets),
            ("tong-ket-2023.docx", "docProps/core.xml", "<dc:creator>danvan</dc:creator>"),
            ("tong-ket-2022.docx", "docProps/core.xml", "<dc:creator>Xã Bảo Hà</dc:creator>"),
            // By another name, in another folder, of another time.
            ("b1/của tôi.xlsx", "xl/workbook.xml", sheets),
            ("b1/của tôi.docx", "docProps/core.xml", "<dc:creator>danvan</dc:creator>"),
            ("b1/TB02.xlsx", "xl/workbook.xml", "<sheet name=\"Tình hình gửi\"/><sheet name=\"Danh sách nhắc\"/>"),
            ("nhiem-ky-2021-2025.xlsx", "xl/workbook.xml", sheets),
            // A blank that was filled in, and a commune's own sheet of that name.
            ("b1/mẫu.xlsx", "docProps/core.xml", "<dc:creator>danvan</dc:creator>"),
            ("b1/phiếu của xã.xlsx", "xl/workbook.xml", "<sheet name=\"Phiếu rà soát\"/>"),
        ] {
            fs::create_dir_all(workspace.path().join("b1")).unwrap();
            let mut zip = zip::ZipWriter::new(File::create(workspace.path().join(name)).unwrap());
            zip.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
            zip.finish().unwrap();
        }
        for (name, content) in [
            ("tong-ket-2023.json", "{\"schema\": \"danvan.report/1\""),
            ("b1/s.json", "{\"schema\": \"danvan.status/1\""),
            ("b1/của tôi.md", "x"),
            ("nhiem-ky-2021-2025.md", "x"),
            ("b1/s.csv", "\u{feff}Mã đơn vị,Đơn vị,Mã biểu,Biểu,Tháng,Tình trạng,Ngày\r\n"),
        ] {
            fs::write(workspace.path().join(name), content).unwrap();
        }
        let expected = [
            "b1/mẫu.xlsx",
            "b1/phiếu của xã.xlsx",
            "quy-2-2023.xlsx",
            "thang-06-2023.json",
            "tong-ket-2022.docx",
            "tong-ket-ghi-chu.md",
        ];
        assert_eq!(shown(&workspace, &["."]).unwrap(), expected);
    }
}
