//! Live formulas: the document's cells of a table → A1 addresses of the sheet. Knows no spreadsheet program.

use crate::report::document::Formula;

/// Arguments of one function: Excel allows 255.
const MAX_ARGUMENTS: usize = 200;
/// Excel's limit on a formula is 8,192 characters.
const MAX_LENGTH: usize = 8_000;

/// The formula as the sheet writes it, without "="; `first_row`: the sheet's row (from 0) of the table's first body row.
/// `None` where it would be longer than a cell may hold: the value stands alone then.
pub fn text(formula: &Formula, first_row: u32) -> Option<String> {
    let sum = |cells: &[(usize, usize)]| sum(ranges(cells, first_row));
    let cell = |at: (usize, usize)| address(at, first_row);
    let text = match formula {
        Formula::Sum(cells) => sum(cells),
        Formula::Difference(first, second) => format!("{}-{}", cell(*first), cell(*second)),
        Formula::Percent(part, whole) => {
            let (part, whole) = (sum(part), sum(whole));
            format!(r#"IF({whole}=0,"",{part}/{whole}*100)"#)
        }
        Formula::Growth(first, second) => {
            let (first, second) = (cell(*first), cell(*second));
            format!(r#"IF({second}=0,"",({first}-{second})/{second}*100)"#)
        }
    };
    (text.len() <= MAX_LENGTH).then_some(text)
}

fn sum(mut arguments: Vec<String>) -> String {
    if arguments.is_empty() {
        return "0".to_owned();
    }
    while arguments.len() > MAX_ARGUMENTS {
        arguments = arguments.chunks(MAX_ARGUMENTS).map(|some| format!("SUM({})", some.join(","))).collect();
    }
    format!("SUM({})", arguments.join(","))
}

/// Cells as few rectangles: runs down a column, then equal runs side by side.
fn ranges(cells: &[(usize, usize)], first_row: u32) -> Vec<String> {
    let mut cells: Vec<(usize, usize)> = cells.iter().map(|&(row, col)| (col, row)).collect();
    cells.sort_unstable();
    // (top, bottom, left, right)
    let mut runs: Vec<(usize, usize, usize, usize)> = Vec::new();
    for (col, row) in cells {
        match runs.last_mut() {
            Some((_, bottom, _, right)) if *right == col && *bottom + 1 == row => *bottom = row,
            _ => runs.push((row, row, col, col)),
        }
    }
    runs.sort_unstable();
    let mut blocks: Vec<(usize, usize, usize, usize)> = Vec::new();
    for run in runs {
        match blocks.last_mut() {
            Some(block) if (block.0, block.1, block.3 + 1) == (run.0, run.1, run.2) => block.3 = run.3,
            _ => blocks.push(run),
        }
    }
    blocks
        .into_iter()
        .map(|(top, bottom, left, right)| match (top, left) == (bottom, right) {
            true => address((top, left), first_row),
            false => format!("{}:{}", address((top, left), first_row), address((bottom, right), first_row)),
        })
        .collect()
}

/// "C7"; `first_row`: the sheet's row (from 0) of the table's first body row.
pub fn address((row, col): (usize, usize), first_row: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = col + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", String::from_utf8_lossy(&letters), first_row as usize + row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down(col: usize, rows: impl IntoIterator<Item = usize>) -> Vec<(usize, usize)> {
        rows.into_iter().map(|row| (row, col)).collect()
    }

    #[test]
    fn cells_become_addresses_and_runs_become_ranges() {
        for (formula, expected) in [
            (Formula::Sum(down(2, 0..17)), "SUM(C7:C23)"),
            (Formula::Sum(down(2, [0, 1, 2, 5, 7, 8])), "SUM(C7:C9,C12,C14:C15)"),
            (Formula::Sum((1..=12).map(|col| (3, col)).collect()), "SUM(B10:M10)"),
            (Formula::Sum([down(1, 0..2), down(2, 0..2), down(4, 0..2)].concat()), "SUM(B7:C8,E7:E8)"),
            (Formula::Sum(vec![]), "0"),
            (Formula::Difference((0, 3), (0, 2)), "D7-C7"),
            (Formula::Percent(down(27, 0..3), down(25, 0..3)), r#"IF(SUM(Z7:Z9)=0,"",SUM(AB7:AB9)/SUM(Z7:Z9)*100)"#),
            (Formula::Growth((0, 3), (0, 2)), r#"IF(C7=0,"",(D7-C7)/C7*100)"#),
        ] {
            assert_eq!(text(&formula, 6).as_deref(), Some(expected));
        }
    }

    #[test]
    fn long_sums_nest_and_longer_ones_are_left_out() {
        let nested = text(&Formula::Sum(down(0, (0..450).map(|i| i * 2))), 0).unwrap();
        assert!(nested.starts_with("SUM(SUM(A1,A3,"), "{nested}");
        assert_eq!(nested.matches("SUM(").count(), 4);
        assert_eq!(text(&Formula::Sum(down(0, (0..5_000).map(|i| i * 2))), 0), None);
    }
}
