//! Tables: columns that fit the page, headings that repeat on each page, rows that no page break cuts.
//! Takes a neutral [`Table`] and the room for it, gives its XML.

use std::fmt::Write as _;

use crate::base::amount;
use crate::report::document::{Block, Cell, CellValue, Column, ColumnKind, Row, RowKind, Table, Text};

use super::layout::{Align, Twips};
use super::xml::{Mark, Paragraph, gap, run, width};

/// Left and right of what stands in a cell.
const PADDING: Twips = 70;
/// What our measure of a text may be short of, on both sides.
const SLACK: Twips = 40;
/// A word that is wider is broken.
const LONGEST_WORD: Twips = 2_300;
/// A name up to so wide stays on one line if it can, and is never put one word a line.
const NAME: Twips = 2_000;
/// A heading up to so wide stays on one line if it can.
const SHORT_HEADING: Twips = 1_000;
/// Prose wants no more: it wraps.
const PROSE: Twips = 6_000;
/// A table of up to so many rows is not split between pages.
const SHORT: usize = 8;

/// Word opens no table of more.
const COLUMNS_AT_MOST: usize = 63;

/// The same text, its tables of more columns than Word takes cut into several, each with the columns of names in front.
pub fn divided(text: &Text) -> Text {
    let blocks = |blocks: &[Block]| {
        blocks
            .iter()
            .flat_map(|block| match block {
                Block::Table(table) => parts(table).into_iter().map(Block::Table).collect(),
                other => vec![other.clone()],
            })
            .collect()
    };
    Text { body: blocks(&text.body), annex: blocks(&text.annex), ..text.clone() }
}

fn parts(table: &Table) -> Vec<Table> {
    if table.columns.len() <= COLUMNS_AT_MOST {
        return vec![table.clone()];
    }
    let names = table.columns.iter().position(|column| column.kind == ColumnKind::Number).unwrap_or(1);
    let names = names.min(COLUMNS_AT_MOST / 2);
    let figures: Vec<usize> = (names..table.columns.len()).collect();
    let chunks: Vec<&[usize]> = figures.chunks(COLUMNS_AT_MOST - names).collect();
    let part = |(at, columns): (usize, &&[usize])| {
        let kept: Vec<usize> = (0..names).chain(columns.iter().copied()).collect();
        let cells = |row: &Row| kept.iter().map(|&col| row.cells.get(col).cloned().unwrap_or_default()).collect();
        let number = format!("(phần {}/{})", at + 1, chunks.len());
        Table {
            title: format!("{} {number}", table.title.trim()).trim().to_owned(),
            columns: kept.iter().map(|&col| table.columns[col].clone()).collect(),
            rows: table.rows.iter().map(|row| Row { kind: row.kind, cells: cells(row) }).collect(),
            notes: if at + 1 == chunks.len() { table.notes.clone() } else { Vec::new() },
        }
    };
    chunks.iter().enumerate().map(part).collect()
}

/// The columns' widths and the size of type at which a table finds room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    pub widths: Vec<Twips>,
    pub size: u32,
}

/// The largest of the sizes at which each column's words stand whole.
pub fn fit(table: &Table, room: Twips, sizes: &[u32]) -> Option<Fit> {
    sizes.iter().find_map(|&size| {
        let needs = needs(table, size);
        let least: Twips = needs.iter().map(|need| need.least).sum();
        (least <= room).then(|| Fit { widths: shared(&needs, room), size })
    })
}

/// As [`fit`], but a table that has no room at any size gets the smallest, its words broken.
pub fn forced(table: &Table, room: Twips, sizes: &[u32]) -> Fit {
    fit(table, room, sizes).unwrap_or_else(|| {
        let columns = table.columns.len().max(1) as Twips;
        Fit { widths: vec![room / columns; table.columns.len()], size: sizes.last().copied().unwrap_or(8) }
    })
}

/// How wide a column may be: it cannot do with less, looks well, has all it would like.
struct Need {
    least: Twips,
    good: Twips,
    wanted: Twips,
    /// How much of the room to spare it takes, beside what it has: names more than figures.
    grows: Twips,
}

/// The needs of all columns at a size of type.
fn needs(table: &Table, size: u32) -> Vec<Need> {
    let levels = headings(&table.columns);
    let mut needs: Vec<Need> = (0..table.columns.len()).map(|col| need(table, &levels, col, size)).collect();
    // Columns of figures beside one another look well when they are alike.
    let figures = |(column, _): &(&Column, &mut Need)| column.kind == ColumnKind::Number;
    let widest = table.columns.iter().zip(&mut needs).filter(figures).map(|(_, need)| need.good).max().unwrap_or(0);
    for (_, need) in table.columns.iter().zip(&mut needs).filter(figures) {
        need.good = widest;
        need.wanted = widest;
    }
    needs
}

fn need(table: &Table, levels: &[Vec<Option<Heading>>], col: usize, size: u32) -> Need {
    let column = &table.columns[col];
    let word = |text: &str, bold| text.split_whitespace().map(|word| width(word, size, bold)).max().unwrap_or(0);
    let (mut least, mut good, mut wanted) = (0, 0, 0);
    for heading in levels.iter().filter_map(|level| level[col].as_ref()).filter(|heading| heading.cols == 1) {
        let whole = width(&heading.text, size, true);
        least = least.max(word(&heading.text, true).min(LONGEST_WORD));
        good = good.max(if whole <= SHORT_HEADING { whole } else { whole.div_ceil(2).min(NAME) });
    }
    for row in &table.rows {
        let Some(span) = spans(row, &table.columns).into_iter().find(|span| span.start == col && span.cols == 1) else {
            continue;
        };
        let bold = is_bold(row.kind);
        let text = shown(row.cells.get(span.cell));
        let (whole, word) = (width(&text, size, bold), word(&text, bold).min(LONGEST_WORD));
        let (needed, liked) = match column.kind {
            ColumnKind::Number if !is_number(row.cells.get(span.cell)) => (word, word),
            ColumnKind::Number => (whole, whole),
            ColumnKind::Ordinal | ColumnKind::Date => (whole.min(LONGEST_WORD), whole.min(LONGEST_WORD)),
            ColumnKind::Text if row.kind != RowKind::Body => (word, whole.min(NAME)),
            ColumnKind::Text => (word.max(whole.min(NAME)), whole.min(PROSE)),
            ColumnKind::Prose => (word.max(whole.min(NAME)), whole.min(2 * PROSE)),
        };
        least = least.max(needed);
        wanted = wanted.max(liked);
    }
    let around = 2 * PADDING + SLACK;
    let good = good.max(least);
    Need {
        least: least + around,
        good: good + around,
        wanted: wanted.max(good) + around,
        grows: match column.kind {
            ColumnKind::Ordinal => 0,
            ColumnKind::Number | ColumnKind::Date => 1,
            ColumnKind::Text | ColumnKind::Prose => 2,
        },
    }
}

/// The room shared out: what has room for all goes to all, the rest where most is missing.
fn shared(needs: &[Need], room: Twips) -> Vec<Twips> {
    let tier = |of: fn(&Need) -> Twips| needs.iter().map(of).collect::<Vec<_>>();
    let (least, good, wanted) = (tier(|need| need.least), tier(|need| need.good), tier(|need| need.wanted));
    let more = |from: &[Twips], to: &[Twips]| from.iter().zip(to).map(|(from, to)| to - from).collect::<Vec<_>>();
    let fits = |tier: &[Twips]| tier.iter().sum::<Twips>() <= room;
    let (from, weights) = if fits(&wanted) {
        let grown = tier(|need| need.grows * need.wanted);
        (wanted, grown)
    } else if fits(&good) {
        let weights = more(&good, &wanted);
        (good, weights)
    } else {
        let weights = more(&least, &good);
        (least, weights)
    };
    let left = room.saturating_sub(from.iter().sum());
    let all = weights.iter().sum::<Twips>().max(1);
    from.iter().zip(weights).map(|(from, weight)| from + left * weight / all).collect()
}

/// A heading, and over how many rows and columns it stands.
#[derive(Clone, Debug, PartialEq)]
struct Heading {
    text: String,
    cols: usize,
    rows: usize,
}

/// The rows of headings: one, or two where columns are grouped. `None` where another heading stands over the place.
fn headings(columns: &[Column]) -> Vec<Vec<Option<Heading>>> {
    let group = |column: &Column| match &column.header[..] {
        [group, _, ..] => Some(group.clone()),
        _ => None,
    };
    let leaf = |column: &Column| match &column.header[..] {
        [] => String::new(),
        [only] => only.clone(),
        [_, rest @ ..] => rest.join(": "),
    };
    // One group that holds all figures says nothing.
    let mut groups: Vec<Option<String>> = columns.iter().map(group).collect();
    let mut named = groups.iter().flatten();
    let first = named.next();
    let figures = columns.iter().zip(&groups).filter(|(column, _)| column.kind == ColumnKind::Number);
    let alone = named.all(|other| Some(other) == first) && figures.clone().all(|(_, group)| group.is_some());
    if alone {
        groups = vec![None; columns.len()];
    }
    let grouped = groups.iter().any(Option::is_some);
    let rows = if grouped { 2 } else { 1 };
    let mut upper: Vec<Option<Heading>> = Vec::new();
    let mut lower: Vec<Option<Heading>> = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        match &groups[at] {
            None => {
                upper.push(Some(Heading { text: leaf(column), cols: 1, rows }));
                lower.push(None);
            }
            Some(group) => {
                let begins = at == 0 || groups[at - 1].as_ref() != Some(group);
                let cols = groups[at..].iter().take_while(|other| other.as_ref() == Some(group)).count();
                upper.push(begins.then(|| Heading { text: group.clone(), cols, rows: 1 }));
                lower.push(Some(Heading { text: leaf(column), cols: 1, rows: 1 }));
            }
        }
    }
    if grouped { vec![upper, lower] } else { vec![upper] }
}

/// A cell of a row, and the columns that it goes over.
struct Span {
    start: usize,
    cols: usize,
    /// Whose content it shows.
    cell: usize,
}

/// A heading within the table goes over its whole row, a total's name over its missing row number, and words among
/// figures ("chưa báo cáo") over the empty cells after them.
fn spans(row: &Row, columns: &[Column]) -> Vec<Span> {
    let filled = |col: usize| row.cells.get(col).is_some_and(|cell| cell.value != CellValue::Empty);
    let only = (0..columns.len()).filter(|&col| filled(col)).count() == 1;
    let mut spans = Vec::new();
    let mut start = 0;
    while start < columns.len() {
        let unnumbered = is_bold(row.kind) && columns[start].kind == ColumnKind::Ordinal && !filled(start);
        let cell = if unnumbered && start + 1 < columns.len() { start + 1 } else { start };
        let goes_on = filled(cell)
            && match row.kind {
                RowKind::Group => only,
                _ => columns[cell].kind == ColumnKind::Number && !is_number(row.cells.get(cell)),
            };
        let empty = (cell + 1..columns.len()).take_while(|&col| !filled(col)).count();
        let cols = cell + 1 - start + if goes_on { empty } else { 0 };
        spans.push(Span { start, cols, cell });
        start += cols;
    }
    spans
}

fn is_number(cell: Option<&Cell>) -> bool {
    matches!(cell.map(|cell| &cell.value), Some(CellValue::Number(..) | CellValue::Percent(..)))
}

fn is_bold(kind: RowKind) -> bool {
    matches!(kind, RowKind::Total | RowKind::Group)
}

fn shown(cell: Option<&Cell>) -> String {
    match cell.map(|cell| &cell.value) {
        None | Some(CellValue::Empty) => String::new(),
        Some(CellValue::Text(text)) => text.trim().to_owned(),
        Some(CellValue::Number(amount, decimals)) => amount::vietnamese(*amount, *decimals),
        Some(CellValue::Percent(amount, decimals)) => amount::vietnamese_fixed(*amount, *decimals),
        Some(CellValue::Date(date)) => date.format("%d/%m/%Y").to_string(),
    }
}

/// The caption, the table and its notes, and the distance to what follows. `style_size`: that of the cells' style.
pub fn xml(table: &Table, fit: &Fit, style_size: u32) -> String {
    let mut xml = String::new();
    if !table.title.is_empty() {
        xml.push_str(&Paragraph::new("Caption").of(table.title.trim()));
    }
    if !table.columns.is_empty() {
        xml.push_str(&frame(table, fit, style_size));
    }
    xml.push_str(&gap());
    for note in &table.notes {
        xml.push_str(&Paragraph::new("Note").of(note.trim()));
    }
    xml
}

fn frame(table: &Table, fit: &Fit, style_size: u32) -> String {
    let size = (fit.size != style_size).then_some(fit.size);
    let total: Twips = fit.widths.iter().sum();
    let mut xml = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{total}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>{}</w:tblBorders>\
         <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"{PADDING}\" w:type=\"dxa\"/>\
         <w:right w:w=\"{PADDING}\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>",
        ["top", "left", "bottom", "right", "insideH", "insideV"]
            .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>"))
            .concat()
    );
    for width in &fit.widths {
        let _ = write!(xml, "<w:gridCol w:w=\"{width}\"/>");
    }
    xml.push_str("</w:tblGrid>");

    let levels = headings(&table.columns);
    for (at, level) in levels.iter().enumerate() {
        xml.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (col, heading) in level.iter().enumerate() {
            let (text, cols, merge) = match heading {
                Some(heading) => {
                    let merge = if heading.rows > 1 { "<w:vMerge w:val=\"restart\"/>" } else { "" };
                    (heading.text.as_str(), heading.cols, merge)
                }
                // Another's first row, or its first column, goes on here.
                None if at > 0 => ("", 1, "<w:vMerge/>"),
                None => continue,
            };
            let paragraph = Paragraph { align: Some(Align::Center), keep_next: true, ..Paragraph::new("Cell") };
            let runs = run(text.trim(), Mark { bold: true, size, ..Mark::default() });
            xml.push_str(&cell(&fit.widths[col..col + cols], merge, &paragraph.around(&runs)));
        }
        xml.push_str("</w:tr>");
    }

    let none;
    let rows = match table.rows.is_empty() {
        true => {
            let mut cells = vec![Cell::default(); table.columns.len()];
            let first = table.columns.iter().position(|column| column.kind != ColumnKind::Ordinal).unwrap_or(0);
            cells[first] = Cell::text("Không có");
            none = [Row { kind: RowKind::Body, cells }];
            &none[..]
        }
        false => &table.rows[..],
    };
    for (at, row) in rows.iter().enumerate() {
        // No heading without a row below it, no total without a row above.
        let keep_next = at + 1 < rows.len()
            && (rows.len() <= SHORT || at == 0 || at + 2 == rows.len() || row.kind == RowKind::Group);
        xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for Span { start, cols, cell } in spans(row, &table.columns) {
            let aside = !is_number(row.cells.get(cell)) && table.columns[cell].kind == ColumnKind::Number;
            let align = match table.columns[cell].kind {
                _ if aside || (row.kind == RowKind::Total && cell > start) => Align::Center,
                ColumnKind::Ordinal | ColumnKind::Date => Align::Center,
                ColumnKind::Number => Align::Right,
                ColumnKind::Text | ColumnKind::Prose => Align::Left,
            };
            let mark = Mark { bold: is_bold(row.kind), italic: aside, size, ..Mark::default() };
            let paragraph = Paragraph { align: Some(align), keep_next, ..Paragraph::new("Cell") };
            let runs = run(&shown(row.cells.get(cell)), mark);
            xml.push_str(&self::cell(&fit.widths[start..start + cols], "", &paragraph.around(&runs)));
        }
        xml.push_str("</w:tr>");
    }
    xml.push_str("</w:tbl>");
    xml
}

fn cell(widths: &[Twips], merge: &str, content: &str) -> String {
    let span = if widths.len() > 1 { format!("<w:gridSpan w:val=\"{}\"/>", widths.len()) } else { String::new() };
    let width: Twips = widths.iter().sum();
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}{merge}<w:vAlign w:val=\"center\"/></w:tcPr>{content}</w:tc>"
    )
}

/// A row of a frame without lines: the head and the foot. Each cell's content is paragraphs.
pub fn bare(widths: &[Twips], rows: &[Vec<String>]) -> String {
    let total: Twips = widths.iter().sum();
    let mut xml = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{total}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
    );
    for width in widths {
        let _ = write!(xml, "<w:gridCol w:w=\"{width}\"/>");
    }
    xml.push_str("</w:tblGrid>");
    for row in rows {
        xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (content, width) in row.iter().zip(widths) {
            let _ = write!(xml, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{content}</w:tc>");
        }
        xml.push_str("</w:tr>");
    }
    xml.push_str("</w:tbl>");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_has_more_columns_than_word_takes() {
        let column = |at: usize| Column {
            kind: if at == 0 { ColumnKind::Text } else { ColumnKind::Number },
            header: vec![at.to_string()],
            ..Column::default()
        };
        let table = |columns: usize| Table {
            columns: (0..columns).map(column).collect(),
            rows: vec![Row { kind: RowKind::Body, cells: (0..columns).map(|at| Cell::text(at.to_string())).collect() }],
            notes: vec!["Ghi chú".into()],
            ..Table::default()
        };
        for (columns, sizes) in [(63, vec![63]), (64, vec![63, 2]), (130, vec![63, 63, 6])] {
            let parts = parts(&table(columns));
            assert_eq!(parts.iter().map(|part| part.columns.len()).collect::<Vec<_>>(), sizes);
            let figures = parts.iter().flat_map(|part| &part.rows[0].cells[1..]).map(|cell| shown(Some(cell)));
            assert!(figures.eq((1..columns).map(|at| at.to_string())), "every figure once, in order");
            assert_eq!(parts.iter().filter(|part| !part.notes.is_empty()).count(), 1);
        }
    }
}
