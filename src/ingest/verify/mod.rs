//! Across all files: units taken from the data, and nothing counted twice (design.md 4.9). Files are merged in path order, so
//! that the result does not depend on the number of threads.
//!
//! One after the other: files of the same bytes and sheets of the same content (`copies`), corrections and what they replace
//! (`corrections`), lists that overlap (`repeats`) or seem to (`alike`). Each says what it leaves out and why; that goes to [`Collected::aside`].

mod alike;
mod copies;
mod corrections;
mod names;
mod repeats;
mod superseded;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::cell::{CellRef, SheetName, Source};
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::fold;
use crate::base::record::{Aside, CategoryId, Collected, FieldId, FileRead, FormId, OrgUnitId, Record, Said, Standing};
use crate::catalogue::Catalogue;
use crate::catalogue::form::FieldKind;
use crate::catalogue::register::{Origin, Register};

use super::Context;
use super::read::Reading;
use super::units::UnitSaid;

/// A file, read or not, before it is merged with the others.
pub struct FileReading {
    pub file: FileRead,
    pub reading: Reading,
    /// What its name, or else its nearest folder's that names any, says of a unit.
    pub named: Option<UnitSaid>,
}

/// The months that the titles of a sheet's lists say they cover.
type Titled = BTreeMap<Arc<SheetName>, Vec<(i32, u32)>>;

/// What of forms matters where rows are compared.
#[derive(Debug, Default)]
struct Nature {
    /// Forms whose records wait for something: lists of later months carry them on.
    carries: BTreeSet<FormId>,
    personal: BTreeSet<(FormId, FieldId)>,
    /// What tells how far a record of such a form is; of a category the one after which nothing comes.
    states: BTreeMap<(FormId, FieldId), Option<CategoryId>>,
}

impl Nature {
    fn new(catalogue: &Catalogue) -> Self {
        let mut nature = Nature::default();
        for id in catalogue.form_ids() {
            let form = catalogue.form(id);
            if catalogue.carries_on(id) {
                nature.carries.insert(id);
            }
            for (field, of) in (0..).map(FieldId).zip(&form.fields) {
                if of.personal {
                    nature.personal.insert((id, field));
                }
                if let Some((_, last)) = of.implied {
                    nature.states.insert((id, field), Some(last));
                }
                if of.kind == FieldKind::Date && form.main_date() != Some(field) {
                    nature.states.insert((id, field), None);
                }
            }
        }
        nature
    }
}

/// All files together, in path order. Without a register the units found become one.
pub fn merge(mut files: Vec<FileReading>, mut register: Register, context: &Context) -> (Collected, Register) {
    let mut collected = Collected::default();
    let same_bytes = copies::same_bytes(&files);
    if register.origin == Origin::Data {
        let kept = files.iter().zip(&same_bytes).filter(|(_, of)| of.is_none()).map(|(file, _)| file);
        let ids = names::units_from_data(kept, &mut register);
        for file in &mut files {
            if let Some(UnitSaid::Named { key, .. }) = &file.named {
                file.file.org_unit = ids.get(key).copied();
            }
            let found = &file.reading.found;
            let id = |local: OrgUnitId| match local.0 {
                0 => register.root,
                // A file that is left out may name units that nobody else does.
                number => ids.get(&found[number as usize - 1].key).copied().unwrap_or(register.root),
            };
            file.reading.records.iter_mut().for_each(|r| r.org_unit = id(r.org_unit));
            file.reading.figures.iter_mut().for_each(|f| f.org_unit = id(f.org_unit));
            file.reading.submissions.iter_mut().for_each(|s| s.org_unit = id(s.org_unit));
            file.reading.unread.iter_mut().for_each(|u| u.org_unit = id(u.org_unit));
        }
        let count = register.units.len() - 1;
        collected.diagnostics.push(Diagnostic::new(Problem::UnitsFromData { count }, Place::default()));
    }
    let mut titled = Titled::new();
    let mut unread = Vec::new();
    collected.records.reserve_exact(files.iter().map(|file| file.reading.records.len()).sum());
    for (FileReading { mut file, mut reading, named }, of) in files.into_iter().zip(same_bytes) {
        if let Some(UnitSaid::Known(unit)) = named {
            file.org_unit = Some(unit);
        }
        if let Some(of) = of {
            file.records = 0;
            let because = Diagnostic::new(Problem::FileRepeated { of }, Place::file(file.path.clone()));
            collected.diagnostics.push(because.clone());
            let because = Arc::new(because);
            let said = reading.records.into_iter().map(Said::Record);
            let said = said.chain(reading.figures.into_iter().map(Said::Figure));
            collected.aside.extend(said.map(|said| Aside { said, because: because.clone() }));
        } else {
            let own = own_unit(&reading).is_some_and(|unit| unit != register.root);
            reading.sheets.values_mut().for_each(|sent| sent.own = own);
            // `append` would build the whole map anew for each file.
            collected.sheets.extend(reading.sheets);
            titled.extend(reading.titled);
            unread.append(&mut reading.unread);
            collected.records.append(&mut reading.records);
            collected.figures.append(&mut reading.figures);
            collected.submissions.append(&mut reading.submissions);
            collected.diagnostics.append(&mut reading.diagnostics);
        }
        collected.files.push(file);
    }
    let whole = if register.units.len() > 1 { Standing::Total } else { Standing::Data };
    for figure in collected.figures.iter_mut().filter(|figure| figure.standing == Standing::Unsaid) {
        figure.standing = whole;
    }
    let left = copies::same_content(&collected);
    leave(left, &mut collected);
    let mut left = corrections::replaced(&collected, &titled, context);
    let superseded = std::mem::take(&mut left.superseded);
    leave(left, &mut collected);
    superseded::settle(superseded, &unread, &titled, &mut collected);
    let left = repeats::overlapping(&collected, &titled, context.calendar, &Nature::new(context.catalogue));
    leave(left, &mut collected);
    (collected, register)
}

/// The one unit of which a file speaks.
fn own_unit(reading: &Reading) -> Option<OrgUnitId> {
    let records = reading.records.iter().map(|record| record.org_unit);
    let figures = reading.figures.iter().map(|figure| figure.org_unit);
    let submissions = reading.submissions.iter().map(|submission| submission.org_unit);
    let mut units = submissions.chain(figures).chain(records);
    let first = units.next()?;
    units.all(|unit| unit == first).then_some(first)
}

/// What is not to be counted, by its place in [`Collected`], with the place of its reason in `because`.
#[derive(Debug, Default)]
struct Left {
    records: Vec<(usize, usize)>,
    figures: Vec<(usize, usize)>,
    /// In order.
    submissions: Vec<usize>,
    because: Vec<Diagnostic>,
    /// Files of which nothing is counted.
    files: Vec<Arc<str>>,
    /// Sheets that something else corrects, and what.
    superseded: Vec<(Arc<SheetName>, Place)>,
}

fn leave(left: Left, collected: &mut Collected) {
    let because: Vec<Arc<Diagnostic>> = left.because.into_iter().map(Arc::new).collect();
    let (records, aside) = parted(std::mem::take(&mut collected.records), left.records, &because, Said::Record);
    collected.records = records;
    collected.aside.extend(aside);
    let (figures, aside) = parted(std::mem::take(&mut collected.figures), left.figures, &because, Said::Figure);
    collected.figures = figures;
    collected.aside.extend(aside);
    let mut gone = left.submissions.into_iter().peekable();
    let mut nth = 0..;
    collected.submissions.retain(|_| gone.next_if_eq(&nth.next().unwrap_or_default()).is_none());
    collected.diagnostics.extend(because.iter().map(|because| Diagnostic::clone(because)));
    for file in collected.files.iter_mut().filter(|file| left.files.contains(&file.path)) {
        file.records = 0;
    }
}

/// What stays, in its order, and what goes.
fn parted<T>(
    all: Vec<T>,
    mut left: Vec<(usize, usize)>,
    because: &[Arc<Diagnostic>],
    said: impl Fn(T) -> Said,
) -> (Vec<T>, Vec<Aside>) {
    if left.is_empty() {
        return (all, Vec::new());
    }
    left.sort_unstable();
    let mut left = left.into_iter().peekable();
    let mut stays = Vec::with_capacity(all.len());
    let mut aside = Vec::new();
    for (at, one) in all.into_iter().enumerate() {
        match left.next_if(|(gone, _)| *gone == at) {
            Some((_, reason)) => aside.push(Aside { said: said(one), because: because[reason].clone() }),
            None => stays.push(one),
        }
    }
    (stays, aside)
}

/// "Xã Bảo Hà (1).xlsx", "Copy of …", "bản sao".
fn is_copy(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let key = fold::bare_key(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim_end();
    let numbered = stem.ends_with(')')
        && stem.rsplit_once('(').is_some_and(|(_, n)| n.trim_end_matches(')').parse::<u32>().is_ok());
    numbered || key.contains("copy") || key.contains("ban sao")
}

/// The first cell that is known of a record.
fn first_cell(record: &Record) -> Source {
    let col = record.items.iter().map(|(.., col)| *col).min().unwrap_or(0);
    Source { sheet: record.sheet.clone(), cell: CellRef::new(record.row, col) }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::base::amount::Amount;
    use crate::base::period::{Calendar, Part, Period, Span};
    use crate::base::record::{Item, Mark, Sent, When};

    fn civil() -> Calendar {
        Calendar { id: String::new(), title: String::new(), first_day: 1, months_before: 0 }
    }

    const PERSON: u16 = 1;
    const STATUS: u16 = 2;
    const AMOUNT: u16 = 3;
    const OTHER_AMOUNT: u16 = 4;

    /// "5 A open 10": day of May or "m5" for all of it, person, status, amounts; "-" is a blank, "." no column.
    fn record(line: &str, sheet: &Arc<SheetName>, row: usize) -> Record {
        let words: Vec<&str> = line.split(' ').collect();
        let day = |day| NaiveDate::from_ymd_opt(2023, 5, day).expect("a day of May");
        let when = match words[0].strip_prefix('m') {
            Some(month) => When::Within(Span::Named(Period::new(2023, Part::Month(month.parse().expect("a month"))))),
            None => When::Day(day(words[0].parse().expect("a day"))),
        };
        let mut columns = Vec::new();
        let mut items = Vec::new();
        if let When::Day(day) = when {
            columns.push(FieldId(0));
            items.push((FieldId(0), Item::Date(day), 1));
        }
        for (field, word) in (PERSON..).zip(&words[1..]).filter(|(_, word)| **word != ".") {
            columns.push(FieldId(field));
            let item = match field {
                PERSON => Item::Filled(copies::hashed(word)),
                STATUS => Item::Category(CategoryId(word.len() as u16)),
                AMOUNT | OTHER_AMOUNT => Item::Number(word.parse().unwrap_or(Amount::ZERO)),
                _ => panic!("there are four columns"),
            };
            if *word != "-" {
                items.push((FieldId(field), item, u32::from(field) + 1));
            }
        }
        let sheet = sheet.clone();
        let (form, org_unit) = (FormId(0), OrgUnitId(1));
        Record {
            form,
            org_unit,
            when,
            sheet,
            row: row as u32,
            columns: columns.into(),
            items: items.into_iter().collect(),
        }
    }

    fn nature() -> Nature {
        Nature { personal: [(FormId(0), FieldId(PERSON))].into(), ..Nature::default() }
    }

    /// Sheets as "file!sheet" with their rows.
    fn collected(sheets: &[(&str, &[&str])]) -> Collected {
        let mut collected = Collected::default();
        for (name, rows) in sheets {
            let (file, sheet) = name.split_once('!').unwrap_or((name, "S"));
            let name = Arc::new(SheetName { file: file.into(), sheet: sheet.into() });
            let mark = if file.contains("bổ sung") { Mark::Supplement } else { Mark::None };
            collected.sheets.insert(name.clone(), Sent { mark, ..Sent::default() });
            collected.records.extend(rows.iter().enumerate().map(|(row, line)| record(line, &name, row)));
        }
        collected
    }

    /// Which rows count, as "file!sheet row", and the codes of what is said.
    fn counted(sheets: &[(&str, &[&str])], calendar: &Calendar) -> (Vec<String>, Vec<&'static str>) {
        let mut collected = collected(sheets);
        let all = collected.records.len();
        let left = repeats::overlapping(&collected, &Titled::new(), calendar, &nature());
        leave(left, &mut collected);
        assert_eq!(collected.records.len() + collected.aside.len(), all);
        let place = |record: &Record| format!("{}!{} {}", record.sheet.file, record.sheet.sheet, record.row);
        (
            collected.records.iter().map(place).collect(),
            collected.diagnostics.iter().map(|diagnostic| diagnostic.problem.code()).collect(),
        )
    }

    #[test]
    fn rows_count_as_often_as_in_the_file_that_has_most_of_them() {
        type Case = (
            &'static str,
            &'static [(&'static str, &'static [&'static str])],
            &'static [&'static str],
            &'static [&'static str],
        );
        let cases: &[Case] = &[
            ("nothing in common", &[("a", &["5 A x 1"]), ("b", &["6 A x 1"])], &["a!S 0", "b!S 0"], &[]),
            (
                "the same row",
                &[("a", &["5 A x 1"]), ("b", &["5 A x 1", "6 B x 1"])],
                &["a!S 0", "b!S 1"],
                &["rows-repeated"],
            ),
            (
                "most of them",
                &[("a", &["5 A x 1"]), ("b", &["5 A x 1", "5 A x 1"])],
                &["a!S 0", "b!S 1"],
                &["rows-repeated"],
            ),
            ("twice in one list", &[("a", &["5 A x 1", "5 A x 1"])], &["a!S 0", "a!S 1"], &[]),
            (
                "a copy's mark goes last",
                &[("a (1)", &["5 A x 1"]), ("b", &["5 A x 1"])],
                &["b!S 0"],
                &["rows-repeated"],
            ),
            (
                "three files",
                &[("a", &["5 A x 1"]), ("b", &["5 A x 1"]), ("c", &["5 A x 1"])],
                &["a!S 0"],
                &["rows-repeated", "rows-repeated"],
            ),
            ("a month is no other", &[("a", &["m5 A x 1"]), ("b", &["m6 A x 1"])], &["a!S 0", "b!S 0"], &[]),
            ("the same month", &[("a", &["m5 A x 1"]), ("b", &["m5 A x 1"])], &["a!S 0"], &["rows-repeated"]),
            ("a column more", &[("a", &["5 A . 1"]), ("b", &["5 A x 1"])], &["b!S 0"], &["rows-repeated"]),
            ("too little in common", &[("a", &["5 A . ."]), ("b", &["5 . x 1"])], &["a!S 0", "b!S 0"], &[]),
            ("the same columns", &[("a", &["5 . . ."]), ("b", &["5 . . ."])], &["a!S 0"], &["rows-repeated"]),
            ("a fuller row", &[("a", &["5 A - 1"]), ("b", &["5 A x 1"])], &["b!S 0"], &["rows-updated"]),
            ("a blanker row", &[("a", &["5 A x 1"]), ("b", &["5 A - 1"])], &["a!S 0"], &["rows-updated"]),
            ("a later state", &[("a", &["5 A x 1"]), ("b", &["5 A done 1"])], &["b!S 0"], &["rows-updated"]),
            (
                "a later state twice",
                &[("a", &["5 A x 1"]), ("b", &["5 A xx 1"]), ("c", &["5 A done 1"])],
                &["c!S 0"],
                &["rows-updated", "rows-updated"],
            ),
            ("of another person", &[("a", &["5 A x 1"]), ("b", &["5 B done 2"])], &["a!S 0", "b!S 0"], &[]),
            (
                "another name, the same number",
                &[("a", &["5 A x 7"]), ("b", &["5 B done 7"])],
                &["a!S 0", "b!S 0"],
                &["rows-alike"],
            ),
            (
                "a number that several have",
                &[("a", &["5 A x 7", "5 C x 7"]), ("b", &["5 B x 7"])],
                &["a!S 0", "a!S 1", "b!S 0"],
                &[],
            ),
            (
                "another day",
                &[("a", &["5 A x 7", "9 D x 8"]), ("b", &["6 A x 7"])],
                &["a!S 0", "a!S 1", "b!S 0"],
                &["rows-alike"],
            ),
            (
                "nobody named, another day, sent anew",
                &[("a", &["5 . . 7 3", "9 . . 8 4"]), ("b", &["6 . . 7 3", "9 . . 8 4"])],
                &["a!S 0", "a!S 1", "b!S 0"],
                &["rows-alike", "rows-repeated"],
            ),
            (
                "nobody named, another day, no row in common",
                &[("a", &["5 . . 7 3", "9 . . 8 4"]), ("b", &["6 . . 7 3"])],
                &["a!S 0", "a!S 1", "b!S 0"],
                &[],
            ),
            (
                "a chain of files",
                &[("a", &["5 A x 1"]), ("b", &["5 A x 1"]), ("c", &["5 A x 1"]), ("d", &["5 A x 1"])],
                &["a!S 0"],
                &["rows-repeated"],
            ),
            (
                "a number changed, alone",
                &[("a", &["5 A x 1"]), ("b", &["5 A x 2"])],
                &["a!S 0", "b!S 0"],
                &["rows-alike"],
            ),
            (
                "a number changed, sent anew",
                &[("a", &["5 A x 1", "6 B x 1"]), ("b", &["5 A x 2", "6 B x 1"])],
                &["a!S 1", "b!S 0"],
                &["rows-updated", "rows-repeated"],
            ),
            (
                "nobody named, sent anew",
                &[("a", &["5 . x 1", "6 . x 1"]), ("b", &["5 . x 2", "6 . x 1"])],
                &["a!S 0", "a!S 1", "b!S 0"],
                &["rows-repeated", "rows-alike"],
            ),
            (
                "a supplement",
                &[("a", &["5 A x 1"]), ("bổ sung", &["5 A x 1", "6 B x 1"])],
                &["a!S 0", "bổ sung!S 1"],
                &["rows-repeated"],
            ),
            (
                "villages",
                &[("a!1", &["5 . x 1", "6 . x 1"]), ("a!2", &["5 . x 1", "7 . x 1"])],
                &["a!1 0", "a!1 1", "a!2 0", "a!2 1"],
                &[],
            ),
            (
                "villages of one row",
                &[("a!1", &["5 . x 1"]), ("a!2", &["5 . x 1", "7 . x 1"]), ("a!3", &["6 . x 1"])],
                &["a!1 0", "a!2 0", "a!2 1", "a!3 0"],
                &[],
            ),
            (
                "parts and their whole",
                &[("a!1", &["5 . x 1"]), ("a!2", &["6 . x 1"]), ("a!all", &["5 . x 1", "6 . x 1", "7 . x 1"])],
                &["a!1 0", "a!2 0", "a!all 2"],
                &["rows-repeated"],
            ),
            (
                "the same sheet twice",
                &[("a!1", &["5 . x 1", "6 . x 1"]), ("a!2", &["6 . x 1", "5 . x 1"])],
                &["a!1 0", "a!1 1"],
                &["rows-repeated"],
            ),
        ];
        for (name, sheets, rows, codes) in cases {
            let (counts, mut said) = counted(sheets, &civil());
            let mut codes = codes.to_vec();
            said.sort_unstable();
            codes.sort_unstable();
            assert_eq!((counts, said), (rows.iter().map(|row| (*row).to_owned()).collect(), codes), "{name}");
        }
    }

    #[test]
    fn what_waits_is_carried_on_by_the_lists_of_later_months() {
        // Of the last list's rows how severe is what is said.
        let said = |lists: [&[&str]; 3]| {
            let names = ["a", "b", "c"];
            let sheets: Vec<(&str, &[&str])> = names.into_iter().zip(lists).collect();
            let mut collected = collected(&sheets);
            for (name, month) in collected.sheets.keys().zip(4..) {
                let (form, org_unit, sheet) = (FormId(0), OrgUnitId(1), name.clone());
                collected.submissions.push(crate::base::record::Submission {
                    org_unit,
                    form,
                    months: vec![(2023, month)],
                    nil: false,
                    open: false,
                    sheet,
                });
            }
            let mut nature = nature();
            nature.carries.insert(FormId(0));
            nature.states.insert((FormId(0), FieldId(STATUS)), Some(CategoryId(4)));
            let titled: Titled = collected.submissions.iter().map(|s| (s.sheet.clone(), s.months.clone())).collect();
            let left = repeats::overlapping(&collected, &titled, &civil(), &nature);
            let because = left.because.iter().map(|because| (because.problem.code(), because.severity()));
            because.collect::<Vec<_>>()
        };
        use crate::base::diagnostic::Severity::{Note, Warning};
        let rows: &[&str] = &["5 A x 1", "6 B x 1"];
        assert_eq!(said([rows, rows, &["5 A x 1", "6 B done 1"]]), [("rows-updated", Note)]);
        assert_eq!(said([rows, &["5 A done 1"], &["5 A x 1"]]), [("rows-updated", Warning), ("rows-updated", Note)]);
        assert_eq!(said([&["5 A x ."], &["m6 A x ."], &["7 C x ."]]), []);
        assert_eq!(said([&["5 A x 1"], &["m6 A x 1"], &["7 C x 1"]]), [("rows-alike", Warning)]);
        assert_eq!(said([&["5 A x ."], &["7 C x ."], &["5 B x ."]]), [("rows-alike", Warning)]);
    }

    #[test]
    fn many_equal_rows_are_compared_in_little_time() {
        let rows = vec!["5 A x 1"; 20_000];
        let (counts, _) = counted(&[("a", &rows), ("b", &rows), ("c", &rows[..100])], &civil());
        assert_eq!(counts.len(), 20_000);
    }
}
