//! Text → meaning: a label is a set of possible meanings, by the catalogue's phrases.
//!
//! A text is covered with phrases: the fewest unknown words, then the fewest phrases. What the phrases allow is
//! intersected: "ý kiến" may be two indicators, "đã trả lời" two others, "Số ý kiến đã trả lời" is one. A word that no
//! phrase covers makes a label *strange*, and what it governs is not understood. Each text is understood once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use memchr::memmem::Finder;

use crate::base::fold::{self, Token};
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};
use crate::catalogue::Catalogue;
use crate::catalogue::words::{Heading, Role};

use super::limits;
use super::units::{self, UnitNames, UnitSaid};
use super::value::period::{self, PeriodSaid};

/// A set of the catalogue's indicators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndicatorSet([u64; 4]);

impl IndicatorSet {
    pub fn insert(&mut self, id: IndicatorId) {
        self.0[usize::from(id.0) / 64] |= 1 << (id.0 % 64);
    }

    pub fn remove(&mut self, id: IndicatorId) {
        self.0[usize::from(id.0) / 64] &= !(1 << (id.0 % 64));
    }

    pub fn contains(&self, id: IndicatorId) -> bool {
        self.0[usize::from(id.0) / 64] & (1 << (id.0 % 64)) != 0
    }

    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = IndicatorId> + '_ {
        (0..256).map(IndicatorId).filter(|&id| self.contains(id))
    }

    pub fn only(&self) -> Option<IndicatorId> {
        if self.len() == 1 { self.iter().next() } else { None }
    }
}

impl FromIterator<IndicatorId> for IndicatorSet {
    fn from_iter<I: IntoIterator<Item = IndicatorId>>(ids: I) -> Self {
        let mut set = Self::default();
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}

/// A measure that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeasureSaid {
    /// Those that the words may be ("kiến nghị" is counted by two indicators), by place in the catalogue.
    Known(Vec<usize>),
    /// Of no fixed size, unless the settings say so.
    Regional,
    Unknown,
}

/// What a text can mean.
#[derive(Clone, Debug, Default)]
pub struct Label {
    pub text: Arc<str>,
    /// The indicators that it allows; `None`: it says nothing of indicators.
    pub allows: Option<IndicatorSet>,
    /// Those that it names: wherever it stands, where their form is said, or where other words decide.
    pub alone: IndicatorSet,
    pub within: IndicatorSet,
    pub also: IndicatorSet,
    /// Those that it names as a caption: by a phrase that is no form's name.
    pub captioned: IndicatorSet,
    /// How many phrases cover it, fillers aside.
    pub phrases: usize,
    /// Forms that it says, also by naming one of their indicators.
    pub forms: Vec<FormId>,
    pub fields: Vec<(FormId, FieldId)>,
    /// By phrases that say nothing else.
    pub categories: Vec<(FormId, FieldId, CategoryId)>,
    /// By phrases that also say a form or an indicator: "Kiến nghị", "Đã giải quyết".
    pub maybe_categories: Vec<(FormId, FieldId, CategoryId)>,
    pub headings: Vec<Heading>,
    pub roles: Vec<Role>,
    pub period: PeriodSaid,
    pub unit: Option<UnitSaid>,
    pub measure: Option<MeasureSaid>,
    /// The text of that measure, for messages.
    pub measure_text: String,
    /// Words that no phrase covers.
    pub strange: usize,
    /// The words that are neither numbers nor ordinals.
    pub words: usize,
    /// "1.", "I.", "a)" stands before it, or it is nothing else.
    pub ordinal: bool,
    /// "Tên đơn vị:" and the like end with a colon.
    pub colon: bool,
    /// Begins a signature block, or is a line of a letterhead or a note.
    pub letter: Option<Letter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    Head,
    Signature,
    Note,
}

impl Label {
    pub fn is_strange(&self) -> bool {
        self.strange > 0
    }

    /// Understood whole, and saying something.
    pub fn is_known(&self) -> bool {
        self.strange == 0
            && (self.allows.is_some()
                || !self.fields.is_empty()
                || !self.categories.is_empty()
                || !self.headings.is_empty()
                || !self.roles.is_empty()
                || !self.period.is_none()
                || self.unit.is_some()
                || self.measure.is_some())
    }

    /// Words that only join or lead: "Trong đó", "Chia ra".
    pub fn says_nothing(&self) -> bool {
        self.words > 0 && self.strange == 0 && !self.is_known()
    }

    pub fn names(&self) -> IndicatorSet {
        self.alone.or(self.within).or(self.also)
    }

    pub fn has(&self, heading: Heading) -> bool {
        self.headings.contains(&heading)
    }

    /// A total and nothing else: "Cộng", "Tổng số", "Cả năm".
    pub fn is_total(&self) -> bool {
        self.roles.contains(&Role::Total)
            && self.allows.is_none()
            && self.fields.is_empty()
            && self.categories.is_empty()
            && self.strange == 0
    }

    /// Anything but a figure of the period, unless it is a whole's "tổng số".
    pub fn other_role(&self) -> Option<Role> {
        self.roles.iter().copied().find(|role| *role != Role::Total)
    }

    /// The categories of one form that its pure phrases say.
    pub fn categories_of(&self, form: FormId) -> impl Iterator<Item = (FieldId, CategoryId)> + '_ {
        self.categories.iter().filter(move |(f, ..)| *f == form).map(|(_, field, category)| (*field, *category))
    }
}

/// Where a text stands, which decides how freely a unit's bare name is seen in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// A heading or a row's label.
    Cell,
    /// A title, a caption, a sheet's, file's or folder's name.
    Title,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Form(FormId),
    Alone(IndicatorId),
    Within(IndicatorId),
    Also(IndicatorId),
    Field(FormId, FieldId),
    Category(FormId, FieldId, CategoryId),
    Heading(Heading),
    Role(Role),
    Measure(usize),
    Filler,
    FormFiller(FormId),
}

type Known = HashMap<(Arc<str>, Position), Arc<Label>>;

/// A category's phrase, folded with marks and without, a space at each end.
struct CategoryPhrase {
    marked: Finder<'static>,
    plain: Finder<'static>,
    category: CategoryId,
}

/// The catalogue's phrases, folded, and every text understood so far.
pub struct Lexicon<'a> {
    pub catalogue: &'a Catalogue,
    pub units: UnitNames<'a>,
    phrases: HashMap<String, Vec<Meaning>>,
    plain: HashMap<String, Vec<Meaning>>,
    longest: usize,
    measures: HashMap<String, MeasureSaid>,
    /// Without marks, for texts that have none.
    plain_measures: HashMap<String, MeasureSaid>,
    of_form: Vec<IndicatorSet>,
    letters: Vec<(String, Letter)>,
    /// The words of the letterhead's lines, without marks.
    letterhead: Vec<Vec<String>>,
    total_words: Vec<String>,
    measure_heading: Vec<Vec<(String, String)>>,
    /// For each category field its phrases, folded with marks and without.
    category_phrases: HashMap<(FormId, FieldId), Vec<CategoryPhrase>>,
    /// The marks and words that repeat the cell above, as written and folded.
    dittos: Vec<(&'a str, String)>,
    known: Mutex<Known>,
}

impl<'a> Lexicon<'a> {
    pub fn new(catalogue: &'a Catalogue, units: UnitNames<'a>) -> Self {
        let mut lexicon = Self {
            catalogue,
            units,
            phrases: HashMap::new(),
            plain: HashMap::new(),
            longest: 1,
            measures: HashMap::new(),
            plain_measures: HashMap::new(),
            of_form: catalogue.form_ids().map(|form| catalogue.indicators_of(form).collect()).collect(),
            letters: Vec::new(),
            letterhead: Vec::new(),
            total_words: ["tổng", "cộng", "toàn", "cả"].map(fold::key).into(),
            measure_heading: Vec::new(),
            category_phrases: HashMap::new(),
            dittos: catalogue.words.ditto.iter().map(|ditto| (ditto.as_str(), fold::key(ditto))).collect(),
            known: Mutex::default(),
        };
        lexicon.learn();
        lexicon
    }

    fn learn(&mut self) {
        let catalogue = self.catalogue;
        let words = &catalogue.words;
        for form_id in catalogue.form_ids() {
            let form = catalogue.form(form_id);
            form.names.iter().for_each(|name| self.add(name, Meaning::Form(form_id)));
            form.filler.iter().for_each(|name| self.add(name, Meaning::FormFiller(form_id)));
            for (at, field) in form.fields.iter().enumerate() {
                let field_id = FieldId(at as u16);
                field.names.iter().for_each(|name| self.add(name, Meaning::Field(form_id, field_id)));
                for (at, category) in field.categories.iter().enumerate() {
                    let phrases = self.category_phrases.entry((form_id, field_id)).or_default();
                    phrases.extend(category.names.iter().chain([&category.title]).map(|name| CategoryPhrase {
                        marked: Finder::new(&format!(" {} ", fold::key(name))).into_owned(),
                        plain: Finder::new(&format!(" {} ", fold::bare_key(name))).into_owned(),
                        category: CategoryId(at as u16),
                    }));
                    let meaning = Meaning::Category(form_id, field_id, CategoryId(at as u16));
                    category.names.iter().for_each(|name| self.add(name, meaning));
                }
            }
        }
        for id in catalogue.indicator_ids() {
            let indicator = catalogue.indicator(id);
            self.add(&indicator.title, Meaning::Alone(id));
            indicator.names.iter().for_each(|name| self.add(name, Meaning::Alone(id)));
            indicator.within.iter().for_each(|name| self.add(name, Meaning::Within(id)));
            indicator.also.iter().for_each(|name| self.add(name, Meaning::Also(id)));
        }
        for (heading, names) in &words.headings {
            names.iter().for_each(|name| self.add(name, Meaning::Heading(*heading)));
            if *heading == Heading::Measure {
                self.measure_heading =
                    names.iter().map(|n| fold::tokens(n).into_iter().map(|t| (t.text, t.bare)).collect()).collect();
            }
        }
        for (role, names) in &words.roles {
            names.iter().for_each(|name| self.add(name, Meaning::Role(*role)));
        }
        words.filler.iter().for_each(|name| self.add(name, Meaning::Filler));
        for (spelling, at) in &catalogue.measure_names {
            let key = fold::key(spelling);
            // Inside a label only a measure that cannot be taken for a word: "m2", "triệu đồng".
            if !catalogue.measures[*at].counted && key.chars().count() >= 2 {
                self.add(spelling, Meaning::Measure(*at));
            }
            for (map, key) in [(&mut self.measures, key), (&mut self.plain_measures, fold::bare_key(spelling))] {
                match map.entry(key).or_insert_with(|| MeasureSaid::Known(Vec::new())) {
                    MeasureSaid::Known(all) if !all.contains(at) => all.push(*at),
                    _ => {}
                }
            }
        }
        for regional in &catalogue.regional {
            self.measures.entry(fold::key(&regional.name)).or_insert(MeasureSaid::Regional);
            self.plain_measures.entry(fold::bare_key(&regional.name)).or_insert(MeasureSaid::Regional);
        }
        let letters = [
            (&words.signature, Letter::Signature),
            (&words.letter_head, Letter::Head),
            (&words.letter_notes, Letter::Note),
        ];
        let heads = words.letter_head.iter().map(|line| fold::tokens(line).into_iter().map(|t| t.bare).collect());
        self.letterhead = heads.collect();
        self.share_behind_fillers();
        self.letters =
            letters.into_iter().flat_map(|(texts, l)| texts.iter().map(move |t| (fold::key(t), l))).collect();
    }

    fn add(&mut self, phrase: &str, meaning: Meaning) {
        let tokens = fold::tokens(phrase);
        self.longest = self.longest.max(tokens.len());
        for (map, key) in [(&mut self.phrases, fold::joined(&tokens)), (&mut self.plain, plain(&tokens))] {
            let meanings = map.entry(key).or_default();
            if !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
    }

    /// "đã trả lời" means whatever "trả lời" can mean, "kết quả đối thoại" whatever "đối thoại" can: fillers in front add
    /// nothing, also inside a phrase.
    fn share_behind_fillers(&mut self) {
        for map in [&mut self.phrases, &mut self.plain] {
            let fillers: HashSet<&str> =
                map.iter().filter(|(_, m)| m.contains(&Meaning::Filler)).map(|(key, _)| key.as_str()).collect();
            let shared: Vec<(String, Vec<Meaning>)> = map
                .keys()
                .filter_map(|key| {
                    let mut found = Vec::new();
                    let mut rest = key.as_str();
                    'stripped: loop {
                        for (at, _) in rest.match_indices(' ').collect::<Vec<_>>().into_iter().rev() {
                            if fillers.contains(&rest[..at]) {
                                rest = &rest[at + 1..];
                                found.extend(map.get(rest).into_iter().flatten().copied());
                                continue 'stripped;
                            }
                        }
                        break;
                    }
                    (!found.is_empty()).then(|| (key.clone(), found))
                })
                .collect();
            for (key, found) in shared {
                let meanings = map.entry(key).or_default();
                let names = meanings.iter().any(|m| matches!(m, Meaning::Alone(_) | Meaning::Within(_)));
                for meaning in found {
                    let adds = match meaning {
                        Meaning::Heading(_) | Meaning::Role(_) | Meaning::Filler | Meaning::FormFiller(_) => false,
                        // "số hộ hiến đất" names an indicator, whatever "hộ hiến đất" is.
                        Meaning::Form(_) | Meaning::Field(..) => !names,
                        _ => true,
                    };
                    if adds && !meanings.contains(&meaning) {
                        meanings.push(meaning);
                    }
                }
            }
        }
    }

    pub fn form_set(&self, form: FormId) -> IndicatorSet {
        self.of_form[usize::from(form.0)]
    }

    /// The measure that a whole text names.
    pub fn measure(&self, text: &str) -> MeasureSaid {
        let tokens = fold::tokens(text);
        self.measure_of(&tokens)
    }

    fn measure_of(&self, tokens: &[Token]) -> MeasureSaid {
        let found = self.measures.get(&fold::joined(tokens)).or_else(|| {
            // Typed without marks, or with the digits of "1.000 đồng" apart.
            let unmarked = self.plain_measures.get(&plain(tokens)).filter(|_| !fold::is_marked(tokens));
            unmarked.or_else(|| {
                let joined: String = tokens.iter().map(|t| t.text.as_str()).collect();
                self.measures.iter().find(|(known, _)| known.replace(' ', "") == joined).map(|(_, said)| said)
            })
        });
        found.cloned().unwrap_or(MeasureSaid::Unknown)
    }

    /// "triệu đồng, ha": the measures of a whole table, one a dimension. Two of one dimension say nothing.
    fn measures_of(&self, tokens: &[Token]) -> MeasureSaid {
        let whole = self.measure_of(tokens);
        if whole != MeasureSaid::Unknown {
            return whole;
        }
        let mut all: Vec<usize> = Vec::new();
        for part in tokens.chunk_by(|_, next| !matches!(next.gap, Some(',' | ';' | '/' | '-'))) {
            match self.measure_of(part) {
                MeasureSaid::Known(some) => all.extend(some),
                other => return other,
            }
        }
        let dimension = |at: &usize| self.catalogue.measures[*at].dimension.clone();
        let scaled: Vec<_> = all.iter().filter(|at| !self.catalogue.measures[**at].counted).map(dimension).collect();
        let distinct: HashSet<_> = scaled.iter().collect();
        if distinct.len() < scaled.len() { MeasureSaid::Unknown } else { MeasureSaid::Known(all) }
    }

    /// What a text means; known texts are not read again.
    pub fn understand(&self, text: &Arc<str>, position: Position) -> Arc<Label> {
        let key = (text.clone(), position);
        if let Some(label) = self.known.lock().expect("no reader panics while it holds the lock").get(&key) {
            return label.clone();
        }
        let label = Arc::new(self.read(text, position));
        let mut known = self.known.lock().expect("no reader panics while it holds the lock");
        // Whoever was first while this thread read it: labels are told apart by their place in memory.
        known.entry(key).or_insert(label).clone()
    }

    /// Whether more texts are kept than the next files should begin with.
    pub fn is_full(&self) -> bool {
        self.known.lock().expect("no reader panics while it holds the lock").len() > limits::KEPT_LABELS
    }

    /// Forgets the texts understood so far. Only while no file is read: labels are told apart by their place in memory.
    pub fn forget(&self) {
        self.known.lock().expect("no reader panics while it holds the lock").clear();
    }

    /// As [`Self::understand`], for words that are put together for this once.
    pub fn read(&self, text: &Arc<str>, position: Position) -> Label {
        let all = fold::tokens(text);
        let mut label = Label { text: text.clone(), ..Label::default() };
        label.colon = text.trim_end().ends_with(':');
        let skip = units::ordinal_len(&all);
        label.ordinal =
            skip > 0 || all.len() == 1 && (all[0].digits || units::is_roman(&all[0].bare) || all[0].text.len() == 1);
        let tokens = &all[skip..];
        label.letter = self.letter(tokens);
        let mut used = vec![false; tokens.len()];
        self.take_measure(tokens, &mut used, &mut label);
        self.take_measure_of_unit(tokens, &mut used, &mut label);
        let (period, periods) = period::said(&unused(tokens, &used));
        label.period = period;
        mark(&mut used, &periods);
        self.take_letterhead(tokens, &mut used);
        label.unit = self.take_unit(text, tokens, &mut used, position);
        let rest: Vec<Token> =
            unused(tokens, &used).into_iter().filter(|t| !t.digits || t.inside && t.text == "%").collect();
        label.words = rest.len();
        let said = label.measure.is_some();
        self.cover(&rest, &mut label);
        if position == Position::Title && !said {
            // Among a title's words "đồng", "triệu" and "mẫu" are parts of names and of other words.
            label.measure = None;
            label.measure_text.clear();
        }
        label
    }

    fn letter(&self, tokens: &[Token]) -> Option<Letter> {
        let key = fold::joined(tokens);
        let bare = plain(tokens);
        let found = self.letters.iter().find(|(phrase, letter)| {
            let begins = |text: &str| {
                text.strip_prefix(phrase.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            };
            match letter {
                // "Ghi chú" alone is a heading; with words behind it, a note.
                Letter::Note => {
                    begins(&key) && key.len() > phrase.len() && tokens.iter().skip(1).any(|t| t.gap == Some(':'))
                }
                Letter::Signature => {
                    key == *phrase || begins(&key) && tokens.len() <= 8 && !self.phrases.contains_key(&key)
                }
                Letter::Head => begins(&key),
            }
        });
        let _ = bare;
        found.map(|(_, letter)| *letter)
    }

    /// The state's name and motto, whose words are communes' names too: xã Cộng Hòa, xã Độc Lập, xã Tự Do.
    fn take_letterhead(&self, tokens: &[Token], used: &mut [bool]) {
        for words in &self.letterhead {
            let begins = |at: usize| {
                tokens.len() - at >= words.len()
                    && tokens[at..].iter().zip(words).all(|(token, word)| token.bare == *word)
            };
            if let Some(at) = (0..tokens.len()).find(|&at| begins(at)) {
                used[at..at + words.len()].fill(true);
            }
        }
    }

    /// "ĐVT: triệu đồng" to its end, "(m2)" whole.
    fn take_measure(&self, tokens: &[Token], used: &mut [bool], label: &mut Label) {
        for at in 0..tokens.len() {
            let Some(len) =
                self.measure_heading.iter().filter(|words| begins_with(&tokens[at..], words)).map(Vec::len).max()
            else {
                continue;
            };
            let from = at + len;
            let behind = tokens.get(from).is_some_and(|t| matches!(t.gap, Some(':' | '(' | '=' | ' ' | '-' | '/')));
            if !behind {
                continue;
            }
            let to = tokens[from..].iter().position(|t| t.gap == Some(')')).map_or(tokens.len(), |n| from + n);
            label.measure = Some(self.measures_of(&tokens[from..to]));
            label.measure_text = slice(&label.text, &tokens[from..to]);
            used[at..to].fill(true);
            return;
        }
        let mut at = 0;
        while at < tokens.len() {
            let len = tokens[at..].iter().take_while(|t| t.inside).count();
            if len == 0 {
                at += 1;
                continue;
            }
            let inner = &tokens[at..at + len];
            let said = self.measure_of(inner);
            if said != MeasureSaid::Unknown {
                label.measure = Some(said);
                label.measure_text = slice(&label.text, inner);
                used[at..at + len].fill(true);
            }
            at += len;
        }
    }

    /// "Đơn vị: triệu đồng": a measure's heading too, where a measure and nothing else stands behind it.
    fn take_measure_of_unit(&self, tokens: &[Token], used: &mut [bool], label: &mut Label) {
        let heads = |at: usize| tokens[at].bare == "don" && tokens.get(at + 1).is_some_and(|t| t.bare == "vi");
        let Some(from) = (0..tokens.len()).find(|&at| heads(at)).map(|at| at + 2) else { return };
        if label.measure.is_some() || tokens.get(from).is_none_or(|token| token.gap != Some(':')) {
            return;
        }
        let said = self.measures_of(&tokens[from..]);
        if !matches!(&said, MeasureSaid::Known(all) if all.is_empty()) && said != MeasureSaid::Unknown {
            label.measure = Some(said);
            label.measure_text = slice(&label.text, &tokens[from..]);
            used[from - 2..].fill(true);
        }
    }

    fn take_unit(&self, text: &Arc<str>, tokens: &[Token], used: &mut [bool], position: Position) -> Option<UnitSaid> {
        match position {
            Position::Title => self.units.mentioned(text, tokens, used),
            Position::Cell => {
                // A catalogue phrase before a unit's name: "Thống nhất" is no commune among headings.
                if tokens.is_empty() || self.phrases.contains_key(&fold::joined(tokens)) {
                    return None;
                }
                let typed = self.units.begins_with_type(text);
                let all = fold::tokens(text);
                match self.units.cell_of(text, &all) {
                    (UnitSaid::Unknown, _) => None,
                    (UnitSaid::Named { .. }, _) if !typed => None,
                    (said, named) => {
                        // What stands beside the name may say more than the unit: "Xã Bảo Hà - lũy kế".
                        let end = all[named].last().map_or(text.len(), |last| last.at.end);
                        let remark = tokens.iter().position(|t| t.at.start >= end).unwrap_or(tokens.len());
                        used[..remark].fill(true);
                        if tokens.get(remark).is_some_and(units::is_state) {
                            used[remark..].fill(true);
                        }
                        self.units.mentioned(text, tokens, used);
                        Some(said)
                    }
                }
            }
        }
    }

    fn cover(&self, tokens: &[Token], label: &mut Label) {
        if tokens.is_empty() {
            return;
        }
        let marked = self.best(tokens, &self.phrases, |t| &t.text);
        let cover = match marked {
            (0, cover) => cover,
            (unknown, cover) if fold::is_marked(tokens) => {
                label.strange = unknown;
                cover
            }
            _ => {
                let (unknown, cover) = self.best(tokens, &self.plain, |t| &t.bare);
                label.strange = unknown;
                cover
            }
        };
        self.combine(&cover, label);
    }

    /// The cover with the fewest unknown words, then the fewest phrases, then the longest first phrase.
    fn best<'m>(
        &self,
        tokens: &[Token],
        map: &'m HashMap<String, Vec<Meaning>>,
        word: impl Fn(&Token) -> &str,
    ) -> (usize, Vec<&'m [Meaning]>) {
        #[derive(Clone, Copy)]
        struct Step {
            unknown: usize,
            cost: usize,
            len: usize,
        }
        let count = tokens.len();
        let mut steps = vec![Step { unknown: 0, cost: 0, len: 0 }; count + 1];
        let mut keys: Vec<Vec<Option<&'m [Meaning]>>> = vec![Vec::new(); count];
        for at in (0..count).rev() {
            let mut best = Step { unknown: steps[at + 1].unknown + 1, cost: steps[at + 1].cost, len: 0 };
            let mut key = String::new();
            for len in 1..=self.longest.min(count - at) {
                if len > 1 {
                    key.push(' ');
                }
                key.push_str(word(&tokens[at + len - 1]));
                let meanings = map.get(&key).map(Vec::as_slice);
                keys[at].push(meanings);
                let Some(meanings) = meanings else { continue };
                let free = meanings.iter().all(|m| matches!(m, Meaning::Filler | Meaning::FormFiller(_)));
                let behind = steps[at + len];
                // A filler costs less than a phrase, but two of them more than the phrase that they would tear apart.
                let step = Step { unknown: behind.unknown, cost: behind.cost + if free { 2 } else { 3 }, len };
                if (step.unknown, step.cost, count - step.len) < (best.unknown, best.cost, count - best.len) {
                    best = step;
                }
            }
            steps[at] = best;
        }
        let mut cover = Vec::new();
        let mut at = 0;
        while at < count {
            match steps[at].len {
                0 => at += 1,
                len => {
                    cover.push(keys[at][len - 1].expect("a step of this length was a phrase"));
                    at += len;
                }
            }
        }
        (steps[0].unknown, cover)
    }

    fn combine(&self, cover: &[&[Meaning]], label: &mut Label) {
        let mut clash = false;
        let mut fillers: Vec<FormId> = Vec::new();
        let mut named: [IndicatorSet; 3] = Default::default();
        let mut captioned = IndicatorSet::default();
        let mut primary_forms: Vec<FormId> = Vec::new();
        let mut said_forms: Vec<FormId> = Vec::new();
        for meanings in cover {
            let mut allowed = IndicatorSet::default();
            let mut speaks = false;
            label.phrases +=
                usize::from(!meanings.iter().all(|m| matches!(m, Meaning::Filler | Meaning::FormFiller(_))));
            let pure = !meanings
                .iter()
                .any(|m| matches!(m, Meaning::Form(_) | Meaning::Alone(_) | Meaning::Within(_) | Meaning::Also(_)));
            let of_form = meanings.iter().any(|m| matches!(m, Meaning::Form(_)));
            let form_only = meanings.iter().any(|m| matches!(m, Meaning::Form(_)))
                && !meanings.iter().any(|m| matches!(m, Meaning::Alone(_) | Meaning::Within(_)));
            for meaning in *meanings {
                match *meaning {
                    Meaning::Form(form) => {
                        allowed = allowed.or(self.form_set(form));
                        said_forms.push(form);
                        speaks = true;
                    }
                    Meaning::Alone(id) | Meaning::Within(id) | Meaning::Also(id) => {
                        allowed.insert(id);
                        let strength = match meaning {
                            Meaning::Alone(_) => 0,
                            Meaning::Within(_) => 1,
                            _ => 2,
                        };
                        named[strength].insert(id);
                        if strength < 2 && !of_form {
                            captioned.insert(id);
                        }
                        if strength == 0 {
                            primary_forms.push(self.catalogue.indicator(id).form);
                        }
                        speaks = true;
                    }
                    Meaning::Field(form, field) => label.fields.push((form, field)),
                    Meaning::Category(form, field, category) if pure => label.categories.push((form, field, category)),
                    Meaning::Category(form, field, category) => label.maybe_categories.push((form, field, category)),
                    Meaning::Heading(heading) => label.headings.push(heading),
                    Meaning::Role(role) => label.roles.push(role),
                    Meaning::Measure(at) => {
                        label.measure.get_or_insert(MeasureSaid::Known(vec![at]));
                        if label.measure_text.is_empty() {
                            label.measure_text = self.catalogue.measures[at].id.to_string();
                        }
                    }
                    Meaning::Filler => {}
                    Meaning::FormFiller(form) if pure => fillers.push(form),
                    Meaning::FormFiller(_) => {}
                }
            }
            if !speaks {
                continue;
            }
            label.allows = Some(match label.allows {
                None => allowed,
                Some(before) => {
                    let both = before.and(allowed);
                    if both.is_empty() {
                        clash |= !form_only;
                        before.or(allowed)
                    } else {
                        both
                    }
                }
            });
        }
        if clash {
            // "Số hộ ý kiến": words that name two different things together name nothing.
            label.strange += 1;
        }
        if let Some(allows) = label.allows {
            label.alone = named[0].and(allows);
            label.within = named[1].and(allows);
            label.also = named[2].and(allows);
            label.captioned = captioned.and(allows);
        }
        // A phrase that names one indicator wherever it stands says its form, unless other words took that reading away.
        let says = |form: &FormId| label.allows.is_some_and(|allows| !allows.and(self.form_set(*form)).is_empty());
        label.forms = said_forms.into_iter().chain(primary_forms).filter(says).collect();
        label.forms.sort();
        label.forms.dedup();
        let only_filler = label.allows.is_none() && label.fields.is_empty() && label.categories.is_empty();
        if !fillers.is_empty() && only_filler && label.headings.is_empty() && label.roles.is_empty() {
            label.strange += fillers.len();
        } else if !fillers.is_empty() && label.allows.is_some() && !fillers.iter().any(says) {
            label.strange += 1;
        }
        // "Số hội viên" is no heading of ordinals, though "số" is one.
        if label.strange > 0 || !label.names().is_empty() {
            label.headings.clear();
        }
        label.roles.sort();
        label.roles.dedup();
        if label.allows.is_some() || !label.fields.is_empty() {
            label.roles.retain(|role| *role != Role::Total);
        }
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

    /// The category that a cell's words say: exactly, else by the longest phrase in them, else "Khác".
    pub fn category(&self, text: &str, form: FormId, field: FieldId) -> CategoryId {
        let tokens = fold::tokens(text);
        let marked = fold::is_marked(&tokens);
        let key = format!(" {} ", if marked { fold::joined(&tokens) } else { plain(&tokens) });
        let mut best: Option<(usize, std::cmp::Reverse<usize>, CategoryId)> = None;
        for phrase in self.category_phrases.get(&(form, field)).into_iter().flatten() {
            let words = if marked { &phrase.marked } else { &phrase.plain };
            if let Some(position) = words.find(key.as_bytes()) {
                let found = (words.needle().len(), std::cmp::Reverse(position), phrase.category);
                if best.is_none_or(|best| (found.0, found.1) > (best.0, best.1)) {
                    best = Some(found);
                }
            }
        }
        best.map_or(CategoryId::OTHER, |(.., id)| id)
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

fn plain(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|t| t.bare.as_str()).collect();
    words.join(" ")
}

/// As written, or without marks where the text has none: `words` as (with marks, without).
fn begins_with(tokens: &[Token], words: &[(String, String)]) -> bool {
    tokens.len() >= words.len()
        && (tokens.iter().zip(words).all(|(token, (word, _))| token.text == *word)
            || !fold::is_marked(tokens) && tokens.iter().zip(words).all(|(token, (_, bare))| token.text == *bare))
}

/// The tokens not used yet; what stood before them is remembered by their gaps.
fn unused(tokens: &[Token], used: &[bool]) -> Vec<Token> {
    tokens.iter().zip(used).filter(|(_, used)| !**used).map(|(token, _)| token.clone()).collect()
}

fn mark(used: &mut [bool], taken: &[bool]) {
    let free: Vec<usize> = used.iter().enumerate().filter(|(_, used)| !**used).map(|(at, _)| at).collect();
    for (at, taken) in free.into_iter().zip(taken) {
        used[at] |= *taken;
    }
}

fn slice(text: &str, tokens: &[Token]) -> String {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => text.get(first.at.start..last.at.end).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}
