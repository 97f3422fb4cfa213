//! Which submissions count in a window: what a unit sent itself by the months that it covers; where others only name it in a
//! list of many units, by what the list gives of it in the window. Takes what was read and the window's months.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::base::cell::SheetName;
use crate::base::period::Calendar;
use crate::base::record::{Collected, FormId, OrgUnitId, Record, Said, Submission, When};
use crate::catalogue::Catalogue;
use crate::catalogue::register::Register;

use super::aggregate::Month;
use super::units::Shown;

/// The months of which a row has figures of any form, as `of` knows them of its units; `None` where a list may be of more months
/// than it has rows of (`open`). What gathers several units has a month when it was sent for all of them, or each of them sent it.
/// The report's coverage and the status both count by this.
pub fn months(
    row: &Shown,
    register: &Register,
    window: &BTreeSet<Month>,
    of: impl Fn(OrgUnitId) -> BTreeSet<Month>,
    open: bool,
) -> Option<BTreeSet<Month>> {
    let mut known = of(row.unit);
    let below: Vec<OrgUnitId> = row.leaves(register).into_iter().filter(|unit| *unit != row.unit).collect();
    let each = below.into_iter().map(of).reduce(|all, of| all.intersection(&of).copied().collect());
    known.extend(each.unwrap_or_default());
    let clear = !open || known == *window;
    (clear && (row.members.len() > 1 || !known.is_empty())).then_some(known)
}

/// Tells the submissions that only name a unit.
pub struct NamedOnly<'c> {
    collected: &'c Collected,
    given: HashSet<(FormId, OrgUnitId, &'c Arc<SheetName>)>,
}

impl<'c> NamedOnly<'c> {
    pub fn new(collected: &'c Collected, catalogue: &Catalogue, calendar: &Calendar, inside: &BTreeSet<Month>) -> Self {
        let (mut records, mut figures) = (Vec::new(), Vec::new());
        for one in &collected.aside {
            match &one.said {
                Said::Record(record) => records.push(record),
                Said::Figure(figure) => figures.push(figure),
            }
        }
        let is_inside = |record: &Record| match record.when {
            When::Day(day) => inside.contains(&calendar.month_of(day)),
            When::Within(span) => span.months(calendar).iter().any(|month| inside.contains(month)),
        };
        let records = collected.records.iter().chain(records).filter(|record| is_inside(record));
        let figures = collected.figures.iter().chain(figures);
        let figures =
            figures.filter(|figure| figure.period.months(calendar).iter().any(|month| inside.contains(month)));
        let mut given: HashSet<_> = records.map(|record| (record.form, record.org_unit, &record.sheet)).collect();
        given.extend(
            figures.map(|figure| (catalogue.indicator(figure.indicator).form, figure.org_unit, &figure.source.sheet)),
        );
        Self { collected, given }
    }

    /// Whether a submission is a list of others that gives nothing of its unit in the window.
    pub fn holds(&self, sent: &Submission) -> bool {
        let own = self.collected.sheets.get(&sent.sheet).is_none_or(|sheet| sheet.own);
        !own && !sent.nil && !self.given.contains(&(sent.form, sent.org_unit, &sent.sheet))
    }
}
