//! xlsx and xlsm → grids, by a scanner of our own: each sheet in one pass over its bytes as they are inflated.
//!
//! It reads what Excel, LibreOffice and the libraries of this trade write, and is strict: an element, an attribute or a text that it does
//! not expect among the cells is damage, never passed over. What may be legal and is only unusual (prefixed tags, another namespace or
//! encoding, numbers that are none) it does not guess at: [`Stop::Unknown`], and another reader takes the file.

mod sheet;
mod strings;
mod styles;
mod xml;

use std::cell::RefCell;

use std::sync::Arc;

use crate::base::cell::Value;
use crate::base::diagnostic::Problem;
use crate::base::fold;
use crate::ingest::limits;

use super::Grid;
use super::guard::Archive;
use strings::Texts;
use styles::Style;
use xml::{Event, Part, Result, Stop};

/// What the sheets of a workbook share.
#[derive(Default)]
struct Book {
    strings: Vec<Option<Arc<str>>>,
    styles: Vec<Style>,
    /// Days are counted from 1904.
    from_1904: bool,
}

/// What a thread keeps from one workbook to the next.
#[derive(Default)]
struct Scratch {
    window: Vec<u8>,
    cells: Vec<(u32, Value)>,
    text: String,
}

/// Bytes of a window that is kept.
const KEPT_WINDOW: usize = 1 << 20;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// The sheets of a workbook, in its order; `None`: there is something in it that this reader does not know.
pub fn grids(archive: &mut Archive, file: &Arc<str>) -> Option<std::result::Result<Vec<Grid>, Problem>> {
    // Taken out and put back, so that a panic leaves nothing half-used behind.
    let mut scratch = SCRATCH.take();
    let read = Workbook { archive, file, scratch: &mut scratch }.grids();
    scratch.window.truncate(KEPT_WINDOW);
    scratch.window.shrink_to(KEPT_WINDOW);
    SCRATCH.set(scratch);
    match read {
        Ok(grids) => Some(Ok(grids)),
        Err(Stop::Unknown) => None,
        Err(Stop::Refused(problem)) => Some(Err(*problem)),
        Err(Stop::Damaged | Stop::More) => Some(Err(unreadable(DAMAGED.into()))),
    }
}

const DAMAGED: &str = "tệp Excel hỏng hoặc không đúng định dạng";

fn unreadable(reason: String) -> Problem {
    Problem::FileUnreadable { reason }
}

struct Workbook<'a, 'b> {
    archive: &'a mut Archive<'b>,
    file: &'a Arc<str>,
    scratch: &'a mut Scratch,
}

/// A part that another one names: by its kind (the end of its type's address).
struct Relation {
    id: String,
    kind: String,
    target: String,
}

struct Listed {
    name: String,
    hidden: bool,
    relation: String,
}

impl Workbook<'_, '_> {
    fn grids(&mut self) -> Result<Vec<Grid>> {
        let package = self.part("_rels/.rels", relations)?.ok_or(Stop::Unknown)?;
        let main = package.iter().find(|relation| relation.kind == "officeDocument").ok_or(Stop::Unknown)?;
        let main = path("", &main.target)?;
        let (folder, name) = main.rsplit_once('/').map_or(("", &main[..]), |(folder, name)| (folder, name));
        let beside = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let parts = self.part(&beside(&format!("_rels/{name}.rels")), relations)?.ok_or(Stop::Unknown)?;
        let (listed, from_1904) = self.part(&main, workbook)?.ok_or(Stop::Unknown)?;
        if listed.is_empty() {
            return Err(Stop::Unknown);
        }
        if listed.len() > limits::SHEETS {
            return Err(limits::exceeded("quá", limits::SHEETS as u64, "trang tính").into());
        }
        let of_kind = |kind: &str, name: &str| match parts.iter().find(|relation| relation.kind == kind) {
            Some(relation) => path(folder, &relation.target),
            None => Ok(beside(name)),
        };
        let book = Book {
            strings: self.part(&of_kind("sharedStrings", "sharedStrings.xml")?, strings::shared)?.unwrap_or_default(),
            styles: self.part(&of_kind("styles", "styles.xml")?, styles::styles)?.unwrap_or_default(),
            from_1904,
        };
        let mut texts = Texts::default();
        let mut grids = Vec::with_capacity(listed.len());
        for sheet in listed {
            let relation = parts.iter().find(|relation| relation.id == sheet.relation).ok_or(Stop::Unknown)?;
            match &relation.kind[..] {
                "worksheet" => {}
                // These have no cells.
                "chartsheet" | "dialogsheet" => continue,
                _ => return Err(Stop::Unknown),
            }
            let shown = fold::nfc(sheet.name.trim());
            let mut grid = Grid { hidden: sheet.hidden, ..Grid::new(self.file, &shown) };
            let mut cells = std::mem::take(&mut self.scratch.cells);
            let mut text = std::mem::take(&mut self.scratch.text);
            let mut reader = sheet::Reader::new(&book, &mut texts, &mut cells, &mut text, &mut grid);
            let read = self.part(&path(folder, &relation.target)?, |part| reader.read(part));
            let found = match read {
                Err(Stop::Damaged | Stop::More) => {
                    let row = reader.row();
                    let row = if row > 0 { format!(", gần dòng {row}") } else { String::new() };
                    return Err(unreadable(format!("{DAMAGED} (trang tính {shown}{row})")).into());
                }
                read => read?,
            };
            (self.scratch.cells, self.scratch.text) = (cells, text);
            if !found.unwrap_or_default() {
                let reason = format!("thiếu nội dung của trang tính {shown}, tệp có thể đã hỏng");
                return Err(unreadable(reason).into());
            }
            grids.push(grid);
        }
        Ok(grids)
    }

    /// What is read from a part; `None` where there is none of this name.
    fn part<T>(&mut self, name: &str, read: impl FnOnce(&mut Part) -> Result<T>) -> Result<Option<T>> {
        let same = |own: &[u8]| {
            own.len() == name.len()
                && own
                    .iter()
                    .zip(name.bytes())
                    .all(|(own, byte)| own.eq_ignore_ascii_case(&byte) || *own == b'\\' && byte == b'/')
        };
        let mut found = self.archive.file_names_raw().enumerate().filter(|(_, own)| same(own)).map(|(at, _)| at);
        let Some(at) = found.next() else { return Ok(None) };
        // Two parts of one name but for its case: which is meant is not ours to say.
        if found.next().is_some() {
            return Err(Stop::Unknown);
        }
        drop(found);
        let mut from = self.archive.by_index(at).map_err(|_| Stop::Unknown)?;
        let size = from.size();
        let mut part = Part::new(&mut from, std::mem::take(&mut self.scratch.window), size)?;
        let given = read(&mut part)?;
        self.scratch.window = part.into_window();
        Ok(Some(given))
    }
}

/// A part's name in the archive, from the folder of the part that names it.
fn path(folder: &str, target: &str) -> Result<String> {
    let path = match target.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None if folder.is_empty() => target.to_owned(),
        None => format!("{folder}/{target}"),
    };
    if path.split('/').any(|step| matches!(step, "" | "." | "..")) { Err(Stop::Unknown) } else { Ok(path) }
}

/// Workbooks as Excel has written them since 2007; those of the stricter standard have other names for the same things.
fn known_namespace(value: &[u8]) -> Result<()> {
    match value {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        | b"http://schemas.openxmlformats.org/package/2006/relationships" => Ok(()),
        _ => Err(Stop::Unknown),
    }
}

/// Begins a part with its root, whose attributes `told` sees; whether it has no content.
fn open(part: &mut Part, root: &[u8], mut told: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<bool> {
    loop {
        match part.event()? {
            Event::Text(text) if xml::is_blank_text(text) => {}
            Event::Open { name, mut attributes, empty } if name == root => {
                while let Some((name, value)) = attributes.next()? {
                    if name == b"xmlns" {
                        known_namespace(value)?;
                    }
                    told(name, value)?;
                }
                return Ok(empty);
            }
            _ => return Err(Stop::Unknown),
        }
    }
}

/// Goes on to the end of a part whose root is open: past the elements named, and nothing else.
fn close(part: &mut Part, known: &[&[u8]]) -> Result<()> {
    loop {
        let depth = part.depth();
        match part.event()? {
            Event::Open { name, .. } if depth == 1 && !known.contains(&name) => return Err(Stop::Damaged),
            Event::Open { .. } if depth == 0 => return Err(Stop::Damaged),
            Event::Text(text) if depth < 2 && !xml::is_blank_text(text) => return Err(Stop::Damaged),
            Event::End => return Ok(()),
            _ => {}
        }
    }
}

fn relations(part: &mut Part) -> Result<Vec<Relation>> {
    open(part, b"Relationships", |_, _| Ok(()))?;
    let mut relations = Vec::new();
    loop {
        let depth = part.depth();
        match part.event()? {
            Event::Open { name: b"Relationship", mut attributes, .. } if depth == 1 => {
                let (mut id, mut kind, mut target) = (None, None, None);
                while let Some((name, value)) = attributes.next()? {
                    match name {
                        b"Id" => id = Some(xml::decoded(value)?),
                        b"Type" => kind = Some(xml::decoded(value)?),
                        b"Target" => target = Some(xml::decoded(value)?),
                        _ => {}
                    }
                }
                let (Some(id), Some(kind), Some(target)) = (id, kind, target) else { return Err(Stop::Damaged) };
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { id, kind, target });
            }
            Event::Open { .. } => return Err(Stop::Damaged),
            Event::Text(text) if !xml::is_blank_text(text) => return Err(Stop::Damaged),
            Event::Text(_) | Event::Close => {}
            Event::End => return Ok(relations),
        }
    }
}

/// The sheets that a workbook lists, and whether its days are counted from 1904.
fn workbook(part: &mut Part) -> Result<(Vec<Listed>, bool)> {
    open(part, b"workbook", |_, _| Ok(()))?;
    let (mut listed, mut from_1904) = (Vec::new(), false);
    let mut sheets = false;
    loop {
        let depth = part.depth();
        match part.event()? {
            Event::Open { name: b"workbookPr", mut attributes, .. } if depth == 1 => {
                while let Some((name, value)) = attributes.next()? {
                    if name == b"date1904" {
                        from_1904 = xml::truth(value)?;
                    }
                }
            }
            Event::Open { name, .. } if depth == 1 => sheets = name == b"sheets",
            Event::Open { name, mut attributes, .. } if depth == 2 && sheets => {
                if name != b"sheet" {
                    return Err(Stop::Damaged);
                }
                let (mut name, mut hidden, mut relation) = (None, false, None);
                while let Some((key, value)) = attributes.next()? {
                    match key {
                        b"name" => name = Some(xml::decoded(value)?),
                        b"state" => hidden = value != b"visible",
                        key if key.ends_with(b":id") => relation = Some(xml::decoded(value)?),
                        _ => {}
                    }
                }
                let (Some(name), Some(relation)) = (name, relation) else { return Err(Stop::Damaged) };
                listed.push(Listed { name, hidden, relation });
            }
            Event::Open { .. } if depth == 0 || sheets => return Err(Stop::Damaged),
            Event::Text(text) if (depth < 2 || sheets) && !xml::is_blank_text(text) => return Err(Stop::Damaged),
            Event::Open { .. } | Event::Text(_) | Event::Close => {}
            Event::End => return Ok((listed, from_1904)),
        }
    }
}

#[cfg(test)]
mod throwaway {
    use super::*;
    use crate::ingest::grid::{excel, guard};

    #[test]
    fn compare() {
        let Ok(folders) = std::env::var("DANVAN_COMPARE") else { return };
        let (mut files, mut own, mut handed, mut cells, mut differ, mut refused) = (0, 0, 0, 0, 0, 0);
        for entry in folders.split(':').flat_map(walkdir::WalkDir::new).filter_map(|e| e.ok()) {
            let path = entry.path();
            if !path.extension().is_some_and(|e| e == "xlsx" || e == "xlsm" || e == "xls") { continue }
            let bytes = std::fs::read(path).unwrap();
            if !bytes.starts_with(b"PK") { continue }
            files += 1;
            let name: Arc<str> = path.display().to_string().into();
            let Ok(mut archive) = guard::archive(&bytes) else { println!("{name}: guard refuses"); refused += 1; continue };
            let old = match guard::check_zip(&bytes) {
                Err(problem) => Err(problem),
                Ok(()) => std::panic::catch_unwind(|| excel::grids(&bytes, &name)).unwrap_or(Err(unreadable("panic".into()))),
            };
            match grids(&mut archive, &name) {
                None => { handed += 1; println!("{name}: handed over; calamine {:?}", old.as_ref().map(|g| g.len())) }
                Some(new) => {
                    own += 1;
                    match (&new, &old) {
                        (Ok(new), Ok(old)) => {
                            if new.len() != old.len() { differ += 1; println!("{name}: {} sheets, calamine {}", new.len(), old.len()); continue }
                            for (a, b) in new.iter().zip(old) {
                                cells += a.rows.iter().map(|r| r.cells.len()).sum::<usize>();
                                let same_rows = a.rows.len() == b.rows.len() && a.rows.iter().zip(&b.rows).all(|(x, y)| x.index == y.index && x.cells == y.cells && format!("{:?}", x.cells) == format!("{:?}", y.cells));
                                if a.name != b.name || a.hidden != b.hidden || a.merges != b.merges || !same_rows {
                                    differ += 1;
                                    println!("{name} {}: differs: {} rows/{}; merges {}/{}", a.name.sheet, a.rows.len(), b.rows.len(), a.merges.len(), b.merges.len());
                                    for (x, y) in a.rows.iter().zip(&b.rows) { if x.index != y.index || x.cells != y.cells {
                                        let d: Vec<_> = x.cells.iter().zip(&y.cells).filter(|(a,b)| a != b).take(3).collect(); println!("   row {} / {}: {:?}", x.index+1, y.index+1, d); break; } }
                                }
                                if !a.shown.is_empty() || !a.hidden_rows.is_empty() || !a.hidden_columns.is_empty() {
                                    println!("{name} {}: shown {:?}, hidden rows {} columns {:?}", a.name.sheet, a.shown.iter().take(4).map(|(c, s)| format!("{c} {s} {:?}", a.get(c.row, c.col))).collect::<Vec<_>>(), a.hidden_rows.len(), a.hidden_columns);
                                }
                            }
                        }
                        (Err(new), Err(old)) => println!("{name}: both refuse: {} | {}", new.message(), old.message()),
                        (new, old) => { differ += 1; println!("{name}: new {:?} old {:?}", new.as_ref().map(|_| ()).map_err(|p| p.message()), old.as_ref().map(|_| ()).map_err(|p| p.message())) }
                    }
                }
            }
        }
        println!("{files} files, {own} own, {handed} handed over, {refused} refused, {cells} cells, {differ} differ");
    }
}
