//! A file written in TOML: parsed into any type, or one Vietnamese sentence with file, line and what to do.
//!
//! The parser's own English words stay behind the sentence, as the error's source.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;
use std::{fs, io};

use anyhow::{Context, Error, Result, anyhow, bail};
use icu_normalizer::ComposingNormalizerBorrowed;
use serde::de::DeserializeOwned;
use toml::de::{DeArray, DeTable, DeValue};

use super::nearest::nearest;

/// What people write by hand is some thousands of letters.
const FILE_AT_MOST: u64 = 1 << 20;

/// One file, its path as shown, its text in NFC.
#[derive(Clone, Debug, Default)]
pub struct TomlText {
    path: String,
    text: String,
}

/// The text of a UTF-8 file, or `None` where there is no such file.
pub fn read(path: &Path, shown: &str) -> Result<Option<String>> {
    read_up_to(path, shown, FILE_AT_MOST)
}

/// As [`read`], of a file that may have so many bytes.
pub fn read_up_to(path: &Path, shown: &str, most: u64) -> Result<Option<String>> {
    let unread = || format!("không mở được tệp {shown}");
    let found = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.with_context(unread)?,
    };
    // A pipe may never end, and never begin.
    if !found.is_file() {
        bail!("không đọc được {shown}: không phải là một tệp");
    }
    if found.len() > most {
        bail!("tệp {shown} lớn quá {} MB; tệp này chỉ gồm chữ, hãy xem lại", most >> 20);
    }
    match String::from_utf8(fs::read(path).with_context(unread)?) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let line = line(error.as_bytes(), error.utf8_error().valid_up_to());
            let help = "mở tệp bằng Notepad, chọn Lưu thành, Mã hóa UTF-8, rồi lưu lại";
            bail!("tệp {shown}, dòng {line}: chữ không phải UTF-8; {help}")
        }
    }
}

impl TomlText {
    pub fn new(path: &str, text: &str) -> Self {
        let nfc = ComposingNormalizerBorrowed::new_nfc();
        // Notepad puts a byte order mark before the first line.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { path: nfc.normalize(path).into_owned(), text: nfc.normalize(text).into_owned() }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is set, by its dotted keys; of several tables of one name by their numbers.
    pub fn flat(&self) -> BTreeMap<String, String> {
        fn add(key: String, value: &toml::Value, into: &mut BTreeMap<String, String>) {
            let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
            match value {
                toml::Value::Table(table) => table.iter().for_each(|(name, value)| add(below(name), value, into)),
                toml::Value::Array(list) if list.iter().any(toml::Value::is_table) => {
                    list.iter().enumerate().for_each(|(at, value)| add(below(&(at + 1).to_string()), value, into));
                }
                value => drop(into.insert(key, value.to_string())),
            }
        }
        let mut flat = BTreeMap::new();
        if let Ok(table) = self.text.parse::<toml::Table>() {
            add(String::new(), &toml::Value::Table(table), &mut flat);
        }
        flat
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        // First alone, to tell what is not TOML from what is not a `T`.
        let syntax = DeTable::parse(&self.text).map(drop).map_err(|error| (syntax as Sentence, error));
        syntax.and_then(|()| toml::from_str(&self.text).map_err(|error| (meaning as Sentence, error))).map_err(
            |(sentence, error)| {
                let span = error.span().unwrap_or_default();
                let sentence = sentence(error.message(), &Line::at(&self.text, span.start));
                let place = self.fault(span, sentence).to_string();
                Error::new(error).context(place)
            },
        )
    }

    /// "tệp bieu/nha.toml, dòng 12: …"
    pub fn fault(&self, span: Range<usize>, sentence: impl Display) -> Error {
        // A mistake at the file's end stands on its last line that says anything.
        let at = span.start.min(self.text.trim_end().len());
        anyhow!("tệp {}, dòng {}: {sentence}", self.path, line(self.text.as_bytes(), at))
    }

    /// A fault of a key's value, found by the tables and keys that lead to it; of several tables of one name by its number.
    pub fn fault_of(&self, keys: &[&str], sentence: impl Display) -> Error {
        self.fault(self.span_of(keys), sentence)
    }

    /// The line on which a key or a table stands.
    pub fn line_of(&self, keys: &[&str]) -> usize {
        line(self.text.as_bytes(), self.span_of(keys).start)
    }

    fn span_of(&self, keys: &[&str]) -> Range<usize> {
        let whole = DeTable::parse(&self.text).ok();
        let mut span = 0..0;
        let Some(whole) = &whole else { return span };
        let (mut table, mut list) = (Some(whole.get_ref()), None);
        for wanted in keys {
            let next = match (table, list) {
                (Some(table), _) => {
                    let found = table.iter().find(|(key, _)| key.get_ref() == wanted);
                    found.map(|(key, value)| (key.span(), value))
                }
                (None, Some(list)) => {
                    let list: &DeArray = list;
                    wanted.parse().ok().and_then(|at: usize| list.get(at)).map(|value| (value.span(), value))
                }
                (None, None) => None,
            };
            let Some((at, value)) = next else { break };
            span = at;
            (table, list) = match value.get_ref() {
                DeValue::Table(table) => (Some(table), None),
                DeValue::Array(list) => (None, Some(list)),
                _ => (None, None),
            };
        }
        span
    }
}

/// Our words for the parser's.
type Sentence = fn(&str, &Line) -> String;

fn line(text: &[u8], at: usize) -> usize {
    text[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// The line of a mistake.
struct Line<'a> {
    whole: &'a str,
    /// What stands before the mistake.
    before: &'a str,
}

impl<'a> Line<'a> {
    fn at(text: &'a str, at: usize) -> Self {
        let mut at = at.min(text.trim_end().len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        Self { whole: &text[start..end], before: &text[start..at] }
    }

    /// The key whose value is wrong, as far as a message needs it.
    fn key(&self) -> &'a str {
        let before = match self.before.rsplit_once('=') {
            Some((before, _)) => before,
            None => self.whole.split('=').next().unwrap_or_default(),
        };
        before.rsplit(['{', ',']).next().unwrap_or_default().trim().trim_matches(['[', ']', '"'])
    }

    /// Whether a value begins with a letter, which only true, false, inf and nan may.
    fn is_unquoted(&self) -> bool {
        let value = self.whole.split_once('=').map_or("", |(_, value)| value.trim_start());
        value.starts_with(char::is_alphabetic) && !["true", "false", "inf", "nan"].contains(&value.trim_end())
    }
}

fn syntax(message: &str, line: &Line) -> String {
    if message.contains("duplicate key") {
        return format!("mục \"{}\" đã ghi ở trên rồi, chỉ được ghi một lần", line.key());
    }
    let hint = if line.whole.contains('\\') {
        "đường dẫn Windows viết trong dấu nháy đơn, ví dụ dir = 'D:\\số liệu'"
    } else if line.whole.contains(['“', '”', '‘', '’']) {
        "dùng dấu nháy thẳng \", không dùng dấu nháy cong"
    } else if line.is_unquoted() {
        "chữ viết trong dấu nháy kép, ví dụ name = \"Ban Dân vận\""
    } else {
        "xem lại dấu nháy, dấu ngoặc, dấu bằng và dấu phẩy ở dòng này và dòng trên"
    };
    format!("viết sai quy cách; {hint}")
}

/// What serde says, from its fixed phrases: "unknown field `x`, expected one of `a`, `b`".
fn meaning(message: &str, line: &Line) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let found = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    if message.starts_with("unknown field") {
        return match nearest(found, known.iter().copied()) {
            Some(near) => format!("không có mục \"{found}\" (ý bạn là \"{near}\"?)"),
            None => format!("không có mục \"{found}\"; các mục dùng được: {}", known.join(", ")),
        };
    }
    if message.starts_with("unknown variant") {
        let known = known.join(", ");
        return format!("\"{}\" không nhận giá trị \"{found}\"; các giá trị dùng được: {known}", line.key());
    }
    if message.starts_with("missing field") {
        return format!("thiếu mục \"{found}\"; hãy ghi thêm mục này");
    }
    if message.starts_with("duplicate field") {
        return format!("mục \"{found}\" đã ghi ở trên rồi, chỉ được ghi một lần");
    }
    let expected = message.split_once("expected ").and_then(|(_, expected)| expected.lines().next());
    format!("\"{}\" {}", line.key(), needed(expected.unwrap_or_default()))
}

/// What the parser wanted, by the first words of its English.
fn needed(expected: &str) -> &str {
    // A visitor of ours says it in Vietnamese.
    if expected.starts_with("cần ") {
        return expected;
    }
    [
        ("a string", "phải là chữ, viết trong dấu nháy kép"),
        ("string", "phải là chữ, viết trong dấu nháy kép"),
        ("path string", "phải là chữ, viết trong dấu nháy kép"),
        ("a boolean", "phải là true hoặc false"),
        ("a sequence", "phải là danh sách trong ngoặc vuông, ví dụ [\"xlsx\", \"md\"]"),
        ("a map", "phải là một nhóm mục, ví dụ [agency]"),
        ("struct", "phải là một nhóm mục, ví dụ [agency]"),
        ("u", "phải là số nguyên không âm"),
        ("i", "phải là số nguyên"),
        ("a Decimal", "phải là một số"),
    ]
    .into_iter()
    .find(|(english, _)| expected.starts_with(english))
    .map_or("ghi giá trị không đúng kiểu", |(_, vietnamese)| vietnamese)
}

/// `"a", "b"`
pub(super) fn quoted<T: Display>(names: impl Iterator<Item = T>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}
