//! The office's plan (`ke-hoach.xlsx`, `ke-hoach.csv`) → targets. It is a table of figures like any that communes send, in any
//! layout, and is read as those are; only that what it states is planned.

use std::collections::HashMap;

use crate::base::diagnostic::{Diagnostic, Problem};
use crate::base::fold;
use crate::base::record::{Collected, Figure, OrgUnitId, Telling};
use crate::catalogue::register::{Origin, Register};

use super::Context;
use super::inputs::Input;

/// Reads the plan of the units of a register; adds its targets, its file and its problems to what was collected.
pub fn collect(plan: &Input, register: &Register, context: &Context, collected: &mut Collected) {
    let (read, named) = super::collect(std::slice::from_ref(plan), register.clone(), context, &|_| ());
    // Where units come from the data, those that only the plan names are nobody's: they have no figures.
    let known: HashMap<String, OrgUnitId> = register.ids().map(|id| (fold::key(&register.unit(id).name), id)).collect();
    let unit = |id: OrgUnitId| match register.origin {
        Origin::File => Some(id),
        Origin::Data => known.get(&fold::key(&named.unit(id).name)).copied(),
    };
    for figure in read.figures.into_iter().filter(|figure| figure.telling == Telling::Planned) {
        match unit(figure.org_unit) {
            Some(org_unit) => collected.targets.push(Figure { org_unit, ..figure }),
            None => drop(collected.targets_elsewhere.insert(figure.indicator)),
        }
    }
    collected.plan = read.files.into_iter().next();
    // Where the units come from was said of the data.
    let about = |diagnostic: &Diagnostic| !matches!(diagnostic.problem, Problem::UnitsFromData { .. });
    collected.diagnostics.extend(read.diagnostics.into_iter().filter(about));
}
