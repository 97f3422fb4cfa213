//! `danvan trace`: the cells behind a figure, with the sum proved; or what became of one cell.

use std::fmt::Write;

use clap::Args;

use danvan::base::amount::{Amount, vietnamese};
use danvan::report::trace::{CellTrace, Trace, TraceCell, TraceProblem, UnitTrace};
use danvan::run::{self, Found, Request, Traced};

use super::period;
use super::terminal::{self, Terminal, harmless};
use super::{Common, Exit, Input, one_of};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
}

#[derive(Args)]
#[group(skip)]
#[command(
    override_usage = "danvan trace [CHỈ_TIÊU] --year NĂM [TÙY CHỌN]\n       danvan trace --cell TỆP!TRANG_TÍNH!Ô"
)]
pub struct Options {
    /// Mã hoặc tên chỉ tiêu, ví dụ land_donation.area (mặc định: mọi chỉ tiêu có số liệu)
    #[arg(value_name = "CHỈ_TIÊU")]
    indicator: Option<String>,
    /// Chỉ đơn vị này và các đơn vị trực thuộc: mã hoặc tên
    #[arg(long, value_name = "ĐƠN_VỊ")]
    unit: Option<String>,
    /// Hỏi ngược lại: ô này đã được dùng vào đâu, ví dụ "Xã Bảo Hà.xlsx!Quý I!D5"
    #[arg(long, value_name = "TỆP!TRANG!Ô", conflicts_with_all = ["indicator", "unit"])]
    cell: Option<String>,
    /// Cách in: text hoặc json (mặc định: text)
    #[arg(
        long, value_name = "ĐỊNH_DẠNG", default_value = "text",
        value_parser = one_of([("text", Shape::Text), ("json", Shape::Json)])
    )]
    format: Shape,
    #[command(flatten)]
    pub period: period::Options,
    #[command(flatten)]
    input: Input,
}

pub fn run(options: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    let (span, traced) = match (options.cell, options.indicator) {
        (Some(cell), _) => (options.period.asked()?, Traced::Cell(cell)),
        (None, name) => (Some(options.period.required()?), Traced::Indicator { name, unit: options.unit }),
    };
    let request = Request { span, calendar: options.period.calendar, ..common.request(options.input.input) };
    let (found, outcome) = run::trace(&request, &traced, &terminal.progress())?;
    let text = match (options.format, &found) {
        (Shape::Json, found) => serde_json::to_string_pretty(found)? + "\n",
        (Shape::Text, Found::Figures(traces)) => traces.iter().map(figure).collect::<Vec<_>>().join("\n"),
        (Shape::Text, Found::Cell(trace)) => of_cell(trace),
    };
    let exit = terminal::stdout(text.as_bytes())?;
    terminal.finish(&outcome, &[], "", exit);
    Ok(exit)
}

/// An amount with as many decimals as it has.
fn shown(amount: Amount) -> String {
    vietnamese(amount, amount.scale())
}

fn figure(trace: &Trace) -> String {
    let mut text = String::new();
    let value = trace.value.map_or("chưa có số liệu".to_owned(), |value| {
        format!("{} {}", vietnamese(value, trace.decimals.max(if trace.measure == "%" { 1 } else { 0 })), trace.measure)
    });
    line(&mut text, &format!("{} ({}), {}, {}: {value}", trace.title, trace.indicator, trace.scope, trace.period));
    if let Some(ratio) = &trace.ratio {
        let over = match ratio.all {
            true => String::new(),
            false => ": chỉ lấy các tháng, các dòng có đủ các số phải chia, nên ít hơn các tổng dưới đây".to_owned(),
        };
        let sums = format!("lấy {} chia cho {}", shown(ratio.part), shown(ratio.whole));
        line(&mut text, &format!("{sums}, của {} đơn vị có đủ số liệu{over}.", ratio.units));
    }
    for side in &trace.of {
        text.push('\n');
        text += &figure(side);
    }
    for unit in &trace.units {
        text.push('\n');
        unit_cells(&mut text, unit, &trace.measure);
    }
    let reporting = trace.units.iter().filter(|unit| unit.value.is_some()).count();
    if let (Some(proved), Some(value), true) = (trace.proved, trace.value, trace.of.is_empty()) {
        let sums = match proved == value {
            true => format!("cộng các ô được tính là {}, bằng số trong báo cáo", shown(proved)),
            false => format!("cộng các ô được tính là {}, KHÁC số trong báo cáo {}", shown(proved), shown(value)),
        };
        line(&mut text, &format!("\n{reporting} đơn vị có số liệu; {sums}."));
    }
    problems(&mut text, &trace.problems);
    text
}

fn unit_cells(text: &mut String, unit: &UnitTrace, measure: &str) {
    let value = unit.value.map_or("chưa tính được".to_owned(), |value| format!("{} {measure}", shown(value)));
    line(text, &format!("{}: {value}", unit.unit));
    for cell in &unit.cells {
        let written = cell.written.map(shown).unwrap_or_default();
        line(text, &format!("  {} | {} | hiểu là {written} | {}", place(cell), cell.period, cell.words));
    }
    if unit.cells.is_empty() {
        line(text, "  không có ô nào được cộng: đơn vị đã báo cáo, và theo đó thì không có");
    }
}

fn place(cell: &TraceCell) -> String {
    let sheet = if cell.sheet.is_empty() { String::new() } else { format!("!{}", cell.sheet) };
    format!("{}{sheet}!{}", cell.file, cell.cell)
}

fn problems(text: &mut String, problems: &[TraceProblem]) {
    if problems.is_empty() {
        return;
    }
    line(text, "\nChưa tính được ở các trang tính này:");
    for problem in problems {
        line(text, &format!("  {}: {} [{}]", problem.place, problem.message, problem.code));
    }
}

fn of_cell(trace: &CellTrace) -> String {
    let mut text = String::new();
    let role = trace.role.as_ref().map(|role| format!(": {role}")).unwrap_or_default();
    line(&mut text, &format!("{}{role}", trace.place));
    if let Some((form, field)) = &trace.listed {
        let field = match field {
            Some(field) => format!(", cột \"{field}\""),
            None => ", ở cột không dùng để tính".to_owned(),
        };
        line(&mut text, &format!("  thuộc một dòng của danh sách \"{form}\"{field}; dòng này được dùng vào:"));
    }
    for used in &trace.uses {
        let written = used.cell.written.map(shown).unwrap_or_default();
        let what = format!("{}, {}, {}", used.title, used.unit, used.window);
        line(&mut text, &format!("  {what}: hiểu là {written}, {}", used.cell.words));
    }
    if let Some(because) = &trace.set_aside {
        line(&mut text, &format!("  không tính: {because}"));
    }
    for problem in &trace.problems {
        line(&mut text, &format!("  {} [{}]", problem.message, problem.code));
    }
    if trace.uses.is_empty() && trace.set_aside.is_none() && trace.problems.is_empty() {
        line(&mut text, "  không được tính vào chỉ tiêu nào của kỳ này");
    }
    text
}

fn line(text: &mut String, said: &str) {
    writeln!(text, "{}", harmless(said)).expect("a string takes all text");
}
