//! A unit's name as people write it → the unit: "TT. Phố Ràng", "UBND xã Bảo Hà", "XÃ BẢO HÀ (không có số liệu)".
//!
//! Longest name first, its type word preferred; never by nearness: an unknown name comes back with its neighbours.
//! Without a register every name found is a unit of its own, told apart by its folded text.

use std::collections::HashMap;

use crate::base::fold::{self, Token};
use crate::base::record::OrgUnitId;
use crate::catalogue::register::{Origin, Register};
use crate::catalogue::words::Words;

/// What a text says of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitSaid {
    Known(OrgUnitId),
    /// A parent's own figures beside those of its parts: "Cấp huyện", "Huyện ủy".
    Own(OrgUnitId),
    /// Homonyms.
    Ambiguous(Vec<OrgUnitId>),
    /// Without a register: a name, folded, as written, and how far down its type word stands (0 where it has none).
    Named {
        key: String,
        name: String,
        rank: u8,
    },
    Unknown,
}

/// How names are looked up: by the register, or by their type words alone.
pub struct UnitNames<'a> {
    register: &'a Register,
    /// Folded full names ("xa4 bao3 ha2") and names without their type word, with marks and without.
    full: HashMap<String, Vec<OrgUnitId>>,
    bare: HashMap<String, Vec<OrgUnitId>>,
    codes: HashMap<String, OrgUnitId>,
    longest: usize,
    types: Vec<TypeWord>,
    bodies: Vec<Vec<String>>,
    own: Vec<Vec<String>>,
}

/// "xã" with its short forms: folded words, without marks, how far down.
struct TypeWord {
    words: Vec<String>,
    plain: Vec<String>,
    /// Which type it writes: short forms share their type's.
    kind: usize,
    rank: u8,
}

impl<'a> UnitNames<'a> {
    pub fn new(register: &'a Register, words: &Words) -> Self {
        let mut names = Self {
            register,
            full: HashMap::new(),
            bare: HashMap::new(),
            codes: HashMap::new(),
            longest: 0,
            types: type_words(words),
            bodies: words.bodies.iter().map(|text| split(text)).collect(),
            own: words.own.iter().map(|text| split(text)).collect(),
        };
        names.bodies.sort_by_key(|words| std::cmp::Reverse(words.len()));
        names.own.sort_by_key(|words| std::cmp::Reverse(words.len()));
        for id in register.ids() {
            let unit = register.unit(id);
            if !unit.code.is_empty() {
                names.codes.insert(unit.code.to_lowercase(), id);
            }
            for name in std::iter::once(&unit.name).chain(&unit.other_names) {
                names.add(name, id);
            }
        }
        names
    }

    fn add(&mut self, name: &str, id: OrgUnitId) {
        let tokens = fold::tokens(name);
        self.longest = self.longest.max(tokens.len() + 1);
        let push = |map: &mut HashMap<String, Vec<OrgUnitId>>, key: String| {
            let ids = map.entry(key).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        };
        push(&mut self.full, fold::joined(&tokens));
        push(&mut self.full, plain(&tokens));
        match self.type_at(&tokens, 0).map(|(kind, _, len)| (kind, len)) {
            Some((kind, len)) if len < tokens.len() => {
                let rest = &tokens[len..];
                push(&mut self.bare, fold::joined(rest));
                push(&mut self.bare, plain(rest));
                for other in self.types.iter().filter(|t| t.kind == kind) {
                    push(&mut self.full, format!("{} {}", other.words.join(" "), fold::joined(rest)));
                    push(&mut self.full, format!("{} {}", other.plain.join(" "), plain(rest)));
                }
            }
            _ => {
                push(&mut self.bare, fold::joined(&tokens));
                push(&mut self.bare, plain(&tokens));
            }
        }
    }

    fn by_register(&self) -> bool {
        self.register.origin == Origin::File
    }

    pub fn register(&self) -> &Register {
        self.register
    }

    /// A cell under a heading of units, or a group row: all of it must be the name. Remarks behind it are passed over.
    pub fn cell(&self, text: &str) -> UnitSaid {
        let all = fold::tokens(text);
        // "P. Thống Nhất" begins with no ordinal.
        let short_type = self.type_at(&all, 0).is_some_and(|(.., len)| len < all.len());
        let all = &all[if short_type { 0 } else { ordinal_len(&all) }..];
        let end = all.iter().position(|t| t.inside).unwrap_or(all.len());
        let tokens = if end == 0 { all } else { &all[..end] };
        if tokens.is_empty() {
            return UnitSaid::Unknown;
        }
        if let Some(own) = self.own_figures(tokens) {
            return own;
        }
        // The whole as it stands first: a unit may be named like a body or with a number.
        let mut at = 0;
        loop {
            let said = self.whole(&tokens[at..], text);
            if said != UnitSaid::Unknown {
                return said;
            }
            match self.body_len(&tokens[at..]) {
                Some(len) if at + len < tokens.len() => at += len,
                _ => break,
            }
        }
        // "xã Bảo Hà - không có số liệu"
        if let Some(dash) =
            tokens.iter().position(|t| matches!(t.gap, Some('-' | '–' | ':' | ','))).filter(|at| *at > 0)
        {
            return self.whole(&tokens[..dash], text);
        }
        UnitSaid::Unknown
    }

    fn whole(&self, tokens: &[Token], text: &str) -> UnitSaid {
        if !self.by_register() {
            let typed = self.type_at(tokens, 0).filter(|(_, _, len)| *len < tokens.len());
            let has_letters = tokens.iter().any(|t| !t.digits);
            if !has_letters || self.is_body(tokens) {
                return UnitSaid::Unknown;
            }
            let name = text.get(tokens[0].at.start..tokens[tokens.len() - 1].at.end).unwrap_or(text);
            return UnitSaid::Named {
                key: self.named_key(tokens),
                name: name.split_whitespace().collect::<Vec<_>>().join(" "),
                rank: typed.map_or(0, |(_, rank, _)| rank),
            };
        }
        if let [token] = tokens
            && token.digits
        {
            return self.code(&token.text).map_or(UnitSaid::Unknown, |(id, _)| UnitSaid::Known(id));
        }
        match self.full_at(tokens).or_else(|| self.bare_at(tokens)) {
            Some(ids) => self.one_of(ids),
            None => UnitSaid::Unknown,
        }
    }

    /// "TT Phố Ràng" and "Thị trấn Phố Ràng" are one: the type's full word stands for its short forms.
    fn named_key(&self, tokens: &[Token]) -> String {
        match self.type_at(tokens, 0).filter(|(_, _, len)| *len < tokens.len()) {
            Some((kind, _, len)) => {
                let full = self.types.iter().find(|t| t.kind == kind).map(|t| t.words.join(" ")).unwrap_or_default();
                format!("{full} {}", fold::joined(&tokens[len..]))
            }
            None => fold::joined(tokens),
        }
    }

    fn one_of(&self, ids: &[OrgUnitId]) -> UnitSaid {
        match ids {
            [one] => UnitSaid::Known(*one),
            many => {
                // Homonyms outside the office's own unit do not count where one lies within.
                let root = self.register.root;
                let within: Vec<OrgUnitId> =
                    many.iter().copied().filter(|&id| self.register.is_within(id, root)).collect();
                match within[..] {
                    [one] => UnitSaid::Known(one),
                    // A unit and those that bore its name before it: the one that is still there, else ask.
                    _ => UnitSaid::Ambiguous(if within.is_empty() { many.to_vec() } else { within }),
                }
            }
        }
    }

    /// A code, its lost leading zeros mended (then with the code as the register has it).
    pub fn code(&self, text: &str) -> Option<(OrgUnitId, Option<String>)> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return None;
        }
        if let Some(&id) = self.codes.get(&text) {
            return Some((id, None));
        }
        let digits = text.chars().all(|c| c.is_ascii_digit());
        (1..=4usize).filter(|_| digits).find_map(|zeros| {
            let mended = format!("{}{text}", "0".repeat(zeros));
            self.codes.get(&mended).map(|&id| (id, Some(mended)))
        })
    }

    /// The unit that a title, caption, sheet's or file's name speaks of: the narrowest, if it is one.
    /// The tokens that say so are marked in `used`.
    pub fn mentioned(&self, text: &str, tokens: &[Token], used: &mut [bool]) -> Option<UnitSaid> {
        let mut found: Vec<(UnitSaid, bool)> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            if used[at] {
                at += 1;
                continue;
            }
            match self.mention_at(text, tokens, used, at) {
                Some((said, len, typed)) => {
                    used[at..at + len].fill(true);
                    if !found.iter().any(|(other, _)| *other == said) {
                        found.push((said, typed));
                    }
                    at += len;
                }
                None => at += 1,
            }
        }
        if found.iter().any(|(_, typed)| *typed) {
            found.retain(|(_, typed)| *typed);
        }
        self.narrowest(found.into_iter().map(|(said, _)| said).collect())
    }

    fn narrowest(&self, mut found: Vec<UnitSaid>) -> Option<UnitSaid> {
        if found.len() > 1 {
            let depth = |said: &UnitSaid| match said {
                UnitSaid::Known(id) => self.register.depth(*id) + 1,
                UnitSaid::Named { rank, .. } => usize::from(*rank),
                _ => 0,
            };
            let deepest = found.iter().map(depth).max().unwrap_or(0);
            found.retain(|said| depth(said) == deepest);
        }
        match found.len() {
            1 => found.pop(),
            _ => None,
        }
    }

    fn mention_at(&self, text: &str, tokens: &[Token], used: &[bool], at: usize) -> Option<(UnitSaid, usize, bool)> {
        let free = tokens[at..].iter().zip(&used[at..]).take_while(|(_, used)| !**used).count();
        let unbroken = 1 + tokens[at + 1..at + free]
            .iter()
            .take_while(|t| matches!(t.gap, None | Some(' ' | '.' | '_' | '-')))
            .count();
        if !self.by_register() {
            let (_, rank, len) = self.type_at(tokens, at)?;
            let mut end = at + len;
            while end < at + unbroken.min(free) && end - at - len < 5 {
                let token = &tokens[end];
                let written = text.get(token.at.clone())?;
                let name_like = token.digits || written.chars().next().is_some_and(char::is_uppercase);
                if !name_like || end > at + len && matches!(token.gap, Some('-' | '_')) {
                    break;
                }
                end += 1;
            }
            if end == at + len || tokens[at + len].digits {
                return None;
            }
            let name = text.get(tokens[at].at.start..tokens[end - 1].at.end)?;
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            return Some((UnitSaid::Named { key: self.named_key(&tokens[at..end]), name, rank }, end - at, true));
        }
        for len in (1..=free.min(self.longest)).rev() {
            let slice = &tokens[at..at + len];
            if let Some(ids) = self.full_at(slice).filter(|_| self.type_at(slice, 0).is_some()) {
                return Some((self.one_of(ids), len, true));
            }
        }
        for len in (2..=unbroken.min(self.longest)).rev() {
            if let Some(ids) = self.bare_at(&tokens[at..at + len]) {
                return Some((self.one_of(ids), len, false));
            }
        }
        None
    }

    /// Up to three units whose names are nearest: offered, never taken.
    pub fn nearest(&self, text: &str) -> Vec<String> {
        if !self.by_register() {
            return Vec::new();
        }
        let wanted = fold::bare_key(text);
        let mut scored: Vec<(f64, &str)> = self
            .register
            .ids()
            .map(|id| self.register.unit(id).name.as_str())
            .map(|name| (strsim::jaro_winkler(&wanted, &fold::bare_key(name)), name))
            .filter(|(score, _)| *score >= 0.85)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        scored.dedup_by(|a, b| a.1 == b.1);
        scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
    }

    /// Whether a text begins with a unit's type word: then it may be quoted (design 7.3).
    pub fn begins_with_type(&self, text: &str) -> bool {
        let tokens = fold::tokens(text);
        self.type_at(&tokens, ordinal_len(&tokens)).is_some_and(|(_, _, len)| len < tokens.len())
    }

    fn own_figures(&self, tokens: &[Token]) -> Option<UnitSaid> {
        let len = self.own.iter().find(|words| starts_with(tokens, words)).map(Vec::len)?;
        let rest = &tokens[len..];
        let root = self.register.root;
        if rest.is_empty() {
            return Some(UnitSaid::Own(root));
        }
        let ids = self.full_at(rest).or_else(|| self.bare_at(rest))?;
        // "Huyện ủy Bảo Yên" is the district's, never a commune's of that name.
        let parent = ids.iter().copied().find(|&id| self.register.children(id).next().is_some());
        parent.map(UnitSaid::Own)
    }

    fn body_len(&self, tokens: &[Token]) -> Option<usize> {
        self.bodies.iter().find(|words| starts_with(tokens, words)).map(Vec::len)
    }

    fn is_body(&self, tokens: &[Token]) -> bool {
        self.body_len(tokens) == Some(tokens.len())
    }

    /// The longest type word at `at`: its kind, rank and length.
    fn type_at(&self, tokens: &[Token], at: usize) -> Option<(usize, u8, usize)> {
        let rest = tokens.get(at..)?;
        self.types
            .iter()
            .filter(|t| starts_with(rest, &t.words) || !fold::is_marked(rest) && starts_with_plain(rest, &t.plain))
            .max_by_key(|t| t.words.len())
            .map(|t| (t.kind, t.rank, t.words.len()))
    }

    fn full_at(&self, tokens: &[Token]) -> Option<&[OrgUnitId]> {
        look_up(&self.full, tokens)
    }

    fn bare_at(&self, tokens: &[Token]) -> Option<&[OrgUnitId]> {
        look_up(&self.bare, tokens)
    }
}

/// With marks as written; a text without any is looked up without.
fn look_up<'m>(map: &'m HashMap<String, Vec<OrgUnitId>>, tokens: &[Token]) -> Option<&'m [OrgUnitId]> {
    if tokens.is_empty() {
        return None;
    }
    map.get(&fold::joined(tokens)).map(Vec::as_slice)
}

fn plain(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|t| t.bare.as_str()).collect();
    words.join(" ")
}

fn split(text: &str) -> Vec<String> {
    fold::tokens(text).into_iter().map(|t| t.text).collect()
}

fn starts_with(tokens: &[Token], words: &[String]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.text == *word)
}

fn starts_with_plain(tokens: &[Token], words: &[String]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.bare == *word)
}

/// "1.", "I.", "a)" before a name: how many tokens.
pub fn ordinal_len(tokens: &[Token]) -> usize {
    let Some(first) = tokens.first() else { return 0 };
    let short = first.digits && first.text.len() <= 3
        || is_roman(&first.bare)
        || first.bare.len() == 1 && first.text == first.bare;
    let closed = tokens.get(1).is_some_and(|second| matches!(second.gap, Some('.' | ')' | '-' | ',' | '/')));
    usize::from(short && closed)
}

pub fn is_roman(bare: &str) -> bool {
    matches!(
        bare,
        "i" | "ii" | "iii" | "iv" | "v" | "vi" | "vii" | "viii" | "ix" | "x" | "xi" | "xii" | "xiii" | "xiv" | "xv"
    )
}

fn type_words(words: &Words) -> Vec<TypeWord> {
    let mut types: Vec<TypeWord> = Vec::new();
    let mut kinds = 0;
    for unit_type in &words.unit_types {
        let mut last_full: Option<(usize, String)> = None;
        for name in &unit_type.names {
            let tokens = fold::tokens(name);
            let initials: String = tokens.iter().filter_map(|t| t.text.chars().next()).collect();
            // A short form follows the type whose initials it is.
            let kind = match &last_full {
                Some((kind, short)) if *short == fold::key(name) => *kind,
                _ => {
                    kinds += 1;
                    last_full = Some((kinds, initials));
                    kinds
                }
            };
            types.push(TypeWord {
                words: tokens.iter().map(|t| t.text.clone()).collect(),
                plain: tokens.iter().map(|t| t.bare.clone()).collect(),
                kind,
                rank: unit_type.rank,
            });
        }
    }
    types
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::load;
    use crate::catalogue::register::OrgUnit;

    fn register(origin: Origin) -> Register {
        let unit = |code: &str, name: &str, level: &str, parent| OrgUnit {
            code: code.into(),
            name: name.into(),
            level: level.into(),
            parent,
            valid_from: None,
            valid_to: None,
            merged_into: None,
            other_names: Vec::new(),
        };
        let root = Some(OrgUnitId(0));
        Register {
            units: vec![
                unit("087", "Huyện Bảo Yên", "huyện", None),
                unit("02947", "Thị trấn Phố Ràng", "thị trấn", root),
                unit("02989", "Xã Bảo Hà", "xã", root),
                unit("1", "Xã Tây Yên", "xã", root),
                unit("2", "Xã Tây Yên A", "xã", root),
                unit("3", "Xã Cộng Hòa", "xã", root),
                unit("4", "Phường Thống Nhất", "phường", root),
                unit("5", "Xã Thống Nhất", "xã", root),
            ],
            origin,
            root: OrgUnitId(0),
        }
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let catalogue = load::catalogue(&[]).unwrap();
        let register = register(Origin::File);
        let names = UnitNames::new(&register, &catalogue.words);
        let known = |id| UnitSaid::Known(OrgUnitId(id));
        for (text, expected) in [
            ("TT. Phố Ràng", known(1)),
            ("TT Phố Ràng", known(1)),
            ("Phố Ràng", known(1)),
            ("UBND xã Bảo Hà", known(2)),
            ("XÃ BẢO HÀ", known(2)),
            ("X. Bảo Hà", known(2)),
            ("xa bao ha", known(2)),
            ("1. Bảo  Hà", known(2)),
            ("Xã Bảo Hà (không có số liệu)", known(2)),
            ("Đảng ủy xã Bảo Hà", known(2)),
            ("Tây Yên A", known(4)),
            ("Tây Yên", known(3)),
            ("Cộng Hoà", known(5)),
            ("P. Thống Nhất", known(6)),
            ("Thống Nhất", UnitSaid::Ambiguous(vec![OrgUnitId(6), OrgUnitId(7)])),
            ("02989", known(2)),
            ("Cấp huyện", UnitSaid::Own(OrgUnitId(0))),
            ("Huyện ủy Bảo Yên", UnitSaid::Own(OrgUnitId(0))),
            ("Xã Bảo Ha", UnitSaid::Unknown),
            ("Bảo Hòa", UnitSaid::Unknown),
            ("Tổng cộng", UnitSaid::Unknown),
        ] {
            assert_eq!(names.cell(text), expected, "{text}");
        }
        assert_eq!(names.nearest("Xã Bảo Hòa")[0], "Xã Bảo Hà");
        assert_eq!(names.code("2989"), Some((OrgUnitId(2), Some("02989".into()))));
    }

    #[test]
    fn titles_and_file_names_speak_of_the_narrowest_unit() {
        let catalogue = load::catalogue(&[]).unwrap();
        let register = register(Origin::File);
        let names = UnitNames::new(&register, &catalogue.words);
        for (text, expected) in [
            ("ỦY BAN NHÂN DÂN XÃ BẢO HÀ, HUYỆN BẢO YÊN", Some(2)),
            ("Xã Bảo Hà - dan van quy 2", Some(2)),
            ("Bao Ha quy 2", Some(2)),
            ("BC xã Tây Yên A năm 2023", Some(4)),
            ("Huyện Bảo Yên", Some(0)),
            ("xã Bảo Hà và xã Tây Yên", None),
            ("Tong hop", None),
        ] {
            let tokens = fold::tokens(text);
            let mut used = vec![false; tokens.len()];
            let expected = expected.map(|id| UnitSaid::Known(OrgUnitId(id)));
            assert_eq!(names.mentioned(text, &tokens, &mut used), expected, "{text}");
        }
    }

    #[test]
    fn without_a_register_type_words_name_units() {
        let catalogue = load::catalogue(&[]).unwrap();
        let register = register(Origin::Data);
        let names = UnitNames::new(&register, &catalogue.words);
        for (text, expected) in [
            ("Xã Bắc Hưng 00000", Some("Xã Bắc Hưng 00000")),
            ("Kết quả của xã Bảo Hà trong quý", Some("xã Bảo Hà")),
            ("Đối thoại", None),
        ] {
            let tokens = fold::tokens(text);
            let mut used = vec![false; tokens.len()];
            let found = names.mentioned(text, &tokens, &mut used).map(|said| match said {
                UnitSaid::Named { name, .. } => name,
                other => panic!("{other:?}"),
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
