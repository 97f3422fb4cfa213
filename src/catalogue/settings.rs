//! The office's settings: `danvan.toml`. Every part is optional; an unknown key is an error with its line.
//!
//! Takes the workspace, gives [`Settings`]. [`explain`] says in one Vietnamese sentence what the TOML crate says in
//! English; whatever else is written in TOML can use it too.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{anyhow, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::base::amount::Amount;

/// The settings' file name, in the workspace.
pub const FILE: &str = "danvan.toml";

/// What a report can be written as.
pub const FORMATS: [&str; 3] = ["xlsx", "md", "json"];

/// Parts of the settings that belong to a later edition of the program.
const LATER: [&str; 1] = ["source"];

/// Before a message that is our own and Vietnamese already, so that [`explain`] can tell it from the crates'.
const OURS: &str = "danvan: ";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub agency: Agency,
    pub input: Input,
    pub report: Report,
    pub deadline: Deadline,
    /// Regional measures, where the office uses them: how many m2 each holds.
    #[serde(deserialize_with = "positive")]
    pub measure: BTreeMap<String, Amount>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Agency {
    /// Issuing body: "Ban Dân vận Huyện ủy Bảo Yên".
    pub name: Option<String>,
    /// Superior body: "Huyện ủy Bảo Yên".
    pub parent: Option<String>,
    /// Whose report this is: "Huyện Bảo Yên".
    pub unit: Option<String>,
    pub place: Option<String>,
    pub style: AgencyStyle,
    /// As titles say it; "công tác dân vận" where nothing is set.
    pub field: Option<String>,
    pub recipients: Vec<String>,
    pub signer_title: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgencyStyle {
    #[default]
    Party,
    State,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Input {
    pub dir: Option<PathBuf>,
    pub dash: Dash,
}

/// What "-" in a column of numbers means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dash {
    #[default]
    Nil,
    Blank,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    pub dir: Option<PathBuf>,
    /// Some of [`FORMATS`], at least one.
    #[serde(deserialize_with = "formats")]
    pub formats: Option<Vec<String>>,
    pub calendar: Option<String>,
    pub level: Option<String>,
    /// Indicator id → percent.
    #[serde(deserialize_with = "positive")]
    pub weak_below: BTreeMap<String, Amount>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deadline {
    /// Working days after the period's end.
    pub days: Option<u32>,
}

/// The settings of a workspace: the defaults where it has no `danvan.toml`.
///
/// Errors are one whole Vietnamese sentence; the crate's own words stand below it as the source.
pub fn load(workspace: &Path) -> anyhow::Result<Settings> {
    match read_text(&workspace.join(FILE), FILE)? {
        Some(text) => parse(&text, FILE),
        None => Ok(Settings::default()),
    }
}

/// The text of a UTF-8 file (Notepad's byte order mark taken off), or `None` where there is no such file.
pub fn read_text(path: &Path, shown: &str) -> anyhow::Result<Option<String>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(anyhow!(error).context(format!("không mở được tệp {shown}"))),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))),
        Err(error) => {
            let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|&&b| b == b'\n').count();
            bail!(
                "tệp {shown}, dòng {line}: chữ không phải UTF-8; mở tệp bằng Notepad, chọn Lưu thành, Mã hóa UTF-8, rồi lưu lại"
            )
        }
    }
}

/// A value written in TOML, or what is wrong with it, with the file and the line.
pub fn parse<T: DeserializeOwned>(text: &str, shown: &str) -> anyhow::Result<T> {
    // Twice, to tell what is not TOML from what is not a `T`.
    toml::from_str::<toml::Table>(text).map_err(|error| explain(error, text, shown, Stage::Syntax))?;
    toml::from_str(text).map_err(|error| explain(error, text, shown, Stage::Meaning))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Syntax,
    Meaning,
}

fn explain(error: toml::de::Error, text: &str, shown: &str, stage: Stage) -> anyhow::Error {
    let at = error.span().map(|span| span.start.min(text.len()));
    let line_at = |at: usize| text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count();
    let place = match at {
        Some(at) => format!("tệp {shown}, dòng {}", line_at(at) + 1),
        None => format!("tệp {shown}"),
    };
    let line = at.and_then(|at| text.lines().nth(line_at(at))).unwrap_or_default().trim();
    let said = match stage {
        Stage::Syntax => syntax(error.message(), line),
        Stage::Meaning => meaning(error.message(), line),
    };
    anyhow::Error::new(error).context(format!("{place}: {said}"))
}

fn syntax(message: &str, line: &str) -> String {
    if message.contains("duplicate key") {
        return format!("mục \"{}\" đã ghi ở trên rồi, chỉ được ghi một lần", key_of(line));
    }
    let hint = if line.contains('\\') {
        "; đường dẫn Windows viết trong dấu nháy đơn, ví dụ dir = 'D:\\số liệu'"
    } else if line.contains(['“', '”', '‘', '’']) {
        "; dùng dấu nháy thẳng \", không dùng dấu nháy cong"
    } else {
        "; chữ viết trong dấu nháy kép, ví dụ name = \"Ban Dân vận\""
    };
    format!("viết sai quy cách{hint}")
}

/// What serde says, from its fixed phrases: "unknown field `x`, expected one of `a`, `b`".
fn meaning(message: &str, line: &str) -> String {
    if let Some(ours) = message.strip_prefix(OURS) {
        return ours.trim_end().to_owned();
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let found = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    if message.starts_with("unknown field") {
        if LATER.contains(&found) {
            return format!("mục [[{found}]] chưa có trong bản này; xóa mục này đi");
        }
        return match nearest(found, known.iter().copied()) {
            Some(near) => format!("không có mục \"{found}\" (ý bạn là \"{near}\"?)"),
            None => format!("không có mục \"{found}\"; các mục dùng được: {}", known.join(", ")),
        };
    }
    if message.starts_with("unknown variant") {
        return format!(
            "\"{}\" không nhận giá trị \"{found}\"; các giá trị dùng được: {}",
            key_of(line),
            known.join(", ")
        );
    }
    if message.starts_with("missing field") {
        return format!("thiếu mục \"{found}\"");
    }
    let expected = message.rsplit_once("expected ").map(|(_, expected)| expected.lines().next().unwrap_or_default());
    let wanted = match expected.unwrap_or_default() {
        e if e.contains("string") => "phải là chữ, viết trong dấu nháy kép",
        e if e.starts_with("u32") || e.contains("integer") => "phải là số nguyên không âm",
        e if e.contains("Decimal") => "phải là một số",
        e if e.contains("sequence") => "phải là danh sách trong ngoặc vuông, ví dụ [\"xlsx\", \"md\"]",
        e if e.contains("map") || e.contains("struct") => "phải là một nhóm mục, ví dụ [agency]",
        e if e.contains("boolean") => "phải là true hoặc false",
        _ => "ghi giá trị không đúng kiểu",
    };
    format!("\"{}\" {wanted}", key_of(line))
}

/// The key on a line of TOML, as far as a message needs it.
fn key_of(line: &str) -> &str {
    line.split('=').next().unwrap_or_default().trim().trim_matches(['[', ']', '"'])
}

/// The name that was probably meant.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

fn ours<E: serde::de::Error>(message: impl Display) -> E {
    E::custom(format_args!("{OURS}{message}"))
}

fn formats<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let formats = Vec::<String>::deserialize(deserializer)?;
    if formats.is_empty() {
        return Err(ours(format_args!("\"formats\" cần ít nhất một trong: {}", FORMATS.join(", "))));
    }
    match formats.iter().find(|format| !FORMATS.contains(&format.as_str())) {
        Some(format) => Err(ours(format_args!(
            "\"formats\" không nhận \"{format}\"; các định dạng dùng được: {}",
            FORMATS.join(", ")
        ))),
        None => Ok(Some(formats)),
    }
}

fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Amount>, D::Error> {
    let amounts = BTreeMap::<String, Amount>::deserialize(deserializer)?;
    match amounts.iter().find(|(_, amount)| **amount <= Amount::ZERO) {
        Some((key, _)) => Err(ours(format_args!("\"{key}\" phải là số lớn hơn 0"))),
        None => Ok(amounts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
[agency]
name = "Ban Dân vận Huyện ủy Bảo Yên"
parent = "Huyện ủy Bảo Yên"
unit = "Huyện Bảo Yên"
place = "Bảo Yên"
style = "party"
field = "công tác dân vận"
recipients = ["Thường trực Huyện ủy (báo cáo)", "Lưu: Ban Dân vận"]
signer_title = "TRƯỞNG BAN"

[input]
dir = "du-lieu"
dash = "nil"

[report]
dir = "bao-cao"
formats = ["xlsx", "md"]
calendar = "civil"
level = "xã"
weak_below = { "dialogue.answer_rate" = 80, "petition.resolved_rate" = 80.5 }

[deadline]
days = 5

[measure]
sao = 360
"#;

    #[test]
    fn the_whole_file_is_understood() {
        let settings: Settings = parse(WHOLE, FILE).unwrap();
        assert_eq!(settings.agency.style, AgencyStyle::Party);
        assert_eq!(settings.report.weak_below["petition.resolved_rate"].to_string(), "80.5");
        assert_eq!(settings.measure["sao"], Amount::from(360));
        assert_eq!(settings.deadline.days, Some(5));
        parse::<Settings>("", FILE).unwrap();
    }

    #[test]
    fn every_mistake_is_one_vietnamese_sentence_with_its_line() {
        for (text, expected) in [
            ("\n[agncy]\nname = \"x\"", "tệp danvan.toml, dòng 2: không có mục \"agncy\" (ý bạn là \"agency\"?)"),
            ("[deadline]\nzzz = 1", "tệp danvan.toml, dòng 2: không có mục \"zzz\"; các mục dùng được: days"),
            (
                "[[source]]\nfile = \"a\"",
                "tệp danvan.toml, dòng 1: mục [[source]] chưa có trong bản này; xóa mục này đi",
            ),
            ("[deadline]\ndays = \"năm\"", "tệp danvan.toml, dòng 2: \"days\" phải là số nguyên không âm"),
            ("[deadline]\ndays = -1", "tệp danvan.toml, dòng 2: \"days\" phải là số nguyên không âm"),
            ("[agency]\nname = 5", "tệp danvan.toml, dòng 2: \"name\" phải là chữ, viết trong dấu nháy kép"),
            ("agency = 5", "tệp danvan.toml, dòng 1: \"agency\" phải là một nhóm mục, ví dụ [agency]"),
            (
                "[agency]\nrecipients = \"Lưu\"",
                "tệp danvan.toml, dòng 2: \"recipients\" phải là danh sách trong ngoặc vuông, ví dụ [\"xlsx\", \"md\"]",
            ),
            (
                "[agency]\nstyle = \"tỉnh\"",
                "tệp danvan.toml, dòng 2: \"style\" không nhận giá trị \"tỉnh\"; các giá trị dùng được: party, state",
            ),
            (
                "[report]\nformats = [\"docx\"]",
                "tệp danvan.toml, dòng 2: \"formats\" không nhận \"docx\"; các định dạng dùng được: xlsx, md, json",
            ),
            ("[report]\nformats = []", "tệp danvan.toml, dòng 2: \"formats\" cần ít nhất một trong: xlsx, md, json"),
            ("[measure]\nsao = 0", "tệp danvan.toml, dòng 1: \"sao\" phải là số lớn hơn 0"),
            ("[measure]\nsao = \"ba\"", "tệp danvan.toml, dòng 2: \"sao\" phải là một số"),
            (
                "[agency]\nname = Ban Dân vận",
                "tệp danvan.toml, dòng 2: viết sai quy cách; chữ viết trong dấu nháy kép, ví dụ name = \"Ban Dân vận\"",
            ),
            (
                "[input]\ndir = \"D:\\số liệu\"",
                "tệp danvan.toml, dòng 2: viết sai quy cách; đường dẫn Windows viết trong dấu nháy đơn, ví dụ dir = 'D:\\số liệu'",
            ),
            (
                "[agency]\nname = “Ban”",
                "tệp danvan.toml, dòng 2: viết sai quy cách; dùng dấu nháy thẳng \", không dùng dấu nháy cong",
            ),
            (
                "[agency]\nname = \"a\"\nname = \"b\"",
                "tệp danvan.toml, dòng 3: mục \"name\" đã ghi ở trên rồi, chỉ được ghi một lần",
            ),
        ] {
            let error = parse::<Settings>(text, FILE).unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert!(error.source().is_some(), "the crate's own words stay below");
        }
    }

    #[test]
    fn a_file_saved_by_notepad_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(load(folder.path()).unwrap().agency.name.is_none());
        fs::write(folder.path().join(FILE), "\u{feff}[agency]\r\nname = \"Ban Dân vận\"\r\n").unwrap();
        assert_eq!(load(folder.path()).unwrap().agency.name.as_deref(), Some("Ban Dân vận"));
        fs::write(folder.path().join(FILE), b"[agency]\nname = \"B\xe0\"").unwrap();
        let error = load(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("tệp danvan.toml, dòng 2: chữ không phải UTF-8"), "{error}");
    }
}
