//! A form's TOML, from what is written to what is meant: every name resolved, every finding with its line.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use anyhow::Result;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::base::measure::Measure;
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};

use super::form::{Absent, Category, Condition, Edge, Field, FieldKind, Form, Identity, Relation};
use super::indicator::{Formula, Indicator, OverTime};
use super::toml_text::{TomlText, quoted};
use super::{DECIMALS_AT_MOST, INDICATORS_AT_MOST};

/// Far above any real form; keeps ids within their type.
const FIELDS_AT_MOST: usize = 256;
const CATEGORIES_AT_MOST: usize = 1024;
/// What Excel takes as a sheet's name.
const TITLE_AT_MOST: usize = 31;

/// A file of `bieu/`, as it is laid out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormFile {
    pub form: FormEntry,
    #[serde(default)]
    field: Vec<FieldEntry>,
    #[serde(default)]
    indicator: Vec<IndicatorEntry>,
    #[serde(default)]
    identity: Vec<IdentityEntry>,
    /// Things that only this form counts.
    #[serde(default)]
    pub counted: Vec<CountedEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormEntry {
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    heading: Spanned<String>,
    names: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    filler: Vec<Spanned<String>>,
    #[serde(default)]
    everyday: bool,
    #[serde(default)]
    everyday_lists: bool,
    #[serde(default)]
    blank: Vec<Spanned<String>>,
}

/// A measure of counted things: a dimension of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CountedEntry {
    pub id: Spanned<String>,
    pub names: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldEntry {
    id: Spanned<String>,
    title: Spanned<String>,
    kind: KindEntry,
    #[serde(default)]
    names: Vec<Spanned<String>>,
    personal: Option<Spanned<bool>>,
    subject: Option<Spanned<bool>>,
    code: Option<Spanned<bool>>,
    titled: Option<Spanned<bool>>,
    #[serde(default)]
    examples: Vec<Spanned<String>>,
    #[serde(default)]
    category: Vec<CategoryEntry>,
    absent: Option<Spanned<AbsentEntry>>,
    implied: Option<Spanned<ImpliedEntry>>,
    assumed: Option<Spanned<AssumedEntry>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindEntry {
    Date,
    Category,
    Number,
    Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryEntry {
    id: Spanned<String>,
    title: Spanned<String>,
    names: Vec<Spanned<String>>,
    #[serde(default)]
    sensitive: bool,
}

#[derive(Debug)]
enum AbsentEntry {
    One,
    Table(AbsentTable),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AbsentTable {
    filled: Option<Spanned<String>>,
    #[serde(default)]
    beside: Vec<Spanned<String>>,
    without: Option<Spanned<String>>,
    of: Option<Spanned<String>>,
    #[serde(default)]
    less: Vec<Spanned<String>>,
    #[serde(default, rename = "where")]
    conditions: Vec<Spanned<ConditionEntry>>,
}

/// By hand, for an untagged enum would lose the lines.
impl<'de> Deserialize<'de> for AbsentEntry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OneOrTable;
        impl<'de> Visitor<'de> for OneOrTable {
            type Value = AbsentEntry;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("cần \"one\", { filled = … } hoặc { of = … }")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<AbsentEntry, E> {
                match word {
                    "one" => Ok(AbsentEntry::One),
                    _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AbsentEntry, A::Error> {
                AbsentTable::deserialize(MapAccessDeserializer::new(map))
                    .map(AbsentEntry::Table)
                    .map_err(A::Error::custom)
            }
        }
        from.deserialize_any(OneOrTable)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ImpliedEntry {
    category: Spanned<String>,
    by: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AssumedEntry {
    from: Spanned<String>,
    #[serde(default, rename = "where")]
    conditions: Vec<Spanned<ConditionEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionEntry {
    field: Spanned<String>,
    is: Option<Vec<Spanned<String>>>,
    is_not: Option<Vec<Spanned<String>>>,
    unless: Option<Vec<Spanned<String>>>,
    before: Option<EdgeEntry>,
    not_before: Option<EdgeEntry>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EdgeEntry {
    Start,
    End,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorEntry {
    id: Spanned<String>,
    title: Spanned<String>,
    short: Spanned<String>,
    measure: Spanned<String>,
    decimals: Option<Spanned<u32>>,
    #[serde(default)]
    fractions: bool,
    reported: Option<bool>,
    over_time: Option<Spanned<OverTimeEntry>>,
    over_units: Option<OverUnitsEntry>,
    formula: Spanned<FormulaEntry>,
    #[serde(default)]
    names: Vec<Spanned<String>>,
    #[serde(default)]
    within: Vec<Spanned<String>>,
    #[serde(default)]
    also: Vec<Spanned<String>>,
    #[serde(default)]
    fits: Vec<Spanned<String>>,
    #[serde(default)]
    beside: Vec<Spanned<String>>,
    plan_of: Option<Spanned<String>>,
    #[serde(default)]
    measures: Vec<Spanned<String>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OverTimeEntry {
    Sum,
    Last,
    First,
    Max,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OverUnitsEntry {
    Sum,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormulaEntry {
    sum: Option<Spanned<String>>,
    count: Option<bool>,
    last: Option<Spanned<String>>,
    max: Option<Spanned<String>>,
    ratio: Option<RatioEntry>,
    on: Option<Spanned<String>>,
    #[serde(default, rename = "where")]
    conditions: Vec<Spanned<ConditionEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RatioEntry {
    of: Spanned<String>,
    to: Spanned<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityEntry {
    left: Spanned<Vec<Spanned<String>>>,
    relation: Spanned<String>,
    right: Spanned<Vec<Spanned<String>>>,
    source: Option<Spanned<String>>,
}

/// The measures that indicators may name, as the catalogue keeps them.
#[derive(Default)]
pub(super) struct Measures {
    pub known: Vec<Measure>,
    pub spellings: Vec<(String, usize)>,
    pub regional: Vec<super::Regional>,
}

/// The forms and indicators that the files define, in their order.
pub(super) fn forms(files: &[(TomlText, FormFile)], measures: &Measures) -> Result<(Vec<Form>, Vec<Indicator>)> {
    let mut forms = Vec::with_capacity(files.len());
    for (at, (text, file)) in files.iter().enumerate() {
        let title = file.form.title.get_ref().to_lowercase();
        if let Some((other, _)) = files[..at].iter().find(|(_, f)| f.form.title.get_ref().to_lowercase() == title) {
            let sentence = format!("tên biểu đã dùng ở tệp {}; hãy đặt tên khác", other.path());
            return Err(text.fault(file.form.title.span(), sentence));
        }
        forms.push(
            Checked { text, form: form(text, &file.form)? }.with_fields(&file.field)?.with_blank(&file.form.blank)?,
        );
    }
    let ids: Vec<&str> = files.iter().flat_map(|(_, f)| f.indicator.iter().map(|i| i.id.get_ref().as_str())).collect();
    let mut indicators = Vec::with_capacity(ids.len());
    for (at, (checked, (_, file))) in forms.iter().zip(files).enumerate() {
        if file.indicator.is_empty() {
            return Err(checked
                .text
                .fault(file.form.id.span(), "biểu chưa có chỉ tiêu nào; hãy thêm mục [[indicator]]"));
        }
        for entry in &file.indicator {
            if indicators.len() == INDICATORS_AT_MOST {
                let sentence = format!("quá {INDICATORS_AT_MOST} chỉ tiêu trong tất cả các biểu; hãy bớt chỉ tiêu");
                return Err(checked.text.fault(entry.id.span(), sentence));
            }
            let indicator = checked.indicator(FormId(at as u16), entry, &indicators, &ids, measures)?;
            indicators.push(indicator);
        }
    }
    let mut written = forms.iter().zip(files).flat_map(|(form, (_, f))| f.indicator.iter().map(move |i| (form, i)));
    for at in 0..indicators.len() {
        let (checked, entry) = written.next().expect("each indicator comes from one entry");
        checked.ratio(&indicators[at], entry, &indicators)?;
    }
    for (checked, (_, file)) in forms.iter_mut().zip(files) {
        let identities = file.identity.iter().map(|entry| checked.identity(entry, &ids, &indicators));
        checked.form.identities = identities.collect::<Result<_>>()?;
    }
    Ok((forms.into_iter().map(|checked| checked.form).collect(), indicators))
}

fn form(text: &TomlText, entry: &FormEntry) -> Result<Form> {
    let title = filled(text, &entry.title)?;
    if title.chars().count() > TITLE_AT_MOST || title.contains(['[', ']', ':', '*', '?', '/', '\\']) {
        let sentence = format!("tên biểu làm tên trang tính: không quá {TITLE_AT_MOST} chữ, không có [ ] : * ? / \\");
        return Err(text.fault(entry.title.span(), sentence));
    }
    if entry.names.get_ref().is_empty() {
        return Err(text.fault(entry.names.span(), "biểu cần ít nhất một cách gọi ở mục \"names\""));
    }
    Ok(Form {
        id: id(text, &entry.id)?,
        title,
        heading: filled(text, &entry.heading)?,
        names: phrases(text, entry.names.get_ref())?,
        filler: phrases(text, &entry.filler)?,
        everyday: entry.everyday,
        everyday_lists: entry.everyday || entry.everyday_lists,
        fields: Vec::new(),
        blank: Vec::new(),
        identities: Vec::new(),
    })
}

/// A form as far as it is resolved, and where it is written.
struct Checked<'a> {
    text: &'a TomlText,
    form: Form,
}

impl Checked<'_> {
    fn with_fields(mut self, entries: &[FieldEntry]) -> Result<Self> {
        // First what each field is, for any may name any other; then what it takes from others.
        for entry in entries {
            let field = self.field(entry)?;
            if self.form.fields.len() == FIELDS_AT_MOST {
                return Err(self.fault(entry.id.span(), format!("biểu có quá {FIELDS_AT_MOST} trường")));
            }
            if self.form.field_named(&field.id).is_some() {
                let sentence = format!("trường \"{}\" đã có ở trên trong biểu; hãy đặt id khác", field.id);
                return Err(self.fault(entry.id.span(), sentence));
            }
            self.form.fields.push(field);
        }
        for (at, entry) in entries.iter().enumerate() {
            self.take_from_others(at, entry)?;
        }
        self.without_circles(entries)?;
        Ok(self)
    }

    /// The fields of the form's blank, each once.
    fn with_blank(mut self, names: &[Spanned<String>]) -> Result<Self> {
        for name in names {
            let id = name.get_ref();
            let Some(field) = self.form.field_named(id) else {
                let all = quoted(self.form.fields.iter().map(|field| &field.id));
                let sentence = format!("không có trường \"{id}\" trong biểu \"{}\" (các trường: {all})", self.form.id);
                return Err(self.fault(name.span(), sentence));
            };
            if self.form.blank.contains(&field) {
                return Err(self.fault(name.span(), format!("mục \"blank\" ghi trường \"{id}\" hai lần")));
            }
            self.form.blank.push(field);
        }
        Ok(self)
    }

    fn field(&self, entry: &FieldEntry) -> Result<Field> {
        let kind = match entry.kind {
            KindEntry::Date => FieldKind::Date,
            KindEntry::Category => FieldKind::Category,
            KindEntry::Number => FieldKind::Number,
            KindEntry::Text => FieldKind::Text,
        };
        let personal = entry.personal.as_ref().filter(|personal| *personal.get_ref());
        if let Some(personal) = personal.filter(|_| kind != FieldKind::Text) {
            return Err(self.fault(personal.span(), "chỉ trường kiểu \"text\" ghi được personal = true"));
        }
        let subject = entry.subject.as_ref().filter(|subject| *subject.get_ref());
        if let Some(subject) = subject.filter(|_| kind != FieldKind::Text) {
            return Err(self.fault(subject.span(), "chỉ trường kiểu \"text\" ghi được subject = true"));
        }
        let code = entry.code.as_ref().filter(|code| *code.get_ref());
        if let Some(code) = code.filter(|_| kind != FieldKind::Text) {
            return Err(self.fault(code.span(), "chỉ trường kiểu \"text\" ghi được code = true"));
        }
        let titled = entry.titled.as_ref().filter(|titled| *titled.get_ref());
        if let Some(titled) = titled.filter(|_| kind != FieldKind::Number) {
            return Err(self.fault(titled.span(), "chỉ trường kiểu \"number\" ghi được titled = true"));
        }
        // A column of numbers is found by the words of the indicators that sum it.
        if entry.names.is_empty() && kind != FieldKind::Number {
            return Err(self.fault(entry.id.span(), "trường cần ít nhất một cách gọi ở mục \"names\""));
        }
        match (entry.category.first(), kind) {
            (None, FieldKind::Category) => {
                let sentence = "trường kiểu \"category\" cần ít nhất một loại; hãy thêm mục [[field.category]]";
                return Err(self.fault(entry.id.span(), sentence));
            }
            (Some(category), kind) if kind != FieldKind::Category => {
                return Err(self.fault(category.id.span(), "chỉ trường kiểu \"category\" có [[field.category]]"));
            }
            _ => {}
        }
        Ok(Field {
            id: id(self.text, &entry.id)?,
            title: filled(self.text, &entry.title)?,
            names: phrases(self.text, &entry.names)?,
            kind,
            personal: personal.is_some(),
            categories: self.categories(&entry.category)?,
            absent: None,
            assumed: None,
            implied: None,
            subject: subject.is_some(),
            code: code.is_some(),
            examples: phrases(self.text, &entry.examples)?,
            titled: titled.is_some(),
        })
    }

    fn categories(&self, entries: &[CategoryEntry]) -> Result<Vec<Category>> {
        let mut categories: Vec<Category> = Vec::with_capacity(entries.len());
        let mut spellings = HashSet::new();
        for entry in entries {
            let id = id(self.text, &entry.id)?;
            if categories.len() == CATEGORIES_AT_MOST {
                return Err(self.fault(entry.id.span(), format!("trường có quá {CATEGORIES_AT_MOST} loại")));
            }
            if categories.iter().any(|category| category.id == id) {
                return Err(self.fault(entry.id.span(), format!("loại \"{id}\" đã có ở trên; hãy đặt id khác")));
            }
            if entry.names.is_empty() {
                return Err(self.fault(entry.id.span(), "loại cần ít nhất một cách gọi ở mục \"names\""));
            }
            // A cell holds nothing else that could tell two categories of one spelling apart.
            for name in &entry.names {
                if !spellings.insert(name.get_ref().trim().to_lowercase()) {
                    let sentence =
                        format!("cách gọi \"{}\" đã dùng ở trên trong trường này; hãy bỏ bớt", name.get_ref());
                    return Err(self.fault(name.span(), sentence));
                }
            }
            let (title, names) = (filled(self.text, &entry.title)?, phrases(self.text, &entry.names)?);
            categories.push(Category { id, title, names, sensitive: entry.sensitive });
        }
        Ok(categories)
    }

    fn take_from_others(&mut self, at: usize, entry: &FieldEntry) -> Result<()> {
        if let Some(absent) = &entry.absent {
            self.only(at, FieldKind::Number, "absent", absent.span())?;
            self.form.fields[at].absent = Some(self.absent(absent)?);
        }
        if let Some(assumed) = &entry.assumed {
            self.only(at, FieldKind::Date, "assumed", assumed.span())?;
            let from = self.field_of(&assumed.get_ref().from, FieldKind::Date)?;
            let conditions = self.conditions(&assumed.get_ref().conditions, Dates::Refused)?;
            self.form.fields[at].assumed = Some((from, conditions));
        }
        if let Some(implied) = &entry.implied {
            self.only(at, FieldKind::Category, "implied", implied.span())?;
            let by = self.field_of(&implied.get_ref().by, FieldKind::Date)?;
            let category = self.category(FieldId(at as u16), &implied.get_ref().category)?;
            self.form.fields[at].implied = Some((by, category));
        }
        Ok(())
    }

    /// Refuses a key in fields of other kinds.
    fn only(&self, at: usize, kind: FieldKind, key: &str, span: Range<usize>) -> Result<()> {
        if self.form.fields[at].kind == kind {
            return Ok(());
        }
        Err(self.fault(span, format!("chỉ trường kiểu \"{}\" có mục \"{key}\"", kind_word(kind))))
    }

    fn absent(&self, entry: &Spanned<AbsentEntry>) -> Result<Absent> {
        let AbsentEntry::Table(table) = entry.get_ref() else { return Ok(Absent::One) };
        let person = |name: &Spanned<String>| {
            let field = self.field_of(name, FieldKind::Text)?;
            if !self.form.field(field).personal {
                let sentence = format!("trường \"{}\" phải có personal = true", name.get_ref());
                return Err(self.fault(name.span(), sentence));
            }
            Ok(field)
        };
        let numbers = |names: &[Spanned<String>]| -> Result<Vec<FieldId>> {
            names.iter().map(|name| self.field_of(name, FieldKind::Number)).collect()
        };
        let plain = table.less.is_empty() && table.conditions.is_empty();
        match (&table.filled, &table.of, &table.without) {
            (Some(filled), None, None) if plain && table.beside.is_empty() => Ok(Absent::OneIfFilled(person(filled)?)),
            (None, None, Some(without)) if plain && !table.beside.is_empty() => {
                Ok(Absent::OneBeside { beside: numbers(&table.beside)?, without: person(without)? })
            }
            (None, Some(of), None) if table.beside.is_empty() => Ok(Absent::Of {
                field: self.field_of(of, FieldKind::Number)?,
                less: numbers(&table.less)?,
                conditions: self.conditions(&table.conditions, Dates::Allowed)?,
            }),
            _ => {
                let sentence = "mục \"absent\" cần \"one\", { filled = … }, { beside = […], without = … } hoặc \
                                { of = …, less = […], where = […] }";
                Err(self.fault(entry.span(), sentence))
            }
        }
    }

    /// What is taken from another field must end somewhere.
    fn without_circles(&self, entries: &[FieldEntry]) -> Result<()> {
        for (at, entry) in entries.iter().enumerate() {
            let next = |&id: &FieldId| match self.form.field(id) {
                Field { absent: Some(Absent::Of { field, .. }), .. } => Some(*field),
                Field { assumed: Some((from, _)), .. } => Some(*from),
                _ => None,
            };
            if std::iter::successors(Some(FieldId(at as u16)), next).nth(entries.len()).is_some() {
                let sentence = format!("trường \"{}\" lấy số từ chính nó, qua các trường khác", entry.id.get_ref());
                return Err(self.fault(entry.id.span(), sentence));
            }
        }
        Ok(())
    }

    fn conditions(&self, entries: &[Spanned<ConditionEntry>], dates: Dates) -> Result<Vec<Condition>> {
        entries.iter().map(|entry| self.condition(entry, dates)).collect()
    }

    fn condition(&self, entry: &Spanned<ConditionEntry>, dates: Dates) -> Result<Condition> {
        let ConditionEntry { field, is, is_not, unless, before, not_before } = entry.get_ref();
        let categories = |names: &[Spanned<String>]| {
            let field = self.field_of(field, FieldKind::Category)?;
            if names.is_empty() {
                return Err(self.fault(entry.span(), "điều kiện cần ít nhất một loại trong ngoặc vuông"));
            }
            let names = names.iter().map(|name| self.category(field, name)).collect::<Result<_>>()?;
            Ok((field, names))
        };
        let date = |edge: EdgeEntry| {
            if dates == Dates::Refused {
                return Err(self.fault(entry.span(), "ở đây điều kiện chỉ dùng \"is\" hoặc \"is_not\""));
            }
            let edge = match edge {
                EdgeEntry::Start => Edge::Start,
                EdgeEntry::End => Edge::End,
            };
            Ok((self.field_of(field, FieldKind::Date)?, edge))
        };
        match (is, is_not, unless, before, not_before) {
            (Some(names), None, None, None, None) => {
                categories(names).map(|(field, names)| Condition::Is(field, names))
            }
            (None, Some(names), None, None, None) => {
                categories(names).map(|(field, names)| Condition::IsNot(field, names))
            }
            (None, None, Some(names), None, None) => {
                categories(names).map(|(field, names)| Condition::Unless(field, names))
            }
            (None, None, None, Some(edge), None) => date(*edge).map(|(field, edge)| Condition::Before(field, edge)),
            (None, None, None, None, Some(edge)) => date(*edge).map(|(field, edge)| Condition::NotBefore(field, edge)),
            _ => {
                let sentence =
                    "mỗi điều kiện cần đúng một trong: \"is\", \"is_not\", \"unless\", \"before\", \"not_before\"";
                Err(self.fault(entry.span(), sentence))
            }
        }
    }

    fn indicator(
        &self,
        form: FormId,
        entry: &IndicatorEntry,
        earlier: &[Indicator],
        ids: &[&str],
        measures: &Measures,
    ) -> Result<Indicator> {
        let written = entry.id.get_ref();
        let own = written.strip_prefix(self.form.id.as_str()).and_then(|rest| rest.strip_prefix('.'));
        if !own.is_some_and(is_id) {
            let sentence = format!(
                "id của chỉ tiêu là \"{}.\" rồi chữ thường không dấu, chữ số, gạch dưới; đang ghi \"{written}\"",
                self.form.id
            );
            return Err(self.fault(entry.id.span(), sentence));
        }
        if earlier.iter().any(|indicator| indicator.id == *written) {
            let sentence = format!("chỉ tiêu \"{written}\" đã có ở trên; hãy đặt id khác");
            return Err(self.fault(entry.id.span(), sentence));
        }
        let decimals = entry.decimals.as_ref().map_or(0, |decimals| *decimals.get_ref());
        if let Some(decimals) = entry.decimals.as_ref().filter(|d| *d.get_ref() > DECIMALS_AT_MOST) {
            return Err(self.fault(decimals.span(), format!("số chữ số thập phân không quá {DECIMALS_AT_MOST}")));
        }
        let formula = self.formula(&entry.formula, ids)?;
        let over_time = match (&formula, &entry.over_time) {
            (Formula::Ratio { .. }, None) => OverTime::Ratio,
            (Formula::Ratio { .. }, Some(over_time)) => {
                return Err(
                    self.fault(over_time.span(), "chỉ tiêu tỷ lệ (ratio) không có mục \"over_time\"; hãy bỏ mục này")
                );
            }
            (_, Some(over_time)) => match over_time.get_ref() {
                OverTimeEntry::Sum => OverTime::Sum,
                OverTimeEntry::Last => OverTime::Last,
                OverTimeEntry::First => OverTime::First,
                OverTimeEntry::Max => OverTime::Max,
            },
            // What is not summed over records is not summed over months either.
            (Formula::Last { .. }, None) => OverTime::Last,
            (Formula::Max { .. }, None) => OverTime::Max,
            (_, None) => OverTime::Sum,
        };
        let indicator = Indicator {
            id: written.clone(),
            form,
            title: filled(self.text, &entry.title)?,
            short: filled(self.text, &entry.short)?,
            measure: self.measure(&entry.measure, measures)?,
            decimals,
            fractions: entry.fractions,
            reported: entry.reported.unwrap_or(true),
            over_time,
            over_units: entry.over_units != Some(OverUnitsEntry::None),
            formula,
            names: phrases(self.text, &entry.names)?,
            within: phrases(self.text, &entry.within)?,
            also: phrases(self.text, &entry.also)?,
            fits: phrases(self.text, &entry.fits)?,
            beside: entry.beside.iter().map(|name| self.indicator_named(name, ids)).collect::<Result<_>>()?,
            plan_of: entry.plan_of.as_ref().map(|name| self.indicator_named(name, ids)).transpose()?,
            measures: phrases(self.text, &entry.measures)?,
        };
        if indicator.reported && indicator.names.is_empty() && indicator.within.is_empty() {
            let sentence = "chỉ tiêu cần ít nhất một cách gọi ở mục \"names\" hoặc \"within\"";
            return Err(self.fault(entry.id.span(), sentence));
        }
        for word in &entry.measures {
            if !measures.spellings.iter().any(|(spelling, _)| same(spelling, word.get_ref())) {
                return Err(self.fault(word.span(), no_measure(word.get_ref(), measures)));
            }
        }
        // A column of numbers has one measure, whichever indicators sum it.
        if let Some(field) = indicator.formula.field()
            && let Some(other) = earlier.iter().find(|other| {
                other.form == form && other.formula.field() == Some(field) && other.measure.id != indicator.measure.id
            })
        {
            let sentence = format!(
                "chỉ tiêu \"{}\" tính từ cùng trường \"{}\" nhưng có đơn vị tính \"{}\"; hãy ghi một đơn vị tính",
                other.id,
                self.form.field(field).id,
                other.measure.id
            );
            return Err(self.fault(entry.measure.span(), sentence));
        }
        Ok(indicator)
    }

    fn indicator_named(&self, name: &Spanned<String>, ids: &[&str]) -> Result<IndicatorId> {
        let at = ids.iter().position(|id| id == name.get_ref());
        at.map(|at| IndicatorId(at as u16)).ok_or_else(|| {
            let known = quoted(ids.iter().filter(|id| id.starts_with(&format!("{}.", self.form.id))));
            let sentence = format!("không có chỉ tiêu \"{}\" (các chỉ tiêu của biểu: {known})", name.get_ref());
            self.fault(name.span(), sentence)
        })
    }

    fn formula(&self, entry: &Spanned<FormulaEntry>, ids: &[&str]) -> Result<Formula> {
        let FormulaEntry { sum, count, last, max, ratio, on, conditions } = entry.get_ref();
        let number = |name| self.field_of(name, FieldKind::Number);
        let on_field = || on.as_ref().map(|on| self.field_of(on, FieldKind::Date)).transpose();
        let bare = on.is_none() && conditions.is_empty();
        match (sum, count, last, max, ratio) {
            (Some(sum), None, None, None, None) => {
                let conditions = self.conditions(conditions, Dates::Allowed)?;
                Ok(Formula::Sum { field: number(sum)?, on: on_field()?, conditions })
            }
            (None, Some(true), None, None, None) => {
                Ok(Formula::Count { on: on_field()?, conditions: self.conditions(conditions, Dates::Allowed)? })
            }
            (None, None, Some(last), None, None) if bare => Ok(Formula::Last { field: number(last)? }),
            (None, None, None, Some(max), None) if bare => Ok(Formula::Max { field: number(max)? }),
            (None, None, None, None, Some(ratio)) if bare => {
                let indicator = |name: &Spanned<String>| self.indicator_named(name, ids);
                if ratio.to.get_ref().is_empty() {
                    return Err(self.fault(ratio.to.span(), "tỷ lệ cần ít nhất một chỉ tiêu ở mục \"to\""));
                }
                let to = ratio.to.get_ref().iter().map(indicator).collect::<Result<_>>()?;
                Ok(Formula::Ratio { of: indicator(&ratio.of)?, to })
            }
            _ => {
                let sentence = "công thức cần đúng một trong: sum = \"trường\", count = true, last = \"trường\", \
                                max = \"trường\", ratio = { of = …, to = […] }; \"on\" và \"where\" chỉ đi với sum và count";
                Err(self.fault(entry.span(), sentence))
            }
        }
    }

    /// A ratio takes two figures of one measure, neither a ratio itself, and is a percentage.
    fn ratio(&self, indicator: &Indicator, entry: &IndicatorEntry, all: &[Indicator]) -> Result<()> {
        let (Formula::Ratio { of, to }, Some(written)) = (&indicator.formula, &entry.formula.get_ref().ratio) else {
            return Ok(());
        };
        if &*indicator.measure.dimension != RATE {
            return Err(self.fault(entry.measure.span(), "chỉ tiêu tỷ lệ (ratio) có đơn vị tính là \"%\""));
        }
        let first = &all[of.0 as usize];
        let names = std::iter::once(&written.of).chain(written.to.get_ref());
        for (id, name) in std::iter::once(of).chain(to).zip(names) {
            let part = &all[id.0 as usize];
            if part.is_rate() {
                let sentence = format!("\"{}\" đã là tỷ lệ; tỷ lệ chỉ tính từ chỉ tiêu có số", part.id);
                return Err(self.fault(name.span(), sentence));
            }
            if part.measure.id != first.measure.id {
                let sentence =
                    format!("\"{}\" và \"{}\" khác đơn vị tính nên không tính được tỷ lệ", part.id, first.id);
                return Err(self.fault(name.span(), sentence));
            }
        }
        Ok(())
    }

    /// Figures of one measure, none of them a ratio and none said twice.
    fn identity(&self, entry: &IdentityEntry, ids: &[&str], all: &[Indicator]) -> Result<Identity> {
        let relation = match entry.relation.get_ref().as_str() {
            "=" => Relation::Equal,
            "<=" => Relation::AtMost,
            other => {
                let sentence = format!("mục \"relation\" là \"=\" hoặc \"<=\"; đang ghi \"{other}\"");
                return Err(self.fault(entry.relation.span(), sentence));
            }
        };
        let mut seen: Vec<IndicatorId> = Vec::new();
        let mut side = |names: &Spanned<Vec<Spanned<String>>>| {
            if names.get_ref().is_empty() {
                return Err(self.fault(names.span(), "mỗi vế của đẳng thức cần ít nhất một chỉ tiêu"));
            }
            let from = seen.len();
            for name in names.get_ref() {
                let id = self.indicator_named(name, ids)?;
                let indicator = &all[id.0 as usize];
                if indicator.is_rate() || seen.contains(&id) {
                    let sentence = format!("\"{}\" là tỷ lệ, hoặc đã ghi ở trên; hãy bỏ chỉ tiêu này", indicator.id);
                    return Err(self.fault(name.span(), sentence));
                }
                if let Some(first) = seen.first().map(|first| &all[first.0 as usize])
                    && first.measure.id != indicator.measure.id
                {
                    let sentence =
                        format!("\"{}\" và \"{}\" khác đơn vị tính nên không so sánh được", indicator.id, first.id);
                    return Err(self.fault(name.span(), sentence));
                }
                seen.push(id);
            }
            Ok(seen[from..].to_vec())
        };
        let (left, right) = (side(&entry.left)?, side(&entry.right)?);
        let source = entry.source.as_ref().map(|source| filled(self.text, source)).transpose()?;
        Ok(Identity { left, relation, right, source })
    }

    fn measure(&self, name: &Spanned<String>, measures: &Measures) -> Result<Measure> {
        let written = name.get_ref();
        if let Some(measure) = measures.known.iter().find(|measure| &*measure.id == written.as_str()) {
            return Ok(measure.clone());
        }
        if measures.regional.iter().any(|regional| same(&regional.name, written)) {
            let sentence =
                format!("\"{written}\" mỗi vùng một khác nên không làm đơn vị tính của chỉ tiêu; hãy ghi \"m2\"");
            return Err(self.fault(name.span(), sentence));
        }
        Err(self.fault(name.span(), no_measure(written, measures)))
    }

    /// The field of a name, which must be of a kind.
    fn field_of(&self, name: &Spanned<String>, kind: FieldKind) -> Result<FieldId> {
        let written = name.get_ref();
        let fitting = || quoted(self.form.fields.iter().filter(|field| field.kind == kind).map(|field| &field.id));
        match self.form.field_named(written) {
            Some(id) if self.form.field(id).kind == kind => Ok(id),
            Some(_) => {
                let word = kind_word(kind);
                let sentence =
                    format!("trường \"{written}\" không phải kiểu \"{word}\" (các trường kiểu này: {})", fitting());
                Err(self.fault(name.span(), sentence))
            }
            None => {
                let all = quoted(self.form.fields.iter().map(|field| &field.id));
                let sentence =
                    format!("không có trường \"{written}\" trong biểu \"{}\" (các trường: {all})", self.form.id);
                Err(self.fault(name.span(), sentence))
            }
        }
    }

    fn category(&self, field: FieldId, name: &Spanned<String>) -> Result<CategoryId> {
        let field = self.form.field(field);
        let at = field.categories.iter().position(|category| category.id == *name.get_ref());
        at.map(|at| CategoryId(at as u16)).ok_or_else(|| {
            let known = quoted(field.categories.iter().map(|category| &category.id));
            let sentence =
                format!("không có loại \"{}\" trong trường \"{}\" (các loại: {known})", name.get_ref(), field.id);
            self.fault(name.span(), sentence)
        })
    }

    fn fault(&self, span: Range<usize>, sentence: impl fmt::Display) -> anyhow::Error {
        self.text.fault(span, sentence)
    }
}

/// The dimension of percentages, in which ratios come out.
const RATE: &str = "rate";

/// Whether conditions may look at dates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dates {
    Allowed,
    Refused,
}

fn kind_word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Date => "date",
        FieldKind::Category => "category",
        FieldKind::Number => "number",
        FieldKind::Text => "text",
    }
}

fn no_measure(written: &str, measures: &Measures) -> String {
    let known = quoted(measures.known.iter().map(|measure| &measure.id));
    format!("không có đơn vị tính \"{written}\" (đã có: {known}); đơn vị đếm mới ghi ở mục [[counted]]")
}

/// Whether two spellings are one but for case and spaces around.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Ids stand in JSON, in scripts and in columns' names.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn id(text: &TomlText, written: &Spanned<String>) -> Result<String> {
    if is_id(written.get_ref()) {
        return Ok(written.get_ref().clone());
    }
    let sentence = format!("id chỉ gồm chữ thường không dấu, chữ số và gạch dưới; đang ghi \"{}\"", written.get_ref());
    Err(text.fault(written.span(), sentence))
}

pub(super) fn filled(text: &TomlText, written: &Spanned<String>) -> Result<String> {
    match written.get_ref().trim() {
        "" => Err(text.fault(written.span(), "mục này để trống; hãy ghi chữ vào giữa hai dấu ngoặc kép")),
        words => Ok(words.to_owned()),
    }
}

pub(super) fn phrases(text: &TomlText, written: &[Spanned<String>]) -> Result<Vec<String>> {
    written.iter().map(|phrase| filled(text, phrase)).collect()
}
