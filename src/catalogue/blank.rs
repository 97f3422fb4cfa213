//! The blank of a form (biểu mẫu): the columns that communes are to fill in, and the line by which a sheet says whose blank it
//! was. Takes a form of the catalogue; what makes blanks and what reads them back both go by this.

use crate::base::fold;
use crate::base::record::{FieldId, FormId, IndicatorId};

use super::Catalogue;
use super::form::{Absent, Condition, Edge, Field, FieldKind, Form};
use super::indicator::{Formula, Indicator};

/// How the line of a blank begins.
const STAMP: &str = "Mẫu danvan:";
/// What stands in the place of a form's id on sheets that hold no figures.
const GUIDE: &str = "huong-dan";
const LISTS: &str = "danh-muc";
const PLAN: &str = "ke-hoach";
/// Hexadecimal digits of a version.
const VERSION: usize = 6;

/// What a form's blank asks for.
#[derive(Clone, Debug)]
pub struct Blank {
    pub columns: Vec<Column>,
    /// The indicators that stand one a row, of a form that is sent as figures; none where it is a list.
    pub rows: Vec<IndicatorId>,
    /// Of these columns and rows: another one says that the form has changed since.
    pub version: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub heading: String,
    pub holds: Holds,
}

/// What is written into a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Ordinal,
    Field(FieldId),
    /// The name of a row's indicator, its measure, its figure.
    Indicator,
    Measure,
    Figure,
    Note,
}

/// The blank of a form: a list where its records have a date, else its figures one a row.
pub fn of(catalogue: &Catalogue, form: FormId) -> Blank {
    let fixed = |heading: &str, holds| Column { heading: heading.to_owned(), holds };
    let of_form = catalogue.form(form);
    let mut columns = vec![fixed("STT", Holds::Ordinal)];
    let mut rows = Vec::new();
    if of_form.main_date().is_some() {
        let fields = if of_form.blank.is_empty() { usual(catalogue, form) } else { of_form.blank.clone() };
        let column = |&id: &FieldId| Column { heading: heading(catalogue, form, id), holds: Holds::Field(id) };
        columns.extend(fields.iter().map(column));
    } else {
        let stated = |id: &IndicatorId| catalogue.indicator(*id).reported && !catalogue.indicator(*id).is_rate();
        rows = catalogue.indicators_of(form).filter(stated).collect();
        columns.extend([
            fixed("Chỉ tiêu", Holds::Indicator),
            fixed("ĐVT", Holds::Measure),
            fixed("Số liệu", Holds::Figure),
        ]);
    }
    columns.push(fixed("Ghi chú", Holds::Note));
    let headings = columns.iter().map(|column| column.heading.as_str());
    let titles = rows.iter().map(|&id| catalogue.indicator(id).title.as_str());
    let version = version(headings.chain(titles));
    Blank { columns, rows, version }
}

/// Dates that say when, what each row is about, who, its kinds, its numbers, later dates, other words. No number that its
/// rows tell by themselves or that is not reported; no person where the law protects who wrote.
fn usual(catalogue: &Catalogue, form: FormId) -> Vec<FieldId> {
    let of_form = catalogue.form(form);
    let main = of_form.main_date();
    let protected = of_form.fields.iter().any(Field::is_sensitive);
    let place = |id: FieldId, field: &Field| match field.kind {
        FieldKind::Date if Some(id) == main => Some(0),
        FieldKind::Text if field.subject => Some(1),
        FieldKind::Text if field.personal && protected => None,
        FieldKind::Text if field.personal => Some(2),
        FieldKind::Category => Some(3),
        FieldKind::Number => (field.absent.is_none() && summed(catalogue, form, id).is_some()).then_some(4),
        FieldKind::Date => Some(5),
        FieldKind::Text => Some(6),
    };
    let ids = (0..of_form.fields.len() as u16).map(FieldId);
    let mut fields: Vec<(u8, FieldId)> = ids.filter_map(|id| Some((place(id, of_form.field(id))?, id))).collect();
    fields.sort_by_key(|(place, _)| *place);
    fields.into_iter().map(|(_, id)| id).collect()
}

/// The reported indicator that a number field goes into, without conditions if there is one.
pub fn summed(catalogue: &Catalogue, form: FormId, field: FieldId) -> Option<&Indicator> {
    let of_field = |id: &IndicatorId| {
        let indicator = catalogue.indicator(*id);
        indicator.reported && indicator.formula.field() == Some(field)
    };
    let indicators = || catalogue.indicators_of(form).filter(of_field).map(|id| catalogue.indicator(id));
    let plain = |indicator: &&Indicator| match &indicator.formula {
        Formula::Sum { conditions, .. } => conditions.is_empty(),
        _ => true,
    };
    indicators().find(plain).or_else(|| indicators().next())
}

/// A field's title, or the first of its names that no other field of the form has; of a number its indicator's, which says what is counted wherever the column is copied to, with the
/// measure where numbers of another could be written.
fn heading(catalogue: &Catalogue, form: FormId, id: FieldId) -> String {
    match summed(catalogue, form, id) {
        Some(indicator) if indicator.measure.counted => indicator.title.clone(),
        Some(indicator) => format!("{} ({})", indicator.title, indicator.measure.id),
        None => named(catalogue.form(form), id),
    }
}

fn named(form: &Form, id: FieldId) -> String {
    let field = form.field(id);
    let fits = |text: &str| {
        let has = |field: &Field| field.names.iter().any(|name| fold::key(name) == fold::key(text));
        has(field) && !form.fields.iter().any(|other| other.id != field.id && has(other))
    };
    let names = std::iter::once(&field.title).chain(&field.names);
    let name = names.into_iter().find(|name| fits(name)).unwrap_or(&field.title);
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether figures rest on what a field says, so that nothing but its categories will do.
pub fn decides(catalogue: &Catalogue, form: FormId, field: FieldId) -> bool {
    let of_form = catalogue.form(form);
    let named = |conditions: &[Condition]| {
        conditions.iter().any(|condition| match condition {
            Condition::Is(of, _) | Condition::IsNot(of, _) | Condition::Unless(of, _) => *of == field,
            Condition::Before(of, Edge::Start | Edge::End) | Condition::NotBefore(of, _) => *of == field,
        })
    };
    let by_formula = catalogue.indicators_of(form).any(|id| match &catalogue.indicator(id).formula {
        Formula::Sum { conditions, .. } | Formula::Count { conditions, .. } => named(conditions),
        _ => false,
    });
    let by_field = |other: &Field| {
        let absent = matches!(&other.absent, Some(Absent::Of { conditions, .. }) if named(conditions));
        absent || other.assumed.as_ref().is_some_and(|(_, conditions)| named(conditions))
    };
    by_formula || of_form.fields.iter().any(by_field) || of_form.field(field).is_sensitive()
}

fn version<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(fold::nfc(word).as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex()[..VERSION].to_owned()
}

/// What the line of a blank says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// A form's id and the version of its blank.
    Form {
        id: String,
        version: String,
    },
    /// A sheet for people to read, or with the words that drop-downs offer.
    Guide,
    Lists,
    /// The office's plan.
    Plan,
}

impl Stamp {
    /// The line as it stands on the sheet.
    pub fn text(&self) -> String {
        match self {
            Stamp::Form { id, version } => format!("{STAMP} {id} {version}"),
            Stamp::Guide => format!("{STAMP} {GUIDE}"),
            Stamp::Lists => format!("{STAMP} {LISTS}"),
            Stamp::Plan => format!("{STAMP} {PLAN}"),
        }
    }

    /// The stamp that a text is; `None` for any other text.
    pub fn of(text: &str) -> Option<Stamp> {
        // A cheap look first: each text of a sheet's first rows is asked.
        if !text.trim_start().starts_with(['M', 'm']) {
            return None;
        }
        let text = fold::nfc(text);
        let mut words = text.split_whitespace();
        let begins = STAMP.split(' ').all(|word| words.next().is_some_and(|said| said.eq_ignore_ascii_case(word)));
        let (said, version, more) = (words.next(), words.next(), words.next());
        if !begins || more.is_some() {
            return None;
        }
        match (said?, version) {
            (GUIDE, None) => Some(Stamp::Guide),
            (LISTS, None) => Some(Stamp::Lists),
            (PLAN, None) => Some(Stamp::Plan),
            // Made of such signs alone, so that no words of people are taken for one and quoted.
            (id, Some(version)) if is_plain(id) && is_plain(version) => {
                Some(Stamp::Form { id: id.to_owned(), version: version.to_lowercase() })
            }
            _ => None,
        }
    }
}

fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::load;

    #[test]
    fn a_stamp_is_known_again_and_nothing_else_is_one() {
        let form = Stamp::Form { id: "dialogue".into(), version: "3f2a9c".into() };
        for stamp in [form.clone(), Stamp::Guide, Stamp::Lists, Stamp::Plan] {
            assert_eq!(Stamp::of(&stamp.text()), Some(stamp));
        }
        assert_eq!(Stamp::of("  Mẫu  danvan:  dialogue 3F2A9C "), Some(form));
        for text in [
            "Mẫu danvan",
            "Mẫu danvan: dialogue",
            "Mẫu số 01",
            "Mẫu danvan: a b c",
            "Mẫu danvan: Lò Văn",
            "mô hình",
            "M",
        ] {
            assert_eq!(Stamp::of(text), None, "{text}");
        }
    }

    #[test]
    fn every_form_has_a_blank_that_asks_for_what_is_reported_and_identifies_nobody_protected() {
        let catalogue = load::catalogue(&[]).unwrap();
        for form in catalogue.form_ids() {
            let blank = of(&catalogue, form);
            let of_form = catalogue.form(form);
            assert_eq!(blank.version.len(), VERSION);
            assert_eq!(blank.rows.is_empty(), of_form.main_date().is_some(), "{}", of_form.id);
            let fields = blank.columns.iter().filter_map(|column| match column.holds {
                Holds::Field(id) => Some(of_form.field(id)),
                _ => None,
            });
            let protected = of_form.fields.iter().any(Field::is_sensitive);
            for field in fields {
                assert!(!(protected && field.personal), "{}: {}", of_form.id, field.id);
            }
            let mut headings: Vec<&str> = blank.columns.iter().map(|column| column.heading.as_str()).collect();
            headings.sort_unstable();
            headings.dedup();
            assert_eq!(headings.len(), blank.columns.len(), "{}: two columns are headed alike", of_form.id);
        }
    }
}
