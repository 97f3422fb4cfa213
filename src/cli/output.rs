//! Where outputs go: a folder, one file, or standard output.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::bail;

use danvan::run::Outcome;
use danvan::write::place;

use super::terminal::{self, Terminal};
use super::{Common, manifest, period::Usage};

/// What `--output` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Stdout,
    /// `None` for the settings' report folder.
    Folder(Option<PathBuf>),
    /// A file, whose extension names the one format.
    File(PathBuf, &'static str),
}

impl Target {
    /// `formats`: the extensions that this command can write.
    pub fn of(path: Option<PathBuf>, formats: &[&'static str]) -> Result<Target, Usage> {
        let Some(path) = path else { return Ok(Target::Folder(None)) };
        if path.as_os_str() == "-" {
            return Ok(Target::Stdout);
        }
        let said_folder = path.to_string_lossy().ends_with(['/', '\\']) || path.is_dir();
        let extension =
            path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
        // "nam.2023" is a folder's name; "bao-cao.pdf" is a wish that cannot be met.
        if said_folder || extension.is_empty() || extension.chars().any(|c| !c.is_ascii_alphabetic()) {
            return Ok(Target::Folder(Some(path)));
        }
        match formats.iter().find(|format| **format == extension) {
            Some(format) => Ok(Target::File(path, format)),
            None => Err(Usage(format!(
                "--output {}: không ghi được tệp .{extension}; dùng {}, hoặc ghi tên thư mục có dấu / ở cuối",
                path.display(),
                formats.join(", ")
            ))),
        }
    }

    /// The formats to write, each once: those asked for, or the one that a file's name says; of `all`, by the names that options
    /// give them. None for a folder leaves it to the command.
    pub fn formats<Format: Copy + PartialEq>(
        &self,
        asked: &[Format],
        all: &[(&str, Format)],
    ) -> Result<Vec<Format>, Usage> {
        let mut formats: Vec<Format> = Vec::new();
        for format in asked {
            if !formats.contains(format) {
                formats.push(*format);
            }
        }
        match self {
            Target::Folder(_) => Ok(formats),
            Target::Stdout if formats.len() == 1 => Ok(formats),
            Target::Stdout => Err(Usage("--output - cần đúng một định dạng, ví dụ --format json".into())),
            Target::File(path, extension) => {
                let named = all.iter().find(|(id, _)| id == extension).map(|(_, format)| *format);
                match (&formats[..], named) {
                    ([], Some(format)) => Ok(vec![format]),
                    ([asked], Some(format)) if *asked == format => Ok(vec![format]),
                    _ => Err(Usage(format!(
                        "--output {} là một tệp .{extension}, không khớp với --format; ghi tên thư mục nếu cần nhiều định dạng",
                        path.display()
                    ))),
                }
            }
        }
    }

    /// The folder that is written into; `None` for standard output.
    pub fn folder(&self, usual: impl FnOnce() -> anyhow::Result<PathBuf>) -> anyhow::Result<Option<PathBuf>> {
        let plain = |path: PathBuf| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path };
        Ok(match self {
            Target::Stdout => None,
            Target::Folder(Some(folder)) => Some(folder.clone()),
            Target::Folder(None) => Some(usual()?),
            Target::File(path, _) => path.parent().map(Path::to_path_buf).map(plain),
        })
    }

    /// Writes what a run made; gives the names of the files written.
    pub fn place(&self, outcome: &mut Outcome, common: &Common, terminal: &Terminal) -> anyhow::Result<Vec<String>> {
        let dir = match self {
            Target::Stdout => {
                let [(name, bytes)] = &outcome.outputs[..] else {
                    bail!("số liệu gồm {} tệp: --output phải là một thư mục", outcome.outputs.len());
                };
                let office = [("xlsx", "Excel"), ("docx", "Word")];
                let binary = office.iter().find(|(extension, _)| name.ends_with(&format!(".{extension}")));
                if let Some((extension, program)) = binary.filter(|_| io::stdout().is_terminal()) {
                    bail!("không in tệp {program} ra màn hình: ghi --output TÊN_TỆP.{extension}");
                }
                terminal::stdout(bytes)?;
                return Ok(Vec::new());
            }
            Target::Folder(folder) => folder.clone().unwrap_or_else(|| outcome.folder.clone()),
            Target::File(path, _) => {
                let [(name, _)] = &mut outcome.outputs[..] else {
                    bail!("số liệu gồm {} tệp: --output phải là một thư mục", outcome.outputs.len());
                };
                let Some(file) = path.file_name() else { bail!("--output {}: không có tên tệp", path.display()) };
                *name = file.to_string_lossy().into_owned();
                path.parent().map(Path::to_path_buf).unwrap_or_default()
            }
        };
        for (name, _) in &outcome.outputs {
            let Ok(target) = fs::canonicalize(dir.join(name)) else { continue };
            if outcome.inputs.iter().any(|input| fs::canonicalize(&input.path).is_ok_and(|input| input == target)) {
                bail!("không ghi đè lên tệp số liệu {}: chọn --output khác", dir.join(name).display());
            }
        }
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { &dir };
        ready(dir, common, terminal)?;
        Ok(shown(&place::all(dir, &outcome.outputs)?))
    }
}

/// Makes a folder, waits for other runs in it, and clears up after one that was killed.
pub fn ready(dir: &Path, common: &Common, terminal: &Terminal) -> anyhow::Result<()> {
    place::folder(dir)?;
    if common.hold(dir, terminal)? {
        for remark in place::recover(dir) {
            terminal::warning(&remark);
        }
    }
    Ok(())
}

/// The names of what was written, as the user is told.
pub fn shown(written: &[PathBuf]) -> Vec<String> {
    let told = written.iter().filter(|path| !manifest::is_one(path));
    told.map(|path| path.strip_prefix(".").unwrap_or(path).display().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_names_the_format_of_a_file() {
        for (path, expected) in [
            ("-", Ok(Target::Stdout)),
            ("ra", Ok(Target::Folder(Some("ra".into())))),
            ("nam.2023", Ok(Target::Folder(Some("nam.2023".into())))),
            ("so.lieu/", Ok(Target::Folder(Some("so.lieu/".into())))),
            ("ra/A.XLSX", Ok(Target::File("ra/A.XLSX".into(), "xlsx"))),
            (
                "a.pdf",
                Err("--output a.pdf: không ghi được tệp .pdf; dùng xlsx, md, hoặc ghi tên thư mục có dấu / ở cuối"),
            ),
        ] {
            let target = Target::of(Some(path.into()), &["xlsx", "md"]);
            assert_eq!(target.map_err(|usage| usage.0), expected.map_err(str::to_owned), "{path}");
        }
    }
}
