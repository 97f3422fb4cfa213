//! What single cells say beside figures: total rows, ditto marks, examples, days of sending, categories; and which may be quoted.

use std::sync::Arc;

use crate::base::fold::{self, Token};
use crate::base::record::{CategoryId, FieldId, FormId};
use crate::catalogue::words::Heading;
use crate::ingest::units::{self, UnitSaid};

use super::{Lexicon, Meaning, starts_alike};

impl Lexicon<'_> {
    /// Whether a heading begins as those of codes do: "Mã CSKCB", "Mã số hồ sơ".
    pub fn heads_codes(&self, text: &str) -> bool {
        let tokens = fold::tokens(text);
        let tokens = &tokens[units::ordinal_len(&tokens)..];
        (1..=self.longest.min(tokens.len())).any(|len| {
            let found = self.phrases.get(&fold::joined(&tokens[..len]));
            found.is_some_and(|meanings| meanings.contains(&Meaning::Heading(Heading::Code)))
        })
    }

    /// Whether a folded text without marks is the day of sending or its label: "ngay gui 04 04 2023".
    pub fn is_day_of_sending(&self, key: &str) -> bool {
        let day =
            |rest: &str| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("ngay");
        let rests = self.sent_on.iter().filter_map(|label| key.strip_prefix(label.as_str()));
        rests.into_iter().any(|rest| (rest.is_empty() || rest.starts_with(' ')) && day(rest.trim_start()))
    }

    /// Whether a text repeats the cell above: "nt", `"`, "như trên".
    pub fn is_ditto(&self, text: &str) -> bool {
        let text = text.trim();
        let marks = |c: char| matches!(c, '"' | '”' | '“' | '″' | '〃' | '\'' | '’' | ',' | '/');
        if text.chars().all(marks) && !matches!(text, "," | "/" | "'" | "’") {
            return !text.is_empty();
        }
        let key = fold::key(text);
        self.dittos.iter().any(|(ditto, folded)| *ditto == text || !key.is_empty() && *folded == key)
    }

    /// Whether a text in place of an ordinal marks an example row.
    pub fn is_example(&self, text: &str) -> bool {
        let key = fold::key(text);
        self.catalogue.words.example.iter().any(|word| fold::key(word) == key)
    }

    /// Whether a row's label is a total's: by its first word, unless the whole is a unit's name.
    pub fn is_total(&self, text: &Arc<str>) -> bool {
        let tokens = fold::tokens(text);
        let tokens = &tokens[units::ordinal_len(&tokens)..];
        let Some(first) = tokens.first() else { return false };
        let word = first.text.as_str();
        let plain_words = ["tong", "cong", "toan"];
        let total = self.total_words.iter().any(|total| total == word)
            || !fold::is_marked(tokens) && plain_words.contains(&first.bare.as_str());
        total
            && !(self.units.register().origin == crate::catalogue::register::Origin::File
                && matches!(self.units.cell(text), UnitSaid::Known(_) | UnitSaid::Ambiguous(_)))
    }

    /// The category that a cell's words say: the one whose phrases stand in them, where nothing beside denies it.
    pub fn category(&self, text: &str, form: FormId, field: FieldId) -> CategoryId {
        let tokens = fold::tokens(text);
        let marked = fold::is_marked(&tokens);
        let phrases = self.category_phrases.get(&(form, field)).map_or(&[][..], Vec::as_slice);
        let stands = |at: usize, phrase: &[Token]| starts_alike(&tokens[at..], phrase, marked);
        let mut found: Option<CategoryId> = None;
        let mut at = 0;
        while at < tokens.len() {
            let here =
                phrases.iter().filter(|phrase| stands(at, &phrase.words)).max_by_key(|phrase| phrase.words.len());
            match here {
                Some(phrase) if found.is_some_and(|found| found != phrase.category) => return CategoryId::OTHER,
                Some(phrase) => {
                    found = Some(phrase.category);
                    at += phrase.words.len();
                }
                None if self.denials.iter().any(|denial| stands(at, denial)) => return CategoryId::OTHER,
                None => at += 1,
            }
        }
        found.unwrap_or(CategoryId::OTHER)
    }

    /// Whether a body cell's text may be shown in a message (design 7.3): digits, signs, and words of the catalogue,
    /// the numbers or the register.
    pub fn may_be_quoted(&self, text: &str) -> bool {
        let tokens = fold::tokens(text);
        if tokens.iter().filter(|t| t.digits).map(|t| t.text.len()).sum::<usize>() > 8 {
            // As long as a telephone's or an identity card's.
            return false;
        }
        // One word alone may be a person's: Ba, Tư, Năm.
        (tokens.len() > 1 || tokens.iter().any(|t| t.digits))
            && tokens.iter().filter(|t| !t.digits).all(|t| {
                t.text == "%" || NUMBER_WORDS.contains(&t.bare.as_str()) || self.measures.contains_key(&t.text)
            })
    }
}

const NUMBER_WORDS: [&str; 46] = [
    "khong", "mot", "hai", "ba", "bon", "tu", "nam", "lam", "sau", "bay", "tam", "chin", "muoi", "tram", "nghin",
    "ngan", "trieu", "ti", "ruoi", "le", "linh", "khoang", "gan", "tren", "hon", "duoi", "it", "nhat", "den", "qua",
    "chua", "do", "co", "so", "lieu", "bao", "cao", "phat", "sinh", "dong", "ho", "don", "cuoc", "luot", "ngay",
    "cong",
];
