//! What one record counts for an indicator: the formulas of the catalogue held to a row.
//!
//! Takes a form, a record and a formula, with the window's edges where its conditions look at them; gives an amount, zero where the
//! conditions do not hold, `None` where the record does not say. Knows nothing of other records.

use chrono::NaiveDate;

use crate::base::amount::Amount;
use crate::base::cell::Source;
use crate::base::period::{Calendar, Window};
use crate::base::record::{CategoryId, FieldId, Item, Record, When};
use crate::catalogue::form::{Absent, Condition, Edge, Form};
use crate::catalogue::indicator::{Formula, Indicator};

/// The cell that shows what a record counts for an indicator.
pub(super) fn record_source(record: &Record, indicator: &Indicator) -> Source {
    let field = indicator.formula.field().unwrap_or(FieldId(0));
    record.source(field)
}

pub(super) fn category(form: &Form, record: &Record, field: FieldId) -> Option<CategoryId> {
    if let Some(category) = record.category(field) {
        return Some(category);
    }
    let (date, category) = form.field(field).implied?;
    (!record.columns.contains(&field) && record.date(date).is_some()).then_some(category)
}

/// A record's date, or what stands for it. What stands for a date never depends on the window.
pub(super) fn date(form: &Form, record: &Record, field: FieldId) -> Option<NaiveDate> {
    record.date(field).or_else(|| {
        let (other, conditions) = form.field(field).assumed.as_ref()?;
        hold(form, record, conditions, None).then(|| record.date(*other))?
    })
}

/// What a record counts for an indicator: nothing (zero) where the conditions do not hold, `None` where it does not say.
pub(super) fn contribution(form: &Form, record: &Record, formula: &Formula, edges: Option<Edges>) -> Option<Amount> {
    if !provides(form, &record.columns, formula) {
        return None;
    }
    let (field, conditions): (Option<FieldId>, &[Condition]) = match formula {
        Formula::Sum { field, conditions, .. } => (Some(*field), conditions),
        Formula::Count { conditions, .. } => (None, conditions),
        Formula::Last { field } | Formula::Max { field } => (Some(*field), &[]),
        Formula::Ratio { .. } => return None,
    };
    if !hold(form, record, conditions, edges) {
        return Some(Amount::ZERO);
    }
    match field {
        Some(field) => number(form, record, field, 0),
        None => Some(Amount::ONE),
    }
}

/// How many fields may stand in for one another; a definition that runs in a circle says nothing.
const DEEPEST: usize = 8;

pub(super) fn number(form: &Form, record: &Record, field: FieldId, depth: usize) -> Option<Amount> {
    if let Some(number) = record.number(field) {
        return Some(number);
    }
    if record.columns.contains(&field) || depth > DEEPEST {
        return None;
    }
    match form.field(field).absent.as_ref()? {
        Absent::One => Some(Amount::ONE),
        Absent::OneIfFilled(other) if record.columns.contains(other) => {
            let filled = matches!(record.item(*other), Some(Item::Filled(_)));
            Some(if filled { Amount::ONE } else { Amount::ZERO })
        }
        absent @ Absent::OneBeside { .. } => {
            absent.is_one(|field| record.columns.contains(&field)).then_some(Amount::ONE)
        }
        Absent::OneIfFilled(_) => None,
        Absent::Of { conditions, .. } if !hold(form, record, conditions, None) => Some(Amount::ZERO),
        Absent::Of { field, less, .. } => {
            let whole = number(form, record, *field, depth + 1)?;
            let mut less = less.iter().filter_map(|&less| record.number(less));
            let rest = less.try_fold(whole, |rest, less| rest.checked_sub(less))?;
            Some(rest.max(Amount::ZERO))
        }
    }
}

/// The window at whose edges conditions look, and when its months begin.
type Edges<'a> = (Window, &'a Calendar);

/// The days of which a date is one. A record without a day of its own was there from some day of its table's period on.
fn date_within(form: &Form, record: &Record, field: FieldId, calendar: &Calendar) -> Option<Window> {
    if let Some(day) = record.date(field) {
        return Some(Window { from: day, to: day });
    }
    if form.main_date() == Some(field) {
        return match record.when {
            When::Within(span) => Some(span.window(calendar)),
            When::Day(day) => Some(Window { from: day, to: day }),
        };
    }
    let (other, conditions) = form.field(field).assumed.as_ref().filter(|(other, _)| *other != field)?;
    hold(form, record, conditions, None).then(|| date_within(form, record, *other, calendar))?
}

/// Whether a date is of before an edge; `None` where its period reaches over it.
pub(super) fn before(
    form: &Form,
    record: &Record,
    field: FieldId,
    edge: &Edge,
    (window, calendar): Edges,
) -> Option<bool> {
    let Some(days) = date_within(form, record, field, calendar) else { return Some(false) };
    let is = |day: NaiveDate| match edge {
        Edge::Start => day < window.from,
        Edge::End => day <= window.to,
    };
    (is(days.from) == is(days.to)).then(|| is(days.to))
}

fn hold(form: &Form, record: &Record, conditions: &[Condition], edges: Option<Edges>) -> bool {
    let before = |field: &FieldId, edge: &Edge| {
        edges.is_some_and(|edges| before(form, record, *field, edge, edges).unwrap_or_default())
    };
    conditions.iter().all(|condition| match condition {
        Condition::Is(field, any) => category(form, record, *field).is_some_and(|category| any.contains(&category)),
        Condition::IsNot(field, any) | Condition::Unless(field, any) => {
            !category(form, record, *field).is_some_and(|category| any.contains(&category))
        }
        Condition::Before(field, edge) => before(field, edge),
        Condition::NotBefore(field, edge) => !before(field, edge),
    })
}

/// Whether a record that counts something may or may not have stood at an edge.
pub(super) fn unsure(form: &Form, record: &Record, formula: &Formula, edges: Edges) -> bool {
    let (Formula::Sum { conditions, .. } | Formula::Count { conditions, .. }) = formula else { return false };
    let known = |condition: &Condition| match condition {
        Condition::Before(field, edge) => before(form, record, *field, edge, edges),
        Condition::NotBefore(field, edge) => before(form, record, *field, edge, edges).map(|before| !before),
        other => Some(hold(form, record, std::slice::from_ref(other), None)),
    };
    let known: Vec<Option<bool>> = conditions.iter().map(known).collect();
    let counts = || formula.field().is_none_or(|field| number(form, record, field, 0).is_some_and(|n| !n.is_zero()));
    known.contains(&None) && !known.contains(&Some(false)) && counts()
}

/// Whether the records of a table with these columns say anything of an indicator.
pub(super) fn provides(form: &Form, columns: &[FieldId], formula: &Formula) -> bool {
    fn says(form: &Form, columns: &[FieldId], field: FieldId, depth: usize) -> bool {
        columns.contains(&field)
            || depth <= DEEPEST
                && match &form.field(field).absent {
                    Some(absent @ (Absent::One | Absent::OneIfFilled(_) | Absent::OneBeside { .. })) => {
                        absent.is_one(|field| columns.contains(&field))
                    }
                    Some(Absent::Of { field, less, conditions }) => {
                        let counted = less.iter().any(|field| columns.contains(field));
                        says(form, columns, *field, depth + 1)
                            && (counted || conditions.iter().all(|c| knows(form, columns, c)))
                    }
                    None => false,
                }
    }
    // A list without kinds or due dates does not say that nothing was resolved or overdue.
    fn knows(form: &Form, columns: &[FieldId], condition: &Condition) -> bool {
        match condition {
            Condition::Is(field, _) | Condition::IsNot(field, _) => {
                let implied = form.field(*field).implied.is_some_and(|(by, _)| columns.contains(&by));
                columns.contains(field) || implied
            }
            Condition::Before(field, _) => form.main_date() == Some(*field) || columns.contains(field),
            Condition::NotBefore(..) | Condition::Unless(..) => true,
        }
    }
    let conditions = match formula {
        Formula::Sum { conditions, .. } | Formula::Count { conditions, .. } => conditions.as_slice(),
        _ => &[],
    };
    formula.field().is_none_or(|field| says(form, columns, field, 0))
        && conditions.iter().all(|condition| knows(form, columns, condition))
}
