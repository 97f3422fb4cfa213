//! The register's file (`don-vi.csv`, `don-vi.xlsx`) → the register, read through the same grids as the communes' files.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use chrono::NaiveDate;

use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::base::fold;
use crate::base::record::OrgUnitId;
use crate::catalogue::register::{OrgUnit, Origin, Register};

use super::grid::{self, Grid, Row};
use super::value::date::{self, DateText};

/// The columns, and how their headings are known.
const COLUMNS: [(&str, &[&str]); 8] = [
    ("Mã", &["mã", "mã đơn vị", "mã số"]),
    ("Tên đơn vị", &["tên đơn vị", "đơn vị", "tên"]),
    ("Cấp", &["cấp", "loại", "loại đơn vị"]),
    ("Trực thuộc", &["trực thuộc", "mã cấp trên", "cấp trên", "thuộc"]),
    ("Hiệu lực từ", &["hiệu lực từ", "từ ngày", "có hiệu lực từ"]),
    ("Hiệu lực đến", &["hiệu lực đến", "đến ngày", "hết hiệu lực"]),
    ("Nhập vào", &["nhập vào", "sáp nhập vào", "chuyển thành"]),
    ("Tên khác", &["tên khác", "tên gọi khác", "cách viết khác"]),
];

/// Reads the register. `root`: the unit whose report this is, by name or code; without it, the one that has no parent.
///
/// # Errors
/// One sentence with the cell: what cannot be read, a unit without a name, a unit twice, a parent or successor that does
/// not exist, a validity that ends before it begins, a circle.
pub fn load(path: &Path, shown: &str, root: Option<&str>) -> Result<Register> {
    let bytes = std::fs::read(path)
        .map_err(|error| anyhow!(error).context(format!("không đọc được danh mục đơn vị {shown}")))?;
    let file: Arc<str> = shown.into();
    let empty = || anyhow!("danh mục đơn vị {shown} còn trống: cần dòng tiêu đề và mỗi đơn vị một dòng");
    if bytes.trim_ascii().is_empty() {
        return Err(empty());
    }
    let mut grids = grid::read(&bytes, &file).map_err(|problem| {
        let reason = match problem {
            Problem::FileUnreadable { reason } => reason,
            Problem::FileUnsupported { kind } => format!("đây là {kind}; cần tệp .xlsx hoặc .csv"),
            Problem::FileOverLimit { limit } => format!("vượt giới hạn an toàn ({limit})"),
            other => other.message(),
        };
        anyhow!("không đọc được danh mục đơn vị {shown}: {reason}")
    })?;
    grid::decode::decode(&mut grids);
    let grid = grids.into_iter().find(|grid| !grid.rows.is_empty()).ok_or_else(empty)?;
    let mut register = Register { units: Vec::new(), origin: Origin::File, root: OrgUnitId(0) };
    let written = units(&grid, shown, &mut register)?;
    let names: Vec<String> = register.units.iter().map(|unit| fold::key(&unit.name)).collect();
    let fault = |at: usize, column: usize, sentence: String| {
        let cell = written.cell(at, column);
        anyhow!("danh mục đơn vị {shown}, ô {cell}: {sentence}")
    };
    for (at, parent) in written.parents.iter().enumerate() {
        let Some(parent) = parent else { continue };
        let found = find(&register, &names, parent, Some(at)).ok_or_else(|| {
            let sentence = match find(&register, &names, parent, None) {
                Some(_) => format!("\"{}\" trực thuộc chính nó; sửa cột Trực thuộc", register.units[at].name),
                None => format!("không có đơn vị \"{parent}\" để trực thuộc; ghi đúng mã hoặc tên của đơn vị cấp trên"),
            };
            fault(at, 3, sentence)
        })?;
        register.units[at].parent = Some(found);
    }
    if let Some(at) = circle(&register) {
        let sentence = format!("\"{}\" trực thuộc chính nó qua đơn vị khác", register.units[at].name);
        return Err(fault(at, 3, sentence + "; sửa cột Trực thuộc"));
    }
    check(&register, &names, fault)?;
    register.root = match root {
        Some(name) => find(&register, &names, name, None).ok_or_else(|| {
            anyhow!(
                "danh mục đơn vị {shown} không có \"{name}\" (mục unit trong danvan.toml); sửa cho khớp tên hoặc mã"
            )
        })?,
        None => {
            let roots: Vec<OrgUnitId> = register.ids().filter(|&id| register.unit(id).parent.is_none()).collect();
            match roots[..] {
                [one] => one,
                // Whose report is it? The others' figures would be left out without a word.
                [first, second, ..] => bail!(
                    "danh mục đơn vị {shown}: {} đơn vị không trực thuộc đơn vị nào (\"{}\", \"{}\"…); ghi cột Trực thuộc, hoặc ghi đơn vị \
                     lập báo cáo ở mục unit của danvan.toml",
                    roots.len(),
                    register.unit(first).name,
                    register.unit(second).name
                ),
                [] => bail!("danh mục đơn vị {shown} không có đơn vị nào"),
            }
        }
    };
    Ok(register)
}

/// The register where there is no file: the office's own unit, and nothing below it yet.
pub fn from_data(root: Option<&str>) -> Register {
    let name = root.unwrap_or("Toàn bộ đơn vị").to_owned();
    let level = ["huyện", "tỉnh", "thành phố", "thị xã", "quận", "xã", "phường"]
        .into_iter()
        .find(|level| fold::key(&name).starts_with(&fold::key(level)))
        .unwrap_or("");
    let unit = OrgUnit {
        code: String::new(),
        name,
        level: level.into(),
        parent: None,
        valid_from: None,
        valid_to: None,
        merged_into: None,
        other_names: Vec::new(),
    };
    Register { units: vec![unit], origin: Origin::Data, root: OrgUnitId(0) }
}

/// By code, else by name (`names` are the units', folded); never the unit at `but`.
fn find(register: &Register, names: &[String], text: &str, but: Option<usize>) -> Option<OrgUnitId> {
    let wanted = fold::key(text);
    let ids = || register.ids().filter(|id| Some(id.0 as usize) != but);
    let by_code = ids().find(|&id| register.unit(id).code.eq_ignore_ascii_case(text.trim()));
    let mended = || {
        let zeros =
            |id: &OrgUnitId| register.unit(*id).code.trim_start_matches('0') == text.trim().trim_start_matches('0');
        ids().filter(|id| !register.unit(*id).code.is_empty()).find(zeros)
    };
    let by_name = || ids().find(|&id| names[id.0 as usize] == wanted);
    by_code.or_else(by_name).or_else(mended)
}

/// What stands in the file beside the units themselves.
struct Written {
    columns: [Option<u32>; 8],
    /// Of each unit.
    rows: Vec<u32>,
    parents: Vec<Option<String>>,
}

impl Written {
    fn cell(&self, unit: usize, column: usize) -> CellRef {
        CellRef::new(self.rows[unit], self.columns[column].unwrap_or_default())
    }
}

/// What the rows say against each other or against themselves.
fn check(register: &Register, names: &[String], fault: impl Fn(usize, usize, String) -> anyhow::Error) -> Result<()> {
    let name = |at: usize| &register.units[at].name;
    let mut alike: HashMap<(usize, Option<OrgUnitId>, String), Vec<usize>> = HashMap::new();
    for (at, unit) in register.units.iter().enumerate() {
        if let (Some(from), Some(to)) = (unit.valid_from, unit.valid_to)
            && to < from
        {
            let sentence = format!("\"{}\" hết hiệu lực trước khi có hiệu lực; sửa một trong hai ngày", unit.name);
            return Err(fault(at, 5, sentence));
        }
        // A unit that was divided went into several.
        for into in unit.merged_into.iter().flat_map(|into| into.split([';', ','])).map(str::trim) {
            if !into.is_empty() && find(register, names, into, Some(at)).is_none() {
                let sentence = format!("không có đơn vị \"{into}\" để nhập vào; ghi đúng mã hoặc tên của đơn vị đó");
                return Err(fault(at, 6, sentence));
            }
        }
        // A code may be given anew once its unit is gone, and a name too.
        let code = (!unit.code.is_empty()).then(|| (0, None, unit.code.to_lowercase()));
        for key in code.into_iter().chain([(1, unit.parent, names[at].clone())]) {
            let column = key.0;
            let earlier = alike.entry(key).or_default();
            if let Some(&other) = earlier.iter().find(|&&other| overlap(unit, &register.units[other])) {
                let sentence = match column {
                    0 => format!("mã {} đã dùng cho \"{}\"", unit.code, name(other)),
                    _ => format!("đơn vị \"{}\" đã có ở trên", unit.name),
                };
                let help = "; bỏ một dòng, hoặc ghi ngày hiệu lực không trùng nhau";
                return Err(fault(at, column, sentence + help));
            }
            earlier.push(at);
        }
    }
    Ok(())
}

fn overlap(a: &OrgUnit, b: &OrgUnit) -> bool {
    let ends_before =
        |a: &OrgUnit, b: &OrgUnit| matches!((a.valid_to, b.valid_from), (Some(to), Some(from)) if to < from);
    !ends_before(a, b) && !ends_before(b, a)
}

fn units(grid: &Grid, shown: &str, register: &mut Register) -> Result<Written> {
    let (header, columns) = header(grid).ok_or_else(|| {
        let wanted: Vec<&str> = COLUMNS.iter().map(|(title, _)| *title).collect();
        anyhow!("danh mục đơn vị {shown}: không thấy dòng tiêu đề; cần các cột {}", wanted.join(", "))
    })?;
    let mut written = Written { columns, rows: Vec::new(), parents: Vec::new() };
    for row in grid.rows.iter().filter(|row| row.index > header) {
        let at = |column: usize| columns[column].map(|col| CellRef::new(row.index, col));
        let text = |column: usize| columns[column].and_then(|col| text_of(row, col)).filter(|text| !text.is_empty());
        let Some(name) = text(1) else {
            if row.cells.is_empty() || text(0).is_none() {
                continue;
            }
            let cell = at(1).unwrap_or(CellRef::new(row.index, 0));
            bail!("danh mục đơn vị {shown}, ô {cell}: thiếu tên đơn vị");
        };
        let day = |column: usize| -> Result<Option<NaiveDate>> {
            let Some(value) = columns[column].and_then(|col| row.get(col)) else { return Ok(None) };
            let day = match value {
                Value::Date(day) => Some(*day),
                Value::Text(text) => match date::parse(text) {
                    DateText::Day(day) => Some(day),
                    DateText::Blank => return Ok(None),
                    _ => None,
                },
                _ => None,
            };
            let cell = at(column).unwrap_or(CellRef::new(row.index, 0));
            day.map(Some).ok_or_else(|| anyhow!("danh mục đơn vị {shown}, ô {cell}: cần một ngày, ví dụ 01/01/2020"))
        };
        let type_word = name.split_whitespace().next().unwrap_or_default().to_lowercase();
        register.units.push(OrgUnit {
            code: text(0).unwrap_or_default(),
            level: text(2).unwrap_or(type_word),
            parent: None,
            valid_from: day(4)?,
            valid_to: day(5)?,
            merged_into: text(6),
            other_names: text(7)
                .map(|all| all.split([';', ',']).map(|name| name.trim().to_owned()).filter(|n| !n.is_empty()).collect())
                .unwrap_or_default(),
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
        });
        written.parents.push(text(3));
        written.rows.push(row.index);
    }
    if register.units.is_empty() {
        bail!("danh mục đơn vị {shown} chưa có đơn vị nào dưới dòng tiêu đề");
    }
    Ok(written)
}

fn header(grid: &Grid) -> Option<(u32, [Option<u32>; 8])> {
    grid.rows.iter().take(20).find_map(|row| {
        let mut columns = [None; 8];
        for (col, value) in &row.cells {
            let Value::Text(text) = value else { continue };
            let key = fold::key(text);
            let known = COLUMNS.iter().position(|(_, names)| names.iter().any(|name| fold::key(name) == key));
            if let Some(at) = known {
                columns[at].get_or_insert(*col);
            }
        }
        // A name and one more: else it is a title.
        (columns[1].is_some() && columns.iter().flatten().count() >= 2).then_some((row.index, columns))
    })
}

fn text_of(row: &Row, col: u32) -> Option<String> {
    match row.get(col)? {
        Value::Text(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A unit that stands above itself.
fn circle(register: &Register) -> Option<usize> {
    let above = |id| std::iter::successors(Some(id), |&id| register.unit(id).parent).skip(1).take(register.units.len());
    register.ids().find(|&id| above(id).any(|parent| parent == id)).map(|id| id.0 as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Mã,Tên đơn vị,Cấp,Trực thuộc,Hiệu lực từ,Hiệu lực đến,Nhập vào\n1,Huyện A,huyện,,,,\n";

    fn read(text: &str) -> Result<Register, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("don-vi.csv");
        std::fs::write(&path, text).unwrap();
        load(&path, "don-vi.csv", Some("1")).map_err(|error| error.to_string())
    }

    #[test]
    fn of_several_roots_none_is_chosen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("don-vi.csv");
        std::fs::write(&path, "Tên đơn vị,Cấp\nXã A,xã\nXã B,xã\n").unwrap();
        let error = load(&path, "don-vi.csv", None).unwrap_err().to_string();
        assert!(error.contains("2 đơn vị không trực thuộc đơn vị nào"), "{error}");
        assert_eq!(load(&path, "don-vi.csv", Some("Xã B")).unwrap().root, OrgUnitId(1));
    }

    #[test]
    fn a_unit_may_take_over_what_another_left() {
        for rows in [
            "2,Xã B,xã,1,01/03/2020,,\n2,Xã C,xã,1,,29/02/2020,Xã B\n",
            "2,Xã B,xã,1,,29/02/2020,3\n3,Xã B,xã,1,01/03/2020,,\n",
            "2,Xã B,xã,1,,,\n3,Xã C,xã,1,,29/02/2020,\"Xã B; 1\"\n",
            ",Xã B,xã,1,,,\n,Xã C,xã,1,,,\n,Huyện D,huyện,,,,\n,Xã B,xã,Huyện D,,,\n",
        ] {
            read(&format!("{HEADER}{rows}")).unwrap_or_else(|error| panic!("{rows}{error}"));
        }
    }

    #[test]
    fn what_cannot_be_right_is_said_with_its_cell() {
        for (rows, expected) in [
            ("2,Xã B,xã,1,,,\n2,Xã C,xã,1,,,\n", "ô A4: mã 2 đã dùng cho \"Xã B\""),
            ("2,Xã B,xã,1,,29/02/2020,\n2,Xã C,xã,1,29/02/2020,,\n", "ô A4: mã 2 đã dùng"),
            ("2,Xã B,xã,1,,,\n3,xã  B,xã,1,,,\n", "ô B4: đơn vị \"xã B\" đã có ở trên"),
            ("2,Xã B,xã,1,,29/02/2020,Xã Z\n", "ô G3: không có đơn vị \"Xã Z\" để nhập vào"),
            ("2,Xã B,xã,1,,29/02/2020,Xã B\n", "ô G3: không có đơn vị \"Xã B\" để nhập vào"),
            ("2,Xã B,xã,1,01/03/2020,29/02/2020,\n", "ô F3: \"Xã B\" hết hiệu lực trước khi có hiệu lực"),
            ("2,Xã B,xã,2,,,\n", "ô D3: \"Xã B\" trực thuộc chính nó; sửa"),
            ("2,Xã B,xã,3,,,\n3,Xã C,xã,2,,,\n", "ô D3: \"Xã B\" trực thuộc chính nó qua đơn vị khác"),
            ("2,Xã B,xã,9,,,\n", "ô D3: không có đơn vị \"9\" để trực thuộc"),
        ] {
            let error = read(&format!("{HEADER}{rows}")).err().unwrap_or_default();
            assert!(error.starts_with(&format!("danh mục đơn vị don-vi.csv, {expected}")), "{rows}{error}");
        }
        let titles = HEADER.lines().next().unwrap();
        for (text, expected) in [
            ("", "danh mục đơn vị don-vi.csv còn trống"),
            ("\n\n", "danh mục đơn vị don-vi.csv còn trống"),
            (&";;\n".repeat(3), "danh mục đơn vị don-vi.csv còn trống"),
            (titles, "danh mục đơn vị don-vi.csv chưa có đơn vị nào"),
            ("%PDF-1.7", "không đọc được danh mục đơn vị don-vi.csv: đây là tệp PDF; cần tệp .xlsx hoặc .csv"),
        ] {
            assert!(read(text).unwrap_err().starts_with(expected), "{text:?} {:?}", read(text));
        }
    }
}
