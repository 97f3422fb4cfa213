//! The office's settings: `danvan.toml`. Every part is optional; an unknown key is an error with its line.
//!
//! Takes the workspace, gives [`Settings`].

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;

use crate::base::amount::Amount;
use crate::base::period::Each;

use super::source::Source;
use super::toml_text::{self, TomlText};

pub use super::nearest::{like, nearest};

/// The settings' file name, in the workspace.
pub const FILE: &str = "danvan.toml";

/// The settings of a new workspace: every key, explained.
pub const COMMENTED: &str = include_str!("start/danvan.toml");
/// Working days of a deadline.
const DAYS_AT_MOST: u32 = 250;

/// What a report can be written as.
pub const FORMATS: [&str; 4] = ["xlsx", "md", "docx", "json"];

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub agency: Agency,
    pub input: Input,
    pub report: Report,
    pub deadline: Deadline,
    /// Regional measures, where the office uses them: how many m2 each holds.
    pub measure: BTreeMap<String, Amount>,
    /// Rules for files that are not to be read as they would be.
    pub source: Vec<Source>,
    /// Where the lines of mistakes are found.
    #[serde(skip)]
    text: TomlText,
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
    pub formats: Option<Vec<String>>,
    pub calendar: Option<String>,
    pub level: Option<String>,
    /// Indicator id → percent.
    pub weak_below: BTreeMap<String, Amount>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deadline {
    /// Working days after the period's end.
    pub days: Option<u32>,
    /// How often reports are due.
    pub every: Each,
    /// The forms that every unit is to send: id or title. Empty for those that any unit has sent.
    pub forms: Vec<String>,
    /// Days off besides weekends and the fixed national days, as "2023-01-20": Tết, Giỗ Tổ, the day beside 2/9.
    pub holidays: Vec<String>,
}

impl Deadline {
    pub fn days_off(&self) -> impl Iterator<Item = NaiveDate> {
        self.holidays.iter().filter_map(|text| day(text))
    }
}

/// "2023-01-20", "20/01/2023".
fn day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d/%m/%Y"].iter().find_map(|format| NaiveDate::parse_from_str(text.trim(), format).ok())
}

/// The settings of a workspace: the defaults where it has no `danvan.toml`.
///
/// Errors are one whole Vietnamese sentence; the crate's own words stand below it as the source.
pub fn load(workspace: &Path) -> anyhow::Result<Settings> {
    match toml_text::read(&workspace.join(FILE), FILE)? {
        Some(text) => parse(&text),
        None => Ok(Settings::default()),
    }
}

impl Settings {
    /// What only a look at the value tells, with its line.
    fn check(&self) -> anyhow::Result<()> {
        if let Some(formats) = &self.report.formats {
            let known = FORMATS.join(", ");
            if formats.is_empty() {
                let sentence = format!("\"formats\" cần ít nhất một trong: {known}");
                return Err(self.fault(&["report", "formats"], sentence));
            }
            if let Some(format) = formats.iter().find(|format| !FORMATS.contains(&format.as_str())) {
                let sentence = format!("\"formats\" không nhận \"{format}\"; các định dạng dùng được: {known}");
                return Err(self.fault(&["report", "formats"], sentence));
            }
        }
        let amounts = [(&["measure"][..], &self.measure), (&["report", "weak_below"], &self.report.weak_below)];
        for (table, amounts) in amounts {
            if let Some((key, _)) = amounts.iter().find(|(_, amount)| **amount <= Amount::ZERO) {
                return Err(self.fault(&[table, &[key]].concat(), format!("\"{key}\" phải là số lớn hơn 0")));
            }
        }
        if let Some(text) = self.deadline.holidays.iter().find(|text| day(text).is_none()) {
            let sentence = format!("\"holidays\" không nhận \"{text}\": cần ngày, ví dụ \"2023-01-20\"");
            return Err(self.fault(&["deadline", "holidays"], sentence));
        }
        if self.deadline.days.is_some_and(|days| days > DAYS_AT_MOST) {
            let sentence = format!("\"days\" không quá {DAYS_AT_MOST} ngày làm việc");
            return Err(self.fault(&["deadline", "days"], sentence));
        }
        Ok(())
    }

    /// The error of a value that the settings may not have, by the tables and keys that lead to it.
    pub fn fault(&self, keys: &[&str], sentence: impl Display) -> anyhow::Error {
        self.text.fault_of(keys, sentence)
    }

    /// What is set, by its dotted keys.
    pub fn flat(&self) -> BTreeMap<String, String> {
        self.text.flat()
    }

    /// The file's text; empty for none.
    pub fn text(&self) -> &str {
        self.text.text()
    }

    /// The line on which a `[[source]]` rule begins.
    pub fn line_of_source(&self, at: usize) -> usize {
        self.text.line_of(&["source", &at.to_string()])
    }
}

fn parse(text: &str) -> anyhow::Result<Settings> {
    let text = TomlText::new(FILE, text);
    let settings = Settings { text: text.clone(), ..text.parse()? };
    settings.check()?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::source::Written;

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
every = "quarter"
forms = ["dialogue", "Hiến đất"]
holidays = ["2023-01-02", "20/01/2023"]

[measure]
sao = 360

[[source]]
file = "T5.xlsx"
header = "4-5"
period = 2023
columns = { "C" = "dialogue.sessions" }
measure = "ha"
ignore_rows = [12, "20-25"]

[[source]]
file = "*.csv"
ignore = true
"#;

    #[test]
    fn the_whole_file_is_understood() {
        let settings = parse(WHOLE).unwrap();
        assert_eq!(settings.agency.style, AgencyStyle::Party);
        assert_eq!(settings.report.weak_below["petition.resolved_rate"].to_string(), "80.5");
        assert_eq!(settings.measure["sao"], Amount::from(360));
        assert_eq!((settings.deadline.days, settings.deadline.every), (Some(5), Each::Quarter));
        assert_eq!(
            settings.deadline.days_off().map(|day| day.to_string()).collect::<Vec<_>>(),
            ["2023-01-02", "2023-01-20"]
        );
        assert_eq!(settings.source.len(), 2);
        assert_eq!(settings.source[0].period, Some(Written("2023".into())));
        assert_eq!(settings.source[0].ignore_rows.0.len(), 2);
        assert_eq!([0, 1].map(|at| settings.line_of_source(at)), [32, 40]);
        parse("").unwrap();
    }

    #[test]
    fn every_mistake_is_one_vietnamese_sentence_with_its_line() {
        for (text, expected) in [
            ("\n[agncy]\nname = \"x\"", "tệp danvan.toml, dòng 2: không có mục \"agncy\" (ý bạn là \"agency\"?)"),
            (
                "[deadline]\nzzz = 1",
                "tệp danvan.toml, dòng 2: không có mục \"zzz\"; các mục dùng được: days, every, forms, holidays",
            ),
            (
                "[deadline]\nholidays = [\"2023-02-30\"]",
                "tệp danvan.toml, dòng 2: \"holidays\" không nhận \"2023-02-30\": cần ngày, ví dụ \"2023-01-20\"",
            ),
            ("[deadline]\ndays = 1000", "tệp danvan.toml, dòng 2: \"days\" không quá 250 ngày làm việc"),
            (
                "[deadline]\nevery = \"tuần\"",
                "tệp danvan.toml, dòng 2: \"every\" không nhận giá trị \"tuần\"; các giá trị dùng được: month, quarter, half, year",
            ),
            ("[[source]]\nsheet = \"a\"", "tệp danvan.toml, dòng 1: thiếu mục \"file\"; hãy ghi thêm mục này"),
            (
                "[[source]]\nfile = \"a\"\nform = 3",
                "tệp danvan.toml, dòng 3: \"form\" phải là chữ, viết trong dấu nháy kép",
            ),
            (
                "[[source]]\nfile = \"a\"\nperiod = true",
                "tệp danvan.toml, dòng 3: \"period\" cần chữ trong dấu nháy kép, hoặc một số nguyên",
            ),
            (
                "[[source]]\nfile = \"a\"\nperod = 2023",
                "tệp danvan.toml, dòng 3: không có mục \"perod\" (ý bạn là \"period\"?)",
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
                "[report]\nformats = [\"pdf\"]",
                "tệp danvan.toml, dòng 2: \"formats\" không nhận \"pdf\"; các định dạng dùng được: xlsx, md, docx, json",
            ),
            (
                "[report]\nformats = []",
                "tệp danvan.toml, dòng 2: \"formats\" cần ít nhất một trong: xlsx, md, docx, json",
            ),
            ("[measure]\nsao = 0", "tệp danvan.toml, dòng 2: \"sao\" phải là số lớn hơn 0"),
            ("\n[measure]\n\"mẫu\" = 5\nsao = -1", "tệp danvan.toml, dòng 4: \"sao\" phải là số lớn hơn 0"),
            ("[report]\nweak_below = { a = 1,\n b = 0 }", "tệp danvan.toml, dòng 3: \"b\" phải là số lớn hơn 0"),
            (
                "[agency\nname = \"x\"",
                "tệp danvan.toml, dòng 1: viết sai quy cách; xem lại dấu nháy, dấu ngoặc, dấu bằng và dấu phẩy ở dòng này và dòng trên",
            ),
            (
                "[report]\nformats = [\"md\"\n\n",
                "tệp danvan.toml, dòng 2: viết sai quy cách; xem lại dấu nháy, dấu ngoặc, dấu bằng và dấu phẩy ở dòng này và dòng trên",
            ),
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
            let error = parse(text).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }

    /// The keys that a table may have, as the refusal of another names them.
    fn keys_of(table: &str) -> Vec<String> {
        let error = parse(&format!("{table}\nzzzzzzzz = 1")).unwrap_err().to_string();
        let (_, keys) = error.split_once("các mục dùng được: ").unwrap();
        keys.split(", ").map(str::to_owned).collect()
    }

    #[test]
    fn the_settings_of_a_new_workspace_are_in_order_and_explain_every_key() {
        let settings = parse(COMMENTED).unwrap();
        assert!(settings.agency.name.is_none() && settings.source.is_empty());
        for table in keys_of("") {
            // What an office names itself has no keys of ours.
            let keys = if table == "measure" { Vec::new() } else { keys_of(&bracketed(&table)) };
            let (_, part) =
                COMMENTED.rsplit_once(&bracketed(&table)).unwrap_or_else(|| panic!("{table} is not explained"));
            let part = part.split("\n[").next().unwrap();
            for key in keys {
                let said = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{key} = "));
                let at = part.lines().position(said).unwrap_or_else(|| panic!("{table}.{key} is not explained"));
                let above = part.lines().nth(at - 1).unwrap();
                assert!(above.starts_with("# ") || table == "source", "{table}.{key} has no words above it");
            }
        }
        // Each of those that are not used is a setting that can be: without their marks the whole is in order too.
        fn setting(line: &str) -> Option<&str> {
            line.strip_prefix("# ").filter(|rest| {
                let key = rest.split(" = ").next().unwrap_or_default();
                *rest == "[[source]]"
                    || rest.contains(" = ") && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            })
        }
        let all: Vec<&str> = COMMENTED.lines().map(|line| setting(line).unwrap_or(line)).collect();
        let settings = parse(&all.join("\n")).unwrap();
        assert_eq!((settings.source.len(), settings.agency.recipients.len(), settings.measure.len()), (1, 2, 1));
    }

    fn bracketed(table: &str) -> String {
        if table == "source" { "[[source]]".to_owned() } else { format!("[{table}]") }
    }

    #[test]
    fn the_parsers_own_words_stay_below() {
        for text in ["[agency", "agency = 5"] {
            assert!(parse(text).unwrap_err().chain().any(|cause| cause.is::<toml::de::Error>()), "{text}");
        }
    }

    #[test]
    fn what_only_others_can_know_wrong_has_its_line_too() {
        let settings = parse(WHOLE).unwrap();
        let line = |keys: &[&str]| settings.fault(keys, "x").to_string();
        assert_eq!(line(&["report", "calendar"]), "tệp danvan.toml, dòng 19: x");
        assert_eq!(line(&["report", "weak_below", "petition.resolved_rate"]), "tệp danvan.toml, dòng 21: x");
        assert_eq!(line(&["measure", "sao"]), "tệp danvan.toml, dòng 30: x");
        assert_eq!(line(&["source", "0", "columns", "C"]), "tệp danvan.toml, dòng 36: x");
        assert_eq!(line(&["source", "1"]), "tệp danvan.toml, dòng 40: x");
    }

    #[test]
    fn a_file_saved_by_notepad_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(load(folder.path()).unwrap().agency.name.is_none());
        std::fs::write(folder.path().join(FILE), "\u{feff}[agency]\r\nname = \"Ban Dân vận\"\r\n").unwrap();
        assert_eq!(load(folder.path()).unwrap().agency.name.as_deref(), Some("Ban Dân vận"));
        std::fs::write(folder.path().join(FILE), b"[agency]\nname = \"B\xe0\"").unwrap();
        let error = load(folder.path()).unwrap_err();
        assert_eq!(error.chain().count(), 1, "nothing in English");
        let error = error.to_string();
        assert!(error.starts_with("tệp danvan.toml, dòng 2: chữ không phải UTF-8"), "{error}");
    }
}
