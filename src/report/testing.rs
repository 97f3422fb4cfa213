//! A small catalogue, register and data set for tests: dialogues and petitions of a district with three communes.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;

use crate::base::amount::Amount;
use crate::base::cell::{CellRef, SheetName, Source};
use crate::base::diagnostic::Diagnostic;
use crate::base::measure::Measure;
use crate::base::period::{Calendar, Part, Period, Span};
use crate::base::record::*;
use crate::catalogue::Catalogue;
use crate::catalogue::form::*;
use crate::catalogue::indicator::*;
use crate::catalogue::outline::Outline;
use crate::catalogue::register::*;

use super::aggregate::{Figures, Reckoner};
use super::edition::Editions;
use super::{Options, RecordSheets};

pub fn civil() -> Calendar {
    Calendar { id: "civil".into(), title: "Năm dương lịch".into(), first_day: 1, months_before: 0 }
}

fn measure(id: &str) -> Measure {
    Measure { id: id.into(), symbol: id.into(), dimension: id.into(), factor: Amount::ONE, large: None, counted: true }
}

fn field(id: &str, title: &str, kind: FieldKind) -> Field {
    Field {
        id: id.into(),
        title: title.into(),
        names: vec![],
        kind,
        personal: false,
        categories: vec![],
        absent: None,
        assumed: None,
        implied: None,
        subject: false,
        code: false,
        examples: vec![],
        titled: false,
    }
}

fn categories(pairs: &[(&str, &str)]) -> Vec<Category> {
    pairs
        .iter()
        .map(|(id, title)| Category { id: (*id).into(), title: (*title).into(), names: vec![], sensitive: false })
        .collect()
}

fn form(id: &str, title: &str, heading: &str, fields: Vec<Field>) -> Form {
    Form {
        id: id.into(),
        title: title.into(),
        heading: heading.into(),
        names: vec![],
        filler: vec![],
        everyday: false,
        everyday_lists: false,
        fields,
        blank: vec![],
        identities: vec![],
    }
}

/// Made once.
pub fn catalogue() -> Catalogue {
    static MADE: LazyLock<Catalogue> = LazyLock::new(make);
    MADE.clone()
}

fn make() -> Catalogue {
    use FieldKind::*;
    let dialogue = form(
        "dialogue",
        "Đối thoại",
        "Công tác tiếp xúc, đối thoại với Nhân dân",
        vec![
            field("date", "Ngày", Date),
            Field {
                categories: categories(&[("regular", "Định kỳ"), ("ad_hoc", "Đột xuất")]),
                ..field("kind", "Hình thức", Category)
            },
            Field { absent: Some(Absent::One), ..field("sessions", "Số cuộc", Number) },
            field("participants", "Người dự", Number),
            field("opinions", "Ý kiến", Number),
            field("answered", "Đã trả lời", Number),
            Field { personal: true, ..field("host", "Người chủ trì", Text) },
        ],
    );
    let petition = form(
        "petition",
        "Kiến nghị, đơn thư",
        "Tiếp nhận, giải quyết kiến nghị, đơn thư",
        vec![
            field("received_on", "Ngày nhận", Date),
            Field {
                assumed: Some((FieldId(0), vec![Condition::Is(FieldId(3), vec![CategoryId(0)])])),
                ..field("resolved_on", "Ngày giải quyết", Date)
            },
            field("due_on", "Hạn giải quyết", Date),
            Field {
                categories: categories(&[("resolved", "Đã giải quyết"), ("open", "Đang giải quyết")]),
                implied: Some((FieldId(1), CategoryId(0))),
                ..field("status", "Tình trạng", Category)
            },
            Field { absent: Some(Absent::One), ..field("received", "Số đơn", Number) },
        ],
    );
    let (f, c) = (FieldId, CategoryId);
    let sum = |field| Formula::Sum { field: f(field), on: None, conditions: vec![] };
    let edges = |conditions| Formula::Sum { field: f(4), on: None, conditions };
    let mut indicators = Vec::new();
    let mut add = |form: u16, id: &str, title: &str, of: &str, over_time, formula| {
        indicators.push(Indicator {
            id: id.into(),
            form: FormId(form),
            title: title.into(),
            short: title.into(),
            measure: measure(of),
            decimals: if of == "%" { 1 } else { 0 },
            fractions: false,
            reported: true,
            over_time,
            over_units: true,
            formula,
            names: vec![],
            within: vec![],
            also: vec![],
            fits: vec![],
            beside: vec![],
            plan_of: None,
            measures: vec![],
        });
    };
    use OverTime::*;
    let ratio =
        |of, to: &[u16]| Formula::Ratio { of: IndicatorId(of), to: to.iter().map(|&id| IndicatorId(id)).collect() };
    add(0, "dialogue.sessions", "Số cuộc đối thoại", "cuộc", Sum, sum(2));
    add(0, "dialogue.participants", "Lượt người dự", "lượt người", Sum, sum(3));
    add(0, "dialogue.opinions", "Ý kiến, kiến nghị", "ý kiến", Sum, sum(4));
    add(0, "dialogue.answered", "Ý kiến đã trả lời", "ý kiến", Sum, sum(5));
    add(0, "dialogue.answer_rate", "Tỷ lệ trả lời", "%", Ratio, ratio(3, &[2]));
    let resolved = || Condition::Is(f(3), vec![c(0)]);
    add(
        1,
        "petition.opening",
        "Kỳ trước chuyển sang",
        "đơn",
        First,
        edges(vec![Condition::Before(f(0), Edge::Start), Condition::NotBefore(f(1), Edge::Start)]),
    );
    add(1, "petition.received", "Tiếp nhận trong kỳ", "đơn", Sum, sum(4));
    add(
        1,
        "petition.resolved",
        "Đã giải quyết",
        "đơn",
        Sum,
        Formula::Sum { field: f(4), on: Some(f(1)), conditions: vec![resolved()] },
    );
    add(
        1,
        "petition.pending",
        "Đang giải quyết",
        "đơn",
        Last,
        edges(vec![Condition::Before(f(0), Edge::End), Condition::NotBefore(f(1), Edge::End)]),
    );
    add(
        1,
        "petition.overdue",
        "Quá hạn",
        "đơn",
        Last,
        edges(vec![Condition::Before(f(2), Edge::End), Condition::NotBefore(f(1), Edge::End)]),
    );
    add(1, "petition.resolved_rate", "Tỷ lệ giải quyết", "%", Ratio, ratio(7, &[5, 6]));
    let builtin = crate::catalogue::load::catalogue(&[]).expect("its own tests hold it");
    Catalogue { forms: vec![dialogue, petition], calendars: vec![civil()], indicators, ..builtin }
}

pub fn indicator(catalogue: &Catalogue, id: &str) -> IndicatorId {
    catalogue.indicator_named(id).expect("the test's catalogue has it")
}

/// Unit 0 is the district, 1 to 3 its communes.
pub fn register() -> Register {
    let unit = |code: &str, name: &str, level: &str, parent: Option<u32>| OrgUnit {
        code: code.into(),
        name: name.into(),
        level: level.into(),
        parent: parent.map(OrgUnitId),
        valid_from: None,
        valid_to: None,
        merged_into: None,
        other_names: vec![],
    };
    Register {
        units: vec![
            unit("BY", "Huyện Bảo Yên", "huyện", None),
            unit("BY01", "Thị trấn Phố Ràng", "thị trấn", Some(0)),
            unit("BY02", "Xã Bảo Hà", "xã", Some(0)),
            unit("BY03", "Xã Kim Sơn", "xã", Some(0)),
        ],
        origin: Origin::File,
        root: OrgUnitId(0),
    }
}

/// Gathers what a reading would yield; each unit's list of a form is a sheet, each stated figure a cell.
#[derive(Default)]
pub struct Data {
    records: Vec<Record>,
    figures: Vec<Figure>,
    covered: BTreeMap<(u16, u32), Vec<(i32, u32)>>,
}

fn sheet(form: u16, unit: u32) -> Arc<SheetName> {
    Arc::new(SheetName { file: format!("du-lieu/{unit}.xlsx").into(), sheet: format!("Biểu {form}").into() })
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl Data {
    fn record(&mut self, form: u16, unit: u32, when: &str, columns: &[u16], items: Vec<(u16, Option<Item>)>) {
        let row = self.records.len() as u32 + 4;
        self.records.push(Record {
            form: FormId(form),
            org_unit: OrgUnitId(unit),
            when: When::Day(day(when)),
            sheet: sheet(form, unit),
            row,
            columns: columns.iter().map(|&field| FieldId(field)).collect(),
            items: items
                .into_iter()
                .filter_map(|(f, item)| item.map(|item| (FieldId(f), item, u32::from(f) + 1)))
                .collect(),
        });
    }

    /// `kind`: 0 regular, 1 ad hoc.
    pub fn dialogue(
        &mut self,
        unit: u32,
        when: &str,
        participants: Option<i64>,
        opinions: Option<i64>,
        answered: Option<i64>,
        kind: Option<u16>,
    ) {
        let number = |amount: Option<i64>| amount.map(|amount| Item::Number(amount.into()));
        let items = vec![
            (0, Some(Item::Date(day(when)))),
            (1, kind.map(|kind| Item::Category(CategoryId(kind)))),
            (3, number(participants)),
            (4, number(opinions)),
            (5, number(answered)),
            (6, Some(Item::Filled(0))),
        ];
        self.record(0, unit, when, &[0, 1, 3, 4, 5, 6], items);
    }

    pub fn petition(&mut self, unit: u32, when: &str, resolved_on: Option<&str>, due_on: Option<&str>, resolved: bool) {
        let items = vec![
            (0, Some(Item::Date(day(when)))),
            (1, resolved_on.map(|on| Item::Date(day(on)))),
            (2, due_on.map(|on| Item::Date(day(on)))),
            (3, Some(Item::Category(CategoryId(if resolved { 0 } else { 1 })))),
        ];
        self.record(1, unit, when, &[0, 1, 2, 3], items);
    }

    pub fn covers(&mut self, form: u16, unit: u32, year: i32, months: RangeInclusive<u32>) {
        self.covered.entry((form, unit)).or_default().extend(months.map(|month| (year, month)));
    }

    fn figure(&mut self, id: &str, unit: u32, period: Span, amount: i64, standing: Standing, category: Option<u16>) {
        let catalogue = catalogue();
        let cell = CellRef::new(self.figures.len() as u32 + 2, 3);
        let file = if standing == Standing::Total { "du-lieu/toan-huyen.xlsx" } else { "du-lieu/tong-hop.xlsx" };
        let sheet = Arc::new(SheetName { file: file.into(), sheet: "Tổng hợp".into() });
        self.figures.push(Figure {
            indicator: indicator(&catalogue, id),
            org_unit: OrgUnitId(unit),
            period,
            categories: category.map(|category| (FieldId(1), CategoryId(category))).into_iter().collect(),
            standing,
            telling: Telling::Own,
            value: Stated::Value(amount.into()),
            source: Source { sheet, cell },
        });
    }

    pub fn state(&mut self, id: &str, unit: u32, period: Span, amount: i64) {
        self.figure(id, unit, period, amount, Standing::Data, None);
        let form = catalogue().indicator(indicator(&catalogue(), id)).form;
        let months = period.months(&civil());
        self.covered.entry((form.0 + 100, unit)).or_default().extend(months);
    }

    pub fn part(&mut self, id: &str, unit: u32, period: Span, category: u16, amount: i64) {
        self.figure(id, unit, period, amount, Standing::Data, Some(category));
    }

    pub fn total(&mut self, id: &str, unit: u32, period: Span, amount: i64) {
        self.figure(id, unit, period, amount, Standing::Total, None);
    }

    /// A list's sheet that covers months and holds no row is a list in which nothing happened, unless figures stand there.
    pub fn done(&self) -> Collected {
        let mut submissions: Vec<Submission> = Vec::new();
        for (&(form, unit), months) in &self.covered {
            let stated = form >= 100 || (self.records.is_empty() && !self.figures.is_empty());
            let form = form % 100;
            let sheet = match stated {
                true => Arc::new(SheetName { file: "du-lieu/tong-hop.xlsx".into(), sheet: "Tổng hợp".into() }),
                false => sheet(form, unit),
            };
            let listed = |r: &Record| r.form == FormId(form) && r.org_unit == OrgUnitId(unit);
            let nil = !stated && !self.records.iter().any(listed);
            let mut months = months.clone();
            months.sort();
            months.dedup();
            submissions.push(Submission {
                org_unit: OrgUnitId(unit),
                form: FormId(form),
                months,
                nil,
                open: false,
                sheet,
            });
        }
        // A list reports at least the months of its rows.
        for record in &self.records {
            let When::Day(day) = record.when else { continue };
            let months = vec![civil().month_of(day)];
            let (org_unit, form, sheet) = (record.org_unit, record.form, record.sheet.clone());
            submissions.push(Submission { org_unit, form, months, nil: false, open: true, sheet });
        }
        let file = |path: &str, records| FileRead {
            path: path.into(),
            blake3: "0123456789abcdef".repeat(4),
            records,
            read: true,
            org_unit: None,
            period: None,
        };
        Collected {
            records: self.records.clone(),
            figures: self.figures.clone(),
            submissions,
            files: vec![file("du-lieu/1.xlsx", self.records.len()), file("du-lieu/tong-hop.xlsx", self.figures.len())],
            ..Collected::default()
        }
    }
}

/// A report of a period as an office asks for it, the year before beside it.
pub fn options<'o>(span: Span, calendar: &'o Calendar, outline: &'o Outline) -> Options<'o> {
    Options {
        span,
        calendar,
        level: None,
        compare: true,
        records: RecordSheets::Auto,
        public: false,
        today: day("2024-01-10"),
        outline,
        editions: Editions::default(),
    }
}

pub const YEAR: Span = Span::Named(Period { year: 2023, part: Part::Year });

pub fn month(month: u8) -> Span {
    Span::Named(Period::new(2023, Part::Month(month)))
}

pub fn quarter(quarter: u8) -> Span {
    Span::Named(Period::new(2023, Part::Quarter(quarter)))
}

/// The figures of the year, and what was found wrong on the way.
pub fn reckoned(collected: &Collected, check: impl FnOnce(&Catalogue, &Figures, &[Diagnostic])) {
    let (catalogue, register, calendar) = (catalogue(), register(), civil());
    let reckoner = Reckoner::new(collected, &register, &catalogue, &calendar);
    let (figures, diagnostics) = reckoner.figures(YEAR);
    check(&catalogue, &figures, &diagnostics);
}

/// What some units come to in the year.
pub fn value(collected: &Collected, id: &str, units: &[u32]) -> Option<Amount> {
    let mut value = None;
    let units: Vec<OrgUnitId> = units.iter().map(|&unit| OrgUnitId(unit)).collect();
    reckoned(collected, |catalogue, figures, _| {
        value = figures.value(catalogue, indicator(catalogue, id), &units, figures.stretch);
    });
    value
}

pub fn codes(collected: &Collected) -> Vec<&'static str> {
    let mut codes = Vec::new();
    reckoned(collected, |_, _, diagnostics| codes.extend(diagnostics.iter().map(|d| d.problem.code())));
    codes
}
