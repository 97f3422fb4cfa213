//! A body cell's text → what it says: a number, a day. Judges the text alone; columns, measures and periods are for `read`.

pub mod date;
pub mod number;
pub mod period;

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::base::fold::nfc;

/// NFC, lower case, single spaces, no punctuation at the ends: what the short word lists of this folder are compared with.
fn words(text: &str) -> String {
    let text = nfc(text).to_lowercase();
    let text = text.trim_matches(is_trimmed);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What [`words`] trims at the ends.
fn is_trimmed(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '(' | ')' | '/' | '\'' | '"')
}

/// Lower case without diacritics: "Quý II" → "quy ii".
fn bare(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let marks = '\u{300}'..='\u{36f}';
    let text = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    text.chars()
        .filter(|c| !marks.contains(c))
        .map(|c| if matches!(c, 'đ' | 'Đ') { 'd' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a text in [`words`] form is the phrase; without diacritics only where the text itself has none (cộng is not công).
fn is_phrase(text: &str, phrase: &str) -> bool {
    text == phrase || text.is_ascii() && text == bare(phrase)
}
