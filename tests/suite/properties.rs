//! What holds for any input: no grid makes the reader panic or count a cell twice; and however the same events are sent
//! (in lists or tables, in whatever order, under whatever titles), the report says their sums.
//!
//! The seed is fixed, so that a run says the same again; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` try others.
//! Whether every filled cell of a table is accounted for cannot be told from outside: a reading does not say which
//! cells it took for labels, or passed over under a heading that it named once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use danvan::base::amount::Amount;
use danvan::base::cell::{Area, CellRef, Value};
use danvan::base::diagnostic::Severity;
use danvan::base::period::{Asked, Part, Period, Span};
use danvan::catalogue::register::Register;
use danvan::catalogue::settings::Dash;
use danvan::catalogue::{Catalogue, load};
use danvan::ingest::grid::{Grid, Row};
use danvan::ingest::label::{Lexicon, Position};
use danvan::ingest::locate;
use danvan::ingest::read::{self, Reading};
use danvan::ingest::rules::Rules;
use danvan::ingest::units::UnitNames;
use danvan::run::{self, Compare, Format, RecordSheets, Request};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use crate::program::{TODAY, workspace};

fn few(cases: u32) -> ProptestConfig {
    let from_environment = ProptestConfig::default();
    ProptestConfig {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() { from_environment.cases } else { cases },
        rng_seed: match from_environment.rng_seed {
            RngSeed::Random => RngSeed::Fixed(2023),
            fixed => fixed,
        },
        failure_persistence: None,
        ..from_environment
    }
}

const COMMUNES: [&str; 3] = ["Thị trấn Phố Ràng", "Xã Bảo Hà", "Xã Kim Sơn"];
const REGISTER: &str = "Mã,Tên đơn vị,Cấp,Trực thuộc\nBY,Huyện Bảo Yên,huyện,\nBY01,Thị trấn Phố Ràng,xã,BY\n\
                        BY02,Xã Bảo Hà,xã,BY\nBY03,Xã Kim Sơn,xã,BY\n";

/// One dialogue.
#[derive(Clone, Debug)]
struct Event {
    commune: usize,
    month: u32,
    day: u32,
    participants: u32,
    opinions: u32,
    answered: u32,
}

fn event() -> impl Strategy<Value = Event> {
    (0..COMMUNES.len(), 1..=12u32, 1..=28u32, 1..2000u32, 0..60u32, 0..60u32).prop_map(
        |(commune, month, day, participants, opinions, answered)| Event {
            commune,
            month,
            day,
            participants,
            opinions,
            answered: answered.min(opinions),
        },
    )
}

/// How events are sent.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// One list, with a column of communes.
    OneList,
    /// A list a commune, which only the file's name names.
    ListPerCommune,
    /// A table of the year, a commune a row.
    Table,
}

/// What stands around the figures and must not change them.
#[derive(Clone, Debug)]
struct Setting {
    layout: Layout,
    titles: Vec<&'static str>,
    empty_rows: usize,
    empty_columns: usize,
    has_ordinals: bool,
    has_numbering: bool,
    has_total: bool,
    has_signature: bool,
    is_workbook: bool,
    is_reversed: bool,
    folder: &'static str,
}

fn setting() -> impl Strategy<Value = Setting> {
    let layout = select(vec![Layout::OneList, Layout::ListPerCommune, Layout::Table]);
    let titles = vec![
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "(Kèm theo Công văn số 12-CV/BDV)",
        "Biểu số 01",
    ];
    (
        (layout, proptest::sample::subsequence(titles, 0..=3), 0..4usize, 0..3usize),
        (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()),
        select(vec!["a", "z/y", "2023"]),
    )
        .prop_map(|((layout, titles, empty_rows, empty_columns), flags, folder)| {
            let (has_ordinals, has_numbering, has_total, has_signature, is_workbook, is_reversed) = flags;
            Setting {
                layout,
                titles,
                empty_rows,
                empty_columns,
                has_ordinals,
                has_numbering,
                has_total,
                has_signature,
                is_workbook,
                is_reversed,
                folder,
            }
        })
}

type Cells = Vec<Vec<String>>;

impl Setting {
    fn files(&self, events: &[Event]) -> Vec<(String, String)> {
        let mut events = events.to_vec();
        if self.is_reversed {
            events.reverse();
        }
        let sums = |events: &mut dyn Iterator<Item = &Event>| {
            events.fold([0; 4], |[sessions, participants, opinions, answered], event| {
                [sessions + 1, participants + event.participants, opinions + event.opinions, answered + event.answered]
            })
        };
        let texts = |numbers: &[u32]| numbers.iter().map(u32::to_string).collect::<Vec<_>>();
        let record = |event: &Event| {
            let date = format!("{:02}/{:02}/2023", event.day, event.month);
            [vec![date], texts(&[event.participants, event.opinions, event.answered])].concat()
        };
        let heading = |first: &[&str]| -> Vec<String> {
            first.iter().chain(&["Lượt người dự", "Số ý kiến", "Đã trả lời"]).map(|text| (*text).to_owned()).collect()
        };
        let total = |first: &[&str], events: &[Event]| -> Vec<String> {
            let sums = sums(&mut events.iter());
            let first = first.iter().map(|text| (*text).to_owned());
            first.chain(texts(&sums[if matches!(self.layout, Layout::Table) { 0 } else { 1 }..])).collect()
        };
        let sheets: Vec<(String, Cells, Vec<String>)> = match self.layout {
            Layout::OneList => {
                let rows =
                    events.iter().map(|event| [vec![COMMUNES[event.commune].to_owned()], record(event)].concat());
                let cells = std::iter::once(heading(&["Đơn vị", "Ngày tổ chức"])).chain(rows).collect();
                vec![("Danh sách".into(), cells, total(&["Cộng", ""], &events))]
            }
            Layout::ListPerCommune => (0..COMMUNES.len())
                .map(|commune| {
                    let events: Vec<Event> = events.iter().filter(|event| event.commune == commune).cloned().collect();
                    let cells = std::iter::once(heading(&["Ngày tổ chức"])).chain(events.iter().map(record)).collect();
                    (COMMUNES[commune].to_owned(), cells, total(&["Cộng"], &events))
                })
                .filter(|(_, cells, _): &(_, Cells, _)| cells.len() > 1)
                .collect(),
            Layout::Table => {
                let mut communes: Vec<usize> = (0..COMMUNES.len()).collect();
                if self.is_reversed {
                    communes.reverse();
                }
                let rows = communes.iter().filter(|commune| events.iter().any(|event| event.commune == **commune));
                let rows = rows.map(|commune| {
                    let sums = sums(&mut events.iter().filter(|event| event.commune == *commune));
                    [vec![COMMUNES[*commune].to_owned()], texts(&sums)].concat()
                });
                let cells = std::iter::once(heading(&["Đơn vị", "Số cuộc"])).chain(rows).collect();
                vec![("Biểu".into(), cells, total(&["Tổng cộng"], &events))]
            }
        };
        let files = sheets.into_iter().map(|(name, cells, total)| {
            let extension = if self.is_workbook { "xlsx" } else { "csv" };
            (format!("du-lieu/{}/{name}.{extension}", self.folder), self.text(cells, total))
        });
        files.chain([("don-vi.csv".to_owned(), REGISTER.to_owned())]).collect()
    }

    /// A sheet's text: the cells with what stands around them.
    fn text(&self, cells: Cells, total: Vec<String>) -> String {
        let width = cells[0].len();
        let mut rows: Cells = self.titles.iter().map(|title| vec![(*title).to_owned()]).collect();
        rows.push(vec!["ĐỐI THOẠI NĂM 2023".to_owned()]);
        rows.extend(std::iter::repeat_n(Vec::new(), self.empty_rows));
        for (at, mut row) in cells.into_iter().enumerate() {
            if self.has_ordinals {
                row.insert(0, if at == 0 { "STT".to_owned() } else { at.to_string() });
            }
            rows.push(row);
            if at == 0 && self.has_numbering {
                rows.push((1..=width + usize::from(self.has_ordinals)).map(|number| format!("({number})")).collect());
            }
        }
        if self.has_total {
            let ordinal = self.has_ordinals.then(String::new);
            rows.push(ordinal.into_iter().chain(total).collect());
        }
        if self.has_signature {
            rows.push(Vec::new());
            rows.push(vec![String::new(), String::new(), "NGƯỜI LẬP BIỂU".to_owned()]);
        }
        let separator = if self.is_workbook { " | " } else { ";" };
        let line = |row: &Vec<String>| {
            let indent = std::iter::repeat_n(String::new(), if row.is_empty() { 0 } else { self.empty_columns });
            indent.chain(row.iter().cloned()).collect::<Vec<_>>().join(separator)
        };
        let lines: Vec<String> = rows.iter().map(line).collect();
        let name = if self.is_workbook { "== Trang 1\n" } else { "" };
        format!("{name}{}{}\n", "\n".repeat(self.empty_rows), lines.join("\n"))
    }
}

fn request(folder: &Path, formats: &[Format]) -> Request {
    Request {
        against: danvan::run::Against::Last,
        workspace: folder.to_owned(),
        inputs: Vec::new(),
        span: Some(Asked::Span(Span::Named(Period::new(2023, Part::Year)))),
        calendar: None,
        level: None,
        formats: formats.to_vec(),
        compare: Compare::Previous,
        records: RecordSheets::Auto,
        public: false,
        today: TODAY.parse::<NaiveDate>().expect("it is a day"),
    }
}

fn reported(files: &[(String, String)], formats: &[Format]) -> run::Outcome {
    let workspace = workspace(files);
    run::report(&request(workspace.path(), formats), &|_| ()).expect("there is something to read")
}

/// Indicator and commune (`None`: the district) to its figure.
type Figures = BTreeMap<(String, Option<String>), u32>;

fn figures(report: &[u8]) -> Figures {
    let report: serde_json::Value = serde_json::from_slice(report).expect("it is JSON");
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let number = |value: &serde_json::Value| value.as_str().and_then(|text| text.parse::<u32>().ok());
    let mut figures = Figures::new();
    for indicator in list(&report["indicators"]) {
        let id = indicator["id"].as_str().expect("an id");
        if ["dialogue.sessions", "dialogue.participants", "dialogue.opinions", "dialogue.answered"].contains(&id) {
            figures.extend(number(&indicator["value"]).map(|value| ((id.to_owned(), None), value)));
            for row in list(&indicator["by_unit"]) {
                let unit = row["unit"].as_str().expect("a name").to_owned();
                figures.extend(number(&row["value"]).map(|value| ((id.to_owned(), Some(unit)), value)));
            }
        }
    }
    figures
}

fn truth(events: &[Event]) -> Figures {
    let mut truth = Figures::new();
    for event in events {
        let unit = COMMUNES[event.commune].to_owned();
        for (id, value) in [
            ("dialogue.sessions", 1),
            ("dialogue.participants", event.participants),
            ("dialogue.opinions", event.opinions),
            ("dialogue.answered", event.answered),
        ] {
            for unit in [None, Some(unit.clone())] {
                *truth.entry((id.to_owned(), unit)).or_default() += value;
            }
        }
    }
    truth
}

proptest! {
    #![proptest_config(few(24))]

    #[test]
    fn the_same_events_make_the_same_figures_however_they_are_sent(
        events in prop::collection::vec(event(), 1..10),
        setting in setting(),
    ) {
        let files = setting.files(&events);
        let outcome = reported(&files, &[Format::Json]);
        let said: Vec<String> = outcome.diagnostics.iter().map(|said| format!("{}: {}", said.at, said.problem.message())).collect();
        prop_assert_eq!(figures(&outcome.outputs[0].1), truth(&events), "\n{}\n{:#?}", files[0].1, said);
        let errors = outcome.diagnostics.iter().filter(|said| said.severity() != Severity::Note);
        prop_assert_eq!(errors.count(), 0, "\n{}\n{:#?}", files[0].1, said);
    }
}

proptest! {
    #![proptest_config(few(2))]

    #[test]
    fn the_bytes_do_not_depend_on_the_number_of_threads(events in prop::collection::vec(event(), 4..10)) {
        let layouts = [(Layout::ListPerCommune, "a"), (Layout::Table, "b")];
        let files: Vec<(String, String)> = layouts
            .iter()
            .flat_map(|(layout, folder)| {
                let setting = Setting {
                    layout: *layout, titles: vec![], empty_rows: 0, empty_columns: 0, has_ordinals: true,
                    has_numbering: false, has_total: true, has_signature: false, is_workbook: true, is_reversed: false, folder,
                };
                setting.files(&events)
            })
            .collect();
        let workspace = workspace(&files);
        let outputs = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
            let request = request(workspace.path(), &Format::ALL);
            pool.install(|| run::report(&request, &|_| ())).expect("there is something to read").outputs
        };
        let one = outputs(1);
        prop_assert_eq!(one.len(), Format::ALL.len());
        prop_assert!(one == outputs(2) && one == outputs(5));
    }
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| load::catalogue(&[]).expect("what is built in is right"));
static UNITS: LazyLock<Register> = LazyLock::new(|| {
    let workspace = workspace(&[("don-vi.csv", REGISTER)]);
    run::units(workspace.path()).expect("the register is right").expect("there is one")
});

/// Words of every kind that sheets hold.
const WORDS: [&str; 60] = [
    "STT",
    "TT",
    "Đơn vị",
    "Xã",
    "Thôn",
    "Ngày tổ chức",
    "Ngày hiến",
    "Ngày tiếp nhận",
    "Ngày giải quyết",
    "Tình trạng",
    "Số cuộc",
    "Số ý kiến",
    "Đã trả lời",
    "Lượt người dự",
    "Số hộ hiến đất",
    "Diện tích (m2)",
    "Diện tích",
    "ĐVT",
    "m2",
    "ha",
    "Nội dung",
    "Chỉ tiêu",
    "Trong kỳ",
    "Lũy kế",
    "Kế hoạch",
    "Cùng kỳ",
    "Tháng 1",
    "Quý II",
    "Năm 2023",
    "Năm 2022",
    "ĐỐI THOẠI NĂM 2023",
    "Hiến đất",
    "Ngày công",
    "Đơn thư",
    "Khiếu nại",
    "Tố cáo",
    "Đất đai",
    "Định kỳ",
    "Đột xuất",
    "Xã Bảo Hà",
    "Phố Ràng",
    "Huyện Bảo Yên",
    "Cấp huyện",
    "Cộng",
    "Tổng cộng",
    "Toàn huyện",
    "Trong đó",
    "(1)",
    "(3=1+2)",
    "I",
    "a)",
    "Không phát sinh",
    "nt",
    "…",
    "khoảng 200",
    "27.900",
    "33,8",
    "31/02/2023",
    "16.5.2023",
    "Đã giải quyết",
];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        12 => select(WORDS.to_vec()).prop_map(|word| Value::Text(Arc::from(word))),
        1 => "\\PC{0,12}".prop_map(|text| Value::Text(Arc::from(text))),
        8 => (0..5000i64).prop_map(|number| Value::Number(Amount::from(number))),
        1 => (any::<i64>(), 0..18u32).prop_map(|(number, scale)| Value::Number(Amount::new(number, scale))),
        4 => (1..=365u32).prop_map(|day| Value::Date(NaiveDate::from_yo_opt(2023, day).expect("it is a day"))),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => select(vec!["#VALUE!", "#REF!"]).prop_map(|error| Value::Error(Arc::from(error))),
        1 => select(vec![Value::Uncomputed, Value::Unusable]),
    ]
}

/// What one sheet of a file of 2023 says.
fn read_alone(grid: &Grid, lexicon: &Lexicon) -> Reading {
    let calendar = CATALOGUE.calendar("civil").expect("it is built in");
    let marks = read::Marks::new(&lexicon.catalogue.words);
    let context = read::Context {
        lexicon,
        marks: &marks,
        dash: Dash::Nil,
        calendar,
        year: Some(2023),
        rules: &Rules::default(),
        planned: false,
        explained: &[],
    };
    let names = [lexicon.understand(&Arc::from("Năm 2023"), Position::Title)];
    let mut reading = Reading::default();
    read::sheet(grid, &names, &context, &mut reading);
    reading
}

/// Any cells at all, or rows that look like a table's: a title, one or two rows of headings, rows of numbers.
fn grid() -> impl Strategy<Value = Grid> {
    let anything = prop::collection::vec(prop::collection::vec(prop::option::weighted(0.8, value()), 1..8), 1..14);
    let heading = || select(WORDS.to_vec()).prop_map(|word| Some(Value::Text(Arc::from(word))));
    let number = || (0..5000i64).prop_map(|number| Value::Number(Amount::from(number)));
    let cell = || prop_oneof![6 => number(), 1 => value()];
    let label =
        || prop_oneof![2 => number(), 3 => select(WORDS.to_vec()).prop_map(|word| Value::Text(Arc::from(word)))];
    let body = (prop::option::weighted(0.9, label()), prop::collection::vec(prop::option::weighted(0.9, cell()), 6));
    let body = body.prop_map(|(label, cells)| [vec![label], cells].concat());
    let tabled = (
        prop::collection::vec(heading(), 1..2),
        prop::collection::vec(prop::collection::vec(heading(), 7), 1..3),
        prop::collection::vec(body, 1..8),
    )
        .prop_map(|(title, headings, body)| [vec![title], headings, body].concat());
    let merge = (0..14u32, 0..8u32, 0..4u32, 0..4u32);
    (prop_oneof![anything, tabled], prop::collection::vec(merge, 0..4), any::<bool>()).prop_map(
        |(rows, merges, hidden)| {
            let rows = rows.into_iter().enumerate().map(|(index, cells)| Row {
                index: index as u32,
                cells: cells.into_iter().enumerate().filter_map(|(col, cell)| Some((col as u32, cell?))).collect(),
            });
            let mut merges: Vec<Area> = merges
                .into_iter()
                .map(|(row, col, rows, cols)| Area {
                    from: CellRef::new(row, col),
                    to: CellRef::new(row + rows, col + cols),
                })
                .collect();
            merges.sort();
            let rows = rows.filter(|row| !row.cells.is_empty()).collect();
            Grid { hidden, rows, merges, ..Grid::new(&Arc::from("du-lieu/Năm 2023.xlsx"), "Đối thoại") }
        },
    )
}

proptest! {
    #![proptest_config(few(200))]

    #[test]
    fn any_grid_is_read_without_panic_and_no_cell_twice(grid in grid()) {
        let lexicon = Lexicon::new(&CATALOGUE, UnitNames::new(&UNITS, &CATALOGUE.words));
        let reading = read_alone(&grid, &lexicon);
        let mut used = BTreeSet::new();
        for figure in &reading.figures {
            let cell = figure.source.cell;
            prop_assert!(grid.get(cell.row, cell.col).is_some(), "a figure from the empty cell {cell}");
            prop_assert!(used.insert(cell), "cell {cell} twice\n{grid:#?}");
        }
        let rows: BTreeSet<u32> = reading.records.iter().map(|record| record.row).collect();
        prop_assert_eq!(rows.len(), reading.records.len(), "a row that is two records");
        for record in &reading.records {
            prop_assert!(grid.row(record.row).is_some());
            let in_row = used.iter().find(|cell| cell.row == record.row);
            prop_assert!(in_row.is_none(), "row {} is a record and holds a figure", record.row + 1);
        }
        for said in &reading.diagnostics {
            prop_assert!(said.at.file.is_some() && !said.problem.message().is_empty());
        }
    }
}

/// The tables of a sheet, those side by side apart.
fn tables_of(grid: &Grid, lexicon: &Lexicon, found: &mut Vec<Tabled>) {
    let tables = locate::tables(grid, lexicon, &[]);
    for table in &tables.tables {
        found.push(Tabled {
            top: table.header.0,
            rows: table.body.iter().map(|row| row.index).collect(),
            headings: table
                .columns
                .iter()
                .map(|c| (c.col, c.path.iter().map(|(text, _)| text.clone()).collect()))
                .collect(),
        });
    }
    tables.beside.iter().for_each(|part| tables_of(part, lexicon, found));
}

/// Where a table's body stands and what heads its columns.
struct Tabled {
    top: u32,
    rows: Vec<u32>,
    headings: Vec<(u32, Vec<Arc<str>>)>,
}

proptest! {
    #![proptest_config(few(400))]

    /// Design 4.10: a number in a table is a figure, a record's, a stated total, an ordinal or the like by its heading, or it
    /// is named: its cell, its row, its column, its table.
    #[test]
    fn no_number_of_a_table_disappears(grid in grid()) {
        let lexicon = Lexicon::new(&CATALOGUE, UnitNames::new(&UNITS, &CATALOGUE.words));
        let reading = read_alone(&grid, &lexicon);
        let figures: BTreeSet<CellRef> = reading.figures.iter().map(|figure| figure.source.cell).collect();
        let items: BTreeSet<CellRef> = reading
            .records
            .iter()
            .flat_map(|record| record.items.iter().map(|(.., col)| CellRef::new(record.row, *col)))
            .collect();
        let said: Vec<CellRef> = reading.diagnostics.iter().filter_map(|said| said.at.area).map(|area| area.from).collect();
        let mut tables = Vec::new();
        tables_of(&grid, &lexicon, &mut tables);
        for table in &tables {
            let last = table.rows.last().copied().unwrap_or(table.top);
            let of_table = |cell: &&CellRef| (table.top..=last).contains(&cell.row);
            for &row in &table.rows {
                let cells = &grid.row(row).expect("the table's row").cells;
                let total = cells.iter().any(|(_, v)| matches!(v, Value::Text(t) if lexicon.is_total(t)));
                let grouped = cells.first().is_some_and(|(_, v)| matches!(v, Value::Text(_)));
                for (col, value) in cells {
                    let cell = CellRef::new(row, *col);
                    let number = matches!(value, Value::Number(_) | Value::Unusable | Value::Uncomputed | Value::Error(_));
                    let heading = table.headings.iter().find(|(c, _)| c == col).map(|(_, texts)| texts.as_slice()).unwrap_or_default();
                    let known = heading.iter().map(|text| lexicon.understand(text, Position::Cell)).any(|label| {
                        !label.headings.is_empty() || !label.fields.is_empty()
                    });
                    let first = table.headings.first().is_some_and(|(c, texts)| c == col && texts.is_empty());
                    if !number || total || grouped || known || first || figures.contains(&cell) || items.contains(&cell) {
                        continue;
                    }
                    let named = said.iter().filter(of_table).any(|at| {
                        at.row == row || at.col == *col || at.row == table.top
                    });
                    prop_assert!(named, "{cell} is neither used nor named\n{}\n{:?}", sketched(&grid), reading.diagnostics);
                }
            }
        }
    }
}

/// A grid as lines of cells, for a failed test.
fn sketched(grid: &Grid) -> String {
    let line = |row: &Row| {
        let cells: Vec<String> = row.cells.iter().map(|(col, value)| format!("{col}: {value:?}")).collect();
        format!("{}) {}\n", row.index + 1, cells.join(" | "))
    };
    let rows: String = grid.rows.iter().map(line).collect();
    format!("{rows}{:?}", grid.merges)
}
