//! Every limit on what is read, named in one place. Each is far above what offices send and low enough that the worst file under it
//! stays within a gigabyte; what exceeds one is a diagnostic that names it, and the other files go on.

use crate::base::amount::{Amount, vietnamese};
use crate::base::diagnostic::Problem;

/// Words of a sentence that says that nothing happened; a longer one says more.
pub const NIL_WORDS: usize = 12;
/// Bytes of a workbook, and of whatever else is held whole.
pub const FILE_BYTES: u64 = 200 << 20;
/// Bytes of a file of text, which is read row by row.
pub const TEXT_FILE_BYTES: u64 = 256 << 20;
/// Bytes of a file of text that must be copied to be read: one in UTF-16 or windows-1258, or with broken bytes.
pub const DECODED_FILE_BYTES: u64 = 100 << 20;

/// Bytes of an .xls, whose text and cells are taken out of a copy of its longest stream.
pub const XLS_BYTES: u64 = 100 << 20;

/// Bytes that one part of a zipped workbook may inflate to. A million styled rows of ten cells are 240 MiB.
pub const PART_BYTES: u64 = 512 << 20;
/// Bytes that all parts of a zipped workbook may inflate to together.
pub const INFLATED_BYTES: u64 = 1 << 30;
/// How many times its compressed size a part may inflate to, once it exceeds [`RATIO_FREE_BYTES`]. Deflate ends at 1,032; rows that repeat themselves,
/// apart from their numbers, reach about 100.
pub const INFLATE_RATIO: u64 = 200;
/// Inflated size up to which any ratio is harmless.
pub const RATIO_FREE_BYTES: u64 = 16 << 20;
/// Entries of a zip file.
pub const ZIP_ENTRIES: usize = 10_000;
/// Bytes of a workbook's shared strings: each is copied out into a string of its own, which costs several times its bytes.
pub const SHARED_STRINGS_BYTES: u64 = 128 << 20;
/// Shared strings of a workbook: room for as many as it states is taken at once.
pub const SHARED_STRINGS: u64 = 5_000_000;
/// Inflated size from which a part is searched for [`XML_RUN_BYTES`]; below, even one run as long as the part is harmless.
pub const XML_SEARCH_BYTES: u64 = 64 << 20;
/// Bytes between two tags, or within one: the reader holds them whole. A cell of 32,767 characters written as `&#7847;` fits.
pub const XML_RUN_BYTES: usize = 1 << 20;
/// Bytes of a row, a shared string or a tag with all that is in it: they are seen whole, and a row of 16,384 numbers has one.
pub const XML_PIECE_BYTES: usize = 32 << 20;
/// Elements of XML within one another.
pub const XML_DEPTH: usize = 100;
/// Tables of a web page within one another.
pub const HTML_TABLES: usize = 64;

/// Sheets of a workbook.
pub const SHEETS: usize = 500;
/// Filled cells of a workbook that are held at once.
pub const FILLED_CELLS: usize = 15_000_000;
/// What a row takes besides its cells, in cells.
pub const ROW_WEIGHT: usize = 2;
/// Bytes that the cells, rows and different texts of a file of text take in memory.
pub const TEXT_HELD_BYTES: usize = 512 << 20;
/// Filled cells of all sheets of a workbook that may say of a cell that it repeats itself, or holds one in a few bytes.
pub const WORKBOOK_CELLS: usize = 5_000_000;
/// Filled cells of a workbook of which it is kept how they are shown.
pub const SHOWN_CELLS: usize = 2_000_000;
/// Columns of a sheet, as Excel has them.
pub const COLUMNS: usize = 16_384;
/// Rows of a sheet of text; a workbook's have their own end at 1,048,576.
pub const TEXT_ROWS: u32 = 10_000_000;
/// Bytes of a row of text.
pub const TEXT_ROW_BYTES: usize = 16 << 20;
/// Bytes of a cell's text: Excel's 32,767 characters.
pub const TEXT_BYTES: usize = 32_767 * 4;

/// Merged areas of one sheet.
pub const MERGES: usize = 100_000;
/// Ranges of hidden rows, and of hidden columns, of one sheet.
pub const HIDDEN_RANGES: usize = 10_000;

/// The diagnostic of a file that exceeds a limit: `before` the number, the number, what is counted.
pub fn exceeded(before: &str, limit: u64, of: &str) -> Problem {
    Problem::FileOverLimit { limit: format!("{before} {} {of}", vietnamese(Amount::from(limit), 0)) }
}

/// Rows of one header.
pub const HEADER_ROWS: usize = 8;

/// Columns of one header.
pub const HEADER_COLUMNS: usize = 1_000;

/// Bytes of a text that is still read as a label.
pub const LABEL_BYTES: usize = 1_000;

/// Bytes of a text that is still taken for a heading or a name.
pub const NAME_BYTES: usize = 200;

/// Rows above a table that are read as its titles.
pub const CAPTION_ROWS: usize = 40;

/// Empty rows that a table may hold.
pub const EMPTY_ROWS: u32 = 4;

/// Different texts of one file that are kept once each.
pub const KEPT_TEXTS: usize = 1_000_000;

/// Different labels that are kept from one file to the next.
pub const KEPT_LABELS: usize = 200_000;

/// Bytes, inflated, of all files that are read at once on all cores; one that is larger is read alone.
pub const BYTES_AT_ONCE: u64 = 64 << 20;

/// Bytes of a file that is read alone, whatever it holds: its bytes come to memory before anything is known of it.
pub const ALONE_BYTES: u64 = 4 << 20;

/// Different names of units that one file may hold where no register says which there are: three times all communes that
/// ever were.
pub const FOUND_UNITS: usize = 30_000;

/// Different names of a file that no unit bears, for each of which the register is searched for the nearest.
pub const NAMES_SOUGHT: usize = 300;

/// Places in one file that something is to be said of.
pub const FILE_PROBLEMS: usize = 20_000;

/// How many of them are kept where there are more.
pub const PROBLEMS_SHOWN: usize = 20;

/// Folders above a file whose names are read.
pub const FOLDERS: usize = 8;

/// Parts of a total among which an explanation is sought for what it does not add up to.
pub const TOTAL_PARTS: usize = 2_000;
/// Columns, or groups of rows, that one total may add up.
pub const TOTAL_COLUMNS: usize = 40;
/// Columns beside a column of percentages that it may be reckoned from.
pub const SHARE_COLUMNS: usize = 8;
/// Rows that show what a column is reckoned from.
pub const ROWS_SAMPLED: usize = 200;

/// Bytes of what stands before the colon in "Số cuộc đối thoại: 3"; more is no name of an indicator.
pub const SPOKEN_LABEL: usize = 200;
