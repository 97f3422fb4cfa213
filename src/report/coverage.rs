//! How much of a window the units have reported: which months each of them sent anything for, and whether they sent the
//! same months a year earlier.

use std::collections::{BTreeMap, BTreeSet};

use super::aggregate::{Figures, Month};
use super::text::periods;
use super::units::Shown;
use super::view::View;

/// Of one window.
pub struct Coverage<'v> {
    /// The window's months.
    pub months: BTreeSet<Month>,
    /// The units that sent something, each with the months that it did not send; of those that are expected to.
    pub sent: Vec<(&'v Shown, BTreeSet<Month>)>,
    /// Those that sent nothing.
    pub missing: Vec<&'v Shown>,
}

impl<'v> Coverage<'v> {
    pub fn new(view: &'v View, figures: &Figures) -> Self {
        let months: BTreeSet<Month> = figures.stretch.touched().collect();
        let (mut sent, mut missing) = (Vec::new(), Vec::new());
        for row in view.expected() {
            let any = sent_anything(view, figures, row);
            match months_of(view, figures, row) {
                _ if !any => missing.push(row),
                Some(known) => sent.push((row, months.difference(&known).copied().collect())),
                // What is known of no month may be of all.
                None => sent.push((row, BTreeSet::new())),
            }
        }
        Self { months, sent, missing }
    }

    /// How many units sent every month.
    pub fn complete(&self) -> usize {
        self.sent.iter().filter(|(_, lacking)| lacking.is_empty()).count()
    }

    pub fn lacking(&self) -> impl Iterator<Item = (&'v Shown, &BTreeSet<Month>)> {
        self.sent.iter().filter(|(_, lacking)| !lacking.is_empty()).map(|(row, lacking)| (*row, lacking))
    }
}

/// Whether a row sent anything.
fn sent_anything(view: &View, figures: &Figures, row: &Shown) -> bool {
    view.catalogue.form_ids().any(|form| row.members.iter().any(|&unit| figures.sent(view.catalogue, form, unit)))
}

/// The months for which a row sent anything; `None` where a list may be of more months than it has rows of.
fn months_of(view: &View, figures: &Figures, row: &Shown) -> Option<BTreeSet<Month>> {
    let months: BTreeSet<Month> = figures.stretch.touched().collect();
    let (mut known, mut open) = (BTreeSet::new(), false);
    for sent in view.submissions(row) {
        let inside = || sent.months.iter().filter(|month| months.contains(month));
        open |= sent.open && inside().next().is_some();
        known.extend(inside());
    }
    (!known.is_empty() && (!open || known == months)).then_some(known)
}

/// The rows that sent something in both windows, but not for the same months: what they sent a year earlier, and now.
pub struct Uneven<'v> {
    pub rows: Vec<(&'v Shown, BTreeSet<Month>, BTreeSet<Month>)>,
    /// How many sent something in both.
    pub of: usize,
}

impl<'v> Uneven<'v> {
    /// `None` where nothing is compared.
    pub fn new(view: &'v View) -> Option<Self> {
        let before = view.before.as_ref()?;
        let mut uneven = Self { rows: Vec::new(), of: 0 };
        for row in &view.rows {
            let had = |figures: &Figures| sent_anything(view, figures, row);
            if !had(before) || !had(&view.now) {
                continue;
            }
            uneven.of += 1;
            let months = (months_of(view, before, row), months_of(view, &view.now, row));
            let (Some(then), Some(now)) = months else { continue };
            let later: BTreeSet<Month> = then.iter().map(|(year, month)| (year + 1, *month)).collect();
            if later != now {
                uneven.rows.push((row, then, now));
            }
        }
        Some(uneven)
    }

    /// Whether most of what would be compared is of other months, so that a text does not compare.
    pub fn are_most(&self) -> bool {
        self.rows.len() * 2 > self.of
    }
}

/// For the summary: the months that units lack, and what that does to the comparison.
pub fn notes(view: &View) -> Vec<String> {
    /// So many units are named.
    const NAMED: usize = 10;
    let lacking = said(view, NAMED).map(|said| format!("{}.", super::text::capital(&said)));
    lacking.into_iter().chain(uneven_said(view, NAMED)).collect()
}

/// "15/17 xã, thị trấn có đủ 12 tháng; còn thiếu: xã Xuân Hòa (tháng 8-9)", nothing where all units sent everything; units
/// are named up to so many.
pub fn said(view: &View, named: usize) -> Option<String> {
    let coverage = Coverage::new(view, &view.now);
    if coverage.lacking().next().is_none() || coverage.months.len() < 2 {
        return None;
    }
    let (complete, expected, levels) = (coverage.complete(), view.expected().count(), view.levels());
    let all = coverage.months.len();
    Some(format!("{complete}/{expected} {levels} có đủ {all} tháng; {}", lacking_said(view, &coverage, named)))
}

/// "còn thiếu: xã Xuân Hòa (tháng 8-9)", "tất cả đều thiếu tháng 4-6", "12 đơn vị còn thiếu một số tháng"
fn lacking_said(view: &View, coverage: &Coverage, named: usize) -> String {
    let lacking: Vec<_> = coverage.lacking().collect();
    match &lacking[..] {
        [(_, first), ..] if lacking.len() == coverage.sent.len() && lacking.iter().all(|(_, of)| of == first) => {
            format!("các đơn vị đều thiếu {}", months_said(first))
        }
        _ if lacking.len() > named => format!("{} đơn vị còn thiếu một số tháng", lacking.len()),
        _ => format!("còn thiếu: {}", listed(view, &lacking)),
    }
}

/// What came together since the year's beginning, and what that time is called; where no unit sent all its months it is
/// nobody's figure.
pub fn to_date<'v>(view: &'v View) -> Option<(&'v Figures, String)> {
    let told = view.to_date.as_ref().zip(periods::to_date(view.options.span));
    told.filter(|(figures, _)| Coverage::new(view, figures).complete() > 0)
}

/// As [`said`], of the time since the year's beginning.
pub fn to_date_said(view: &View, named: usize) -> Option<String> {
    let (figures, words) = to_date(view)?;
    let coverage = Coverage::new(view, figures);
    coverage.lacking().next()?;
    // What was said of the window need not be said again.
    let now = Coverage::new(view, &view.now);
    if now.months.len() > 1 && now.lacking().eq(coverage.lacking()) {
        return None;
    }
    let (complete, expected, levels) = (coverage.complete(), view.expected().count(), view.levels());
    let lacking = lacking_said(view, &coverage, named);
    Some(format!("Số lũy kế {words}: {complete}/{expected} {levels} có đủ các tháng; {lacking}."))
}

/// "xã Xuân Hòa (tháng 8-9), xã Bảo Hà, xã Kim Sơn (đều thiếu tháng 1)"
pub fn listed(view: &View, lacking: &[(&Shown, &BTreeSet<Month>)]) -> String {
    let mut alike: Vec<(&BTreeSet<Month>, Vec<String>)> = Vec::new();
    for (row, months) in lacking {
        let row = view.in_sentence(row);
        match alike.iter_mut().find(|(other, _)| other == months) {
            Some((_, rows)) => rows.push(row),
            None => alike.push((months, vec![row])),
        }
    }
    let said = alike.into_iter().map(|(months, rows)| {
        let both = if rows.len() > 1 { "đều thiếu " } else { "" };
        format!("{} ({both}{})", rows.join(", "), months_said(months))
    });
    said.collect::<Vec<_>>().join("; ")
}

/// What to know of a comparison with units that did not send the same months in both windows.
pub fn uneven_said(view: &View, named: usize) -> Option<String> {
    let uneven = Uneven::new(view).filter(|uneven| !uneven.rows.is_empty())?;
    let span = view.options.span;
    let (year, beside, both) = (span.year(), periods::before(span), periods::both(span));
    let one = |(row, then, now): &(&Shown, BTreeSet<Month>, BTreeSet<Month>)| {
        let (before, row) = (year - 1, view.in_sentence(row));
        format!("{row} (năm {year}: {}; năm {before}: {})", months_said(now), months_said(then))
    };
    let all = &Coverage::new(view, &view.now).months;
    let of = format!("{}/{}", uneven.rows.len(), uneven.of);
    let text = match uneven.are_most() {
        true => format!("Không so với {beside}, vì {of} đơn vị có số liệu không cùng các tháng ở {both}"),
        // Their months of now were said.
        false if uneven.rows.iter().all(|(_, then, now)| then.len() == all.len() && now.len() < all.len()) => {
            return Some(format!("Phần so với {beside} tính cả đơn vị còn thiếu tháng nêu trên."));
        }
        false => format!("Phần so với {beside} tính cả {of} đơn vị có số liệu không cùng các tháng ở {both}"),
    };
    Some(match uneven.rows.len() > named {
        true => format!("{text}."),
        false => format!("{text}: {}.", uneven.rows.iter().map(one).collect::<Vec<_>>().join(", ")),
    })
}

/// "tháng 1-3, 5"; with its year where there are several, "cả năm 2021" where all its months are.
pub fn months_said(months: &BTreeSet<Month>) -> String {
    let mut years: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for &(year, month) in months {
        years.entry(year).or_default().push(month);
    }
    let several = years.len() > 1;
    let said = years.into_iter().map(|(year, months)| {
        let runs = months.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
            [one] => one.to_string(),
            [first, .., last] => format!("{first}-{last}"),
            [] => String::new(),
        });
        let runs = runs.collect::<Vec<_>>().join(", ");
        match months.len() {
            12 if several => format!("cả năm {year}"),
            _ if several => format!("tháng {runs}/{year}"),
            _ => format!("tháng {runs}"),
        }
    });
    said.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_said_in_runs() {
        let said = |months: &[Month]| months_said(&months.iter().copied().collect());
        let year = |year| (1..=12).map(move |month| (year, month));
        assert_eq!(said(&[(2023, 1), (2023, 2), (2023, 3), (2023, 5)]), "tháng 1-3, 5");
        assert_eq!(said(&[(2022, 12), (2023, 1)]), "tháng 12/2022; tháng 1/2023");
        let long: Vec<Month> = year(2021).chain([(2022, 4)]).collect();
        assert_eq!(said(&long), "cả năm 2021; tháng 4/2022");
    }
}
