//! `danvan forms`: what the catalogue holds.

use clap::Args;

use danvan::base::record::FormId;
use danvan::catalogue::Catalogue;
use danvan::report::document::{Cell, Column, Row, Table};
use danvan::run;

use super::{Common, Exit, table, terminal};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan forms [BIỂU] [TÙY CHỌN]")]
pub struct Options {
    /// Mã hoặc tên biểu: xem kỹ biểu này, với các cách ghi tiêu đề và phân loại mà chương trình hiểu
    #[arg(value_name = "BIỂU")]
    form: Option<String>,
}

pub fn run(options: Options, common: &Common) -> anyhow::Result<Exit> {
    let catalogue = run::forms(&common.workspace)?;
    let tables = match &options.form {
        Some(name) => closely(&catalogue, run::form_named(&catalogue, name)?),
        None => catalogue.form_ids().map(|form| indicators(&catalogue, form, &[])).collect(),
    };
    let text: Vec<String> = tables.iter().map(table::text).collect();
    terminal::stdout(text.join("\n").as_bytes())
}

/// The indicators of a form; `understood` heads a column of the phrases that name each.
fn indicators(catalogue: &Catalogue, form: FormId, understood: &[&str]) -> Table {
    let rows = catalogue.indicators_of(form).map(|id| {
        let indicator = catalogue.indicator(id);
        let title = match indicator.reported {
            true => indicator.title.clone(),
            false => format!("{} (không đưa vào báo cáo)", indicator.title),
        };
        let mut cells = texts([&indicator.id, &title, &indicator.measure.symbol]);
        if !understood.is_empty() {
            let names = indicator.names.iter().chain(&indicator.also).map(String::as_str);
            cells.push(Cell::text(names.collect::<Vec<_>>().join("; ")));
        }
        Row { cells, ..Row::default() }
    });
    Table {
        title: format!("{} ({})", catalogue.form(form).title, catalogue.form(form).id),
        columns: columns(&[&["Mã chỉ tiêu", "Tên chỉ tiêu", "Đơn vị tính"], understood].concat()),
        rows: rows.collect(),
        ..Table::default()
    }
}

/// A form's indicators, then the columns that its lists may have, then the categories of those.
fn closely(catalogue: &Catalogue, id: FormId) -> Vec<Table> {
    let form = catalogue.form(id);
    let row = |cells: Vec<Cell>| Row { cells, ..Row::default() };
    let fields = form.fields.iter().map(|field| {
        let kept = if field.personal { "không lưu nội dung" } else { "" };
        row(texts([&field.title, &field.names.join("; "), kept]))
    });
    let categories = form.fields.iter().flat_map(|field| {
        let of_field = move |category: &danvan::catalogue::form::Category| {
            row(texts([&field.title, &category.title, &category.names.join("; ")]))
        };
        field.categories.iter().map(of_field)
    });
    let mut tables = vec![
        indicators(catalogue, id, &["Cách ghi được hiểu"]),
        Table {
            title: "Cột của danh sách chi tiết".into(),
            columns: columns(&["Cột", "Cách ghi được hiểu", "Dữ liệu cá nhân"]),
            rows: fields.collect(),
            ..Table::default()
        },
        Table {
            title: "Phân loại".into(),
            columns: columns(&["Theo", "Loại", "Cách ghi được hiểu"]),
            rows: categories.collect(),
            ..Table::default()
        },
    ];
    tables.retain(|table| !table.rows.is_empty());
    tables
}

fn columns(headers: &[&str]) -> Vec<Column> {
    headers.iter().map(|header| table::column(header)).collect()
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<Cell> {
    texts.into_iter().map(Cell::text).collect()
}
