//! Text → meaning: a label is a set of possible meanings, by the catalogue's phrases.
//!
//! A text is covered with phrases: the fewest unknown words, then the fewest phrases. What the phrases allow is
//! intersected: "ý kiến" may be two indicators, "đã trả lời" two others, "Số ý kiến đã trả lời" is one. A word that no
//! phrase covers makes a label *strange*, and what it governs is not understood. Each text is understood once.

mod cover;
mod learn;
mod set;
mod signs;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use crate::base::fold::{self, Token};
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};
use crate::catalogue::Catalogue;
use crate::catalogue::settings;
use crate::catalogue::words::{Heading, Role};

use super::limits;
use super::units::{self, UnitNames, UnitSaid};
use super::value::period::{self, PeriodSaid, Since};

pub use set::IndicatorSet;

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
    /// Words that no phrase covers, and others that are not understood where they stand.
    pub strange: usize,
    /// Of those, the words that no phrase covers.
    pub unknown: usize,
    /// The words that are neither numbers nor ordinals.
    pub words: usize,
    /// "1.", "I.", "a)" stands before it, or it is nothing else.
    pub ordinal: bool,
    /// "Tên đơn vị:" and the like end with a colon.
    pub colon: bool,
    /// Begins a signature block, or is a line of a letterhead or a note.
    pub letter: Option<Letter>,
    /// Says that its words do not hold, or of a part only: "chưa hiến đất", "hộ nghèo hiến đất".
    pub denied: Option<Denied>,
    /// A title over what is to be done ("Kế hoạch vận động hiến đất"), or over what was ("Kết quả thực hiện kế hoạch").
    pub planned: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// What the label would have said a form of.
    Form,
    /// Something that no form is about.
    Other,
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

    /// Whether it names nothing, and its words can stand beside none of these.
    pub fn belongs_elsewhere(&self, set: Option<IndicatorSet>) -> bool {
        let says_more = !self.names().is_empty()
            || !self.forms.is_empty()
            || !self.categories.is_empty()
            || !self.maybe_categories.is_empty()
            || !self.roles.is_empty();
        let apart = self.allows.zip(set).is_some_and(|(allows, set)| allows.and(set).is_empty());
        apart && !says_more
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

/// Words of the longest measure behind a number in prose: "lượt người dự".
const MEASURE_WORDS: usize = 3;
/// A text of more words than these may be a sentence.
const SENTENCE_WORDS: usize = 5;

/// Where a text stands, which decides how freely a unit's bare name is seen in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// A heading or a row's label.
    Cell,
    /// A title, a caption, a sheet's name.
    Title,
    /// A file's or folder's name: a title of which each part may be typed with its marks or without.
    Name,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Form(FormId),
    Alone(IndicatorId),
    Within(IndicatorId),
    Also(IndicatorId),
    Field(FormId, FieldId),
    Category(FormId, FieldId, CategoryId),
    /// The phrase names an indicator and ends with this category: "chiều dài" and "kênh mương".
    Inside(FormId, FieldId, CategoryId),
    Heading(Heading),
    Role(Role),
    Measure(usize),
    Filler,
    FormFiller(FormId),
    /// Stands beside what names this indicator and adds nothing; alone it names nothing.
    Fits(IndicatorId),
    /// Begins a form's name: "giải quyết đơn thư" is the form, and speaks of this indicator beside others.
    Begins(IndicatorId),
    /// The people at large: adds nothing to what names an indicator.
    People,
    /// Some of the people: adds nothing where the people at large are named too.
    Some,
    /// A part of the people that is never the whole.
    Part,
    Deny,
    /// A filler; what is behind it says where or whose.
    Preposition,
}

impl Meaning {
    /// Adds nothing, where something else is said.
    fn is_free(&self) -> bool {
        matches!(
            self,
            Meaning::Filler | Meaning::FormFiller(_) | Meaning::People | Meaning::Some | Meaning::Preposition
        )
    }
}

/// A phrase of a text, with the place of its first token.
struct Covered<'m> {
    at: usize,
    meanings: &'m [Meaning],
}

type Known = HashMap<(Arc<str>, Position), Arc<Label>>;

struct CategoryPhrase {
    words: Vec<Token>,
    category: CategoryId,
}

/// The catalogue's phrases, folded, and every text understood so far.
pub struct Lexicon<'a> {
    /// The names of each form, folded, between blanks: so they are found in texts folded likewise.
    pub form_names: Vec<Vec<String>>,
    pub catalogue: &'a Catalogue,
    pub units: UnitNames<'a>,
    phrases: HashMap<String, Vec<Meaning>>,
    plain: HashMap<String, Vec<Meaning>>,
    longest: usize,
    measures: HashMap<String, MeasureSaid>,
    /// Without marks, for texts that have none.
    plain_measures: HashMap<String, MeasureSaid>,
    /// The same without spaces between words: "triệuđồng".
    joined_measures: HashMap<String, MeasureSaid>,
    of_form: Vec<IndicatorSet>,
    letters: Vec<(String, Letter)>,
    /// The words of the letterhead's lines, without marks.
    letterhead: Vec<Vec<String>>,
    total_words: Vec<String>,
    count_word: String,
    measure_heading: Vec<Vec<(String, String)>>,
    /// For each category field its phrases.
    category_phrases: HashMap<(FormId, FieldId), Vec<CategoryPhrase>>,
    /// Short forms, folded, and the words that they stand for.
    abbreviations: HashMap<String, Vec<Token>>,
    /// Every phrase's words, and for each word, without marks, the phrases in which it stands behind another, and where.
    spelled: Vec<Vec<Token>>,
    standing: HashMap<String, Vec<(usize, usize)>>,
    /// Category fields some of whose categories an indicator of the form is called by.
    counted: HashSet<(FormId, FieldId)>,
    plan_titles: Vec<Vec<Token>>,
    result_titles: Vec<Vec<Token>>,
    /// The longest first.
    title_filler: Vec<Vec<Token>>,
    denials: Vec<Vec<Token>>,
    /// The people at large, the longest first.
    people: Vec<Vec<Token>>,
    /// The marks and words that repeat the cell above, as written and folded.
    dittos: Vec<(&'a str, String)>,
    /// "ngày gửi", without marks.
    sent_on: Vec<String>,
    known: Mutex<Known>,
    /// What names the reported indicators, for labels that name none.
    names: OnceLock<Vec<(IndicatorId, Vec<Token>)>>,
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
            joined_measures: HashMap::new(),
            of_form: catalogue.form_ids().map(|form| catalogue.indicators_of(form).collect()).collect(),
            form_names: catalogue
                .form_ids()
                .map(|form| catalogue.form(form).names.iter().map(|name| format!(" {} ", fold::key(name))).collect())
                .collect(),
            letters: Vec::new(),
            count_word: fold::key("số"),
            letterhead: Vec::new(),
            total_words: ["tổng", "cộng", "toàn", "cả"].map(fold::key).into(),
            measure_heading: Vec::new(),
            category_phrases: HashMap::new(),
            abbreviations: HashMap::new(),
            spelled: Vec::new(),
            standing: HashMap::new(),
            counted: HashSet::new(),
            plan_titles: Vec::new(),
            result_titles: Vec::new(),
            title_filler: Vec::new(),
            denials: Vec::new(),
            people: Vec::new(),
            dittos: catalogue.words.ditto.iter().map(|ditto| (ditto.as_str(), fold::key(ditto))).collect(),
            sent_on: catalogue.words.sent.dated.iter().map(|label| fold::bare_key(label)).collect(),
            known: Mutex::default(),
            names: OnceLock::new(),
        };
        lexicon.learn();
        lexicon
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
                self.joined_measures.get(&joined)
            })
        });
        found.cloned().unwrap_or(MeasureSaid::Unknown)
    }

    /// Whether words state how many of something there were, in a sentence: "tổ chức 3 cuộc đối thoại với 120 lượt người".
    pub fn tells_counts(&self, text: &str) -> bool {
        let tokens = fold::tokens(text);
        let measured = |at: usize| {
            let behind = &tokens[at + 1..];
            (1..=MEASURE_WORDS.min(behind.len()))
                .any(|len| matches!(self.measure_of(&behind[..len]), MeasureSaid::Known(_)) && behind[0].text != "%")
        };
        tokens.len() > SENTENCE_WORDS && (0..tokens.len()).any(|at| tokens[at].digits && measured(at))
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

    /// Whether a text speaks of the office's own work as a whole: "Kết quả công tác dân vận".
    pub fn speaks_of_work(&self, text: &str) -> bool {
        let tokens = fold::tokens(text);
        tokens.windows(2).any(|pair| pair[0].bare == "dan" && pair[1].bare == "van" && pair[1].gap != Some('.'))
    }

    /// Whether a form's own name of some length stands in a text: "Số hộ giải phóng mặt bằng".
    pub fn spells_form(&self, text: &str, form: FormId) -> bool {
        let tokens = fold::tokens(text);
        (3..=self.longest.min(tokens.len())).any(|len| {
            let found = tokens.windows(len).filter_map(|words| self.phrases.get(&fold::joined(words)));
            found.flatten().any(|meaning| *meaning == Meaning::Form(form))
        })
    }

    /// What a text means; known texts are not read again.
    pub fn understand(&self, text: &Arc<str>, position: Position) -> Arc<Label> {
        let key = (text.clone(), position);
        if let Some(label) = self.known.lock().expect("no reader panics while it holds the lock").get(&key) {
            return label.clone();
        }
        let label = Arc::new(match position {
            Position::Name => self.read_name(text),
            _ => self.read(text, position),
        });
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
        let skip = units::ordinal_len(&all);
        let label = self.read_behind(text, &all, skip, position);
        // "D.tích" is no item D, nor "K.H" an item K, a huyện: letters cut short, where that says more.
        let doubtful = label.strange > 0 || matches!(label.unit, Some(UnitSaid::Named { .. }));
        if skip > 0 && doubtful && self.undotted(&all, 0).is_some() {
            let whole = self.read_behind(text, &all, 0, position);
            if whole.strange < label.strange || whole.strange == 0 && whole.is_known() {
                return whole;
            }
        }
        label
    }

    /// The titles of the indicators that a text which names none may mean.
    pub fn indicators_like(&self, text: &str) -> Vec<String> {
        let names = self.names.get_or_init(|| self.catalogue.indicator_phrases());
        let like = settings::like(text, names.iter().map(|(id, words)| (*id, words.as_slice())));
        like.into_iter().map(|id| self.catalogue.indicator(id).title.clone()).collect()
    }

    /// "mau-dan-van-quy-2-2023 (sửa)", "xa_bao_ha (đính chính)": what stands there without marks, beside what has them.
    fn read_name(&self, text: &Arc<str>) -> Label {
        let mut label = self.read(text, Position::Title);
        let tokens = fold::tokens(text);
        if !fold::is_marked(&tokens) || !tokens.iter().any(|token| token.text == token.bare && !token.digits) {
            return label;
        }
        let period = period::said_by_name(&tokens);
        if period != period::said(&tokens).0 {
            label.period = period;
        }
        if label.unit.is_none() {
            let mut plain = text.to_string();
            for token in tokens.iter().rev().filter(|token| token.text != token.bare) {
                plain.replace_range(token.at.clone(), " ");
            }
            label.unit = self.read(&plain.into(), Position::Title).unit;
        }
        label
    }

    /// What a text means behind its ordinal.
    fn read_behind(&self, text: &Arc<str>, all: &[Token], skip: usize, position: Position) -> Label {
        let mut label = Label { text: text.clone(), ..Label::default() };
        label.colon = text.trim_end().ends_with(':');
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
        if position == Position::Title {
            self.take_title_filler(tokens, &mut used);
        }
        let rest: Vec<Token> =
            unused(tokens, &used).into_iter().filter(|t| !t.digits || t.inside && t.text == "%").collect();
        label.words = rest.len();
        let said = label.measure.is_some();
        label = self.cover(&rest, label);
        if label.period.since == Some(Since::January) && !label.roles.contains(&Role::YearToDate) {
            label.roles.push(Role::YearToDate);
        }
        if position == Position::Cell {
            self.names_year_or_paper(&rest, &mut label);
        }
        if position == Position::Title {
            label.planned = self.planned(tokens, &label.forms);
            if label.denied == Some(Denied::Form) {
                label.allows = None;
                label.forms.clear();
                (label.alone, label.within, label.also, label.captioned) = Default::default();
            }
        }
        if position == Position::Title && !said {
            // Among a title's words "đồng", "triệu" and "mẫu" are parts of names and of other words.
            label.measure = None;
            label.measure_text.clear();
        }
        label
    }

    /// "Năm hiến đất" heads years, "Số quyết định công nhận" numbers of papers: whatever else they name, nothing is counted
    /// there. A year of what happens to a form's records says when.
    fn names_year_or_paper(&self, rest: &[Token], label: &mut Label) {
        let speaks = label.allows.is_some() || !label.fields.is_empty() || !label.categories.is_empty();
        if rest.len() < 2 || !speaks && label.maybe_categories.is_empty() {
            return;
        }
        let marked = fold::is_marked(rest);
        let phrase = |tokens: &[Token]| match marked {
            true => self.phrases.get(&fold::joined(tokens)),
            false => self.plain.get(&plain(tokens)),
        };
        let first = |len: usize| phrase(&rest[..len]).map_or(&[][..], Vec::as_slice);
        let of = |heading: Heading| move |meaning: &Meaning| *meaning == Meaning::Heading(heading);
        // "Năm trước chuyển sang", "năm nay" are no years of something.
        let own = |len: usize| {
            first(len).iter().any(|m| matches!(m, Meaning::Heading(_) | Meaning::Role(_)))
                || self.spelled_so(&rest[..len])
        };
        let year = rest[0].bare == "nam"
            && first(1).iter().any(of(Heading::Period))
            && label.period.is_none()
            && !(2..=self.longest.min(rest.len())).any(own);
        let paper = (2..=self.longest.min(rest.len() - 1))
            .any(|len| rest[0].bare == "so" && first(len).iter().any(of(Heading::Document)));
        if !year && !paper {
            return;
        }
        label.fields.clear();
        label.headings = vec![Heading::Document];
        label.strange = 0;
        label.allows = None;
        (label.alone, label.within, label.also, label.captioned) = Default::default();
        label.categories.clear();
        label.maybe_categories.clear();
        label.roles.clear();
        if !year {
            return;
        }
        // "Năm hiến đất" is the year of "Ngày hiến đất".
        let day = Token { text: fold::key("ngày"), bare: "ngay".into(), ..rest[0].clone() };
        let day: Vec<Token> = [&[day], &rest[1..]].concat();
        let days = phrase(&day).map_or(&[][..], Vec::as_slice).iter().filter_map(|meaning| match *meaning {
            Meaning::Field(form, field) if self.catalogue.form(form).main_date() == Some(field) => Some((form, field)),
            _ => None,
        });
        label.fields = days.collect();
        match label.fields.is_empty() {
            true => (label.strange, label.headings) = (1, Vec::new()),
            false => label.headings = vec![Heading::Period],
        }
    }

    /// Whether words are a phrase as the catalogue spells it, not by what stands behind a filler.
    fn spelled_so(&self, words: &[Token]) -> bool {
        let marked = fold::is_marked(words);
        self.spelled.iter().any(|known| {
            let alike = |(a, b): (&Token, &Token)| a.text == b.text || !marked && a.bare == b.bare;
            known.len() == words.len() && known.iter().zip(words).all(alike)
        })
    }

    /// What a title says of itself: "Biểu tổng hợp", "theo từng tháng".
    fn take_title_filler(&self, tokens: &[Token], used: &mut [bool]) {
        for phrase in &self.title_filler {
            for at in found_at(tokens, phrase) {
                let taken = &mut used[at..at + phrase.len()];
                if taken.iter().all(|used| !used) {
                    taken.fill(true);
                }
            }
        }
    }

    /// Whether a title speaks of what is to be done, by the first of its words that tells. What one of its form's figures is
    /// called by is done: "Đăng ký mô hình dân vận khéo".
    fn planned(&self, tokens: &[Token], forms: &[FormId]) -> Option<bool> {
        let of_figure = |phrase: &Vec<Token>| {
            self.phrases.get(&fold::joined(phrase)).into_iter().flatten().any(|meaning| match *meaning {
                Meaning::Alone(id) | Meaning::Within(id) => forms.contains(&self.catalogue.indicator(id).form),
                _ => false,
            })
        };
        let first = |phrases: &[Vec<Token>]| {
            let phrases = phrases.iter().filter(|phrase| !of_figure(phrase));
            phrases.filter_map(|phrase| found_at(tokens, phrase).next()).min()
        };
        match (first(&self.plan_titles), first(&self.result_titles)) {
            (None, None) => None,
            (plan, result) => Some(plan.is_some_and(|plan| result.is_none_or(|result| plan < result))),
        }
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
            // "(1.000 m2)": a measure times a number that nothing converts is none that may be assumed.
            let multiple = inner.iter().take_while(|token| token.digits).count();
            let times = said == MeasureSaid::Unknown
                && (1..inner.len()).contains(&multiple)
                && matches!(self.measure_of(&inner[multiple..]), MeasureSaid::Known(all)
                    if all.iter().all(|&at| !self.catalogue.measures[at].counted));
            if times || said != MeasureSaid::Unknown {
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
            Position::Title | Position::Name => self.units.mentioned(text, tokens, used),
            Position::Cell => {
                // A catalogue phrase before a unit's name: "Thống nhất" is no commune among headings.
                if tokens.is_empty() || self.phrases.contains_key(&fold::joined(tokens)) {
                    return None;
                }
                let typed = self.units.begins_with_type(text);
                let all = fold::tokens(text);
                if tokens.len() == all.len() && units::ordinal_len(&all) > 0 {
                    return None;
                }
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
}

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

/// Where a phrase stands in a text; without marks, where the text has none.
fn found_at<'t>(tokens: &'t [Token], phrase: &'t [Token]) -> impl Iterator<Item = usize> + 't {
    let marked = fold::is_marked(tokens);
    (0..tokens.len()).filter(move |&at| starts_alike(&tokens[at..], phrase, marked))
}

fn starts_alike(tokens: &[Token], phrase: &[Token], marked: bool) -> bool {
    let same = |(token, word): (&Token, &Token)| match marked {
        true => token.text == word.text,
        false => token.bare == word.bare,
    };
    !phrase.is_empty() && tokens.len() >= phrase.len() && tokens.iter().zip(phrase).all(same)
}

fn slice(text: &str, tokens: &[Token]) -> String {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => text.get(first.at.start..last.at.end).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::period::Part;
    use crate::base::record::OrgUnitId;
    use crate::catalogue::load;
    use crate::catalogue::register::{Origin, Register};

    fn with_lexicon(check: impl FnOnce(&Lexicon)) {
        let catalogue = load::catalogue(&[]).expect("the built-in catalogue loads");
        let register = Register { units: Vec::new(), origin: Origin::Data, root: OrgUnitId(0) };
        check(&Lexicon::new(&catalogue, UnitNames::new(&register, &catalogue.words)));
    }

    /// Each heading with the indicators that it names, strongest first: "?" where it is not understood.
    #[test]
    fn headings_name_what_their_words_have_in_common() {
        with_lexicon(|lexicon| {
            for (text, expected) in [
                // Short forms.
                ("SL YK, KN", "dialogue.opinions"),
                ("Số ĐB dự", "dialogue.participants"),
                ("L.người dự", "dialogue.participants propaganda.participants"),
                ("D.tích đất hiến", "land_donation.area"),
                ("D. tich dat hien", "land_donation.area"),
                ("S.lượng đơn đã giải quyết", "petition.resolved"),
                // A syllable cut short that may be several words, or any.
                ("Số đơn đ.giải quyết", "?"),
                ("Số đơn c.giải quyết", "?"),
                ("C.Số hộ hiến đất", "land_donation.households"),
                ("B.Đối thoại", "?"),
                // Who, and where.
                ("Số lượt cán bộ, đảng viên và nhân dân dự hội nghị", "dialogue.participants"),
                ("Số cán bộ dự", "?"),
                ("Số người phát biểu", "?"),
                ("Số ý kiến nêu tại các cuộc đối thoại", "dialogue.opinions"),
                ("Diện tích đất do nhân dân hiến", "land_donation.area"),
                // What words have in common.
                ("Số ý kiến được xem xét, giải quyết", "dialogue.answered"),
                ("Đơn thư tồn đọng kỳ trước", "petition.opening"),
                ("Số đơn tồn từ kỳ trước chuyển sang", "petition.opening"),
                ("Ước tính giá trị đất", "land_donation.value"),
                // Other things counted.
                ("Số văn bản trả lời", "?"),
                ("Số đơn vị đã trả lời", "?"),
                ("Số thôn có hộ hiến đất", "?"),
                ("Số người chủ trì", "?"),
                ("Giá trị công trình", "works.cost"),
                ("Diện tích nhà văn hóa", "?"),
                ("Diện tích đất làm đường", "land_donation.area clearance.area"),
                ("Số cây số", "?"),
                ("Số cây xanh", "?"),
                ("Số ý kiến của cử tri", "?"),
                // Several indicators of a form are none of them.
                ("Công tác tiếp nhận, giải quyết đơn thư", "?"),
                ("Số người hiến đất", "?"),
                ("Số đơn chuyển đến", "?"),
                ("Lưu đơn", "?"),
                // What does not hold.
                ("Số hộ chưa hiến đất", "?"),
                ("Số hộ được vận động hiến đất", "?"),
                ("Số ý kiến đề nghị giải quyết", "?"),
                ("Số đơn chưa giải quyết", "petition.pending"),
            ] {
                let label = lexicon.read(&text.into(), Position::Cell);
                let sets = [label.alone, label.within, label.also];
                let named = sets.into_iter().find(|set| !set.is_empty()).filter(|_| !label.is_strange());
                let ids: Vec<&str> =
                    named.iter().flat_map(|set| set.iter()).map(|id| &*lexicon.catalogue.indicator(id).id).collect();
                let found = if ids.is_empty() { "?".to_owned() } else { ids.join(" ") };
                assert_eq!(found, expected, "{text}");
            }
        });
    }

    #[test]
    fn what_is_cut_short_with_dots_is_what_one_sequence_of_words_fits() {
        with_lexicon(|lexicon| {
            for (text, headings, roles) in [
                ("K.H", "", "Plan"),
                ("K.H năm 2023", "", "Plan"),
                ("K.hoạch", "", "Plan"),
                ("Ư.TH", "", "Estimate"),
                ("Ư.T.H", "", "?"),
                ("L.kế", "", "Cumulative"),
                ("L.K", "", "Cumulative"),
                ("Th.hiện", "Value", ""),
                ("T.hiện", "Value", ""),
                ("T.H", "Value", ""),
                ("Đ.vị", "Unit", ""),
                ("Đ. vị", "Unit", ""),
                ("S.TT", "Ordinal", ""),
                ("T.T", "Ordinal", ""),
                ("N.dung", "Content", ""),
                ("D.tích", "", ""),
                ("T.cộng", "", "Total"),
                // Two fit: "điện thoại", "đối thoại".
                ("Đ.thoại", "?", "?"),
                ("K.B.C", "?", "?"),
                ("Đ.sách", "?", "?"),
            ] {
                let label = lexicon.read(&text.into(), Position::Cell);
                let said = |words: String| if label.is_strange() { "?".to_owned() } else { words };
                let all = |debug: Vec<String>| said(debug.join(" "));
                let found = all(label.headings.iter().map(|heading| format!("{heading:?}")).collect());
                assert_eq!(found, if roles == "?" { "?" } else { headings }, "{text}");
                let found = all(label.roles.iter().map(|role| format!("{role:?}")).collect());
                assert_eq!(found, roles, "{text}");
            }
        });
    }

    #[test]
    fn titles_that_deny_or_plan_say_so() {
        with_lexicon(|lexicon| {
            for (text, denied, planned) in [
                ("TỔNG HỢP HỘ CHƯA HIẾN ĐẤT", Some(Denied::Form), None),
                ("TONG HOP HO CHUA HIEN DAT", Some(Denied::Form), None),
                ("TỔNG HỢP HỘ VAY VỐN NGÂN HÀNG", Some(Denied::Other), None),
                ("ĐỐI THOẠI VỚI THANH NIÊN", Some(Denied::Form), None),
                ("ĐƠN THƯ CHƯA GIẢI QUYẾT", None, None),
                ("KẾ HOẠCH VẬN ĐỘNG HIẾN ĐẤT", None, Some(true)),
                ("KẾT QUẢ THỰC HIỆN KẾ HOẠCH VẬN ĐỘNG HIẾN ĐẤT", None, Some(false)),
            ] {
                let label = lexicon.read(&text.into(), Position::Title);
                assert_eq!((label.denied, label.planned), (denied, planned), "{text}");
            }
        });
    }

    /// A title's own words aside, it names what it would as a heading.
    /// "quý 2" is said without marks beside "(sửa)"; in a title "2-2023" alone would be a month.
    #[test]
    fn a_part_of_a_files_name_without_marks_is_read_so_beside_one_with_marks() {
        with_lexicon(|lexicon| {
            for (name, part) in [
                ("mau-dan-van-quy-2-2023 (sửa)", Part::Quarter(2)),
                ("xa bao ha thang 5 nam 2023 (đính chính)", Part::Month(5)),
                ("Bảo Hà_6 thang dau nam 2023", Part::Half(1)),
                ("Quý 2 năm 2023 - hien dat", Part::Quarter(2)),
            ] {
                let said = lexicon.understand(&name.into(), Position::Name).period;
                assert_eq!((said.part, said.year), (Some(part), Some(2023)), "{name}");
            }
        });
    }

    #[test]
    fn titles_name_one_indicator_or_none() {
        with_lexicon(|lexicon| {
            for (text, expected) in [
                ("BIỂU TỔNG HỢP SỐ ĐƠN ĐÃ GIẢI QUYẾT", "petition.resolved"),
                ("THỐNG KÊ DIỆN TÍCH ĐẤT HIẾN THEO ĐƠN VỊ", "land_donation.area"),
                ("SỐ ĐƠN TIẾP NHẬN TỪNG THÁNG", "petition.received"),
                ("KẾT QUẢ TIẾP NHẬN, GIẢI QUYẾT ĐƠN THƯ", ""),
            ] {
                let label = lexicon.read(&text.into(), Position::Title);
                assert!(!label.is_strange(), "{text}");
                let ids: Vec<&str> = label.captioned.iter().map(|id| &*lexicon.catalogue.indicator(id).id).collect();
                assert_eq!(ids.join(" "), expected, "{text}");
            }
        });
    }

    #[test]
    fn a_cell_says_a_category_where_nothing_denies_it() {
        with_lexicon(|lexicon| {
            let catalogue = lexicon.catalogue;
            let form = catalogue.form_ids().find(|form| catalogue.form(*form).id == "petition").expect("built in");
            let field = catalogue.form(form).fields.iter().position(|field| field.id == "status").expect("built in");
            for (text, expected) in [
                ("Đã giải quyết xong", "Đã giải quyết"),
                ("Chưa được giải quyết xong", "Đang giải quyết"),
                ("Sẽ giải quyết xong trong tháng 4", ""),
                ("Không chuyển đơn", ""),
                ("Chưa chuyển", ""),
            ] {
                let field = FieldId(field as u16);
                let found = catalogue.category(form, field, lexicon.category(text, form, field));
                assert_eq!(found.map_or("", |category| &category.title), expected, "{text}");
            }
        });
    }
}
