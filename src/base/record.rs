//! What the reading yields and the reckoning takes: records, stated figures, and what became of each file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, Range};
use std::sync::Arc;

use chrono::NaiveDate;

use super::amount::Amount;
use super::cell::{CellRef, SheetName, Source};
use super::diagnostic::Diagnostic;
use super::period::Span;
use super::understanding::SheetUnderstood;

/// A form of the catalogue, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormId(pub u16);

/// An indicator of the catalogue, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorId(pub u16);

/// A field of a form, by its place in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// A category of a field, by its place in the field. [`CategoryId::OTHER`] is a spelling outside the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryId(pub u16);

impl CategoryId {
    pub const OTHER: CategoryId = CategoryId(u16::MAX);
}

/// A unit of the register, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgUnitId(pub u32);

/// What one field of a record holds. Words are never kept: they may name people.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Number(Amount),
    Date(NaiveDate),
    Category(CategoryId),
    /// A personal field or words, filled in. What stands there is not kept: only a number that is the same for the same text, so
    /// that a row sent twice is known again. It goes into no output.
    Filled(u64),
}

/// When a record happened: its own date or, where it has none, a table's period of one month or less.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    Day(NaiveDate),
    Within(Span),
}

/// One row of a list: a dialogue, a petition, a donation, a day of work.
#[derive(Clone, Debug)]
pub struct Record {
    pub form: FormId,
    pub org_unit: OrgUnitId,
    pub when: When,
    pub sheet: Arc<SheetName>,
    pub row: u32,
    /// The fields that its table has columns for, sorted: what a record counts by default holds only where there is none.
    pub columns: Arc<[FieldId]>,
    pub items: Items,
}

/// Field, content, column; in the order of the form's fields. Many records share one allocation, each with its part.
#[derive(Clone, Debug)]
pub struct Items {
    all: Arc<[(FieldId, Item, u32)]>,
    part: Range<u32>,
}

impl Items {
    /// One for each range of `all`.
    pub fn parts(all: Vec<(FieldId, Item, u32)>, parts: Vec<Range<u32>>) -> impl Iterator<Item = Items> {
        let all: Arc<[_]> = all.into();
        parts.into_iter().map(move |part| Items { all: all.clone(), part })
    }
}

impl Deref for Items {
    type Target = [(FieldId, Item, u32)];

    fn deref(&self) -> &Self::Target {
        &self.all[self.part.start as usize..self.part.end as usize]
    }
}

impl FromIterator<(FieldId, Item, u32)> for Items {
    fn from_iter<I: IntoIterator<Item = (FieldId, Item, u32)>>(all: I) -> Self {
        let all: Arc<[_]> = all.into_iter().collect();
        Items { part: 0..all.len() as u32, all }
    }
}

impl Record {
    pub fn item(&self, field: FieldId) -> Option<&Item> {
        self.items.iter().find(|(f, ..)| *f == field).map(|(_, item, _)| item)
    }

    pub fn number(&self, field: FieldId) -> Option<Amount> {
        match self.item(field)? {
            Item::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn date(&self, field: FieldId) -> Option<NaiveDate> {
        match self.item(field)? {
            Item::Date(date) => Some(*date),
            _ => None,
        }
    }

    pub fn category(&self, field: FieldId) -> Option<CategoryId> {
        match self.item(field)? {
            Item::Category(category) => Some(*category),
            _ => None,
        }
    }

    /// The cell of a field, or the row's first cell where the field has no column.
    pub fn source(&self, field: FieldId) -> Source {
        let col = self.items.iter().find(|(f, ..)| *f == field).map_or(0, |(.., col)| *col);
        Source { sheet: self.sheet.clone(), cell: CellRef::new(self.row, col) }
    }
}

/// A figure as a commune wrote it: a blank is not a zero, and neither is "nothing happened".
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stated {
    Value(Amount),
    /// "0" in words: "Không", "Không phát sinh", "-".
    Nil,
}

impl Stated {
    pub fn amount(self) -> Amount {
        match self {
            Stated::Value(amount) => amount,
            Stated::Nil => Amount::ZERO,
        }
    }
}

/// What a stated figure is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Counted.
    Data,
    /// Of a table that names no unit, where no register does: a total if other files name units, else the office's own. Settled
    /// when the files are merged.
    Unsaid,
    /// A parent's stated total ("Cộng", "Toàn huyện"): compared with its parts, and data only where it has none.
    Total,
}

/// How a figure speaks of its period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Telling {
    /// What happened in it.
    #[default]
    Own,
    /// "Lũy kế": what happened from the year's start to its end. Its period begins with the year.
    YearToDate,
    /// "Từ đầu nhiệm kỳ": what happened from a start that is not said to its end. Of its period only the end is meant.
    ToDate,
    /// "Cùng kỳ năm trước" in a later report; its period is the earlier one.
    Remembered,
    /// "Ước thực hiện": used only where nothing better is known.
    Estimated,
    /// "Kế hoạch".
    Planned,
}

/// A figure that a table states for one indicator, unit and period, in the indicator's own measure.
#[derive(Clone, Debug)]
pub struct Figure {
    pub indicator: IndicatorId,
    pub org_unit: OrgUnitId,
    pub period: Span,
    /// Of which categories this is the part; none for the whole.
    pub categories: Vec<(FieldId, CategoryId)>,
    pub standing: Standing,
    pub telling: Telling,
    pub value: Stated,
    pub source: Source,
}

/// A list or table that was read, as the tracking of reports counts it (also where nothing happened).
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    pub org_unit: OrgUnitId,
    pub form: FormId,
    /// The months that it covers, as (year, month), sorted.
    pub months: Vec<(i32, u32)>,
    /// Whether it says that nothing happened ("Không phát sinh"). Never for a mere heading or a blank row: those are blank.
    pub nil: bool,
    /// Whether nothing says which months it covers, so that these are only those of its rows.
    pub open: bool,
    pub sheet: Arc<SheetName>,
}

/// How one input file ended.
#[derive(Clone, Debug)]
pub struct FileRead {
    /// Relative to the workspace, with `/`, in NFC.
    pub path: Arc<str>,
    pub blake3: String,
    /// Records read; for tables of figures, the figures.
    pub records: usize,
    pub read: bool,
    /// The one unit that its name, or else the nearest folder's that names any, speaks of: whose file it is even where it could
    /// not be read. Without a register only a unit that some file's data name.
    pub org_unit: Option<OrgUnitId>,
    /// The period that its name and its folders' say, nearest first.
    pub period: Option<Span>,
}

/// What a sheet is among all that was sent (design.md 4.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub mark: Mark,
    /// The date of the report as it is written there ("Bảo Hà, ngày 05 tháng 4 năm 2023").
    pub dated: Option<NaiveDate>,
    /// Its file speaks of one unit alone: the unit's own, not a list of the district's.
    pub own: bool,
}

/// What a sheet's titles or its file's name say of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    #[default]
    None,
    /// "Bổ sung": adds what is not there.
    Supplement,
    /// "Lần 2" of what is itself counted in "lần": figures sent again, but a list of the second of them.
    Turn(u32),
    /// "Đính chính", "thay thế", "lần 2": replaces what it corrects; the higher number the lower.
    Correction(u32),
}

/// What was read and is not counted, since something else says it (design.md 4.9).
#[derive(Clone, Debug)]
pub struct Aside {
    pub said: Said,
    /// The problem that names it and what counts in its place.
    pub because: Arc<Diagnostic>,
}

#[derive(Clone, Debug)]
pub enum Said {
    Record(Record),
    Figure(Figure),
}

/// All that reading yields, in path order.
#[derive(Debug, Default)]
pub struct Collected {
    pub records: Vec<Record>,
    pub figures: Vec<Figure>,
    /// What the office's own plan sets.
    pub targets: Vec<Figure>,
    /// Indicators for which the plan has targets of units that are in no data.
    pub targets_elsewhere: BTreeSet<IndicatorId>,
    pub submissions: Vec<Submission>,
    pub aside: Vec<Aside>,
    /// Of the sheets that hold records, figures or submissions.
    pub sheets: BTreeMap<Arc<SheetName>, Sent>,
    pub files: Vec<FileRead>,
    /// The file of the office's own plan, which no unit sent.
    pub plan: Option<FileRead>,
    pub diagnostics: Vec<Diagnostic>,
    /// Of the files that were asked about.
    pub understood: Vec<SheetUnderstood>,
}
