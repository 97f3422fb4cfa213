//! The register of units (danh mục đơn vị): a dated tree of codes and names.

use chrono::NaiveDate;

use crate::base::record::OrgUnitId;

#[derive(Clone, Debug)]
pub struct OrgUnit {
    /// As written, leading zeros kept; empty for a unit taken from the data.
    pub code: String,
    /// "Xã Bảo Hà": the register's spelling.
    pub name: String,
    /// As the office names levels: "xã", "thị trấn", "huyện".
    pub level: String,
    pub parent: Option<OrgUnitId>,
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity.
    pub valid_to: Option<NaiveDate>,
    /// Code or name of the unit that it went into.
    pub merged_into: Option<String>,
    pub other_names: Vec<String>,
}

/// Where the units come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `don-vi.csv` or `don-vi.xlsx`.
    File,
    /// No register: the names found in the data.
    Data,
}

/// All units, in the register's order; without a register in Vietnamese alphabetical order, after the root.
#[derive(Clone, Debug)]
pub struct Register {
    pub units: Vec<OrgUnit>,
    pub origin: Origin,
    /// The unit whose report this is.
    pub root: OrgUnitId,
}

impl Register {
    pub fn unit(&self, id: OrgUnitId) -> &OrgUnit {
        &self.units[id.0 as usize]
    }

    pub fn ids(&self) -> impl Iterator<Item = OrgUnitId> + '_ {
        (0..self.units.len() as u32).map(OrgUnitId)
    }

    pub fn children(&self, parent: OrgUnitId) -> impl Iterator<Item = OrgUnitId> + '_ {
        self.ids().filter(move |&id| self.unit(id).parent == Some(parent))
    }

    /// Whether `unit` is `ancestor` or stands below it.
    pub fn is_within(&self, unit: OrgUnitId, ancestor: OrgUnitId) -> bool {
        let mut at = Some(unit);
        while let Some(id) = at {
            if id == ancestor {
                return true;
            }
            at = self.unit(id).parent;
        }
        false
    }

    /// How many levels below the root of the tree a unit stands.
    pub fn depth(&self, unit: OrgUnitId) -> usize {
        std::iter::successors(self.unit(unit).parent, |&id| self.unit(id).parent).count()
    }
}
