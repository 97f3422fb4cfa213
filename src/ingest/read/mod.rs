//! Table → records and figures, by the labels that govern each cell. Never fails: what cannot be used is a diagnostic.

mod cells;
mod figures;
mod meaning;
mod records;
mod rows;
mod ruled;
mod sent;
mod tense;
mod understand;
mod witness;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::amount::Amount;
use crate::base::cell::{CellRef, SheetName, Source, Value, column_name};
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::fold;
use crate::base::period::{Calendar, Part, Period, Span};
use crate::base::record::{FieldId, Figure, FormId, IndicatorId, OrgUnitId, Record, Sent, Stated, Submission, When};
use crate::base::understanding::{ReadAs, SheetUnderstood};
use crate::catalogue::form::FieldKind;
use crate::catalogue::indicator::Indicator;
use crate::catalogue::register::Origin;
use crate::catalogue::settings::Dash;
use crate::catalogue::words::{Heading, Role};

use super::grid::{Grid, Row};
use super::label::{Denied, Label, Lexicon, MeasureSaid, Position};
use super::limits;
use super::locate::{self, Caption, Column, Found, Table, one_line};
use super::rules::{Rules, Says, SheetRules, TableRules};
use super::units::{self, UnitNames, UnitSaid};
use super::value::date::{self, DateText};
use super::value::number::{self, NumberText, Style};
use super::value::period::{self, PeriodSaid};

use cells::{NumberRead, Said, SaidBy};
use rows::RowKind;
pub use sent::Marks;
use understand::{Before, Notes};

/// Rows of a list of which nothing but the total was filled in.
const MOST_ROWS_OF_A_TOTAL: usize = 3;

/// What holds for a whole run.
pub struct Context<'a> {
    pub lexicon: &'a Lexicon<'a>,
    pub marks: &'a Marks,
    pub dash: Dash,
    pub calendar: &'a Calendar,
    /// The year asked for, where a label says a part of a year without it.
    pub year: Option<i32>,
    pub rules: &'a Rules,
    /// What is read is the office's plan.
    pub planned: bool,
    /// The files, as shown, of which it is kept how they were understood.
    pub explained: &'a [Arc<str>],
}

/// All that a file's sheets said.
#[derive(Default)]
pub struct Reading {
    pub records: Vec<Record>,
    pub figures: Vec<Figure>,
    pub submissions: Vec<Submission>,
    pub diagnostics: Vec<Diagnostic>,
    pub unread: Vec<Unread>,
    /// Of the sheets that said something; `own` is not known yet.
    pub sheets: BTreeMap<Arc<SheetName>, Sent>,
    /// Of the sheets whose tables are all lists: of which forms; `None` for others that have tables.
    pub lists: BTreeMap<Arc<SheetName>, Option<BTreeSet<FormId>>>,
    /// The months that the titles of a sheet's lists say they cover.
    pub titled: BTreeMap<Arc<SheetName>, Vec<(i32, u32)>>,
    /// The days of sending that its sheets say.
    pub dated: BTreeSet<NaiveDate>,
    /// Where "Không phát sinh" stands, of whom and what.
    pub nils: Vec<NilSaid>,
    /// Without a register: the names found in this file; a unit's id counts from 1 in this list, 0 is the office's own.
    pub found: Vec<FoundUnit>,
    /// The limit that the file exceeds, so that nothing of it is used.
    pub exceeded: Option<Problem>,
    /// What each text of the file's cells is, by its place in memory: a file holds each text once. `None`: a ditto mark.
    kinds: HashMap<usize, Option<CellKind>>,
    /// The names that come near to one that no unit bears.
    nearest: HashMap<String, Vec<String>>,
    /// The same of labels that name no indicator.
    like: HashMap<String, Vec<String>>,
    /// Where each of them stands in that list.
    found_at: HashMap<String, usize>,
    /// Where the submission of a unit, form and sheet stands, nil ones apart.
    submitted_at: HashMap<(OrgUnitId, FormId, bool, Arc<SheetName>), usize>,
    /// Where somebody asks.
    pub understood: Vec<SheetUnderstood>,
    /// How many tables of the sheet have been found.
    tables: usize,
}

/// A cell that would state a figure, could it be read.
#[derive(Clone, Debug)]
pub struct Unread {
    pub source: Source,
    pub indicator: IndicatorId,
    pub org_unit: OrgUnitId,
}

impl Reading {
    /// Lets go of what only the reading of its own file needs: thousands wait to be merged.
    pub fn finish(&mut self) {
        // The one day that a workbook says is that of all its sheets.
        if let (Some(day), 1) = (self.dated.first(), self.dated.len()) {
            self.sheets.values_mut().for_each(|sent| sent.dated = Some(*day));
        }
        self.kinds = HashMap::new();
        self.nearest = HashMap::new();
        self.found_at = HashMap::new();
        self.submitted_at = HashMap::new();
        self.records.shrink_to_fit();
        self.diagnostics.shrink_to_fit();
    }

    fn tell(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < limits::FILE_PROBLEMS {
            self.diagnostics.push(diagnostic);
        } else {
            self.exceeded.get_or_insert_with(|| {
                limits::exceeded("có quá", limits::FILE_PROBLEMS as u64, "chỗ sai hoặc không rõ")
            });
        }
    }

    /// The indicators that a label may mean which names none; after so many different ones there is nothing more to offer.
    fn indicators_like(&mut self, text: &str, lexicon: &Lexicon) -> Vec<String> {
        if let Some(known) = self.like.get(text) {
            return known.clone();
        }
        if self.like.len() >= limits::NAMES_SOUGHT {
            return Vec::new();
        }
        self.like.entry(text.to_owned()).or_insert_with(|| lexicon.indicators_like(text)).clone()
    }

    /// The names near to one that no unit bears; after so many different ones there is nothing more to offer.
    fn nearest(&mut self, text: &str, units: &UnitNames) -> Vec<String> {
        if let Some(known) = self.nearest.get(text) {
            return known.clone();
        }
        if self.nearest.len() >= limits::NAMES_SOUGHT {
            return Vec::new();
        }
        self.nearest.entry(text.to_owned()).or_insert_with(|| units.nearest(text)).clone()
    }

    /// How much was said so far.
    pub fn said(&self) -> usize {
        self.records.len() + self.figures.len() + self.submissions.len()
    }

    fn text_kind(&mut self, text: &Arc<str>, lexicon: &Lexicon) -> Option<CellKind> {
        let kind = || (text.len() > DITTO_BYTES || !lexicon.is_ditto(text)).then(|| text_kind(text));
        *self.kinds.entry(text.as_ptr() as usize).or_insert_with(kind)
    }
}

/// Bytes of the longest ditto mark.
const DITTO_BYTES: usize = 12;

/// "Không phát sinh" of a unit, form and months.
#[derive(Clone, Debug)]
pub struct NilSaid {
    pub org_unit: OrgUnitId,
    pub form: FormId,
    pub months: Vec<(i32, u32)>,
    pub at: Source,
    /// It stands beside a table with rows, and speaks of that table alone.
    pub beside: bool,
}

/// A unit's name where there is no register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUnit {
    pub key: String,
    pub name: String,
    pub rank: u8,
}

/// Reads a sheet: finds its tables and what they say. `names`: the labels of the file's name and its folders', nearest first.
pub fn sheet(grid: &Grid, names: &[Arc<Label>], context: &Context, reading: &mut Reading) {
    if grid.rows.is_empty() {
        return;
    }
    let explained = context.explained.contains(&grid.name.file);
    if explained {
        let (name, hidden) = (grid.name.clone(), grid.hidden);
        let sheet = SheetUnderstood { name, hidden, tables: Vec::new(), nil: false, problems: Vec::new() };
        reading.understood.push(sheet);
    }
    let from = reading.diagnostics.len();
    let rules = context.rules.of_sheet(&grid.name);
    match rules.ignored() {
        Some(line) => {
            let place = Place::sheet(&grid.name);
            reading.diagnostics.push(Diagnostic::new(Problem::SourceIgnored { line }, place));
        }
        None => sheet_read(grid, names, &rules, context, reading),
    }
    if let Some(sheet) = reading.understood.last_mut().filter(|_| explained) {
        let of_tables = |said: &Diagnostic| sheet.tables.iter().any(|table| table.problems.contains(said));
        sheet.problems = reading.diagnostics[from..].iter().filter(|said| !of_tables(said)).cloned().collect();
    }
}

fn sheet_read(grid: &Grid, names: &[Arc<Label>], rules: &SheetRules, context: &Context, reading: &mut Reading) {
    let lexicon = context.lexicon;
    let place = Place::sheet(&grid.name);
    if grid.hidden {
        reading.diagnostics.push(Diagnostic::new(Problem::SheetHidden, place.clone()));
    }
    if let Some(&row) = grid.hidden_rows.first() {
        let at = Place::cell(&grid.name, CellRef::new(row, 0));
        reading.diagnostics.push(Diagnostic::new(Problem::RowsHidden { rows: grid.hidden_rows.len() }, at));
    }
    if let Some(&col) = grid.hidden_columns.first() {
        let at = Place::cell(&grid.name, CellRef::new(0, col));
        reading.diagnostics.push(Diagnostic::new(Problem::ColumnsHidden { columns: grid.hidden_columns.len() }, at));
    }
    let mut all: Vec<Arc<Label>> = vec![lexicon.understand(&grid.name.sheet, Position::Title)];
    all.extend(names.iter().cloned());
    let headers = rules.headers();
    let found = locate::tables(grid, lexicon, &headers);
    reading.tables = 0;
    let sent = context.marks.sheet(names.first().map(Arc::as_ref), grid, &found, lexicon);
    reading.dated.extend(sent.dated);
    let before = reading.said();
    for cell in &found.spoken {
        reading.diagnostics.push(Diagnostic::new(Problem::FiguresInText, Place::cell(&grid.name, *cell)));
    }
    if found.tables.is_empty() && found.beside.is_empty() && found.loose.is_empty() && found.lines.is_empty() {
        let nil = nil_statement(grid, &found.texts, &all, rules, context, reading);
        if !nil {
            // "Trong tháng, xã tổ chức 3 cuộc đối thoại với 120 lượt người dự": a report in prose.
            let told =
                found.texts.iter().filter(|caption| lexicon.tells_counts(&caption.text)).take(limits::PROBLEMS_SHOWN);
            let told =
                told.map(|caption| Diagnostic::new(Problem::FiguresInText, Place::cell(&grid.name, caption.cell)));
            let known = found.spoken.len();
            reading.diagnostics.extend(told.filter(|_| known == 0));
            reading.diagnostics.push(Diagnostic::new(Problem::SheetWithoutTable, place));
        } else if let Some(sheet) = reading.understood.last_mut() {
            sheet.nil = true;
        }
    } else {
        tables(found, &grid.name, &all, (rules, &headers), context, reading);
    }
    if reading.said() > before {
        reading.sheets.insert(grid.name.clone(), sent);
    }
}

fn tables(
    found: Found,
    name: &SheetName,
    names: &[Arc<Label>],
    (rules, headers): (&SheetRules, &[(u32, u32)]),
    context: &Context,
    reading: &mut Reading,
) {
    // "Không phát sinh" beside a table: above its header, or below it, up to the next.
    let nil: Vec<&Caption> = found.texts.iter().filter(|text| says_nil(&text.text)).collect();
    let ends = |table: &Table| table.body.last().map_or(table.header.1, |row| row.index);
    for (at, table) in found.tables.iter().enumerate() {
        let from = at.checked_sub(1).map_or(0, |before| ends(&found.tables[before]));
        let to = found.tables.get(at + 1).map_or(u32::MAX, |next| next.header.0);
        reading.tables += 1;
        let columns: Vec<u32> = table.columns.iter().map(|column| column.col).collect();
        let rows = table.body.iter().map(|row| row.index);
        let ruled = rules.of_table(reading.tables, table.header, &columns, rows);
        let before = Before::of(reading);
        let said = (reading.records.len(), reading.figures.len());
        let mut reader = TableReader::new(table, names, ruled, context, reading);
        reader.nil_beside = nil.iter().map(|text| text.cell).find(|cell| (from..=to).contains(&cell.row));
        reader.read();
        let understood = reader.understood(&before);
        let headed = |from, to| found.texts.iter().any(|text| text.cell.row > from && text.cell.row < to);
        let own = |text: &&&Caption| {
            let row = text.cell.row;
            // Between two tables it is said of the one above, unless a title stands between.
            row > ends(table) && row < to || row < table.header.0 && (at == 0 || row > from && headed(from, row))
        };
        if let Some(text) = nil.iter().find(own) {
            nil_beside_rows(text, &found.texts, said, context, reading);
        }
        if let (Some(sheet), Some(table)) = (reading.understood.last_mut(), understood) {
            sheet.tables.push(table);
        }
    }
    for part in &found.beside {
        let from = reading.understood.last().map_or(0, |sheet| sheet.tables.len());
        tables(locate::tables(part, context.lexicon, headers), name, names, (rules, headers), context, reading);
        if let Some(sheet) = reading.understood.last_mut() {
            sheet.tables[from..].iter_mut().for_each(|table| table.beside = true);
        }
    }
    for (col, part) in &found.lines {
        let (figures, from) = (reading.figures.len(), reading.diagnostics.len());
        tables(locate::tables(part, context.lexicon, headers), name, names, (rules, headers), context, reading);
        // The number stands in its label's cell.
        let back = |cell: &mut CellRef| cell.col = if cell.col == col + 1 { *col } else { cell.col };
        reading.figures[figures..].iter_mut().for_each(|figure| back(&mut figure.source.cell));
        let areas = reading.diagnostics[from..].iter_mut().filter_map(|said| said.at.area.as_mut());
        areas.flat_map(|area| [&mut area.from, &mut area.to]).for_each(back);
    }
    for cell in found.loose {
        reading.diagnostics.push(Diagnostic::new(Problem::TableNotUnderstood, Place::cell(name, cell)));
    }
}

/// "Không phát sinh" beside a table that has rows: what it says nothing of, as far as it says of whom, what and when.
fn nil_beside_rows(
    nil: &Caption,
    texts: &[Caption],
    (records, figures): (usize, usize),
    context: &Context,
    reading: &mut Reading,
) {
    let lexicon = context.lexicon;
    let of_records = reading.records[records..].first().map(|record| &record.sheet);
    let sheet = of_records.or_else(|| reading.figures[figures..].first().map(|figure| &figure.source.sheet));
    let Some(sheet) = sheet.cloned() else { return };
    let label = lexicon.understand(&nil.text, Position::Title);
    let key = fold::bare_key(&nil.text);
    // "Các nội dung khác không phát sinh"
    if ["khac", "con lai", "ngoai"].iter().any(|word| key.contains(word)) {
        return;
    }
    let above = texts.iter().rev().filter(|text| text.cell.row <= nil.cell.row && text.cell != nil.cell);
    let above = above.map(|text| lexicon.understand(&text.text, Position::Title));
    let titled = std::iter::once(label.clone()).chain(above).find(|label| !label.forms.is_empty());
    let months = span_of(&[label.period], context.year).map(|(span, _)| span.months(context.calendar));
    let mut said: BTreeMap<(OrgUnitId, FormId), Vec<(i32, u32)>> = BTreeMap::new();
    for record in &reading.records[records..] {
        let own = match record.when {
            When::Day(day) => vec![context.calendar.month_of(day)],
            When::Within(span) => span.months(context.calendar),
        };
        said.entry((record.org_unit, record.form)).or_default().extend(own);
    }
    for figure in &reading.figures[figures..] {
        let form = lexicon.catalogue.indicator(figure.indicator).form;
        said.entry((figure.org_unit, form)).or_default().extend(figure.period.months(context.calendar));
    }
    let of_whom = |unit: OrgUnitId| match &label.unit {
        None => true,
        Some(UnitSaid::Known(known)) => lexicon.units.register().is_within(unit, *known),
        Some(_) => false,
    };
    for ((org_unit, form), own) in said {
        if of_whom(org_unit) && titled.as_ref().is_none_or(|titled| titled.forms.contains(&form)) {
            let months = months.clone().unwrap_or(own);
            let at = Source { sheet: sheet.clone(), cell: nil.cell };
            reading.nils.push(NilSaid { org_unit, form, months, at, beside: true });
        }
    }
}

/// A sheet with no table but "Không phát sinh" is a nil report of the form, unit and period that its titles and names say.
/// False where nothing of the kind is said, or no form.
fn nil_statement(
    grid: &Grid,
    texts: &[Caption],
    names: &[Arc<Label>],
    rules: &SheetRules,
    context: &Context,
    reading: &mut Reading,
) -> bool {
    let Some(said) = texts.iter().find(|text| says_nil(&text.text)) else { return false };
    let captions = texts.iter().rev().filter(|text| text.cell != said.cell).cloned().collect();
    let header = (said.cell.row, said.cell.row);
    let table = Table { grid, columns: Vec::new(), body: Vec::new(), captions, header };
    let ruled = rules.of_table(1, header, &[], std::iter::empty());
    let form = ruled.form;
    let mut reader = TableReader::new(&table, names, ruled, context, reading);
    reader.nil_beside = Some(said.cell);
    let forms = form.map_or_else(|| reader.titled_forms(), |form| vec![form]);
    if !forms.is_empty() {
        reader.nothing_happened(forms.clone());
    }
    !forms.is_empty()
}

/// "Không phát sinh", "Trong quý II/2023 không phát sinh": not "ghi 0 nếu không phát sinh".
fn says_nil(text: &str) -> bool {
    let key = crate::base::fold::bare_key(text);
    let words: Vec<&str> = key.split(' ').collect();
    let alone = words.len() > 1 && matches!(number::parse(text, Style::Vietnamese), number::NumberText::Nil);
    alone || words.len() <= limits::NIL_WORDS && key.ends_with("khong phat sinh") && !words.contains(&"neu")
}

/// A table being read.
struct TableReader<'t, 'g, 'r> {
    table: &'t Table<'g>,
    context: &'t Context<'t>,
    lexicon: &'t Lexicon<'t>,
    reading: &'r mut Reading,
    captions: Vec<Arc<Label>>,
    /// Of the sheet, the file and its folders.
    names: &'t [Arc<Label>],
    columns: Vec<ColumnRead>,
    /// What each text under the heading of units says, by its place in memory.
    units: HashMap<usize, UnitSaid>,
    /// Problems that are said once a table.
    said: std::collections::HashSet<String>,
    /// What the office's rules say of it.
    ruled: TableRules<'t>,
    /// What its titles and names say of when its figures are: "lũy kế từ đầu năm".
    titled: Option<Label>,
    /// Where the sheet says beside it that nothing happened.
    nil_beside: Option<CellRef>,
    /// Its rows are records.
    is_list: bool,
    /// Whether only the rows of the list bear ordinals, where somebody asked.
    ordinals_tell: OnceCell<bool>,
    /// What is noted for who asks how it was understood.
    notes: Option<Notes>,
}

/// A column, its headings understood and its cells surveyed.
struct ColumnRead {
    col: u32,
    heading: String,
    /// Innermost first.
    labels: Vec<Arc<Label>>,
    /// Under a group that says nothing of its own ("Trong đó"): the column that it is a part of.
    whole: Option<u32>,
    kind: CellKind,
    filled: usize,
    style: Style,
    writing: number::Writing,
    cell: CellRef,
    use_: Use,
    /// Where a ditto mark stands: for each row of the body the one above it with the value that is repeated.
    above: Vec<Option<u32>>,
}

impl ColumnRead {
    /// Its heading as a message names it.
    fn named(&self) -> String {
        match self.heading.is_empty() {
            true => format!("cột {} không có tiêu đề", column_name(self.col)),
            false => self.heading.clone(),
        }
    }

    /// Remarks say nothing of what a row is.
    fn heads_notes(&self) -> bool {
        self.labels.first().is_some_and(|label| label.has(Heading::Note) || label.has(Heading::Document))
    }

    /// "Mã đơn vị", "Mã xã": the codes are units', not of forms or indicators.
    fn heads_units(&self) -> bool {
        let key = crate::base::fold::bare_key(&self.heading);
        !key.contains("chi tieu") && key != "ma so" && key != "ms" && key != "ki hieu"
    }
}

/// What a column is for, where its heading says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Ordinal,
    Unit,
    Code,
    Measure,
    /// Notes, villages, documents: text that governs nothing.
    Aside,
    /// Names or describes people.
    Personal,
    /// Labels of rows.
    Content,
    /// The periods of rows: "Tháng", "Quý".
    Period,
    Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CellKind {
    Empty,
    Numbers,
    Dates,
    Words,
}

impl<'t, 'g, 'r> TableReader<'t, 'g, 'r> {
    fn new(
        table: &'t Table<'g>,
        names: &'t [Arc<Label>],
        ruled: TableRules<'t>,
        context: &'t Context<'t>,
        reading: &'r mut Reading,
    ) -> Self {
        let lexicon = context.lexicon;
        let captions = captions(table, lexicon);
        let mut reader = Self {
            table,
            context,
            lexicon,
            reading,
            captions,
            names,
            columns: Vec::new(),
            units: HashMap::new(),
            said: Default::default(),
            ruled,
            titled: None,
            nil_beside: None,
            is_list: false,
            ordinals_tell: OnceCell::new(),
            notes: context.explained.contains(&table.grid.name.file).then(Notes::default),
        };
        for column in &table.columns {
            let column = reader.column(column);
            reader.columns.extend(column);
        }
        reader.settle_ordinals();
        reader.settle_unit_column();
        reader.parts_of_wholes();
        reader
    }

    /// Titles over what is planned, or over those who did not: whatever the table holds, it is not what its headings name.
    fn about_others(&self, records_of: Option<FormId>) -> Option<Problem> {
        // A sheet "Đăng ký" under the title "Dân vận khéo" has a figure of that form.
        let titled = self.titled_forms();
        let of_figure =
            |label: &Label| label.names().iter().any(|id| titled.contains(&self.lexicon.catalogue.indicator(id).form));
        let plan = self.captions.iter().find_map(|label| Some((label, label.planned?)));
        let sheets = || {
            self.names
                .iter()
                .find_map(|label| Some((label, label.planned.filter(|_| !label.is_strange() && !of_figure(label))?)))
        };
        if let Some((label, true)) = plan.or_else(sheets).filter(|_| !self.context.planned) {
            return Some(Problem::TablePlanned { title: one_line(&label.text) });
        }
        let says = |label: &&Arc<Label>| label.denied == Some(Denied::Form) || !label.forms.is_empty();
        let refuse = |label: &Arc<Label>| Some(Problem::PartUnknown { label: one_line(&label.text) });
        if let Some(label) = self.captions.iter().find(says) {
            return if label.denied.is_some() { refuse(label) } else { None };
        }
        let of_names = self.names.iter().find(says);
        // Under "Hộ vay vốn" the file's name says nothing of the table, and a list is of them.
        match self.captions.iter().find(|label| label.denied.is_some()) {
            Some(label) if of_names.is_some() || records_of.is_some() => refuse(label),
            _ => of_names.filter(|label| label.denied.is_some()).and_then(refuse),
        }
    }

    /// A list of which only the total was filled in: a figure.
    fn states_total_alone(&self) -> bool {
        if self.table.body.len() > MOST_ROWS_OF_A_TOTAL {
            return false;
        }
        let kinds = self.row_kinds();
        kinds.iter().any(|kind| matches!(kind, RowKind::Total { .. }))
            && kinds.iter().all(|kind| matches!(kind, RowKind::Total { .. } | RowKind::Empty))
    }

    fn sheet(&self) -> &'t Arc<SheetName> {
        &self.table.grid.name
    }

    fn read(&mut self) {
        let cell = self.first_cell();
        if let Some(line) = self.ruled.ignored {
            return self.tell(Problem::SourceIgnored { line }, cell);
        }
        for problem in self.ruled.applied() {
            self.tell(problem, cell);
        }
        let ruled = self.ruled.reads_as();
        let records_of = ruled.unwrap_or_else(|| self.records_of());
        if let Some(problem) = self.about_others(records_of).filter(|_| ruled.is_none()) {
            return self.tell(problem, cell);
        }
        let list_of = records_of.filter(|_| !self.states_total_alone());
        let sheet = self.sheet().clone();
        let lists = self.reading.lists.entry(sheet).or_insert_with(|| Some(BTreeSet::new()));
        match (lists, list_of) {
            (Some(forms), Some(form)) => drop(forms.insert(form)),
            (lists, _) => *lists = None,
        }
        if let Some(form) = list_of {
            self.note_read_as(ReadAs::List(form));
            self.records(form);
        } else {
            self.note_read_as(ReadAs::Figures);
            self.figures();
        }
    }

    fn tell(&mut self, problem: Problem, cell: CellRef) {
        let place = Place::cell(self.sheet(), cell);
        self.reading.tell(Diagnostic::new(problem, place));
    }

    /// Said once a table, however many cells it concerns.
    fn tell_once(&mut self, problem: Problem, cell: CellRef) {
        let key = format!("{}{}", problem.code(), problem.message());
        if self.said.insert(key) {
            self.tell(problem, cell);
        }
    }

    /// Said once a cell, however many figures it concerns.
    fn tell_each(&mut self, problem: Problem, cell: CellRef) {
        if self.said.insert(format!("{}{}{cell}", problem.code(), problem.message())) {
            self.tell(problem, cell);
        }
    }

    fn source(&self, cell: CellRef) -> Source {
        Source { sheet: self.sheet().clone(), cell }
    }

    fn first_cell(&self) -> CellRef {
        let row = self.table.header.0;
        CellRef::new(row, self.table.columns.first().map_or(0, |c| c.col))
    }

    /// What a column's headings and cells say. `None` for one with neither.
    fn column(&mut self, column: &Column) -> Option<ColumnRead> {
        let labels: Vec<Arc<Label>> =
            column.path.iter().rev().map(|(text, _)| self.lexicon.understand(text, Position::Cell)).collect();
        let mut labels = self.ruled_labels(column.col, labels);
        let of_dates = labels.first().is_some_and(|label| self.heads_dates(label));
        let (mut numbers, mut dates, mut words, mut filled) = (0, 0, 0, 0);
        let mut texts: Vec<&str> = Vec::new();
        let mut dittos = false;
        let (table, lexicon) = (self.table, self.lexicon);
        for row in &table.body {
            let Some(value) = row.get(column.col) else { continue };
            filled += 1;
            match value {
                // Under a heading of dates a number is a day's serial, and "12/1" a day.
                Value::Number(_) if of_dates => dates += 1,
                // "Tháng 1", "Quý I" under "Thời gian" name periods, no days.
                Value::Text(text) if of_dates && names_period(text) => words += 1,
                Value::Text(text) if of_dates && text.contains(|c: char| c.is_ascii_digit()) => dates += 1,
                Value::Number(_) | Value::Error(_) | Value::Uncomputed | Value::Unusable => numbers += 1,
                Value::Date(_) => dates += 1,
                Value::Bool(_) => words += 1,
                Value::Text(text) => match self.reading.text_kind(text, lexicon) {
                    Some(CellKind::Numbers) => {
                        numbers += 1;
                        texts.push(text);
                    }
                    Some(CellKind::Dates) => dates += 1,
                    Some(CellKind::Words) => words += 1,
                    Some(CellKind::Empty) => {}
                    None => dittos = true,
                },
            }
        }
        dittos |= of_dates && table.body.iter().any(|row| self.is_ditto(row.get(column.col)));
        let above = if dittos { self.above(column.col) } else { Vec::new() };
        if labels.is_empty() && filled == 0 {
            return None;
        }
        let kind = match () {
            () if numbers + dates + words == 0 => CellKind::Empty,
            () if dates > numbers && dates >= words => CellKind::Dates,
            () if numbers >= words && numbers > 0 => CellKind::Numbers,
            () => CellKind::Words,
        };
        let writing = number::writing(texts.iter().copied(), self.counts_things(&labels));
        let use_ = match () {
            () if self.holds_measures(column.col, &labels) => Use::Measure,
            () if self.holds_codes(&labels, kind) => Use::Aside,
            () if kind == CellKind::Words && self.heads_persons_by_unit(&labels) => Use::Personal,
            () => use_of(&labels, kind),
        };
        // "Số liệu kỳ báo cáo" over figures names no periods.
        let use_ = if use_ == Use::Period && self.holds_figures(column.col) { Use::Open } else { use_ };
        let use_ = self.ruled_use(column.col, use_, kind, &mut labels);
        Some(ColumnRead {
            col: column.col,
            heading: column.heading(),
            labels,
            whole: None,
            kind,
            filled,
            style: writing.style,
            writing,
            cell: column.cell(),
            use_,
            above,
        })
    }

    fn is_ditto(&self, value: Option<&Value>) -> bool {
        matches!(value, Some(Value::Text(text)) if text.len() <= DITTO_BYTES && self.lexicon.is_ditto(text))
    }

    /// For each row of the body the one above it whose cell a ditto mark repeats.
    fn above(&self, col: u32) -> Vec<Option<u32>> {
        let mut last = None;
        let rows = self.table.body.iter().enumerate();
        rows.map(|(at, row)| {
            let value = row.get(col);
            let above = last;
            if value.is_some() && !self.is_ditto(value) {
                last = Some(at as u32);
            }
            above
        })
        .collect()
    }

    /// Whether nothing under these headings can be a fraction: they count, or name the smallest measure there is.
    fn counts_things(&self, labels: &[Arc<Label>]) -> bool {
        let Some(naming) = labels.iter().find(|label| !label.names().is_empty()) else { return false };
        naming.names().iter().all(|id| {
            let indicator = self.lexicon.catalogue.indicator(id);
            let as_said = || self.said_by_labels(labels.iter().map(Arc::as_ref), id);
            let same = |said: Said| {
                cells::known(&said, indicator, self.lexicon).is_some_and(|m| m.factor == indicator.measure.factor)
            };
            !indicator.fractions && !indicator.is_rate() && (indicator.measure.counted || as_said().is_some_and(same))
        })
    }

    /// "Xã / Họ tên hộ": groups of units over rows of persons.
    fn heads_persons_by_unit(&self, labels: &[Arc<Label>]) -> bool {
        let person = |&(form, field): &(FormId, FieldId)| self.lexicon.catalogue.field(form, field).personal;
        labels.first().is_some_and(|own| {
            own.has(Heading::Unit) && (own.has(Heading::Person) || own.fields.iter().any(person) && !own.is_strange())
        })
    }

    /// Numbers that are no month's, quarter's or year's.
    fn holds_figures(&self, col: u32) -> bool {
        let number = |value: &Value| match value {
            Value::Number(number) => Some(*number),
            Value::Text(text) => match number::parse(text, number::Style::Vietnamese) {
                NumberText::Number(reading) => Some(reading.number),
                _ => None,
            },
            _ => None,
        };
        let of_time = |number: Amount| {
            let within = |from: i64, to: i64| number >= from.into() && number <= to.into();
            number.is_integer() && (within(1, 12) || within(1990, 2100))
        };
        let mut figures = self.table.body.iter().filter_map(|row| number(row.get(col)?)).peekable();
        figures.peek().is_some() && figures.any(|number| !of_time(number))
    }

    /// "hộ", "m2" beside figures, under no heading or one of "Đơn vị": their measures. One that is not known among others
    /// makes no units of them: "lượt/ng".
    fn holds_measures(&self, col: u32, labels: &[Arc<Label>]) -> bool {
        if labels.first().is_some_and(|label| !label.has(Heading::Unit) || label.is_strange()) {
            return false;
        }
        let (mut known, mut others) = (0, 0);
        for value in self.table.body.iter().filter_map(|row| row.get(col)) {
            let Some(text) = value.text().filter(|text| text.len() <= 40) else { return false };
            match self.lexicon.measure(text) {
                MeasureSaid::Unknown if self.lexicon.is_ditto(text) => {}
                MeasureSaid::Unknown if !labels.is_empty() && self.lexicon.units.cell(text) == UnitSaid::Unknown => {
                    others += 1
                }
                MeasureSaid::Unknown => return false,
                _ => known += 1,
            }
        }
        known > others
    }

    /// What stands under another thing's code than a unit's: "Mã chi hội", "Mã CSKCB".
    fn holds_codes(&self, labels: &[Arc<Label>], kind: CellKind) -> bool {
        let Some(own) = labels.first() else { return false };
        let of_another = own.is_strange() || !own.names().is_empty() || !own.fields.is_empty();
        of_another && matches!(kind, CellKind::Numbers | CellKind::Words) && self.lexicon.heads_codes(&own.text)
    }

    fn heads_dates(&self, label: &Label) -> bool {
        label.has(Heading::Date)
            || label
                .fields
                .iter()
                .any(|(form, field)| self.lexicon.catalogue.field(*form, *field).kind == FieldKind::Date)
    }

    /// "Số" behind the ordinals heads figures, not ordinals again.
    fn settle_ordinals(&mut self) {
        let count = fold::key("số");
        let Some(first) = self.columns.iter().position(|column| column.use_ == Use::Ordinal) else { return };
        for at in first + 1..self.columns.len() {
            let column = &self.columns[at];
            let is_count = column.labels.first().is_some_and(|label| fold::key(&label.text) == count);
            if column.use_ == Use::Ordinal && is_count && self.ruled.column(column.col).is_none() {
                self.columns[at].use_ = Use::Open;
            }
        }
    }

    /// One column gives the units: the first under a heading of units whose names are units'. The others are asides.
    fn settle_unit_column(&mut self) {
        let candidates: Vec<usize> = (0..self.columns.len()).filter(|&at| self.columns[at].use_ == Use::Unit).collect();
        let by_register = self.lexicon.units.register().origin == Origin::File;
        let ruled = |at: &&usize| self.ruled.column(self.columns[**at].col) == Some(&Says::Unit);
        let mut chosen = candidates.iter().find(ruled).copied();
        let mut first = None;
        for &at in &candidates {
            let col = self.columns[at].col;
            let texts = || self.table.body.iter().filter_map(|row| row.get(col)?.text());
            let known = |text| match self.lexicon.units.cell(text) {
                UnitSaid::Unknown => false,
                // Without a register every text is a name: one with a unit's type word is it for certain.
                UnitSaid::Named { rank, .. } => rank > 0,
                _ => true,
            };
            // Where nothing under the heading is a unit and the office's file says whose it is, it names other bodies.
            let hopeless = candidates.len() > 1 && texts().next().is_some() && !texts().any(known);
            first = first.or(Some(at).filter(|_| !by_register));
            if chosen.is_none() && !hopeless {
                chosen = Some(at);
            }
        }
        let chosen = chosen.or(first);
        let says_unit: Vec<usize> = candidates.iter().filter(ruled).copied().collect();
        for at in candidates {
            // Two that a rule says go on with one another.
            if chosen != Some(at) && !says_unit.contains(&at) {
                self.columns[at].use_ = Use::Aside;
            }
        }
        if let Some(chosen) = chosen {
            if by_register && says_unit.is_empty() && self.holds_places(chosen) {
                let heading = Label { text: self.columns[chosen].heading.as_str().into(), ..Label::default() };
                self.columns[chosen].labels =
                    vec![Arc::new(Label { headings: vec![Heading::Place], words: 1, ..heading })];
                self.columns[chosen].use_ = Use::Aside;
                return;
            }
            self.indented_units(chosen);
        }
    }

    /// Whether what stands under a heading of units are places of the one unit that the sheet or its file names, which has no
    /// units below it: "Thôn 1", "Tổ hòa giải thôn 2" in the commune's own file.
    fn holds_places(&mut self, at: usize) -> bool {
        let col = self.columns[at].col;
        let is_place =
            |text: &Arc<str>| self.begins_as_place(text) && matches!(self.lexicon.units.cell(text), UnitSaid::Unknown);
        let texts = || {
            let values = self.table.body.iter().filter_map(|row| match row.get(col) {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            });
            values.filter(|text| !self.lexicon.is_total(text))
        };
        texts().next().is_some()
            && texts().all(is_place)
            && matches!(self.around().0, Around::Unit(unit) if !self.is_parent(unit))
    }

    /// "Thôn 1", "Tổ hòa giải thôn 2".
    fn begins_as_place(&self, text: &str) -> bool {
        let tokens = fold::tokens(text);
        let tokens = &tokens[units::ordinal_len(&tokens)..];
        let begins = |name: &String| {
            let name = fold::tokens(name);
            name.len() < tokens.len() && name.iter().zip(tokens).all(|(word, token)| word.text == token.text)
        };
        let places = self.lexicon.catalogue.words.headings.iter().filter(|(heading, _)| *heading == Heading::Place);
        places.flat_map(|(_, names)| names).any(begins)
    }

    /// Columns of names without a heading right of the units' column go on with it, where no row fills both: units that
    /// stand indented below what they are parts of.
    fn indented_units(&mut self, chosen: usize) {
        for at in chosen + 1..self.columns.len() {
            let column = &self.columns[at];
            let named = |row: &Row| (chosen..at).any(|left| row.get(self.columns[left].col).is_some());
            let mut filled = self.table.body.iter().filter(|row| row.get(column.col).is_some());
            let adjoins = column.col == self.columns[at - 1].col + 1;
            if !adjoins || !column.labels.is_empty() || column.use_ != Use::Content || filled.any(|row| named(row)) {
                return;
            }
            self.columns[at].use_ = Use::Unit;
        }
    }

    /// Whether what a column's categories and measure tell of is what another column counts: "Kênh mương (km)" beside "Ngày công"
    /// is no part of it.
    fn may_be_part(&self, part: &ColumnRead, whole: &ColumnRead) -> bool {
        let catalogue = self.lexicon.catalogue;
        let counted = || whole.labels.iter().flat_map(|label| label.names().iter().collect::<Vec<_>>());
        let counted = || counted().map(|id| catalogue.indicator(id));
        let label = &part.labels[0];
        let mut categories = label.categories.iter().chain(&label.maybe_categories);
        let of_form = categories.any(|(form, ..)| counted().any(|indicator| indicator.form == *form));
        let measured = match &label.measure {
            Some(MeasureSaid::Known(all)) => all
                .iter()
                .any(|&at| counted().any(|indicator| indicator.measure.dimension == catalogue.measures[at].dimension)),
            _ => true,
        };
        of_form && measured
    }

    /// Columns under "Trong đó", and columns that say a category and no indicator, are parts of the column to their left
    /// that names one: its headings govern them too.
    fn parts_of_wholes(&mut self) {
        let shown = meaning::category_fields(self.columns.iter().flat_map(|c| c.labels.iter().map(Arc::as_ref)));
        // "Số km đường" is no whole of "Số km kênh mương".
        let fields = |label: &Arc<Label>| -> Vec<_> {
            let maybe = label.maybe_categories.iter().filter(|(form, field, _)| shown.contains(&(*form, *field)));
            label.categories.iter().chain(maybe).map(|(form, field, _)| (*form, *field)).collect()
        };
        let tells_apart = |left: &ColumnRead, labels: &[Arc<Label>]| {
            let of_left = left.labels.first().map(fields).unwrap_or_default();
            labels.first().is_some_and(|label| fields(label).iter().any(|field| of_left.contains(field)))
        };
        for at in 1..self.columns.len() {
            let labels = &self.columns[at].labels;
            if matches!(self.ruled.column(self.columns[at].col), Some(Says::Indicator { .. })) {
                continue;
            }
            let group = labels.iter().skip(1).find(|label| label.says_nothing()).cloned();
            let category = labels.iter().all(|label| {
                label.strange == 0
                    && (label.names().is_empty() || label.phrases == 1 && meaning::as_category(label, &shown))
            }) && labels
                .first()
                .is_some_and(|label| !label.categories.is_empty() || meaning::as_category(label, &shown));
            if group.is_none() && !category {
                continue;
            }
            let whole = self.columns[..at].iter().rev().find(|left| {
                let inside = group.as_ref().is_some_and(|group| left.labels.iter().any(|l| Arc::ptr_eq(l, group)));
                let names = left.labels.iter().any(|label| !label.names().is_empty());
                !inside && left.whole.is_none() && left.use_ == Use::Open && names && !tells_apart(left, labels)
            });
            let fits = |whole: &&ColumnRead| group.is_some() || self.may_be_part(&self.columns[at], whole);
            let Some(whole) = whole.filter(fits) else { continue };
            let (col, of_whole) = (whole.col, whole.labels.clone());
            let part = &mut self.columns[at];
            part.whole = Some(col);
            for label in of_whole {
                if !part.labels.iter().any(|own| Arc::ptr_eq(own, &label)) {
                    part.labels.push(label);
                }
            }
        }
    }

    /// A cell's value; of a merged one that of its area, of a ditto mark that above it.
    fn value_at<'v>(&'v self, row: &'v Row, col: u32) -> Option<&'v Value> {
        let own = match row.get(col) {
            Some(own) => own,
            None => {
                let area = self.table.grid.merge(row.index, col).filter(|area| area.from.row < row.index)?;
                let within = self.table.body.first().is_some_and(|first| first.index <= area.from.row);
                return if within { self.table.grid.get(area.from.row, area.from.col) } else { None };
            }
        };
        match own {
            ditto @ Value::Text(_) if self.is_ditto(Some(ditto)) => {
                let at = self.table.body.partition_point(|above| above.index < row.index);
                let above = *self.column_at(col)?.above.get(at)?;
                self.table.body[above? as usize].get(col)
            }
            own => Some(own),
        }
    }

    /// A cell's value where figures stand: only a ditto mark repeats that above it, for an area merged downwards is one figure.
    fn figure_at<'v>(&'v self, row: &'v Row, col: u32) -> Option<&'v Value> {
        match row.get(col)? {
            own @ Value::Text(text) if self.lexicon.is_ditto(text) => Some(self.value_at(row, col).unwrap_or(own)),
            own => Some(own),
        }
    }

    fn unit_column(&self) -> Option<u32> {
        self.columns.iter().find(|c| c.use_ == Use::Unit).map(|c| c.col)
    }

    /// Where a row says its unit: in the one of the units' columns that it fills.
    fn unit_column_of(&self, row: &Row) -> Option<u32> {
        let mut columns = self.columns.iter().filter(|c| c.use_ == Use::Unit);
        columns.find(|c| row.get(c.col).is_some()).map(|c| c.col).or_else(|| self.unit_column())
    }

    /// The id of what a text says of a unit.
    fn unit_id(&mut self, said: &UnitSaid) -> Option<OrgUnitId> {
        match said {
            UnitSaid::Known(id) | UnitSaid::Own(id) => Some(*id),
            UnitSaid::Named { key, name, rank } => {
                let at = match self.reading.found_at.get(key) {
                    Some(&at) => at,
                    None => {
                        let at = self.reading.found.len();
                        if at >= limits::FOUND_UNITS {
                            let limit = || limits::exceeded("có quá", at as u64, "tên đơn vị khác nhau");
                            self.reading.exceeded.get_or_insert_with(limit);
                            return None;
                        }
                        self.reading.found.push(FoundUnit { key: key.clone(), name: name.clone(), rank: *rank });
                        self.reading.found_at.insert(key.clone(), at);
                        at
                    }
                };
                Some(OrgUnitId(at as u32 + 1))
            }
            UnitSaid::Ambiguous(_) | UnitSaid::Unknown => None,
        }
    }

    /// The unit that the table's captions and names speak of; two that disagree are named.
    fn unit_around(&mut self) -> Around {
        let (around, clash) = self.around();
        if let Some((nearer, farther)) = clash {
            let problem = Problem::LabelsDisagree { nearer: one_line(&nearer), farther: one_line(&farther) };
            let cell = self.first_cell();
            self.tell_once(problem, cell);
        }
        around
    }

    /// The nearest unit, narrowed by the farther ones, and two that have nothing in common. A rule's stands alone.
    fn around(&mut self) -> (Around, Clash) {
        if let Some((_, said, _)) = self.ruled.unit {
            return (self.unit_id(said).map_or(Around::None, Around::Unit), None);
        }
        let said: Vec<(UnitSaid, Arc<str>)> = self
            .captions
            .iter()
            .chain(self.names)
            .filter_map(|label| label.unit.clone().map(|unit| (unit, label.text.clone())))
            .collect();
        let register = self.lexicon.units.register();
        let mut found: Option<(UnitSaid, Arc<str>)> = None;
        let mut clash = None;
        for (unit, text) in said {
            found = Some(match found {
                None => (unit, text),
                Some((nearer, nearer_text)) => match (&nearer, &unit) {
                    (UnitSaid::Known(a), UnitSaid::Known(b)) if register.is_within(*a, *b) => (nearer, nearer_text),
                    (UnitSaid::Known(a), UnitSaid::Known(b)) if register.is_within(*b, *a) => (unit, text),
                    (UnitSaid::Own(_), UnitSaid::Known(b)) if *b != register.root => (unit, text),
                    (UnitSaid::Known(_), UnitSaid::Own(_)) => (nearer, nearer_text),
                    (UnitSaid::Named { rank: a, .. }, UnitSaid::Named { rank: b, .. }) if b > a => (unit, text),
                    (UnitSaid::Named { rank: a, .. }, UnitSaid::Named { rank: b, .. }) if b < a => {
                        (nearer, nearer_text)
                    }
                    // A name and another unit's code beside it: the file's name does not tell which of them is wrong.
                    (UnitSaid::Ambiguous(ids), UnitSaid::Known(b))
                        if ids.contains(b) && self.lexicon.units.mentions_code(&nearer_text) =>
                    {
                        (nearer, nearer_text)
                    }
                    (UnitSaid::Ambiguous(ids), UnitSaid::Known(b)) if ids.contains(b) => (unit, text),
                    (UnitSaid::Named { key: a, .. }, UnitSaid::Named { key: b, .. }) if a == b => (nearer, nearer_text),
                    (a, b) if a == b => (nearer, nearer_text),
                    _ => {
                        clash.get_or_insert((nearer_text.clone(), text));
                        (nearer, nearer_text)
                    }
                },
            });
        }
        let around = match found {
            Some((UnitSaid::Ambiguous(ids), _)) => Around::Ambiguous(ids),
            Some((said, _)) => self.unit_id(&said).map_or(Around::None, Around::Unit),
            None => Around::None,
        };
        (around, clash)
    }

    /// The period that labels say, nearest first, then the table's captions and names.
    fn period(&mut self, near: &[&Label]) -> Option<Span> {
        let all: Vec<PeriodSaid> = near.iter().map(|label| label.period).chain(self.periods_around()).collect();
        let span = span_of(&all, self.context.year);
        if let Some((Span::Named(period), true)) = span {
            let text = Span::Named(Period::new(period.year, period.part)).title();
            let label = text.replace(&format!(" năm {}", period.year), "");
            let cell = self.first_cell();
            self.tell_once(Problem::YearAssumed { year: period.year, label }, cell);
        }
        if let Some((span, _)) = span {
            self.periods_disagree(span);
        }
        span.map(|(span, _)| span)
    }

    /// A title and a name that speak of two periods with no day in common: the nearer stands, and a warning names both.
    fn periods_disagree(&mut self, span: Span) {
        if self.ruled.period.is_some() {
            return;
        }
        let calendar = self.context.calendar;
        let labels: Vec<(Span, Arc<Label>)> = self
            .captions
            .iter()
            .chain(self.names)
            .filter(|label| label.period.year.is_some() || label.period.days.is_some())
            .filter_map(|label| Some((span_of(&[label.period], None)?.0, label.clone())))
            .collect();
        let Some((own, nearer)) = labels.iter().find(|(said, _)| *said == span) else { return };
        let own = own.window(calendar);
        let farther = labels.iter().find(|(said, _)| {
            let other = said.window(calendar);
            other.to < own.from || other.from > own.to
        });
        if let Some((_, farther)) = farther {
            let (nearer, farther) = (one_line(&nearer.text), one_line(&farther.text));
            let cell = self.first_cell();
            self.tell_once(Problem::LabelsDisagree { nearer, farther }, cell);
        }
    }

    /// What a cell states of an indicator, in the indicator's measure. `labels`: those that govern it, nearest first. The
    /// cell's own measure comes before its row's, that before its labels', that before its captions'.
    fn stated<'l>(
        &mut self,
        row: &Row,
        cell: CellRef,
        column_at: usize,
        id: IndicatorId,
        labels: impl Iterator<Item = &'l Label>,
    ) -> Option<Stated> {
        let indicator = self.lexicon.catalogue.indicator(id);
        let column = &self.columns[column_at];
        let heading = if column.heading.is_empty() { indicator.title.clone() } else { column.heading.clone() };
        // "Kết quả" says nothing of what was counted.
        let names = column.labels.iter().any(|label| !label.names().is_empty());
        let named = if names { &heading } else { &indicator.title };
        let shown = self.table.grid.shown.get(&cell).map(Arc::as_ref);
        let value = self.figure_at(row, cell.col)?;
        let number = match cells::number(value, shown, column.writing, self.context.dash, named, self.lexicon) {
            NumberRead::Number(number) => number,
            NumberRead::Nil => return Some(Stated::Nil),
            NumberRead::Blank => return None,
            NumberRead::Problem(problem) => {
                self.tell(problem, cell);
                return None;
            }
        };
        let own =
            number.measure.clone().map(|text| Said { measure: self.lexicon.measure(&text), text, by: SaidBy::Cell });
        let of_row = || self.row_measure(row, cell.col).map(|(measure, text)| Said { measure, text, by: SaidBy::Row });
        let said = own.or_else(of_row).or_else(|| self.said_by_labels(labels, id));
        if said.is_none() {
            self.assume_measure(column_at, indicator);
        }
        match cells::fit(&number, said.as_ref(), indicator, &heading, self.lexicon) {
            Ok(amount) => {
                match number.doubt {
                    Some(Problem::NumberAmbiguous { whole_column: true, .. })
                        if !self.said.insert(format!("thousands in column {}", cell.col)) => {}
                    Some(problem) => self.tell(problem, cell),
                    None => {}
                }
                if let Some(said) = said {
                    self.doubt_measure(number.amount, &said, indicator, column_at, cell);
                }
                Some(if amount.is_zero() { Stated::Nil } else { Stated::Value(amount) })
            }
            Err(problem) => {
                // What a heading says wrong is said of the column, not of its cells.
                let of_column = said.is_some_and(|said| matches!(said.by, SaidBy::Headings | SaidBy::Caption))
                    && matches!(problem, Problem::MeasureMismatch { .. } | Problem::MeasureRegional { .. });
                if of_column {
                    let heading = self.columns[column_at].cell;
                    self.tell_once(problem, heading);
                } else {
                    self.tell(problem, cell);
                }
                None
            }
        }
    }

    /// The measure that the labels say of an indicator, nearest first, else the captions'. A heading of several indicators
    /// ("Hiến đất (m2)") or a caption binds only those of its dimension.
    fn said_by_labels<'l>(&self, labels: impl Iterator<Item = &'l Label>, id: IndicatorId) -> Option<Said> {
        let indicator = self.lexicon.catalogue.indicator(id);
        let said = |label: &Label, by: SaidBy| {
            let text = label.measure_text.clone();
            label.measure.clone().map(|measure| Said { measure, text, by })
        };
        let fits = |said: &Said| cells::fits_dimension(&said.measure, indicator, self.lexicon);
        let of_labels = labels.filter_map(|label| said(label, SaidBy::Headings).map(|said| (label, said)));
        let binding = |(label, said): (&Label, Said)| {
            let binds = label.names().contains(id) || label.allows.is_none();
            (binds || fits(&said)).then_some(said)
        };
        let mut of_labels = of_labels.filter_map(binding);
        let of_captions = || {
            let ruled = self.ruled_measure().filter(fits);
            ruled.or_else(|| self.captions.iter().filter_map(|label| said(label, SaidBy::Caption)).find(fits))
        };
        of_labels.next().or_else(of_captions)
    }

    /// A measure is doubtful where the numbers are too large for it: "tỷ đ" over values in đồng.
    fn doubt_measure(&mut self, amount: Amount, said: &Said, indicator: &Indicator, column_at: usize, cell: CellRef) {
        let Some(measure) = cells::known(said, indicator, self.lexicon) else { return };
        // What an indicator is counted in may be as large as it is.
        let larger = measure.factor > indicator.measure.factor;
        let Some(large) = measure.large.filter(|large| larger && amount >= *large) else { return };
        let (symbol, column) = (measure.symbol.to_string(), &self.columns[column_at]);
        let heading = if column.heading.is_empty() { indicator.title.clone() } else { column.heading.clone() };
        let problem = Problem::MeasureDoubtful { measure: symbol.clone(), example: amount, heading };
        if matches!(said.by, SaidBy::Cell | SaidBy::Row) {
            return self.tell(problem, cell);
        }
        if !self.said.insert(format!("size of column {} in {symbol}", cell.col)) {
            return;
        }
        let column = &self.columns[column_at];
        let number = |row: &Row| match row.get(column.col)? {
            Value::Number(number) => Some(*number),
            Value::Text(text) => match number::parse(text, column.style) {
                number::NumberText::Number(reading) => Some(reading.number),
                _ => None,
            },
            _ => None,
        };
        let numbers = self.table.body.iter().filter_map(|row| Some((row.index, number(row)?)));
        let mut all: Vec<(u32, Amount)> = numbers.filter(|(_, number)| !number.is_zero()).collect();
        all.sort_by_key(|(_, number)| *number);
        let too_large = all.iter().filter(|(_, number)| *number >= large).count();
        if too_large * 2 > all.len() {
            let heading = column.cell;
            return self.tell(problem, heading);
        }
        // Among numbers that fit the measure, one a thousand times as large as they are was typed in another.
        let Some(most) = all.get(all.len() / 2).and_then(|(_, middle)| middle.checked_mul(Amount::ONE_THOUSAND)) else {
            return;
        };
        let cells: Vec<(u32, Amount)> = all.into_iter().filter(|(_, number)| *number >= large.max(most)).collect();
        for (row, example) in cells {
            let (measure, heading) = (symbol.clone(), self.columns[column_at].named());
            self.tell(Problem::MeasureDoubtful { measure, example, heading }, CellRef::new(row, cell.col));
        }
    }

    /// A row's measure ("ĐVT"): the nearest to the right of a figure before the next figures, else the table's one.
    fn row_measure(&self, row: &Row, col: u32) -> Option<(MeasureSaid, String)> {
        let measures = || self.columns.iter().filter(|column| column.use_ == Use::Measure);
        let figures = |column: &&ColumnRead| column.use_ == Use::Open && column.kind == CellKind::Numbers;
        let next = self.columns.iter().filter(|column| column.col > col).find(figures).map_or(u32::MAX, |c| c.col);
        let right = measures().find(|column| (col..next).contains(&column.col));
        if let Some(column) = right.or_else(|| measures().rfind(|column| column.col < col)) {
            return match self.value_at(row, column.col)? {
                Value::Text(text) => Some((self.lexicon.measure(text), one_line(text))),
                _ => None,
            };
        }
        // "5 | ha" where the headings end: text to the right of a figure is its measure or a note.
        let (right, value) = row.cells.iter().find(|(right, _)| *right > col)?;
        let headless = self.columns.iter().filter(|column| column.col >= *right).all(|column| column.labels.is_empty());
        let text = value.text().filter(|_| headless)?;
        let measure = self.lexicon.measure(text);
        (measure != MeasureSaid::Unknown).then(|| (measure, one_line(text)))
    }

    /// Where nothing says whether it is m² or ha, đồng or triệu đồng, the catalogue's own measure is assumed, and said.
    fn assume_measure(&mut self, column: usize, indicator: &Indicator) {
        let measures = &self.lexicon.catalogue.measures;
        if measures.iter().filter(|measure| measure.dimension == indicator.measure.dimension).count() < 2 {
            return;
        }
        let (heading, cell) = (self.columns[column].heading.clone(), self.columns[column].cell);
        self.tell_once(Problem::MeasureAssumed { heading, measure: indicator.measure.symbol.to_string() }, cell);
    }

    /// The texts over the table that say its form, for its titles' evidence.
    fn form_titles(&self) -> impl Iterator<Item = (&Arc<Label>, usize)> {
        let captions = self.captions.iter().enumerate().map(|(at, label)| (label, if at == 0 { 8 } else { 6 }));
        let names = self.names.iter().enumerate().map(|(at, label)| (label, if at == 0 { 5 } else { 3 }));
        captions.chain(names)
    }

    /// The forms of the nearest title that says one.
    fn titled_forms(&self) -> Vec<FormId> {
        let forms = self.form_titles().map(|(label, _)| &label.forms).find(|forms| !forms.is_empty());
        forms.cloned().unwrap_or_default()
    }

    fn submit(&mut self, org_unit: OrgUnitId, form: FormId, months: Vec<(i32, u32)>, nil: bool) {
        self.submit_open(org_unit, form, months, nil, false);
    }

    /// `open`: nothing says which months it covers.
    fn submit_open(&mut self, org_unit: OrgUnitId, form: FormId, months: Vec<(i32, u32)>, nil: bool, open: bool) {
        let sheet = self.sheet().clone();
        let submissions = &mut self.reading.submissions;
        let at = *self.reading.submitted_at.entry((org_unit, form, nil, sheet.clone())).or_insert_with(|| {
            submissions.push(Submission { org_unit, form, months: Vec::new(), nil, open, sheet });
            submissions.len() - 1
        });
        submissions[at].open |= open;
        let known = &mut submissions[at].months;
        known.extend(months);
        known.sort_unstable();
        known.dedup();
    }

    /// A nil submission, and where it is said.
    fn submit_nil(&mut self, org_unit: OrgUnitId, form: FormId, months: Vec<(i32, u32)>, cell: CellRef) {
        self.submit(org_unit, form, months.clone(), true);
        self.note_nil(org_unit, form, months, cell, false);
    }

    /// The cell of a row that says so.
    fn nil_cell(&self, row: &Row) -> CellRef {
        let says = |(_, value): &&(u32, Value)| value.text().is_some_and(says_nil);
        let col = row.cells.iter().find(says).or(row.cells.first()).map_or(0, |(col, _)| *col);
        CellRef::new(row.index, col)
    }

    /// Where a unit says that nothing happened. `beside`: it speaks of its own sheet alone.
    fn note_nil(&mut self, org_unit: OrgUnitId, form: FormId, months: Vec<(i32, u32)>, cell: CellRef, beside: bool) {
        let at = Source { sheet: self.sheet().clone(), cell };
        self.reading.nils.push(NilSaid { org_unit, form, months, at, beside });
    }

    /// Whether a unit exists on the days of a span, by the register.
    fn valid(&self, org_unit: OrgUnitId, span: Span) -> Result<(), Problem> {
        let register = self.lexicon.units.register();
        if register.origin != Origin::File {
            return Ok(());
        }
        let unit = register.unit(org_unit);
        let window = span.window(self.context.calendar);
        let early = unit.valid_from.is_some_and(|from| window.to < from);
        let late = unit.valid_to.is_some_and(|to| window.from > to);
        if !early && !late {
            return Ok(());
        }
        let written = |day: chrono::NaiveDate| day.format("%d/%m/%Y").to_string();
        Err(Problem::UnitNotValid {
            unit: unit.name.clone(),
            from: unit.valid_from.map(written),
            to: unit.valid_to.map(written),
        })
    }
}

/// The titles over a table, nearest first. What the sheet's titles say of forms holds only where the table's own say nothing.
fn captions(table: &Table, lexicon: &Lexicon) -> Vec<Arc<Label>> {
    let labels: Vec<(bool, Arc<Label>)> = table
        .captions
        .iter()
        .map(|caption| {
            let label = lexicon.understand(&caption.text, Position::Title);
            // "Ha" alone above the header.
            let scaled = |said: &MeasureSaid| match said {
                MeasureSaid::Known(all) => all.iter().all(|&at| !lexicon.catalogue.measures[at].counted),
                MeasureSaid::Regional => true,
                MeasureSaid::Unknown => false,
            };
            let alone = Some(lexicon.measure(&caption.text)).filter(|said| label.measure.is_none() && scaled(said));
            let label = match alone {
                Some(said) => Arc::new(Label {
                    text: caption.text.clone(),
                    measure: Some(said),
                    measure_text: one_line(&caption.text),
                    ..Label::default()
                }),
                None => label,
            };
            (caption.of_sheet, label)
        })
        // A motto or an addressee says nothing of the figures.
        .filter(|(_, label)| label.letter.is_none())
        .collect();
    let named = labels.iter().any(|(of_sheet, label)| !of_sheet && label.allows.is_some());
    let kept = labels.into_iter().map(|(of_sheet, label)| match of_sheet && named && label.allows.is_some() {
        true => Arc::new(Label {
            text: label.text.clone(),
            period: label.period,
            unit: label.unit.clone(),
            measure: label.measure.clone(),
            measure_text: label.measure_text.clone(),
            roles: label.roles.clone(),
            ..Label::default()
        }),
        false => label,
    });
    kept.collect()
}

/// Two texts that name units with nothing in common: the nearer, the farther.
type Clash = Option<(Arc<str>, Arc<str>)>;

/// What stands around a table says of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Around {
    Unit(OrgUnitId),
    Ambiguous(Vec<OrgUnitId>),
    None,
}

/// Year and part each from the nearest that says it; true where the year had to be assumed.
pub(super) fn span_of(said: &[PeriodSaid], asked: Option<i32>) -> Option<(Span, bool)> {
    let mut year = None;
    for period in said {
        // Words of time that name no period leave open what nothing nearer said.
        if period.unclear && year.is_none() {
            return None;
        }
        year = year.or(period.year);
        if let Some(window) = period.days {
            return Some((Span::Days(window), false));
        }
        let part = match (period.part, period.from_january) {
            (Some(part), _) => part,
            (None, Some(months)) => {
                let year = year.or_else(|| said.iter().find_map(|p| p.year)).or(asked)?;
                let from = chrono::NaiveDate::from_ymd_opt(year, 1, 1)?;
                let after = from.checked_add_months(chrono::Months::new(months.into()))?;
                return Some((Span::Days(crate::base::period::Window { from, to: after.pred_opt()? }), false));
            }
            (None, None) => continue,
        };
        let stated = year.or_else(|| said.iter().find_map(|p| p.year));
        let year = stated.or(asked)?;
        return Some((Span::Named(Period::new(year, part)), stated.is_none()));
    }
    year.map(|year| (Span::Named(Period::new(year, Part::Year)), false))
}

fn text_kind(text: &str) -> CellKind {
    if text.len() > 60 {
        return CellKind::Words;
    }
    match number::parse(text, Style::Vietnamese) {
        // "22.86" is a number, though as a date it would be an impossible one.
        number::NumberText::Number(_) if !matches!(date::parse(text), DateText::Day(_) | DateText::Month { .. }) => {
            CellKind::Numbers
        }
        // "1. Số hộ hiến đất"
        number::NumberText::Range if is_numbered(text) && !is_date(text) => CellKind::Words,
        number::NumberText::Number(_) | number::NumberText::Range => {
            if text.contains(|c: char| c.is_ascii_digit()) && is_date(text) {
                CellKind::Dates
            } else {
                CellKind::Numbers
            }
        }
        number::NumberText::Nil | number::NumberText::Dash | number::NumberText::Blank => CellKind::Empty,
        number::NumberText::Words if text.contains(|c: char| c.is_ascii_digit()) && is_date(text) => CellKind::Dates,
        number::NumberText::Words => CellKind::Words,
    }
}

/// A month or quarter without its year: no date, but a period.
fn names_period(text: &str) -> bool {
    matches!(date::parse(text), DateText::Words) && period::said(&fold::tokens(text)).0.part.is_some()
}

/// Words behind an ordinal.
fn is_numbered(text: &str) -> bool {
    let tokens = fold::tokens(text);
    let words = &tokens[units::ordinal_len(&tokens)..];
    words.len() < tokens.len() && words.len() > 1 && words.iter().all(|token| !token.digits)
}

fn is_date(text: &str) -> bool {
    matches!(
        date::parse(text),
        DateText::Day(_) | DateText::Impossible | DateText::Month { .. } | DateText::Range { .. }
    )
}

fn use_of(labels: &[Arc<Label>], kind: CellKind) -> Use {
    let Some(own) = labels.first() else {
        return if kind == CellKind::Words { Use::Content } else { Use::Open };
    };
    if own.has(Heading::Period) && own.names().is_empty() && labels.len() == 1 {
        return Use::Period;
    }
    if own.is_strange() && own.headings.is_empty() {
        return Use::Open;
    }
    let words = kind == CellKind::Words || kind == CellKind::Empty;
    // "Xã" and "Thôn" under "Số ngày công" tell whose days, and head no column of units.
    if labels[1..].iter().any(|label| !label.names().is_empty()) {
        return Use::Open;
    }
    // "Đơn vị/Chỉ tiêu": groups of units over rows of indicators.
    if own.has(Heading::Unit) && own.has(Heading::Content) && words {
        return Use::Content;
    }
    // A heading of several words says what its phrases say together: "Đơn vị phối hợp" is no unit.
    for heading in &own.headings {
        let use_ = match heading {
            Heading::Ordinal => Use::Ordinal,
            // Numbers under it are codes, unless it counts units: "Số đơn vị tham gia".
            Heading::Unit
                if own.strange == 0
                    && own.names().is_empty()
                    && (words || kind == CellKind::Numbers && own.phrases == 1) =>
            {
                Use::Unit
            }
            Heading::Code => Use::Code,
            Heading::Measure => Use::Measure,
            Heading::Note | Heading::Document => Use::Aside,
            Heading::Place if words => Use::Aside,
            Heading::Person | Heading::Identity => Use::Personal,
            Heading::Content if words && own.fields.is_empty() => Use::Content,
            _ => continue,
        };
        return use_;
    }
    Use::Open
}

/// Whether a label's role keeps its figures from being counted.
fn aside_role(labels: &[&Label]) -> Option<Role> {
    labels.iter().find_map(|label| label.other_role())
}
