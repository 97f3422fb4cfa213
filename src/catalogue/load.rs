//! The catalogue from its TOML: what is compiled in, with the office's own forms (`bieu/*.toml`) beside or instead.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Error, Result};
use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::base::amount::Amount;
use crate::base::fold;
use crate::base::measure::Measure;
use crate::base::period::Calendar;

use super::toml_text::{self, TomlText, quoted};
use super::validate::{self, CountedEntry, FormFile, Measures, filled, phrases, same};
use super::{Catalogue, Regional};

/// In the report's order.
const FORMS: [(&str, &str); 13] = [
    ("builtin/dialogue.toml", include_str!("builtin/dialogue.toml")),
    ("builtin/petition.toml", include_str!("builtin/petition.toml")),
    ("builtin/land_donation.toml", include_str!("builtin/land_donation.toml")),
    ("builtin/workday.toml", include_str!("builtin/workday.toml")),
    ("builtin/model.toml", include_str!("builtin/model.toml")),
    ("builtin/works.toml", include_str!("builtin/works.toml")),
    ("builtin/campaign.toml", include_str!("builtin/campaign.toml")),
    ("builtin/contribution.toml", include_str!("builtin/contribution.toml")),
    ("builtin/propaganda.toml", include_str!("builtin/propaganda.toml")),
    ("builtin/clearance.toml", include_str!("builtin/clearance.toml")),
    ("builtin/mediation.toml", include_str!("builtin/mediation.toml")),
    ("builtin/procedure.toml", include_str!("builtin/procedure.toml")),
    ("builtin/citizen_reception.toml", include_str!("builtin/citizen_reception.toml")),
];
const MEASURES: (&str, &str) = ("builtin/measures.toml", include_str!("builtin/measures.toml"));
const WORDS: (&str, &str) = ("builtin/words.toml", include_str!("builtin/words.toml"));
const CALENDARS: (&str, &str) = ("builtin/calendars.toml", include_str!("builtin/calendars.toml"));

/// The folder of the office's own forms, inside the workspace.
const FOLDER: &str = "bieu";

/// A hash of all that is compiled in.
pub fn builtin_hash() -> String {
    hash(FORMS.into_iter().chain([MEASURES, WORDS, CALENDARS]))
}

/// A short hash of files, as (path as shown, text); empty for none.
pub fn hash<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut any = false;
    for (path, text) in files {
        any = true;
        for part in [path, text] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    if any { hasher.finalize().to_hex()[..16].to_owned() } else { String::new() }
}

/// The whole catalogue; `office` holds the office's files as (path as shown, text), in their order.
/// A form with the id of a built-in one stands in its place.
pub fn catalogue(office: &[(String, String)]) -> Result<Catalogue> {
    let mut files: Vec<(TomlText, FormFile)> = Vec::new();
    let office = office.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    for (at, (path, text)) in FORMS.into_iter().chain(office).enumerate() {
        let text = TomlText::new(path, text);
        let file: FormFile = text.parse()?;
        let id = file.form.id.get_ref();
        let earlier = files.iter_mut().find(|(_, earlier)| earlier.form.id.get_ref() == id);
        match earlier {
            None => files.push((text, file)),
            Some(earlier) if at >= FORMS.len() && FORMS.iter().any(|(path, _)| *path == earlier.0.path()) => {
                *earlier = (text, file);
            }
            Some((other, _)) => {
                let sentence = format!("biểu \"{id}\" đã có ở tệp {}; hãy đổi id hoặc bỏ một tệp", other.path());
                return Err(text.fault(file.form.id.span(), sentence));
            }
        }
    }

    let mut measures = measures()?;
    for (text, file) in &files {
        for entry in &file.counted {
            measures.add_counted(text, entry)?;
        }
    }
    let (forms, indicators) = validate::forms(&files, &measures)?;
    Ok(Catalogue {
        forms,
        indicators,
        measures: measures.known,
        measure_names: measures.spellings,
        regional: measures.regional,
        words: TomlText::new(WORDS.0, WORDS.1).parse()?,
        calendars: calendars(&TomlText::new(CALENDARS.0, CALENDARS.1))?,
        holidays: holidays(&TomlText::new(CALENDARS.0, CALENDARS.1))?,
    })
}

impl Catalogue {
    /// The office's own forms, as (path as shown, text), in the order of their names; none without a folder `bieu`.
    pub fn office_files(workspace: &Path) -> Result<Vec<(String, String)>> {
        let folder = match fs::read_dir(workspace.join(FOLDER)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            folder => folder.with_context(|| format!("không mở được thư mục {FOLDER}"))?,
        };
        let mut files = Vec::new();
        for entry in folder {
            let path = entry.with_context(|| format!("không đọc được thư mục {FOLDER}"))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
            if is_toml && !name.starts_with(['.', '~']) && path.is_file() {
                files.push((format!("{FOLDER}/{name}"), path));
            }
        }
        files.sort();
        let text = |(shown, path): (String, PathBuf)| match toml_text::read(&path, &shown) {
            Ok(text) => text.map(|text| Ok((shown, text))),
            Err(error) => Some(Err(error)),
        };
        files.into_iter().filter_map(text).collect()
    }

    /// Makes ordinary measures of the regional ones that the office's settings define (name → how many m2). A name may
    /// stand without its marks, as TOML's bare keys do; `fault` makes the error of a name.
    pub fn with_regional(
        &mut self,
        defined: &BTreeMap<String, Amount>,
        fault: impl Fn(&str, String) -> Error,
    ) -> Result<()> {
        for (name, &factor) in defined {
            if self.measure_names.iter().any(|(spelling, _)| same(spelling, name)) {
                return Err(fault(name, format!("\"{name}\" đã là đơn vị tính chung; hãy bỏ dòng này")));
            }
            let key = fold::bare_key(&name.replace(['_', '-'], " "));
            let is_named = |spelling: &str| match name.is_ascii() {
                true => fold::bare_key(spelling) == key,
                false => fold::key(spelling) == fold::key(name),
            };
            let Some(at) = self.regional.iter().position(|regional| is_named(&regional.name)) else {
                let known = quoted(self.regional.iter().map(|regional| &regional.name));
                return Err(fault(name, format!("không có đơn vị đo \"{name}\"; các đơn vị đặt được: {known}")));
            };
            let Regional { name: spelling, dimension, .. } = self.regional.remove(at);
            let id: Arc<str> = spelling.into();
            self.measure_names.push((id.to_string(), self.measures.len()));
            self.measures.push(Measure { id: id.clone(), symbol: id, dimension, factor, large: None, counted: false });
        }
        // "sào Bắc Bộ" is the office's sào where that is as large; a setting of its own came before.
        let own = self.measures.len() - defined.len()..self.measures.len();
        for at in own {
            let Measure { id, factor, .. } = self.measures[at].clone();
            let is_same = |regional: &Regional| {
                regional.home.as_ref().is_some_and(|(short, size)| same(short, &id) && *size == factor)
            };
            let names = self.regional.iter().filter(|regional| is_same(regional));
            self.measure_names.extend(names.map(|regional| (regional.name.clone(), at)));
            self.regional.retain(|regional| !is_same(regional));
        }
        Ok(())
    }
}

/// `measures.toml` as it is laid out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasuresFile {
    dimension: Vec<DimensionEntry>,
    counted: Vec<CountedEntry>,
    regional: Vec<RegionalEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DimensionEntry {
    id: Spanned<String>,
    measure: Vec<MeasureEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasureEntry {
    id: Spanned<String>,
    symbol: Spanned<String>,
    factor: Spanned<Amount>,
    large: Option<Amount>,
    names: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionalEntry {
    dimension: Spanned<String>,
    names: Vec<Spanned<String>>,
    home: Option<HomeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeEntry {
    name: String,
    factor: Amount,
}

fn measures() -> Result<Measures> {
    let text = TomlText::new(MEASURES.0, MEASURES.1);
    let file: MeasuresFile = text.parse()?;
    let mut measures = Measures::default();
    for dimension in &file.dimension {
        let id: Arc<str> = filled(&text, &dimension.id)?.into();
        for entry in &dimension.measure {
            let factor = *entry.factor.get_ref();
            if factor <= Amount::ZERO {
                return Err(text.fault(entry.factor.span(), "mục \"factor\" phải lớn hơn 0"));
            }
            let symbol = filled(&text, &entry.symbol)?.into();
            let (id, dimension) = (filled(&text, &entry.id)?.into(), id.clone());
            let measure = Measure { id, symbol, dimension, factor, large: entry.large, counted: false };
            measures.add(measure, phrases(&text, &entry.names)?);
        }
    }
    for entry in &file.regional {
        let dimension = entry.dimension.get_ref().as_str();
        let Some(measure) = measures.known.iter().find(|measure| &*measure.dimension == dimension) else {
            return Err(text.fault(entry.dimension.span(), "không có loại đơn vị tính này"));
        };
        let dimension = measure.dimension.clone();
        let names = phrases(&text, &entry.names)?;
        let home = entry.home.as_ref().map(|home| (home.name.clone(), home.factor));
        let regional =
            names.into_iter().map(|name| Regional { name, dimension: dimension.clone(), home: home.clone() });
        measures.regional.extend(regional);
    }
    for entry in &file.counted {
        measures.add_counted(&text, entry)?;
    }
    Ok(measures)
}

impl Measures {
    fn add(&mut self, measure: Measure, names: Vec<String>) {
        let at = self.known.len();
        if !names.iter().any(|name| same(name, &measure.id)) {
            self.spellings.push((measure.id.to_string(), at));
        }
        self.spellings.extend(names.into_iter().map(|name| (name, at)));
        self.known.push(measure);
    }

    fn add_counted(&mut self, text: &TomlText, entry: &CountedEntry) -> Result<()> {
        let id: Arc<str> = filled(text, &entry.id)?.into();
        // What another form counts already may be counted here too.
        if let Some(at) = self.known.iter().position(|measure| measure.id == id && measure.counted) {
            self.spellings.extend(phrases(text, &entry.names)?.into_iter().map(|name| (name, at)));
            return Ok(());
        }
        if self.known.iter().any(|measure| same(&measure.id, &id)) {
            return Err(text.fault(entry.id.span(), format!("đơn vị tính \"{id}\" đã có; hãy bỏ mục này")));
        }
        for name in std::iter::once(&entry.id).chain(&entry.names) {
            // Only counted things may share a word, for their indicators tell them apart.
            let taken = |(spelling, at): &(String, usize)| !self.known[*at].counted && same(spelling, name.get_ref());
            let regional = self.regional.iter().any(|regional| same(&regional.name, name.get_ref()));
            if regional || self.spellings.iter().any(taken) {
                let sentence = format!("\"{}\" đã là đơn vị đo; hãy đặt tên khác cho thứ được đếm", name.get_ref());
                return Err(text.fault(name.span(), sentence));
            }
        }
        let names = phrases(text, &entry.names)?;
        let (symbol, dimension) = (id.clone(), id.clone());
        self.add(Measure { id, symbol, dimension, factor: Amount::ONE, large: None, counted: true }, names);
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarsFile {
    calendar: Vec<CalendarEntry>,
    #[serde(default)]
    holiday: Vec<HolidayEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarEntry {
    id: String,
    title: String,
    first_day: Spanned<u32>,
    months_before: Spanned<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayEntry {
    /// For those who read the file.
    #[serde(rename = "title")]
    _title: String,
    month: u32,
    day: Spanned<u32>,
}

/// (month, day) of the days off that come every year.
fn holidays(text: &TomlText) -> Result<Vec<(u32, u32)>> {
    let file: CalendarsFile = text.parse()?;
    let day = |entry: HolidayEntry| {
        let (month, day) = (entry.month, *entry.day.get_ref());
        match NaiveDate::from_ymd_opt(2023, month, day) {
            Some(_) => Ok((month, day)),
            None => Err(text.fault(entry.day.span(), format!("không có ngày {day}/{month}"))),
        }
    };
    file.holiday.into_iter().map(day).collect()
}

fn calendars(text: &TomlText) -> Result<Vec<Calendar>> {
    let file: CalendarsFile = text.parse()?;
    file.calendar
        .into_iter()
        .map(|CalendarEntry { id, title, first_day, months_before }| {
            if !(1..=28).contains(first_day.get_ref()) {
                return Err(text.fault(first_day.span(), "mục \"first_day\" từ 1 đến 28"));
            }
            if *months_before.get_ref() > 1 {
                return Err(text.fault(months_before.span(), "mục \"months_before\" là 0 hoặc 1"));
            }
            Ok(Calendar { id, title, first_day: first_day.into_inner(), months_before: months_before.into_inner() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::INDICATORS_AT_MOST;
    use super::super::words::{Heading, Role};
    use super::*;
    use crate::base::record::FormId;

    #[test]
    fn the_built_in_catalogue_holds_the_public_ids() {
        let catalogue = catalogue(&[]).unwrap();
        let reported = catalogue.indicators.iter().filter(|i| i.reported).map(|i| i.id.as_str());
        assert_eq!(
            reported.collect::<Vec<_>>(),
            [
                "dialogue.sessions",
                "dialogue.participants",
                "dialogue.opinions",
                "dialogue.answered",
                "dialogue.answer_rate",
                "petition.opening",
                "petition.received",
                "petition.resolved",
                "petition.referred",
                "petition.pending",
                "petition.overdue",
                "petition.resolved_rate",
                "land_donation.households",
                "land_donation.area",
                "land_donation.value",
                "land_donation.trees",
                "workday.days",
                "workday.participants",
                "workday.value",
                "model.registered",
                "model.recognized",
                "model.replicated",
                "works.routes",
                "works.length",
                "campaign.programs",
                "campaign.participants",
                "campaign.value",
                "contribution.money",
                "propaganda.sessions",
                "propaganda.participants",
                "clearance.households",
                "clearance.area",
                "clearance.paid",
                "clearance.planned",
                "clearance.paid_rate",
                "mediation.cases",
                "mediation.mediated",
                "mediation.settled",
                "mediation.mediated_rate",
                "mediation.settled_rate",
                "procedure.fields",
                "procedure.listed",
                "procedure.total",
                "procedure.listed_rate",
                "citizen_reception.sessions",
                "citizen_reception.visits",
                "citizen_reception.people",
                "citizen_reception.cases",
            ]
        );
        let calendars: Vec<&str> = catalogue.calendars.iter().map(|calendar| calendar.id.as_str()).collect();
        assert_eq!(calendars, ["civil", "nd09"]);
        assert_eq!(catalogue.holidays, [(1, 1), (4, 30), (5, 1), (9, 2)]);
    }

    #[test]
    fn words_and_measures_are_whole() {
        let mut catalogue = catalogue(&[]).unwrap();
        let words = &catalogue.words;
        assert_eq!(words.headings.len(), Heading::Document as usize + 1);
        assert_eq!(words.roles.len(), Role::Share as usize + 1);
        let lists = [&words.filler, &words.bodies, &words.own, &words.signature, &words.letter_head];
        let lists = lists.into_iter().chain([&words.letter_notes, &words.mark, &words.ditto]);
        let lists = lists.chain(words.unit_types.iter().map(|unit_type| &unit_type.names));
        let lists = lists.chain(words.headings.iter().map(|(_, names)| names));
        for list in lists.chain(words.roles.iter().map(|(_, names)| names)) {
            assert!(!list.is_empty() && list.iter().all(|word| !word.trim().is_empty()), "{list:?}");
        }

        let measures = |spelling: &str| -> Vec<&str> {
            let named = catalogue.measure_names.iter().filter(|(name, _)| name == spelling);
            named.map(|(_, at)| &*catalogue.measures[*at].id).collect()
        };
        assert_eq!(measures("héc ta"), ["ha"]);
        assert_eq!(measures("kiến nghị"), ["ý kiến", "đơn"]);
        assert_eq!(measures("sào"), [""; 0]);

        let mut with = |name: &str, factor: i64| {
            let defined = BTreeMap::from([(name.to_owned(), Amount::from(factor))]);
            catalogue.with_regional(&defined, |_, sentence| Error::msg(sentence)).map_err(|error| error.to_string())
        };
        with("Sào", 360).unwrap();
        with("cong_dat", 1000).unwrap();
        assert_eq!(with("ha", 1).unwrap_err(), "\"ha\" đã là đơn vị tính chung; hãy bỏ dòng này");
        let unknown = with("khong", 1).unwrap_err();
        assert!(unknown.starts_with("không có đơn vị đo \"khong\"; các đơn vị đặt được: \"mẫu\", "), "{unknown}");
        assert!(with("sao", 360).is_err(), "is defined already");
        assert!(!catalogue.regional.iter().any(|regional| ["sào", "công đất"].contains(&regional.name.as_str())));
        assert!(catalogue.regional.iter().any(|regional| regional.name == "mẫu"));
        let (_, at) = catalogue.measure_names.iter().find(|(name, _)| name == "sào").unwrap();
        let m2 = catalogue.measures.iter().find(|measure| &*measure.id == "m2").unwrap();
        assert_eq!(catalogue.measures[*at].convert(2.into(), m2), Some(720.into()));
        // 360 m2 are the sào of Bắc Bộ, and no other's.
        assert!(catalogue.measure_names.contains(&("sào bắc bộ".into(), *at)));
        assert!(catalogue.regional.iter().any(|regional| regional.name == "sào trung bộ"));
    }

    /// An office's form, whole and right.
    const HOUSES: &str = r#"[form]
id = "nha"
title = "Xóa nhà tạm"
heading = "Vận động xóa nhà tạm"
names = ["xóa nhà tạm"]

[[counted]]
id = "nhà"
names = ["căn nhà"]

[[field]]
id = "done_on"
title = "Ngày xong"
kind = "date"
names = ["ngày xong"]

[[field]]
id = "kind"
title = "Loại"
kind = "category"
names = ["loại nhà"]
implied = { category = "new", by = "done_on" }
[[field.category]]
id = "new"
title = "Làm mới"
names = ["làm mới"]
[[field.category]]
id = "repair"
title = "Sửa chữa"
names = ["sửa chữa"]

[[field]]
id = "owner"
title = "Chủ hộ"
kind = "text"
personal = true
names = ["chủ hộ"]

[[field]]
id = "houses"
title = "Số nhà"
kind = "number"
absent = { filled = "owner" }

[[field]]
id = "started"
title = "Số nhà khởi công"
kind = "number"
absent = { of = "houses", less = ["houses"], where = [{ field = "kind", is_not = ["new"] }] }

[[indicator]]
id = "nha.houses"
title = "Số nhà đã xóa"
short = "Số nhà"
measure = "nhà"
formula = { sum = "houses", on = "done_on", where = [{ field = "kind", is = ["new"] }, { field = "done_on", before = "end" }] }
names = ["số nhà đã xóa"]
measures = ["căn nhà"]

[[indicator]]
id = "nha.started"
title = "Số nhà khởi công"
short = "Khởi công"
measure = "nhà"
formula = { last = "started" }
within = ["khởi công"]

[[indicator]]
id = "nha.rate"
title = "Tỷ lệ"
short = "Tỷ lệ (%)"
measure = "%"
decimals = 1
formula = { ratio = { of = "nha.houses", to = ["nha.started"] } }
within = ["tỷ lệ"]
"#;

    fn load(text: &str) -> Result<Catalogue> {
        catalogue(&[("bieu/nha.toml".into(), text.into())])
    }

    #[test]
    fn an_office_adds_a_form_of_its_own() {
        let catalogue = load(HOUSES).unwrap();
        let own = FormId(FORMS.len() as u16);
        assert_eq!(catalogue.forms.len(), FORMS.len() + 1);
        assert_eq!(catalogue.form(own).id, "nha");
        let houses = catalogue.indicator(catalogue.indicator_named("nha.houses").unwrap());
        assert!(houses.measure.counted && &*houses.measure.dimension == "nhà");
        assert_eq!(catalogue.indicators_of(own).count(), 3);
        // As Windows and macOS save it.
        let decomposed: String =
            icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(HOUSES).into_owned();
        let catalogue = load(&format!("\u{feff}{}", decomposed.replace('\n', "\r\n"))).unwrap();
        assert_eq!(catalogue.form(own).title, "Xóa nhà tạm");
    }

    #[test]
    fn an_office_form_replaces_the_built_in_one_wholly() {
        let catalogue = load(&HOUSES.replace("\"nha", "\"petition")).unwrap();
        assert_eq!(catalogue.forms.iter().map(|form| form.id.as_str()).collect::<Vec<_>>()[1], "petition");
        assert_eq!(catalogue.form(FormId(1)).title, "Xóa nhà tạm");
        assert_eq!(catalogue.indicators_of(FormId(1)).count(), 3);
        assert_eq!(catalogue.indicator_named("petition.opening"), None);
        assert_eq!(catalogue.form(FormId(2)).id, "land_donation");
    }

    #[test]
    fn each_mistake_is_named_with_its_line() {
        for (right, wrong, expected) in [
            // What is not TOML, or not laid out as a form.
            ("id = \"nha\"\n", "id = \"nha\n", "dòng 2: viết sai quy cách; xem lại dấu nháy"),
            ("[[counted]]", "[[counted]", "dòng 7: viết sai quy cách; xem lại dấu nháy"),
            ("title = \"Xóa nhà tạm\"", "id = \"x\"", "dòng 3: mục \"id\" đã ghi ở trên"),
            ("names = [\"xóa", "nams = [\"xóa", "dòng 5: không có mục \"nams\" (ý bạn là \"names\"?)"),
            ("heading = \"Vận động xóa nhà tạm\"\n", "", "dòng 1: thiếu mục \"heading\""),
            ("title = \"Xóa nhà tạm\"", "title = 1", "dòng 3: \"title\" phải là chữ, viết trong dấu nháy kép"),
            ("names = [\"xóa nhà tạm\"]", "names = \"x\"", "dòng 5: \"names\" phải là danh sách"),
            ("personal = true", "personal = \"có\"", "dòng 36: \"personal\" phải là true hoặc false"),
            ("decimals = 1", "decimals = -1", "dòng 73: \"decimals\" phải là số nguyên không âm"),
            (
                "kind = \"date\"",
                "kind = \"ngày\"",
                "dòng 14: \"kind\" không nhận giá trị \"ngày\"; các giá trị dùng được: date,",
            ),
            ("absent = { filled = \"owner\" }", "absent = \"two\"", "dòng 43: \"absent\" cần \"one\", {"),
            ("absent = { filled", "absent = { fille", "dòng 43: không có mục \"fille\""),
            ("formula = { last = \"started\" }", "formula = 5", "dòng 65: \"formula\" phải là một nhóm mục"),
            // Forms.
            ("id = \"nha\"\n", "id = \"Nhà\"\n", "dòng 2: id chỉ gồm chữ thường không dấu"),
            ("title = \"Xóa nhà tạm\"", "title = \" \"", "dòng 3: mục này để trống"),
            ("title = \"Xóa nhà tạm\"", "title = \"Xóa/sửa\"", "dòng 3: tên biểu làm tên trang tính"),
            (
                "title = \"Xóa nhà tạm\"",
                "title = \"HIẾN ĐẤT\"",
                "dòng 3: tên biểu đã dùng ở tệp builtin/land_donation.toml",
            ),
            ("names = [\"xóa nhà tạm\"]", "names = []", "dòng 5: biểu cần ít nhất một cách gọi"),
            ("names = [\"xóa nhà tạm\"]", "names = [\n\"\"]", "dòng 6: mục này để trống"),
            // Fields and categories.
            ("id = \"owner\"", "id = \"kind\"", "dòng 33: trường \"kind\" đã có ở trên"),
            ("names = [\"ngày xong\"]", "names = []", "dòng 12: trường cần ít nhất một cách gọi"),
            ("kind = \"text\"", "kind = \"number\"", "dòng 36: chỉ trường kiểu \"text\" ghi được personal"),
            ("kind = \"category\"", "kind = \"text\"", "dòng 24: chỉ trường kiểu \"category\" có [[field.category]]"),
            ("kind = \"date\"", "kind = \"category\"", "dòng 12: trường kiểu \"category\" cần ít nhất một loại"),
            ("id = \"repair\"", "id = \"new\"", "dòng 28: loại \"new\" đã có ở trên"),
            ("names = [\"sửa chữa\"]", "names = []", "dòng 28: loại cần ít nhất một cách gọi"),
            ("names = [\"sửa chữa\"]", "names = [\"Làm mới\"]", "dòng 30: cách gọi \"Làm mới\" đã dùng"),
            (
                "category = \"new\", by",
                "category = \"old\", by",
                "dòng 22: không có loại \"old\" trong trường \"kind\" (các loại: \"new\", \"repair\")",
            ),
            (
                "by = \"done_on\"",
                "by = \"owner\"",
                "dòng 22: trường \"owner\" không phải kiểu \"date\" (các trường kiểu này: \"done_on\")",
            ),
            ("{ filled = \"owner\" }", "{ filled = \"kind\" }", "dòng 43: trường \"kind\" không phải kiểu \"text\""),
            ("personal = true\n", "", "dòng 42: trường \"owner\" phải có personal = true"),
            ("{ filled = \"owner\" }", "{ filled = \"owner\", of = \"started\" }", "dòng 43: mục \"absent\" cần"),
            ("{ filled = \"owner\" }", "{ of = \"started\" }", "dòng 40: trường \"houses\" lấy số từ chính nó"),
            (
                "names = [\"chủ hộ\"]",
                "names = [\"chủ hộ\"]\nabsent = \"one\"",
                "dòng 38: chỉ trường kiểu \"number\" có mục \"absent\"",
            ),
            (
                "less = [\"houses\"]",
                "less = [\"hauses\"]",
                "dòng 49: không có trường \"hauses\" trong biểu \"nha\" (các trường: \"done_on\",",
            ),
            ("is_not = [\"new\"]", "is_not = [\"moi\"]", "dòng 49: không có loại \"moi\""),
            (
                "kind = \"date\"",
                "kind = \"date\"\nassumed = { from = \"done_on\" }",
                "dòng 12: trường \"done_on\" lấy số từ chính nó",
            ),
            (
                "kind = \"date\"",
                "kind = \"date\"\nassumed = { from = \"done_on\", where = [{ field = \"done_on\", before = \"end\" }] }",
                "dòng 15: ở đây điều kiện chỉ dùng \"is\"",
            ),
            // Indicators.
            ("sum = \"houses\"", "sum = \"hauses\"", "dòng 56: không có trường \"hauses\" trong biểu \"nha\""),
            ("sum = \"houses\"", "sum = \"owner\"", "dòng 56: trường \"owner\" không phải kiểu \"number\""),
            ("on = \"done_on\"", "on = \"owner\"", "dòng 56: trường \"owner\" không phải kiểu \"date\""),
            ("is = [\"new\"]", "is = []", "dòng 56: điều kiện cần ít nhất một loại"),
            ("is = [\"new\"]", "is = [\"new\"], before = \"end\"", "dòng 56: mỗi điều kiện cần đúng một trong"),
            ("before = \"end\"", "before = \"mid\"", "dòng 56: \"before\" không nhận giá trị \"mid\""),
            ("\"done_on\", before", "\"kind\", before", "dòng 56: trường \"kind\" không phải kiểu \"date\""),
            (
                "{ last = \"started\" }",
                "{ last = \"started\", max = \"houses\" }",
                "dòng 65: công thức cần đúng một trong",
            ),
            (
                "{ last = \"started\" }",
                "{ last = \"started\", on = \"done_on\" }",
                "dòng 65: công thức cần đúng một trong",
            ),
            ("{ last = \"started\" }", "{ count = false }", "dòng 65: công thức cần đúng một trong"),
            ("id = \"nha.started\"", "id = \"nhà.started\"", "dòng 61: id của chỉ tiêu là \"nha.\" rồi"),
            ("id = \"nha.started\"", "id = \"nha.\"", "dòng 61: id của chỉ tiêu"),
            ("id = \"nha.started\"", "id = \"nha.houses\"", "dòng 61: chỉ tiêu \"nha.houses\" đã có ở trên"),
            ("measure = \"%\"", "measure = \"phần\"", "dòng 72: không có đơn vị tính \"phần\" (đã có: \"m2\","),
            ("measure = \"%\"", "measure = \"Sào\"", "dòng 72: \"Sào\" mỗi vùng một khác"),
            ("measure = \"%\"", "measure = \"m2\"", "dòng 72: chỉ tiêu tỷ lệ (ratio) có đơn vị tính là \"%\""),
            ("measures = [\"căn nhà\"]", "measures = [\"túp lều\"]", "dòng 58: không có đơn vị tính \"túp lều\""),
            ("decimals = 1", "decimals = 7", "dòng 73: số chữ số thập phân không quá 6"),
            ("decimals = 1", "over_time = \"sum\"", "dòng 73: chỉ tiêu tỷ lệ (ratio) không có mục \"over_time\""),
            (
                "of = \"nha.houses\"",
                "of = \"nha.house\"",
                "dòng 74: không có chỉ tiêu \"nha.house\" (các chỉ tiêu của biểu: \"nha.houses\",",
            ),
            ("to = [\"nha.started\"]", "to = []", "dòng 74: tỷ lệ cần ít nhất một chỉ tiêu"),
            ("to = [\"nha.started\"]", "to = [\"nha.rate\"]", "dòng 74: \"nha.rate\" đã là tỷ lệ"),
            (
                "to = [\"nha.started\"]",
                "to = [\"land_donation.area\"]",
                "dòng 74: \"land_donation.area\" và \"nha.houses\" khác đơn vị tính",
            ),
            (
                "{ last = \"started\" }\n",
                "{ last = \"houses\" }\nmeasure = \"hộ\"\n",
                "dòng 66: mục \"measure\" đã ghi ở trên",
            ),
            ("names = [\"số nhà đã xóa\"]", "names = []", "dòng 52: chỉ tiêu cần ít nhất một cách gọi"),
            ("id = \"nhà\"", "id = \"Hộ\"", "dòng 8: đơn vị tính \"Hộ\" đã có"),
            ("names = [\"căn nhà\"]", "names = [\"sào\"]", "dòng 9: \"sào\" đã là đơn vị đo"),
        ] {
            assert!(HOUSES.contains(right), "{right}");
            let error =
                load(&HOUSES.replacen(right, wrong, 1)).err().map(|error| error.to_string()).unwrap_or_default();
            let expected = format!("tệp bieu/nha.toml, {expected}");
            assert!(error.starts_with(&expected), "{wrong}\n  said     {error}\n  expected {expected}");
            assert!(!error.contains('\n') && !error.contains("expected"), "{error}");
        }
    }

    #[test]
    fn mistakes_between_entries_are_named() {
        let (fields, indicators) = HOUSES.split_at(HOUSES.find("\n[[indicator]]").unwrap());
        let said = |text: &str| load(text).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said(fields).starts_with("tệp bieu/nha.toml, dòng 2: biểu chưa có chỉ tiêu nào"));

        let other = indicators.replacen(
            "measure = \"nhà\"\nformula = { last = \"started\" }",
            "measure = \"hộ\"\nformula = { last = \"houses\" }",
            1,
        );
        assert!(said(&format!("{fields}{other}")).contains("dòng 64: chỉ tiêu \"nha.houses\" tính từ cùng trường"));

        let mut many = HOUSES.to_owned();
        for at in 0..INDICATORS_AT_MOST {
            many.push_str(&format!(
                "[[indicator]]\nid = \"nha.i{at}\"\ntitle = \"x\"\nshort = \"x\"\nmeasure = \"hộ\"\nformula = {{ count = true }}\nwithin = [\"x\"]\n"
            ));
        }
        assert!(said(&many).contains("quá 256 chỉ tiêu"));

        let twice = [("bieu/a.toml".to_owned(), HOUSES.to_owned()), ("bieu/b.toml".to_owned(), HOUSES.to_owned())];
        let said = catalogue(&twice).unwrap_err().to_string();
        assert_eq!(said, "tệp bieu/b.toml, dòng 2: biểu \"nha\" đã có ở tệp bieu/a.toml; hãy đổi id hoặc bỏ một tệp");
    }

    #[test]
    fn calendars_keep_to_their_bounds() {
        let text = |first_day: u32, months_before: u32| {
            let text = format!(
                "[[calendar]]\nid = \"a\"\ntitle = \"a\"\nfirst_day = {first_day}\nmonths_before = {months_before}\n"
            );
            calendars(&TomlText::new("c.toml", &text)).map_err(|error| error.to_string())
        };
        assert!(text(28, 1).is_ok());
        assert_eq!(text(29, 1).unwrap_err(), "tệp c.toml, dòng 4: mục \"first_day\" từ 1 đến 28");
        assert_eq!(text(1, 2).unwrap_err(), "tệp c.toml, dòng 5: mục \"months_before\" là 0 hoặc 1");
    }

    #[test]
    fn the_office_files_come_in_the_order_of_their_names() {
        let workspace = tempfile::tempdir().unwrap();
        assert_eq!(Catalogue::office_files(workspace.path()).unwrap(), []);
        let folder = workspace.path().join("bieu");
        fs::create_dir_all(folder.join("cu.toml")).unwrap();
        for (name, text) in [("b.toml", "b"), ("a.TOML", "a"), (".a.toml", "x"), ("doc.txt", "x")] {
            fs::write(folder.join(name), text).unwrap();
        }
        let files = Catalogue::office_files(workspace.path()).unwrap();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(files, [("bieu/a.TOML", "a"), ("bieu/b.toml", "b")]);

        fs::write(folder.join("c.toml"), b"a = 1\nb = \"\xe0\"\n").unwrap();
        let said = Catalogue::office_files(workspace.path()).unwrap_err().to_string();
        assert!(said.starts_with("tệp bieu/c.toml, dòng 2: chữ không phải UTF-8"), "{said}");
    }

    proptest::proptest! {
        #[test]
        fn no_mutated_form_panics(at in 0..HOUSES.len(), length in 0..40usize, with in "\\PC{0,6}|[\\[\\]\"=,{}\n]{1,3}") {
            let floor = |mut at: usize| { while !HOUSES.is_char_boundary(at) { at -= 1 } at };
            let (from, to) = (floor(at), floor((at + length).min(HOUSES.len())));
            let text = format!("{}{with}{}", &HOUSES[..from], &HOUSES[to.max(from)..]);
            if let Err(error) = load(&text) {
                let error = error.to_string();
                proptest::prop_assert!(error.starts_with("tệp bieu/nha.toml, dòng "), "{error}");
            }
        }
    }
}
