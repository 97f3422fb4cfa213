//! OLE compound files, the container of .xls: bytes → the streams of the root folder.
//!
//! Every number of the file is a place in itself or a length of itself, so each is checked against its size: no chain of sectors visits one twice or leaves the file, and nothing is
//! allocated that is longer than the file. A damaged container gives nothing rather than a part.

const HEADER: usize = 512;
const END: u32 = 0xffff_fffe;
const ENTRY: usize = 128;

/// A container, with its tables read.
pub struct Compound<'a> {
    bytes: &'a [u8],
    /// Bytes of a sector as a power of two.
    shift: u32,
    next: Vec<u32>,
    next_mini: Vec<u32>,
    /// Streams shorter than this stand in `mini`.
    cutoff: u64,
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    kind: u8,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: u64,
}

impl<'a> Compound<'a> {
    /// Reads the tables; `None` where they are damaged.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u32::from(u16_at(bytes, 30)?);
        if !bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) || !matches!(shift, 9 | 12) {
            return None;
        }
        let (first_directory, first_mini) = (u32_at(bytes, 48)?, u32_at(bytes, 60)?);
        let mut compound = Self {
            bytes,
            shift,
            next: Vec::new(),
            next_mini: Vec::new(),
            cutoff: u64::from(u32_at(bytes, 56)?),
            mini: Vec::new(),
            entries: Vec::new(),
        };
        compound.next = compound.sector_table()?;
        let directory = compound.chain(first_directory, None)?;
        compound.entries = directory.chunks_exact(ENTRY).filter_map(|entry| Entry::read(entry, shift)).collect();
        if first_mini < END {
            compound.next_mini = numbers(&compound.chain(first_mini, None)?).collect();
            let root = compound.entries.first()?;
            compound.mini = compound.chain(root.start, Some(root.size))?;
        }
        Some(compound)
    }

    /// The names in the root folder: not those of workbooks within a document.
    pub fn names(&self) -> Vec<&str> {
        self.root().map(|entry| &*entry.name).collect()
    }

    /// A stream of the root folder, by its name in any case.
    pub fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.root().find(|entry| entry.kind == 2 && entry.name.eq_ignore_ascii_case(name))?;
        if entry.size >= self.cutoff {
            return self.chain(entry.start, Some(entry.size));
        }
        let pieces = |at: u32| self.mini.get((at as usize) << 6..).map(|rest| &rest[..rest.len().min(64)]);
        joined(entry.start, Some(entry.size), &self.next_mini, pieces)
    }

    /// Where each sector's chain goes on, from the sectors that the header and its chain of further lists name.
    fn sector_table(&self) -> Option<Vec<u32>> {
        let sectors = self.bytes.len() >> self.shift;
        let mut table = Vec::new();
        let mut list = self.bytes.get(76..HEADER)?;
        let mut further = u32_at(self.bytes, 68)?;
        // Each round reads another sector or ends: a table longer than the file, and lists without end, are damage.
        for _ in 0..=sectors {
            let own = if list.len() == HEADER - 76 { list.len() } else { list.len() - 4 };
            for at in numbers(&list[..own]).filter(|at| *at < END) {
                if table.len() > sectors {
                    return Some(table);
                }
                table.extend(numbers(self.sector(at)?));
            }
            if further >= END {
                return Some(table);
            }
            list = self.sector(further).filter(|list| list.len() == 1 << self.shift)?;
            further = u32_at(list, list.len() - 4)?;
        }
        None
    }

    /// A sector; the last may be cut short.
    fn sector(&self, at: u32) -> Option<&'a [u8]> {
        let from = (at as usize).checked_add(1)?.checked_shl(self.shift)?;
        let rest = self.bytes.get(from..).filter(|rest| !rest.is_empty())?;
        Some(&rest[..rest.len().min(1 << self.shift)])
    }

    fn chain(&self, start: u32, size: Option<u64>) -> Option<Vec<u8>> {
        joined(start, size, &self.next, |at| self.sector(at))
    }

    /// The entries of the root folder, which is a tree of names.
    fn root(&self) -> impl Iterator<Item = &Entry> {
        let mut seen = vec![false; self.entries.len()];
        let mut open: Vec<u32> = self.entries.first().map(|root| root.child).into_iter().collect();
        std::iter::from_fn(move || {
            loop {
                let at = open.pop()? as usize;
                if let Some(entry) = self.entries.get(at).filter(|_| !std::mem::replace(&mut seen[at], true)) {
                    open.extend([entry.left, entry.right]);
                    return Some(entry);
                }
            }
        })
    }
}

impl Entry {
    fn read(entry: &[u8], shift: u32) -> Option<Self> {
        let length = usize::from(u16_at(entry, 64)?).min(64).saturating_sub(2);
        let name: Vec<u16> = entry[..length].chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
        let size = u64::from(u32_at(entry, 120)?);
        // The upper half is not always cleared where sectors are small.
        let upper = if shift == 9 { 0 } else { u64::from(u32_at(entry, 124)?) };
        Some(Self {
            name: String::from_utf16_lossy(&name),
            kind: entry[66],
            left: u32_at(entry, 68)?,
            right: u32_at(entry, 72)?,
            child: u32_at(entry, 76)?,
            start: u32_at(entry, 116)?,
            size: upper << 32 | size,
        })
    }
}

/// The pieces of a chain as one, up to its size if that is known. `None` where it ends before, leaves the file, or comes back to itself.
fn joined<'a>(start: u32, size: Option<u64>, next: &[u32], piece: impl Fn(u32) -> Option<&'a [u8]>) -> Option<Vec<u8>> {
    let mut seen = vec![false; next.len()];
    let mut whole = Vec::new();
    let mut at = start;
    while size.map_or(at != END, |size| (whole.len() as u64) < size) {
        if std::mem::replace(seen.get_mut(at as usize)?, true) {
            return None;
        }
        whole.extend_from_slice(piece(at)?);
        at = *next.get(at as usize)?;
    }
    if let Some(size) = size {
        whole.truncate(usize::try_from(size).ok()?);
    }
    Some(whole)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|c| u16::from_le_bytes([c[0], c[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    numbers(bytes.get(at..at + 4)?).next()
}

#[cfg(test)]
mod tests {
    use super::super::samples::container;
    use super::*;

    #[test]
    fn streams_of_both_sizes_are_found() {
        let long: Vec<u8> = (0..9000u32).map(|at| at as u8).collect();
        let bytes = container(&[("Book", b"short"), ("Workbook", &long)]);
        let compound = Compound::open(&bytes).unwrap();
        assert_eq!(compound.names(), ["Book", "Workbook"]);
        assert_eq!(compound.stream("book").as_deref(), Some(&b"short"[..]));
        assert_eq!(compound.stream("WORKBOOK"), Some(long));
        assert_eq!(compound.stream("Other"), None);
    }

    #[test]
    fn chains_that_lead_astray_give_nothing() {
        let long = vec![1; 9000];
        let bytes = container(&[("Workbook", &long)]);
        let table = 512 * (1 + u32_at(&bytes, 76).unwrap() as usize);
        // The stream's sectors are the first; the directory's chain begins where the header says.
        let directory = u32_at(&bytes, 48).unwrap() as usize;
        for (at, to) in [(0, 0), (5, 2), (0, END), (0, u32::MAX), (0, 5000), (directory, directory as u32)] {
            let mut bytes = bytes.clone();
            bytes[table + 4 * at..][..4].copy_from_slice(&to.to_le_bytes());
            let stream = Compound::open(&bytes).and_then(|compound| compound.stream("Workbook"));
            assert_eq!(stream, None, "{at} to {to}");
        }
    }
}
