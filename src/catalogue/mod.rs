//! What is collected and how it is reckoned: forms, indicators, measures, words, calendars, units, settings.
//! Definitions are TOML, compiled in, and an office adds its own beside them; no id occurs in Rust.

pub mod blank;
pub mod edition;
pub mod form;
pub mod indicator;
pub mod load;
mod nearest;
pub mod outline;
pub mod register;
pub mod settings;
pub mod source;
pub mod template;
mod toml_text;
mod validate;
pub mod words;

use std::sync::Arc;

use crate::base::amount::Amount;
use crate::base::measure::Measure;
use crate::base::period::Calendar;
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};

use form::{Category, Condition, Field, Form};
use indicator::{Formula, Indicator};
use words::Words;

/// Sets of indicators are bit sets of this width.
pub const INDICATORS_AT_MOST: usize = 256;
/// Of an indicator, in the report.
pub const DECIMALS_AT_MOST: u32 = 6;

/// Everything compiled in, with the office's own forms beside or instead.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub forms: Vec<Form>,
    pub indicators: Vec<Indicator>,
    pub measures: Vec<Measure>,
    /// Spellings as written, each with the place of its measure; counted things may share one ("kiến nghị").
    pub measure_names: Vec<(String, usize)>,
    /// Spellings of measures that differ by region, each with its dimension: never converted unless the settings say how.
    pub regional: Vec<Regional>,
    pub words: Words,
    pub calendars: Vec<Calendar>,
    /// Days off of every year: (month, day).
    pub holidays: Vec<(u32, u32)>,
}

/// A spelling of a measure that differs by region.
#[derive(Clone, Debug)]
pub struct Regional {
    pub name: String,
    pub dimension: Arc<str>,
    /// What it is called where it is at home, and its size by custom: where an office's sào has 360 m2, "sào Bắc Bộ" is it.
    pub home: Option<(String, Amount)>,
}

impl Catalogue {
    pub fn form(&self, id: FormId) -> &Form {
        &self.forms[id.0 as usize]
    }

    pub fn form_ids(&self) -> impl Iterator<Item = FormId> + '_ {
        (0..self.forms.len() as u16).map(FormId)
    }

    pub fn field(&self, form: FormId, field: FieldId) -> &Field {
        self.form(form).field(field)
    }

    /// `None` for [`CategoryId::OTHER`].
    pub fn category(&self, form: FormId, field: FieldId, category: CategoryId) -> Option<&Category> {
        self.field(form, field).categories.get(category.0 as usize)
    }

    pub fn indicator(&self, id: IndicatorId) -> &Indicator {
        &self.indicators[id.0 as usize]
    }

    /// In the catalogue's order: form by form.
    pub fn indicator_ids(&self) -> impl Iterator<Item = IndicatorId> + '_ {
        (0..self.indicators.len() as u16).map(IndicatorId)
    }

    /// Whether records of a form wait for something (a petition for its answer), so that lists of later months carry them on.
    pub fn carries_on(&self, form: FormId) -> bool {
        self.indicators_of(form).any(|id| match &self.indicator(id).formula {
            Formula::Sum { conditions, .. } | Formula::Count { conditions, .. } => {
                conditions.iter().any(|condition| matches!(condition, Condition::Before(..) | Condition::NotBefore(..)))
            }
            _ => false,
        })
    }

    /// Those of one form, in order.
    pub fn indicators_of(&self, form: FormId) -> impl Iterator<Item = IndicatorId> + '_ {
        self.indicator_ids().filter(move |&id| self.indicator(id).form == form)
    }

    /// The indicator that is the plan of another.
    pub fn plan_of(&self, id: IndicatorId) -> Option<IndicatorId> {
        self.indicator_ids().find(|&plan| self.indicator(plan).plan_of == Some(id))
    }

    pub fn indicator_named(&self, id: &str) -> Option<IndicatorId> {
        self.indicator_ids().find(|&i| self.indicator(i).id == id)
    }

    pub fn calendar(&self, id: &str) -> Option<&Calendar> {
        self.calendars.iter().find(|c| c.id == id)
    }
}
