//! A unit's name as people write it → the unit: "TT. Phố Ràng", "UBND xã Bảo Hà", "XÃ BẢO HÀ (không có số liệu)".
//!
//! Longest name first, its type word preferred; never by nearness: an unknown name comes back with its neighbours.
//! Without a register every name found is a unit of its own, told apart by its folded text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::OnceLock;

use icu_normalizer::DecomposingNormalizerBorrowed;

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

/// The rank of communes' type words.
const LOWEST: u8 = 3;

/// A shorter text run together may be anything.
const SQUEEZED_AT_LEAST: usize = 4;

/// How names are looked up: by the register, or by their type words alone.
pub struct UnitNames<'a> {
    register: &'a Register,
    /// Folded full names ("xa4 bao3 ha2") and names without their type word, with marks and without.
    full: HashMap<String, Vec<OrgUnitId>>,
    bare: HashMap<String, Vec<OrgUnitId>>,
    codes: HashMap<String, OrgUnitId>,
    longest: usize,
    /// Units that others lie in.
    parents: HashSet<OrgUnitId>,
    /// What names are compared by where none fits: without marks, whole and without their type word.
    plain: OnceLock<Vec<(String, String)>>,
    squeezed: OnceLock<HashMap<String, Vec<OrgUnitId>>>,
    types: Vec<TypeWord>,
    bodies: Vec<Vec<String>>,
    own: Vec<Vec<String>>,
    /// "Trong đó", "Bao gồm": before a colon they only lead to a name.
    leads: Vec<Vec<String>>,
}

/// "xã" with its short forms: folded words, without marks, how far down.
struct TypeWord {
    name: String,
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
            parents: register.units.iter().filter_map(|unit| unit.parent).collect(),
            plain: OnceLock::new(),
            squeezed: OnceLock::new(),
            types: type_words(words),
            bodies: words.bodies.iter().map(|text| split(text)).collect(),
            own: words.own.iter().map(|text| split(text)).collect(),
            leads: words.filler.iter().map(|text| split(text)).collect(),
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
        push(&mut self.full, joined(&tokens));
        push(&mut self.full, plain(&tokens));
        match self.type_at(&tokens, 0).map(|(kind, _, len)| (kind, len)) {
            Some((kind, len)) if len < tokens.len() => {
                let rest = &tokens[len..];
                push(&mut self.bare, joined(rest));
                push(&mut self.bare, plain(rest));
                for other in self.types.iter().filter(|t| t.kind == kind) {
                    push(&mut self.full, format!("{} {}", other.words.join(" "), joined(rest)));
                    push(&mut self.full, format!("{} {}", other.plain.join(" "), plain(rest)));
                }
            }
            _ => {
                push(&mut self.bare, joined(&tokens));
                push(&mut self.bare, plain(&tokens));
            }
        }
    }

    /// Every name run together, with its type's words and without: for "BảoHà" and "Xã B ảo Hà". Made where it is needed.
    fn squeezed(&self) -> &HashMap<String, Vec<OrgUnitId>> {
        self.squeezed.get_or_init(|| {
            let mut map: HashMap<String, Vec<OrgUnitId>> = HashMap::new();
            for id in self.register.ids() {
                let unit = self.register.unit(id);
                for name in std::iter::once(&unit.name).chain(&unit.other_names) {
                    let tokens = fold::tokens(name);
                    let mut forms = vec![name.clone()];
                    if let Some((kind, _, len)) = self.type_at(&tokens, 0).filter(|(.., len)| *len < tokens.len()) {
                        let rest = &name[tokens[len].at.start..];
                        forms.push(rest.to_owned());
                        let types = self.types.iter().filter(|t| t.kind == kind);
                        forms.extend(types.map(|t| format!("{}{rest}", t.name)));
                    }
                    for form in forms {
                        let marked = squeezed(&form);
                        let plain: String = marked.chars().filter(|c| !is_mark(*c)).map(unstruck).collect();
                        for key in [marked, plain] {
                            let ids = map.entry(key).or_default();
                            if !ids.contains(&id) {
                                ids.push(id);
                            }
                        }
                    }
                }
            }
            map
        })
    }

    fn by_register(&self) -> bool {
        self.register.origin == Origin::File
    }

    /// Whether other units lie in a unit.
    pub fn is_parent(&self, unit: OrgUnitId) -> bool {
        self.parents.contains(&unit)
    }

    pub fn register(&self) -> &Register {
        self.register
    }

    /// A cell under a heading of units, or a group row: all of it must be the name, but for an ordinal or a code beside it,
    /// the units that it lies in, and remarks.
    pub fn cell(&self, text: &str) -> UnitSaid {
        self.cell_of(text, &fold::tokens(text)).0
    }

    /// As [`Self::cell`], and which of the tokens name the unit: a remark may say more than the unit.
    pub fn cell_of(&self, text: &str, all: &[Token]) -> (UnitSaid, Range<usize>) {
        if !self.by_register() {
            return self.cell_of_data(text, all);
        }
        let found = self.in_parts(text, all);
        if found.0 != UnitSaid::Unknown || all.is_empty() {
            return found;
        }
        // "BảoHà", "Xã BảoHà": a capital inside a word begins another.
        let apart = apart(text);
        if apart != text {
            let said = self.in_parts(&apart, &fold::tokens(&apart)).0;
            if said != UnitSaid::Unknown {
                return (said, 0..all.len());
            }
        }
        (self.run_together(text, all), 0..all.len())
    }

    fn cell_of_data(&self, text: &str, all: &[Token]) -> (UnitSaid, Range<usize>) {
        let from = self.ordinal_before(all);
        let remark = |at: usize| at > from && (all[at].inside || is_sign(&all[at]) && is_state(&all[at]));
        let end = (from..all.len()).find(|&at| remark(at)).unwrap_or(all.len());
        let tokens = if end == from { &all[from..] } else { &all[from..end] };
        (if tokens.is_empty() { UnitSaid::Unknown } else { self.name(tokens, text) }, from..from + tokens.len())
    }

    /// "P. Thống Nhất" begins with no ordinal; "Trong đó:" leads as one does.
    fn ordinal_before(&self, all: &[Token]) -> usize {
        let short_type = self.type_at(all, 0).is_some_and(|(.., len)| len < all.len());
        if short_type { 0 } else { ordinal_len(all).max(self.lead_len(all)) }
    }

    fn lead_len(&self, all: &[Token]) -> usize {
        let end = all.iter().position(|token| token.gap == Some(':')).unwrap_or(0);
        let leads = |words: &Vec<String>| words.len() == end && starts_with(all, words);
        if end > 0 && self.leads.iter().any(leads) { end } else { 0 }
    }

    /// "Trong đó: Xã Bảo Hà": some part of what the row before is the whole of.
    pub fn is_led(&self, text: &str) -> bool {
        text.contains(':') && self.lead_len(&fold::tokens(text)) > 0
    }

    /// The longest run of a text's parts that is a name, what stands before and behind it held against it.
    fn in_parts(&self, text: &str, all: &[Token]) -> (UnitSaid, Range<usize>) {
        let bounds: Vec<usize> = (1..all.len())
            .filter(|&at| is_sign(&all[at]) && !is_slashed(&all[at - 1..]) || all[at].inside != all[at - 1].inside)
            .collect();
        let ends = || std::iter::once(all.len()).chain(bounds.iter().rev().copied());
        let ordinal = self.ordinal_before(all);
        // "01 Bảo Hà", "02947 - Xã Bảo Hà", "BY02: Bảo Hà"
        let number = usize::from(all.len() > 1 && all[0].digits && all[0].text.len() <= 6);
        let code = bounds.first().copied().filter(|&end| self.code_in(text, &all[..end]).is_some()).unwrap_or(0);
        let mut starts = vec![0, ordinal, number, code];
        starts.dedup();
        for start in starts {
            for end in ends().filter(|&end| end > start) {
                let said = self.name(&all[start..end], text);
                if said == UnitSaid::Unknown {
                    continue;
                }
                // Before it, whatever is no code is an ordinal.
                let before = Some(&all[..start]).filter(|before| self.code_in(text, before).is_some());
                let mut from = end;
                let behind = bounds.iter().copied().filter(|&at| at > end).chain([all.len()]).filter_map(|to| {
                    let part = &all[from..to];
                    from = to;
                    (!part.is_empty()).then_some(part)
                });
                let parts: Vec<&[Token]> = before.into_iter().chain(behind).collect();
                return (self.held_against(said, &parts, text), start..end);
            }
        }
        // "Bảo Hà không có số liệu"
        let state = (ordinal + 1..all.len()).find(|&at| is_state(&all[at]));
        match state.map(|at| (self.name(&all[ordinal..at], text), at)) {
            Some((said, at)) => (said, ordinal..at),
            None => (UnitSaid::Unknown, 0..all.len()),
        }
    }

    /// A unit as said, narrowed or refuted by the parts around its name: its code, the units that it lies in; another unit
    /// or what may belong to its name ("Tây Yên (B)") leaves it open.
    fn held_against(&self, said: UnitSaid, parts: &[&[Token]], text: &str) -> UnitSaid {
        let mut ids = match &said {
            UnitSaid::Known(id) => vec![*id],
            UnitSaid::Ambiguous(ids) => ids.clone(),
            _ => return said,
        };
        for part in parts {
            let other = match self.code_in(text, part) {
                Some(id) => vec![id],
                None => match self.name(part, text) {
                    UnitSaid::Known(id) => vec![id],
                    UnitSaid::Ambiguous(other) => other,
                    UnitSaid::Own(_) => continue,
                    _ => match self.named_within(part) {
                        Some(other) => other,
                        None if self.may_be_of_name(part, text) => return UnitSaid::Unknown,
                        None => continue,
                    },
                },
            };
            match self.agreeing(&ids, &other) {
                Ok(agreeing) => ids = agreeing,
                Err(all) => return UnitSaid::Ambiguous(all),
            }
        }
        one_of(ids)
    }

    /// Those that lie within some of the others; all of both where none does.
    fn agreeing(&self, ids: &[OrgUnitId], other: &[OrgUnitId]) -> Result<Vec<OrgUnitId>, Vec<OrgUnitId>> {
        let within = |id: &OrgUnitId| other.iter().any(|&other| self.register.is_within(*id, other));
        let agreeing: Vec<OrgUnitId> = ids.iter().copied().filter(within).collect();
        if agreeing.is_empty() { Err([ids, other].concat()) } else { Ok(agreeing) }
    }

    /// Whether a part is so short that it may belong to the name before it, or begins as another unit does.
    fn may_be_of_name(&self, part: &[Token], text: &str) -> bool {
        // An abbreviation ("NTM") is no name.
        let capital = |token: &Token| {
            text.get(token.at.clone())
                .is_some_and(|t| t.starts_with(char::is_uppercase) && t.chars().skip(1).any(char::is_lowercase))
        };
        match part {
            [one] => one.bare.chars().count() == 1 || is_roman(&one.bare) || one.digits && one.text.len() <= 3,
            // "xã Kim Sơn Hạ" is one, "xã điểm" is not.
            _ => {
                part.iter().all(is_letter)
                    || self
                        .type_at(part, 0)
                        .is_some_and(|(_, rank, len)| rank == LOWEST && part.get(len).is_some_and(capital))
            }
        }
    }

    /// The first unit that words speak of by its name, its type word before it or not.
    fn named_within(&self, part: &[Token]) -> Option<Vec<OrgUnitId>> {
        (0..part.len()).find_map(|at| {
            (1..=(part.len() - at).min(self.longest)).rev().find_map(|len| {
                let words = &part[at..at + len];
                let typed = self.full_at(words).filter(|_| self.type_at(words, 0).is_some());
                typed.or_else(|| self.bare_at(words).filter(|_| len > 1)).map(<[OrgUnitId]>::to_vec)
            })
        })
    }

    /// A part that is a unit's code and cannot be an ordinal or a note's number.
    fn code_in(&self, text: &str, part: &[Token]) -> Option<OrgUnitId> {
        let named = code_word_len(part);
        let part = &part[named.unwrap_or(0)..];
        let (first, last) = (part.first()?, part.last()?);
        let code = text.get(first.at.start..last.at.end)?;
        let digits = part.iter().filter(|t| t.digits).map(|t| t.text.len()).sum::<usize>();
        let long = named.is_some() || digits > 3 || digits > 0 && part.len() > 1;
        self.code(code).filter(|_| long).map(|(id, _)| id)
    }

    /// A text run together or torn apart otherwise than its name.
    fn run_together(&self, text: &str, all: &[Token]) -> UnitSaid {
        let from = self.ordinal_before(all);
        let end = (from + 1..all.len()).find(|&at| is_sign(&all[at]) || all[at].inside).unwrap_or(all.len());
        let Some(name) = all.get(from).and_then(|first| text.get(first.at.start..all[end - 1].at.end)) else {
            return UnitSaid::Unknown;
        };
        let key = squeezed(name);
        if end < all.len() || key.chars().count() < SQUEEZED_AT_LEAST {
            return UnitSaid::Unknown;
        }
        self.squeezed().get(&key).map_or(UnitSaid::Unknown, |ids| self.one_of(ids))
    }

    /// A name and nothing else, bodies before it passed over: a unit may be named like a body or with a number.
    fn name(&self, tokens: &[Token], text: &str) -> UnitSaid {
        if let Some(own) = self.own_figures(tokens) {
            return own;
        }
        let mut at = 0;
        loop {
            let said = self.whole(&tokens[at..], text);
            if said != UnitSaid::Unknown {
                return said;
            }
            match self.body_len(&tokens[at..]) {
                Some(len) if at + len < tokens.len() => at += len,
                _ => return UnitSaid::Unknown,
            }
        }
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
            // "Phường 1" by its number alone, or a code; a short number that is neither counts the rows.
            let mut ids = self.bare_at(tokens).map(<[OrgUnitId]>::to_vec).unwrap_or_default();
            let code = self.code(text.get(token.at.clone()).unwrap_or(&token.text));
            let code = code.filter(|(_, mended)| mended.is_none() || token.text.len() > 2).map(|(id, _)| id);
            ids.extend(code.filter(|id| !ids.contains(id)));
            return if ids.is_empty() { UnitSaid::Unknown } else { self.one_of(&ids) };
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
                format!("{full} {}", joined(&tokens[len..]))
            }
            None => joined(tokens),
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
                Some((UnitSaid::Unknown, len, _)) => at += len,
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
        let said = self.narrowest(found.into_iter().map(|(said, _)| said).collect())?;
        // "Xã Bảo Hà (mã 02947)": beside a name.
        let coded = (0..tokens.len()).filter(|&at| !used[at]).find_map(|at| {
            let from = at + code_word_len(&tokens[at..])?;
            let ends = (from + 1..=tokens.len().min(from + CODE_TOKENS)).rev();
            ends.filter(|&end| tokens.get(end).is_none_or(|next| !matches!(next.gap, Some('-' | '/' | '.'))))
                .find_map(|end| Some((at..end, self.code_in(text, &tokens[at..end])?)))
        });
        Some(match coded {
            Some((range, code)) => {
                used[range].fill(true);
                self.held_to(said, &[code])
            }
            None => said,
        })
    }

    /// Whether a text has a unit's code behind "mã".
    pub fn mentions_code(&self, text: &str) -> bool {
        fold::tokens(text).iter().any(|token| token.bare == "ma")
    }

    /// A unit as said, and what else is said of it: what both have in common, else it is open which of them is meant.
    fn held_to(&self, said: UnitSaid, other: &[OrgUnitId]) -> UnitSaid {
        let ids = match &said {
            UnitSaid::Known(id) => vec![*id],
            UnitSaid::Ambiguous(ids) => ids.clone(),
            _ => return said,
        };
        match self.agreeing(&ids, other) {
            Ok(agreeing) => one_of(agreeing),
            Err(all) => UnitSaid::Ambiguous(all),
        }
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
            0 | 1 => found.pop(),
            // "Xã Bảo Hà và xã Kim Sơn": one of them, or both.
            _ => {
                let ids = found.iter().map(|said| match said {
                    UnitSaid::Known(id) => Some(*id),
                    _ => None,
                });
                ids.collect::<Option<Vec<_>>>().map(UnitSaid::Ambiguous)
            }
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
                // Words that are no name hide no shorter name in them either.
                let named = stands_as_name(text, tokens, used, at..at + len);
                return Some((if named { self.one_of(ids) } else { UnitSaid::Unknown }, len, false));
            }
        }
        None
    }

    /// Up to three units whose names are nearest: offered, never taken.
    pub fn nearest(&self, text: &str) -> Vec<String> {
        if !self.by_register() {
            return Vec::new();
        }
        let tokens = fold::tokens(text);
        let tokens = &tokens[self.ordinal_before(&tokens)..];
        let end = tokens.iter().position(|t| t.inside).filter(|at| *at > 0).unwrap_or(tokens.len());
        let wanted = (plain(&tokens[..end]), plain(&tokens[self.type_len(&tokens[..end])..end]));
        // By the whole or, where the type word is what is wrong, by the name alone.
        let near = |(whole, bare): &(String, String)| {
            let whole = strsim::jaro_winkler(&wanted.0, whole);
            let bare = strsim::jaro_winkler(&wanted.1, bare);
            (whole >= 0.85 || bare >= 0.9).then_some(whole.max(bare) + whole / 1000.0)
        };
        let plain = self.plain.get_or_init(|| {
            let names = self.register.units.iter().map(|unit| fold::tokens(&unit.name));
            names.map(|tokens| (plain(&tokens), plain(&tokens[self.type_len(&tokens)..]))).collect()
        });
        let names = self.register.units.iter().map(|unit| unit.name.as_str()).zip(plain);
        let mut scored: Vec<(f64, &str)> =
            names.filter_map(|(name, plain)| near(plain).map(|score| (score, name))).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        scored.dedup_by(|a, b| a.1 == b.1);
        scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
    }

    fn type_len(&self, tokens: &[Token]) -> usize {
        self.type_at(tokens, 0).map(|(.., len)| len).filter(|len| *len < tokens.len()).unwrap_or(0)
    }

    /// Units as a message lists them: homonyms with the unit that each lies in.
    pub fn titles(&self, ids: &[OrgUnitId]) -> Vec<String> {
        let name = |id: OrgUnitId| &self.register.unit(id).name;
        let alike = |id: OrgUnitId| ids.iter().filter(|&&other| name(other) == name(id)).count() > 1;
        let within = |id: OrgUnitId| self.register.unit(id).parent.filter(|_| alike(id)).map(name);
        let title = |id: OrgUnitId| match within(id) {
            Some(parent) => format!("{} ({parent})", name(id)),
            None => name(id).clone(),
        };
        ids.iter().map(|&id| title(id)).collect()
    }

    /// Whether a text begins with a unit's type word: then it may be quoted (design 7.3).
    pub fn begins_with_type(&self, text: &str) -> bool {
        let tokens = fold::tokens(text);
        self.type_at(&tokens, ordinal_len(&tokens)).is_some_and(|(_, _, len)| len < tokens.len())
    }

    /// Whether a title says of figures that they are a parent's own: "cấp huyện", and not only who signs.
    pub fn says_own_level(&self, text: &str) -> bool {
        let tokens = fold::tokens(text);
        let levels = self.own.iter().filter(|own| !self.bodies.iter().any(|body| own.starts_with(body)));
        levels.into_iter().any(|level| (0..tokens.len()).any(|at| starts_with(&tokens[at..], level)))
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
    map.get(&joined(tokens)).map(Vec::as_slice)
}

/// Folded words; "Phường 01" is Phường 1.
fn joined(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|t| number(t, &t.text)).collect();
    words.join(" ")
}

fn plain(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|t| number(t, &t.bare)).collect();
    words.join(" ")
}

fn number<'t>(token: &Token, text: &'t str) -> &'t str {
    match text.trim_start_matches('0') {
        rest if token.digits && !rest.is_empty() => rest,
        _ => text,
    }
}

fn one_of(ids: Vec<OrgUnitId>) -> UnitSaid {
    match ids[..] {
        [one] => UnitSaid::Known(one),
        _ => UnitSaid::Ambiguous(ids),
    }
}

/// Whether words without a type word are written as a name: each with a capital, unless the text has none at all; where all
/// is in capitals only apart from other words. "Hội nghị thống nhất", "NGÀY HỘI ĐOÀN KẾT" name no commune.
fn stands_as_name(text: &str, tokens: &[Token], used: &[bool], name: Range<usize>) -> bool {
    let written = |token: &Token| text.get(token.at.clone()).unwrap_or_default();
    let capital = |token: &Token| written(token).chars().next().is_some_and(char::is_uppercase);
    let shouted = |token: &Token| !token.digits && !written(token).chars().any(char::is_lowercase);
    if !text.chars().any(char::is_uppercase) {
        return true;
    }
    let words = &tokens[name.clone()];
    if !words.iter().all(|token| token.digits || capital(token)) {
        return false;
    }
    let before = name.start.checked_sub(1).filter(|_| !is_sign(&tokens[name.start]));
    let behind = Some(name.end).filter(|&at| at < tokens.len() && !is_sign(&tokens[at]));
    let mut beside = before.into_iter().chain(behind).filter(|&at| !used[at]);
    !(words.iter().all(shouted) && beside.any(|at| shouted(&tokens[at])))
}

/// Whether a sign that may end a name stands before a token.
fn is_sign(token: &Token) -> bool {
    matches!(token.gap, Some('-' | '–' | '—' | ':' | ',' | ';' | '/' | '|' | '+' | '*' | '&' | '(' | ')' | '[' | ']'))
}

/// "b/c", "v/v": one short form, not two parts.
fn is_slashed(pair: &[Token]) -> bool {
    pair[1].gap == Some('/') && pair[..2].iter().all(is_letter)
}

fn is_letter(token: &Token) -> bool {
    !token.digits && token.bare.chars().count() == 1
}

/// Words that begin a remark and no name: "không có số liệu", "chưa báo cáo", "đang tổng hợp".
pub fn is_state(token: &Token) -> bool {
    matches!(token.bare.as_str(), "khong" | "chua" | "dang")
}

/// Words of the longest code: "BY-02-1".
const CODE_TOKENS: usize = 3;

/// "mã", "mã số", "mã đơn vị", "mã xã": the words before a unit's code.
fn code_word_len(tokens: &[Token]) -> Option<usize> {
    const OF: [&str; 14] =
        ["so", "don", "vi", "hanh", "chinh", "dvhc", "xa", "phuong", "thi", "tran", "dac", "khu", "huyen", "tinh"];
    tokens.first().filter(|token| token.bare == "ma")?;
    Some(1 + tokens[1..].iter().take_while(|token| OF.contains(&&*token.bare)).count())
}

/// A blank before each capital inside a word.
fn apart(text: &str) -> String {
    let mut apart = String::with_capacity(text.len() + 4);
    let mut lower = false;
    for c in text.chars() {
        if lower && c.is_uppercase() {
            apart.push(' ');
        }
        lower = c.is_lowercase() || lower && is_mark(c);
        apart.push(c);
    }
    apart
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn unstruck(c: char) -> char {
    if c == 'đ' { 'd' } else { c }
}

/// A text's letters and digits run together, y as i; a tone stands behind the vowels that bear it, wherever among them.
fn squeezed(text: &str) -> String {
    let (mut letters, mut tones) = (String::new(), String::new());
    for c in DecomposingNormalizerBorrowed::new_nfd().normalize_iter(text.chars()).flat_map(char::to_lowercase) {
        if is_tone(c) {
            tones.push(c);
        } else if c.is_alphanumeric() || is_mark(c) {
            let c = if c == 'y' { 'i' } else { c };
            if !(matches!(c, 'a' | 'e' | 'i' | 'o' | 'u') || is_mark(c)) {
                letters.push_str(&tones);
                tones.clear();
            }
            letters.push(c);
        }
    }
    letters + &tones
}

fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
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
    // "15/01/2024" and "5/2023" begin with no ordinal.
    let closed = tokens.get(1).is_some_and(|second| {
        matches!(second.gap, Some('.' | ')' | '-' | ',' | '/'))
            && !(first.digits && second.digits && second.gap != Some(')'))
    });
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
                Some((kind, short)) if *short == fold::key(name).replace(' ', "") => *kind,
                _ => {
                    kinds += 1;
                    last_full = Some((kinds, initials));
                    kinds
                }
            };
            types.push(TypeWord {
                name: name.clone(),
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
    use crate::catalogue::register::OrgUnit;
    use crate::catalogue::{Catalogue, load};

    static CATALOGUE: std::sync::LazyLock<Catalogue> = std::sync::LazyLock::new(|| load::catalogue(&[]).unwrap());

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
        let register = register(Origin::File);
        let names = UnitNames::new(&register, &CATALOGUE.words);
        let known = |id| UnitSaid::Known(OrgUnitId(id));
        let mut wrong = Vec::new();
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
            // Numbers and codes beside the name.
            ("01 Bảo Hà", known(2)),
            ("02989 - Xã Bảo Hà", known(2)),
            ("2989 Bảo Hà", known(2)),
            ("Bảo Hà (02989)", known(2)),
            ("02947 - Xã Bảo Hà", UnitSaid::Ambiguous(vec![OrgUnitId(1), OrgUnitId(2)])),
            // The units that it lies in, and remarks.
            ("Xã Bảo Hà, huyện Bảo Yên", known(2)),
            ("Bảo Hà - Bảo Yên", known(2)),
            ("Xã Bảo Hà - huyện Bảo Yên, tỉnh Lào Cai", known(2)),
            ("Bảo Hà - chưa báo cáo", known(2)),
            ("Bảo Hà chưa báo cáo", known(2)),
            ("Xã Bảo Hà không phát sinh", known(2)),
            ("Bảo-Hà: không có số liệu", known(2)),
            ("Bảo Hà *", known(2)),
            ("Bảo Hà (cũ)", known(2)),
            // Another unit, or what may belong to the name, is no remark.
            ("Bảo Hà, Tây Yên", UnitSaid::Ambiguous(vec![OrgUnitId(2), OrgUnitId(3)])),
            ("Bảo Hà (gồm cả xã Tây Yên)", UnitSaid::Ambiguous(vec![OrgUnitId(2), OrgUnitId(3)])),
            ("Bảo Hà và Tây Yên", UnitSaid::Unknown),
            ("Tây Yên (B)", UnitSaid::Unknown),
            ("Tây Yên - B", UnitSaid::Unknown),
            ("Tây Yên B", UnitSaid::Unknown),
            ("Tây Yên (A)", known(4)),
            ("Tây Yên 2", UnitSaid::Unknown),
            ("Bảo Hà - xã Nghĩa Đô", UnitSaid::Unknown),
            // Blanks too few and too many.
            ("BảoHà", known(2)),
            ("Xã BảoHà", known(2)),
            ("XãBảoHà", known(2)),
            ("XÃ BẢOHÀ", known(2)),
            ("xã bảohà", known(2)),
            ("XABAOHA", known(2)),
            ("B ảo Hà", known(2)),
            ("Xã Tây YênA", known(4)),
            ("Bảo-Hà", known(2)),
            ("TT.PhốRàng", known(1)),
            ("T.T Phố Ràng", known(1)),
            ("ThốngNhất", UnitSaid::Ambiguous(vec![OrgUnitId(6), OrgUnitId(7)])),
            // Bodies.
            ("Khối Dân vận xã Bảo Hà", known(2)),
            ("Ban Dân vận Đảng ủy xã Bảo Hà", known(2)),
            ("Ủy ban MTTQ xã Bảo Hà", known(2)),
            ("HĐND - UBND xã Bảo Hà", known(2)),
            ("UBND TT Phố Ràng", known(1)),
            // The type word is the name's.
            ("Phường Bảo Hà", UnitSaid::Unknown),
            ("Thị trấn Bảo Hà", UnitSaid::Unknown),
            ("Xã Phố Ràng", UnitSaid::Unknown),
            ("Xã Bảo Ha", UnitSaid::Unknown),
            ("Bảo Hòa", UnitSaid::Unknown),
            ("Bảo Há", UnitSaid::Unknown),
            ("Bao Hảo", UnitSaid::Unknown),
            ("Thồng Nhât", UnitSaid::Unknown),
            ("Công Hòa", UnitSaid::Unknown),
            ("Tay Yển", UnitSaid::Unknown),
            ("Tổng cộng", UnitSaid::Unknown),
            ("", UnitSaid::Unknown),
            ("-", UnitSaid::Unknown),
        ] {
            let said = names.cell(text);
            if said != expected {
                wrong.push(format!("{text:?}: {said:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(names.nearest("Xã Bảo Hòa")[0], "Xã Bảo Hà");
        assert_eq!(names.nearest("Phường Bảo Hà")[0], "Xã Bảo Hà");
        assert_eq!(names.code("2989"), Some((OrgUnitId(2), Some("02989".into()))));
    }

    #[test]
    fn titles_and_file_names_speak_of_the_narrowest_unit() {
        let register = register(Origin::File);
        let names = UnitNames::new(&register, &CATALOGUE.words);
        for (text, expected) in [
            ("ỦY BAN NHÂN DÂN XÃ BẢO HÀ, HUYỆN BẢO YÊN", Some(2)),
            ("Xã Bảo Hà - dan van quy 2", Some(2)),
            ("Bao Ha quy 2", Some(2)),
            ("BC xã Tây Yên A năm 2023", Some(4)),
            ("Huyện Bảo Yên", Some(0)),
            ("Kết quả hiến đất Bảo Hà", Some(2)),
            ("bao ha quy 2", Some(2)),
            ("BAO HA - Q2.2023", Some(2)),
            ("BẢO HÀ", Some(2)),
            ("Hội nghị thống nhất kết quả", None),
            ("HỘI NGHỊ BẢO HÀ NHẤT TRÍ", None),
            ("HỘI NGHỊ XÃ BẢO HÀ NHẤT TRÍ", Some(2)),
            ("Tong hop", None),
        ] {
            let tokens = fold::tokens(text);
            let mut used = vec![false; tokens.len()];
            let expected = expected.map(|id| UnitSaid::Known(OrgUnitId(id)));
            assert_eq!(names.mentioned(text, &tokens, &mut used), expected, "{text}");
        }
        let tokens = fold::tokens("xã Bảo Hà và xã Tây Yên");
        let said = names.mentioned("xã Bảo Hà và xã Tây Yên", &tokens, &mut vec![false; tokens.len()]);
        assert_eq!(said, Some(UnitSaid::Ambiguous(vec![OrgUnitId(2), OrgUnitId(3)])));
    }

    #[test]
    fn without_a_register_type_words_name_units() {
        let register = register(Origin::Data);
        let names = UnitNames::new(&register, &CATALOGUE.words);
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

    /// A register of one province: every name of these syllables, some twice, in two districts.
    fn homonyms() -> Register {
        const SYLLABLES: [&str; 7] = ["Bảo", "Hà", "Tây", "Yên", "Hòa", "Thống", "Quý"];
        let mut register = register(Origin::File);
        register.units.truncate(1);
        for (at, district) in ["Huyện Văn Bàn", "Huyện Bắc Hà"].into_iter().enumerate() {
            let parent = Some(OrgUnitId(register.units.len() as u32));
            let unit = |code: String, name: String, parent| OrgUnit { code, name, parent, ..register_unit() };
            register.units.push(unit(format!("08{at}"), district.into(), Some(OrgUnitId(0))));
            for (nth, kind) in ["Xã", "Phường", "Thị trấn"].into_iter().enumerate() {
                for (one, first) in SYLLABLES.into_iter().enumerate() {
                    for (two, second) in
                        SYLLABLES.into_iter().enumerate().filter(|(two, _)| (one + two + nth) % 3 <= at)
                    {
                        let code = format!("1{at}{nth}{one}{two}");
                        register.units.push(unit(code, format!("{kind} {first} {second}"), parent));
                    }
                }
            }
        }
        register
    }

    fn register_unit() -> OrgUnit {
        register(Origin::File).units.swap_remove(0)
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]
        /// However a unit's name is written, it is that unit, or open between it and its homonyms; never another.
        #[test]
        fn a_name_is_never_another_units(pick in 0usize..1000, ways in proptest::collection::vec(0usize..13, 0..4)) {
                        let register = homonyms();
            let names = UnitNames::new(&register, &CATALOGUE.words);
            let id = OrgUnitId((pick % register.units.len()) as u32);
            let unit = register.unit(id);
            let mut text = unit.name.clone();
            for way in ways {
                text = match way {
                    0 => text.to_uppercase(),
                    1 => text.to_lowercase(),
                    2 => DecomposingNormalizerBorrowed::new_nfd().normalize(&text).into_owned(),
                    3 => DecomposingNormalizerBorrowed::new_nfd()
                        .normalize_iter(text.chars())
                        .filter(|c| !is_mark(*c))
                        .map(unstruck)
                        .collect(),
                    4 => text.replace("Xã ", "X. ").replace("Phường ", "P.").replace("Thị trấn ", "TT "),
                    5 => text.replace(' ', "\u{a0} "),
                    6 => text.replace(' ', ""),
                    7 => format!("UBND {text}"),
                    8 => format!("{text} (không có số liệu)"),
                    9 => format!("{text} - chưa báo cáo"),
                    10 => format!("1. {text}"),
                    11 => format!("{} - {text}", unit.code),
                    _ => format!("{text}, {}", unit.parent.map_or("", |parent| &register.unit(parent).name)),
                };
            }
            match names.cell(&text) {
                UnitSaid::Known(found) => assert_eq!(register.unit(found).name, unit.name, "{text}"),
                UnitSaid::Ambiguous(ids) => assert!(ids.contains(&id), "{text}: {ids:?}"),
                UnitSaid::Unknown => {}
                // "UBND Huyện Văn Bàn": its own.
                other => assert_eq!(other, UnitSaid::Own(id), "{text}"),
            }
        }

        #[test]
        fn no_text_panics(text in "([A-Za-zàẢđ0-9 .,()/*-]|xã|UBND|Bảo Hà|02989){0,16}") {
                        for origin in [Origin::File, Origin::Data] {
                let register = register(origin);
                let names = UnitNames::new(&register, &CATALOGUE.words);
                names.cell(&text);
                names.nearest(&text);
                let tokens = fold::tokens(&text);
                names.mentioned(&text, &tokens, &mut vec![false; tokens.len()]);
            }
        }
    }
}
