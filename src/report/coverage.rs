//! How much of a window the units have reported: which months each of them sent anything for, as far as what they sent says,
//! whose files could not be read, and whether they sent the same months a year earlier.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::period::Span;
use crate::base::record::{FormId, OrgUnitId, Submission};
use crate::base::wording::capital;

use super::aggregate::{Figures, Month};
use super::periods;
use super::sent;
use super::stretch::Stretch;
use super::units::Shown;
use super::view::View;

/// Of one window.
pub struct Coverage<'v> {
    /// The window's months.
    pub months: BTreeSet<Month>,
    /// The units that sent something, each with the months that it did not send; of those that are expected to. `None` where
    /// what they sent does not say which months it covers.
    pub sent: Vec<(&'v Shown, Option<BTreeSet<Month>>)>,
    /// Those that sent nothing.
    pub missing: Vec<&'v Shown>,
    /// Those that sent nothing but files that could not be read.
    pub unread: Vec<&'v Shown>,
}

impl<'v> Coverage<'v> {
    pub fn new(view: &'v View, figures: &Figures) -> Self {
        let months: BTreeSet<Month> = figures.stretch.touched().collect();
        let (mut sent, mut missing, mut unread) = (Vec::new(), Vec::new(), Vec::new());
        for row in view.expected() {
            if sent_anything(view, figures, row) {
                let known = months_of(view, figures, row);
                sent.push((row, known.map(|known| months.difference(&known).copied().collect())));
            } else if has_unread(view, figures, row) {
                unread.push(row);
            } else {
                missing.push(row);
            }
        }
        Self { months, sent, missing, unread }
    }

    /// How many units sent every month.
    pub fn complete(&self) -> usize {
        self.sent.iter().filter(|(_, lacking)| lacking.as_ref().is_some_and(BTreeSet::is_empty)).count()
    }

    pub fn lacking(&self) -> impl Iterator<Item = (&'v Shown, &BTreeSet<Month>)> {
        let known = self.sent.iter().filter_map(|(row, lacking)| Some((*row, lacking.as_ref()?)));
        known.filter(|(_, lacking)| !lacking.is_empty())
    }

    /// The units of which it is not known which months they sent.
    pub fn unclear(&self) -> impl Iterator<Item = &'v Shown> {
        self.sent.iter().filter(|(_, lacking)| lacking.is_none()).map(|(row, _)| *row)
    }

    /// Whether all who sent anything lack the same months.
    pub fn lack_alike(&self) -> Option<&BTreeSet<Month>> {
        let (_, first) = self.lacking().next()?;
        self.sent.iter().all(|(_, lacking)| lacking.as_ref() == Some(first)).then_some(first)
    }
}

/// Whether a row sent nothing but files of this time, by their names, that could not be read.
pub fn only_unread(view: &View, row: &Shown) -> bool {
    !sent_anything(view, &view.now, row) && has_unread(view, &view.now, row)
}

fn has_unread(view: &View, figures: &Figures, row: &Shown) -> bool {
    let of_time = |span| Stretch::stated(span, view.options.calendar).overlaps(figures.stretch);
    let unread = view.collected.files.iter().filter(|file| !file.read && file.period.is_none_or(of_time));
    unread.filter_map(|file| file.org_unit).any(|unit| row.members.contains(&unit))
}

/// Whether a row sent anything.
fn sent_anything(view: &View, figures: &Figures, row: &Shown) -> bool {
    view.catalogue.form_ids().any(|form| row.members.iter().any(|&unit| figures.sent(view.catalogue, form, unit)))
}

/// The months for which a row sent anything.
fn months_of(view: &View, figures: &Figures, row: &Shown) -> Option<BTreeSet<Month>> {
    let months: BTreeSet<Month> = figures.stretch.touched().collect();
    let of = |unit: OrgUnitId| {
        let mut known: BTreeSet<Month> = BTreeSet::new();
        for (_, sent) in view.catalogue.form_ids().filter_map(|form| figures.submitted.get_key_value(&(form, unit))) {
            known.extend(sent);
        }
        known
    };
    let inside = |sent: &Submission| sent.months.iter().any(|month| months.contains(month));
    let open = view.submissions(row).any(|sent| sent.open && inside(sent));
    sent::months(row, view.register, &months, of, open)
}

/// "huyện Kim Sơn: mới 3/10 đơn vị có số liệu", of each row that gathers units of which some sent nothing.
fn gathered(view: &View) -> Vec<String> {
    let rows = view.expected().filter(|row| row.members.len() > 1 && sent_anything(view, &view.now, row));
    let of = |row: &Shown| {
        let has = |unit: OrgUnitId| view.catalogue.form_ids().any(|form| view.now.sent(view.catalogue, form, unit));
        let leaves = row.leaves(view.register);
        let sent = leaves.iter().filter(|unit| has(**unit)).count();
        let said = || format!("{}: mới {sent}/{} đơn vị có số liệu", view.in_sentence(row), leaves.len());
        (sent < leaves.len() && !has(row.unit)).then(said)
    };
    rows.filter_map(of).collect()
}

/// "40/120 xã, thị trấn": of those that send, where rows gather several of them and some sent nothing.
pub fn senders(view: &View) -> Option<String> {
    let gathering = view.expected().filter(|row| row.members.len() > 1);
    let leaves: Vec<OrgUnitId> = gathering.flat_map(|row| row.leaves(view.register)).collect();
    let has = |unit: &&OrgUnitId| view.catalogue.form_ids().any(|form| view.now.sent(view.catalogue, form, **unit));
    let sent = leaves.iter().filter(has).count();
    let said = || format!("{sent}/{} {}", leaves.len(), view.levels_of(leaves.iter().copied()));
    (0 < sent && sent < leaves.len()).then(said)
}

/// Whether a row's lists of a form say of none of the window's months that they cover it.
pub fn is_open(view: &View, form: FormId, row: &Shown) -> bool {
    let inside = |month: &Month| view.now.stretch.overlaps(Stretch::month(*month));
    view.submissions(row).any(|sent| sent.form == form && sent.open && sent.months.iter().any(inside))
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
    let lacking = said(view, NAMED).map(|said| format!("{}.", capital(&said)));
    let gathered = gathered(view);
    let gathered = match gathered.len() {
        0 => None,
        many if many > NAMED => {
            Some(format!("{many} đơn vị cấp trên mới có số liệu của một phần các đơn vị trực thuộc."))
        }
        _ => Some(format!("{}.", capital(&gathered.join("; ")))),
    };
    let senders = senders(view).filter(|_| gathered.is_some()).map(|senders| {
        format!(
            "Số đơn vị n/N tính cả {} mới có một phần đơn vị trực thuộc gửi; có số liệu của {senders}.",
            view.levels()
        )
    });
    senders.into_iter().chain(gathered).chain(lacking).chain(uneven_said(view, NAMED)).collect()
}

/// "có 15/17 xã, thị trấn có số liệu ở cả 12 tháng (một biểu bất kỳ); còn thiếu: xã Xuân Hòa (tháng 8-9)", nothing where all units sent everything; units
/// are named up to so many.
pub fn said(view: &View, named: usize) -> Option<String> {
    let coverage = Coverage::new(view, &view.now);
    if coverage.months.len() < 2 {
        return None;
    }
    let lacking = lacking_said(view, &coverage, named)?;
    Some(complete_said(view, &coverage, &format!("số liệu {}", all_months(&coverage.months))) + &lacking)
}

/// "ở cả 12 tháng": what a unit is counted for here, whatever the forms; the status counts the forms that are to be sent.
pub fn all_months(window: &BTreeSet<Month>) -> String {
    match window.len() {
        1 => "của tháng".to_owned(),
        all => format!("ở cả {all} tháng"),
    }
}

/// "có 15/17 xã, thị trấn có số liệu ở cả 12 tháng (một biểu bất kỳ); ", "chưa xã, thị trấn nào có số liệu ở cả 12 tháng; "; nothing where it is not known.
fn complete_said(view: &View, coverage: &Coverage, what: &str) -> String {
    let levels = view.levels();
    match coverage.complete() {
        0 if coverage.unclear().next().is_none() => format!("chưa {levels} nào có {what}; "),
        0 => String::new(),
        complete => format!("có {complete}/{} {levels} có {what} (một biểu bất kỳ); ", view.expected().count()),
    }
}

/// "còn thiếu: xã Xuân Hòa (tháng 8-9)", "các đơn vị đều thiếu tháng 4-6", "12 đơn vị còn thiếu một số tháng"; "chưa rõ,
/// vì danh sách không ghi kỳ: xã Bảo Hà".
fn lacking_said(view: &View, coverage: &Coverage, named: usize) -> Option<String> {
    let lacking: Vec<_> = coverage.lacking().collect();
    let months = match coverage.lack_alike() {
        Some(alike) => Some(format!("các đơn vị đều thiếu {}", months_said(alike, &coverage.months))),
        None if lacking.is_empty() => None,
        None if lacking.len() > named => Some(format!("{} đơn vị còn thiếu một số tháng", lacking.len())),
        None => Some(format!("còn thiếu: {}", listed(view, &lacking, &coverage.months))),
    };
    let unclear: Vec<String> = coverage.unclear().map(|row| view.in_sentence(row)).collect();
    const WHY: &str = "vì danh sách không ghi kỳ";
    let unclear = match unclear.len() {
        0 => None,
        all if all == coverage.sent.len() => Some(format!("chưa rõ các đơn vị có đủ các tháng hay không, {WHY}")),
        many if many > named => Some(format!("chưa rõ, {WHY}: {many} đơn vị")),
        _ => Some(format!("chưa rõ, {WHY}: {}", unclear.join(", "))),
    };
    let said: Vec<String> = months.into_iter().chain(unclear).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// The months of which anybody sent a form, where there are others in the window: half a year's figures are no year's. `None` too
/// where some unit's lists do not say their months.
pub fn only_months(view: &View, form: FormId) -> Option<String> {
    let window: BTreeSet<Month> = view.now.stretch.touched().collect();
    let sent = || view.rows.iter().flat_map(|row| view.submissions(row)).filter(|sent| sent.form == form);
    // Of several years each is told by itself.
    let years = matches!(view.options.span, Span::Years(..));
    if years || window.len() < 2 || sent().any(|sent| sent.open) {
        return None;
    }
    let known: BTreeSet<Month> =
        sent().flat_map(|sent| &sent.months).filter(|month| window.contains(month)).copied().collect();
    (!known.is_empty() && known != window).then(|| months_said(&known, &window))
}

/// What came together since the year's beginning, and what that time is called; where no unit sent all its months it is
/// nobody's figure.
pub fn to_date<'v>(view: &'v View) -> Option<(&'v Figures, String)> {
    let told = view.to_date.as_ref().zip(periods::to_date(view.options.span));
    told.filter(|(figures, _)| {
        let coverage = Coverage::new(view, figures);
        coverage.complete() > 0 || coverage.unclear().next().is_some()
    })
}

/// As [`said`], of the time since the year's beginning.
pub fn to_date_said(view: &View, named: usize) -> Option<String> {
    let (figures, words) = to_date(view)?;
    let coverage = Coverage::new(view, figures);
    let lacking = lacking_said(view, &coverage, named)?;
    // What was said of the window need not be said again.
    let now = Coverage::new(view, &view.now);
    if now.months.len() > 1 && now.sent == coverage.sent {
        return None;
    }
    Some(format!("Số lũy kế {words}: {}{lacking}.", complete_said(view, &coverage, "số liệu ở mọi tháng")))
}

/// "xã Xuân Hòa (tháng 8-9), xã Bảo Hà, xã Kim Sơn (đều thiếu tháng 1)"
pub fn listed(view: &View, lacking: &[(&Shown, &BTreeSet<Month>)], window: &BTreeSet<Month>) -> String {
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
        format!("{} ({both}{})", rows.join(", "), months_said(months, window))
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
        format!("{row} (năm {year}: {}; năm {before}: {})", months_said(now, now), months_said(then, then))
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

/// "tháng 1-3, 5"; with its year where the window has several, "cả năm 2021" where all its months are.
pub fn months_said(months: &BTreeSet<Month>, window: &BTreeSet<Month>) -> String {
    let mut years: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for &(year, month) in months {
        years.entry(year).or_default().push(month);
    }
    let several = window.iter().map(|(year, _)| year).collect::<BTreeSet<_>>().len() > 1;
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
        let within = |months: &[Month], window: &[Month]| {
            months_said(&months.iter().copied().collect(), &window.iter().copied().collect())
        };
        let said = |months: &[Month]| within(months, months);
        let year = |year| (1..=12).map(move |month| (year, month));
        assert_eq!(said(&[(2023, 1), (2023, 2), (2023, 3), (2023, 5)]), "tháng 1-3, 5");
        assert_eq!(said(&[(2022, 12), (2023, 1)]), "tháng 12/2022; tháng 1/2023");
        let long: Vec<Month> = year(2021).chain([(2022, 4)]).collect();
        assert_eq!(said(&long), "cả năm 2021; tháng 4/2022");
        let (of_2022, term): (Vec<Month>, Vec<Month>) = (year(2022).collect(), year(2021).chain(year(2022)).collect());
        assert_eq!((within(&of_2022, &of_2022), within(&of_2022, &term)), ("tháng 1-12".into(), "cả năm 2022".into()));
    }
}
