//! The figures for programs (design.md 6.3).

use std::collections::BTreeMap;

use crate::base::amount::{Amount, PERCENT_DECIMALS, round};
use crate::base::diagnostic::Diagnostic;
use crate::base::record::{IndicatorId, OrgUnitId};

use super::aggregate::Figures;
use super::coverage::Coverage;
use super::document::*;
use super::edition::bridge::{Bridge, BridgedFigure, BridgedIndicator, Step};
use super::sheets::step_said;
use super::units::Shown;
use super::view::View;

pub fn data(view: &View) -> Data {
    let register = view.register;
    let catalogue = view.catalogue;
    let root = register.unit(register.root);
    let indicators = catalogue.form_ids().flat_map(|form| view.reportable(form));
    let mut submissions = Vec::new();
    for unit in register.ids() {
        for form in catalogue.form_ids() {
            if let Some(months) = view.now.submitted.get(&(form, unit))
                && register.is_within(unit, register.root)
            {
                submissions.push(DataSubmission {
                    unit: register.unit(unit).name.clone(),
                    form: catalogue.form(form).id.clone(),
                    months: months.iter().copied().map(month).collect(),
                });
            }
        }
    }
    let files = view.collected.files.iter().chain(&view.collected.plan).filter(|_| !view.options.public);
    Data {
        schema: "danvan.report/1",
        period: DataPeriod {
            label: view.options.span.title(),
            calendar: view.options.calendar.id.clone(),
            from: view.now.window.from,
            to: view.now.window.to,
        },
        scope: DataScope { code: root.code.clone(), name: root.name.clone() },
        indicators: indicators.map(|id| indicator(view, id)).collect(),
        submissions,
        files: files
            .map(|file| DataFile { path: file.path.to_string(), blake3: file.blake3.clone(), records: file.records })
            .collect(),
        diagnostics: view.diagnostics.iter().map(diagnostic).collect(),
        coverage: coverage(view, &view.now),
        previous_coverage: view.before.as_ref().map(|before| coverage(view, before)),
        previous_edition: view.previous.filter(|_| view.before.is_some()).map(|edition| DataEdition {
            number: edition.number,
            label: edition.label.clone(),
            date: edition.date,
        }),
        bridge: view.bridge.as_ref().map(bridge),
    }
}

fn bridge(bridge: &Bridge) -> DataBridge {
    let text = |amount: Amount| amount.normalize().to_string();
    let files = bridge.files.iter().map(|file| DataFileChange {
        cause: file.cause.id(),
        previous: file.was.clone(),
        path: file.now.clone(),
        matters: file.matters,
    });
    let step = |indicator: &BridgedIndicator, step: &Step| DataStep {
        cause: step.cause.id(),
        amount: text(step.amount),
        file: step
            .file
            .and_then(|at| bridge.files.get(at))
            .and_then(|file| file.now.as_ref().or(file.was.first()))
            .cloned(),
        sheet: step.place.as_ref().map(|(sheet, _)| sheet.clone()),
        cell: step.place.as_ref().and_then(|(_, cell)| cell.clone()),
        message: step_said(bridge, indicator, step),
    };
    let unit = |indicator: &BridgedIndicator, figure: &BridgedFigure| DataBridgedUnit {
        code: figure.code.clone(),
        unit: figure.unit.clone(),
        published: figure.was.map(text),
        value: figure.now.map(text),
        steps: figure.steps.iter().map(|one| step(indicator, one)).collect(),
    };
    let indicators = bridge.indicators.iter().map(|indicator| DataBridged {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        measure: indicator.measure.clone(),
        published: indicator.was.map(text),
        value: indicator.now.map(text),
        change: text(indicator.change()),
        causes: indicator
            .causes
            .iter()
            .map(|(cause, amount)| DataCause { cause: cause.id(), amount: text(*amount) })
            .collect(),
        by_unit: indicator.units.iter().map(|figure| unit(indicator, figure)).collect(),
    });
    DataBridge {
        edition: DataEdition { number: bridge.number, label: bridge.label.clone(), date: bridge.date },
        files: files.collect(),
        rules: bridge.rules.clone(),
        indicators: indicators.collect(),
    }
}

fn coverage(view: &View, figures: &Figures) -> DataCoverage {
    let coverage = Coverage::new(view, figures);
    let all = &coverage.months;
    let lacking = coverage.lacking().chain(coverage.missing.iter().chain(&coverage.unread).map(|row| (*row, all)));
    let place: BTreeMap<OrgUnitId, usize> = view.expected().enumerate().map(|(at, row)| (row.unit, at)).collect();
    let mut lacking: Vec<_> = lacking.collect();
    lacking.sort_by_key(|(row, _)| place.get(&row.unit));
    let lacking = lacking.into_iter().map(|(row, months)| DataLacking {
        code: view.register.unit(row.unit).code.clone(),
        unit: view.name(row).to_owned(),
        months: months.iter().copied().map(month).collect(),
    });
    let named =
        |row: &Shown| DataNamed { code: view.register.unit(row.unit).code.clone(), unit: view.name(row).to_owned() };
    DataCoverage {
        expected: view.expected().count(),
        reported: coverage.sent.len(),
        complete: coverage.complete(),
        lacking: lacking.collect(),
        unclear: coverage.unclear().map(named).collect(),
        unread: coverage.unread.iter().map(|row| named(row)).collect(),
    }
}

fn indicator(view: &View, id: IndicatorId) -> DataIndicator {
    let indicator = view.catalogue.indicator(id);
    let text = |amount: Amount| written(amount, indicator.is_rate());
    let compared = view.compared(id);
    let target = view.target(id);
    let ranks: BTreeMap<OrgUnitId, usize> =
        view.ranked(id).into_iter().map(|(rank, row, _)| (row.unit, rank)).collect();
    let years = view.years();
    let guarded = view.is_guarded(id);
    let (by_month, rest) = match guarded {
        true => Default::default(),
        false => view.now.by_month(view.catalogue, id, &view.all),
    };
    let mut by_month: Vec<DataMonth> = by_month
        .into_iter()
        .map(|(at, amount)| DataMonth { month: Some(month(at)), value: Some(text(amount)) })
        .collect();
    by_month.extend(rest.map(|rest| DataMonth { month: None, value: Some(text(rest)) }));
    DataIndicator {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        measure: indicator.measure.id.to_string(),
        value: view.total(id).map(text),
        reported: view.reported(id),
        expected: view.expected().count(),
        previous: compared.map(|compared| text(compared.before)),
        // Of a rate the difference is in points, which is no growth.
        change_percent: compared
            .filter(|_| !indicator.is_rate())
            .and_then(|compared| compared.growth())
            .map(|growth| written(growth, true)),
        compared_units: compared.map(|compared| compared.units),
        target: target.map(|target| text(target.amount)),
        target_percent: target.and_then(|target| target.percent).map(|percent| written(percent, true)),
        by_unit: view.rows.iter().filter(|_| !guarded).map(|row| of_unit(view, id, row, &ranks)).collect(),
        by_month,
        by_year: years
            .into_iter()
            .map(|(year, at)| DataYear { year, value: view.now.value_at(view.catalogue, id, &view.all, at).map(text) })
            .collect(),
        by_category: view
            .parts(id)
            .into_iter()
            .map(|((field, category), amount)| DataCategory {
                field: view.catalogue.field(indicator.form, field).id.clone(),
                category: view.category_title(indicator.form, field, category),
                value: Some(text(amount)),
            })
            .collect(),
        previous_total: view.total_before(id).map(text),
        compared_value: compared.map(|compared| text(compared.now)),
        change: compared.and_then(|compared| compared.now.checked_sub(compared.before)).map(text),
        target_left: target.and_then(|target| target.left).map(text),
        to_date: view.total_to_date(id).map(text),
        previous_basis: view.basis(id).map(|basis| if basis.restated { "restated" } else { "published" }),
        previous_published: view.basis(id).and_then(|basis| basis.published).map(text),
    }
}

fn of_unit(view: &View, id: IndicatorId, row: &Shown, ranks: &BTreeMap<OrgUnitId, usize>) -> DataUnit {
    let rate = view.catalogue.indicator(id).is_rate();
    let text = |amount: Amount| written(amount, rate);
    let target = view.target_of(id, row);
    DataUnit {
        code: view.register.unit(row.unit).code.clone(),
        unit: view.name(row).to_owned(),
        state: view.state(id, row).id(),
        value: view.value(id, row).map(text),
        previous: view.value_before(id, row).map(text),
        target: target.map(|target| text(target.amount)),
        target_percent: target.and_then(|target| target.percent).map(|percent| written(percent, true)),
        share_percent: view.share(id, row).map(|share| written(share, true)),
        rank: ranks.get(&row.unit).copied().filter(|_| !row.own),
    }
}

fn written(amount: Amount, rate: bool) -> String {
    let amount = if rate { round(amount, PERCENT_DECIMALS) } else { amount };
    amount.normalize().to_string()
}

/// "2023-01"
pub fn month((year, month): (i32, u32)) -> String {
    format!("{year:04}-{month:02}")
}

fn diagnostic(diagnostic: &Diagnostic) -> DataDiagnostic {
    DataDiagnostic {
        code: diagnostic.problem.code().to_owned(),
        severity: diagnostic.severity().id().to_owned(),
        file: diagnostic.at.file.as_ref().map(|file| file.to_string()),
        sheet: diagnostic.at.sheet.as_ref().map(|sheet| sheet.to_string()),
        cell: diagnostic.at.cell_name(),
        message: diagnostic.problem.message(),
        help: diagnostic.problem.help().map(str::to_owned),
    }
}
