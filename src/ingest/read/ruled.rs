//! What the settings' `[[source]]` rules decide of a table: their words become labels and uses of its columns, so that all
//! that follows reads them as if they stood there. A rule that says what was understood anyway changes nothing.

use std::sync::Arc;

use crate::base::cell::column_name;
use crate::base::record::{FieldId, FormId, IndicatorId};
use crate::catalogue::form::FieldKind;
use crate::catalogue::indicator::OverTime;
use crate::catalogue::words::Heading;
use crate::ingest::label::{IndicatorSet, Label};
use crate::ingest::rules::Says;
use crate::ingest::value::period::PeriodSaid;

use super::cells::{Said, SaidBy};
use super::records::Fills;
use super::{CellKind, TableReader, Use};

impl TableReader<'_, '_, '_> {
    /// The labels of a column, innermost first, as a rule has them.
    pub fn ruled_labels(&self, col: u32, mut labels: Vec<Arc<Label>>) -> Vec<Arc<Label>> {
        if self.ruled.is_empty() {
            return labels;
        }
        match self.ruled.column(col) {
            Some(Says::Indicator { id, categories, own }) => {
                let mut said = self.naming(col, *id, &labels);
                let form = self.lexicon.catalogue.indicator(*id).form;
                said.categories = categories.iter().map(|(field, category)| (form, *field, *category)).collect();
                let opens = self.lexicon.catalogue.indicator(*id).over_time == OverTime::First;
                let left = labels.iter().map(|label| Arc::new(left_of(label, *own, opens)));
                return std::iter::once(Arc::new(said)).chain(left).collect();
            }
            Some(Says::Field(form, field, _)) => {
                let says = labels.first().is_some_and(|own| {
                    own.fields.contains(&(*form, *field)) && !own.is_strange()
                        || own.has(Heading::Person)
                        || own.has(Heading::Date)
                });
                if !says {
                    let said = Label { fields: vec![(*form, *field)], ..named(col, &labels) };
                    labels = vec![Arc::new(said)];
                }
            }
            Some(Says::Value) => {
                let unread = labels.iter().any(|label| label.is_strange());
                if unread {
                    let left = labels.iter().map(|label| match label.is_strange() {
                        true => Arc::new(left_of(label, true, false)),
                        false => label.clone(),
                    });
                    labels = left.collect();
                }
            }
            _ => {}
        }
        if let Some((_, measured)) = self.ruled.measure_of(col)
            && let Some(own) = labels.first_mut()
        {
            let (measure, measure_text) = (Some(measured.said.clone()), measured.text.clone());
            *own = Arc::new(Label { measure, measure_text, ..Label::clone(own) });
        }
        labels
    }

    /// A label that names one indicator, measured as the column's headings say.
    fn naming(&self, col: u32, id: IndicatorId, labels: &[Arc<Label>]) -> Label {
        let catalogue = self.lexicon.catalogue;
        let mut only = IndicatorSet::default();
        only.insert(id);
        let ruled = self.ruled.measure_of(col).map(|(_, measured)| (measured.said.clone(), measured.text.clone()));
        let of_headings = || {
            let said = self.said_by_labels(labels.iter().map(Arc::as_ref), id);
            said.filter(|said| said.by == SaidBy::Headings).map(|said| (said.measure, said.text))
        };
        let (measure, measure_text) = ruled.or_else(of_headings).map_or((None, String::new()), |(m, t)| (Some(m), t));
        let forms = vec![catalogue.indicator(id).form];
        Label { allows: Some(only), alone: only, forms, measure, measure_text, ..named(col, labels) }
    }

    /// What a column is for, as a rule has it.
    pub fn ruled_use(&self, col: u32, use_: Use, kind: CellKind, labels: &mut Vec<Arc<Label>>) -> Use {
        let Some(says) = self.ruled.column(col) else { return use_ };
        let (wanted, heading) = match says {
            Says::Ordinal => (Use::Ordinal, Heading::Ordinal),
            Says::Unit => (Use::Unit, Heading::Unit),
            Says::Code => (Use::Code, Heading::Code),
            Says::Measure => (Use::Measure, Heading::Measure),
            Says::Period => (Use::Period, Heading::Period),
            Says::Label => {
                let unnamed = labels.iter().all(|label| label.names().is_empty());
                if use_ == Use::Open && kind == CellKind::Words && unnamed {
                    return use_;
                }
                (Use::Content, Heading::Content)
            }
            Says::Ignore | Says::Note => {
                return match use_ {
                    Use::Unit | Use::Code | Use::Measure | Use::Period => Use::Aside,
                    other => other,
                };
            }
            Says::Value | Says::Indicator { .. } => return Use::Open,
            Says::Field(..) => {
                return match use_ {
                    Use::Personal | Use::Aside => use_,
                    _ => Use::Open,
                };
            }
        };
        if use_ != wanted {
            *labels = vec![Arc::new(Label { headings: vec![heading], ..named(col, labels) })];
        }
        wanted
    }

    /// Whether a column holds figures, where a rule says.
    pub fn ruled_figures(&self, col: u32) -> Option<bool> {
        let says = self.ruled.column(col)?;
        Some(matches!(says, Says::Indicator { .. } | Says::Value))
    }

    /// What stands around a table says of time: a rule, else its captions and names.
    pub fn periods_around(&self) -> Vec<PeriodSaid> {
        match self.ruled.period {
            Some((_, period)) => vec![period],
            None => self.captions.iter().chain(self.names).map(|label| label.period).collect(),
        }
    }

    /// The measure that a rule says of the whole table.
    pub fn ruled_measure(&self) -> Option<Said> {
        let (_, measured) = self.ruled.measure?;
        Some(Said { measure: measured.said.clone(), text: measured.text.clone(), by: SaidBy::Caption })
    }

    /// What fills a field of a list, where a rule says so; `None` for a column that it leaves out.
    pub fn ruled_field(&self, col: u32, form: FormId) -> Option<Option<(FieldId, Fills)>> {
        let catalogue = self.lexicon.catalogue;
        Some(match self.ruled.column(col)? {
            Says::Indicator { id, .. } => {
                let indicator = catalogue.indicator(*id);
                let field = indicator.formula.field().filter(|_| indicator.form == form);
                field.map(|field| (field, Fills::Number(*id)))
            }
            Says::Field(_, field, Some(category)) => Some((*field, Fills::Mark(*category))),
            Says::Field(_, field, None) => match catalogue.field(form, *field).kind {
                FieldKind::Date => Some((*field, Fills::Date)),
                FieldKind::Category => Some((*field, Fills::Category)),
                FieldKind::Text => Some((*field, Fills::Text)),
                FieldKind::Number => {
                    let of_field = |id: &IndicatorId| catalogue.indicator(*id).formula.field() == Some(*field);
                    let id = catalogue.indicators_of(form).find(of_field);
                    id.map(|id| (*field, Fills::Number(id)))
                }
            },
            _ => None,
        })
    }
}

/// A label with a column's own text and nothing to say yet.
fn named(col: u32, labels: &[Arc<Label>]) -> Label {
    let text = labels.first().map_or_else(|| column_name(col).into(), |label| label.text.clone());
    Label { text, phrases: 1, words: 1, ..Label::default() }
}

/// What a heading still says where a rule names the indicator: of time, of units, of plans and sums.
fn left_of(label: &Label, own: bool, opens: bool) -> Label {
    // "Tồn năm 2022 chuyển sang" is a figure of the year that it opens.
    let period = if opens && !label.names().is_empty() { PeriodSaid::default() } else { label.period };
    Label {
        text: label.text.clone(),
        forms: label.forms.clone(),
        roles: if own { Vec::new() } else { label.roles.clone() },
        period,
        unit: label.unit.clone(),
        words: label.words,
        ..Label::default()
    }
}
