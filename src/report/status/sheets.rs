//! The status as tables and as a list to send out: for the terminal, the workbook, CSV and Markdown.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::{Amount, vietnamese};
use crate::base::period::{Each, Part, Period, roman};
use crate::base::record::FormId;
use crate::base::wording::{capital, lower};
use crate::report::aggregate::Month;
use crate::report::coverage;
use crate::report::document::*;
use crate::report::sheets::{column, name};

use super::{Count, Report, State, Status, UnitStatus, Unusable};

/// Periods that have a column each; of more the years have.
const PERIODS_AT_MOST: usize = 12;

/// What the forms' columns may take together on the sheet of the units, in digits.
const FORMS_WIDTH: u32 = 110;

/// "Tình hình gửi báo cáo năm 2023"
pub fn title(status: &Status) -> String {
    format!("Tình hình gửi báo cáo, {}", lower(&status.asked.span.title()))
}

/// "Tính đến ngày 05/01/2024. Hạn gửi: 5 ngày làm việc sau khi hết tháng."
pub fn basis(status: &Status) -> String {
    let today = status.asked.today.format("%d/%m/%Y");
    let deadline = match status.deadline() {
        Some(days) => format!("Hạn gửi: {days} ngày làm việc sau khi hết {}.", term(status)),
        None => "Chưa đặt hạn gửi ([deadline] days trong danvan.toml), không xét đúng hạn hay muộn.".to_owned(),
    };
    format!("Tính đến ngày {today}. {deadline}")
}

// -------------------------------------------------------------------------------------------------------- on the terminal

/// "tháng", "kỳ 6 tháng": of what there is one a report.
fn term(status: &Status) -> &'static str {
    match status.every() {
        Each::Half => "kỳ 6 tháng",
        every => every.title(),
    }
}

/// "báo cáo tháng": one form of one unit and period.
fn report_word(status: &Status) -> String {
    format!("báo cáo {}", status.every().title())
}

/// Periods side by side, or the years of many: heading, and the places of its periods. `narrow`: without the years, which the
/// terminal has no room for.
fn columns_of_time(status: &Status, narrow: bool) -> Vec<(String, Vec<usize>)> {
    let years: BTreeSet<i32> = status.periods.iter().map(|due| due.period.year).collect();
    let places = 0..status.periods.len();
    if status.periods.len() > PERIODS_AT_MOST {
        let of = |year: i32| places.clone().filter(|&at| status.periods[at].period.year == year).collect();
        return years.into_iter().map(|year| (year.to_string(), of(year))).collect();
    }
    let heading = |period: Period| {
        let name = match period.part {
            Part::Month(month) => month.to_string(),
            Part::Quarter(quarter) => roman(quarter),
            Part::Half(1) => "đầu năm".to_owned(),
            Part::Half(_) => "cuối năm".to_owned(),
            Part::NineMonths | Part::Year => return period.year.to_string(),
        };
        if years.len() > 1 && !narrow { format!("{name}/{}", period.year) } else { name }
    };
    places.map(|at| (heading(status.periods[at].period), vec![at])).collect()
}

/// "đủ", how many are lacking, "…" where nothing is due yet.
fn lack(count: Count) -> String {
    match count.expected.saturating_sub(count.sent) {
        _ if count.expected == 0 && count.not_due > 0 => "…".to_owned(),
        _ if count.expected == 0 => String::new(),
        0 => "đủ".to_owned(),
        lacking => lacking.to_string(),
    }
}

/// In whole percents, 100 for what is complete alone.
fn rough(count: Count) -> Cell {
    match count.percent() {
        Some(percent) => Cell::text(percent.trunc().normalize().to_string()),
        None => Cell::default(),
    }
}

fn whole(count: Count) -> String {
    let grouped = |count: usize| vietnamese(Amount::from(count as u64), 0);
    format!("{}/{}", grouped(count.sent), grouped(count.expected))
}

fn rate(count: Count) -> Cell {
    match count.percent() {
        Some(percent) => Cell { value: CellValue::Percent(percent, 1), ..Cell::default() },
        None => Cell::default(),
    }
}

/// For the terminal: units × periods, forms × periods, and who is to be reminded of what. The periods share a column, so that
/// twelve months and their units fit 80 columns.
pub fn summary(status: &Status) -> Vec<Table> {
    let time = columns_of_time(status, true);
    type Line<'n> = (&'n str, Vec<String>, Count);
    let line = |name, of: &dyn Fn(usize) -> Count, all: Count| -> Line {
        let sum = |places: &Vec<usize>| places.iter().map(|&at| of(at)).sum::<Count>();
        (name, time.iter().map(|(_, places)| lack(sum(places))).collect(), all)
    };
    let table = |title: String, names: &str, lines: Vec<Line>| {
        let headings: Vec<String> = time.iter().map(|(heading, _)| heading.clone()).collect();
        let width = |at: usize| {
            let cells = lines.iter().map(|(_, cells, _)| &cells[at]).chain([&headings[at]]);
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..time.len()).map(width).collect();
        let strip = |cells: &[String]| {
            let cells = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
            cells.collect::<Vec<_>>().join(" ")
        };
        let columns = vec![
            column("name", &[names], ColumnKind::Text, 24),
            column("time", &[&strip(&headings)], ColumnKind::Number, 36),
            column("sent", &["Đã gửi"], ColumnKind::Number, 8),
            column("percent", &["%"], ColumnKind::Number, 6),
        ];
        let rows = lines.iter().map(|(name, cells, all)| {
            let cells = vec![Cell::text(*name), Cell::text(strip(cells)), Cell::text(whole(*all)), rough(*all)];
            Row { kind: RowKind::Body, cells }
        });
        Table { title, rows: rows.collect(), columns, notes: Vec::new() }
    };
    let mut lines: Vec<Line> = Vec::new();
    for unit in &status.units {
        let of = |period: usize| Count::of(unit.reports.iter().map(|of| of[period].state));
        lines.push(line(status.name(unit), &of, status.of_unit(unit)));
    }
    lines.push(line("Cộng", &|period| status.of_period(period), status.whole()));
    let mut by_unit = table(title(status), "Đơn vị", lines);
    let waiting = if status.whole().not_due > 0 { "; … là chưa đến hạn" } else { "" };
    by_unit.notes.push(format!("{}: đủ, hoặc số biểu còn thiếu{waiting}.", capital(&columns_said(status))));
    by_unit.notes.push(basis(status));
    by_unit.notes.extend(office_forms(status));

    let of_form =
        |(at, &form)| line(status.title(form), &|period| status.of_form_period(at, period), status.of_form(at));
    let lines = status.forms.iter().enumerate().map(of_form).collect();
    let mut by_form = table("Số đơn vị còn thiếu từng biểu".to_owned(), "Biểu", lines);
    by_form.notes.push(complete_said(status));
    by_form.notes.extend(figures_said(status).filter(|_| status.with_figures != Some(status.complete())));
    let mut told = |heading: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            by_form.notes.push(heading.to_owned());
            by_form.notes.extend(lines.into_iter().map(|line| format!("- {line}")));
        }
    };
    told("Gửi muộn:", late_said(status));
    told("Tệp chưa dùng được, chưa rõ của đơn vị nào:", stray_said(status));
    told("Cần nhắc:", reminders(status).into_iter().map(|(_, line)| line).collect());
    vec![by_unit, by_form]
}

/// "từng tháng từ trái sang phải"; with the years where the headings of the terminal have none.
fn columns_said(status: &Status) -> String {
    match &status.periods[..] {
        _ if status.periods.len() > PERIODS_AT_MOST => "từng năm".to_owned(),
        [first, .., last] if first.period.year != last.period.year => {
            format!("từng {}, {} đến {}", term(status), lower(&first.period.title()), lower(&last.period.title()))
        }
        _ => format!("từng {}", term(status)),
    }
}

/// How many units the report counts, whose question is another.
fn figures_said(status: &Status) -> Option<String> {
    let months = coverage::all_months(&status.asked_months());
    let said = |count| {
        format!(
            "Báo cáo tổng kết đếm khác: {count}/{} đơn vị có số liệu {months} (một biểu bất kỳ); ở đây đếm đơn vị gửi đủ mọi biểu phải gửi.",
            status.units.len()
        )
    };
    status.with_figures.map(said)
}

/// The forms that are only in the office's own lists: nobody is asked for those.
fn office_forms(status: &Status) -> Option<String> {
    let titles = listed(status, &status.of_office);
    let said = format!("Không xét (chỉ có trong bảng chung, không đơn vị nào tự gửi): {titles}.");
    (!titles.is_empty()).then_some(said)
}

/// "12/17 đơn vị gửi đủ các biểu phải gửi; 190/204 báo cáo tháng."
fn complete_said(status: &Status) -> String {
    let due = status.whole();
    let mut said = vec![format!("{}/{} đơn vị gửi đủ các biểu phải gửi", status.complete(), status.expected())];
    if status.forms.is_empty() {
        return "Chưa đơn vị nào có số liệu dùng được của kỳ này.".to_owned();
    }
    let grouped = |count: usize| vietnamese(Amount::from(count as u64), 0);
    let word = report_word(status);
    let overdue = status.overdue();
    if overdue.expected > 0 {
        let of = grouped(overdue.expected);
        said.push(format!("{}/{of} {word} đến hạn đã gửi", grouped(overdue.sent)));
    }
    let early = due.sent - overdue.sent;
    if early > 0 {
        said.push(format!("{} {word} gửi trước hạn", grouped(early)));
    }
    if due.undated > 0 {
        said.push(format!("{} {word} không rõ ngày gửi", grouped(due.undated)));
    }
    let silent = status.units.iter().filter(|unit| status.is_silent(unit)).count();
    let counts = [(silent, "đơn vị chưa có số liệu nào".to_owned()), (due.not_due, format!("{word} chưa đến hạn"))];
    said.extend(
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{} {what}", grouped(count))),
    );
    format!("{}.", said.join("; "))
}

/// "scan.pdf: tệp PDF chưa đọc được; đề nghị gửi bản Excel (.xlsx) hoặc CSV"
fn stray_said(status: &Status) -> Vec<String> {
    let said = |file: &Unusable| {
        let why = file.said();
        let said: Vec<&str> = [&why[..]].into_iter().chain(file.help.iter().copied()).collect();
        format!("{}: {}", file.file, said.join("; "))
    };
    status.stray.iter().map(said).collect()
}

/// "Xã Bảo Hà: biểu Đối thoại tháng 3 (ghi ngày 12/04/2023, hạn 10/04/2023)"
fn late_said(status: &Status) -> Vec<String> {
    let mut lines = Vec::new();
    for unit in &status.units {
        // Of one day and deadline together: one report of several forms and months.
        type Of = (Vec<FormId>, BTreeSet<usize>);
        let mut late: BTreeMap<(Option<chrono::NaiveDate>, Option<chrono::NaiveDate>), Of> = BTreeMap::new();
        for (&form, reports) in status.forms.iter().zip(&unit.reports) {
            for (at, report) in reports.iter().enumerate().filter(|(_, report)| report.state == State::Late) {
                let (forms, periods) = late.entry((report.dated, report.due)).or_default();
                if forms.last() != Some(&form) {
                    forms.push(form);
                }
                periods.insert(at);
            }
        }
        let said = late.into_iter().filter_map(|((dated, due), (forms, periods))| {
            let day = |day: chrono::NaiveDate| day.format("%d/%m/%Y").to_string();
            let (forms, periods) = (forms_said(status, &forms), periods_said(status, &periods));
            Some(format!("{forms} {periods} (ghi ngày {}, hạn {})", day(dated?), day(due?)))
        });
        let said: Vec<String> = said.collect();
        if !said.is_empty() {
            lines.push(format!("{}: {}", status.name(unit), said.join("; ")));
        }
    }
    lines
}

// ---------------------------------------------------------------------------------------------------------- the reminders

/// "tháng 3, 5-6"; "quý I-II, IV"; "6 tháng đầu năm"; "năm 2021-2023". Of a window of several years with the year.
fn periods_said(status: &Status, places: &BTreeSet<usize>) -> String {
    let periods = || places.iter().map(|&at| &status.periods[at]);
    if status.every() == Each::Month {
        let months = periods().flat_map(|due| due.months.iter().copied()).collect();
        return coverage::months_said(&months, &status.months());
    }
    let several = status.periods.first().map(|due| due.period.year) != status.periods.last().map(|due| due.period.year);
    let mut runs: Vec<Vec<Period>> = Vec::new();
    for (&at, due) in places.iter().zip(periods()) {
        let follows = |run: &&mut Vec<Period>| {
            let same_year = run[0].year == due.period.year || status.every() == Each::Year;
            at > 0 && status.every() != Each::Half && same_year && run.last() == Some(&status.periods[at - 1].period)
        };
        match runs.last_mut().filter(follows) {
            Some(run) => run.push(due.period),
            None => runs.push(vec![due.period]),
        }
    }
    let number = |period: Period| match period.part {
        Part::Quarter(quarter) => roman(quarter),
        _ => period.year.to_string(),
    };
    let said = runs.iter().map(|run| match (run[0].part, &run[..]) {
        (Part::Half(1), _) => {
            "6 tháng đầu năm".to_owned() + &if several { format!(" {}", run[0].year) } else { String::new() }
        }
        (Part::Half(_), _) => {
            "6 tháng cuối năm".to_owned() + &if several { format!(" {}", run[0].year) } else { String::new() }
        }
        (part, run) => {
            let (first, last) = (number(run[0]), number(run[run.len() - 1]));
            let numbers = if run.len() > 1 { format!("{first}-{last}") } else { first };
            let year = if several && part != Part::Year { format!("/{}", run[0].year) } else { String::new() };
            format!("{numbers}{year}")
        }
    });
    let said = said.collect::<Vec<_>>().join(", ");
    if status.every() == Each::Half { said } else { format!("{} {said}", status.every().title()) }
}

/// The months of longer periods that were sent, though not the whole: " (mới có tháng 1-2)".
fn has_said(status: &Status, months: &BTreeSet<Month>) -> String {
    match months.is_empty() {
        true => String::new(),
        false => format!(" (mới có {})", coverage::months_said(months, &status.months())),
    }
}

/// "tất cả các biểu", "biểu Đối thoại, Hiến đất"
fn forms_said(status: &Status, forms: &[FormId]) -> String {
    match forms.len() {
        many if many > 1 && many == status.forms.len() => "tất cả các biểu".to_owned(),
        _ => format!("biểu {}", listed(status, forms)),
    }
}

/// A title with a comma of its own stands in quotes.
fn listed(status: &Status, forms: &[FormId]) -> String {
    let title = |&form: &FormId| match status.title(form) {
        title if title.contains(',') => format!("\"{title}\""),
        title => title.to_owned(),
    };
    forms.iter().map(title).collect::<Vec<_>>().join(", ")
}

/// Each unit that lacks something, by its place, with the line to send it: "Xã Bảo Hà: chưa gửi biểu Đối thoại tháng 3, 5.".
pub fn reminders(status: &Status) -> Vec<(usize, String)> {
    let line = |(at, unit)| Some((at, format!("{}: {}.", status.name(unit), lacking(status, unit)?)));
    status.units.iter().enumerate().filter_map(line).collect()
}

/// Forms of a unit that stand alike: in which periods, and which months of those there are nevertheless.
type Alike = (Vec<FormId>, (BTreeSet<usize>, BTreeSet<Month>));

/// The forms of a unit that stand so in the same periods, together.
fn alike(status: &Status, unit: &UnitStatus, state: State) -> Vec<Alike> {
    let mut groups: Vec<Alike> = Vec::new();
    for (at, &form) in status.forms.iter().enumerate() {
        let periods = status.periods_of(unit, at, state);
        if periods.is_empty() {
            continue;
        }
        let has = periods.iter().flat_map(|&period| unit.reports[at][period].has.iter().copied()).collect();
        let stands = (periods, has);
        match groups.iter_mut().find(|(_, of)| *of == stands) {
            Some((forms, _)) => forms.push(form),
            None => groups.push((vec![form], stands)),
        }
    }
    groups
}

/// What a unit is to be asked for; nothing where all is there.
pub fn lacking(status: &Status, unit: &UnitStatus) -> Option<String> {
    let mut said = Vec::new();
    let missing = alike(status, unit, State::Missing);
    let period = lower(&status.asked.span.title());
    let due = status.periods.iter().enumerate().filter(|(_, due)| due.by.is_some_and(|by| by < status.asked.today));
    let due: BTreeSet<usize> = due.map(|(at, _)| at).collect();
    if status.forms.is_empty() && !due.is_empty() && unit.unusable.is_empty() {
        said.push(format!("chưa gửi báo cáo nào của {period}"));
    }
    match &missing[..] {
        [] => {}
        [(forms, (periods, has))]
            if forms.len() == status.forms.len() && *periods == due && has.is_empty() && periods.len() > 1 =>
        {
            let periods = match due.len() < status.periods.len() {
                true => format!(" ({})", periods_said(status, periods)),
                false => String::new(),
            };
            said.push(format!("chưa gửi báo cáo nào của {period}{periods}"));
        }
        groups => {
            let groups = groups.iter().map(|(forms, (periods, has))| {
                let periods = periods_said(status, periods) + &has_said(status, has);
                match forms.len() {
                    many if many > 1 && many == status.forms.len() && has.is_empty() => {
                        format!("biểu nào của {periods}")
                    }
                    many if many > 1 && many == status.forms.len() => format!("đủ các biểu của {periods}"),
                    _ => format!("{} {periods}", forms_said(status, forms)),
                }
            });
            let groups: Vec<String> = groups.collect();
            said.push(format!("chưa gửi {}", groups.join("; ")));
        }
    }
    for file in &unit.unusable {
        let name = file.file.rsplit('/').next().unwrap_or(&file.file);
        let why = match (file.partly, &file.because[..]) {
            (true, because) if because.iter().all(|(_, sheets)| !sheets.is_empty()) => {
                format!("chưa lấy được số liệu ở {}", file.said())
            }
            (true, _) => format!("chưa lấy được hết số liệu: {}", file.said()),
            (false, _) => format!("chưa lấy được số liệu: {}", file.said()),
        };
        let said_of_file = format!("đã gửi tệp \"{name}\" nhưng {why}");
        let parts = [&said_of_file[..]].into_iter().chain(file.help.iter().copied());
        said.push(parts.collect::<Vec<_>>().join("; "));
    }
    let open: Vec<FormId> = alike(status, unit, State::Open).into_iter().flat_map(|(forms, _)| forms).collect();
    if !open.is_empty() {
        let forms = forms_said(status, &open);
        said.push(format!("{forms}: có gửi nhưng không ghi là của kỳ nào, đề nghị ghi kỳ báo cáo ở tiêu đề của bảng"));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

/// The list to send out, as a message.
pub fn reminder(status: &Status) -> Document {
    let text = |text: String| Block::Paragraph(vec![Inline::Text(text)]);
    let lines = reminders(status);
    let heading = format!("Nhắc gửi báo cáo số liệu, {}", lower(&status.asked.span.title()));
    let mut body = vec![
        Block::Heading(1, heading.clone()),
        Block::Paragraph(vec![Inline::Emphasis(format!("{} {}", basis(status), complete_said(status)))]),
    ];
    match lines.is_empty() {
        true if status.expected() == 0 => body.push(text("Chưa báo cáo nào đến hạn.".into())),
        true => body.push(text("Các đơn vị đã gửi đủ báo cáo đến hạn.".into())),
        false => {
            body.push(text("Đề nghị các đơn vị sau gửi báo cáo còn thiếu:".into()));
            body.push(Block::List(lines.into_iter().map(|(_, line)| vec![Inline::Text(line)]).collect()));
        }
    }
    let complete: Vec<&str> =
        status.units.iter().filter(|unit| status.is_complete(unit)).map(|unit| status.name(unit)).collect();
    if !complete.is_empty() && complete.len() < status.units.len() {
        body.push(text(format!("Đã gửi đủ: {}.", complete.join(", "))));
    }
    let text = Text { body, ..Text::default() };
    Document { title: heading, created: status.window.to, text, sheets: Vec::new(), summary: Table::default() }
}

// ----------------------------------------------------------------------------------------------------------- the workbook

/// The workbook: each unit's standing, months and forms, unit by unit and month by month, the reminders, and all in one list.
pub fn document(status: &Status) -> Document {
    let mut sheets = vec![by_unit(status), by_form(status)];
    sheets.extend(by_period(status));
    let reminders = reminder_sheet(status);
    let title_of_list = format!("Từng đơn vị, từng biểu, từng {}", term(status));
    let mut list = sheet(status, "Chi tiết", title_of_list, vec![runs(status)]);
    list.filter = true;
    list.tab = Tab::Source;
    sheets.extend([reminders, list]);
    name(&mut sheets);
    let text = Text::default();
    Document { title: title(status), created: status.window.to, text, sheets, summary: Table::default() }
}

fn sheet(status: &Status, name: &str, title: String, tables: Vec<Table>) -> Sheet {
    let subtitle = vec![basis(status)];
    Sheet { key: name.to_owned(), name: name.to_owned(), title, subtitle, tables, tab: Tab::Main, ..Sheet::default() }
}

fn number(count: usize) -> Cell {
    Cell::number(Amount::from(count as u64), 0)
}

fn ordinal(at: usize) -> Cell {
    number(at + 1)
}

/// How one unit stands with one form: "đủ", "thiếu tháng 3, 5; muộn tháng 2".
fn standing(status: &Status, unit: &UnitStatus, form: usize) -> Cell {
    let count = Count::of(unit.reports[form].iter().map(|report| report.state));
    let mut said = Vec::new();
    let states = [
        (State::Missing, "chưa gửi"),
        (State::Unreadable, "không đọc được"),
        (State::Open, "không rõ kỳ"),
        (State::Late, "muộn"),
    ];
    for (state, words) in states {
        let periods = status.periods_of(unit, form, state);
        match periods.len() {
            0 => {}
            all if all == count.expected && state != State::Late => said.push(words.to_owned()),
            _ => said.push(format!("{words} {}", periods_said(status, &periods))),
        }
    }
    if count.expected > 0 && count.is_complete() {
        said.insert(0, "đủ".to_owned());
    }
    let kind = match () {
        _ if count.unreadable + count.open > 0 => RowKind::Error,
        _ if count.missing + count.late > 0 => RowKind::Warning,
        _ => RowKind::Body,
    };
    Cell::text(said.join("; ")).with_kind(kind)
}

fn by_unit(status: &Status) -> Sheet {
    let mut columns =
        vec![column("no", &["TT"], ColumnKind::Ordinal, 5), column("unit", &["Đơn vị"], ColumnKind::Text, 24)];
    // Many forms share the width of one page.
    let width = (FORMS_WIDTH / status.forms.len().max(1) as u32).clamp(10, 20);
    for &form in &status.forms {
        let form = status.catalogue.form(form);
        columns.push(column(&form.id, &["Từng biểu", &form.title], ColumnKind::Prose, width));
    }
    let counted = format!("Số {}", report_word(status));
    let counts: [(&str, &str); 5] = [
        ("expected", "Phải gửi"),
        ("sent", "Đã gửi"),
        ("late", "Gửi muộn"),
        ("undated", "Không rõ ngày"),
        ("percent", "Tỷ lệ (%)"),
    ];
    columns.extend(counts.map(|(key, title)| column(key, &[&counted, title], ColumnKind::Number, 9)));
    let first = 2 + status.forms.len();
    let cells = |count: Count| [count.expected, count.sent, count.late, count.undated].map(number);
    let mut rows: Vec<Row> = Vec::new();
    for (at, unit) in status.units.iter().enumerate() {
        let count = status.of_unit(unit);
        let mut row = vec![ordinal(at), Cell::text(status.name(unit))];
        row.extend((0..status.forms.len()).map(|form| standing(status, unit, form)));
        row.extend(cells(count));
        row.push(match count.percent() {
            Some(_) => rate(count).with_formula(Formula::Percent(vec![(at, first + 1)], vec![(at, first)])),
            None => Cell::default(),
        });
        rows.push(Row { kind: RowKind::Body, cells: row });
    }
    let units = status.units.len();
    let mut total = vec![Cell::default(), Cell::text("Cộng; số đơn vị đã gửi đủ")];
    total.extend((0..status.forms.len()).map(|form| {
        let counts = status.units.iter().map(|unit| Count::of(unit.reports[form].iter().map(|report| report.state)));
        let due: Vec<Count> = counts.filter(|count| count.expected > 0).collect();
        Cell::text(format!("{}/{}", due.iter().filter(|count| count.is_complete()).count(), due.len()))
    }));
    let all = status.whole();
    let sum = |col: usize| (0..units).map(|row| (row, col)).collect::<Vec<_>>();
    total.extend(cells(all).into_iter().enumerate().map(|(at, cell)| match units {
        0 => cell,
        _ => cell.with_formula(Formula::Sum(sum(first + at))),
    }));
    total.push(match all.percent() {
        Some(_) => rate(all).with_formula(Formula::Percent(vec![(units, first + 1)], vec![(units, first)])),
        None => Cell::default(),
    });
    rows.push(Row { kind: RowKind::Total, cells: total });
    let mut notes = notes(status);
    notes.extend(
        stray_said(status).into_iter().map(|line| format!("Tệp chưa dùng được, chưa rõ của đơn vị nào: {line}.")),
    );
    let table = Table { title: String::new(), columns, rows, notes };
    let mut sheet = sheet(status, "Tình hình gửi", title(status), vec![table]);
    sheet.subtitle.push(complete_said(status));
    sheet.attention = all.missing + all.unreadable + all.open > 0;
    sheet
}

/// How to read the tables.
fn notes(status: &Status) -> Vec<String> {
    let mut notes = vec![match status.settings.deadline.forms.is_empty() {
        true => "Biểu phải gửi: những biểu mà trong kỳ có đơn vị tự gửi; muốn ấn định, ghi [deadline] forms trong danvan.toml.",
        false => "Biểu phải gửi: theo [deadline] forms trong danvan.toml.",
    }
    .to_owned()];
    let term = term(status);
    notes.push(match status.every() {
        Each::Month => "Mỗi biểu của mỗi tháng là một báo cáo; báo cáo quý, 6 tháng, năm tính cho mọi tháng của kỳ, theo hạn của kỳ đó.".to_owned(),
        _ => format!(
            "Mỗi biểu của mỗi {term} là một báo cáo ([deadline] every trong danvan.toml). Đã gửi: có báo cáo của {term}, của kỳ dài \
             hơn, hoặc có đủ báo cáo các tháng của {term}."
        ),
    });
    notes.push(figures_said(status).unwrap_or_else(|| {
        "Gửi đủ: đã gửi mọi biểu phải gửi. Báo cáo tổng kết đếm khác: đơn vị có số liệu của một biểu bất kỳ.".to_owned()
    }));
    notes.extend(office_forms(status));
    if status.deadline().is_some() {
        notes.push(
            "Ngày gửi là ngày ghi trong báo cáo của chính đơn vị, không lấy giờ của tệp; báo cáo không ghi ngày, hoặc số liệu \
             chỉ có trong bảng chung, là không rõ ngày gửi."
                .to_owned(),
        );
        let yearly: Vec<String> =
            status.catalogue.holidays.iter().map(|(month, day)| format!("{day}/{month}")).collect();
        notes.push(format!(
            "Ngày làm việc không tính thứ Bảy, Chủ nhật, các ngày {} (nghỉ bù khi trùng cuối tuần) và các ngày ghi ở [deadline] \
             holidays; Tết Âm lịch, Giỗ Tổ chỉ được tính khi ghi ở đó.",
            yearly.join(", ")
        ));
    }
    notes
}

fn by_form(status: &Status) -> Sheet {
    let mut columns =
        vec![column("no", &["TT"], ColumnKind::Ordinal, 5), column("form", &["Biểu"], ColumnKind::Text, 26)];
    let time = columns_of_time(status, false);
    let above = format!("Số đơn vị đã gửi / phải gửi, theo {}", term(status));
    columns.extend(time.iter().map(|(heading, _)| column("month", &[&above, heading], ColumnKind::Number, 7)));
    columns.push(column("all", &["Cả kỳ", "Báo cáo"], ColumnKind::Number, 10));
    columns.push(column("percent", &["Cả kỳ", "Tỷ lệ (%)"], ColumnKind::Number, 8));
    let of_all = |places: &[usize]| places.iter().map(|&at| status.of_period(at)).sum::<Count>();
    let text = |count: Count| match count.expected {
        0 => Cell::default(),
        _ => Cell::text(whole(count)).with_kind(if count.is_complete() { RowKind::Body } else { RowKind::Warning }),
    };
    let mut rows: Vec<Row> = Vec::new();
    for (at, &form) in status.forms.iter().enumerate() {
        let mut cells = vec![ordinal(at), Cell::text(status.title(form))];
        cells.extend(
            time.iter().map(|(_, places)| text(places.iter().map(|&period| status.of_form_period(at, period)).sum())),
        );
        let all = status.of_form(at);
        cells.extend([Cell::text(whole(all)), rate(all)]);
        rows.push(Row { kind: RowKind::Body, cells });
    }
    let line = |name: &str, of: &dyn Fn(Count) -> Cell, last: [Cell; 2]| {
        let mut cells = vec![Cell::default(), Cell::text(name)];
        cells.extend(time.iter().map(|(_, places)| of(of_all(places))));
        cells.extend(last);
        Row { kind: RowKind::Total, cells }
    };
    let all = status.whole();
    let plain = |count: Count| if count.expected == 0 { Cell::default() } else { Cell::text(whole(count)) };
    rows.push(line("Mọi biểu", &plain, [Cell::text(whole(all)), rate(all)]));
    rows.push(line("Tỷ lệ (%)", &rate, [Cell::default(), rate(all)]));
    let table = Table { columns, rows, ..Table::default() };
    let term = term(status);
    sheet(status, &format!("Theo biểu, {term}"), format!("Số đơn vị đã gửi, theo biểu và {term}"), vec![table])
}

/// "đúng hạn", "muộn 12/04", "chưa"
fn short(report: &Report) -> (String, RowKind) {
    let day = report.dated.map(|day| day.format(" %d/%m").to_string()).unwrap_or_default();
    match report.state {
        State::OnTime => ("đúng hạn".to_owned(), RowKind::Body),
        State::Sent | State::Undated => ("đã gửi".to_owned(), RowKind::Body),
        State::Late => (format!("muộn{day}"), RowKind::Warning),
        State::Open => ("không rõ kỳ".to_owned(), RowKind::Error),
        State::Unreadable => ("tệp chưa đọc được".to_owned(), RowKind::Error),
        State::Missing => ("chưa gửi".to_owned(), RowKind::Warning),
        State::NotDue => ("chưa đến hạn".to_owned(), RowKind::Body),
        State::NotExpected => (String::new(), RowKind::Body),
    }
}

/// A table a form: units × periods. Of more than a year the list alone has it all.
fn by_period(status: &Status) -> Option<Sheet> {
    if status.periods.len() > PERIODS_AT_MOST || status.forms.is_empty() {
        return None;
    }
    let time = columns_of_time(status, false);
    let term = term(status);
    let above = capital(term);
    let tables = status.forms.iter().enumerate().map(|(form, &id)| {
        let mut columns =
            vec![column("no", &["TT"], ColumnKind::Ordinal, 5), column("unit", &["Đơn vị"], ColumnKind::Text, 22)];
        columns.extend(time.iter().map(|(heading, _)| column("month", &[&above, heading], ColumnKind::Text, 9)));
        let rows = status.units.iter().enumerate().map(|(at, unit)| {
            let mut cells = vec![ordinal(at), Cell::text(status.name(unit))];
            cells.extend(unit.reports[form].iter().map(|report| {
                let (text, kind) = short(report);
                if text.is_empty() { Cell::default() } else { Cell::text(text).with_kind(kind) }
            }));
            Row { kind: RowKind::Body, cells }
        });
        Table { title: format!("Biểu {}", status.title(id)), rows: rows.collect(), columns, notes: Vec::new() }
    });
    let tables = tables.collect();
    let mut sheet = sheet(status, &format!("Từng {term}"), format!("Từng biểu, từng {term}"), tables);
    if status.deadline().is_some() {
        sheet.subtitle.push("\"Đã gửi\": không rõ ngày gửi. \"Muộn 12/04\": báo cáo ghi ngày 12/04.".to_owned());
    }
    Some(sheet)
}

fn reminder_sheet(status: &Status) -> Sheet {
    let columns = vec![
        column("no", &["TT"], ColumnKind::Ordinal, 5),
        column("unit", &["Đơn vị"], ColumnKind::Text, 24),
        column("text", &["Nội dung nhắc (chép vào thư điện tử, Zalo)"], ColumnKind::Prose, 95),
    ];
    let rows = reminders(status).into_iter().enumerate().map(|(at, (unit, line))| {
        let name = status.name(&status.units[unit]);
        Row { kind: RowKind::Body, cells: vec![ordinal(at), Cell::text(name), Cell::text(line)] }
    });
    let table = Table { columns, rows: rows.collect(), ..Table::default() };
    let title = format!("Danh sách nhắc gửi báo cáo, {}", lower(&status.asked.span.title()));
    let mut sheet = sheet(status, "Danh sách nhắc", title, vec![table]);
    sheet.attention = sheet.tables.iter().any(|table| !table.rows.is_empty());
    sheet
}

/// One row for each unit, form and period, for programs.
pub fn long(status: &Status) -> Table {
    let columns = vec![
        column("unit_code", &["Mã đơn vị"], ColumnKind::Text, 11),
        column("unit", &["Đơn vị"], ColumnKind::Text, 24),
        column("form", &["Mã biểu"], ColumnKind::Text, 16),
        column("form_title", &["Biểu"], ColumnKind::Text, 26),
        match status.every() {
            Each::Month => column("month", &["Tháng"], ColumnKind::Text, 10),
            _ => column("month", &["Kỳ"], ColumnKind::Text, 22),
        },
        column("state", &["Tình trạng"], ColumnKind::Text, 26),
        column("dated", &["Ngày ghi trong báo cáo"], ColumnKind::Date, 14),
        column("due", &["Hạn gửi"], ColumnKind::Date, 12),
    ];
    let mut rows = Vec::new();
    for unit in &status.units {
        let code = &status.register.unit(unit.shown.unit).code;
        for (&form, reports) in status.forms.iter().zip(&unit.reports) {
            for (of, report) in status.periods.iter().zip(reports) {
                let kind = short(report).1;
                let day = |day: Option<chrono::NaiveDate>| day.map_or(Cell::default(), Cell::date);
                let cells = vec![
                    Cell::text(code),
                    Cell::text(status.name(unit)),
                    Cell::text(&status.catalogue.form(form).id),
                    Cell::text(status.title(form)),
                    Cell::text(match status.every() {
                        Each::Month => super::data::last_month(of),
                        _ => of.period.title(),
                    }),
                    Cell::text(report.state.title()),
                    day(report.dated),
                    day(report.due.filter(|_| status.deadline().is_some())),
                ];
                rows.push(Row { kind, cells });
            }
        }
    }
    Table { columns, rows, ..Table::default() }
}

/// As [`long`] for people: periods one after another that stand alike share a row, so that a year of a district is some pages.
fn runs(status: &Status) -> Table {
    let columns = vec![
        column("unit_code", &["Mã đơn vị"], ColumnKind::Text, 11),
        column("unit", &["Đơn vị"], ColumnKind::Text, 24),
        column("form_title", &["Biểu"], ColumnKind::Text, 26),
        column("periods", &["Kỳ"], ColumnKind::Text, 16),
        column("state", &["Tình trạng"], ColumnKind::Text, 26),
        column("dated", &["Ngày ghi trong báo cáo"], ColumnKind::Date, 14),
        column("due", &["Hạn gửi"], ColumnKind::Text, 24),
    ];
    let mut rows = Vec::new();
    for unit in &status.units {
        for (&form, reports) in status.forms.iter().zip(&unit.reports) {
            let mut at = 0;
            for run in reports.chunk_by(|a, b| (a.state, a.dated) == (b.state, b.dated)) {
                let places = (at..at + run.len()).collect();
                at += run.len();
                let due = run.iter().filter_map(|report| report.due.filter(|_| status.deadline().is_some()));
                let due: Vec<String> = due.map(|due| due.format("%d/%m/%Y").to_string()).collect();
                let due = match &due[..] {
                    [] => Cell::default(),
                    [first, .., last] if first != last => Cell::text(format!("{first} đến {last}")),
                    [first, ..] => Cell::text(first),
                };
                let cells = vec![
                    Cell::text(&status.register.unit(unit.shown.unit).code),
                    Cell::text(status.name(unit)),
                    Cell::text(status.title(form)),
                    Cell::text(periods_said(status, &places)),
                    Cell::text(run[0].state.title()),
                    run[0].dated.map_or(Cell::default(), Cell::date),
                    due,
                ];
                rows.push(Row { kind: short(&run[0]).1, cells });
            }
        }
    }
    let notes = vec!["Mỗi kỳ một dòng: danvan status --format csv.".to_owned()];
    Table { columns, rows, notes, ..Table::default() }
}
