//! What danvan is measured against: the libraries it stands on, doing the least that any such program must do.
//!
//!     cargo bench --bench bare -- read PATH…      workbooks into dense ranges, a file a task on all cores, and nothing else
//!     cargo bench --bench bare -- grids PATH…     the same files into danvan's own grids, and nothing else
//!     cargo bench --bench bare -- scan FILE.csv   the rows of a text file as bytes, and nothing else
//!     cargo bench --bench bare -- write FILE.xlsx the cells of its sheets "Dữ liệu …" into a new workbook; prints the seconds
//!
//! It reports no figure, checks nothing and knows no form. `README.md` beside this file says how both are compared.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use calamine::{Data, Reader, Xlsx, open_workbook};
use rayon::prelude::*;
use rust_xlsxwriter::Workbook;
use walkdir::WalkDir;

fn main() -> Result<()> {
    // `cargo bench` adds a word of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let paths: Vec<&Path> = words.iter().skip(1).map(Path::new).collect();
    match (words.first().map(String::as_str), paths.as_slice()) {
        (Some("read"), [_, ..]) => each(&paths, dense),
        (Some("grids"), [_, ..]) => each(&paths, grids),
        (Some("scan"), [path]) => scan(path),
        (Some("write"), [path]) => write(path),
        // Nothing to compare with when all benchmarks are run.
        _ => Ok(()),
    }
}

/// Every workbook below the paths, a file a task.
fn each(paths: &[&Path], read: impl Fn(&Path) -> Result<()> + Sync) -> Result<()> {
    let found = paths.iter().flat_map(WalkDir::new).filter_map(Result::ok);
    let is_workbook = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "xlsx");
    let mut files: Vec<PathBuf> = found.map(walkdir::DirEntry::into_path).filter(is_workbook).collect();
    files.sort();
    if files.is_empty() {
        bail!("no workbook in {paths:?}");
    }
    files.par_iter().try_for_each(|path| read(path).with_context(|| path.display().to_string()))
}

fn dense(path: &Path) -> Result<()> {
    let mut workbook: Xlsx<_> = open_workbook(path)?;
    for sheet in workbook.sheet_names() {
        black_box(workbook.worksheet_range(&sheet)?);
    }
    Ok(())
}

fn grids(path: &Path) -> Result<()> {
    let grids = danvan::ingest::grid::read(&std::fs::read(path)?, &path.to_string_lossy().into());
    black_box(grids.map_err(|problem| anyhow::anyhow!(problem.message()))?);
    Ok(())
}

fn scan(path: &Path) -> Result<()> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path)?;
    let mut row = csv::ByteRecord::new();
    while rows.read_byte_record(&mut row)? {
        black_box(&row);
    }
    Ok(())
}

fn write(path: &Path) -> Result<()> {
    let mut workbook: Xlsx<_> = open_workbook(path)?;
    let names = workbook.sheet_names().into_iter().filter(|name| name.starts_with("Dữ liệu"));
    let sheets = names.map(|name| workbook.worksheet_range(&name)).collect::<Result<Vec<_>, _>>()?;
    let cells: usize = sheets.iter().map(|sheet| sheet.used_cells().count()).sum();

    let started = Instant::now();
    let mut copy = Workbook::new();
    for sheet in &sheets {
        let sheet_copy = copy.add_worksheet();
        let (top, left) = sheet.start().unwrap_or_default();
        for (row, column, value) in sheet.used_cells() {
            let (row, column) = (top + row as u32, left as u16 + column as u16);
            match value {
                Data::Float(number) => sheet_copy.write(row, column, *number)?,
                Data::Int(number) => sheet_copy.write(row, column, *number as f64)?,
                Data::DateTime(date) => sheet_copy.write(row, column, date.as_f64())?,
                other => sheet_copy.write(row, column, other.to_string())?,
            };
        }
    }
    black_box(copy.save_to_buffer()?);
    println!("{cells} cells: {:.3} s", started.elapsed().as_secs_f64());
    Ok(())
}
