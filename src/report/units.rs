//! Which units a report shows, one a row, and which of the register's units each of them gathers.

use std::collections::BTreeSet;

use crate::base::period::Window;
use crate::base::record::OrgUnitId;
use crate::catalogue::register::Register;

/// A unit of the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub unit: OrgUnitId,
    /// A parent's own figures, beside the units below it: not among those that are expected to report.
    pub own: bool,
    /// Itself and all below it; of a parent's own row, itself alone.
    pub members: Vec<OrgUnitId>,
}

impl Shown {
    /// The lowest of its units: those that send what it gathers.
    pub fn leaves(&self, register: &Register) -> Vec<OrgUnitId> {
        let parents: BTreeSet<OrgUnitId> = self.members.iter().filter_map(|&unit| register.unit(unit).parent).collect();
        self.members.iter().copied().filter(|unit| !parents.contains(unit)).collect()
    }
}

/// The lowest units below the root, whatever their levels: who is expected to send reports.
pub fn lowest(register: &Register, window: Window, known: &BTreeSet<OrgUnitId>) -> Vec<Shown> {
    let rows = shown(register, None, window, known).into_iter().filter(|row| !row.own);
    let leaves = rows.flat_map(|row| row.leaves(register));
    let lives = |unit: &OrgUnitId| {
        let of = register.unit(*unit);
        of.valid_from.is_none_or(|from| from <= window.to) && of.valid_to.is_none_or(|to| to >= window.from)
    };
    let leaves = leaves.filter(|unit| lives(unit) || known.contains(unit));
    leaves.map(|unit| Shown { unit, own: false, members: vec![unit] }).collect()
}

/// The root's units of a level, or its children; then the parents that have figures of their own. Every unit below the root
/// belongs to one of them, so that their sum is the root's.
pub fn shown(register: &Register, level: Option<&str>, window: Window, known: &BTreeSet<OrgUnitId>) -> Vec<Shown> {
    let mut children: Vec<Vec<OrgUnitId>> = vec![Vec::new(); register.units.len()];
    for id in register.ids() {
        if let Some(parent) = register.unit(id).parent {
            children[parent.0 as usize].push(id);
        }
    }
    let level = level.map(str::to_lowercase);
    let at_level =
        |unit: OrgUnitId| level.as_ref().is_some_and(|level| register.unit(unit).level.to_lowercase() == *level);
    let below = |unit: OrgUnitId| {
        let mut members = vec![unit];
        let mut at = 0;
        while at < members.len() {
            members.extend(&children[members[at].0 as usize]);
            at += 1;
        }
        members
    };
    let mut rows = Vec::new();
    let mut parents = Vec::new();
    let mut rest = vec![register.root];
    while let Some(parent) = rest.pop() {
        let root = parent == register.root;
        let members = below(parent);
        let deeper = members[1..].iter().any(|&unit| at_level(unit));
        // A unit of another level beside those asked for is shown too: its figures belong to the whole.
        if (root && members.len() > 1) || (!root && level.is_some() && !at_level(parent) && deeper) {
            parents.push(parent);
            rest.extend(children[parent.0 as usize].iter().rev());
            continue;
        }
        let unit = register.unit(parent);
        let valid =
            unit.valid_from.is_none_or(|from| from <= window.to) && unit.valid_to.is_none_or(|to| to >= window.from);
        if valid || members.iter().any(|member| known.contains(member)) {
            rows.push(Shown { unit: parent, own: false, members });
        }
    }
    parents.retain(|parent| known.contains(parent));
    rows.extend(parents.into_iter().map(|unit| Shown { unit, own: true, members: vec![unit] }));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn every_unit_below_the_root_belongs_to_one_row() {
        let register = testing::register();
        let window = Window { from: "2023-01-01".parse().unwrap(), to: "2023-12-31".parse().unwrap() };
        let names = |level, known: &[u32]| {
            let known = known.iter().map(|&unit| OrgUnitId(unit)).collect();
            let rows = shown(&register, level, window, &known);
            rows.iter().map(|row| (row.unit.0, row.own)).collect::<Vec<_>>()
        };
        assert_eq!(names(None, &[]), [(1, false), (2, false), (3, false)]);
        assert_eq!(names(Some("Xã"), &[0, 1]), [(1, false), (2, false), (3, false), (0, true)]);
    }

    #[test]
    fn the_lowest_units_are_those_that_send() {
        let mut register = testing::register();
        // A district between the root and two of its communes.
        register.units[2].parent = Some(OrgUnitId(1));
        register.units[3].parent = Some(OrgUnitId(1));
        let window = Window { from: "2023-01-01".parse().unwrap(), to: "2023-12-31".parse().unwrap() };
        let units: Vec<u32> = lowest(&register, window, &BTreeSet::new()).iter().map(|row| row.unit.0).collect();
        assert_eq!(units, [2, 3]);
        let district = &shown(&register, None, window, &BTreeSet::new())[0];
        assert_eq!((district.unit, district.leaves(&register)), (OrgUnitId(1), vec![OrgUnitId(2), OrgUnitId(3)]));
    }

    #[test]
    fn a_unit_that_has_ceased_is_shown_only_with_figures() {
        let mut register = testing::register();
        register.units[2].valid_to = Some("2020-01-01".parse().unwrap());
        let window = Window { from: "2023-01-01".parse().unwrap(), to: "2023-12-31".parse().unwrap() };
        assert_eq!(shown(&register, None, window, &BTreeSet::new()).len(), 2);
        assert_eq!(shown(&register, None, window, &[OrgUnitId(2)].into()).len(), 3);
    }
}
