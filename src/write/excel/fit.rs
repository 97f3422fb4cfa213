//! How much room a text takes in a column: spreadsheet programs do not reliably grow rows by themselves
//! (never for merged cells, never in previewers), so heights are reckoned here. Takes texts and column widths,
//! both in digits of the sheet's font (Times New Roman 12); gives widths and numbers of lines.

/// What a cell's margins take of its column.
const PADDING: f64 = 0.7;

/// The width of one line of text.
pub fn width(text: &str) -> f64 {
    text.chars().map(char_width).sum()
}

/// The width of the longest word: a column narrower than that would break it.
pub fn longest_word(text: &str) -> f64 {
    text.split_whitespace().map(width).fold(0.0, f64::max)
}

/// Into how many lines a text wraps in a column. `scale`: how much larger the letters are than the sheet's plain ones.
pub fn lines(text: &str, column: f64, scale: f64) -> usize {
    let room = ((column - PADDING) / scale).max(1.0);
    // Excel breaks a path anywhere, LibreOffice after its hyphens and slashes: whichever takes more.
    text.split('\n').map(|line| wrapped(line, room, &[' ']).max(wrapped(line, room, &[' ', '-', '/']))).sum()
}

/// Greedy, as spreadsheet programs wrap: after blanks, and inside a word only where it is longer than a line.
fn wrapped(line: &str, room: f64, breaks: &[char]) -> usize {
    let mut lines = 1;
    let mut used = 0.0;
    for piece in line.split_inclusive(breaks) {
        // A blank may hang over the end of a line.
        let word = width(piece.trim_end());
        if used > 0.0 && used + word > room {
            lines += 1;
            used = 0.0;
        }
        let more = (word / room).ceil().max(1.0) - 1.0;
        lines += more as usize;
        used += width(piece) - more * room;
    }
    lines
}

/// Advance widths of Times New Roman, in digits, by class; a little too wide rather than too narrow.
fn char_width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 't' | ' ' | '.' | ',' | ';' | ':' | '/' | '\\' | '|' | '\'' => 0.58,
        'f' | 'r' | 's' | '-' | '(' | ')' | '[' | ']' | 'I' | 'J' => 0.75,
        'a' | 'c' | 'e' | 'z' => 0.9,
        'm' | 'w' | '%' | '&' => 1.6,
        'M' | 'W' | '@' | '…' | '—' => 2.0,
        _ if c.is_control() => 0.0,
        _ if c.is_uppercase() => 1.45,
        _ if c as u32 >= 0x2E80 => 2.0,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_wrap_at_blanks_and_long_words_inside() {
        for (text, column, expected) in [
            ("", 10.0, 1),
            ("Xã Bảo Hà", 20.0, 1),
            ("chưa báo cáo", 9.0, 2),
            ("một\nhai", 20.0, 2),
            ("0123456789012345678901234", 10.7, 3),
            ("01 0123456789012345678901234", 10.7, 4),
            ("0000-0000000/00000", 10.7, 3),
        ] {
            assert_eq!(lines(text, column, 1.0), expected, "{text}");
        }
    }
}
