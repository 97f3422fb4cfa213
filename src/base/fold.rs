//! Text as it is compared, never as it is shown: NFC, case, where the tone mark stands (hoà, hòa), y or i as a
//! syllable's only vowel (tỷ, tỉ), spaces and punctuation all folded away.
//!
//! A folded syllable is its letters without the tone, then the tone's digit: "Hoà" and "hòa" are both `hoa2`.
//! Fold both sides of a comparison; a folded text is no text.

use std::borrow::Cow;
use std::sync::LazyLock;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// One syllable, number or sign, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Folded, its marks kept.
    pub text: String,
    /// Folded, without any mark.
    pub bare: String,
    /// Made of digits only.
    pub digits: bool,
    /// The sign that stands before it, if any: `/` in "1/2023"; a space counts only where no other sign does.
    pub gap: Option<char>,
    /// Inside parentheses.
    pub inside: bool,
    /// Where it stands in the text, in bytes.
    pub at: std::ops::Range<usize>,
}

/// The text in NFC.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { ComposingNormalizerBorrowed::new_nfc().normalize(text) }
}

/// The folded tokens of a text. Letters and digits are tokens apart ("T01" is `t` and `01`), but "m2" and "m²" are one.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut word = Word::default();
    let mut gap = None;
    let mut depth = 0usize;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        end = at;
        let (letter, marks) = split(c);
        let class = Class::of(letter, c);
        let joins = match class {
            Class::Letter => !word.is_empty() && !word.digits,
            Class::Digit => !word.is_empty() && word.digits,
            Class::Mark => !word.is_empty(),
            Class::Other => false,
        };
        if !joins && !word.is_empty() {
            word.finish(at, gap.take(), depth > 0, &mut tokens);
        }
        match class {
            Class::Letter | Class::Digit => {
                word.push(at, letter, class == Class::Digit);
                marks.into_iter().flatten().for_each(|mark| word.mark(mark));
            }
            Class::Mark => word.mark(c),
            Class::Other => {
                match c {
                    '(' | '[' => depth += 1,
                    ')' | ']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                let sign = if c.is_whitespace() || c == '\u{ad}' { ' ' } else { c };
                if sign == '%' {
                    word.start = at;
                    word.text.push('%');
                    word.finish(at + 1, gap.take(), depth > 0, &mut tokens);
                } else if sign != ' ' || gap.is_none() {
                    gap = Some(sign);
                }
            }
        }
    }
    let _ = end;
    if !word.is_empty() {
        word.finish(text.len(), gap.take(), depth > 0, &mut tokens);
    }
    join_squares(tokens)
}

/// The folded text, words joined by one space: equal for texts that say the same.
pub fn key(text: &str) -> String {
    joined(&tokens(text))
}

/// As [`key`], without any mark: for texts that were typed without.
pub fn bare_key(text: &str) -> String {
    let tokens = tokens(text);
    let words: Vec<&str> = tokens.iter().map(|token| token.bare.as_str()).collect();
    words.join(" ")
}

/// The folded words of tokens, joined by one space.
pub fn joined(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    words.join(" ")
}

/// Whether a text has any Vietnamese mark at all: one that has none is compared without marks.
pub fn is_marked(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| token.text != token.bare)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Mark,
    Other,
}

impl Class {
    fn of(letter: char, c: char) -> Self {
        if ('\u{300}'..='\u{36f}').contains(&c) {
            Class::Mark
        } else if letter.is_ascii_digit() || c == '²' {
            Class::Digit
        } else if letter.is_alphabetic() {
            Class::Letter
        } else {
            Class::Other
        }
    }
}

/// A character's lower-case base letter and its marks.
fn split(c: char) -> (char, [Option<char>; 2]) {
    if c.is_ascii() {
        return (c.to_ascii_lowercase(), [None, None]);
    }
    match c {
        'đ' | 'Đ' | 'ð' | 'Ð' => return ('đ', [None, None]),
        '²' => return ('2', [None, None]),
        _ => {}
    }
    match LETTERS.binary_search_by_key(&c, |(letter, ..)| *letter) {
        Ok(at) => (LETTERS[at].1, LETTERS[at].2),
        Err(_) => (c.to_lowercase().next().unwrap_or(c), [None, None]),
    }
}

type Split = (char, char, [Option<char>; 2]);

/// The precomposed Latin letters, each with its lower-case base letter and marks: decomposed once.
static LETTERS: LazyLock<Vec<Split>> = LazyLock::new(|| {
    let nfd = DecomposingNormalizerBorrowed::new_nfd();
    ('\u{c0}'..='\u{1ef9}')
        .filter(|c| *c < '\u{250}' || *c >= '\u{1e00}')
        .filter_map(|c| {
            let mut buffer = [0; 4];
            let decomposed = nfd.normalize(c.encode_utf8(&mut buffer)).into_owned();
            let mut letters = decomposed.chars();
            let base = letters.next()?;
            let marks = [letters.next(), letters.next()];
            marks[0]?;
            Some((c, base.to_lowercase().next().unwrap_or(base), marks))
        })
        .collect()
});

#[derive(Default)]
struct Word {
    start: usize,
    text: String,
    bare: String,
    tone: Option<char>,
    digits: bool,
}

impl Word {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn push(&mut self, at: usize, letter: char, digit: bool) {
        if self.is_empty() {
            self.start = at;
            self.digits = digit;
        }
        self.text.push(letter);
        self.bare.push(if letter == 'đ' { 'd' } else { letter });
    }

    /// A mark of the letter stays with it; a tone belongs to the syllable.
    fn mark(&mut self, mark: char) {
        match mark {
            '\u{300}' => self.tone = Some('2'),
            '\u{301}' => self.tone = Some('1'),
            '\u{303}' => self.tone = Some('4'),
            '\u{309}' => self.tone = Some('3'),
            '\u{323}' => self.tone = Some('5'),
            '\u{302}' | '\u{306}' | '\u{31b}' => self.text.push(mark),
            _ => {}
        }
    }

    fn finish(&mut self, end: usize, gap: Option<char>, inside: bool, tokens: &mut Vec<Token>) {
        let mut word = std::mem::take(self);
        if word.bare.is_empty() {
            word.bare = word.text.clone();
        }
        if !word.digits && lone_y(&word.bare) {
            word.text = word.text.replace('y', "i");
            word.bare = word.bare.replace('y', "i");
        }
        if let Some(tone) = word.tone {
            word.text.push(tone);
        }
        tokens.push(Token { text: word.text, bare: word.bare, digits: word.digits, gap, inside, at: word.start..end });
    }
}

/// "ly", "quy", "ty": y is the only vowel (the u of qu is none).
fn lone_y(bare: &str) -> bool {
    let rest = bare.strip_prefix("qu").unwrap_or(bare);
    rest.len() > 1 && rest.ends_with('y') && !rest[..rest.len() - 1].contains(['a', 'e', 'i', 'o', 'u', 'y'])
        || bare == "quy"
}

/// "m 2", "km 2" → one token, where nothing stands between.
fn join_squares(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match joined.last_mut() {
            Some(last)
                if (last.text == "m" || last.text == "km")
                    && token.text == "2"
                    && matches!(token.gap, None | Some(' ')) =>
            {
                last.text.push('2');
                last.bare.push('2');
                last.at.end = token.at.end;
            }
            _ => joined.push(token),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_folds_to_the_same() {
        for (one, other) in [
            ("Hoà", "hòa"),
            ("THUỶ", "thủy"),
            ("Tỷ lệ", "tỉ lệ"),
            ("Quí", "Quý"),
            ("Lý", "lí"),
            ("Xa\u{303} Ba\u{309}o", "Xã Bảo"),
            ("Diện tích (m²)", "diện  tích, m2"),
            ("Diện tích m 2", "DIỆN TÍCH (M2)"),
            ("T01.2023", "t 01 2023"),
            ("Số\u{a0}hộ", "số hộ"),
        ] {
            assert_eq!(key(one), key(other), "{one} and {other}");
        }
    }

    #[test]
    fn what_says_another_thing_stays_apart() {
        for (one, other) in
            [("cộng", "công"), ("Tây", "Tai"), ("đất", "dat"), ("Tày", "Tài"), ("hộ", "họ"), ("Yên", "iên")]
        {
            assert_ne!(key(one), key(other), "{one} and {other}");
        }
        assert_eq!(bare_key("Đất đai"), "dat dai");
        assert_eq!(bare_key("Thị trấn Phố Ràng"), "thi tran pho rang");
    }

    #[test]
    fn signs_before_a_token_are_kept() {
        let tokens = tokens("Quý II/2023 (đã trả lời 5%)");
        let signs: Vec<(&str, Option<char>, bool)> =
            tokens.iter().map(|t| (t.bare.as_str(), t.gap, t.inside)).collect();
        assert_eq!(
            signs,
            [
                ("qui", None, false),
                ("ii", Some(' '), false),
                ("2023", Some('/'), false),
                ("da", Some('('), true),
                ("tra", Some(' '), true),
                ("loi", Some(' '), true),
                ("5", Some(' '), true),
                ("%", None, true),
            ]
        );
        assert!(is_marked(&tokens));
    }
}
