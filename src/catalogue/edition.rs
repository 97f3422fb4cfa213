//! Editions: what an office published, as it keeps it (`chot-so-lieu/tong-ket-2023-lan-1.toml`).
//!
//! An edition holds the figures of one period with the files and cells that they came from, and what they were reckoned by.
//! Takes and gives its text: TOML, a line a figure, sorted, so that two editions can be laid side by side.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use chrono::NaiveDate;
use serde::Deserialize;

use crate::base::amount::Amount;

use super::toml_text::{self, TomlText};

/// Where a workspace keeps its editions.
pub const FOLDER: &str = "chot-so-lieu";
pub const SCHEMA: &str = "danvan.edition/1";
/// A province's year is some millions of letters.
const FILE_AT_MOST: u64 = 64 << 20;
/// No sum of figures below this overflows.
const FIGURE_AT_MOST: i64 = 1_000_000_000_000_000_000;

/// What the line before the seal begins with; what stands above it is sealed, and nothing stands below it.
const SEAL: &str = "\n[seal]\n";

const HEAD: &str = "\
# Số liệu đã chốt, do danvan ghi bằng lệnh danvan freeze. Không sửa tệp này: báo cáo sau đối chiếu với nó.
";

/// The figures of one period as they were published once.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    pub schema: String,
    /// 1 for the first of its period.
    pub number: u32,
    /// What the office calls it.
    #[serde(default)]
    pub label: Option<String>,
    pub date: NaiveDate,
    pub period: EditionPeriod,
    pub scope: EditionScope,
    pub rules: Rules,
    /// The settings as they stood, by their keys: `input.dash`.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// By a short key: the beginning of their hash.
    #[serde(default)]
    pub files: BTreeMap<String, EditionFile>,
    /// Names by key: the code, or the name of a unit without one.
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    /// By id.
    #[serde(default)]
    pub indicators: BTreeMap<String, EditionIndicator>,
    #[serde(default)]
    pub seal: Option<Seal>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionPeriod {
    /// As files are named: `tong-ket-2023`.
    pub name: String,
    pub label: String,
    pub calendar: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionScope {
    pub code: String,
    pub name: String,
}

/// What figures are reckoned by besides the files; each a hash, but the program's version.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub program: String,
    /// What is compiled in.
    pub catalogue: String,
    /// The office's own forms; empty for none.
    pub forms: String,
    /// The register of units; empty where they come from the data.
    pub register: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionFile {
    pub path: String,
    pub blake3: String,
    /// Those that any figure names, by their place from 1.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// What was sent in it, as "unit form 2023-01 2023-02".
    #[serde(default)]
    pub sent: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionIndicator {
    pub title: String,
    pub measure: String,
    #[serde(default)]
    pub decimals: u32,
    /// A rate follows from other figures, and comes from no cell.
    #[serde(default)]
    pub rate: bool,
    /// The whole unit's.
    #[serde(default)]
    pub total: Option<Amount>,
    /// The unit whose figure that is, where those of units are not added.
    #[serde(default)]
    pub speaks: Option<String>,
    #[serde(default)]
    pub units: BTreeMap<String, EditionFigure>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionFigure {
    #[serde(default)]
    pub value: Option<Amount>,
    /// Where it is no figure that was reported: blank, conflicting.
    #[serde(default)]
    pub state: Option<String>,
    /// What its cells and lists count: `KEY.SHEET!CELL=AMOUNT`, of lists `KEY.SHEET=AMOUNT`.
    #[serde(default)]
    pub from: Vec<Part>,
    /// Files that speak of it and count nothing in it.
    #[serde(default)]
    pub also: Vec<String>,
}

/// What one cell, or one sheet's list, counts in a figure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The file's key.
    pub file: String,
    /// The sheet's place among the file's, from 1.
    pub sheet: usize,
    /// Of a list all its rows together.
    pub cell: Option<String>,
    pub amount: Amount,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    pub blake3: String,
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let part = || {
            let (place, amount) = text.rsplit_once('=')?;
            let (place, cell) = match place.split_once('!') {
                Some((place, cell)) => (place, Some(cell.to_owned())),
                None => (place, None),
            };
            let (file, sheet) = place.split_once('.')?;
            Some(Part { file: file.to_owned(), sheet: sheet.parse().ok()?, cell, amount: amount.parse().ok()? })
        };
        part().ok_or_else(|| serde::de::Error::custom("expected cần dạng TỆP.TRANG!Ô=SỐ"))
    }
}

impl Edition {
    /// `tong-ket-2023-lan-1.toml`
    pub fn file_name(&self) -> String {
        format!("{}-lan-{}.toml", self.period.name, self.number)
    }

    /// "lần 1, ngày 10/01/2024", with its label.
    pub fn said(&self) -> String {
        let label = self.label.as_ref().map(|label| format!(" \"{label}\"")).unwrap_or_default();
        format!("lần {}{label}, ngày {}", self.number, self.date.format("%d/%m/%Y"))
    }

    pub fn text(&self) -> String {
        let mut text = String::from(HEAD);
        let mut line = |said: String| {
            text.push_str(&said);
            text.push('\n');
        };
        line(format!("schema = {}", quoted(&self.schema)));
        line(format!("number = {}", self.number));
        if let Some(label) = &self.label {
            line(format!("label = {}", quoted(label)));
        }
        line(format!("date = {}", quoted(&self.date.to_string())));
        let period = &self.period;
        let table = |name: &str, entries: &[(&str, &str)]| {
            let entries = entries.iter().map(|(key, value)| format!("\n{key} = {}", quoted(value)));
            format!("\n[{name}]{}", entries.collect::<String>())
        };
        let (from, to) = (period.from.to_string(), period.to.to_string());
        line(table(
            "period",
            &[
                ("name", &period.name),
                ("label", &period.label),
                ("calendar", &period.calendar),
                ("from", &from),
                ("to", &to),
            ],
        ));
        line(table("scope", &[("code", &self.scope.code), ("name", &self.scope.name)]));
        let rules = &self.rules;
        line(table(
            "rules",
            &[
                ("program", &rules.program),
                ("catalogue", &rules.catalogue),
                ("forms", &rules.forms),
                ("register", &rules.register),
            ],
        ));
        line("\n[settings]".to_owned());
        for (name, value) in &self.settings {
            line(format!("{} = {}", key(name), quoted(value)));
        }
        line("\n[units]".to_owned());
        for (code, name) in &self.units {
            line(format!("{} = {}", key(code), quoted(name)));
        }
        for (name, file) in &self.files {
            line(table(&format!("files.{}", key(name)), &[("path", &file.path), ("blake3", &file.blake3)]));
            for (name, list) in [("sheets", &file.sheets), ("sent", &file.sent)] {
                if !list.is_empty() {
                    line(format!("{name} = {}", listed(list)));
                }
            }
        }
        for (id, indicator) in &self.indicators {
            line(table(
                &format!("indicators.{}", key(id)),
                &[("title", &indicator.title), ("measure", &indicator.measure)],
            ));
            line(format!("decimals = {}", indicator.decimals));
            if indicator.rate {
                line("rate = true".to_owned());
            }
            if let Some(total) = indicator.total {
                line(format!("total = {}", quoted(&written(total))));
            }
            if let Some(speaks) = &indicator.speaks {
                line(format!("speaks = {}", quoted(speaks)));
            }
            for (code, figure) in &indicator.units {
                let mut said = Vec::new();
                said.extend(figure.value.map(|value| format!("value = {}", quoted(&written(value)))));
                said.extend(figure.state.as_ref().map(|state| format!("state = {}", quoted(state))));
                if !figure.from.is_empty() {
                    let parts: Vec<String> = figure.from.iter().map(Part::text).collect();
                    said.push(format!("from = {}", listed(&parts)));
                }
                if !figure.also.is_empty() {
                    said.push(format!("also = {}", listed(&figure.also)));
                }
                line(format!("units.{} = {{ {} }}", key(code), said.join(", ")));
            }
        }
        let seal = seal_of(&text);
        text + &seal
    }

    /// Errors are one Vietnamese sentence with file and line.
    pub fn parse(shown: &str, text: &str) -> Result<Edition> {
        let whole = TomlText::new(shown, text);
        let edition: Edition = whole.parse()?;
        if edition.schema != SCHEMA {
            let sentence = format!("bản danvan này chỉ đọc được số chốt theo mẫu {SCHEMA}");
            return Err(whole.fault_of(&["schema"], sentence));
        }
        for (id, indicator) in &edition.indicators {
            let parts = indicator.units.values().flat_map(|figure| &figure.from);
            let values = indicator.units.values().filter_map(|figure| figure.value).chain(indicator.total);
            let fits = |amount: &Amount| amount.abs() <= Amount::from(FIGURE_AT_MOST);
            if !values.chain(parts.clone().map(|part| part.amount)).all(|amount| fits(&amount)) {
                return Err(whole.fault_of(&["indicators", id], "có số quá lớn"));
            }
            let known = |part: &&Part| {
                let file = edition.files.get(&part.file);
                file.is_some_and(|file| (1..=file.sheets.len()).contains(&part.sheet))
            };
            if let Some(part) = parts.clone().find(|part| !known(part)) {
                let sentence = format!("\"{}\" chỉ tới tệp hoặc trang tính không có trong tệp này", part.text());
                return Err(whole.fault_of(&["indicators", id], sentence));
            }
        }
        // Notepad and git may change how lines end.
        let plain = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let sealed_text = plain.rfind(SEAL).and_then(|at| Some((plain.get(..at)?, plain.get(at..)?)));
        if sealed_text.is_none_or(|(body, seal)| seal.trim_end() != seal_of(body).trim_end()) {
            bail!("tệp {shown} đã bị sửa sau khi chốt; lấy lại bản gốc từ bản sao lưu");
        }
        Ok(edition)
    }

    pub fn load(path: &Path, shown: &str) -> Result<Edition> {
        match toml_text::read_up_to(path, shown, FILE_AT_MOST)? {
            Some(text) => Self::parse(shown, &text).map_err(|error| {
                anyhow!(
                    "{error}. Để lập báo cáo mà không so với số đã chốt: thêm --against none; để chốt lại: chuyển tệp này \
                     ra khỏi thư mục {FOLDER} rồi chạy danvan freeze"
                )
            }),
            None => bail!("không có tệp {shown}"),
        }
    }

    /// All the editions of a period (by its file name) that a workspace keeps, the first one first.
    pub fn all(workspace: &Path, name: &str) -> Result<Vec<Edition>> {
        let entries = match fs::read_dir(workspace.join(FOLDER)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(|| format!("không mở được thư mục {FOLDER}"))?,
        };
        let mut found: Vec<(u32, PathBuf)> = Vec::new();
        for entry in entries {
            let path = entry.with_context(|| format!("không đọc được thư mục {FOLDER}"))?.path();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let rest = file.strip_prefix(name).and_then(|rest| rest.strip_prefix("-lan-"));
            let number = rest.and_then(|rest| rest.strip_suffix(".toml"));
            let number = number.and_then(|text| text.parse::<u32>().ok().filter(|number| number.to_string() == text));
            found.extend(number.map(|number| (number, path.clone())));
        }
        found.sort();
        let load = |(number, path): (u32, PathBuf)| {
            let shown = format!("{FOLDER}/{name}-lan-{number}.toml");
            let edition = Self::load(&path, &shown)?;
            if edition.period.name != name {
                bail!("tệp {shown} là số chốt của kỳ khác: đổi lại tên tệp thành {}", edition.file_name());
            }
            if edition.number != number {
                bail!(
                    "tệp {shown} là lần chốt {} của kỳ này: đổi lại tên tệp thành {}",
                    edition.number,
                    edition.file_name()
                );
            }
            Ok(edition)
        };
        found.into_iter().map(load).collect()
    }

    /// Whether two hold the same figures, from the same files by the same rules.
    pub fn same_as(&self, other: &Edition) -> bool {
        let plain = |edition: &Edition| Edition {
            number: 0,
            label: None,
            date: NaiveDate::default(),
            seal: None,
            ..edition.clone()
        };
        plain(self) == plain(other)
    }
}

impl Part {
    fn text(&self) -> String {
        let cell = self.cell.as_ref().map(|cell| format!("!{cell}")).unwrap_or_default();
        format!("{}.{}{cell}={}", self.file, self.sheet, written(self.amount))
    }
}

fn written(amount: Amount) -> String {
    amount.normalize().to_string()
}

/// What stands below a text that is sealed.
fn seal_of(body: &str) -> String {
    format!("{SEAL}blake3 = {}\n", quoted(&blake3::hash(body.as_bytes()).to_hex()))
}

/// A TOML text; names of files hold anything.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => write!(quoted, "\\u{:04X}", u32::from(c)).expect("a string takes all text"),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A TOML key.
fn key(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !text.is_empty() && text.chars().all(bare) { text.to_owned() } else { quoted(text) }
}

fn listed(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
impl Edition {
    /// The first edition of a district's year, of nothing yet.
    pub fn empty() -> Edition {
        let day = |text: &str| text.parse().expect("it is a day");
        Edition {
            schema: SCHEMA.into(),
            number: 1,
            label: None,
            date: day("2024-01-10"),
            period: EditionPeriod {
                name: "tong-ket-2023".into(),
                label: "Năm 2023".into(),
                calendar: "civil".into(),
                from: day("2023-01-01"),
                to: day("2023-12-31"),
            },
            scope: EditionScope { code: "BY".into(), name: "Huyện Bảo Yên".into() },
            rules: Rules { program: "0.1.0".into(), ..Rules::default() },
            settings: BTreeMap::new(),
            files: BTreeMap::new(),
            units: BTreeMap::new(),
            indicators: BTreeMap::new(),
            seal: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn edition() -> Edition {
        let part = |cell: Option<&str>, amount: &str| Part {
            file: "3fa9c2d1".into(),
            sheet: 1,
            cell: cell.map(str::to_owned),
            amount: amount.parse().unwrap(),
        };
        let figure = EditionFigure {
            value: Some("12.5".parse().unwrap()),
            from: vec![part(None, "2.5"), part(Some("D12"), "10")],
            ..EditionFigure::default()
        };
        let blank = EditionFigure { state: Some("blank".into()), ..EditionFigure::default() };
        let indicator = EditionIndicator {
            title: "Diện tích \"hiến\"".into(),
            measure: "m2".into(),
            total: Some("12.5".parse().unwrap()),
            speaks: Some("BY01".into()),
            units: [("BY01".to_owned(), figure), ("Xã Kim Sơn".to_owned(), blank)].into(),
            ..EditionIndicator::default()
        };
        let file = EditionFile {
            path: "du-lieu/Xã \\ Bảo Hà\n.xlsx".into(),
            blake3: "3fa9c2d1".into(),
            sheets: vec!["Quý I".into()],
            sent: vec!["BY01 land 2023-01".into()],
        };
        Edition {
            number: 2,
            label: Some("Gửi Huyện ủy".into()),
            settings: [("input.dash".to_owned(), "\"nil\"".to_owned())].into(),
            files: [("3fa9c2d1".to_owned(), file)].into(),
            units: [("BY01".to_owned(), "Xã Bảo Hà".to_owned())].into(),
            indicators: [("land_donation.area".to_owned(), indicator)].into(),
            ..Edition::empty()
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (edition, name) = (edition(), "chot-so-lieu/a.toml");
        let text = edition.text();
        for text in [text.clone(), format!("\u{feff}{}", text.replace('\n', "\r\n"))] {
            let read = Edition::parse(name, &text).unwrap();
            assert_eq!(Edition { seal: None, ..read }, edition);
        }
        assert_eq!(edition.file_name(), "tong-ket-2023-lan-2.toml");
    }

    #[test]
    fn a_changed_edition_is_not_believed() {
        let text = edition().text();
        for (from, to, expected) in [
            ("value = \"12.5\"", "value = \"13\"", "đã bị sửa sau khi chốt"),
            ("[seal]", "[saal]", "không có mục \"saal\""),
            ("edition/1", "edition/2", "dòng 2: bản danvan này chỉ đọc được"),
            ("D12=10", "D12=x", "cần dạng TỆP.TRANG!Ô=SỐ"),
            ("3fa9c2d1.1!D12", "3fa9c2d1.2!D12", "không có trong tệp này"),
            ("total = \"12.5\"", "total = \"12345678901234567890123\"", "có số quá lớn"),
            ("number = 2", "number = -1", "phải là số nguyên không âm"),
            ("\n[seal]", "# thêm\n[seal]", "đã bị sửa sau khi chốt"),
            ("[seal]\n", "[seal]\n# thêm\n", "đã bị sửa sau khi chốt"),
        ] {
            let changed = text.replace(from, to);
            assert_ne!(changed, text, "{from}");
            let error = Edition::parse("chot-so-lieu/a.toml", &changed).unwrap_err().to_string();
            assert!(error.starts_with("tệp chot-so-lieu/a.toml") && error.contains(expected), "{error}");
        }
    }

    #[test]
    fn nothing_stands_below_the_seal() {
        let text = edition().text();
        for added in [
            "\n[indicators.\"a.b\"]\ntitle = \"a\"\nmeasure = \"m\"\ntotal = \"900\"\n",
            "\n[files.x]\npath = \"x\"\nblake3 = \"\"\n",
            "# thêm\n",
        ] {
            let error = Edition::parse("a.toml", &format!("{text}{added}")).unwrap_err().to_string();
            assert!(error.contains("đã bị sửa sau khi chốt"), "{error}");
        }
        assert!(Edition::parse("a.toml", &format!("{text}\n\n")).is_ok());
    }

    #[test]
    fn figures_keep_all_their_decimals() {
        let mut edition = edition();
        let third = Amount::ONE / Amount::from(3);
        edition.indicators.get_mut("land_donation.area").unwrap().total = Some(third);
        let read = Edition::parse("a.toml", &edition.text()).unwrap();
        assert_eq!(read.indicators["land_donation.area"].total, Some(third));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let error = Edition::load(Path::new("/dev/zero"), "lan-1.toml").unwrap_err().to_string();
        assert_eq!(error, "không đọc được lan-1.toml: không phải là một tệp");
    }

    #[test]
    fn the_editions_of_a_period_are_found_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Edition::all(folder.path(), "tong-ket-2023").unwrap(), []);
        fs::create_dir(folder.path().join(FOLDER)).unwrap();
        for number in [10, 2, 1] {
            let edition = Edition { number, ..edition() };
            fs::write(folder.path().join(FOLDER).join(edition.file_name()), edition.text()).unwrap();
        }
        fs::write(folder.path().join(FOLDER).join("tong-ket-2023-lan-1 (1).toml"), "").unwrap();
        let all = Edition::all(folder.path(), "tong-ket-2023").unwrap();
        assert_eq!(all.iter().map(|edition| edition.number).collect::<Vec<_>>(), [1, 2, 10]);
        let at = |name: &str| folder.path().join(FOLDER).join(name);
        fs::rename(at("tong-ket-2023-lan-2.toml"), at("tong-ket-2023-lan-3.toml")).unwrap();
        let error = Edition::all(folder.path(), "tong-ket-2023").unwrap_err().to_string();
        assert!(error.contains("là lần chốt 2 của kỳ này: đổi lại tên tệp thành tong-ket-2023-lan-2.toml"), "{error}");
    }
}
