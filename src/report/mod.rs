//! Records and figures → the neutral document.
//!
//! Takes what was read, the register, the catalogue and the settings; gives the document, the figures for programs, and the
//! problems that only reckoning can find. Nothing here knows a form, an indicator, a unit or a file format.

pub mod account;
pub mod aggregate;
pub mod blank;
mod coverage;
mod cumulative;
mod data;
pub mod document;
pub mod edition;
pub mod explain;
mod parts;
mod periods;
pub mod reply;
mod sent;
mod settle;
mod sheets;
pub mod start;
pub mod status;
mod stretch;
mod targets;
#[cfg(test)]
mod testing;
mod text;
mod tidy;
pub mod trace;
mod units;
mod view;

use chrono::NaiveDate;

use crate::base::diagnostic::{Diagnostic, Problem};
use crate::base::period::{Calendar, Part, Period, Span, Window};
use crate::base::record::{Collected, OrgUnitId};
use crate::catalogue::Catalogue;
use crate::catalogue::outline::Outline;
use crate::catalogue::register::Register;
use crate::catalogue::settings::Settings;

use aggregate::Reckoner;
use document::{Data, Document, Sheet};
use edition::Editions;
use edition::bridge::Bridge;
use targets::Targets;
use view::{Reckoned, View};

/// Whether the workbook holds the records themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordSheets {
    /// Up to 50,000 records.
    Auto,
    Always,
    Never,
}

/// What is asked of a report.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    pub span: Span,
    pub calendar: &'a Calendar,
    /// The level of units shown, by the register's own names.
    pub level: Option<&'a str>,
    /// Whether the same window a year earlier is set beside it.
    pub compare: bool,
    pub records: RecordSheets,
    /// For readers outside the office: of denunciations only what the whole unit had in whole years (Luật Tố cáo 2018, Điều 9).
    pub public: bool,
    pub today: NaiveDate,
    pub outline: &'a Outline,
    /// What the office published before.
    pub editions: Editions<'a>,
}

/// A report in both its forms.
#[derive(Debug)]
pub struct Reported {
    pub document: Document,
    pub data: Data,
    /// What only reckoning can find; the document and the data hold these and the reading's.
    pub diagnostics: Vec<Diagnostic>,
    /// What changed since an edition, for the terminal.
    pub remarks: Vec<String>,
}

/// Reckons and builds the report of one window. An error is a mistake in a template of the office's.
pub fn report(
    collected: &Collected,
    register: &Register,
    catalogue: &Catalogue,
    settings: &Settings,
    options: &Options,
) -> anyhow::Result<Reported> {
    let (view, found) = view(collected, register, catalogue, settings, options);
    let document = Document {
        title: text::title(&view),
        created: view.now.window.to,
        text: text::text(&view)?,
        sheets: sheets::sheets(&view),
        summary: sheets::summary(&view),
    };
    let mut remarks = view.bridge.as_ref().map(sheets::remarks).unwrap_or_default();
    remarks.extend(sheets::unknown_units(&view));
    Ok(Reported { document, data: data::data(&view), diagnostics: found, remarks })
}

/// Whether a report of the window shows a unit in a row of its own.
pub fn is_shown(
    collected: &Collected,
    register: &Register,
    level: Option<&str>,
    window: Window,
    unit: OrgUnitId,
) -> bool {
    let known = collected.submissions.iter().map(|sent| sent.org_unit).collect();
    units::shown(register, level, window, &known).iter().any(|row| row.unit == unit && !row.own)
}

/// All that a report is made from, and what only reckoning can find.
fn view<'a>(
    collected: &'a Collected,
    register: &'a Register,
    catalogue: &'a Catalogue,
    settings: &'a Settings,
    options: &'a Options<'a>,
) -> (View<'a>, Vec<Diagnostic>) {
    let reckoner = Reckoner::new(collected, register, catalogue, options.calendar);
    let (now, mut found) = reckoner.figures(options.span);
    let to_date = targets::to_date(options.span, options.calendar).map(|span| reckoner.figures(span));
    let to_date = to_date.map(|(to_date, problems)| {
        // What is wrong from the year's start on is wrong in its sum, too.
        found.extend(problems.into_iter().filter(|problem| !found.contains(problem)).collect::<Vec<_>>());
        to_date
    });
    let wanted = options.compare && !matches!(options.span, Span::Years(..));
    let earlier = options.span.a_year_earlier();
    let compares = wanted && reckoner.knows_of(earlier.window(options.calendar));
    let before = compares.then(|| reckoner.figures(earlier));
    let before = before.filter(|(before, _)| !before.is_empty()).map(|(mut before, problems)| {
        let remembers = before.comparable_with(&now, catalogue);
        // What lies across that window's edge, or has no date of its own, matters to its own report.
        let matters =
            |problem: &Problem| !matches!(problem, Problem::PartlyInside { .. } | Problem::DateOfEventMissing { .. });
        let matters = |problem: &Problem| match problem {
            Problem::RememberedUsed { .. } => remembers,
            problem => matters(problem),
        };
        found.extend(problems.into_iter().filter(|diagnostic| matters(&diagnostic.problem)));
        before
    });
    // An office that kept only its edition of last year has its comparison all the same.
    let previous = options.editions.previous.filter(|_| wanted);
    let published = previous.filter(|_| before.is_none());
    let (before, published) = match published {
        Some(edition) => {
            let (figures, published) = edition::published(edition, register, catalogue, options);
            (Some(figures), Some(published))
        }
        None => (before, None),
    };
    let bridge = options.editions.against.zip(options.editions.head.as_ref()).filter(|_| !options.public);
    let bridge = bridge.map(|(against, head)| {
        let taken = edition::taken(collected, register, catalogue, options, head);
        Bridge::between(against, &taken, &edition::shown(against, catalogue))
    });
    let mut known = now.units();
    known.extend(before.iter().flat_map(|before| before.units()));
    let rows = units::shown(register, options.level, now.window, &known);
    let all = rows.iter().flat_map(|row| row.members.iter().copied()).collect();
    let (targets, problems) = Targets::new(collected, register, catalogue, options.span);
    found.extend(problems);
    // Which commune's file says what is nobody's outside.
    let told = collected.diagnostics.iter().chain(&found).filter(|_| !options.public);
    let mut diagnostics: Vec<Diagnostic> = told.cloned().collect();
    diagnostics.sort_by(|a, b| (&a.at, a.severity()).cmp(&(&b.at, b.severity())));
    let view = View {
        collected,
        register,
        catalogue,
        settings,
        options,
        now,
        before,
        previous,
        published,
        bridge,
        to_date,
        targets,
        rows,
        reckoned: Reckoned::default(),
        all,
        diagnostics,
    };
    (view, found)
}

/// What changed since an edition, in a few lines.
pub fn bridge_remarks(bridge: &Bridge) -> Vec<String> {
    sheets::remarks(bridge)
}

/// What each unit is answered about its figures, and the office about what belongs to none of them.
pub fn replies(
    collected: &Collected,
    register: &Register,
    catalogue: &Catalogue,
    settings: &Settings,
    options: &Options,
    unit: Option<OrgUnitId>,
) -> (Vec<reply::Reply>, Vec<Diagnostic>) {
    let (view, found) = view(collected, register, catalogue, settings, options);
    (reply::replies(&view, unit), found)
}

/// What only reckoning can find wrong in a window, without its report.
pub fn found(
    collected: &Collected,
    register: &Register,
    catalogue: &Catalogue,
    settings: &Settings,
    options: &Options,
) -> Vec<Diagnostic> {
    view(collected, register, catalogue, settings, options).1
}

/// What reckoning finds wrong in any year, for a check that asks for no window.
pub fn problems(
    collected: &Collected,
    register: &Register,
    catalogue: &Catalogue,
    calendar: &Calendar,
) -> Vec<Diagnostic> {
    let reckoner = Reckoner::new(collected, register, catalogue, calendar);
    let years = reckoner.years().into_iter().map(|year| Span::Named(Period::new(year, Part::Year)));
    let found = years.flat_map(|span| reckoner.figures(span).1);
    // Across two years is across no edge that anyone asked for.
    found.filter(|diagnostic| !matches!(diagnostic.problem, Problem::PartlyInside { .. })).collect()
}

/// Everything read as tidy tables, for `danvan convert`.
pub fn records_table(collected: &Collected, register: &Register, catalogue: &Catalogue) -> Vec<Sheet> {
    tidy::sheets(collected, register, catalogue)
}

/// The tidy tables as a workbook.
pub fn records_document(sheets: Vec<Sheet>, created: NaiveDate) -> Document {
    let title = "Số liệu đã chuyển đổi".to_owned();
    let text = document::Text::default();
    Document { title, created, text, sheets, summary: document::Table::default() }
}

#[cfg(test)]
mod tests {
    use super::document::*;
    use super::testing::*;
    use super::*;
    use crate::base::amount::{Amount, percent};

    fn made(data: &testing::Data, span: Span, compare: bool, check: impl FnOnce(&Reported)) {
        let (catalogue, register, calendar, outline) = (catalogue(), register(), civil(), Outline::builtin());
        let mut settings = Settings::default();
        settings.report.weak_below.insert("dialogue.answer_rate".into(), 80.into());
        let options = Options { compare, ..options(span, &calendar, &outline) };
        check(&report(&data.done(), &register, &catalogue, &settings, &options).unwrap());
    }

    fn year(year: i32) -> Span {
        Span::Named(Period::new(year, Part::Year))
    }

    fn quarter(quarter: u8) -> Span {
        Span::Named(Period::new(2023, Part::Quarter(quarter)))
    }

    fn sample() -> testing::Data {
        let mut data = testing::Data::default();
        data.dialogue(1, "2022-03-01", Some(30), Some(5), Some(4), Some(0));
        data.dialogue(2, "2022-04-01", Some(30), Some(5), Some(4), Some(0));
        data.dialogue(1, "2023-01-15", Some(40), Some(6), Some(3), Some(0));
        data.dialogue(1, "2023-05-15", Some(1200), Some(4), Some(4), Some(1));
        data.dialogue(2, "2023-07-15", Some(60), Some(10), Some(9), Some(0));
        data.dialogue(0, "2023-08-15", Some(100), None, None, Some(1));
        data.petition(1, "2023-03-01", Some("2023-04-01"), None, true);
        data.petition(1, "2023-03-02", None, Some("2023-06-01"), false);
        data.state("petition.received", 2, quarter(2), 7);
        data.state("petition.resolved", 2, quarter(2), 5);
        data
    }

    /// What a spreadsheet would make of a formula.
    fn recalculated(table: &Table, formula: &Formula) -> Option<Amount> {
        let at = |&(row, col): &(usize, usize)| match table.rows[row].cells[col].value {
            CellValue::Number(amount, _) | CellValue::Percent(amount, _) => amount,
            _ => Amount::ZERO,
        };
        let sum = |cells: &[(usize, usize)]| cells.iter().map(at).sum::<Amount>();
        match formula {
            Formula::Sum(cells) => Some(sum(cells)),
            Formula::Difference(first, second) => Some(at(first) - at(second)),
            Formula::Percent(of, to) => percent(sum(of), sum(to)),
            Formula::Growth(first, second) => percent(at(first) - at(second), at(second)),
        }
    }

    #[test]
    fn links_charts_and_colours_refer_to_what_is_there() {
        made(&sample(), year(2023), true, |reported| {
            let sheets = &reported.document.sheets;
            let table =
                |key: &str, at: usize| sheets.iter().find(|sheet| sheet.key == key).map(|sheet| &sheet.tables[at]);
            let mut links: Vec<&Link> =
                sheets.iter().flat_map(|sheet| sheet.ways.iter().map(|(_, link)| link)).collect();
            let cells = sheets.iter().flat_map(|sheet| &sheet.tables).flat_map(|table| &table.rows);
            links.extend(cells.flat_map(|row| &row.cells).filter_map(|cell| cell.link.as_deref()));
            assert!(links.len() >= sheets.len(), "{links:?}");
            for link in links {
                let (at, row, col) = link.cell.unwrap_or_default();
                let table = table(&link.sheet, at).unwrap_or_else(|| panic!("no {link:?}"));
                assert!(row < table.rows.len().max(1) && col < table.columns.len().max(1), "{link:?}");
            }
            let charts: Vec<&Chart> = sheets.iter().flat_map(|sheet| &sheet.charts).collect();
            assert!(!charts.is_empty() && sheets.iter().any(|sheet| !sheet.marks.is_empty()));
            for chart in charts {
                let table = table(&chart.sheet, chart.table).unwrap_or_else(|| panic!("no {}", chart.sheet));
                let (rows, columns) = (table.rows.len(), table.columns.len());
                let fits = match &chart.drawn {
                    Drawn::Rows { rows: of, names, series } => {
                        of.end <= rows && series.iter().chain([names]).all(|col| *col < columns)
                    }
                    Drawn::Columns { columns: of, names, series } => {
                        of.end <= columns && *names < columns && series.iter().all(|row| *row < rows)
                    }
                };
                assert!(fits, "{chart:?}");
            }
        });
    }

    #[test]
    fn every_formula_gives_the_figure_stored_beside_it() {
        for span in [year(2023), quarter(2), year(2021)] {
            made(&sample(), span, true, |reported| {
                let mut formulas = 0;
                for table in reported.document.sheets.iter().flat_map(|sheet| &sheet.tables) {
                    for row in &table.rows {
                        assert!(row.cells.len() <= table.columns.len());
                        for cell in &row.cells {
                            let Some(formula) = &cell.formula else { continue };
                            formulas += 1;
                            let (CellValue::Number(value, _) | CellValue::Percent(value, _)) = cell.value else {
                                panic!("{cell:?}")
                            };
                            assert_eq!(recalculated(table, formula), Some(value), "{formula:?}");
                        }
                    }
                }
                assert!(formulas > 20 || span == year(2021));
            });
        }
    }

    #[test]
    fn sheets_have_names_that_a_workbook_takes() {
        made(&sample(), year(2023), true, |reported| {
            let names: Vec<&str> = reported.document.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
            assert_eq!(
                names,
                [
                    "Tổng hợp",
                    "Theo đơn vị",
                    "Theo tháng",
                    "Theo quý",
                    "Đối thoại",
                    "Kiến nghị, đơn thư",
                    "Tình hình gửi báo cáo",
                    "Dữ liệu đối thoại",
                    "Dữ liệu kiến nghị, đơn thư",
                    "Kiểm tra số liệu",
                    "Thuyết minh"
                ]
            );
        });
    }

    #[test]
    fn every_link_leads_to_a_sheet_and_a_public_workbook_names_no_file() {
        let (catalogue, register, calendar, outline) = (catalogue(), register(), civil(), Outline::builtin());
        let mut data = sample();
        // Two figures of which neither counts lead to the problems, where there are any.
        data.state("petition.received", 3, year(2023), 5);
        data.state("petition.received", 3, year(2023), 6);
        for public in [false, true] {
            let options = Options { public, ..options(year(2023), &calendar, &outline) };
            let reported = report(&data.done(), &register, &catalogue, &Settings::default(), &options).unwrap();
            let sheets = &reported.document.sheets;
            let rows = sheets.iter().flat_map(|sheet| &sheet.tables).flat_map(|table| &table.rows);
            let links = rows.clone().flat_map(|row| &row.cells).filter_map(|cell| cell.link.as_deref());
            let links: Vec<&Link> =
                links.chain(sheets.iter().flat_map(|sheet| &sheet.ways).map(|(_, to)| to)).collect();
            let dangling: Vec<_> =
                links.iter().filter(|link| !sheets.iter().any(|sheet| sheet.key == link.sheet)).collect();
            assert!(!links.is_empty() && dangling.is_empty(), "{dangling:?}");
            assert!(rows.clone().any(|row| row.kind == RowKind::Error), "the conflict shows");
            let has_problems = sheets.iter().any(|sheet| sheet.name == "Kiểm tra số liệu");
            assert_eq!((has_problems, reported.data.diagnostics.is_empty()), (!public, public));
            let notes = format!("{sheets:?}{:?}", reported.document.text);
            assert_eq!(notes.contains("Kiểm tra số liệu"), !public, "nothing points at a sheet that is not there");
            assert!(!reported.diagnostics.is_empty(), "the terminal still says it");
        }
    }

    #[test]
    fn the_data_hold_every_shown_unit_and_sum_by_month() {
        made(&sample(), year(2023), true, |reported| {
            let indicator = |id: &str| reported.data.indicators.iter().find(|i| i.id == id).unwrap();
            let sessions = indicator("dialogue.sessions");
            assert_eq!((sessions.value.as_deref(), sessions.reported, sessions.expected), (Some("4"), 2, 3));
            assert_eq!((sessions.previous.as_deref(), sessions.compared_units), (Some("2"), Some(2)));
            assert_eq!(sessions.change_percent.as_deref(), Some("50"));
            let units: Vec<_> =
                sessions.by_unit.iter().map(|u| (u.unit.as_str(), u.state, u.value.as_deref())).collect();
            assert_eq!(
                units,
                [
                    ("Thị trấn Phố Ràng", "reported", Some("2")),
                    ("Xã Bảo Hà", "reported", Some("1")),
                    ("Xã Kim Sơn", "absent", None),
                    ("Huyện Bảo Yên", "reported", Some("1")),
                ]
            );
            let rate = indicator("dialogue.answer_rate");
            assert_eq!((rate.measure.as_str(), rate.value.as_deref()), ("%", Some("80")));
            let months: Vec<_> = indicator("petition.received")
                .by_month
                .iter()
                .map(|m| (m.month.as_deref(), m.value.as_deref().unwrap()))
                .collect();
            assert_eq!(months, [(Some("2023-03"), "2"), (None, "7")]);
        });
    }

    #[test]
    fn the_summary_sets_what_is_compared_apart_and_names_what_nobody_reported() {
        let line = |table: &Table, title: &str| {
            let row = table.rows.iter().find(|row| row.cells.iter().any(|cell| cell.value == Cell::text(title).value));
            let value = |key: &str| {
                let at = table.columns.iter().position(|column| column.key == key)?;
                match &row?.cells.get(at)?.value {
                    CellValue::Number(amount, _) => Some(amount.to_string()),
                    CellValue::Text(text) => Some(text.clone()),
                    _ => None,
                }
            };
            ["previous", "value", "compared_units", "compared_value", "change"]
                .map(|key| value(key).unwrap_or_default())
        };
        made(&sample(), year(2023), true, |reported| {
            let table = &reported.document.sheets[0].tables[0];
            // The district's own dialogue has nothing beside it.
            assert_eq!(line(table, "Số cuộc đối thoại"), ["2", "4", "2", "3", "1"]);
            assert_eq!(line(&reported.document.summary, "Số cuộc đối thoại"), ["2", "4", "2", "", "1"]);
            let weak = "Ô tô màu: Tỷ lệ trả lời dưới 80% (ngưỡng do cơ quan đặt).";
            let open = "Chưa rõ các đơn vị có đủ các tháng hay không, vì danh sách không ghi kỳ.";
            assert_eq!(table.notes, ["Chưa đơn vị nào có số liệu: Kỳ trước chuyển sang.", open, weak]);
            let coverage = &reported.data.coverage;
            assert_eq!((coverage.complete, coverage.unclear.len(), coverage.unread.len()), (0, 2, 0));
            let unknown = reported.data.indicators.iter().find(|one| one.id == "petition.opening").unwrap();
            assert_eq!(unknown.value, None);
        });
        let mut data = testing::Data::default();
        data.dialogue(1, "2022-03-01", Some(30), Some(5), Some(4), Some(0));
        data.dialogue(1, "2023-01-15", Some(40), Some(6), Some(3), Some(0));
        made(&data, year(2023), true, |reported| {
            let table = &reported.document.sheets[0].tables[0];
            assert_eq!(line(table, "Số cuộc đối thoại"), ["1", "1", "", "", "0"]);
        });
    }

    #[test]
    fn the_text_says_what_is_known_and_leaves_out_the_rest() {
        made(&sample(), year(2023), true, |reported| {
            let text: Vec<String> = reported.document.text.body.iter().filter_map(words).collect();
            insta::assert_snapshot!(text.join("\n"));
        });
        made(&testing::Data::default(), quarter(1), false, |reported| {
            let text: Vec<String> = reported.document.text.body.iter().filter_map(words).collect();
            insta::assert_snapshot!(text.join("\n"));
        });
    }

    #[test]
    fn every_sentence_of_the_built_in_forms_can_be_said() {
        use crate::base::cell::{CellRef, SheetName, Source};
        use crate::base::record::*;
        let catalogue = crate::catalogue::load::catalogue(&[]).unwrap();
        let mut collected = Collected::default();
        let sheet = std::sync::Arc::new(SheetName { file: "a.xlsx".into(), sheet: "S".into() });
        for id in catalogue.indicator_ids() {
            let indicator = catalogue.indicator(id);
            let amount = match indicator.id.rsplit('.').next().unwrap() {
                "answered" | "resolved" => 8,
                "overdue" | "opening" => 2,
                "area" => 12_345,
                _ => 10,
            };
            let mut state = |year: i32, categories: Vec<(FieldId, CategoryId)>, amount: i64| {
                let cell = CellRef::new(collected.figures.len() as u32, 0);
                collected.figures.push(Figure {
                    indicator: id,
                    org_unit: OrgUnitId(1),
                    period: self::year(year),
                    categories,
                    standing: Standing::Data,
                    telling: Telling::Own,
                    value: Stated::Value(amount.into()),
                    source: Source { sheet: sheet.clone(), cell },
                });
            };
            state(2023, vec![], amount);
            state(2022, vec![], 4);
            let form = catalogue.form(indicator.form);
            let fields = form.fields.iter().enumerate();
            for (at, _) in fields.filter(|(_, field)| field.categories.len() > 1) {
                let (first, second) = (amount - 3, 3);
                state(2023, vec![(FieldId(at as u16), CategoryId(0))], first);
                state(2023, vec![(FieldId(at as u16), CategoryId(1))], second);
            }
        }
        for form in catalogue.form_ids() {
            let months = (1..=12).flat_map(|month| [(2022, month), (2023, month)]).collect();
            let sheet = sheet.clone();
            collected.submissions.push(Submission {
                org_unit: OrgUnitId(1),
                form,
                months,
                nil: false,
                open: false,
                sheet,
            });
        }
        let (register, calendar, outline) = (register(), civil(), Outline::builtin());
        let options = options(year(2023), &calendar, &outline);
        let reported = report(&collected, &register, &catalogue, &Settings::default(), &options).unwrap();
        let paragraphs = reported.document.text.body.iter().filter(|block| matches!(block, Block::Paragraph(_)));
        insta::assert_snapshot!(paragraphs.filter_map(words).collect::<Vec<_>>().join("\n"));
    }

    fn words(block: &Block) -> Option<String> {
        let line = |inlines: &Vec<Inline>| -> String {
            let text = |inline: &Inline| match inline {
                Inline::Text(text) | Inline::Strong(text) => text.clone(),
                Inline::Emphasis(text) => format!("*{text}*"),
            };
            inlines.iter().map(text).collect()
        };
        match block {
            Block::Heading(level, text) => Some(format!("{} {text}", "#".repeat(*level as usize))),
            Block::Paragraph(inlines) => Some(line(inlines)),
            Block::Placeholder(text) => Some(text.clone()),
            Block::List(lines) => Some(lines.iter().map(line).collect::<Vec<_>>().join("\n")),
            Block::Table(table) => {
                let cell = |cell: &Cell| match &cell.value {
                    CellValue::Empty => String::new(),
                    CellValue::Text(text) => text.clone(),
                    CellValue::Number(amount, decimals) => crate::base::amount::vietnamese(*amount, *decimals),
                    CellValue::Percent(amount, decimals) => crate::base::amount::vietnamese_fixed(*amount, *decimals),
                    CellValue::Date(day) => day.to_string(),
                };
                let row = |row: &Row| row.cells.iter().map(cell).collect::<Vec<_>>().join(" | ");
                let heading: Vec<String> = table.columns.iter().map(|c| c.header.join("/")).collect();
                let rows: Vec<String> = table.rows.iter().map(row).collect();
                Some(format!("  {}\n  {}", heading.join(" | "), rows.join("\n  ")))
            }
        }
    }

    #[test]
    fn tidy_records_hold_their_place_and_nothing_personal() {
        let (catalogue, register) = (catalogue(), register());
        let sheets = records_table(&sample().done(), &register, &catalogue);
        assert_eq!(sheets.len(), 3);
        let keys: Vec<&str> = sheets[0].tables[0].columns.iter().map(|column| column.key.as_str()).collect();
        let expected = ["file", "sheet", "cell", "form", "unit_code", "unit", "date", "period", "kind", "sessions"];
        assert_eq!(keys[..10], expected);
        assert!(!keys.contains(&"host"));
        assert_eq!(sheets[2].tables[0].rows.len(), 2);
    }
}
