//! The header of a table: where its band of rows begins and ends, and each column's headings, outermost first.
//!
//! The band grows up over a row of groups and down over rows that hang from it, and both ways over rows whose words only
//! together make headings: "Số" over "cuộc" over "đối thoại". Stacked words are read joined and apart, as they are understood best.

use std::sync::Arc;

use crate::base::cell::{Area, CellRef, Value};
use crate::base::fold;
use crate::catalogue::words::Heading;
use crate::ingest::grid::{Grid, Row};
use crate::ingest::label::{Label, Letter, MeasureSaid, Position};
use crate::ingest::limits;
use crate::ingest::units::UnitSaid;
use crate::ingest::value::number::{self, NumberText};

use super::seen::{Kind, Seen};
use super::{Column, Finder};

/// What a word that is not understood costs, in phrases that are.
const STRANGE: usize = 4;

impl Finder<'_, '_> {
    /// The header band that a row begins or stands in, if it is one of a header.
    pub fn band(&self, at: usize, from: usize) -> Option<(usize, usize)> {
        if self.headers.is_empty() {
            return self.inferred_band(at, from);
        }
        // A given band is one; what overlaps it is none.
        let given = self.given(at);
        let own = |&(first, last): &(usize, usize)| (first..=last).all(|at| self.given(at).is_none());
        given.filter(|(first, _)| *first == at).or_else(|| self.inferred_band(at, from).filter(own))
    }

    /// The given band that a row stands in.
    fn given(&self, at: usize) -> Option<(usize, usize)> {
        let row = self.rows[at].row.index;
        let (from, to) = *self.headers.iter().find(|(from, to)| (*from..=*to).contains(&row))?;
        let first = self.rows.partition_point(|seen| seen.row.index < from);
        let last = self.rows.partition_point(|seen| seen.row.index <= to) - 1;
        (last - first < limits::HEADER_ROWS).then_some((first, last))
    }

    fn inferred_band(&self, at: usize, from: usize) -> Option<(usize, usize)> {
        if !self.is_heading(at) {
            return self.stacked(at).map(|last| (at, last));
        }
        let mut first = self.band_start(at, from);
        let mut last = self.band_end(at);
        for _ in 0..limits::HEADER_ROWS {
            let (before, after) = (first, last);
            first = self.stacked_above(first, last, from);
            last = self.stacked_below(first, last);
            if (first, last) == (before, after) {
                break;
            }
        }
        if last + 1 < self.rows.len() && self.adjoin(last) && self.holds_measures(last + 1) {
            last += 1;
        }
        Some((first, last))
    }

    /// A row of measures below the headings: "ĐVT | cuộc | lượt người | triệu đồng".
    fn holds_measures(&self, at: usize) -> bool {
        let seen = &self.rows[at];
        let measure = |label: &Label| self.lexicon.measure(&label.text) != MeasureSaid::Unknown;
        let says = |label: &Label| label.has(Heading::Measure) || measure(label);
        seen.numbers() == 0
            && seen.texts() == seen.row.cells.len()
            && seen.labels().count() == seen.texts()
            && seen.labels().all(says)
            && seen.labels().filter(|label| measure(label)).count() >= 2
    }

    /// Whether a header begins in this row.
    pub fn begins_table(&self, at: usize) -> bool {
        if !self.headers.is_empty()
            && let Some((first, _)) = self.given(at)
        {
            return first == at;
        }
        self.is_heading(at) || self.stacked(at).is_some()
    }

    /// The last row of a header of which no single row is understood, its words stacked from this row down to the data.
    fn stacked(&self, at: usize) -> Option<usize> {
        let words = |at: usize| self.rows[at].is_words();
        if !words(at) {
            return None;
        }
        let mut last = at;
        while last + 1 < self.rows.len()
            && last + 1 - at < limits::HEADER_ROWS
            && self.adjoin(last)
            && words(last + 1)
            && !self.lists_a_unit(last + 1, at)
            && !self.states(last + 1, self.span(at).0)
        {
            last += 1;
        }
        let below = self.rows.get(last + 1).filter(|_| last > at && self.adjoin(last))?;
        if below.numbers() == 0 && !below.has_dates() && !below.begins_with_ordinal() {
            return None;
        }
        let joined = |first: usize| -> Vec<Arc<Label>> {
            let (left, right) = self.band_span(first, last);
            let texts = (left..=right).filter_map(|col| {
                let words: Vec<&str> = self.stack(first, last, col).into_iter().map(|(text, ..)| text).collect();
                (!words.is_empty()).then(|| words.join(" "))
            });
            texts.map(|text| self.lexicon.understand(&text.into(), Position::Cell)).collect()
        };
        let labels = joined(at);
        let strange = |labels: &[Arc<Label>]| labels.iter().map(|label| label.strange).sum::<usize>();
        let heads = are_headings(&labels.iter().map(Arc::as_ref).collect::<Vec<_>>());
        // A row of titles above would only make its columns stranger.
        let without = (last > at + 1).then(|| strange(&joined(at + 1)));
        // One word alone begins a header only where the words below need it.
        let needed = match (self.rows[at].texts(), without) {
            (1, without) => without.is_some_and(|without| strange(&labels) < without),
            (_, without) => without.is_none_or(|without| strange(&labels) <= without),
        };
        (heads && needed).then_some(last)
    }

    /// Whether the next row stands right below.
    fn adjoin(&self, at: usize) -> bool {
        self.rows.get(at + 1).is_some_and(|below| below.row.index == self.rows[at].row.index + 1)
    }

    /// Further rows of words above a band that are understood better together with it.
    fn stacked_above(&self, first: usize, last: usize, from: usize) -> usize {
        let (left, right) = self.band_span(first, last);
        for more in 1..=STACKED_ROWS {
            let Some(to) = first.checked_sub(more).filter(|&to| to >= from && last - to < limits::HEADER_ROWS) else {
                break;
            };
            if !self.adjoin(to) || !self.may_stack(to, left, right) {
                break;
            }
            if self.stack_cost(to, last) < self.stack_cost(first, last) + self.apart_cost(to, first - 1) {
                return to;
            }
        }
        first
    }

    /// "Xã Bảo Hà | > 30" below "Xã | Số ngày công": a unit in the column of units begins the body, whatever stands beside it.
    fn lists_a_unit(&self, row: usize, first: usize) -> bool {
        let label = |row: usize, col: u32| {
            self.rows[row].cells.iter().find(|(at, ..)| *at == col).and_then(|(.., label)| label.as_deref())
        };
        let is_unit = |label: &Label| match &label.unit {
            Some(UnitSaid::Known(_) | UnitSaid::Ambiguous(_)) => true,
            Some(UnitSaid::Named { rank, .. }) => *rank > 0,
            _ => false,
        };
        let units = self.rows[row].cells.iter().filter(|(.., own)| own.as_deref().is_some_and(is_unit));
        // Several stand across, below one "Đơn vị".
        let [(col, _, own)] = units.collect::<Vec<_>>()[..] else { return false };
        let headed = || (first..row).any(|above| label(above, *col).is_some_and(|label| label.has(Heading::Unit)));
        own.as_deref().is_some_and(|own| !own.has(Heading::Unit)) && headed()
    }

    /// "Số hộ hiến đất | hộ | khoảng 7" below "Chỉ tiêu | ĐVT | Số liệu": what is said of a number in words begins the body, where
    /// the first column names it.
    fn states(&self, row: usize, left: u32) -> bool {
        let seen = &self.rows[row];
        let said = |(col, _, label): &(u32, Kind, Option<Arc<Label>>)| {
            let Some(label) = label.as_deref().filter(|label| *col > left && label.period.is_none()) else {
                return false;
            };
            let read = number::parse(&label.text, number::Style::Vietnamese);
            match read {
                NumberText::Range | NumberText::Blank => label.names().is_empty(),
                NumberText::Nil => true,
                _ => false,
            }
        };
        seen.row.cells.first().is_some_and(|(col, _)| *col == left) && seen.cells.iter().any(said)
    }

    /// Further rows of words below a band that are understood better together with it.
    fn stacked_below(&self, first: usize, last: usize) -> usize {
        let (left, right) = self.band_span(first, last);
        for more in 1..=STACKED_ROWS {
            let to = last + more;
            if to >= self.rows.len() || to - first >= limits::HEADER_ROWS {
                break;
            }
            let body = || self.lists_a_unit(to, first) || self.states(to, left);
            if !self.adjoin(to - 1) || !self.may_stack(to, left, right) || body() {
                break;
            }
            if self.stack_cost(first, to) < self.stack_cost(first, last) + self.apart_cost(last + 1, to) {
                return to;
            }
        }
        last
    }

    /// Words within the band's columns, none of them over its whole width.
    fn may_stack(&self, at: usize, left: u32, right: u32) -> bool {
        let seen = &self.rows[at];
        let within = |col: u32| {
            let area = self.extent(seen.row.index, col);
            col >= left && area.1 <= right && (area.0, area.1) != (left, right)
        };
        seen.is_words()
            && (seen.texts() > 1 || seen.row.cells[0].0 > left)
            && seen.row.cells.iter().all(|(col, _)| within(*col))
    }

    /// The first and last column that a cell reaches over.
    fn extent(&self, row: u32, col: u32) -> (u32, u32) {
        self.grid.merge(row, col).map_or((col, col), |area: Area| (area.from.col, area.to.col))
    }

    /// A column's own texts in a band, top down, with their cells and extents.
    fn stack(&self, first: usize, last: usize, col: u32) -> Vec<(&str, CellRef, (u32, u32))> {
        self.rows[first..=last]
            .iter()
            .filter_map(|seen| match seen.row.get(col) {
                Some(Value::Text(text)) => {
                    Some((&**text, CellRef::new(seen.row.index, col), self.extent(seen.row.index, col)))
                }
                _ => None,
            })
            .collect()
    }

    fn stack_cost(&self, first: usize, last: usize) -> usize {
        let (left, right) = self.band_span(first, last);
        (left..=right)
            .map(|col| {
                let stack = self.stack(first, last, col);
                stack.chunk_by(|a, b| a.2 == b.2).map(|texts| self.pieces(texts.iter().map(|t| t.0)).0).sum::<usize>()
            })
            .sum()
    }

    fn apart_cost(&self, first: usize, last: usize) -> usize {
        let texts = self.rows[first..=last].iter().flat_map(|seen| &seen.row.cells);
        texts.filter_map(|(_, value)| value.text()).map(|text| self.cost(text)).sum()
    }

    /// How well a text is understood as one label: strange words dear, each phrase a little.
    fn cost(&self, text: &str) -> usize {
        let label = self.lexicon.understand(&Arc::from(text), Position::Cell);
        match () {
            () if label.words == 0 && !label.is_known() => STRANGE,
            () => label.strange * STRANGE + label.phrases,
        }
    }

    /// How the texts stacked in one column fall into labels: the total cost, and how many texts make each label.
    fn pieces<'t>(&self, texts: impl Iterator<Item = &'t str>) -> (usize, Vec<usize>) {
        let texts: Vec<&str> = texts.collect();
        // (cost, labels) of the texts from each place on; of equals the one with more labels: what can stand apart does.
        let mut best: Vec<(usize, Vec<usize>)> = vec![(0, Vec::new()); texts.len() + 1];
        for from in (0..texts.len()).rev() {
            let mut found: Option<(usize, Vec<usize>)> = None;
            for to in from + 1..=texts.len() {
                if to < texts.len() && goes_on(texts[to]) && !self.instructs(texts[to]) {
                    continue;
                }
                let joined = texts[from..to].join(" ");
                if to > from + 1 && (self.stands_alone(texts[from]) || self.stands_alone(texts[to - 1])) {
                    break;
                }
                let cost = self.cost(&joined) + best[to].0;
                if found.as_ref().is_none_or(|(least, _)| cost < *least) {
                    found = Some((cost, [&[to - from], &best[to].1[..]].concat()));
                }
            }
            // Where the words below go on but cannot be joined, the text stands alone all the same.
            best[from] = found
                .unwrap_or_else(|| (self.cost(texts[from]) + best[from + 1].0, [&[1], &best[from + 1].1[..]].concat()));
        }
        best.swap_remove(0)
    }

    /// "(ghi tổng số cuộc)": how to fill a column in, which says nothing of what it holds.
    fn instructs(&self, text: &str) -> bool {
        let text = text.trim();
        text.starts_with('(') && text.ends_with(')') && text.len() > 4 && {
            let label = self.lexicon.understand(&Arc::from(text), Position::Cell);
            label.is_strange() && label.measure.is_none()
        }
    }

    /// A unit, a period or a measure line is a whole by itself.
    fn stands_alone(&self, text: &str) -> bool {
        let label = self.lexicon.understand(&Arc::from(text), Position::Cell);
        label.unit.is_some()
            || !label.period.is_none()
            || label.measure.is_some() && label.phrases == 0 && !goes_on(text)
    }

    /// A row of headings by itself.
    fn is_heading(&self, at: usize) -> bool {
        let seen = &self.rows[at];
        let texts = seen.texts();
        if texts < 2 || seen.has_dates() || seen.begins_with_ordinal() || !self.numbers_fit_a_heading(seen) {
            return false;
        }
        let labels: Vec<&Label> = seen.labels().collect();
        if labels.len() < texts || labels.iter().any(|l| l.letter.is_some()) || labels[0].colon {
            return false;
        }
        // Months that the spreadsheet made days of are headings too.
        let months = if seen.cells.iter().any(|(_, kind, _)| *kind == Kind::Date) {
            labels.iter().any(|l| is_strong(l))
        } else {
            false
        };
        months || are_headings(&labels) || self.heads_figures(at, &labels)
    }

    /// Indicators alone over figures, with a blank corner over the names of their rows. Only the form's title says in full
    /// what they are, so what stands below must show that they are headings.
    fn heads_figures(&self, at: usize, labels: &[&Label]) -> bool {
        let seen = &self.rows[at];
        let named = |label: &&Label| !label.names().is_empty() && !label.is_strange() && !label.colon;
        let Some(below) = self.rows.get(at + 1) else { return false };
        let near = below.row.index - seen.row.index <= limits::EMPTY_ROWS;
        if !near || seen.numbers() > 0 || !labels.iter().all(named) {
            return false;
        }
        let mut cells = below.cells.iter();
        let led = cells
            .next()
            .is_some_and(|(col, kind, label)| *kind == Kind::Text && label.is_some() && *col < seen.row.cells[0].0);
        let figures: Vec<u32> = cells.map(|(col, ..)| *col).collect();
        led && below.numbers() == figures.len()
            && figures.iter().copied().eq(seen.row.cells.iter().map(|(col, _)| *col))
    }

    /// Years, and months 1 … 12, may head columns as numbers.
    fn numbers_fit_a_heading(&self, seen: &Seen) -> bool {
        seen.cells.iter().filter(|(_, kind, _)| *kind == Kind::Number).all(|(col, ..)| match seen.row.get(*col) {
            Some(Value::Number(number)) => {
                let year = *number >= 1990.into() && *number <= 2100.into();
                number.is_integer() && year
            }
            _ => false,
        })
    }

    fn band_start(&self, at: usize, from: usize) -> usize {
        let mut first = at;
        while first > from
            && self.rows[first - 1].row.index + 1 == self.rows[first].row.index
            && at - first < limits::HEADER_ROWS
        {
            let above = &self.rows[first - 1];
            let (left, right) = self.span(first);
            // The column of names may have no heading, but it is the table's.
            let below = self.rows[first..].iter().take(limits::HEADER_ROWS);
            let left = below.filter_map(|seen| seen.row.cells.first()).map(|(col, _)| *col).fold(left, u32::min);
            let full_width = |col: u32| {
                self.grid.merge(above.row.index, col).is_some_and(|area| area.from.col <= left && area.to.col >= right)
            };
            let groups = above.texts();
            let fits = above.numbers() == 0
                && !above.has_dates()
                && groups > 0
                && above.cells.iter().all(|(col, ..)| *col >= left && *col <= right && !full_width(*col))
                && above.labels().all(|l| l.letter.is_none() && !l.colon)
                && above.labels().any(|l| l.is_known())
                && (groups > 1
                    || above.cells[0].0 > left && self.grid.merge(above.row.index, above.cells[0].0).is_some());
            if !fits {
                break;
            }
            first -= 1;
        }
        first
    }

    /// The columns that a row's cells reach, merged ones to their end.
    fn span(&self, at: usize) -> (u32, u32) {
        let row = self.rows[at].row;
        let left = row.cells.first().map_or(0, |(col, _)| *col);
        let right = row
            .cells
            .iter()
            .map(|(col, _)| self.grid.merge(row.index, *col).map_or(*col, |area| area.to.col))
            .max()
            .unwrap_or(left);
        (left, right)
    }

    fn band_end(&self, at: usize) -> usize {
        let mut last = at;
        while last + 1 < self.rows.len() && last + 1 - at < limits::HEADER_ROWS {
            let below = &self.rows[last + 1];
            if below.row.index != self.rows[last].row.index + 1 && !self.merged_over(last, below.row.index) {
                break;
            }
            if !self.hangs(at, last, last + 1) {
                break;
            }
            last += 1;
        }
        last
    }

    /// A heading cell reaches down to a row.
    fn merged_over(&self, at: usize, row: u32) -> bool {
        self.rows[at].row.cells.iter().any(|(col, _)| {
            self.grid
                .merge(self.rows[at].row.index, *col)
                .is_some_and(|area| area.to.row >= row && area.to.row > area.from.row)
        })
    }

    /// Whether every cell of a row hangs from a span or a blank of the band above it, or goes on with its words.
    fn hangs(&self, first: usize, last: usize, row: usize) -> bool {
        let seen = &self.rows[row];
        let (left, right) = self.band_span(first, last);
        let led = seen.row.cells.first().is_some_and(|(col, _)| *col == left) && seen.begins_with_ordinal();
        let over_figures = self.over_figures(row);
        if seen.has_dates() || led || seen.is_letter(Letter::Signature) && !over_figures {
            return false;
        }
        let goes_on = seen.cells.iter().all(|(col, kind, _)| {
            *kind == Kind::Text && matches!(seen.row.get(*col), Some(Value::Text(text)) if goes_on(text))
        });
        // Where other cells of the row stand below spans it is a row of headings, also below a heading of one column.
        let below_some_span = seen.numbers() == 0 && seen.cells.iter().any(|(col, ..)| self.below_span(last, *col));
        let alone = self.heads_alone(row, left);
        // "Lũy kế từ đầu năm" right under the one column of its heading.
        let qualifies = |label: &Label| {
            label.is_known()
                && label.unit.is_none()
                && label.categories.is_empty()
                && (!label.names().is_empty() || !label.roles.is_empty() || !label.period.is_none())
        };
        let mut hanging = 0;
        for (col, kind, label) in &seen.cells {
            // An unmerged last group reaches as far as the headings under it go on.
            let goes_on_right = *col > right && (right..*col).all(|between| seen.row.get(between).is_some());
            if *col < left || *col > right && !goes_on_right {
                return false;
            }
            if label.as_ref().is_some_and(|l| l.letter.is_some()) && !over_figures {
                return false;
            }
            let number = match (kind, seen.row.get(*col)) {
                (Kind::Number, Some(Value::Number(n))) => n.is_integer() && n.is_sign_positive(),
                (Kind::Number, _) => return false,
                _ => false,
            };
            let spanned = self.is_spanned(first, last, *col);
            // "K.H" over 2023, in a row that goes on with the headings' words and leaves the first column to the header above.
            let year = matches!(seen.row.get(*col), Some(Value::Number(n)) if *n >= 1990.into() && *n <= 2100.into());
            if number && !spanned && year && seen.texts() > 0 && seen.row.cells[0].0 > left && self.headed(last, *col) {
                hanging += 1;
                continue;
            }
            let of_year = seen.cells.iter().any(|(_, kind, _)| *kind == Kind::Number) && seen.row.cells[0].0 > left;
            let of_heading = match (label, seen.row.get(*col)) {
                (Some(label), Some(Value::Text(text))) => !label.period.is_none() || self::goes_on(text),
                _ => false,
            };
            if of_year && of_heading && self.headed(last, *col) {
                hanging += 1;
                continue;
            }
            if number && !spanned {
                return false;
            }
            // Numbers hang only from a heading of months or years.
            if number && !self.period_above(first, last, *col) {
                return false;
            }
            if spanned
                || self.blank_above(last, *col)
                || self.heads_group(last, seen, *col)
                || self.repeats_group(last, *col)
                || alone && self.heads_figures_of(last, *col) && label.as_ref().is_some_and(|label| qualifies(label))
                || below_some_span && label.as_ref().is_some_and(|label| label.is_known())
            {
                hanging += 1;
            } else if !goes_on {
                return false;
            }
        }
        if hanging == 0 && !goes_on {
            return false;
        }
        let labels: Vec<&Label> = seen.labels().collect();
        let known = labels.iter().filter(|l| l.is_known() || l.words == 0).count();
        // A row of units' names below blanks is a body.
        let units = labels.iter().filter(|l| l.unit.is_some()).count();
        let across = units >= 2;
        // Whatever stands below spans alone is a heading, understood or not: "Đất ở" under "Diện tích".
        let below_spans = seen.numbers() == 0 && seen.cells.iter().all(|(col, ..)| self.below_span(last, *col));
        goes_on && hanging == 0
            || below_spans
            || known * 2 >= labels.len() && (units == 0 || across) && !labels.is_empty()
            || seen.numbers() == seen.cells.len()
    }

    /// Nothing but texts, in a row that leaves the first column to the header above and the next row to the body: there a
    /// group of one column may have its heading right above.
    fn heads_alone(&self, at: usize, left: u32) -> bool {
        let seen = &self.rows[at];
        let leads = |seen: &Seen| seen.row.cells.first().is_some_and(|(col, _)| *col <= left);
        !leads(seen)
            && seen.texts() >= 2
            && seen.texts() == seen.row.cells.len()
            && self.adjoin(at)
            && leads(&self.rows[at + 1])
    }

    /// In the band's last row stands over this column what is counted, no "Đơn vị", "Nội dung", "Ngày".
    fn heads_figures_of(&self, last: usize, col: u32) -> bool {
        let above = self.rows[last].cells.iter().find(|(above, ..)| *above == col);
        above.and_then(|(.., label)| label.as_ref()).is_some_and(|label| label.headings.is_empty())
    }

    fn band_span(&self, first: usize, last: usize) -> (u32, u32) {
        (first..=last).map(|at| self.span(at)).fold((u32::MAX, 0), |(l, r), (left, right)| (l.min(left), r.max(right)))
    }

    /// Below a heading that spans several columns, in the band's last row.
    fn is_spanned(&self, first: usize, last: usize, col: u32) -> bool {
        (first..=last).rev().any(|at| {
            let row = self.rows[at].row.index;
            self.grid.merge(row, col).is_some_and(|area| area.to.col > area.from.col && area.from.row == row)
        })
    }

    /// A heading stands in the band's last row over this column.
    fn headed(&self, last: usize, col: u32) -> bool {
        matches!(self.rows[last].row.get(col), Some(Value::Text(_)))
    }

    /// Right below a heading that is merged over several columns and one row.
    fn below_span(&self, last: usize, col: u32) -> bool {
        let row = self.rows[last].row.index;
        self.grid.merge(row, col).is_some_and(|area| area.to.col > area.from.col && area.to.row == row)
    }

    /// Nothing stands above in the band's last row, but something to the left heads a group.
    fn blank_above(&self, last: usize, col: u32) -> bool {
        let row = self.rows[last].row;
        if row.get(col).is_some()
            || self.grid.merge(row.index, col).is_some_and(|area| area.from.col == col && area.to.row > row.index)
        {
            return false;
        }
        let left = row.cells.iter().rev().find(|(c, _)| *c < col);
        left.is_some_and(|(_, value)| matches!(value, Value::Text(_)))
    }

    /// Something stands above and nothing to its right, where the row below has headings under both: an unmerged group.
    fn heads_group(&self, last: usize, below: &Seen, col: u32) -> bool {
        let row = self.rows[last].row;
        matches!(row.get(col), Some(Value::Text(_)))
            && self.grid.merge(row.index, col).is_none()
            && row.get(col + 1).is_none()
            && self.grid.merge(row.index, col + 1).is_none()
            && matches!(below.row.get(col + 1), Some(Value::Text(_)))
    }

    /// A group's heading written again in each of its cells.
    fn repeats_group(&self, last: usize, col: u32) -> bool {
        let row = self.rows[last].row;
        let Some(Value::Text(own)) = row.get(col) else { return false };
        let same =
            |col: Option<u32>| matches!(col.and_then(|col| row.get(col)), Some(Value::Text(text)) if text == own);
        same(col.checked_sub(1)) || same(Some(col + 1))
    }

    fn period_above(&self, first: usize, last: usize, col: u32) -> bool {
        (first..=last).any(|at| {
            let seen = &self.rows[at];
            let area = self.grid.merge(seen.row.index, col);
            let heading = area.map_or(col, |area| area.from.col);
            match seen.row.get(heading) {
                Some(Value::Text(text)) => {
                    let key = fold::bare_key(text);
                    key.contains("thang") || key.contains("nam") || key.contains("qui")
                }
                _ => false,
            }
        })
    }

    /// The columns of a band with their headings.
    pub fn columns(&self, first: usize, last: usize) -> Vec<Column> {
        let (left, right) = self.band_span(first, last);
        let right = right.min(left + limits::HEADER_COLUMNS as u32);
        let cols: Vec<u32> = (left..=right).collect();
        let row = self.rows[last].row.index;
        let mut columns: Vec<Column> = cols.iter().map(|&col| Column { col, row, path: Vec::new() }).collect();
        let measures = (last > first && self.holds_measures(last)).then_some(last);
        let last = if measures.is_some() { last - 1 } else { last };
        for at in first..=last {
            for column in &mut columns {
                if let Some((text, cell)) = self.heading_at(at, last, column.col)
                    && column.path.last().is_none_or(|(before_text, before)| *before != cell && *before_text != text)
                {
                    // "1" under "Tháng".
                    let numeral = text.len() <= 4 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, 'I' | 'V'));
                    let of_group = column.path.last().filter(|(group, _)| numeral && self.is_period(group, &text));
                    let text = of_group.map(|(group, _)| Arc::from(format!("{group} {text}"))).unwrap_or(text);
                    column.path.push((text, cell));
                }
            }
        }
        for column in &mut columns {
            self.join_stacked(column);
            let measure = measures.and_then(|at| self.rows[at].row.get(column.col)).and_then(Value::text);
            // As if it stood in brackets behind the heading.
            if let (Some(measure), Some((text, _))) = (measure, column.path.last_mut()) {
                *text = format!("{text} ({measure})").into();
            }
        }
        columns
    }

    /// The heading of a column in one row of the band: its own, its span's, or that of the group to its left.
    fn heading_at(&self, at: usize, last: usize, col: u32) -> Option<(Arc<str>, CellRef)> {
        let row = self.rows[at].row;
        let text = |col: u32| match row.get(col)? {
            Value::Text(text) => Some((text.clone(), CellRef::new(row.index, col))),
            Value::Number(number) => Some((Arc::from(number.to_string()), CellRef::new(row.index, col))),
            Value::Date(day) => Some((Arc::from(day.format("tháng %m/%Y").to_string()), CellRef::new(row.index, col))),
            _ => None,
        };
        if let Some(found) = text(col) {
            return Some(found);
        }
        if let Some(area) = self.grid.merge(row.index, col) {
            let head = self.grid.get(area.from.row, area.from.col)?;
            return match head {
                Value::Text(text) if area.from.row == row.index => Some((text.clone(), area.from)),
                _ => None,
            };
        }
        // Blank in an upper row means "as left", where headings of its own stand below it and below the group's first column.
        if at == last {
            return None;
        }
        let below = |col: u32| (at + 1..=last).any(|below| self.rows[below].row.get(col).is_some());
        if !below(col) {
            return None;
        }
        let (left, _) = row.cells.iter().rev().find(|(c, _)| *c < col)?;
        let unmerged = self.grid.merge(row.index, *left).is_none();
        // "Diện" over "tích" is a word's beginning, and heads no group.
        let stack = self.stack(at, last, *left);
        let word = self.pieces(stack.iter().map(|(text, ..)| *text)).1.first().is_some_and(|len| *len > 1);
        if unmerged && !word && below(*left) && (*left..col).all(below) { text(*left) } else { None }
    }

    /// "Diện" over "tích" over "(m2)": one label's words stacked over several rows of one column.
    fn join_stacked(&self, column: &mut Column) {
        let path = std::mem::take(&mut column.path);
        let extent = |cell: CellRef| (cell.col, self.extent(cell.row, cell.col));
        for stack in path.chunk_by(|a, b| extent(a.1) == extent(b.1)) {
            let mut texts = stack.iter();
            for len in self.pieces(stack.iter().map(|(text, _)| &**text)).1 {
                let piece: Vec<&(Arc<str>, CellRef)> = texts.by_ref().take(len).collect();
                if let [(text, _)] = piece[..]
                    && !column.path.is_empty()
                    && self.instructs(text)
                {
                    continue;
                }
                let (Some(first), true) = (piece.first(), len > 1) else {
                    column.path.extend(piece.into_iter().cloned());
                    continue;
                };
                let joined: Vec<&str> = piece.iter().map(|(text, _)| &**text).collect();
                column.path.push((joined.join(" ").into(), first.1));
            }
        }
    }

    /// "(1) (2) (3=1+2)", "A B 1 2 3".
    pub fn is_numbering(&self, at: usize, columns: &[Column]) -> bool {
        let row = self.rows[at].row;
        if row.cells.len() < 2 || row.cells.len() * 2 < columns.len() {
            return false;
        }
        let mut expected = 0i64;
        for (_, value) in &row.cells {
            let number = match value {
                Value::Number(number) if number.is_integer() => i64::try_from(*number).ok(),
                Value::Text(text) => {
                    let text = text.trim().trim_matches(['(', ')', '[', ']']);
                    let head = text.split(['=', ' ', ')']).next().unwrap_or(text);
                    // "A", "B", and a statutory form's "MS" before the first number.
                    if head.len() <= 2
                        && head.chars().all(|c| c.is_ascii_uppercase())
                        && (expected == 0 || head.len() == 1)
                    {
                        continue;
                    }
                    head.parse().ok()
                }
                _ => None,
            };
            let Some(number) = number else { return false };
            let first = expected == 0;
            if first && !(1..=3).contains(&number) || !first && number != expected {
                return false;
            }
            expected = number + 1;
        }
        // Letters alone, or a single number, are no numbering of columns.
        expected > 2 || expected == 2 && row.cells.len() >= 2
    }

    /// Tables that stand side by side in one band of headings, each as a grid of its own with what stands above it.
    /// A table begins anew where a heading that leads a table comes a second time: "STT", or the first column's words.
    pub fn beside(&self, from: usize, first: usize, last: usize, to: usize, columns: &[Column]) -> Vec<Grid> {
        let leads = |column: &Column| {
            let (text, _) = column.path.last()?;
            let label = self.lexicon.understand(text, Position::Cell);
            let leading = [Heading::Ordinal, Heading::Unit, Heading::Content, Heading::Date, Heading::Period];
            label.headings.iter().copied().find(|heading| leading.contains(heading))
        };
        let key = |column: &Column| column.path.last().map(|(text, _)| fold::key(text));
        let empty = |column: &Column| {
            column.path.is_empty() && self.rows[last + 1..to].iter().all(|seen| seen.row.get(column.col).is_none())
        };
        let mut starts = vec![0];
        for at in 1..columns.len() {
            let start = starts[starts.len() - 1];
            let Some(heading) = leads(&columns[at]) else { continue };
            let again = heading == Heading::Ordinal && columns[start..at].iter().any(|c| leads(c) == Some(heading))
                || key(&columns[at]) == key(&columns[start]);
            let apart = empty(&columns[at - 1]) && columns[start..at].iter().any(|column| leads(column).is_some());
            let wide = columns[start..at].iter().filter(|column| !column.path.is_empty()).count() >= 2;
            if (again || apart) && wide {
                starts.push(at);
            }
        }
        let wide = |from: usize, to: usize| columns[from..to].iter().filter(|c| !c.path.is_empty()).count() >= 2;
        if starts.len() < 2 || !wide(starts[starts.len() - 1], columns.len()) {
            return Vec::new();
        }
        let ends: Vec<u32> = starts[1..].iter().map(|&at| columns[at].col).chain([u32::MAX]).collect();
        let parts = starts.iter().enumerate().map(|(nth, &start)| {
            let left = if nth == 0 { 0 } else { columns[start].col };
            self.part(from, first, to, left, ends[nth])
        });
        parts.collect()
    }

    /// The rows of a block with the cells of some columns, and all of a title that stands alone in its row.
    fn part(&self, from: usize, first: usize, to: usize, left: u32, end: u32) -> Grid {
        let within = |col: u32| (left..end).contains(&col);
        let rows = self.rows[from..to].iter().enumerate().filter_map(|(at, seen)| {
            let cells = &seen.row.cells;
            let alone = from + at < first && cells.len() == 1;
            let own = cells.iter().filter(|(col, _)| alone || within(*col)).cloned();
            let row = Row { index: seen.row.index, cells: own.collect() };
            (!row.cells.is_empty()).then_some(row)
        });
        let merges = self.grid.merges.iter().filter(|area| within(area.from.col)).map(|area| {
            let to = CellRef::new(area.to.row, area.to.col.min(end - 1));
            Area { from: area.from, to }
        });
        Grid {
            name: self.grid.name.clone(),
            rows: rows.collect(),
            merges: merges.collect(),
            shown: self
                .grid
                .shown
                .iter()
                .filter(|(cell, _)| within(cell.col))
                .map(|(at, text)| (*at, text.clone()))
                .collect(),
            ..Grid::new(&self.grid.name.file, "")
        }
    }
}

/// "(m2)", "tham dự": the words of the cell above go on.
fn goes_on(text: &str) -> bool {
    text.trim_start().starts_with(|c: char| c == '(' && text.chars().any(char::is_alphabetic) || c.is_lowercase())
}

/// How many rows of words a band may take in at once.
const STACKED_ROWS: usize = 4;

/// At least half understood, of different kinds, and one that heads tables.
fn are_headings(labels: &[&Label]) -> bool {
    let known: Vec<&&Label> = labels.iter().filter(|l| l.is_known() || l.says_nothing()).collect();
    if known.len() * 2 < labels.len() || known.len() < 2 {
        return false;
    }
    // Indicators named in full need no heading of units beside them.
    let named = labels.iter().filter(|l| !l.alone.is_empty() && !l.is_strange()).count();
    let strong = known.iter().any(|l| is_strong(l)) || named >= 2 && known.len() == labels.len();
    let mut kinds: Vec<u8> = known.iter().map(|l| kind_of(l)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut texts: Vec<&str> = known.iter().map(|l| &*l.text).collect();
    texts.sort_unstable();
    texts.dedup();
    (strong && (kinds.len() >= 2 || texts.len() >= 3))
        || known.len() >= 3 && kinds.len() >= 2
        || named >= 2 && texts.len() == labels.len()
}

fn is_strong(label: &Label) -> bool {
    let strong = [
        Heading::Ordinal,
        Heading::Measure,
        Heading::Note,
        Heading::Unit,
        Heading::Date,
        Heading::Content,
        Heading::Period,
    ];
    label.headings.iter().any(|h| strong.contains(h)) || !label.fields.is_empty() || label.is_total()
}

fn kind_of(label: &Label) -> u8 {
    match label.headings.first() {
        Some(Heading::Ordinal) => 0,
        Some(Heading::Unit) => 1,
        Some(Heading::Measure) => 2,
        Some(Heading::Note) => 3,
        Some(Heading::Date) => 4,
        Some(Heading::Place | Heading::Person | Heading::Identity) => 5,
        Some(_) => 6,
        None if !label.names().is_empty() => 7,
        None if !label.fields.is_empty() => 8,
        None if label.allows.is_some() => 9,
        None if !label.period.is_none() => 10,
        None if label.unit.is_some() => 11,
        None if !label.roles.is_empty() => 12,
        None => 13,
    }
}
