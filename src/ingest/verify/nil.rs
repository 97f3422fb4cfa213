//! "Không phát sinh" of a unit, form and months of which rows or figures say otherwise: those count, and a warning names both
//! places. Not where a supplement says either of them; what a correction replaced is gone already.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::Amount;
use crate::base::cell::Source;
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::record::{Collected, FormId, Mark, OrgUnitId, Standing, Telling, When};
use crate::catalogue::indicator::OverTime;
use crate::ingest::Context;
use crate::ingest::read::NilSaid;

use super::first_cell;

pub fn contradicted(said: &[NilSaid], collected: &Collected, context: &Context) -> Vec<Diagnostic> {
    if said.is_empty() {
        return Vec::new();
    }
    let mut of_forms: BTreeMap<FormId, Told> = said.iter().map(|nil| (nil.form, Told::default())).collect();
    for record in &collected.records {
        let Some(told) = of_forms.get_mut(&record.form) else { continue };
        let months: Vec<(i32, u32)> = match record.when {
            When::Day(day) => vec![context.calendar.month_of(day)],
            When::Within(span) => span.months(context.calendar),
        };
        told.entry(record.org_unit).or_default().push((months, first_cell(record), true));
    }
    for figure in &collected.figures {
        let indicator = context.catalogue.indicator(figure.indicator);
        // A stock may be there where nothing happened.
        let happened = indicator.over_time == OverTime::Sum
            && figure.telling == Telling::Own
            && figure.standing == Standing::Data
            && figure.value.amount() != Amount::ZERO;
        let Some(told) = of_forms.get_mut(&indicator.form).filter(|_| happened) else { continue };
        let months = figure.period.months(context.calendar);
        told.entry(figure.org_unit).or_default().push((months, figure.source.clone(), false));
    }
    let nil = collected.submissions.iter().filter(|submission| submission.nil);
    let still: BTreeSet<_> = nil.map(|nil| (nil.org_unit, nil.form, &nil.sheet)).collect();
    let supplement =
        |source: &Source| collected.sheets.get(&source.sheet).is_some_and(|sent| matches!(sent.mark, Mark::Supplement));
    let mut all = Vec::new();
    for nil in said.iter().filter(|nil| nil.beside || still.contains(&(nil.org_unit, nil.form, &nil.at.sheet))) {
        let told = of_forms.get(&nil.form).and_then(|told| told.get(&nil.org_unit)).into_iter().flatten();
        let against: Vec<_> = told
            .filter(|(months, source, _)| {
                let same_sheet = source.sheet == nil.at.sheet;
                let apart = supplement(source) || supplement(&nil.at);
                let within = !months.is_empty() && months.iter().all(|month| nil.months.contains(month));
                within && (same_sheet || !nil.beside && !apart)
            })
            .collect();
        let Some((_, first, _)) = against.first() else { continue };
        let rows = against.iter().filter(|(.., row)| *row).count();
        let problem = Problem::NilContradicted { rows, figures: against.len() - rows, by: Place::from(first) };
        all.push(Diagnostic::new(problem, Place::from(&nil.at)));
    }
    all
}

/// The months, the first cell, and whether it is a row of a list.
type Told = BTreeMap<OrgUnitId, Vec<(Vec<(i32, u32)>, Source, bool)>>;
