//! The report's outline: its headings, its fixed words and its paragraphs, as data (`builtin/outline.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outline {
    /// "BÁO CÁO".
    pub kind: String,
    /// What the report is about, where the settings do not say.
    pub field: String,
    /// How figures are reckoned, for the annex.
    pub rules: Vec<String>,
    pub subject: Subject,
    pub general: Section,
    pub results: Section,
    pub assessment: Section,
    pub plan: Section,
    /// Templates of sentences by form id; a form without them gets a plain sentence an indicator.
    pub paragraph: BTreeMap<String, Vec<String>>,
}

/// What the report is called, by the kind of its period.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    pub year: String,
    pub years: String,
    pub half: String,
    pub nine_months: String,
    pub quarter: String,
    pub month: String,
    pub days: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub heading: String,
    /// A marked place for what only a person can write.
    #[serde(default)]
    pub placeholder: String,
}

impl Outline {
    /// The one compiled in.
    pub fn builtin() -> Self {
        toml::from_str(include_str!("builtin/outline.toml")).expect("a test reads it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::load;

    #[test]
    fn the_outline_names_only_what_the_catalogue_knows() {
        let catalogue = load::catalogue(&[]).unwrap();
        for (form, sentences) in Outline::builtin().paragraph {
            let form = catalogue.forms.iter().find(|f| f.id == form).expect("a form of the catalogue");
            for quoted in sentences.join(" ").split('\'').skip(1).step_by(2) {
                let known = catalogue.indicator_named(quoted).is_some() || form.field_named(quoted).is_some();
                assert!(known, "{quoted}");
            }
        }
    }
}
