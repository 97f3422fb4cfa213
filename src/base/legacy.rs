//! Vietnamese text that did not come in Unicode: typed in TCVN3 (ABC) or VNI fonts, UTF-8 that was read as
//! windows-1252, letters that became question marks.
//!
//! Takes texts as a reader gives them and says what they speak for ([`evidence`]); gives them in Unicode ([`decode`]).
//! What tells is whether words make Vietnamese syllables: onset, rime and tone as Vietnamese spells them, no list of
//! words. A word that makes one as it stands proves nothing, whatever else it could be.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::fold;

/// What a text was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Charset {
    /// TCVN 5712 VN3, of the ABC and .VnTime fonts: a byte a letter.
    Tcvn3,
    /// VNI Windows, of the VNI-Times fonts: a letter, then a sign for its marks.
    Vni,
    /// UTF-8 whose bytes were taken for letters of windows-1252 or windows-1258, once or twice.
    Utf8,
}

impl Charset {
    pub const ALL: [Charset; 3] = [Charset::Utf8, Charset::Tcvn3, Charset::Vni];

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Charset::Tcvn3 => "TCVN3 (ABC)",
            Charset::Vni => "VNI",
            Charset::Utf8 => "UTF-8 (bị đọc nhầm)",
        }
    }
}

/// How a text can be read in a charset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reads {
    /// Not at all, or it would be no other text.
    #[default]
    Not,
    /// As well as in Unicode: only its neighbours can tell.
    Either,
    /// It is no Vietnamese as it stands, but too little to be sure.
    Weakly,
    /// So many of its words are Vietnamese in the charset, and not as they stand.
    Tells(u32),
}

/// What one text speaks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// It has Vietnamese words that only Unicode can write.
    pub unicode: bool,
    pub tcvn3: Reads,
    pub vni: Reads,
    pub utf8: Reads,
    /// It has words that are Vietnamese in no charset.
    pub foreign: bool,
}

impl Evidence {
    pub fn reads(&self, charset: Charset) -> Reads {
        match charset {
            Charset::Tcvn3 => self.tcvn3,
            Charset::Vni => self.vni,
            Charset::Utf8 => self.utf8,
        }
    }

    /// The charset that the text alone tells, if it tells one.
    pub fn tells(&self) -> Option<Charset> {
        let best = Charset::ALL.into_iter().rev().max_by_key(|&charset| self.reads(charset))?;
        matches!(self.reads(best), Reads::Tells(_)).then_some(best)
    }
}

/// Whether a text is worth [`evidence`]: plain text, in Unicode too, is passed over at the cost of a look.
pub fn is_suspicious(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        if is_tell_tale(before, c, letters.peek().copied()) {
            return true;
        }
        before = c;
    }
    false
}

/// Whether a letter hardly stands so in Unicode: "x·", "XuÊt", "aø", "Ä".
#[inline]
fn is_tell_tale(before: char, c: char, after: Option<char>) -> bool {
    if !('\u{80}'..='\u{ff}').contains(&c) {
        return false;
    }
    match c {
        '\u{80}'..='\u{9f}' => true,
        '\u{a0}' | '²' | '³' | '°' | '±' | 'Ð' | 'ð' => false,
        'à'..='ã'
        | 'è'..='ê'
        | 'ì'
        | 'í'
        | 'ò'..='õ'
        | 'ù'
        | 'ú'
        | 'ý'
        | 'À'..='Ã'
        | 'È'..='Ê'
        | 'Ì'
        | 'Í'
        | 'Ò'..='Õ'
        | 'Ù'
        | 'Ú'
        | 'Ý' => {
            c.is_uppercase() && before.is_lowercase()
                || matches!(before, 'a' | 'e' | 'A' | 'E' | 'ô' | 'ö' | 'Ô' | 'Ö')
                || matches!(before, 'o' | 'O') && matches!(c, 'â' | 'Â')
                || matches!(before, 'o' | 'O' | 'u' | 'U' | 'y' | 'Y') && matches!(c, 'ù' | 'Ù' | 'õ' | 'Õ')
        }
        _ if c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ') => true,
        _ => before.is_alphabetic() || after.is_some_and(char::is_alphabetic),
    }
}

/// What a text speaks for.
pub fn evidence(text: &str) -> Evidence {
    let mut found = Evidence { utf8: utf8_reads(text), ..Evidence::default() };
    let [mut tcvn3, mut vni] = [Tally::default(); 2];
    for word in words(text).filter(|word| word.is_word && !word.text.is_ascii()) {
        let plain = is_plain(word.text);
        found.unicode |= plain && word.text.chars().any(|c| c > '\u{ff}');
        tcvn3.count(word.text, plain, Charset::Tcvn3);
        vni.count(word.text, plain, Charset::Vni);
    }
    found.foreign = tcvn3.strange.min(vni.strange) > 0;
    found.tcvn3 = tcvn3.reads();
    found.vni = vni.reads();
    found
}

#[derive(Clone, Copy, Default)]
struct Tally {
    /// Words of the charset that are no words as they stand: those that speak for themselves, and the others.
    sure: u32,
    weak: u32,
    /// Words of the charset that are words as they stand.
    either: u32,
    /// Words that are neither.
    strange: u32,
    /// Words as they stand that the charset would spoil.
    spoilt: u32,
}

impl Tally {
    fn count(&mut self, word: &str, plain: bool, charset: Charset) {
        let decoded = mapped(word, charset);
        let changed = decoded != word;
        // A sign within a word is no part of it in Unicode, however foreign the word.
        let spelling = if word.chars().any(is_rare_sign) { Spelling::Loose } else { Spelling::Strict };
        match (plain, changed && is_syllable(&decoded, spelling)) {
            (false, true) if is_sure(word, &decoded) => self.sure += 1,
            (false, true) => self.weak += 1,
            (true, true) => self.either += 1,
            (false, false) if is_abbreviation(word, charset) => self.weak += 1,
            (false, false) => self.strange += 1,
            (true, false) => self.spoilt += u32::from(changed),
        }
    }

    fn reads(&self) -> Reads {
        match self {
            Tally { sure: 1.., strange, .. } if self.sure >= *strange => Reads::Tells(self.sure + self.weak),
            Tally { weak: 1.., strange: 0, .. } => Reads::Weakly,
            Tally { weak: 0, sure: 0, either: 1.., strange: 0, spoilt: 0 } => Reads::Either,
            _ => Reads::Not,
        }
    }
}

/// Whether a word proves its charset alone: "N·m" and "10 µm" are no Vietnamese, and a foreign name may be short.
fn is_sure(word: &str, decoded: &str) -> bool {
    // "µ" begins a measure; within a word it is none.
    let common = word.trim_start_matches('µ').chars().filter(|c| !c.is_ascii()).all(|c| c != 'µ' && is_common_sign(c));
    let glued = word.chars().any(is_rare_sign);
    let long = decoded.chars().count() > 2;
    let has_onset = decoded.chars().next().is_some_and(|c| letter(c).is_none() || matches!(c, 'đ' | 'Đ'));
    !common && has_onset && (long || glued)
}

/// "H§ND", "QÑ": with a letter that begins words, and hardly any other.
fn is_abbreviation(word: &str, charset: Charset) -> bool {
    let begins = |c: char| match charset {
        Charset::Tcvn3 => matches!(c, '§' | '®' | '¦' | '\u{ad}'),
        Charset::Vni => matches!(c, 'Ñ' | 'ñ' | 'Ö'),
        Charset::Utf8 => false,
    };
    word.len() <= "HÑND-UBND".len()
        && word.contains(begins)
        && word.chars().all(|c| begins(c) || c.is_ascii() && !matches!(lower(c), 'a' | 'e' | 'i' | 'o' | 'u'))
}

/// A sign that stands between letters in Unicode too.
fn is_common_sign(c: char) -> bool {
    matches!(c, '·' | '×' | 'µ' | '\u{ad}')
}

/// A sign that does not.
fn is_rare_sign(c: char) -> bool {
    !c.is_alphabetic() && !is_common_sign(c)
}

/// Whether a word can stand as it is: a Vietnamese syllable in Unicode, loosely, with its capitals where they are used.
fn is_plain(word: &str) -> bool {
    // Where no syllable of TCVN3 has these letters.
    let word = word.trim_start_matches('«').trim_end_matches(['»', '®', 'ª', 'º']);
    if !is_syllable(word, Spelling::Loose) {
        return false;
    }
    let mut letters = word.chars();
    let first_is_lower = letters.next().is_some_and(char::is_lowercase);
    // "tÊN", as typed with the capitals locked.
    if first_is_lower && letters.clone().count() > 1 && letters.clone().all(char::is_uppercase) {
        return true;
    }
    let mut lower = first_is_lower;
    letters.all(|c| {
        let fits = !lower || c.is_ascii() || !c.is_uppercase() || c > '\u{ff}';
        lower |= c.is_lowercase();
        fits
    })
}

/// A text in Unicode, NFC, that was written in a charset; words in Unicode between stay as they are.
pub fn decode(text: &str, charset: Charset) -> String {
    if charset == Charset::Utf8 {
        return utf8(text);
    }
    /// What becomes of a word.
    #[derive(Clone, Copy, PartialEq)]
    enum Becomes {
        Decoded,
        Same,
        AsNeighbours,
    }
    let pieces: Vec<(Piece, String, Becomes)> = words(text)
        .map(|piece| {
            if !piece.is_word || piece.text.is_ascii() {
                return (piece, piece.text.to_owned(), Becomes::AsNeighbours);
            }
            let decoded = mapped(piece.text, charset);
            let becomes = match (is_plain(piece.text), is_syllable(&decoded, Spelling::Strict)) {
                // Only in Unicode; "ý" is the same in all.
                _ if decoded == piece.text && decoded.chars().any(|c| c > '\u{ff}') => Becomes::Same,
                _ if decoded == piece.text => Becomes::AsNeighbours,
                // A cross between numbers, a bullet.
                _ if matches!(piece.text, "×" | "·" | "½" | "¼" | "¾") => Becomes::Same,
                (true, false) => Becomes::Same,
                (false, true) => Becomes::Decoded,
                (true, true) => Becomes::AsNeighbours,
                // An abbreviation: what only Unicode writes is in Unicode.
                (false, false) if decoded.chars().all(is_vietnamese) && piece.text.chars().all(|c| c <= '\u{ff}') => {
                    Becomes::Decoded
                }
                (false, false) => Becomes::Same,
            };
            (piece, decoded, becomes)
        })
        .collect();
    let known = |at: usize| (pieces[at].0.is_word && !pieces[at].0.text.is_ascii()).then_some(pieces[at].2);
    let decided = |at: usize| known(at).filter(|becomes| *becomes != Becomes::AsNeighbours);
    let mut text = String::with_capacity(text.len() + text.len() / 2);
    for (at, (piece, decoded, becomes)) in pieces.iter().enumerate() {
        let becomes = match becomes {
            Becomes::AsNeighbours => {
                let before = (0..at).rev().find_map(decided);
                before.or_else(|| (at + 1..pieces.len()).find_map(decided)).unwrap_or(Becomes::Decoded)
            }
            decided => *decided,
        };
        match becomes {
            Becomes::Decoded => text.push_str(&in_its_case(piece.text, decoded)),
            _ => text.push_str(piece.text),
        }
    }
    fold::nfc(&text).into_owned()
}

/// Fonts with capitals only show small letters as capitals: "CéNG" is CỘNG.
fn in_its_case(word: &str, decoded: &str) -> String {
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let locked = capitals > 1 && !word.bytes().any(|byte| byte.is_ascii_lowercase());
    if locked { decoded.to_uppercase() } else { decoded.to_owned() }
}

/// Whether bytes that are no UTF-8 were typed in a font's charset, rather than what they are `otherwise`.
pub fn is_font_text(bytes: &[u8], otherwise: &str) -> bool {
    const ENOUGH: usize = 1 << 16;
    let text: String = bytes.iter().take(ENOUGH).map(|&byte| char::from(byte)).collect();
    let otherwise = &otherwise[..otherwise.floor_char_boundary(ENOUGH)];
    let spoken = |text: &str, is_word: &dyn Fn(&str) -> bool| {
        let found: HashSet<&str> = words(text).filter(|word| !word.text.is_ascii()).map(|word| word.text).collect();
        found.into_iter().filter(|word| is_word(word)).count()
    };
    let plain = spoken(&fold::nfc(otherwise), &|word| is_plain(word));
    [Charset::Tcvn3, Charset::Vni].into_iter().any(|charset| {
        spoken(&text, &|word| {
            let decoded = mapped(word, charset);
            decoded != word && is_syllable(&decoded, Spelling::Strict)
        }) > plain
    })
}

/// Whether Vietnamese letters of a text became `?` or U+FFFD: "X? B?o Hà". A question mark that ends a word is one.
pub fn has_lost_letters(text: &str) -> bool {
    // The first byte of U+FFFD is rare, and bytes are found fast.
    let bytes = text.as_bytes();
    if !bytes.contains(&b'?') && (text.is_ascii() || !bytes.contains(&0xef)) {
        return false;
    }
    let is_part = |c: char| c.is_alphabetic() || c == LOST || c == '\u{fffd}';
    text.split(|c: char| !is_part(c)).any(|word| {
        let replaced = word.contains('\u{fffd}');
        let word = word.replace('\u{fffd}', "?");
        let word = if replaced { word.as_str() } else { word.trim_end_matches(LOST) };
        let inside = word.trim_matches(LOST).contains(LOST);
        let letters = word.chars().filter(|c| *c != LOST).count();
        (inside || replaced && letters > 0 && word.contains(LOST)) && is_syllable(word, Spelling::Strict)
    })
}

/// Stands for any Vietnamese letter with a mark.
const LOST: char = '?';

/// A word, or what stands between words.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    is_word: bool,
}

/// The words of a text and what stands between them. Signs of a font are letters.
fn words(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let is_letter = |c: char| c.is_alphabetic() || ('\u{a1}'..='\u{ff}').contains(&c) && tcvn3(c).is_some();
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = is_letter(rest.chars().next()?);
        let end = rest.find(|c| is_letter(c) != is_word).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Piece { text, is_word })
    })
}

fn mapped(word: &str, charset: Charset) -> String {
    match charset {
        Charset::Tcvn3 => word.chars().map(|c| tcvn3(c).unwrap_or(c)).collect(),
        Charset::Vni => vni(word),
        Charset::Utf8 => utf8(word),
    }
}

/// The letters of the bytes A1 to FF; a dot where a font has none.
const TCVN3: &str = "ĂÂÊÔƠƯĐăâêôơưđ.\
                     .....àảãáạ.ằẳẵắ.\
                     ......ặầẩẫấậè.ẻẽ\
                     éẹềểễếệìỉ...ĩíịò\
                     .ỏõóọồổỗốộờởỡớợù\
                     .ủũúụừửữứựỳỷỹýỵ.";

fn tcvn3(c: char) -> Option<char> {
    static LETTERS: LazyLock<Vec<char>> = LazyLock::new(|| TCVN3.chars().collect());
    let at = (c as usize).checked_sub(0xa1)?;
    LETTERS.get(at).copied().filter(|letter| *letter != '.')
}

/// VNI's single letters; all others are a plain letter and a sign.
const VNI_LETTERS: [(char, char); 18] = [
    ('ñ', 'đ'),
    ('ö', 'ư'),
    ('ô', 'ơ'),
    ('í', 'í'),
    ('ì', 'ì'),
    ('æ', 'ỉ'),
    ('ó', 'ĩ'),
    ('ò', 'ị'),
    ('î', 'ỵ'),
    ('Ñ', 'Đ'),
    ('Ö', 'Ư'),
    ('Ô', 'Ơ'),
    ('Í', 'Í'),
    ('Ì', 'Ì'),
    ('Æ', 'Ỉ'),
    ('Ó', 'Ĩ'),
    ('Ò', 'Ị'),
    ('Î', 'Ỵ'),
];

/// VNI's signs, in small letters: the letters that they follow, then their marks as Unicode has them.
const VNI_SIGNS: [(char, &str, &str); 17] = [
    ('ù', "aeouyơư", "\u{301}"),
    ('ø', "aeouyơư", "\u{300}"),
    ('û', "aeouyơư", "\u{309}"),
    ('õ', "aeouyơư", "\u{303}"),
    ('ï', "aeouyơư", "\u{323}"),
    ('â', "aeo", "\u{302}"),
    ('á', "aeo", "\u{302}\u{301}"),
    ('à', "aeo", "\u{302}\u{300}"),
    ('å', "aeo", "\u{302}\u{309}"),
    ('ã', "aeo", "\u{302}\u{303}"),
    ('ä', "aeo", "\u{302}\u{323}"),
    ('ê', "a", "\u{306}"),
    ('é', "a", "\u{306}\u{301}"),
    ('è', "a", "\u{306}\u{300}"),
    ('ú', "a", "\u{306}\u{309}"),
    ('ü', "a", "\u{306}\u{303}"),
    ('ë', "a", "\u{306}\u{323}"),
];

fn vni(word: &str) -> String {
    let mut text = String::new();
    let mut base = None;
    for c in word.chars() {
        let small = lower(c);
        let sign = base
            .and_then(|base| VNI_SIGNS.iter().find(|(sign, after, _)| *sign == small && after.contains(lower(base))));
        if let Some((_, _, marks)) = sign {
            text.push_str(marks);
            base = None;
        } else {
            let letter = VNI_LETTERS.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
            text.push(letter);
            base = Some(letter);
        }
    }
    fold::nfc(&text).into_owned()
}

/// The letters that windows-1252 has for the bytes 80 to 9F.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The byte that a letter was, in windows-1252; and the one of windows-1258 that begins Vietnamese letters in UTF-8.
fn byte(c: char) -> Option<u8> {
    match c {
        'Ă' => Some(0xc3),
        '\u{80}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        '\u{100}'..='\u{2122}' => {
            WINDOWS_1252.chars().position(|letter| letter == c).and_then(|at| u8::try_from(at + 0x80).ok())
        }
        _ => None,
    }
}

/// Begins files of UTF-8.
const MARK: char = '\u{feff}';

/// A letter of UTF-8 whose bytes stand as letters.
struct Broken {
    letter: char,
    /// How many letters its bytes stand as.
    length: usize,
    /// Whether no one writes that in Vietnamese: "Ã¡", not "XÃ”".
    sure: bool,
}

fn broken(letters: &[char]) -> Option<Broken> {
    let length = match byte(*letters.first()?)? {
        0xc2..=0xcc => 2,
        0xe1 | 0xe2 | 0xef => 3,
        _ => return None,
    };
    let bytes: Vec<u8> = letters.get(..length)?.iter().map_while(|&c| byte(c)).collect();
    let letter = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    let sure = match bytes[..] {
        [0xc3, second] => {
            matches!(
                second,
                0x81 | 0x8d | 0xa1..=0xa3 | 0xa8..=0xaa | 0xac | 0xad | 0xb4 | 0xb5 | 0xba | 0xbd
            ) || letters[1] == 'ƒ'
        }
        [0xc2 | 0xcc, _] | [0xe2 | 0xef, ..] => false,
        _ => true,
    };
    let marks =
        matches!(letter, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' | '\u{302}' | '\u{306}' | '\u{31b}');
    let dash_or_quote = ('\u{2010}'..='\u{2026}').contains(&letter);
    let fits = is_vietnamese(letter) || marks || dash_or_quote || letter == MARK || byte(letter).is_some();
    fits.then_some(Broken { letter, length, sure: sure && is_vietnamese(letter) })
}

fn utf8_reads(text: &str) -> Reads {
    let letters: Vec<char> = text.chars().collect();
    let (mut sure, mut weak, mut at) = (0, 0, 0);
    while at < letters.len() {
        match broken(&letters[at..]) {
            Some(found) => {
                sure += u32::from(found.sure);
                weak += u32::from(!found.sure);
                at += found.length;
            }
            None => at += 1,
        }
    }
    // Its last byte, a no-break space, may have been trimmed off, or the space made plain: "HÃ".
    let trimmed = || {
        let word_end = |at: usize| letters.get(at + 1).is_none_or(|c| *c == ' ');
        letters.iter().enumerate().any(|(at, c)| *c == 'Ã' && word_end(at))
    };
    match (sure, weak) {
        (1.., _) => Reads::Tells(sure + weak),
        (0, 1..) => Reads::Either,
        (0, 0) if trimmed() => Reads::Either,
        _ => Reads::Not,
    }
}

/// The text with its broken letters made whole, as often as they were broken.
fn utf8(text: &str) -> String {
    let mut text = text.to_owned();
    // Each time takes at least one letter away.
    for _ in 0..3 {
        let letters: Vec<char> = text.chars().collect();
        let (mut whole, mut at) = (String::with_capacity(text.len()), 0);
        while at < letters.len() {
            if let Some(found) = broken(&letters[at..]) {
                whole.extend((found.letter != MARK).then_some(found.letter));
                at += found.length;
                continue;
            }
            let after = letters.get(at + 1).copied();
            match letters[at] {
                'Ã' if after.is_none() => whole.push('à'),
                'Ã' if after == Some(' ') => {
                    at += usize::from(is_within(&whole, &letters[at + 2..]));
                    whole.push('à');
                }
                // Its second byte has no letter in windows-1252, and was dropped.
                'Ä' if after.is_some_and(|c| c.is_alphabetic() || c == '\u{fffd}') => {
                    whole.push('Đ');
                    at += usize::from(after == Some('\u{fffd}'));
                }
                letter => whole.push(letter),
            }
            at += 1;
        }
        text = whole;
        if !matches!(utf8_reads(&text), Reads::Tells(_)) {
            break;
        }
    }
    fold::nfc(&text).into_owned()
}

/// Whether a space is what became of the no-break space in "NgÃ y", "HÃ , ", rather than one between words.
fn is_within(before: &str, after: &[char]) -> bool {
    if after.first().is_none_or(|c| !c.is_alphanumeric() && byte(*c).is_none()) {
        return true;
    }
    let letters = after.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    let whole = after.get(letters).is_none_or(|c| !c.is_alphabetic());
    let start = before.rfind(|c: char| !c.is_alphabetic()).map_or(0, |at| at + 1);
    let start = before.ceil_char_boundary(start);
    let word = format!("{}à{}", &before[start..], after[..letters].iter().collect::<String>());
    letters > 0 && whole && is_syllable(&word, Spelling::Strict)
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// A letter of the Vietnamese alphabet, with or without a tone, or one that stands in foreign names and abbreviations.
fn is_vietnamese(c: char) -> bool {
    c.is_ascii_alphabetic() || letter(c).is_some()
}

/// The vowels, each with its tones: none, huyền, sắc, hỏi, ngã, nặng.
const VOWELS: [&str; 12] = [
    "aàáảãạ",
    "ăằắẳẵặ",
    "âầấẩẫậ",
    "eèéẻẽẹ",
    "êềếểễệ",
    "iìíỉĩị",
    "oòóỏõọ",
    "ôồốổỗộ",
    "ơờớởỡợ",
    "uùúủũụ",
    "ưừứửữự",
    "yỳýỷỹỵ",
];

/// A marked Vietnamese letter or vowel: the small letter without its tone, and the tone.
fn letter(c: char) -> Option<(char, usize)> {
    static LETTERS: LazyLock<Vec<(char, char, usize)>> = LazyLock::new(|| {
        let mut letters = vec![('đ', 'đ', 0), ('Đ', 'đ', 0)];
        for row in VOWELS {
            let plain = row.chars().next().unwrap_or_default();
            for (tone, c) in row.chars().enumerate() {
                letters.push((c, plain, tone));
                letters.extend(c.to_uppercase().map(|capital| (capital, plain, tone)));
            }
        }
        letters.sort_unstable();
        letters
    });
    let at = LETTERS.binary_search_by_key(&c, |(letter, ..)| *letter).ok()?;
    Some((LETTERS[at].1, LETTERS[at].2))
}

/// How far a word may depart from the rules.
#[derive(Clone, Copy, PartialEq)]
enum Spelling {
    Strict,
    /// As names of other peoples of Vietnam are spelt ("Kông"), and with ð for đ.
    Loose,
}

/// Longest first.
const ONSETS: [&str; 28] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
    "n", "p", "r", "s", "t", "v", "x", "",
];

/// All that can follow an onset, without tones.
const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
                     e ec em en eng eo ep et ê êch êm ên ênh êp êt êu \
                     i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu yêm yên yêng yêt yêu \
                     o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt \
                     oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
                     u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ uy uya uych uynh uyn uyt uyp uyên \
                     uyêt uyu uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y";

/// More of them, in loan words: left out where a charset is to be told by a word.
const LOOSE_RIMES: &str = "oong ooc ăk âk ak ôk ok êk ek ik uk êng êc ưm ơng ơc ôông uêu";

/// Only after "gi": giếng, giếc.
const GI_RIMES: [&str; 2] = ["êng", "êc"];

/// Whether a word is a Vietnamese syllable; `?` stands for any marked letter.
fn is_syllable(word: &str, spelling: Spelling) -> bool {
    static STRICT: LazyLock<HashSet<&str>> = LazyLock::new(|| RIMES.split_whitespace().collect());
    static LOOSE: LazyLock<HashSet<&str>> = LazyLock::new(|| LOOSE_RIMES.split_whitespace().collect());
    // Seven letters at most, two bytes each.
    const LONGEST: usize = "nghiêng".len() * 3;
    if word.len() > LONGEST {
        return false;
    }
    let mut plain = String::new();
    let mut tone = 0;
    let mut lost = false;
    for c in word.chars() {
        match letter(c) {
            Some((letter, own)) => {
                if own > 0 && tone > 0 {
                    return false;
                }
                tone = tone.max(own);
                plain.push(letter);
            }
            None if c.is_ascii_alphabetic() => plain.push(c.to_ascii_lowercase()),
            None if matches!(c, 'Ð' | 'ð') && spelling == Spelling::Loose => plain.push('đ'),
            None if c == LOST => {
                lost = true;
                plain.push(c);
            }
            None => return false,
        }
    }
    let is_rime = |onset: &str, rime: &str| {
        let known = |rime: &str| {
            STRICT.contains(rime)
                || onset == "gi" && GI_RIMES.contains(&rime)
                || spelling == Spelling::Loose && LOOSE.contains(rime)
        };
        let fits = |rime: &str| {
            // What ends in a stop has the tones sắc and nặng only.
            let stopped = rime.ends_with(['c', 'p', 't']) || rime.ends_with("ch");
            known(rime)
                && (lost || !stopped || matches!(tone, 2 | 5) || spelling == Spelling::Loose && tone == 0)
                && (spelling == Spelling::Loose || is_spelt(onset, rime))
        };
        match rime.contains(LOST) {
            true => STRICT.iter().any(|known| matches_lost(rime, known) && fits(known)),
            false => fits(rime),
        }
    };
    ONSETS.iter().any(|onset| match plain.strip_prefix(onset) {
        Some(rime) => is_rime(onset, rime),
        // "?i?n": a lost đ.
        None => *onset == "đ" && plain.strip_prefix(LOST).is_some_and(|rime| is_rime(onset, rime)),
    }) || plain.strip_prefix('g').is_some_and(|rime| rime.starts_with('i') && is_rime("", rime))
        || plain.strip_prefix('q').is_some_and(|rime| rime.starts_with("uy") && is_rime("", rime))
}

fn matches_lost(rime: &str, known: &str) -> bool {
    rime.chars().count() == known.chars().count()
        && rime.chars().zip(known.chars()).all(|(one, other)| one == other || one == LOST && letter(other).is_some())
}

/// Whether an onset is spelt so before its rime: k, gh and ngh before e, ê, i; c, g and ng before the others.
fn is_spelt(onset: &str, rime: &str) -> bool {
    let front = rime.starts_with(['e', 'ê', 'i']);
    let y = rime.starts_with('y');
    match onset {
        "k" => front || y,
        "gh" | "ngh" => front,
        "c" | "g" | "ng" => !front && !y,
        "gi" => !rime.starts_with(['i', 'y']),
        "qu" => rime.starts_with(['a', 'ă', 'â', 'e', 'ê', 'i', 'y', 'ô', 'ơ']) && !rime.starts_with("ia"),
        "" => true,
        // "y" alone stands for i after some onsets; "yê" never follows one.
        _ => rime == "y" || !y,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Vietnamese, NFC, as a font's charset writes it; fonts have no capitals with tones, so those become small.
    fn encode(text: &str, charset: Charset) -> String {
        let signs = |c: char| {
            let decomposed = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd()
                .normalize(c.encode_utf8(&mut [0; 4]))
                .into_owned();
            let (base, marks): (String, String) =
                decomposed.chars().partition(|c| c.is_ascii() || matches!(c, 'đ' | 'Đ'));
            let (horn, marks): (String, String) = marks.chars().partition(|c| *c == '\u{31b}');
            let base = fold::nfc(&(base + &horn)).into_owned();
            let single = |c: char| VNI_LETTERS.iter().find(|(_, letter)| *letter == c).map(|(from, _)| *from);
            if let Some(letter) = single(c) {
                return letter.to_string();
            }
            let nfd =
                |marks: &str| icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(marks).into_owned();
            let sign = VNI_SIGNS.iter().find(|(_, _, known)| nfd(known) == marks).map(|(sign, ..)| *sign);
            let base: String = base.chars().map(|c| single(c).unwrap_or(c)).collect();
            let upper = c.is_uppercase();
            base + &sign
                .map(|sign| if upper { sign.to_uppercase().to_string() } else { sign.to_string() })
                .unwrap_or_default()
        };
        text.chars()
            .map(|c| match charset {
                _ if c.is_ascii() => c.to_string(),
                Charset::Tcvn3 => {
                    let of = |c: char| ('\u{a1}'..='\u{ff}').find(|from| tcvn3(*from) == Some(c));
                    of(c).or_else(|| of(lower(c))).unwrap_or(c).to_string()
                }
                Charset::Vni => signs(c),
                Charset::Utf8 => c
                    .encode_utf8(&mut [0; 4])
                    .bytes()
                    .map(|byte| match byte {
                        0x80..=0x9f => WINDOWS_1252.chars().nth(usize::from(byte) - 0x80).unwrap(),
                        _ => char::from(byte),
                    })
                    .collect(),
            })
            .collect()
    }

    #[test]
    fn texts_are_decoded() {
        use Charset::{Tcvn3, Utf8, Vni};
        for (text, charset, expected) in [
            ("Sè ng\u{ad}êi tham dù", Tcvn3, "Số người tham dự"),
            ("\u{ad}íc thùc hiÖn th¸ng 2 n¨m 2005", Tcvn3, "ước thực hiện tháng 2 năm 2005"),
            ("X· B¶o Hµ", Tcvn3, "Xã Bảo Hà"),
            ("Sè ý kiÕn ®· tr¶ lêi", Tcvn3, "Số ý kiến đã trả lời"),
            ("§¨k L¨k (tû ®)", Tcvn3, "Đăk Lăk (tỷ đ)"),
            ("TæNG CéNG", Tcvn3, "TỔNG CỘNG"),
            ("Trong ®ã: GS§T, ¦.TH, H§ND", Tcvn3, "Trong đó: GSĐT, Ư.TH, HĐND"),
            ("« t«, 5 × 4 m², 1½, · xe m¸y", Tcvn3, "ô tô, 5 × 4 m², 1½, · xe máy"),
            ("quý, quúnh, giÕng, giµ, g×, qu¶", Tcvn3, "quý, quỳnh, giếng, già, gì, quả"),
            // Unicode within one cell.
            ("6. Tổng møc b¸n lÎ hµng ho¸ vµ doanh thu", Tcvn3, "6. Tổng mức bán lẻ hàng hoá và doanh thu"),
            ("Ước tÝnh th¸ng \n5/2009\n(Tỷ đồng)", Tcvn3, "Ước tính tháng \n5/2009\n(Tỷ đồng)"),
            ("cïng kú năm 2008", Tcvn3, "cùng kỳ năm 2008"),
            ("Đ¬n vị", Tcvn3, "Đơn vị"),
            ("Trò chơi gi¶i trÝ", Tcvn3, "Trò chơi giải trí"),
            ("UBND HUYEÄN CAÀN GIÔØ", Vni, "UBND HUYỆN CẦN GIỜ"),
            ("Uûy ban nhaân daân xaõ Baûo Haø", Vni, "Ủy ban nhân dân xã Bảo Hà"),
            ("ÑVT: trieäu ñoàng", Vni, "ĐVT: triệu đồng"),
            ("Soá löôït ngöôøi tham döï ñoái thoaïi", Vni, "Số lượt người tham dự đối thoại"),
            (
                "Toång soá kyø naøy, kyõ thuaät, thò xaõ, nghæ, myõ leä",
                Vni,
                "Tổng số kỳ này, kỹ thuật, thị xã, nghỉ, mỹ lệ",
            ),
            ("XÃ£ Báº£o HÃ\u{a0}", Utf8, "Xã Bảo Hà"),
            ("XÃ£ Báº£o HÃ", Utf8, "Xã Bảo Hà"),
            ("XÃ£ Báº£o HÃ , NgÃ y Ä\u{90}TBQ", Utf8, "Xã Bảo Hà, Ngày ĐTBQ"),
            ("LÃ  Há»™ á»Ÿ HÃ Ná»™i", Utf8, "Là Hộ ở Hà Nội"),
            ("XĂ£ Báº£o HĂ\u{a0}", Utf8, "Xã Bảo Hà"),
            ("XÃƒÂ£ BÃ¡ÂºÂ£o HÃƒÂ\u{a0}", Utf8, "Xã Bảo Hà"),
            ("ï»¿Diá»‡n tÃ\u{ad}ch (mÂ²) â€“ Äá»£t 1", Utf8, "Diện tích (m²) – Đợt 1"),
        ] {
            assert!(is_suspicious(text), "{text}");
            assert_eq!(evidence(text).tells(), Some(charset), "{text}: {:?}", evidence(text));
            assert_eq!(decode(text, charset), expected);
        }
    }

    #[test]
    fn what_stands_in_unicode_tells_nothing() {
        for text in [
            "Đ/c Lù Thị Tỷ",
            "Lù",
            "Tỷ lệ (%)",
            "Diện tích (m²)",
            "½ ngày",
            "20°C ± 2",
            "Ø 21",
            "5 × 4",
            "10 µm",
            "N·m",
            "a@b.vn",
            "Đắk Lắk",
            "Krông Pắc",
            "Ia Grai",
            "Y Tý",
            "H'Mông",
            "Plei Ku",
            "Sa Pa",
            "Kông Chro",
            "Ea H'leo",
            "Cư M'gar",
            "Chư Păh",
            "Kon Plông",
            "Ngọc Réo",
            "Rờ Kơi",
            "Đăk Rơ Wa",
            "Đạ M'ri",
            "Tà Hộc",
            "A Lù",
            "Mù Cả",
            "Nậm Xé",
            "Ðội Ðo đạc",
            "Ðo",
            "Café Trung Nguyên",
            "Nestlé",
            "Müller",
            "São Tomé",
            "Zürich",
            "Côte d'Ivoire",
            "«Nhà»",
            "«Hộ»",
            "© 2023",
            "§ 5",
            "Đoàn TNCS Hồ Chí Minh®",
            "Nguyễn Thị Mỷ",
            "THị TRấN",
            "CôNG TY",
            "tÊN ĐƠN VỊ",
            "XÃ BẢO HÀ",
            "XÃ\u{a0}HỘI",
            "“THỊ XÃ”",
            "XÃ²",
            "Hoà, hòa, thuỷ, thủy",
            "chương\u{ad}trình",
            "bôxít",
            "xe goòng",
            "Xa\u{303} Ba\u{309}o Ha\u{300}",
            "Bö",
            "ÑA",
            "Ấn Độ",
            "Ôx-trây-li-a",
            "Úc",
            "Ý",
            "À",
            "Ô nhiễm",
        ] {
            let text = fold::nfc(text);
            assert_eq!(evidence(&text).tells(), None, "{text}: {:?}", evidence(&text));
        }
    }

    #[test]
    fn what_may_be_either_is_left_to_its_neighbours() {
        for (text, charset, reads, expected) in [
            ("Lù", Charset::Tcvn3, Reads::Either, "Lự"),
            ("Sè hé", Charset::Tcvn3, Reads::Either, "Số hộ"),
            ("Kim Sôn", Charset::Vni, Reads::Either, "Kim Sơn"),
            ("HÃ", Charset::Utf8, Reads::Either, "Hà"),
            ("TV§T", Charset::Tcvn3, Reads::Weakly, "TVĐT"),
            ("BØ", Charset::Tcvn3, Reads::Weakly, "Bỉ"),
            ("µm", Charset::Tcvn3, Reads::Weakly, "àm"),
        ] {
            assert_eq!(evidence(text).reads(charset), reads, "{text}");
            assert_eq!(decode(text, charset), expected);
        }
    }

    #[test]
    fn lost_letters_are_told_from_questions() {
        for (text, lost) in [
            ("X? B?o Hà", true),
            ("T?ng s? ng??i tham d?", true),
            ("?i?n Quan", true),
            ("X\u{fffd} B\u{fffd}o H\u{fffd}", true),
            ("H\u{fffd}", true),
            ("S? h?", false),
            ("Có đồng ý không?", false),
            ("Đã trả lời chưa?Có", false),
            ("?", false),
            ("5?6", false),
            ("http://vi.du/tim?tu=xa&trang=2", false),
            ("watch?v=abc", false),
        ] {
            assert_eq!(has_lost_letters(text), lost, "{text}");
        }
    }

    #[test]
    fn bytes_of_a_font_are_told_from_windows_1258() {
        let text = "Đơn vị;Số cuộc;Số người tham dự\nXã Bảo Hà;2;90\nXã Điện Quan;1;40\n";
        for charset in [Charset::Tcvn3, Charset::Vni] {
            let bytes: Vec<u8> = encode(text, charset).chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            let otherwise = encoding_rs::WINDOWS_1258.decode_without_bom_handling(&bytes).0;
            assert!(is_font_text(&bytes, &otherwise), "{charset:?}");
        }
        let bytes = b"\xd0\xf5n vi\xf2;S\xf4\xec cu\xf4\xf2c\r\nXa\xde Ba\xd2o H\xe0;5\r\nPh\xf4\xec L\xf9;6";
        assert!(!is_font_text(bytes, "Đơn vị;Sô\u{301} cuô\u{323}c\r\nXa\u{303} Ba\u{309}o Hà;5\r\nPhô\u{301} Lù;6"));
    }

    /// Syllables as Vietnamese spells them.
    fn syllable() -> impl Strategy<Value = String> {
        let rimes: Vec<&str> = RIMES.split_whitespace().collect();
        (0..ONSETS.len(), 0..rimes.len(), 0..6usize, 0..3usize, any::<bool>())
            .prop_map(move |(onset, rime, tone, vowel, capital)| {
                let mut letters: Vec<char> = format!("{}{}", ONSETS[onset], rimes[rime]).chars().collect();
                let start = ONSETS[onset].chars().count();
                let vowels: Vec<usize> = (start..letters.len()).filter(|&at| letter(letters[at]).is_some()).collect();
                let at = vowels[vowel % vowels.len()];
                let row = VOWELS.iter().find(|row| row.starts_with(letters[at])).unwrap();
                letters[at] = row.chars().nth(tone).unwrap();
                let word: String = letters.into_iter().collect();
                let first = word.chars().next().unwrap();
                if capital && (first.is_ascii() || first == 'đ') {
                    first.to_uppercase().chain(word.chars().skip(1)).collect()
                } else {
                    word
                }
            })
            .prop_filter("spelt by the rules", |word| is_syllable(word, Spelling::Strict))
            // In TCVN3 they are a cross and a bullet.
            .prop_filter("told from signs", |word| !matches!(word.as_str(), "ì" | "ã"))
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(words in prop::collection::vec(syllable(), 1..12)) {
            let text = words.join(" ");
            for charset in Charset::ALL {
                prop_assert_eq!(&decode(&encode(&text, charset), charset), &text);
            }
        }

        #[test]
        fn syllables_in_unicode_tell_nothing(words in prop::collection::vec(syllable(), 1..12)) {
            prop_assert_eq!(evidence(&words.join(" ")).tells(), None);
        }

        #[test]
        fn no_text_panics(text in any::<String>(), near in "[\u{80}-\u{ff}a-zA-ZĂăĐđ?\u{fffd}\u{300}‘’“”–™€ ]{0,40}") {
            for text in [text, near] {
                is_suspicious(&text);
                evidence(&text);
                has_lost_letters(&text);
                is_font_text(text.as_bytes(), &text);
                for charset in Charset::ALL {
                    decode(&text, charset);
                }
            }
        }
    }
}
