//! Files → records and figures. Opening a file can fail, which is a diagnostic; from `locate` on nothing does.

pub mod blank;
pub mod grid;
pub mod inputs;
pub mod label;
pub mod limits;
pub mod locate;
pub mod read;
pub mod register;
pub mod room;
pub mod rules;
pub mod targets;
pub mod units;
pub mod value;
pub mod verify;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::fold;
use crate::base::period::Calendar;
use crate::base::record::{Collected, FileRead};
use crate::catalogue::Catalogue;
use crate::catalogue::register::Register;
use crate::catalogue::settings::Dash;

use inputs::Input;
use label::{Label, Lexicon, Position};
use read::{Marks, Reading};
use room::Room;
use rules::Rules;
use units::UnitNames;
use verify::FileReading;

/// What reading depends on besides the files.
pub struct Context<'a> {
    pub catalogue: &'a Catalogue,
    pub calendar: &'a Calendar,
    pub dash: Dash,
    /// The year asked for, where a label says a part of a year without it.
    pub year: Option<i32>,
    /// Where the office overrules what would be inferred.
    pub rules: &'a Rules,
    /// What is read is the office's plan: what its tables state is planned, whatever they call it.
    pub planned: bool,
    /// The files, as shown, of which it is kept how they were understood.
    pub explained: &'a [Arc<str>],
}

/// Reads every file, one a task; `read` is told of each. Without a register the units come from the data.
pub fn collect(
    inputs: &[Input],
    register: Register,
    context: &Context,
    read: &(dyn Fn(usize) + Sync),
) -> (Collected, Register) {
    let mut files: Vec<FileReading> = {
        let lexicon = Lexicon::new(context.catalogue, UnitNames::new(&register, &context.catalogue.words));
        let marks = Marks::new(&context.catalogue.words);
        let whole = read::Context {
            lexicon: &lexicon,
            marks: &marks,
            dash: context.dash,
            calendar: context.calendar,
            year: context.year,
            rules: context.rules,
            planned: context.planned,
            explained: context.explained,
        };
        let room = Room::new(limits::BYTES_AT_ONCE);
        inputs
            .par_iter()
            .map(|input| {
                if lexicon.is_full() {
                    let _alone = room.take_all();
                    lexicon.forget();
                }
                let file = file(input, &whole, &room);
                read(1);
                file
            })
            .collect()
    };
    let understood = files.iter_mut().flat_map(|file| std::mem::take(&mut file.reading.understood)).collect();
    let (mut collected, register) = verify::merge(files, register, context);
    collected.understood = understood;
    collected.diagnostics.extend(context.rules.unused());
    (collected, register)
}

/// What comes of each, in their order.
pub fn on_all_cores<T: Sync, R: Send>(all: &[T], of_one: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    all.par_iter().map(of_one).collect()
}

fn file(input: &Input, context: &read::Context, room: &Room) -> FileReading {
    let mut reading = Reading::default();
    let mut file = FileRead {
        path: input.shown.clone(),
        blake3: String::new(),
        records: 0,
        read: false,
        org_unit: None,
        period: None,
    };
    if let Some(line) = context.rules.ignores_file(&input.shown) {
        tell(&mut reading, input, Problem::SourceIgnored { line });
        return FileReading { file, reading, named: None };
    }
    let (names, decoded) = names(&input.shown, context.lexicon);
    // A big file's bytes alone need room; what a small one holds is known when it is there.
    let alone = (input.size() >= limits::ALONE_BYTES).then(|| room.take_all());
    match input.bytes() {
        Ok(bytes) => {
            let _room = alone.is_none().then(|| room.take(grid::weight(&bytes)));
            file.blake3 = blake3::hash(&bytes).to_hex().to_string();
            match grid::read(&bytes, &input.shown) {
                Ok(mut grids) => {
                    drop(bytes);
                    // Our own mistake on one file is that file's error; the others go on.
                    let whole = catch_unwind(AssertUnwindSafe(|| {
                        let mut reading = Reading::default();
                        reading.diagnostics.extend(decoded);
                        reading.diagnostics.extend(grid::decode::decode(&mut grids));
                        // Empty sheets pass by the dozen; a file with nothing else is named.
                        if let Some(first) = grids.first().filter(|_| grids.iter().all(|grid| grid.rows.is_empty())) {
                            reading
                                .diagnostics
                                .push(Diagnostic::new(Problem::SheetWithoutTable, Place::sheet(&first.name)));
                        }
                        let catalogue = context.lexicon.catalogue;
                        let stamps: Vec<_> = grids.iter_mut().map(|grid| blank::take(grid, catalogue)).collect();
                        let mut untouched = Vec::new();
                        for (grid, stamped) in grids.iter().zip(stamps) {
                            if reading.exceeded.is_none() {
                                let before = blank::Before::of(&reading);
                                read::sheet(grid, &names, context, &mut reading);
                                if let Some(stamped) = stamped {
                                    untouched.extend(stamped.settle(grid, catalogue, &before, &mut reading));
                                }
                            }
                        }
                        // What else is said of it tells why.
                        let quiet = |found: &Diagnostic| {
                            use Problem::{ColumnsHidden, RowsHidden, SheetHidden, SheetWithoutTable, TextDecoded};
                            matches!(
                                found.problem,
                                SheetWithoutTable
                                    | SheetHidden
                                    | RowsHidden { .. }
                                    | ColumnsHidden { .. }
                                    | TextDecoded { .. }
                            )
                        };
                        let nothing = untouched.is_empty() && reading.said() == 0;
                        if !context.planned && nothing && reading.diagnostics.iter().all(quiet) {
                            let place = Place::file(input.shown.clone());
                            reading.diagnostics.push(Diagnostic::new(Problem::FileWithoutFigures, place));
                        }
                        if !untouched.is_empty() {
                            let problem = Problem::TemplateBlank { forms: untouched };
                            reading.diagnostics.push(Diagnostic::new(problem, Place::file(input.shown.clone())));
                        }
                        reading.finish();
                        reading
                    }));
                    match whole {
                        Ok(Reading { exceeded: Some(limit), diagnostics, .. }) => {
                            tell(&mut reading, input, limit);
                            // A few, so that somebody can see what is wrong with it.
                            reading.diagnostics.extend(diagnostics.into_iter().take(limits::PROBLEMS_SHOWN));
                        }
                        Ok(whole) => {
                            reading = whole;
                            file.read = true;
                        }
                        Err(_) => tell(
                            &mut reading,
                            input,
                            Problem::FileUnreadable {
                                reason: "chương trình gặp lỗi khi đọc tệp này".into()
                            },
                        ),
                    }
                }
                Err(problem) => tell(&mut reading, input, problem),
            }
        }
        Err(_) => tell(&mut reading, input, Problem::FileUnreadable { reason: "không mở được tệp".into() }),
    }
    file.records = match reading.records.len() {
        0 => reading.figures.len(),
        records => records,
    };
    let periods: Vec<_> = names.iter().map(|label| label.period).collect();
    file.period = read::span_of(&periods, context.year).map(|(span, _)| span);
    let named = names.iter().find_map(|label| label.unit.clone());
    FileReading { file, reading, named }
}

fn tell(reading: &mut Reading, input: &Input, problem: Problem) {
    reading.diagnostics.push(Diagnostic::new(problem, Place::file(input.shown.clone())));
}

/// What a file's name and its folders' say, nearest first; a note where one had to be decoded.
fn names(shown: &Arc<str>, lexicon: &Lexicon) -> (Vec<Arc<Label>>, Option<Diagnostic>) {
    let mut parts = shown.rsplit('/');
    let file = parts.next().unwrap_or(shown);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut from = None;
    let names = std::iter::once(stem)
        .chain(parts.filter(|part| !part.is_empty() && *part != "." && *part != ".."))
        .take(limits::FOLDERS)
        .map(|name| {
            let name = fold::nfc(name).into_owned();
            let name = match grid::decode::name(&name) {
                Some((decoded, charset)) => {
                    from.get_or_insert(charset.title());
                    decoded
                }
                None => name,
            };
            lexicon.understand(&Arc::from(name), Position::Name)
        })
        .collect();
    let decoded = |from| Diagnostic::new(Problem::TextDecoded { from, cells: 0 }, Place::file(shown.clone()));
    (names, from.map(decoded))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::catalogue::load;

    /// What comes of files with these names and contents, without a register.
    fn read(files: &[(&str, &[u8])]) -> Collected {
        let folder = tempfile::tempdir().unwrap();
        let inputs: Vec<Input> = files
            .iter()
            .map(|(name, bytes)| {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, bytes).unwrap();
                Input { path, shown: (*name).into() }
            })
            .collect();
        let catalogue = load::catalogue(&[]).unwrap();
        let calendar = catalogue.calendar("civil").unwrap();
        let context = Context {
            catalogue: &catalogue,
            calendar,
            dash: Dash::Nil,
            year: Some(2023),
            rules: &Rules::default(),
            planned: false,
            explained: &[],
        };
        collect(&inputs, register::from_data(None), &context, &|_| {}).0
    }

    fn list(rows: usize, row: impl Fn(usize) -> String) -> Vec<u8> {
        let rows: String = (0..rows).map(|at| row(at) + "\n").collect();
        format!("STT;Xã;Ngày tổ chức;Nội dung đối thoại;Số người tham dự\n{rows}").into_bytes()
    }

    #[test]
    fn a_file_of_nothing_but_problems_or_names_is_named_once_and_the_others_are_read() {
        let good = list(2, |at| format!("{at};Xã Bảo Hà;0{}/02/2023;Đối thoại;5", at + 1));
        let bad = list(limits::FILE_PROBLEMS + 2, |at| format!("{at};Xã Bảo Hà;01/02/2023;Đối thoại;khoảng {at}"));
        let names = list(limits::FOUND_UNITS + 1, |at| format!("{at};Xã Tân {at};01/02/2023;Đối thoại;5"));
        let collected = read(&[("a.csv", &bad), ("b.csv", &good), ("c.csv", &names)]);
        assert_eq!(collected.records.len(), 2);
        let over: Vec<&str> = collected
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.problem.code() == "file-over-limit")
            .filter_map(|diagnostic| diagnostic.at.file.as_deref())
            .collect();
        assert_eq!(over, ["a.csv", "c.csv"]);
        assert!(collected.diagnostics.len() < 3 + 2 * limits::PROBLEMS_SHOWN);
        assert_eq!(collected.files.iter().map(|file| file.read).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_still_the_file_of_the_unit_that_its_name_or_folder_says() {
        let good = list(2, |at| format!("{at};Xã Bảo Hà;0{}/02/2023;Đối thoại;5", at + 1));
        let collected = read(&[
            ("a.csv", &good),
            ("Xã Bảo Hà/T6.docx", b"%PDF-"),
            ("Xã Bảo Hà/Xã Lạ.pdf", b"%PDF-"),
            ("bao-cao Xã Bảo Hà T7.xlsx", b"PK\x03\x04"),
            ("bao-cao.pdf", b"%PDF-"),
        ]);
        let of = |at: usize| (collected.files[at].read, collected.files[at].org_unit);
        let period = |at: usize| collected.files[at].period.map(|span| span.title());
        assert_eq!((period(0), period(1).as_deref()), (None, Some("Tháng 6 năm 2023")));
        let unit = Some(collected.records[0].org_unit);
        assert_eq!(
            [of(0), of(1), of(2), of(3), of(4)],
            [(true, None), (false, unit), (false, None), (false, unit), (false, None)]
        );
    }

    #[test]
    fn a_ditto_mark_repeats_the_last_value_above_it_however_many_rows_lie_between() {
        let rows = list(5000, |at| {
            let day = if at % 2500 == 0 { format!("0{}/02/2023", 1 + at / 2500) } else { "nt".to_owned() };
            format!("{at};Xã Bảo Hà;{day};Đối thoại;5")
        });
        let collected = read(&[("a.csv", &rows)]);
        assert_eq!(collected.records.len(), 5000);
        let days: std::collections::BTreeSet<String> =
            collected.records.iter().map(|record| format!("{:?}", record.when)).collect();
        assert_eq!(days.len(), 2);
    }

    #[test]
    fn no_figure_is_taken_from_a_workbook_cut_short() {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/bao-yen/du-lieu");
        let found =
            walkdir::WalkDir::new(samples).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
        let mut workbooks = found.filter(|path| path.extension().is_some_and(|extension| extension == "xlsx"));
        let bytes = fs::read(workbooks.next().unwrap()).unwrap();
        let names: Vec<(String, usize)> =
            (1..40).map(|part| bytes.len() * part / 40).map(|end| (format!("{end}.xlsx"), end)).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|(name, end)| (&name[..], &bytes[..*end])).collect();
        let collected = read(&files);
        assert_eq!((collected.records.len(), collected.figures.len(), collected.submissions.len()), (0, 0, 0));
        let unreadable = |diagnostic: &&Diagnostic| diagnostic.problem.code() == "file-unreadable";
        assert_eq!(collected.diagnostics.iter().filter(unreadable).count(), files.len());
        assert!(read(&[("a.xlsx", &bytes)]).files[0].read);
    }
}
