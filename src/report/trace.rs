//! The cells behind a figure: what each unit's comes to, each cell that speaks of it, what became of it, and the sum proved.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::base::amount::Amount;
use crate::base::cell::{CellRef, SheetName, Source};
use crate::base::diagnostic::{Diagnostic, Place, Severity};
use crate::base::period::{Calendar, Part, Period, Span};
use crate::base::record::{Collected, Figure, IndicatorId, OrgUnitId, Record, Said, When};
use crate::catalogue::Catalogue;
use crate::catalogue::indicator::Formula;
use crate::catalogue::register::Register;

use super::account::{Became, Line};
use super::aggregate::{Figures, Reckoner};
use super::explain;

/// What one indicator's figure rests on, in one window.
#[derive(Debug, Serialize)]
pub struct Trace {
    pub indicator: String,
    pub title: String,
    pub measure: String,
    pub period: String,
    /// Of whom: the office's unit, or the one asked for.
    pub scope: String,
    #[serde(serialize_with = "written")]
    pub value: Option<Amount>,
    /// What its cells come to; the same, or the program is wrong.
    #[serde(serialize_with = "written")]
    pub proved: Option<Amount>,
    /// Of a rate, the figures that it is reckoned from.
    pub of: Vec<Trace>,
    /// Of a rate, what of them it is the ratio of, and of how many units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<TraceRatio>,
    pub units: Vec<UnitTrace>,
    /// What could not be used on the sheets that speak of it.
    pub problems: Vec<TraceProblem>,
    #[serde(skip)]
    pub decimals: u32,
}

#[derive(Debug, Serialize)]
pub struct TraceRatio {
    #[serde(serialize_with = "plainly")]
    pub part: Amount,
    #[serde(serialize_with = "plainly")]
    pub whole: Amount,
    pub units: usize,
    /// Whether these are all that is known of both.
    pub all: bool,
}

#[derive(Debug, Serialize)]
pub struct UnitTrace {
    pub unit: String,
    #[serde(serialize_with = "written")]
    pub value: Option<Amount>,
    pub cells: Vec<TraceCell>,
}

#[derive(Debug, Serialize)]
pub struct TraceCell {
    pub file: String,
    pub sheet: String,
    pub cell: String,
    pub period: String,
    /// What stands there, in the indicator's measure.
    #[serde(serialize_with = "written")]
    pub written: Option<Amount>,
    /// How much of it is counted.
    #[serde(serialize_with = "written")]
    pub counted: Option<Amount>,
    pub became: &'static str,
    /// The same in words.
    #[serde(skip)]
    pub words: String,
}

#[derive(Debug, Serialize)]
pub struct TraceProblem {
    pub code: &'static str,
    pub place: String,
    pub message: String,
}

/// What became of one cell.
#[derive(Debug, Serialize)]
pub struct CellTrace {
    pub place: String,
    /// What it was taken for.
    pub role: Option<String>,
    /// The list that its row is an entry of, and the field that it fills there.
    pub listed: Option<(String, Option<String>)>,
    pub uses: Vec<CellUse>,
    /// Why something else counts in its place.
    pub set_aside: Option<String>,
    pub problems: Vec<TraceProblem>,
}

#[derive(Debug, Serialize)]
pub struct CellUse {
    pub indicator: String,
    pub title: String,
    pub unit: String,
    pub window: String,
    pub cell: TraceCell,
    #[serde(skip)]
    pub decimals: u32,
}

fn written<S: serde::Serializer>(amount: &Option<Amount>, serializer: S) -> Result<S::Ok, S::Error> {
    match amount {
        Some(amount) => serializer.serialize_some(&amount.normalize().to_string()),
        None => serializer.serialize_none(),
    }
}

fn plainly<S: serde::Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&amount.normalize().to_string())
}

/// What is traced: all that was read, and the window.
pub struct Tracing<'a> {
    pub collected: &'a Collected,
    pub register: &'a Register,
    pub catalogue: &'a Catalogue,
    pub calendar: &'a Calendar,
    pub span: Span,
}

impl Tracing<'_> {
    /// `unit`: it and all below it; else the office's own.
    pub fn traces(&self, wanted: &[IndicatorId], unit: Option<OrgUnitId>) -> Vec<Trace> {
        let reckoner = Reckoner::new(self.collected, self.register, self.catalogue, self.calendar);
        let mut account: BTreeSet<IndicatorId> = wanted.iter().copied().collect();
        for &id in wanted {
            if let Formula::Ratio { of, to } = &self.catalogue.indicator(id).formula {
                account.insert(*of);
                account.extend(to);
            }
        }
        let (figures, lines) = reckoner.account(self.span, &account);
        let scope = unit.unwrap_or(self.register.root);
        let units: Vec<OrgUnitId> = self.register.ids().filter(|&unit| self.register.is_within(unit, scope)).collect();
        wanted.iter().map(|&id| self.indicator(id, scope, &units, &figures, &lines, &reckoner)).collect()
    }

    /// What became of one cell: in the window, or in every year that it speaks of.
    pub fn of_cell(&self, sheet: &SheetName, cell: CellRef, span: Option<Span>) -> CellTrace {
        let here = |source: &Source| *source.sheet == *sheet && source.cell == cell;
        let in_row = |record: &Record| *record.sheet == *sheet && record.row == cell.row;
        let aside = &self.collected.aside;
        let figures: Vec<&Figure> = self.collected.figures.iter().filter(|figure| here(&figure.source)).collect();
        let records: Vec<&Record> = self.collected.records.iter().filter(|record| in_row(record)).collect();
        let set_aside = aside.iter().find(|aside| match &aside.said {
            Said::Figure(figure) => here(&figure.source),
            Said::Record(record) => in_row(record),
        });
        let mut wanted: BTreeSet<IndicatorId> = figures.iter().map(|figure| figure.indicator).collect();
        wanted.extend(records.iter().flat_map(|record| self.catalogue.indicators_of(record.form)));
        let reckoner = Reckoner::new(self.collected, self.register, self.catalogue, self.calendar);
        let year = |year: i32| Span::Named(Period::new(year, Part::Year));
        let of = |span: Span| span.window(self.calendar).to;
        let years =
            figures.iter().map(|figure| of(figure.period)).chain(records.iter().map(|record| match record.when {
                When::Day(day) => day,
                When::Within(span) => of(span),
            }));
        let years: BTreeSet<i32> = years.map(|day| self.calendar.month_of(day).0).collect();
        let spans: Vec<Span> = span.map_or_else(|| years.iter().map(|&at| year(at)).collect(), |span| vec![span]);
        let mut uses = Vec::new();
        for span in spans {
            let (_, lines) = reckoner.account(span, &wanted);
            let own = lines.iter().filter(|line| match line.of_record {
                true => *line.source.sheet == *sheet && line.source.cell.row == cell.row,
                false => here(&line.source),
            });
            for line in own {
                let indicator = self.catalogue.indicator(line.indicator);
                uses.push(CellUse {
                    indicator: indicator.id.clone(),
                    title: indicator.title.clone(),
                    unit: self.register.unit(line.unit).name.clone(),
                    window: span.title(),
                    decimals: indicator.decimals,
                    cell: self.cell(line, indicator.decimals),
                });
            }
        }
        let understood = self.collected.understood.iter().find(|understood| *understood.name == *sheet);
        let listed = records.first().map(|record| {
            let form = self.catalogue.form(record.form);
            let field = record.items.iter().find(|(.., col)| *col == cell.col);
            let title = field.map(|(field, ..)| self.catalogue.field(record.form, *field).title.clone());
            (form.title.clone(), title)
        });
        let at = |diagnostic: &&Diagnostic| {
            let at = &diagnostic.at;
            let area = at.area.is_some_and(|area| {
                (area.from.row..=area.to.row).contains(&cell.row) && (area.from.col..=area.to.col).contains(&cell.col)
            });
            at.file.as_deref() == Some(&*sheet.file) && at.sheet.as_deref() == Some(&*sheet.sheet) && area
        };
        CellTrace {
            place: Place::cell(sheet, cell).to_string(),
            role: understood.map(|understood| explain::cell(understood, cell, self.catalogue)),
            listed,
            uses,
            set_aside: set_aside.map(|aside| aside.because.problem.message()),
            problems: self.collected.diagnostics.iter().filter(at).map(problem).collect(),
        }
    }

    fn indicator(
        &self,
        id: IndicatorId,
        scope: OrgUnitId,
        units: &[OrgUnitId],
        figures: &Figures,
        lines: &[Line],
        reckoner: &Reckoner,
    ) -> Trace {
        let indicator = self.catalogue.indicator(id);
        let value = figures.value(self.catalogue, id, units, figures.stretch);
        let of = match &indicator.formula {
            Formula::Ratio { of, to } => {
                let sides = std::iter::once(*of).chain(to.iter().copied());
                sides.map(|side| self.indicator(side, scope, units, figures, lines, reckoner)).collect()
            }
            _ => Vec::new(),
        };
        let ratio = match &indicator.formula {
            Formula::Ratio { of, to } => self.ratio(*of, to, units, figures),
            _ => None,
        };
        let speaking: BTreeSet<OrgUnitId> = figures.speaking(indicator, id, units).iter().copied().collect();
        let mut shown = Vec::new();
        let mut proved: Option<Amount> = None;
        for &unit in units.iter().filter(|_| !indicator.is_rate()) {
            let from = lines.partition_point(|line| (line.indicator, line.unit) < (id, unit));
            let own = || lines[from..].iter().take_while(|line| (line.indicator, line.unit) == (id, unit));
            let mut counted = own().filter_map(|line| match line.became {
                Became::Counted(amount) => Some(amount),
                _ => None,
            });
            let value = figures.value(self.catalogue, id, &[unit], figures.stretch);
            if value.is_some() && speaking.contains(&unit) {
                proved = counted.try_fold(proved.unwrap_or_default(), |sum, amount| sum.checked_add(amount));
            }
            let mut cells: Vec<TraceCell> = own().map(|line| self.cell(line, indicator.decimals)).collect();
            cells.extend(reckoner.aside(self.span, id, unit).map(|(line, because)| {
                let words = format!("không tính: {}", because.problem.message());
                TraceCell {
                    words,
                    counted: None,
                    became: because.problem.code(),
                    ..self.cell(&line, indicator.decimals)
                }
            }));
            if value.is_some() || !cells.is_empty() {
                shown.push(UnitTrace { unit: self.register.unit(unit).name.clone(), value, cells });
            }
        }
        Trace {
            indicator: indicator.id.clone(),
            title: indicator.title.clone(),
            measure: indicator.measure.symbol.to_string(),
            period: self.span.title(),
            scope: self.register.unit(scope).name.clone(),
            value,
            proved,
            of,
            ratio,
            problems: self.problems(&shown),
            units: shown,
            decimals: indicator.decimals,
        }
    }

    fn ratio(&self, of: IndicatorId, to: &[IndicatorId], units: &[OrgUnitId], figures: &Figures) -> Option<TraceRatio> {
        let at = figures.stretch;
        let (part, whole) = figures.ratio(self.catalogue, of, to, units, at)?;
        let known = |&&unit: &&OrgUnitId| figures.ratio(self.catalogue, of, to, &[unit], at).is_some();
        let mut wholes = to.iter().filter_map(|&id| figures.value(self.catalogue, id, units, at));
        let wholes = wholes.try_fold(Amount::ZERO, |sum, amount| sum.checked_add(amount));
        let all = figures.value(self.catalogue, of, units, at) == Some(part) && wholes == Some(whole);
        Some(TraceRatio { part, whole, units: units.iter().filter(known).count(), all })
    }

    fn cell(&self, line: &Line, decimals: u32) -> TraceCell {
        let (became, words) = said(line, decimals);
        TraceCell {
            file: line.source.sheet.file.to_string(),
            sheet: line.source.sheet.sheet.to_string(),
            cell: line.source.cell.to_string(),
            period: line.period.clone(),
            written: Some(line.written),
            counted: match line.became {
                Became::Counted(amount) => Some(amount),
                _ => None,
            },
            became,
            words,
        }
    }

    /// The errors on the sheets that a figure's cells stand on: what may be missing from it.
    fn problems(&self, units: &[UnitTrace]) -> Vec<TraceProblem> {
        let sheets: BTreeSet<(&str, &str)> =
            units.iter().flat_map(|unit| &unit.cells).map(|cell| (&*cell.file, &*cell.sheet)).collect();
        let concerns = |diagnostic: &&Diagnostic| {
            let at = &diagnostic.at;
            let here = at.file.as_deref().zip(at.sheet.as_deref());
            diagnostic.severity() == Severity::Error && here.is_some_and(|here| sheets.contains(&here))
        };
        let found = self.collected.diagnostics.iter().filter(concerns);
        found.map(problem).collect()
    }
}

/// What became of a cell: for programs, and in words.
pub fn said(line: &Line, decimals: u32) -> (&'static str, String) {
    let shown = |amount: Amount| crate::base::amount::vietnamese(amount, decimals.max(amount.scale()));
    match line.became {
        Became::Counted(amount) if amount == line.written => ("counted", "được tính".to_owned()),
        Became::Counted(amount) => {
            ("counted", format!("tính {}, là phần chưa có trong các kỳ nhỏ hơn hoặc các kỳ trước", shown(amount)))
        }
        Became::Subtracted => ("subtracted", "được trừ ra khỏi số lũy kế sau".to_owned()),
        Became::Part => ("part", "một phần của tổng số, để phân loại".to_owned()),
        Became::Witness => ("witness", "khớp với số được tính, không cộng thêm".to_owned()),
        Became::Differs => ("differs", "khác với số được tính, không cộng".to_owned()),
        Became::Conflicts => ("conflicts", "khác với số khác của cùng kỳ, chưa tính số nào".to_owned()),
        Became::Across => ("across", "nằm vắt qua kỳ của số khác, không cộng".to_owned()),
        Became::Replaced => ("replaced", "không cộng, vì số của cả kỳ nhỏ hơn tổng các phần".to_owned()),
        Became::NotNeeded => ("not-needed", "không cần dùng, đã có số tốt hơn".to_owned()),
        Became::Partly => ("partly", "chỉ nằm một phần trong kỳ báo cáo, không tính".to_owned()),
        Became::OtherMoment => ("other-moment", "số của thời điểm khác, không phải cuối (đầu) kỳ".to_owned()),
        Became::Total => ("total", "số tổng, khác với tổng các đơn vị, không cộng".to_owned()),
    }
}

fn problem(diagnostic: &Diagnostic) -> TraceProblem {
    TraceProblem {
        code: diagnostic.problem.code(),
        place: diagnostic.at.to_string(),
        message: diagnostic.problem.message(),
    }
}
