//! `danvan units`: the register of units, as a tree.

use clap::Args;

use danvan::base::record::OrgUnitId;
use danvan::catalogue::register::Register;
use danvan::report::document::{Cell, Row, Table};
use danvan::run;

use super::terminal::{self, Terminal};
use super::{Common, Exit, table};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan units [TÙY CHỌN]")]
pub struct Options {}

pub fn run(_: Options, common: &Common, terminal: &Terminal) -> anyhow::Result<Exit> {
    match run::units(&common.workspace)? {
        Some(register) => terminal::stdout(table::text(&tree(&register)).as_bytes()),
        None => {
            if !terminal.is_quiet() {
                terminal::stderr_line(
                    "Chưa có danh mục đơn vị (don-vi.xlsx hoặc don-vi.csv trong thư mục làm việc): \
                     khi lập báo cáo, đơn vị được lấy theo tên ghi trong số liệu.",
                );
            }
            Ok(Exit::Done)
        }
    }
}

/// Each unit under the one that it belongs to.
fn tree(register: &Register) -> Table {
    let mut rows = Vec::new();
    let mut open: Vec<OrgUnitId> = register.ids().filter(|&id| register.unit(id).parent.is_none()).collect();
    open.reverse();
    while let Some(id) = open.pop() {
        let unit = register.unit(id);
        let date = |day: Option<chrono::NaiveDate>| day.map(|day| day.format("%d/%m/%Y").to_string());
        let valid = match (date(unit.valid_from), date(unit.valid_to)) {
            (None, None) => String::new(),
            (Some(from), None) => format!("từ {from}"),
            (None, Some(to)) => format!("đến {to}"),
            (Some(from), Some(to)) => format!("từ {from} đến {to}"),
        };
        let merged = unit.merged_into.as_ref().map(|into| format!("nhập vào {into}"));
        let valid = [valid].into_iter().chain(merged).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
        let parent = unit.parent.map(|id| register.unit(id).name.as_str()).unwrap_or_default();
        let name = format!("{}{}", "  ".repeat(register.depth(id)), unit.name);
        let cells = [unit.code.as_str(), &name, &unit.level, parent, &valid].into_iter().map(Cell::text).collect();
        rows.push(Row { cells, ..Row::default() });
        let children: Vec<OrgUnitId> = register.children(id).collect();
        open.extend(children.into_iter().rev());
    }
    let headers = ["Mã", "Tên đơn vị", "Cấp", "Trực thuộc", "Hiệu lực"];
    Table { columns: headers.into_iter().map(table::column).collect(), rows, ..Table::default() }
}

#[cfg(test)]
mod tests {
    use danvan::catalogue::register::{OrgUnit, Origin};

    use super::*;

    #[test]
    fn units_stand_under_their_parents() {
        let unit = |code: &str, name: &str, parent: Option<u32>, merged: Option<&str>| OrgUnit {
            code: code.into(),
            name: name.into(),
            level: if parent.is_some() { "xã" } else { "huyện" }.into(),
            parent: parent.map(OrgUnitId),
            valid_from: None,
            valid_to: merged.map(|_| "2025-06-30".parse().unwrap()),
            merged_into: merged.map(str::to_owned),
            other_names: vec![],
        };
        let register = Register {
            units: vec![
                unit("02947", "Xã Bảo Hà", Some(1), None),
                unit("BY", "Huyện Bảo Yên", None, None),
                unit("02953", "Xã Kim Sơn", Some(1), Some("Xã Bảo Hà")),
            ],
            origin: Origin::File,
            root: OrgUnitId(1),
        };
        let expected = "\
┌───────┬───────────────┬───────┬───────────────┬────────────────────────────────────┐
│ Mã    ┆ Tên đơn vị    ┆ Cấp   ┆ Trực thuộc    ┆ Hiệu lực                           │
╞═══════╪═══════════════╪═══════╪═══════════════╪════════════════════════════════════╡
│ BY    ┆ Huyện Bảo Yên ┆ huyện ┆               ┆                                    │
│ 02947 ┆   Xã Bảo Hà   ┆ xã    ┆ Huyện Bảo Yên ┆                                    │
│ 02953 ┆   Xã Kim Sơn  ┆ xã    ┆ Huyện Bảo Yên ┆ đến 30/06/2025; nhập vào Xã Bảo Hà │
└───────┴───────────────┴───────┴───────────────┴────────────────────────────────────┘
";
        assert_eq!(table::text(&tree(&register)), expected);
    }
}
