//! A TOML file of definitions: parsed into any type, or one Vietnamese sentence with file, line and what to do.
//!
//! The parser's own English words stay behind the sentence, as the error's source.

use std::ops::Range;

use anyhow::{Error, Result};
use icu_normalizer::ComposingNormalizerBorrowed;
use serde::de::DeserializeOwned;

/// One file, its path as shown, its text in NFC.
#[derive(Clone, Debug)]
pub struct Definition {
    path: String,
    text: String,
}

impl Definition {
    pub fn new(path: &str, text: &str) -> Self {
        let nfc = ComposingNormalizerBorrowed::new_nfc();
        // Notepad puts a byte order mark before the first line.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { path: nfc.normalize(path).into_owned(), text: nfc.normalize(text).into_owned() }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        toml::from_str(&self.text).map_err(|error| {
            let mut sentence = sentence(error.message());
            if let Some(span) = error.span() {
                sentence = format!("dòng {}: {sentence}", self.line(&span));
            }
            let sentence = format!("tệp {}, {sentence}", self.path);
            Error::new(error).context(sentence)
        })
    }

    /// "tệp bieu/nha.toml, dòng 12: …"
    pub fn fault(&self, span: Range<usize>, sentence: impl std::fmt::Display) -> Error {
        anyhow::anyhow!("tệp {}, dòng {}: {sentence}", self.path, self.line(&span))
    }

    fn line(&self, span: &Range<usize>) -> usize {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        before.iter().filter(|&&byte| byte == b'\n').count() + 1
    }
}

/// Our words for the parser's.
fn sentence(message: &str) -> String {
    // Names stand between backticks: the wrong one first, then those that would be right.
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let name = names.first().copied().unwrap_or_default();
    let others = quoted(names.iter().skip(1));
    let offered = |what: &str| if others.is_empty() { String::new() } else { format!(" ({what}: {others})") };
    if message.starts_with("unknown field") {
        format!("không có mục \"{name}\"{}", offered("các mục ghi được"))
    } else if message.starts_with("missing field") {
        format!("thiếu mục \"{name}\"; hãy ghi thêm mục này")
    } else if message.starts_with("unknown variant") {
        format!("không có giá trị \"{name}\"{}", offered("các giá trị ghi được"))
    } else if message.starts_with("duplicate") {
        "mục này đã ghi ở trên; hãy bỏ một trong hai".into()
    } else if message.starts_with("invalid type") || message.starts_with("invalid value") {
        let expected = message.split_once(", expected ").map_or("", |(_, expected)| expected);
        match needed(expected) {
            Some(needed) => format!("sai kiểu giá trị: cần {needed}"),
            None => "sai kiểu giá trị".into(),
        }
    } else {
        "sai cách viết TOML; hãy xem lại dấu ngoặc kép, ngoặc vuông, dấu bằng và dấu phẩy".into()
    }
}

/// What the parser wanted, by the first words of its English.
fn needed(expected: &str) -> Option<&str> {
    // A visitor of ours says it in Vietnamese.
    if let Some(own) = expected.strip_prefix("cần ") {
        return Some(own);
    }
    [
        ("a string", "chữ đặt trong ngoặc kép"),
        ("string", "chữ đặt trong ngoặc kép"),
        ("a boolean", "true hoặc false"),
        ("a sequence", "danh sách đặt trong ngoặc vuông"),
        ("a map", "một nhóm mục"),
        ("struct", "một nhóm mục"),
        ("u", "số nguyên không âm"),
        ("i", "số nguyên"),
        ("a Decimal", "một số"),
    ]
    .into_iter()
    .find(|(english, _)| expected.starts_with(english))
    .map(|(_, vietnamese)| vietnamese)
}

/// `"a", "b"`
pub(super) fn quoted<T: std::fmt::Display>(names: impl Iterator<Item = T>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}
