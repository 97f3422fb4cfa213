//! Phiếu rà soát số liệu: what a unit is answered about its figures (`danvan reply`): what was read from its files, what was set
//! aside and why, what to mend, what it has not sent. Takes the report's [`View`], gives a [`Reply`] for each unit, and one for the
//! office about what belongs to none of them. Each problem of the data stands in exactly one of them.

mod assign;
mod sheets;
mod text;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::base::amount::{Amount, percent};
use crate::base::diagnostic::{Breadth, Diagnostic, Severity};
use crate::base::record::{Aside, Figure, FileRead, IndicatorId, OrgUnitId, Record, Said};
use crate::base::wording::{ascii, slug};

use super::account::Line;
use super::aggregate::Reckoner;
use super::document::{Cell, ColumnKind, Document, Row, RowKind, Table};
use super::sheets::column;
use super::status::{self, Status};
use super::stretch::Stretch;
use super::units::Shown;
use super::view::View;

use assign::Owners;

/// Letters of a file's name, without its extension and number.
const STEM_AT_MOST: usize = 60;

/// One answer, ready to be written.
#[derive(Debug)]
pub struct Reply {
    /// "BY08-xa-nghia-do": of its files.
    pub stem: String,
    pub name: String,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub files: usize,
    /// Its text is the page, its sheets the workbook.
    pub document: Document,
}

/// All that one reply is made from.
struct Sheaf<'v> {
    view: &'v View<'v>,
    /// `None`: what belongs to no unit.
    row: Option<&'v Shown>,
    status: Option<(&'v Status<'v>, &'v status::UnitStatus)>,
    files: Vec<&'v FileRead>,
    /// Of the window.
    records: Vec<&'v Record>,
    figures: Vec<&'v Figure>,
    aside: Vec<&'v Aside>,
    /// What became of the cells of each indicator.
    lines: BTreeMap<IndicatorId, Vec<&'v Line>>,
    /// The worst first.
    problems: Vec<Found<'v>>,
}

/// A problem, with what is known of its effect.
struct Found<'v> {
    diagnostic: &'v Diagnostic,
    /// Whether it concerns the window; else another time's files.
    inside: bool,
    /// Of which indicator how much is left out or in doubt, and what percentage of the office's total that is.
    effect: Option<(IndicatorId, Amount, Option<Amount>)>,
    /// What it may come to, in percent: to rank by.
    weight: Amount,
}

impl Sheaf<'_> {
    fn name(&self) -> String {
        match self.row {
            Some(row) => self.view.name(row).to_owned(),
            None => format!("Các tệp chung của {}", self.view.register.unit(self.view.register.root).name),
        }
    }

    /// Whether there is nothing to mend, and nothing of the window that was not added.
    fn is_mute(&self) -> bool {
        self.aside.is_empty() && self.problems.iter().all(|found| found.diagnostic.severity() == Severity::Note)
    }

    fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|found| found.diagnostic.severity() == severity).count()
    }
}

/// `unit`: that one alone; the office's own unit for what belongs to none below it.
pub fn replies(view: &View, unit: Option<OrgUnitId>) -> Vec<Reply> {
    let owners = Owners::new(view);
    let reckoner = Reckoner::new(view.collected, view.register, view.catalogue, view.options.calendar);
    let all: BTreeSet<IndicatorId> =
        view.catalogue.indicator_ids().filter(|&id| view.catalogue.indicator(id).reported).collect();
    let (_, lines) = reckoner.account(view.options.span, &all);
    let asked = status::Asked {
        span: view.options.span,
        calendar: view.options.calendar,
        level: view.options.level,
        today: view.options.today,
    };
    let status = Status::new(view.collected, view.register, view.catalogue, view.settings, asked);
    let mut sheaves = sheaves(view, &owners, &lines, &status);
    // Nothing to say of what belongs to no unit is no slip.
    sheaves.retain(|sheaf| sheaf.row.is_some() || unit.is_some() || !sheaf.is_mute());
    if let Some(unit) = unit {
        let wanted = owners.row_of(unit);
        sheaves.retain(|sheaf| sheaf.row.map(|row| row.unit) == wanted.map(|at| view.rows[at].unit));
    }
    let mut taken: HashSet<String> = HashSet::new();
    let mut replies = Vec::new();
    for mut sheaf in sheaves {
        rank(&mut sheaf);
        let mut stem = stem(&sheaf);
        let mut number = 2;
        while !taken.insert(stem.clone()) {
            stem = format!("{}-{number}", self::stem(&sheaf));
            number += 1;
        }
        replies.push(Reply {
            stem,
            name: sheaf.name(),
            errors: sheaf.count(Severity::Error),
            warnings: sheaf.count(Severity::Warning),
            notes: sheaf.count(Severity::Note),
            files: sheaf.files.len(),
            document: Document {
                title: format!("Phiếu rà soát số liệu: {}", sheaf.name()),
                created: view.now.window.to,
                text: text::text(&sheaf),
                sheets: sheets::sheets(&sheaf),
                summary: Table::default(),
            },
        });
    }
    replies
}

/// For the terminal: a row a unit.
pub fn summary(replies: &[Reply]) -> Table {
    let number = |count: usize| Cell::number(Amount::from(count as u64), 0);
    let columns = vec![
        column("unit", &["Đơn vị"], ColumnKind::Text, 30),
        column("files", &["Tệp"], ColumnKind::Number, 6),
        column("errors", &["Lỗi"], ColumnKind::Number, 6),
        column("warnings", &["Cảnh báo"], ColumnKind::Number, 6),
        column("notes", &["Ghi chú"], ColumnKind::Number, 6),
        column("file", &["Phiếu (.md, .xlsx)"], ColumnKind::Text, 34),
    ];
    let rows = replies.iter().map(|reply| {
        let counts = [reply.files, reply.errors, reply.warnings, reply.notes].map(number);
        let mut cells = vec![Cell::text(&reply.name)];
        cells.extend(counts);
        cells.push(Cell::text(&reply.stem));
        Row { kind: RowKind::Body, cells }
    });
    Table { title: "Phiếu rà soát số liệu".into(), rows: rows.collect(), columns, notes: Vec::new() }
}

/// What belongs to each unit that is shown, in their order, and to none of them.
fn sheaves<'v>(view: &'v View<'v>, owners: &Owners, lines: &'v [Line], status: &'v Status<'v>) -> Vec<Sheaf<'v>> {
    let units = view.rows.iter().enumerate().filter(|(_, row)| !row.own);
    let mut places: Vec<Option<usize>> = units.map(|(at, _)| Some(at)).collect();
    places.push(None);
    let mut at_place: HashMap<Option<usize>, usize> = HashMap::new();
    let mut sheaves: Vec<Sheaf> = Vec::new();
    for place in places {
        at_place.insert(place, sheaves.len());
        let row = place.map(|at| &view.rows[at]);
        let own = row.and_then(|row| status.units.iter().find(|unit| unit.shown.unit == row.unit));
        sheaves.push(Sheaf {
            view,
            row,
            status: own.map(|own| (status, own)),
            files: Vec::new(),
            records: Vec::new(),
            figures: Vec::new(),
            aside: Vec::new(),
            lines: BTreeMap::new(),
            problems: Vec::new(),
        });
    }
    let of_unit = |unit: OrgUnitId| at_place[&owners.row_of(unit)];
    let calendar = view.options.calendar;
    let inside = |figure: &Figure| Stretch::stated(figure.period, calendar).overlaps(view.now.stretch);
    for record in view.collected.records.iter().filter(|record| view.is_inside(record)) {
        sheaves[of_unit(record.org_unit)].records.push(record);
    }
    for figure in view.collected.figures.iter().filter(|figure| inside(figure)) {
        sheaves[of_unit(figure.org_unit)].figures.push(figure);
    }
    for aside in &view.collected.aside {
        let unit = match &aside.said {
            Said::Record(record) if view.is_inside(record) => record.org_unit,
            Said::Figure(figure) if inside(figure) => figure.org_unit,
            _ => continue,
        };
        sheaves[of_unit(unit)].aside.push(aside);
    }
    for line in lines {
        sheaves[of_unit(line.unit)].lines.entry(line.indicator).or_default().push(line);
    }
    for file in &view.collected.files {
        sheaves[at_place[&owners.of_file(&file.path)]].files.push(file);
    }
    for diagnostic in &view.diagnostics {
        let inside = owners.is_inside(diagnostic);
        let found = Found { diagnostic, inside, effect: None, weight: Amount::ZERO };
        sheaves[at_place[&owners.of_problem(diagnostic)]].problems.push(found);
    }
    sheaves
}

/// "BY08-xa-nghia-do"
fn stem(sheaf: &Sheaf) -> String {
    let register = sheaf.view.register;
    let unit = register.unit(sheaf.row.map_or(register.root, |row| row.unit));
    let name = match sheaf.row {
        Some(_) => unit.name.clone(),
        None => format!("tệp chung {}", unit.name),
    };
    let parts = [ascii(&unit.code), slug(&name)];
    let stem = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    // No system takes a name of any length; ASCII, so that any byte is a character's end.
    stem[..stem.len().min(STEM_AT_MOST)].trim_end_matches('-').to_owned()
}

/// The worst first: what keeps most from the office's totals, where that is known; else what keeps out a file before a table, a
/// row, a cell. What only doubts comes after what is left out, what concerns another time last.
fn rank(sheaf: &mut Sheaf) {
    let places = Cells::new(sheaf);
    let view = sheaf.view;
    // A title that two forms use names neither.
    let mut titles: HashMap<&str, Option<IndicatorId>> = HashMap::new();
    for id in view.catalogue.indicator_ids() {
        titles.entry(&view.catalogue.indicator(id).title).and_modify(|of| *of = None).or_insert(Some(id));
    }
    let mut ranked = std::mem::take(&mut sheaf.problems);
    for found in &mut ranked {
        let problem = &found.diagnostic.problem;
        let named = problem.indicator().and_then(|title| titles.get(title).copied().flatten());
        let amount = problem.in_doubt().filter(|amount| !amount.is_zero());
        let known = named.or_else(|| places.indicator_at(found.diagnostic)).zip(amount);
        found.effect = known.map(|(id, amount)| (id, amount, view.total(id).and_then(|total| percent(amount, total))));
        let one_of = |many: usize| percent(Amount::ONE, Amount::from(many as u64 + 1)).unwrap_or_default();
        found.weight = match (found.effect, problem.breadth()) {
            (Some((_, _, Some(share))), _) => share,
            (Some(_), _) => Amount::ONE_HUNDRED,
            (None, Breadth::File) => Amount::from(1_000_000),
            (None, Breadth::Table) => Amount::from(10_000),
            (None, Breadth::Row | Breadth::Cell) => one_of(places.rows_beside(found.diagnostic)),
        };
    }
    ranked.sort_by_key(|found| (!found.inside, found.diagnostic.severity(), Reverse(found.weight)));
    sheaf.problems = ranked;
}

/// What is known of the cells around a problem.
struct Cells<'v> {
    /// The indicator that a column's other figures are of, by file, sheet and column.
    columns: HashMap<(&'v str, &'v str, u32), IndicatorId>,
    rows: HashMap<(&'v str, &'v str), HashSet<u32>>,
}

impl<'v> Cells<'v> {
    fn new(sheaf: &Sheaf<'v>) -> Self {
        let mut cells = Self { columns: HashMap::new(), rows: HashMap::new() };
        for figure in &sheaf.figures {
            let (sheet, at) = (&figure.source.sheet, figure.source.cell);
            cells.columns.entry((&sheet.file, &sheet.sheet, at.col)).or_insert(figure.indicator);
            cells.rows.entry((&sheet.file, &sheet.sheet)).or_default().insert(at.row);
        }
        let catalogue = sheaf.view.catalogue;
        for record in &sheaf.records {
            let sheet = &record.sheet;
            let rows = cells.rows.entry((&sheet.file, &sheet.sheet)).or_default();
            let first = rows.is_empty();
            rows.insert(record.row);
            if first || rows.len() < 4 {
                for (field, _, col) in record.items.iter() {
                    let sums = |id: &IndicatorId| catalogue.indicator(*id).formula.field() == Some(*field);
                    let of = catalogue.indicators_of(record.form).filter(|id| catalogue.indicator(*id).reported);
                    if let Some(id) = of.into_iter().find(sums) {
                        cells.columns.entry((&sheet.file, &sheet.sheet, *col)).or_insert(id);
                    }
                }
            }
        }
        cells
    }

    fn indicator_at(&self, diagnostic: &Diagnostic) -> Option<IndicatorId> {
        let at = &diagnostic.at;
        let (file, sheet, area) = (at.file.as_deref()?, at.sheet.as_deref()?, at.area?);
        self.columns.get(&(file, sheet, area.from.col)).copied()
    }

    fn rows_beside(&self, diagnostic: &Diagnostic) -> usize {
        let at = &diagnostic.at;
        let Some((file, sheet)) = at.file.as_deref().zip(at.sheet.as_deref()) else { return 0 };
        self.rows.get(&(file, sheet)).map_or(0, HashSet::len)
    }
}
