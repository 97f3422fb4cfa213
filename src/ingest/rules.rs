//! The office's `[[source]]` rules, held to the catalogue and the register, and which of them speak of a sheet and a table.
//!
//! Takes the settings; gives [`Rules`], asked once a sheet ([`Rules::of_sheet`]) and once a table ([`SheetRules::of_table`]).
//! A rule decides nothing by itself: the reader asks where it would infer. Each rule knows what it was used for, so that
//! one that speaks of nothing there is can be named.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use globset::GlobMatcher;

use crate::base::cell::{CellRef, SheetName, column_name};
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::fold;
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};
use crate::catalogue::Catalogue;
use crate::catalogue::register::Register;
use crate::catalogue::settings::{self, Settings, nearest};
use crate::catalogue::source::{Measures, Source, Written};

use super::inputs;
use super::label::{Lexicon, MeasureSaid};
use super::read;
use super::units::{UnitNames, UnitSaid};
use super::value::period::{self, PeriodSaid};

/// All rules, in the order of the settings.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Everything that the settings name is read, so that a rule without a file is a mistake.
    whole: bool,
}

/// What a rule says of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    Ignore,
    Note,
    Ordinal,
    Unit,
    Code,
    Measure,
    Label,
    Period,
    /// Figures whose rows say what they are.
    Value,
    Field(FormId, FieldId, Option<CategoryId>),
    Indicator {
        id: IndicatorId,
        categories: Vec<(FieldId, CategoryId)>,
        /// Whatever its heading says of a plan or of sums: figures of the period.
        own: bool,
    },
}

/// A measure as a rule says it.
#[derive(Clone, Debug)]
pub struct Measured {
    pub said: MeasureSaid,
    pub text: String,
}

#[derive(Debug)]
struct Rule {
    line: usize,
    file: GlobMatcher,
    /// The pattern is of a name, in whatever folder.
    by_name: bool,
    sheet: Option<GlobMatcher>,
    table: Option<TableAt>,
    form: Option<FormId>,
    header: Option<(u32, u32)>,
    columns: BTreeMap<u32, Says>,
    unit: Option<(UnitSaid, String)>,
    period: Option<PeriodSaid>,
    measure: Option<Measured>,
    measures: BTreeMap<u32, Measured>,
    ignored_rows: Vec<(u32, u32)>,
    ignore: bool,
    used: Used,
}

#[derive(Clone, Copy, Debug)]
enum TableAt {
    Number(usize),
    Cell(CellRef),
}

/// What of a rule was found in the data.
#[derive(Debug, Default)]
struct Used {
    file: AtomicBool,
    sheet: AtomicBool,
    header: AtomicBool,
    table: AtomicBool,
    columns: BTreeMap<u32, AtomicBool>,
    rows: AtomicBool,
}

/// The rules that speak of a sheet.
#[derive(Clone, Debug, Default)]
pub struct SheetRules<'a>(Vec<&'a Rule>);

/// What the rules say of one table: of what several say, the last.
#[derive(Clone, Debug, Default)]
pub struct TableRules<'a> {
    rules: Vec<&'a Rule>,
    pub form: Option<FormId>,
    /// With the lines of the rules.
    pub unit: Option<(usize, &'a UnitSaid, &'a str)>,
    pub period: Option<(usize, PeriodSaid)>,
    pub measure: Option<(usize, &'a Measured)>,
    columns: BTreeMap<u32, (usize, &'a Says)>,
    measures: BTreeMap<u32, (usize, &'a Measured)>,
    pub ignored: Option<usize>,
}

impl Rules {
    /// The settings' rules. Errors: a name that neither the catalogue nor the register knows, with its line.
    pub fn new(settings: &Settings, catalogue: &Catalogue, register: &Register) -> anyhow::Result<Rules> {
        if settings.source.is_empty() {
            return Ok(Rules::default());
        }
        let lexicon = Lexicon::new(catalogue, UnitNames::new(register, &catalogue.words));
        let rules = settings.source.iter().enumerate().map(|(at, source)| {
            let number = at.to_string();
            let of = Of { settings, lexicon: &lexicon, number: &number };
            of.rule(source, settings.line_of_source(at))
        });
        Ok(Rules { rules: rules.collect::<anyhow::Result<_>>()?, whole: true })
    }

    /// Only some files are read: a rule that speaks of no file is none of this run's.
    pub fn of_some_files(self) -> Rules {
        Rules { whole: false, ..self }
    }

    /// The line of the rule that leaves a whole file out.
    pub fn ignores_file(&self, shown: &str) -> Option<usize> {
        let rule = self.rules.iter().rfind(|rule| rule.speaks_of_file(shown))?;
        let whole = rule.ignores_sheets() && rule.sheet.is_none();
        whole.then(|| {
            rule.used.file.store(true, Relaxed);
            rule.used.sheet.store(true, Relaxed);
            rule.used.table.store(true, Relaxed);
            rule.line
        })
    }

    pub fn of_sheet(&self, name: &SheetName) -> SheetRules<'_> {
        let of_file = self.rules.iter().filter(|rule| rule.speaks_of_file(&name.file));
        let of_sheet = of_file.filter(|rule| {
            rule.used.file.store(true, Relaxed);
            let sheet = fold::nfc(&name.sheet);
            let fits = rule.sheet.as_ref().is_none_or(|pattern| pattern.is_match(sheet.trim()));
            rule.used.sheet.fetch_or(fits, Relaxed);
            fits
        });
        SheetRules(of_sheet.collect())
    }

    /// Rules that speak of what is not there.
    pub fn unused(&self) -> Vec<Diagnostic> {
        let found = self.rules.iter().filter_map(|rule| {
            let what = rule.missing(self.whole)?;
            let problem = Problem::SourceUnused { line: rule.line, what };
            Some(Diagnostic::new(problem, Place::file(settings::FILE)))
        });
        found.collect()
    }
}

impl Rule {
    fn speaks_of_file(&self, shown: &str) -> bool {
        let name = if self.by_name { shown.rsplit('/').next().unwrap_or(shown) } else { shown };
        self.file.is_match(name)
    }

    /// All that stands on its sheets is left out; a later rule may take some of it back.
    fn ignores_sheets(&self) -> bool {
        self.ignore && self.table.is_none() && self.header.is_none()
    }

    fn missing(&self, whole: bool) -> Option<String> {
        let used = |flag: &AtomicBool| flag.load(Relaxed);
        if !used(&self.used.file) {
            return whole.then(|| "không có tệp nào khớp với \"file\"".to_owned());
        }
        if !used(&self.used.sheet) {
            return Some("trong các tệp khớp với \"file\" không có trang tính nào khớp với \"sheet\"".into());
        }
        if self.header.is_some() && !used(&self.used.header) {
            return Some("không có dòng tiêu đề nào ở các dòng ghi ở \"header\"".into());
        }
        let of_tables =
            self.table.is_some() || self.header.is_some() || self.says_of_tables() || !self.ignored_rows.is_empty();
        if of_tables && !used(&self.used.table) {
            return Some("không có bảng nào như quy tắc nói".into());
        }
        if !self.ignored_rows.is_empty() && !used(&self.used.rows) {
            return Some("bảng không có dòng nào ghi ở \"ignore_rows\"".into());
        }
        let columns: Vec<String> =
            self.used.columns.iter().filter(|(_, flag)| !used(flag)).map(|(col, _)| column_name(*col)).collect();
        (!columns.is_empty()).then(|| format!("bảng không có cột {}", columns.join(", ")))
    }

    fn says_of_tables(&self) -> bool {
        self.form.is_some()
            || !self.columns.is_empty()
            || self.unit.is_some()
            || self.period.is_some()
            || self.measure.is_some()
            || !self.measures.is_empty()
    }
}

impl<'a> SheetRules<'a> {
    /// The line of the rule that leaves the whole sheet out.
    pub fn ignored(&self) -> Option<usize> {
        let rule = self.0.last().filter(|rule| rule.ignores_sheets())?;
        rule.used.table.store(true, Relaxed);
        Some(rule.line)
    }

    /// The headers that rules name, by their first and last row.
    pub fn headers(&self) -> Vec<(u32, u32)> {
        self.0.iter().filter_map(|rule| rule.header).collect()
    }

    /// What the rules say of the table with this number, header and columns. `rows`: those of its body.
    pub fn of_table(
        &self,
        number: usize,
        header: (u32, u32),
        columns: &[u32],
        rows: impl Iterator<Item = u32> + Clone,
    ) -> TableRules<'a> {
        let mut all = TableRules::default();
        let has = |col: u32| columns.contains(&col);
        for rule in &self.0 {
            if rule.header == Some(header) {
                rule.used.header.store(true, Relaxed);
            }
            let fits = match rule.table {
                Some(TableAt::Number(wanted)) => wanted == number,
                Some(TableAt::Cell(cell)) => (header.0..=header.1).contains(&cell.row) && has(cell.col),
                None => rule.header.is_none_or(|wanted| wanted == header),
            };
            if !fits {
                continue;
            }
            rule.used.table.store(true, Relaxed);
            let line = rule.line;
            all.form = rule.form.or(all.form);
            all.unit = rule.unit.as_ref().map(|(said, text)| (line, said, text.as_str())).or(all.unit);
            all.period = rule.period.map(|period| (line, period)).or(all.period);
            all.measure = rule.measure.as_ref().map(|measure| (line, measure)).or(all.measure);
            let of_columns = rule.columns.iter().filter(|(col, _)| has(**col));
            all.columns.extend(of_columns.map(|(col, says)| (*col, (line, says))));
            let measures = rule.measures.iter().filter(|(col, _)| has(**col));
            all.measures.extend(measures.map(|(col, measure)| (*col, (line, measure))));
            for (_, flag) in rule.used.columns.iter().filter(|(col, _)| has(**col)) {
                flag.store(true, Relaxed);
            }
            let within = |row| rule.ignored_rows.iter().any(|(from, to)| (*from..=*to).contains(&row));
            rule.used.rows.fetch_or(rows.clone().any(within), Relaxed);
            if rule.ignore {
                all.ignored = Some(line);
            } else if rule.says_of_tables() || rule.header.is_some() {
                all.ignored = None;
            }
            all.rules.push(rule);
        }
        all
    }
}

impl<'a> TableRules<'a> {
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub fn column(&self, col: u32) -> Option<&'a Says> {
        self.columns.get(&col).map(|(_, says)| *says)
    }

    pub fn line_of(&self, col: u32) -> Option<usize> {
        self.columns.get(&col).map(|(line, _)| *line)
    }

    pub fn measure_of(&self, col: u32) -> Option<(usize, &'a Measured)> {
        self.measures.get(&col).copied()
    }

    pub fn columns(&self) -> impl Iterator<Item = (u32, &'a Says)> + '_ {
        self.columns.iter().map(|(col, (_, says))| (*col, *says))
    }

    pub fn ignores_column(&self, col: u32) -> bool {
        matches!(self.column(col), Some(Says::Ignore | Says::Note))
    }

    pub fn ignores_row(&self, row: u32) -> bool {
        let within = |rule: &&Rule| rule.ignored_rows.iter().any(|(from, to)| (*from..=*to).contains(&row));
        self.rules.iter().any(within)
    }

    /// What the table is, where a rule says so: a list of a form, or (`None`) figures.
    pub fn reads_as(&self) -> Option<Option<FormId>> {
        let field = self.columns.values().find_map(|(_, says)| match says {
            Says::Field(form, ..) => Some(*form),
            _ => None,
        });
        let figures = self.columns.values().any(|(_, says)| matches!(says, Says::Indicator { .. } | Says::Value));
        self.form.or(field).map(Some).or(figures.then_some(None))
    }

    /// The rules' lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = usize> + '_ {
        self.rules.iter().map(|rule| rule.line)
    }

    /// What each rule decides, for the note that names it.
    pub fn applied(&self) -> Vec<Problem> {
        let applied = self.rules.iter().filter_map(|rule| {
            let letters = |wanted: fn(&Says) -> bool| -> Vec<String> {
                let own =
                    rule.columns.iter().filter(|(col, says)| wanted(says) && self.line_of(**col) == Some(rule.line));
                own.map(|(col, _)| column_name(*col)).collect()
            };
            let (read, ignored) = (letters(|says| *says != Says::Ignore), letters(|says| *says == Says::Ignore));
            let mut what = Vec::new();
            what.extend(rule.form.map(|_| "biểu".to_owned()));
            what.extend(rule.header.map(|_| "dòng tiêu đề".to_owned()));
            what.extend((!read.is_empty()).then(|| format!("cột {}", read.join(", "))));
            what.extend((!ignored.is_empty()).then(|| format!("bỏ qua cột {}", ignored.join(", "))));
            what.extend(rule.unit.as_ref().map(|_| "đơn vị".to_owned()));
            what.extend(rule.period.map(|_| "kỳ".to_owned()));
            let measured = rule.measure.is_some() || !rule.measures.is_empty();
            what.extend(measured.then(|| "đơn vị tính".to_owned()));
            what.extend((!rule.ignored_rows.is_empty()).then(|| "bỏ qua một số dòng".to_owned()));
            (!what.is_empty()).then(|| Problem::SourceApplied { line: rule.line, what: what.join("; ") })
        });
        applied.collect()
    }
}

/// One rule's values, held to what they may be.
struct Of<'a> {
    settings: &'a Settings,
    lexicon: &'a Lexicon<'a>,
    number: &'a str,
}

impl Of<'_> {
    fn fault(&self, keys: &[&str], sentence: impl Display) -> anyhow::Error {
        self.settings.fault(&[&["source", self.number], keys].concat(), sentence)
    }

    fn rule(&self, source: &Source, line: usize) -> anyhow::Result<Rule> {
        let pattern = |key: &str, text: &str| {
            let wrong = || self.fault(&[key], format!("\"{key}\" viết sai mẫu tên \"{text}\""));
            match text.trim() {
                "" => Err(wrong()),
                text => inputs::matcher(text).map_err(|_| wrong()),
            }
        };
        let file = source.file.replace('\\', "/");
        let file = file.trim_start_matches("./");
        let header = source.header.as_ref().map(|rows| self.rows("header", rows)).transpose()?;
        let form = source.form.as_deref().map(|form| self.form(form, &["form"])).transpose()?;
        let mut columns = BTreeMap::new();
        for (letter, says) in &source.columns {
            let col = self.letter("columns", letter)?;
            columns.insert(col, self.says(says, form).map_err(|said| self.fault(&["columns", letter], said))?);
        }
        let forms = columns.values().filter_map(|says| match says {
            Says::Field(form, ..) => Some(*form),
            _ => None,
        });
        let mut forms: Vec<FormId> = forms.chain(form).collect();
        forms.dedup();
        if forms.len() > 1 {
            return Err(self.fault(&["columns"], "các cột của một danh sách phải thuộc cùng một biểu"));
        }
        let (mut measure, mut measures) = (None, BTreeMap::new());
        match &source.measure {
            Measures::Inferred => {}
            Measures::Table(text) => measure = Some(self.measure(text, &["measure"])?),
            Measures::Columns(all) => {
                for (letter, text) in all {
                    measures.insert(self.letter("measure", letter)?, self.measure(text, &["measure", letter])?);
                }
            }
        }
        let rows = source.ignore_rows.0.iter().map(|rows| self.rows("ignore_rows", rows));
        let used = columns.keys().chain(measures.keys()).map(|col| (*col, AtomicBool::default())).collect();
        Ok(Rule {
            line,
            file: pattern("file", file)?,
            by_name: !file.contains('/'),
            sheet: source.sheet.as_deref().map(|sheet| pattern("sheet", sheet)).transpose()?,
            table: source.table.as_ref().map(|table| self.table(table)).transpose()?,
            form,
            header,
            columns,
            unit: source.unit.as_ref().map(|unit| self.unit(unit)).transpose()?,
            period: source.period.as_ref().map(|period| self.period(period)).transpose()?,
            measure,
            measures,
            ignored_rows: rows.collect::<anyhow::Result<_>>()?,
            ignore: source.ignore,
            used: Used { columns: used, ..Used::default() },
        })
    }

    fn letter(&self, key: &str, letter: &str) -> anyhow::Result<u32> {
        column_named(letter)
            .ok_or_else(|| self.fault(&[key, letter], format!("\"{letter}\" không phải tên cột; ví dụ \"C\"")))
    }

    /// "4-5", counted from 1 → rows counted from 0.
    fn rows(&self, key: &str, rows: &Written) -> anyhow::Result<(u32, u32)> {
        let (first, last) = rows.0.split_once('-').unwrap_or((&rows.0, &rows.0));
        let number = |text: &str| text.trim().parse::<u32>().ok().and_then(|row| row.checked_sub(1));
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Ok((first, last)),
            _ => Err(self.fault(&[key], format!("\"{key}\" cần số dòng, ví dụ 4 hoặc \"4-5\""))),
        }
    }

    fn table(&self, table: &Written) -> anyhow::Result<TableAt> {
        if let Some(number) = table.0.trim().parse().ok().filter(|number| *number > 0) {
            return Ok(TableAt::Number(number));
        }
        cell_named(&table.0).map(TableAt::Cell).ok_or_else(|| {
            self.fault(&["table"], "\"table\" cần số thứ tự của bảng trên trang tính, hoặc một ô tiêu đề như \"A3\"")
        })
    }

    fn form(&self, id: &str, keys: &[&str]) -> anyhow::Result<FormId> {
        self.form_named(id).map_err(|said| self.fault(keys, said))
    }

    fn form_named(&self, id: &str) -> Result<FormId, String> {
        let catalogue = self.lexicon.catalogue;
        let titled = || catalogue.form_ids().find(|&form| fold::key(&catalogue.form(form).title) == fold::key(id));
        let found = catalogue.form_ids().find(|&form| catalogue.form(form).id == id.trim()).or_else(titled);
        found.ok_or_else(|| unknown("biểu", id, catalogue.forms.iter().map(|form| form.id.as_str())))
    }

    /// `dialogue.sessions`, `petition.received/kind=complaint`, `dialogue:held_on`, `unit`.
    fn says(&self, text: &str, form: Option<FormId>) -> Result<Says, String> {
        let catalogue = self.lexicon.catalogue;
        let text = text.trim();
        if let Some((_, says)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Ok(says.clone());
        }
        if let Some((form, rest)) = text.split_once(':') {
            let form = self.form_named(form)?;
            let (field, category) = match rest.split_once('=') {
                Some((field, category)) => (field, Some(category)),
                None => (rest, None),
            };
            let field = self.field(form, field)?;
            let category = category.map(|category| self.category(form, field, category)).transpose()?;
            return Ok(Says::Field(form, field, category));
        }
        let (text, own) = match text.strip_suffix(" own") {
            Some(text) => (text.trim_end(), true),
            None => (text, false),
        };
        if own && WORDS.iter().any(|(word, _)| *word == text) {
            return Err(format!("\"own\" chỉ ghi sau mã chỉ tiêu, không ghi sau \"{text}\""));
        }
        let mut parts = text.split('/');
        let name = parts.next().unwrap_or_default().trim();
        let Some(id) = catalogue.indicator_named(name) else {
            let words = WORDS.iter().map(|(word, _)| *word);
            let ids = catalogue.indicators.iter().map(|indicator| indicator.id.as_str());
            return Err(unknown("chỉ tiêu", name, words.chain(ids)));
        };
        let indicator = catalogue.indicator(id);
        if form.is_some_and(|form| indicator.formula.field().is_none() || indicator.form != form) {
            return Err(format!(
                "\"{name}\" không phải số liệu của một cột trong danh sách của biểu đã ghi ở \"form\""
            ));
        }
        let mut categories = Vec::new();
        for part in parts {
            let (field, category) =
                part.split_once('=').ok_or_else(|| format!("\"{part}\" cần có dạng trường=loại, ví dụ kind=…"))?;
            let field = self.field(indicator.form, field)?;
            categories.push((field, self.category(indicator.form, field, category)?));
        }
        if indicator.is_rate() {
            return Err(format!("\"{name}\" là tỷ lệ, được tính từ các chỉ tiêu khác; không đọc từ bảng"));
        }
        Ok(Says::Indicator { id, categories, own })
    }

    fn field(&self, form: FormId, id: &str) -> Result<FieldId, String> {
        let form = self.lexicon.catalogue.form(form);
        let fields = || form.fields.iter().map(|field| field.id.as_str());
        form.field_named(id.trim()).ok_or_else(|| {
            format!("{}; các trường: {}", unknown("trường", id, fields()), fields().collect::<Vec<_>>().join(", "))
        })
    }

    fn category(&self, form: FormId, field: FieldId, id: &str) -> Result<CategoryId, String> {
        let field = self.lexicon.catalogue.field(form, field);
        let ids = || field.categories.iter().map(|category| category.id.as_str());
        let at = field.categories.iter().position(|category| category.id == id.trim());
        at.map(|at| CategoryId(at as u16)).ok_or_else(|| {
            format!("{}; các loại: {}", unknown("loại", id, ids()), ids().collect::<Vec<_>>().join(", "))
        })
    }

    fn unit(&self, unit: &Written) -> anyhow::Result<(UnitSaid, String)> {
        let names = &self.lexicon.units;
        let text = unit.0.trim();
        match unit_named(names, text) {
            said @ (UnitSaid::Known(_) | UnitSaid::Own(_) | UnitSaid::Named { .. }) => Ok((said, text.to_owned())),
            UnitSaid::Ambiguous(ids) => {
                let candidates = names.titles(&ids).join(", ");
                let said = format!("đơn vị \"{text}\" có thể là: {candidates}; hãy ghi mã đơn vị");
                Err(self.fault(&["unit"], said))
            }
            UnitSaid::Unknown => {
                let near = names.nearest(text);
                let near =
                    if near.is_empty() { String::new() } else { format!(" (gần giống: {})", near.join(", ")) };
                Err(self.fault(&["unit"], format!("không có đơn vị \"{text}\" trong danh mục đơn vị{near}")))
            }
        }
    }

    fn period(&self, period: &Written) -> anyhow::Result<PeriodSaid> {
        period_named(&period.0).ok_or_else(|| {
            let said = format!("không hiểu kỳ \"{}\"; ví dụ 2023, \"2023-05\", \"quý 2/2023\"", period.0);
            self.fault(&["period"], said)
        })
    }

    fn measure(&self, text: &str, keys: &[&str]) -> anyhow::Result<Measured> {
        match self.lexicon.measure(text) {
            said @ MeasureSaid::Known(_) => Ok(Measured { said, text: text.trim().to_owned() }),
            MeasureSaid::Regional => {
                let said = format!("đơn vị đo \"{text}\" mỗi nơi một khác; hãy ghi quy đổi ở mục [measure]");
                Err(self.fault(keys, said))
            }
            MeasureSaid::Unknown => Err(self.fault(keys, format!("không có đơn vị tính \"{text}\""))),
        }
    }
}

/// What a column is that holds no field and no indicator.
const WORDS: [(&str, Says); 9] = [
    ("ignore", Says::Ignore),
    ("note", Says::Note),
    ("ordinal", Says::Ordinal),
    ("unit", Says::Unit),
    ("code", Says::Code),
    ("measure", Says::Measure),
    ("label", Says::Label),
    ("period", Says::Period),
    ("value", Says::Value),
];

fn unknown<'n>(what: &str, id: &str, known: impl Iterator<Item = &'n str>) -> String {
    match nearest(id, known) {
        Some(near) => format!("không có {what} \"{id}\" (ý bạn là \"{near}\"?)"),
        None => format!("không có {what} \"{id}\" (xem bằng lệnh danvan forms)"),
    }
}

/// A unit by its code or its name.
pub fn unit_named(names: &UnitNames, text: &str) -> UnitSaid {
    let coded = names.code(text).filter(|(_, mended)| mended.is_none());
    coded.map_or_else(|| names.cell(text), |(unit, _)| UnitSaid::Known(unit))
}

/// A period that is whole: a year is said, or its days are.
pub fn period_named(text: &str) -> Option<PeriodSaid> {
    let (mut said, used) = period::said(&fold::tokens(text));
    let (span, _) = read::span_of(&[said], None)?;
    if let crate::base::period::Span::Days(window) = span {
        // Beside a column's "Quý I" the year is that of the days.
        said.year = said.year.or(Some(chrono::Datelike::year(&window.to)));
    }
    (used.iter().all(|used| *used) && !said.unclear).then_some(said)
}

/// `C` → 2.
pub fn column_named(letters: &str) -> Option<u32> {
    let letters = letters.trim();
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let number = letters.chars().try_fold(0, |number, c| {
        let c = c.to_ascii_uppercase();
        c.is_ascii_uppercase().then(|| number * 26 + (c as u32 - 'A' as u32 + 1))
    })?;
    Some(number - 1)
}

/// `A3`.
pub fn cell_named(text: &str) -> Option<CellRef> {
    let text = text.trim().trim_start_matches('$');
    let at = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let row: u32 = text[at..].trim_start_matches('$').parse().ok()?;
    Some(CellRef::new(row.checked_sub(1)?, column_named(&text[..at])?))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::*;
    use crate::catalogue::load;
    use crate::ingest::register;

    fn rules(text: &str) -> Result<Rules, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(settings::FILE), text).unwrap();
        fs::write(
            folder.path().join("don-vi.csv"),
            "Mã,Tên đơn vị,Cấp,Trực thuộc\nBY,Huyện Bảo Yên,huyện,\n02,Xã Bảo Hà,xã,BY\n",
        )
        .unwrap();
        let settings = settings::load(folder.path()).map_err(|error| error.to_string())?;
        let register = register::load(&folder.path().join("don-vi.csv"), "don-vi.csv", None).unwrap();
        let catalogue = load::catalogue(&[]).unwrap();
        Rules::new(&settings, &catalogue, &register).map_err(|error| error.to_string())
    }

    fn sheet(file: &str, sheet: &str) -> SheetName {
        SheetName { file: Arc::from(file), sheet: Arc::from(sheet) }
    }

    #[test]
    fn what_nobody_knows_stops_with_its_line() {
        for (rule, expected) in [
            ("form = \"dialoge\"", "dòng 3: không có biểu \"dialoge\" (ý bạn là \"dialogue\"?)"),
            (
                "unit = \"Xã Bảo Hòa\"",
                "dòng 3: không có đơn vị \"Xã Bảo Hòa\" trong danh mục đơn vị (gần giống: Xã Bảo Hà)",
            ),
            (
                "period = \"tháng 13/2023\"",
                "dòng 3: không hiểu kỳ \"tháng 13/2023\"; ví dụ 2023, \"2023-05\", \"quý 2/2023\"",
            ),
            ("period = \"tháng 5\"", "dòng 3: không hiểu kỳ \"tháng 5\"; ví dụ 2023, \"2023-05\", \"quý 2/2023\""),
            ("measure = \"hm\"", "dòng 3: không có đơn vị tính \"hm\""),
            (
                "measure = { C = \"sào\" }",
                "dòng 3: đơn vị đo \"sào\" mỗi nơi một khác; hãy ghi quy đổi ở mục [measure]",
            ),
            ("header = \"5-4\"", "dòng 3: \"header\" cần số dòng, ví dụ 4 hoặc \"4-5\""),
            ("header = 0", "dòng 3: \"header\" cần số dòng, ví dụ 4 hoặc \"4-5\""),
            (
                "table = \"hai\"",
                "dòng 3: \"table\" cần số thứ tự của bảng trên trang tính, hoặc một ô tiêu đề như \"A3\"",
            ),
            ("columns = { \"3\" = \"unit\" }", "dòng 3: \"3\" không phải tên cột; ví dụ \"C\""),
            ("columns = { C = \"unti\" }", "dòng 3: không có chỉ tiêu \"unti\" (ý bạn là \"unit\"?)"),
            (
                "[source.columns]\nA = \"unit\"\nB = \"dialogue:kid\"",
                "dòng 5: không có trường \"kid\" (ý bạn là \"kind\"?)",
            ),
            (
                "columns = { C = \"dialogue.answer_rate\" }",
                "dòng 3: \"dialogue.answer_rate\" là tỷ lệ, được tính từ các chỉ tiêu khác; không đọc từ bảng",
            ),
            (
                "columns = { B = \"dialogue:held_on\", C = \"petition:kind\" }",
                "dòng 3: các cột của một danh sách phải thuộc cùng một biểu",
            ),
            (
                "form = \"petition\"\ncolumns = { C = \"dialogue.sessions\" }",
                "dòng 4: \"dialogue.sessions\" không phải số liệu của một cột",
            ),
        ] {
            let error = rules(&format!("[[source]]\nfile = \"a.xlsx\"\n{rule}")).unwrap_err();
            assert!(error.starts_with(&format!("tệp danvan.toml, {expected}")), "{rule}: {error}");
        }
    }

    #[test]
    fn a_rule_says_what_a_column_holds() {
        let rules = rules(
            "[[source]]\nfile = \"a.xlsx\"\ncolumns = { B = \"unit\", C = \"dialogue.sessions/kind=regular own\", AA = \"ignore\" }",
        );
        let rules = rules.unwrap();
        let table = rules.of_sheet(&sheet("du-lieu/A.xlsx", "x")).of_table(1, (3, 4), &[1, 2, 26], std::iter::empty());
        assert_eq!(table.column(1), Some(&Says::Unit));
        let Some(Says::Indicator { categories, own: true, .. }) = table.column(2) else { panic!("{table:?}") };
        assert_eq!(categories.len(), 1);
        assert!(table.ignores_column(26) && !table.ignores_column(3));
        assert_eq!(table.reads_as(), Some(None));
    }

    #[test]
    fn rules_speak_of_files_sheets_and_tables_and_the_last_decides() {
        let text = "[[source]]\nfile = \"du-lieu/*.xlsx\"\nperiod = 2023\n\
            [[source]]\nfile = \"T5.xlsx\"\nsheet = \"Tổng*\"\ntable = \"B4\"\nperiod = \"2023-05\"\n\
            [[source]]\nfile = \"T5.xlsx\"\nignore = true\n\
            [[source]]\nfile = \"T5.xlsx\"\ntable = 3\nunit = \"02\"";
        let rules = rules(text).unwrap();
        assert!(rules.ignores_file("du-lieu/T5.xlsx").is_none(), "a later rule takes a table back");
        let of = rules.of_sheet(&sheet("du-lieu/t5.XLSX", "Tổng hợp"));
        assert!(of.ignored().is_none());
        let table = |number, header| of.of_table(number, header, &[0, 1], std::iter::empty());
        assert_eq!(table(1, (2, 3)).period.map(|(line, _)| line), Some(4));
        assert_eq!(table(2, (8, 8)).period.map(|(line, _)| line), Some(1));
        assert_eq!((table(2, (8, 8)).ignored, table(3, (12, 12)).ignored), (Some(9), None));
        assert!(
            rules.of_sheet(&sheet("khác/T5.xlsx", "Bìa")).of_table(1, (0, 0), &[], std::iter::empty()).period.is_none()
        );
        assert!(rules.unused().is_empty(), "{:?}", rules.unused());
        let unused = self::rules(text).unwrap().unused();
        assert_eq!(unused.len(), 4);
        assert!(self::rules(text).unwrap().of_some_files().unused().is_empty());
    }

    #[test]
    fn cells_and_columns_are_read_as_a_spreadsheet_names_them() {
        assert_eq!([column_named("A"), column_named("ab"), column_named("")], [Some(0), Some(27), None]);
        assert_eq!(cell_named("$C$12"), Some(CellRef::new(11, 2)));
        assert_eq!([cell_named("C0"), cell_named("12"), cell_named("C")], [None; 3]);
    }
}
