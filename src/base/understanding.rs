//! What was understood of a sheet: its tables, what each column and row was taken for, whose figures they are and of when.
//!
//! Reading fills it in where somebody asks about a file (`check --explain`, `trace --cell`). Headings stand in it as they
//! are written; of the body only places, never what stands there (design 7.3).

use std::sync::Arc;

use super::cell::{Area, CellRef, SheetName};
use super::diagnostic::Diagnostic;
use super::record::{CategoryId, FieldId, FormId, IndicatorId};

/// A sheet as it was understood.
#[derive(Clone, Debug)]
pub struct SheetUnderstood {
    pub name: Arc<SheetName>,
    pub hidden: bool,
    /// In the order of reading; a rule of the settings names a table by its place here, from 1.
    pub tables: Vec<TableUnderstood>,
    /// The sheet says that nothing happened, without a table.
    pub nil: bool,
    /// What was said of the sheet itself: hidden rows, numbers outside all tables, no table.
    pub problems: Vec<Diagnostic>,
}

/// A table as it was understood.
#[derive(Clone, Debug)]
pub struct TableUnderstood {
    pub area: Area,
    /// The header's first and last row; none where lines name their own figures.
    pub header: Option<(u32, u32)>,
    /// Stands beside another one, so that the header is that of both.
    pub beside: bool,
    /// The titles that were used, nearest first.
    pub captions: Vec<CellRef>,
    pub read_as: ReadAs,
    pub unit: Option<Told>,
    pub period: Option<Told>,
    pub columns: Vec<ColumnUnderstood>,
    /// Of each row of the body, in order.
    pub rows: Vec<(u32, RowRole)>,
    /// All that was said of the table.
    pub problems: Vec<Diagnostic>,
    /// The lines of the settings' rules that it was read by.
    pub rules: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAs {
    /// One record a row.
    List(FormId),
    Figures,
    /// Neither: its titles, or a rule, speak against it.
    Nothing,
}

/// Something that was told of a whole table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// As people read it: "Xã Bảo Hà", "Tháng 5 năm 2023".
    pub title: String,
    /// As a rule of the settings says it, where one can.
    pub rule: Option<String>,
    pub by: By,
}

/// Who told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Cell(CellRef),
    /// The name of the sheet, the file or a folder.
    Name(Arc<str>),
    /// A rule, by its line in the settings.
    Rule(usize),
    /// Nobody: the office's own unit, the year asked for.
    Assumed,
}

#[derive(Clone, Debug)]
pub struct ColumnUnderstood {
    pub col: u32,
    /// Empty where it has none.
    pub heading: String,
    pub means: Means,
    /// What its figures are, other than those of the table's own period: "số kế hoạch".
    pub kind: Option<&'static str>,
    /// Of its figures, as its headings or the titles write it.
    pub measure: Option<Told>,
    /// The line of the rule that says it.
    pub rule: Option<usize>,
}

/// What a column was taken for.
#[derive(Clone, Debug, PartialEq)]
pub enum Means {
    Ordinal,
    Unit,
    Code,
    Measure,
    /// Labels of rows.
    Label,
    Period,
    /// Text that says nothing of the figures.
    Note,
    /// Names or describes people; not kept.
    Personal,
    /// A field of a list; with a category where its ticks say it.
    Field(FormId, FieldId, Option<CategoryId>),
    /// A number of a list.
    Number(IndicatorId),
    /// Figures of an indicator, or of a part of it.
    Indicator(IndicatorId, Vec<(FieldId, CategoryId)>),
    /// Figures whose rows say what they are.
    Value,
    /// Left out, with the reason.
    Ignored(String),
    /// Nothing was taken from it.
    Blank,
}

/// What a row was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowRole {
    Data,
    /// A row of data that is left out, by the code of the problem with it.
    LeftOut(&'static str),
    /// Heads the rows below it.
    Group,
    Total,
    /// "Không phát sinh" alone.
    Nil,
    /// A part of the row above, which counts it already.
    Part,
    Example,
    /// An ordinal and nothing else, column numbers.
    Empty,
    /// A rule leaves it out.
    Ignored,
}

/// What one cell was taken for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellRole<'u> {
    /// Of no table of the sheet.
    Outside,
    /// Above a table, which takes its unit, period or form from it.
    Title(&'u TableUnderstood),
    Heading(&'u TableUnderstood, &'u ColumnUnderstood),
    /// In a row that is no data.
    Row(&'u TableUnderstood, RowRole),
    /// In a row of data: what its column was taken for.
    Data(&'u TableUnderstood, &'u ColumnUnderstood),
    /// In a row of data, but in no column of the table.
    Stray(&'u TableUnderstood),
}

impl PartialEq for TableUnderstood {
    fn eq(&self, other: &Self) -> bool {
        self.area == other.area && self.header == other.header
    }
}

impl PartialEq for ColumnUnderstood {
    fn eq(&self, other: &Self) -> bool {
        self.col == other.col && self.means == other.means
    }
}

impl SheetUnderstood {
    /// What became of a cell, filled or not.
    pub fn role_of(&self, cell: CellRef) -> CellRole<'_> {
        for table in &self.tables {
            let within = |column: &&ColumnUnderstood| column.col == cell.col;
            let column = table.columns.iter().find(within);
            if table.header.is_some_and(|(first, last)| (first..=last).contains(&cell.row))
                && let Some(column) = column
            {
                return CellRole::Heading(table, column);
            }
            let row = table.rows.binary_search_by_key(&cell.row, |(row, _)| *row);
            let Ok(at) = row.map_err(|_| ()).and_then(|at| table.covers(cell.col).then_some(at).ok_or(())) else {
                continue;
            };
            return match (table.rows[at].1, column) {
                (RowRole::Data, Some(column)) => CellRole::Data(table, column),
                (RowRole::Data, None) => CellRole::Stray(table),
                (role, _) => CellRole::Row(table, role),
            };
        }
        let titled = self.tables.iter().find(|table| table.captions.contains(&cell));
        titled.map_or(CellRole::Outside, CellRole::Title)
    }
}

impl TableUnderstood {
    /// Whether a column lies within the table's.
    fn covers(&self, col: u32) -> bool {
        (self.area.from.col..=self.area.to.col).contains(&col)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_its_role() {
        let column =
            |col, means| ColumnUnderstood { col, heading: String::new(), means, kind: None, measure: None, rule: None };
        let cell = |row, col| CellRef::new(row, col);
        let indicator = Means::Indicator(IndicatorId(3), Vec::new());
        let table = TableUnderstood {
            area: Area { from: cell(2, 0), to: cell(5, 2) },
            header: Some((2, 2)),
            beside: false,
            captions: vec![cell(0, 0)],
            read_as: ReadAs::Figures,
            unit: None,
            period: None,
            columns: vec![column(0, Means::Unit), column(1, indicator.clone())],
            rows: vec![(3, RowRole::Data), (5, RowRole::Total)],
            problems: Vec::new(),
            rules: Vec::new(),
        };
        let name = Arc::new(SheetName { file: "a".into(), sheet: "b".into() });
        let sheet = SheetUnderstood { name, hidden: false, tables: vec![table], nil: false, problems: Vec::new() };
        let table = &sheet.tables[0];
        for (at, role) in [
            (cell(0, 0), CellRole::Title(table)),
            (cell(0, 1), CellRole::Outside),
            (cell(2, 1), CellRole::Heading(table, &table.columns[1])),
            (cell(3, 1), CellRole::Data(table, &table.columns[1])),
            (cell(3, 2), CellRole::Stray(table)),
            (cell(3, 7), CellRole::Outside),
            (cell(5, 1), CellRole::Row(table, RowRole::Total)),
            (cell(4, 1), CellRole::Outside),
        ] {
            assert_eq!(sheet.role_of(at), role, "{at}");
        }
    }
}
