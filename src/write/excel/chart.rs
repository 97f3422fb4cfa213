//! Charts: the document's, over cells of its tables, as the spreadsheet program's own; and where they stand on the page.
//! Takes a [`Chart`](Drawing) of the document and where its table was written.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLayout, ChartLegendPosition, ChartLine, ChartSolidFill,
    ChartType, Color, ObjectMovement,
};

use crate::report::document::{Chart as Drawing, ChartKind, Drawn};

/// The colours of the series; they differ in grey too.
const COLORS: [u32; 3] = [0x2E75B6, 0xA5A5A5, 0x1F3864];
const FONT: &str = "Times New Roman";
/// What a chart's title, and what its legend takes, in pixels.
const TITLE: u32 = 52;
const LEGEND: u32 = 28;
/// The height of a chart that does not grow with its data, and of a small one.
const HEIGHT: u32 = 230;
const SMALL: u32 = 200;
/// Rows of names that a chart has to have room for, in pixels: the least, one bar, and the space between.
const BAR: u32 = 12;
const GAP: u32 = 8;
/// As tall as a page lets it be.
const TALLEST: u32 = 640;

/// Where a table of the workbook stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The rows of the headings, from 0.
    pub header: u32,
    /// The first row of the body.
    pub body: u32,
    /// In which row each column's own heading stands.
    pub headings: Vec<u32>,
}

/// How tall a chart is to be, in pixels.
pub fn height(drawing: &Drawing) -> u32 {
    let (names, series) = match &drawing.drawn {
        Drawn::Rows { rows, series, .. } => (rows.len() as u32, series.len() as u32),
        Drawn::Columns { columns, series, .. } => (columns.len() as u32, series.len() as u32),
    };
    let legend = if series > 1 { LEGEND } else { 0 };
    match (drawing.small, drawing.kind) {
        (true, _) => SMALL,
        (false, ChartKind::Column) => HEIGHT,
        (false, ChartKind::Bar) => (TITLE + legend + names * (GAP + BAR * series)).clamp(SMALL, TALLEST),
    }
}

/// The chart itself; `sheet`: the name of the sheet on which its table stands at `place`.
pub fn chart(drawing: &Drawing, sheet: &str, place: &Place, (width, height): (u32, u32)) -> Chart {
    let bars = drawing.kind == ChartKind::Bar;
    let mut chart = Chart::new(if bars { ChartType::Bar } else { ChartType::Column });
    let col = |col: usize| col as u16;
    let row = |row: usize| place.body + row as u32;
    let heading = |col: usize| place.headings.get(col).copied().unwrap_or(place.header);
    let (names, series) = match &drawing.drawn {
        Drawn::Rows { rows, series, .. } => (rows.len(), series.len()),
        Drawn::Columns { columns, series, .. } => (columns.len(), series.len()),
    };
    // Beside each other numbers would run into each other.
    let labelled = bars || series == 1;
    let mut font = ChartFont::new();
    font.set_name(FONT).set_size(9);
    let mut label = ChartDataLabel::new();
    label.show_value().set_font(&font);
    let add = |chart: &mut Chart,
               at: usize,
               cells: (u32, u16, u32, u16),
               categories: (u32, u16, u32, u16),
               name: (u32, u16)| {
        let color = Color::RGB(COLORS[at % COLORS.len()]);
        let added = chart.add_series();
        added
            .set_name((sheet, name.0, name.1))
            .set_categories((sheet, categories.0, categories.1, categories.2, categories.3))
            .set_values((sheet, cells.0, cells.1, cells.2, cells.3))
            .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(color)));
        added.set_gap(if names <= 2 { 120 } else { 45 });
        if labelled {
            added.set_data_label(&label);
        }
    };
    match &drawing.drawn {
        Drawn::Rows { rows, names, series } => {
            let (first, last) = (row(rows.start), row(rows.end.max(rows.start + 1) - 1));
            for (at, &one) in series.iter().enumerate() {
                let categories = (first, col(*names), last, col(*names));
                add(&mut chart, at, (first, col(one), last, col(one)), categories, (heading(one), col(one)));
            }
        }
        Drawn::Columns { columns, names, series } => {
            let (first, last) = (col(columns.start), col(columns.end.max(columns.start + 1) - 1));
            let heading = heading(columns.start);
            for (at, &one) in series.iter().enumerate() {
                let cells = (row(one), first, row(one), last);
                add(&mut chart, at, cells, (heading, first, heading, last), (row(one), col(*names)));
            }
        }
    }
    let mut bold = ChartFont::new();
    bold.set_name(FONT).set_size(if drawing.small { 9 } else { 11 }).set_bold();
    chart.title().set_name(&plain(&drawing.title)).set_font(&bold);
    if series > 1 {
        chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font);
    } else {
        chart.legend().set_hidden();
    }
    let (names, figures) = if bars { (Axis::Y, Axis::X) } else { (Axis::X, Axis::Y) };
    let mut line = ChartLine::new();
    line.set_color(Color::RGB(0xD9D9D9)).set_width(0.75);
    let axis = of(&mut chart, names);
    axis.set_font(&font).set_major_tick_type(rust_xlsxwriter::ChartAxisTickType::None);
    if bars {
        // The first of the table on top.
        axis.set_reverse().set_label_interval(1);
    }
    let axis = of(&mut chart, figures);
    axis.set_font(&font).set_min(0).set_major_gridlines(!labelled);
    if !labelled {
        axis.set_major_gridlines_line(&line);
    }
    if let Some(most) = drawing.most {
        axis.set_max(super::float(most));
    }
    // Where each bar says its own figure, the axis has nothing to add.
    axis.set_hidden(labelled);
    if drawing.small {
        // Room for a title of two lines, and for the figure on the tallest column.
        chart.plot_area().set_layout(&ChartLayout::new().set_offset(0.06, 0.3).set_dimensions(0.88, 0.54));
    }
    chart.chart_area().set_format(ChartFormat::new().set_border(&line));
    chart.set_width(width).set_height(height).set_alt_text(&*drawing.title);
    chart.set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
    chart
}

enum Axis {
    X,
    Y,
}

fn of(chart: &mut Chart, axis: Axis) -> &mut rust_xlsxwriter::ChartAxis {
    match axis {
        Axis::X => chart.x_axis(),
        Axis::Y => chart.y_axis(),
    }
}

/// A title that the writer takes for words: what looks like cells' addresses would be read as those.
fn plain(title: &str) -> String {
    let title = title.replace('!', "\u{ff01}");
    if title.starts_with('=') { format!(" {title}") } else { title }
}

/// Charts below or beside the tables: the column (of the grid) and the top of each, in order of the charts, so that none lies
/// across the end of a page; each goes where there is room first. `start`: how far down the first page they begin.
pub fn packed(
    heights: &[f64],
    columns: usize,
    gap: f64,
    start: f64,
    next_page: impl Fn(f64) -> (f64, f64),
) -> Vec<(usize, f64)> {
    let mut tops = vec![start; columns.max(1)];
    heights
        .iter()
        .map(|&height| {
            let free = tops.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
            let (at, mut top) = free.map_or((0, start), |(at, top)| (at, *top));
            // Where the page ends on which it would begin, and where the next begins.
            let (end, next) = next_page(top);
            if top + height > end && top > start {
                top = next;
            }
            tops[at] = top + height + gap;
            (at, top)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_stand_where_there_is_room_and_never_across_the_end_of_a_page() {
        let pages = |y: f64| {
            let next = 100.0 * ((y / 100.0).floor() + 1.0);
            (next, next)
        };
        for (heights, columns, start, expected) in [
            (vec![40.0, 40.0, 40.0], 1, 0.0, vec![(0, 0.0), (0, 50.0), (0, 100.0)]),
            (vec![60.0, 90.0, 30.0], 2, 0.0, vec![(0, 0.0), (1, 0.0), (0, 70.0)]),
            (vec![20.0; 5], 4, 0.0, vec![(0, 0.0), (1, 0.0), (2, 0.0), (3, 0.0), (0, 30.0)]),
            // Taller than what is left of a page, and taller than a page.
            (vec![50.0, 60.0], 1, 30.0, vec![(0, 30.0), (0, 100.0)]),
            (vec![150.0, 20.0], 1, 0.0, vec![(0, 0.0), (0, 160.0)]),
        ] {
            assert_eq!(packed(&heights, columns, 10.0, start, pages), expected, "{heights:?}");
        }
    }

    #[test]
    fn a_title_is_never_taken_for_cells() {
        for title in ["=SUM(A1)", "=(A!A1:A2,A!B1)", "Hiến đất!A1", "='x'!A1", "Bảng[1]"] {
            let shown = plain(title);
            assert!(!shown.starts_with('=') && !shown.contains('!'), "{shown}");
        }
        assert_eq!(plain("Số hộ (hộ)"), "Số hộ (hộ)");
    }
}
