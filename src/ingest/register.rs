//! The register's file (`don-vi.csv`, `don-vi.xlsx`) → the register, read through the same grids as the communes' files.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use chrono::NaiveDate;

use crate::base::cell::{CellRef, Value};
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
/// One sentence with the place: what cannot be read, a unit without a name, a parent that does not exist, a circle.
pub fn load(path: &Path, shown: &str, root: Option<&str>) -> Result<Register> {
    let bytes = std::fs::read(path)
        .map_err(|error| anyhow!(error).context(format!("không đọc được danh mục đơn vị {shown}")))?;
    let file: Arc<str> = shown.into();
    let grids =
        grid::read(&bytes, &file).map_err(|problem| anyhow!("danh mục đơn vị {shown}: {}", problem.message()))?;
    let grid = grids
        .into_iter()
        .find(|grid| !grid.rows.is_empty())
        .ok_or_else(|| anyhow!("danh mục đơn vị {shown} không có dòng nào"))?;
    let mut register = Register { units: Vec::new(), origin: Origin::File, root: OrgUnitId(0) };
    let parents = units(&grid, shown, &mut register)?;
    for (at, (parent, cell)) in parents.into_iter().enumerate() {
        let Some(parent) = parent else { continue };
        let found = find(&register, &parent).filter(|id| id.0 as usize != at);
        let Some(found) = found else {
            bail!(
                "danh mục đơn vị {shown}, ô {cell}: không có đơn vị \"{parent}\" để trực thuộc; ghi đúng mã hoặc tên của đơn vị cấp trên"
            );
        };
        register.units[at].parent = Some(found);
    }
    circle(&register, shown)?;
    register.root = match root {
        Some(name) => find(&register, name).ok_or_else(|| {
            anyhow!(
                "danh mục đơn vị {shown} không có \"{name}\" (mục unit trong danvan.toml); sửa cho khớp tên hoặc mã"
            )
        })?,
        None => register
            .ids()
            .find(|&id| register.unit(id).parent.is_none() && register.children(id).next().is_some())
            .or_else(|| register.ids().next())
            .ok_or_else(|| anyhow!("danh mục đơn vị {shown} không có đơn vị nào"))?,
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

/// By code, else by name.
fn find(register: &Register, text: &str) -> Option<OrgUnitId> {
    let wanted = fold::key(text);
    let by_code = register.ids().find(|&id| register.unit(id).code.eq_ignore_ascii_case(text.trim()));
    let mended = || {
        let zeros =
            |id: &OrgUnitId| register.unit(*id).code.trim_start_matches('0') == text.trim().trim_start_matches('0');
        register.ids().filter(|id| !register.unit(*id).code.is_empty()).find(zeros)
    };
    let by_name = || register.ids().find(|&id| fold::key(&register.unit(id).name) == wanted);
    by_code.or_else(by_name).or_else(mended)
}

type Parent = (Option<String>, CellRef);

fn units(grid: &Grid, shown: &str, register: &mut Register) -> Result<Vec<Parent>> {
    let (header, columns) = header(grid).ok_or_else(|| {
        let wanted: Vec<&str> = COLUMNS.iter().map(|(title, _)| *title).collect();
        anyhow!("danh mục đơn vị {shown}: không thấy dòng tiêu đề; cần các cột {}", wanted.join(", "))
    })?;
    let mut parents = Vec::new();
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
        parents.push((text(3), at(3).unwrap_or(CellRef::new(row.index, 0))));
    }
    if register.units.is_empty() {
        bail!("danh mục đơn vị {shown} không có đơn vị nào");
    }
    Ok(parents)
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

fn circle(register: &Register, shown: &str) -> Result<()> {
    for id in register.ids() {
        let mut at = register.unit(id).parent;
        let mut steps = 0;
        while let Some(parent) = at {
            steps += 1;
            if parent == id || steps > register.units.len() {
                bail!(
                    "danh mục đơn vị {shown}: \"{}\" trực thuộc chính nó; sửa cột Trực thuộc",
                    register.unit(id).name
                );
            }
            at = register.unit(parent).parent;
        }
    }
    Ok(())
}
