//! The office's settings: `danvan.toml`. Every part is optional; an unknown key is an error with its line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::base::amount::Amount;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub agency: Agency,
    pub input: Input,
    pub report: Report,
    pub deadline: Deadline,
    /// Regional measures, where the office uses them: how many m2 each holds.
    pub measure: BTreeMap<String, Amount>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Agency {
    /// Issuing body: "Ban Dân vận Huyện ủy Bảo Yên".
    pub name: Option<String>,
    /// Superior body: "Huyện ủy Bảo Yên".
    pub parent: Option<String>,
    /// Whose report this is: "Huyện Bảo Yên".
    pub unit: Option<String>,
    pub place: Option<String>,
    pub style: AgencyStyle,
    /// As titles say it; "công tác dân vận" where nothing is set.
    pub field: Option<String>,
    pub recipients: Vec<String>,
    pub signer_title: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgencyStyle {
    #[default]
    Party,
    State,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Input {
    pub dir: Option<PathBuf>,
    pub dash: Dash,
}

/// What "-" in a column of numbers means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dash {
    #[default]
    Nil,
    Blank,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    pub dir: Option<PathBuf>,
    pub formats: Option<Vec<String>>,
    pub calendar: Option<String>,
    pub level: Option<String>,
    /// Indicator id → percent.
    pub weak_below: BTreeMap<String, Amount>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deadline {
    /// Working days after the period's end.
    pub days: Option<u32>,
}
