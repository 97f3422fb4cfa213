//! The report's outline: its headings, their order and its fixed words (`builtin/outline.toml`), and the sentences of its
//! sections (`builtin/mau/*.txt`). An office's own stand in its folder `mau`: `de-cuong.toml` replaces what it names, a file
//! named as a form replaces or adds that form's sentences whole.
//!
//! Takes the workspace and the catalogue, gives [`Outline`]; a mistake is one Vietnamese sentence with its file and line.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::Catalogue;
use super::nearest::nearest;
use super::template::{self, Template};
use super::toml_text::{self, TomlText};

/// The folder of the office's own templates, inside the workspace.
const FOLDER: &str = "mau";
/// The office's own outline, in that folder.
const OUTLINE: &str = "de-cuong.toml";
/// How the names of files with sentences end.
const SENTENCES: &str = ".txt";

const BUILTIN: (&str, &str) = ("builtin/outline.toml", include_str!("builtin/outline.toml"));
const BUILTIN_SENTENCES: [(&str, &str); 13] = [
    ("mau/propaganda.txt", include_str!("builtin/mau/propaganda.txt")),
    ("mau/procedure.txt", include_str!("builtin/mau/procedure.txt")),
    ("mau/citizen_reception.txt", include_str!("builtin/mau/citizen_reception.txt")),
    ("mau/dialogue.txt", include_str!("builtin/mau/dialogue.txt")),
    ("mau/petition.txt", include_str!("builtin/mau/petition.txt")),
    ("mau/mediation.txt", include_str!("builtin/mau/mediation.txt")),
    ("mau/model.txt", include_str!("builtin/mau/model.txt")),
    ("mau/campaign.txt", include_str!("builtin/mau/campaign.txt")),
    ("mau/land_donation.txt", include_str!("builtin/mau/land_donation.txt")),
    ("mau/workday.txt", include_str!("builtin/mau/workday.txt")),
    ("mau/contribution.txt", include_str!("builtin/mau/contribution.txt")),
    ("mau/works.txt", include_str!("builtin/mau/works.txt")),
    ("mau/clearance.txt", include_str!("builtin/mau/clearance.txt")),
];

#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// "BÁO CÁO".
    pub kind: String,
    /// What the report is about, where the settings do not say.
    pub field: String,
    /// How figures are reckoned, for the annex.
    pub rules: Vec<String>,
    /// What the report is called, by the kind of its period ([`Subject`]).
    pub subject: BTreeMap<Subject, String>,
    pub sections: Vec<Section>,
    pub results: Results,
    /// Which forms stand beside one another, in the report's order.
    pub groups: Vec<Group>,
    /// Headings instead of the forms' own, by form id.
    pub headings: BTreeMap<String, String>,
    /// The indicators in the table of a form, where not all are to stand there.
    pub columns: BTreeMap<String, Vec<String>>,
    /// Sentences by form id; a form without them gets a plain sentence an indicator.
    pub templates: BTreeMap<String, Template>,
}

/// The kinds of periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Year,
    Half,
    NineMonths,
    Quarter,
    Month,
    /// Several years.
    Years,
    Days,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Section {
    pub heading: String,
    /// Sentences of the office's own.
    pub text: String,
    /// A marked place for what only a person can write.
    pub placeholder: String,
    /// The forms' sections stand here.
    pub results: bool,
    /// What the office's thresholds point at stands here.
    pub suggestions: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub heading: String,
    pub forms: Vec<String>,
}

/// How the forms' sections are laid out.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// From so many forms on, groups have headings of their own.
    pub group_from: usize,
    /// At most so many indicators stand in a table by unit.
    pub columns_at_most: usize,
    /// Whether a table by quarter follows.
    pub quarters: bool,
    /// Whether a table by unit follows.
    pub units: bool,
    /// Forms that the report leaves out.
    pub omit: Vec<String>,
}

/// An outline as a file writes it: what it leaves out stays as it was.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutlineFile {
    kind: Option<String>,
    field: Option<String>,
    rules: Option<Vec<String>>,
    #[serde(default)]
    subject: BTreeMap<Subject, String>,
    section: Option<Vec<Section>>,
    group: Option<Vec<Group>>,
    #[serde(default)]
    results: ResultsFile,
    #[serde(default)]
    headings: BTreeMap<String, String>,
    #[serde(default)]
    columns: BTreeMap<String, Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultsFile {
    group_from: Option<usize>,
    columns_at_most: Option<usize>,
    quarters: Option<bool>,
    units: Option<bool>,
    omit: Option<Vec<String>>,
}

impl Outline {
    /// The one compiled in.
    pub fn builtin() -> Self {
        let text = TomlText::new(BUILTIN.0, BUILTIN.1);
        let mut outline = Self::default();
        outline.take(text.parse().expect("a test reads it"));
        let template = |(path, text): (&str, &str)| {
            let id = path.rsplit('/').next().and_then(|name| name.strip_suffix(SENTENCES)).unwrap_or(path);
            (id.to_owned(), Template::new(path, text, true))
        };
        outline.templates = BUILTIN_SENTENCES.into_iter().map(template).collect();
        outline
    }

    /// With what the office has in its folder `mau`.
    pub fn of_office(workspace: &Path, catalogue: &Catalogue) -> Result<Self> {
        let mut outline = Self::builtin();
        for (name, path) in files(workspace)? {
            let shown = format!("{FOLDER}/{name}");
            let form = name.strip_suffix(SENTENCES).filter(|id| catalogue.forms.iter().any(|form| form.id == **id));
            if form.is_none() && name != OUTLINE {
                bail!("{}", not_a_template(&shown, &name, catalogue));
            }
            let Some(text) = toml_text::read(&path, &shown)? else { continue };
            match form {
                Some(id) => {
                    let template = Template::new(&shown, &text, false);
                    template.check(catalogue)?;
                    outline.templates.insert(id.to_owned(), template);
                }
                None => {
                    let text = TomlText::new(&shown, &text);
                    let file: OutlineFile = text.parse()?;
                    file.check_texts(&text)?;
                    file.check_names(&text, catalogue)?;
                    outline.take(file);
                }
            }
        }
        Ok(outline)
    }

    fn take(&mut self, file: OutlineFile) {
        fn set<T>(at: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *at = value;
            }
        }
        set(&mut self.kind, file.kind);
        set(&mut self.field, file.field);
        set(&mut self.rules, file.rules);
        set(&mut self.sections, file.section);
        set(&mut self.groups, file.group);
        set(&mut self.results.group_from, file.results.group_from);
        set(&mut self.results.columns_at_most, file.results.columns_at_most);
        set(&mut self.results.quarters, file.results.quarters);
        set(&mut self.results.units, file.results.units);
        set(&mut self.results.omit, file.results.omit);
        self.subject.extend(file.subject);
        self.headings.extend(file.headings);
        self.columns.extend(file.columns);
    }
}

impl OutlineFile {
    /// The templates among its texts.
    fn check_texts(&self, text: &TomlText) -> Result<()> {
        let mut texts: Vec<(Vec<String>, &str)> = Vec::new();
        let keys = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<String>>();
        for (kind, subject) in &self.subject {
            texts.push((vec!["subject".to_owned(), kind.key().to_owned()], subject));
        }
        for (at, section) in self.section.iter().flatten().enumerate() {
            let at = at.to_string();
            for (key, words) in
                [("heading", &section.heading), ("text", &section.text), ("placeholder", &section.placeholder)]
            {
                texts.push((keys(&["section", &at, key]), words));
            }
        }
        for (at, group) in self.group.iter().flatten().enumerate() {
            texts.push((keys(&["group", &at.to_string(), "heading"]), &group.heading));
        }
        texts.extend(self.headings.iter().map(|(form, heading)| (keys(&["headings", form]), heading.as_str())));
        for (keys, words) in texts {
            if let Some(mistake) = template::mistake(words, None) {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let line = text.line_of(&keys);
                return Err(mistake.at(format!("tệp {}, dòng {line}", text.path())));
            }
        }
        Ok(())
    }

    /// The names that only the catalogue knows.
    fn check_names(&self, text: &TomlText, catalogue: &Catalogue) -> Result<()> {
        let keys = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<String>>();
        let ids = || catalogue.forms.iter().map(|form| form.id.as_str());
        if self.section.as_ref().is_some_and(|sections| !sections.iter().any(|section| section.results)) {
            let says = "không mục [[section]] nào ghi results = true, nên các nội dung có số liệu không có chỗ đặt";
            return Err(text.fault_of(&["section"], says));
        }
        let mut forms: Vec<(Vec<String>, &str)> = Vec::new();
        for (at, group) in self.group.iter().flatten().enumerate() {
            let keys = keys(&["group", &at.to_string(), "forms"]);
            forms.extend(group.forms.iter().map(|form| (keys.clone(), form.as_str())));
        }
        forms.extend(self.results.omit.iter().flatten().map(|form| (keys(&["results", "omit"]), form.as_str())));
        forms.extend(self.headings.keys().map(|form| (keys(&["headings", form]), form.as_str())));
        forms.extend(self.columns.keys().map(|form| (keys(&["columns", form]), form.as_str())));
        for (keys, form) in forms {
            if !ids().any(|id| id == form) {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                return Err(text.fault_of(&keys, template::unknown("biểu", form, ids())));
            }
        }
        for (form, indicators) in &self.columns {
            for id in indicators {
                let known = catalogue.indicators.iter().map(|indicator| indicator.id.as_str());
                let known = known.filter(|id| id.split('.').next() == Some(form.as_str()));
                if !known.clone().any(|known| known == id) {
                    return Err(text.fault_of(&["columns", form], template::unknown("chỉ tiêu", id, known)));
                }
            }
        }
        Ok(())
    }
}

impl Subject {
    /// As outlines write it.
    fn key(self) -> &'static str {
        match self {
            Subject::Year => "year",
            Subject::Half => "half",
            Subject::NineMonths => "nine_months",
            Subject::Quarter => "quarter",
            Subject::Month => "month",
            Subject::Years => "years",
            Subject::Days => "days",
        }
    }
}

/// The files of the office's folder, in the order of their names; not what systems and editors leave there.
fn files(workspace: &Path) -> Result<Vec<(String, PathBuf)>> {
    let folder = match fs::read_dir(workspace.join(FOLDER)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        folder => folder.with_context(|| format!("không mở được thư mục {FOLDER}"))?,
    };
    let mut files = Vec::new();
    for entry in folder {
        let path = entry.with_context(|| format!("không đọc được thư mục {FOLDER}"))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_ours = !name.starts_with(['.', '~']) && !["desktop.ini", "Thumbs.db"].contains(&name.as_str());
        if is_ours && path.is_file() {
            files.push((name, path));
        }
    }
    files.sort();
    Ok(files)
}

fn not_a_template(shown: &str, name: &str, catalogue: &Catalogue) -> String {
    let known: Vec<String> = catalogue.forms.iter().map(|form| format!("{}{SENTENCES}", form.id)).collect();
    let known = || known.iter().map(String::as_str).chain([OUTLINE]);
    match nearest(&name.to_lowercase(), known()) {
        Some(near) => format!("tệp {shown} không phải là mẫu (ý bạn là \"{near}\"?)"),
        None => {
            let known = known().collect::<Vec<_>>().join(", ");
            format!("tệp {shown} không phải là mẫu; tên các mẫu: {known}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::load;

    #[test]
    fn the_built_in_outline_says_only_what_can_be_said() {
        let catalogue = load::catalogue(&[]).unwrap();
        let outline = Outline::builtin();
        for (form, template) in &outline.templates {
            assert!(catalogue.forms.iter().any(|known| known.id == *form), "{form}");
            template.check(&catalogue).unwrap();
        }
        let text = TomlText::new(BUILTIN.0, BUILTIN.1);
        let file: OutlineFile = text.parse().unwrap();
        file.check_texts(&text).unwrap();
        file.check_names(&text, &catalogue).unwrap();
        for form in &catalogue.forms {
            assert!(outline.templates.contains_key(&form.id), "{} has sentences", form.id);
            assert!(outline.groups.iter().any(|group| group.forms.contains(&form.id)), "{} has its place", form.id);
        }
        assert_eq!(outline.subject.len(), 7);
    }

    fn office(files: &[(&str, &str)]) -> Result<Outline> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(FOLDER)).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(FOLDER).join(name), text).unwrap();
        }
        Outline::of_office(folder.path(), &load::catalogue(&[]).unwrap())
    }

    #[test]
    fn what_an_office_writes_stands_in_the_place_of_what_is_built_in() {
        let outline = office(&[
            ("dialogue.txt", "{{ during }}.\n"),
            (
                "de-cuong.toml",
                "[subject]\nyear = \"a\"\n[[section]]\nheading = \"b\"\nresults = true\n[headings]\nworkday = \"c\"\n",
            ),
            (".an.txt", "{{"),
            ("Thumbs.db", ""),
        ])
        .unwrap();
        let builtin = Outline::builtin();
        assert_eq!(outline.templates["dialogue"].sentences.len(), 1);
        assert_eq!(outline.templates["petition"].sentences, builtin.templates["petition"].sentences);
        assert_eq!((outline.subject[&Subject::Year].as_str(), outline.sections.len()), ("a", 1));
        assert_eq!(outline.subject[&Subject::Month], builtin.subject[&Subject::Month]);
        assert_eq!(outline.headings["workday"], "c");
        let folder = tempfile::tempdir().unwrap();
        Outline::of_office(folder.path(), &load::catalogue(&[]).unwrap()).expect("no folder is no mistake");
    }

    #[test]
    fn every_mistake_is_one_vietnamese_sentence() {
        for (name, text, expected) in [
            (
                "dialogue.txt",
                "\n{{ a }}",
                "tệp mau/dialogue.txt, dòng 2: không có tên \"a\"; các tên dùng được: during, ",
            ),
            ("dialog.txt", "", "tệp mau/dialog.txt không phải là mẫu (ý bạn là \"dialogue.txt\"?)"),
            ("dialogue.txt.txt", "", "tệp mau/dialogue.txt.txt không phải là mẫu (ý bạn là \"dialogue.txt\"?)"),
            ("Đối thoại.docx", "", "tệp mau/Đối thoại.docx không phải là mẫu; tên các mẫu: "),
            (
                "de-cuong.toml",
                "[sections]",
                "tệp mau/de-cuong.toml, dòng 1: không có mục \"sections\" (ý bạn là \"section\"?)",
            ),
            (
                "de-cuong.toml",
                "[[section]]\n\n[[section]]\nheading = \"{{ nex }}\"",
                "tệp mau/de-cuong.toml, dòng 4: không có tên \"nex\" (ý bạn là \"next\"?)",
            ),
            (
                "de-cuong.toml",
                "[results]\nomit = [\"dialog\"]",
                "tệp mau/de-cuong.toml, dòng 2: không có biểu \"dialog\" (ý bạn là \"dialogue\"?)",
            ),
            (
                "de-cuong.toml",
                "[columns]\ndialogue = [\"workday.days\"]",
                "tệp mau/de-cuong.toml, dòng 2: không có chỉ tiêu \"workday.days\"; các chỉ tiêu dùng được: dialogue.sessions, ",
            ),
        ] {
            let error = office(&[(name, text)]).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
