//! Grids as they were read → the same grids in Unicode: texts typed in TCVN3 or VNI fonts, and UTF-8 that was taken for
//! windows-1252. Fonts are not asked: they prove nothing.
//!
//! A text that tells its charset is decoded; one that may be in it is, if its sheet speaks for it (and the file, where
//! the sheet is silent). A file of plain text is only looked through.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::base::cell::{CellRef, SheetName, Value};
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::legacy::{self, Charset, Evidence, Reads};
use crate::ingest::limits;

use super::Grid;

/// Decodes the texts and names of a file's sheets in their place; says once a sheet what was done, and where letters are lost.
pub fn decode(grids: &mut [Grid]) -> Vec<Diagnostic> {
    let mut texts = Texts::default();
    let votes: Vec<Votes> = match grids.iter().any(|grid| texts.tell(grid)) {
        true => grids.iter().map(|grid| texts.votes(grid)).collect(),
        false => Vec::new(),
    };
    let mut found = Vec::new();
    if !votes.is_empty() {
        let file = votes.iter().fold(Votes::default(), |sum, votes| sum.and(votes));
        grids.iter().for_each(|grid| texts.know(grid));
        for (grid, votes) in grids.iter_mut().zip(&votes) {
            texts.decode(grid, if votes.is_silent() { &file } else { votes }, &mut found);
        }
    }
    found.extend(grids.iter().filter_map(lost));
    found
}

/// A file's or a folder's name in Unicode, where it was not.
pub fn name(text: &str) -> Option<(String, Charset)> {
    if !legacy::is_suspicious(text) {
        return None;
    }
    let charset = legacy::evidence(text).tells()?;
    Some((legacy::decode(text, charset), charset))
}

/// The different texts of a sheet that speak for a charset, for Unicode, and for another language.
#[derive(Clone, Debug, Default)]
struct Votes {
    tells: [usize; Charset::ALL.len()],
    unicode: usize,
    foreign: usize,
}

impl Votes {
    fn count(&mut self, evidence: &Evidence) {
        match evidence.tells() {
            Some(charset) => self.tells[charset as usize] += 1,
            None => {
                self.unicode += usize::from(evidence.unicode);
                self.foreign += usize::from(evidence.foreign);
            }
        }
    }

    fn and(mut self, other: &Votes) -> Votes {
        self.tells.iter_mut().zip(other.tells).for_each(|(sum, more)| *sum += more);
        self.unicode += other.unicode;
        self.foreign += other.foreign;
        self
    }

    fn is_silent(&self) -> bool {
        self.unicode == 0 && self.tells.iter().all(|tells| *tells == 0)
    }

    /// What a text is written in, Unicode apart.
    fn charset(&self, evidence: &Evidence) -> Option<Charset> {
        let most = Charset::ALL.into_iter().max_by_key(|&charset| self.tells[charset as usize])?;
        let tells = self.tells[most as usize];
        match (evidence.tells(), evidence.reads(most)) {
            // One word among another language's.
            (Some(_), Reads::Tells(1)) if self.foreign > tells + self.unicode => None,
            // Told as well in the charset of its neighbours.
            (Some(told), reads) => Some(if reads == evidence.reads(told) { most } else { told }),
            (None, Reads::Weakly) => (tells > self.foreign).then_some(most),
            (None, Reads::Either) => (tells > self.unicode + self.foreign).then_some(most),
            (None, _) => None,
        }
    }
}

/// A file's texts, each looked at once: a place in memory is a text as long as the grids hold it.
#[derive(Default)]
struct Texts {
    evidence: HashMap<usize, Evidence>,
    /// The text in Unicode; the old one is kept, so that its place is not taken by another.
    decoded: HashMap<(usize, Charset), (Arc<str>, Arc<str>)>,
    /// Each text of the file once.
    known: HashSet<Arc<str>>,
}

impl Texts {
    fn of(&mut self, text: &Arc<str>) -> Evidence {
        *self.evidence.entry(address(text)).or_insert_with(|| legacy::evidence(text))
    }

    /// Whether any text of a sheet tells a charset.
    fn tell(&mut self, grid: &Grid) -> bool {
        texts(grid).any(|text| legacy::is_suspicious(text) && self.of(text).tells().is_some())
    }

    fn votes(&mut self, grid: &Grid) -> Votes {
        let mut votes = Votes::default();
        let mut counted = HashSet::new();
        for text in texts(grid).filter(|text| !text.is_ascii()) {
            if counted.insert(address(text)) {
                votes.count(&self.of(text));
            }
        }
        votes
    }

    fn know(&mut self, grid: &Grid) {
        for text in texts(grid) {
            if !self.known.contains(text) {
                self.known.insert(text.clone());
            }
        }
    }

    fn decode(&mut self, grid: &mut Grid, votes: &Votes, found: &mut Vec<Diagnostic>) {
        /// What was decoded from one charset.
        #[derive(Default)]
        struct Done {
            first: Option<CellRef>,
            cells: usize,
        }
        let mut done: BTreeMap<Charset, Done> = BTreeMap::new();
        let name = grid.name.sheet.clone();
        if let Some((name, charset)) = self.decoded(&name, votes) {
            grid.name = Arc::new(SheetName { file: grid.name.file.clone(), sheet: name });
            done.entry(charset).or_default();
        }
        for row in &mut grid.rows {
            for (col, value) in &mut row.cells {
                let Value::Text(text) = value else { continue };
                let Some((decoded, charset)) = self.decoded(text, votes) else { continue };
                *text = decoded;
                let done = done.entry(charset).or_default();
                done.cells += 1;
                done.first.get_or_insert(CellRef::new(row.index, *col));
            }
        }
        found.extend(done.into_iter().map(|(charset, Done { first, cells })| {
            let at = first.map_or_else(|| Place::sheet(&grid.name), |cell| Place::cell(&grid.name, cell));
            Diagnostic::new(Problem::TextDecoded { from: charset.title(), cells }, at)
        }));
    }

    /// A text in Unicode, where it was not.
    fn decoded(&mut self, text: &Arc<str>, votes: &Votes) -> Option<(Arc<str>, Charset)> {
        if text.is_ascii() {
            return None;
        }
        let charset = votes.charset(&self.of(text))?;
        let (_, decoded) = self.decoded.entry((address(text), charset)).or_insert_with(|| {
            let decoded: Arc<str> = legacy::decode(text, charset).into();
            let decoded = self.known.get(&decoded).cloned().unwrap_or(decoded);
            self.known.insert(decoded.clone());
            (text.clone(), decoded)
        });
        (**decoded != **text).then(|| (decoded.clone(), charset))
    }
}

/// The texts of a sheet, its name first.
fn texts(grid: &Grid) -> impl Iterator<Item = &Arc<str>> {
    let cells = grid.rows.iter().flat_map(|row| &row.cells);
    std::iter::once(&grid.name.sheet).chain(cells.filter_map(|(_, value)| match value {
        Value::Text(text) => Some(text),
        _ => None,
    }))
}

fn address(text: &Arc<str>) -> usize {
    Arc::as_ptr(text).cast::<u8>() as usize
}

/// The first heading or name of a sheet that lost its Vietnamese letters; prose may hold what it likes.
fn lost(grid: &Grid) -> Option<Diagnostic> {
    let cells = grid.rows.iter().flat_map(|row| row.cells.iter().map(|(col, value)| (row.index, *col, value)));
    let (row, col, _) = cells.into_iter().find(|(.., value)| {
        value.text().is_some_and(|text| text.len() <= limits::NAME_BYTES && legacy::has_lost_letters(text))
    })?;
    Some(Diagnostic::new(Problem::TextLostDiacritics, Place::cell(&grid.name, CellRef::new(row, col))))
}

#[cfg(test)]
mod tests {
    use crate::ingest::grid::Row;

    use super::*;

    /// Sheets of one column, each text of the file once, as the readers give them.
    fn grids(sheets: &[(&str, &[&str])]) -> Vec<Grid> {
        let mut known: HashSet<Arc<str>> = HashSet::new();
        let mut text = |text: &str| {
            let text: Arc<str> = text.into();
            let text = known.get(&text).cloned().unwrap_or(text);
            known.insert(text.clone());
            Value::Text(text)
        };
        let mut sheet = |(name, texts): &(&str, &[&str])| {
            let row = |(at, cell): (usize, &&str)| Row { index: at as u32, cells: vec![(0, text(cell))] };
            Grid { rows: texts.iter().enumerate().map(row).collect(), ..Grid::new(&"a.xls".into(), name) }
        };
        sheets.iter().map(&mut sheet).collect()
    }

    fn cells(grid: &Grid) -> Vec<&str> {
        grid.rows.iter().flat_map(|row| &row.cells).filter_map(|(_, value)| value.text()).collect()
    }

    #[test]
    fn what_may_be_either_follows_its_sheet() {
        for (sheets, expected) in [
            // TCVN3 and Unicode sheet by sheet.
            (
                &[
                    ("§èi tho¹i", &["X· B¶o Hµ", "Ngµy", "Sè hé", "Lù", "H§", "Đơn vị", "café"][..]),
                    ("Hiến đất", &["Lù", "Sè hé", "Đơn vị", "Kim Sơn"][..]),
                ][..],
                &[
                    &["Đối thoại", "Xã Bảo Hà", "Ngày", "Số hộ", "Lự", "HĐ", "Đơn vị", "café"][..],
                    &["Hiến đất", "Lù", "Sè hé", "Đơn vị", "Kim Sơn"][..],
                ][..],
            ),
            // A sheet that says nothing, in a file that says TCVN3.
            (&[("Sè hé", &["Lù"]), ("Sheet2", &["§iÖn Quan"])], &[&["Số hộ", "Lự"], &["Sheet2", "Điện Quan"]]),
            // One cell in TCVN3 among many in Unicode.
            (
                &[("a", &["Xã Kim Sơn", "Thị trấn Phố Ràng", "§iÖn Quan", "Lù", "TV§T"])],
                &[&["a", "Xã Kim Sơn", "Thị trấn Phố Ràng", "Điện Quan", "Lù", "TVĐT"]],
            ),
            // VNI and TCVN3 could both be "tö": the sheet says which.
            (&[("a", &["Xaõ Baûo Haø", "tö"])], &[&["a", "Xã Bảo Hà", "tư"]]),
            (&[("a", &["X· B¶o Hµ", "tö"])], &[&["a", "Xã Bảo Hà", "tử"]]),
            (&[("a", &["Xaõ Baûo Haø", "Kim Sôn"])], &[&["a", "Xã Bảo Hà", "Kim Sơn"]]),
            (&[("a", &["XÃ£ Kim SÆ¡n", "BÃ\u{a0}", "HÃ"])], &[&["a", "Xã Kim Sơn", "Bà", "Hà"]]),
            // Another language is none of them, though some of its words might be.
            (&[("a", &["coït", "café", "Noël", "père", "sè"])], &[&["a", "coït", "café", "Noël", "père", "sè"]]),
        ] {
            let mut grids = grids(sheets);
            decode(&mut grids);
            for (grid, expected) in grids.iter().zip(expected) {
                assert_eq!(*grid.name.sheet, *expected[0]);
                assert_eq!(cells(grid), expected[1..]);
            }
        }
    }

    #[test]
    fn it_is_said_once_a_sheet_and_each_text_stays_one() {
        let mut grids = grids(&[
            ("1", &["STT", "§¬n vÞ", "§¬n vÞ", "Đơn vị"]),
            ("2", &["STT", "§¬n vÞ", "Tổng số", "B\u{ad}u", "a"]),
            ("3", &["STT", "Đơn vị"]),
        ]);
        let found = decode(&mut grids);
        let said: Vec<_> = found.iter().map(|d| (d.at.to_string(), d.problem.clone())).collect();
        let note = |cells| Problem::TextDecoded { from: "TCVN3 (ABC)", cells };
        assert_eq!(
            said,
            [
                ("tệp a.xls, trang tính 1, ô A2".to_owned(), note(2)),
                ("tệp a.xls, trang tính 2, ô A2".to_owned(), note(2))
            ]
        );
        let all: Vec<&Arc<str>> = grids.iter().flat_map(|grid| texts(grid).skip(1)).collect();
        for (at, one) in all.iter().enumerate() {
            assert!(all[..at].iter().all(|other| one != other || Arc::ptr_eq(one, other)), "{one} stands twice");
        }
    }

    #[test]
    fn lost_letters_are_said_once_a_sheet() {
        let long = format!("B?o {}", "a ".repeat(limits::NAME_BYTES));
        let mut grids = grids(&[("1", &["Đã xong chưa?", &long, "X? B?o Hà", "?i?n Quan"]), ("2", &["Đã xong chưa?"])]);
        let said: Vec<_> = decode(&mut grids).iter().map(|d| (d.at.to_string(), d.problem.code())).collect();
        assert_eq!(said, [("tệp a.xls, trang tính 1, ô A3".to_owned(), "text-lost-diacritics")]);
    }

    #[test]
    fn names_are_decoded_where_they_tell() {
        assert_eq!(name("X· B¶o Hµ"), Some(("Xã Bảo Hà".to_owned(), Charset::Tcvn3)));
        for text in ["Xã Bảo Hà", "Lù", "T01.2023", "Báo cáo (1)"] {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
