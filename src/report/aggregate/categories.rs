//! Sums by category, while records are counted: one place a category of each field, and one for what no category names.

use std::collections::BTreeMap;

use crate::base::amount::Amount;
use crate::base::record::{CategoryId, FieldId, Record};
use crate::catalogue::form::{FieldKind, Form};

use super::formula::category;

/// Sums by category, while records are counted.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    fields: Vec<(FieldId, Vec<Option<Amount>>)>,
}

impl Parts {
    pub(super) fn new(form: &Form) -> Self {
        let fields = form.fields.iter().enumerate().filter(|(_, field)| field.kind == FieldKind::Category);
        // The last place is for what no category names.
        let fields = fields.map(|(at, field)| (FieldId(at as u16), vec![None; field.categories.len() + 1])).collect();
        Self { fields }
    }

    pub(super) fn add(&mut self, form: &Form, record: &Record, amount: Amount) -> bool {
        let mut fits = true;
        for (field, sums) in &mut self.fields {
            let Some(category) = category(form, record, *field) else { continue };
            let at = Self::place(sums, category);
            match sums[at].unwrap_or_default().checked_add(amount) {
                Some(sum) => sums[at] = Some(sum),
                None => fits = false,
            }
        }
        fits
    }

    pub(super) fn place(sums: &[Option<Amount>], category: CategoryId) -> usize {
        (category.0 as usize).min(sums.len() - 1)
    }

    pub(super) fn at(sums: &[Option<Amount>], category: CategoryId) -> Option<Amount> {
        sums[Self::place(sums, category)]
    }

    pub(super) fn of(&self, field: FieldId) -> Option<&[Option<Amount>]> {
        self.fields.iter().find(|(of, _)| *of == field).map(|(_, sums)| sums.as_slice())
    }

    pub(super) fn done(self) -> BTreeMap<(FieldId, CategoryId), Amount> {
        let mut parts = BTreeMap::new();
        for (field, sums) in self.fields {
            let other = sums.len() - 1;
            for (at, sum) in sums.into_iter().enumerate() {
                let category = if at == other { CategoryId::OTHER } else { CategoryId(at as u16) };
                if let Some(sum) = sum {
                    parts.insert((field, category), sum);
                }
            }
        }
        parts
    }
}
