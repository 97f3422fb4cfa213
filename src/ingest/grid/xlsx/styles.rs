//! Number formats: which numbers are days, and which are shown with other thousands than they have.

use std::collections::HashMap;

use crate::base::amount::{Amount, round};

use super::xml::{self, Event, Part, Result, Stop};

/// What a cell's style says about its number.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Style {
    #[default]
    Plain,
    Day,
    /// Shown with three decimals, or with thousands cut off.
    Otherwise(Box<Sections>),
}

/// How positive numbers, negative ones and zero are shown; `None` where that is as any number.
pub type Sections = [Option<Shape>; 3];

/// The cells' styles by their number.
pub fn styles(part: &mut Part) -> Result<Vec<Style>> {
    super::open(part, b"styleSheet", |_, _| Ok(()))?;
    let mut codes: HashMap<u64, Style> = HashMap::new();
    let mut styles = Vec::new();
    let mut within: Vec<u8> = Vec::new();
    loop {
        let depth = part.depth();
        match part.event()? {
            Event::Open { name, .. } if depth == 1 => {
                within.clear();
                within.extend_from_slice(name);
            }
            Event::Open { name, mut attributes, .. }
                if depth == 2 && matches!(&within[..], b"numFmts" | b"cellXfs") =>
            {
                let (mut id, mut code) = (None, None);
                while let Some((name, value)) = attributes.next()? {
                    match name {
                        b"numFmtId" => id = Some(xml::whole(value)?),
                        b"formatCode" => code = Some(xml::decoded(value)?),
                        _ => {}
                    }
                }
                // What is written in two ways, for newer programs and for older ones.
                if name.contains(&b':') {
                    return Err(Stop::Unknown);
                }
                match (&within[..], name, id, code) {
                    (b"numFmts", b"numFmt", Some(id), Some(code)) => {
                        codes.insert(id, style(&code));
                    }
                    (b"cellXfs", b"xf", id, _) => {
                        let id = id.unwrap_or(0);
                        styles.push(codes.get(&id).cloned().unwrap_or_else(|| built_in(id)));
                    }
                    _ => return Err(Stop::Damaged),
                }
            }
            Event::Open { .. } | Event::Close => {}
            Event::Text(text) if depth > 0 && !xml::is_blank_text(text) && within != b"extLst" => {
                return Err(Stop::Damaged);
            }
            Event::Text(_) => {}
            Event::End => return Ok(styles),
        }
    }
}

/// The formats that every workbook has; those for East Asia differ by place, but are days and times everywhere.
fn built_in(id: u64) -> Style {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Style::Day,
        _ => Style::Plain,
    }
}

/// What a format's code says.
fn style(code: &str) -> Style {
    if is_day(code) {
        return Style::Day;
    }
    let sections = sections(code);
    // With conditions of its own, a section is not for all numbers of one sign.
    if code.contains("[<") || code.contains("[>") || code.contains("[=") {
        return Style::Plain;
    }
    let shape = |at: usize| sections.get(at).or(sections.first()).and_then(|section| Shape::of(section));
    let shapes = [shape(0), shape(1), shape(2)];
    if shapes.iter().flatten().any(|shape| shape.thousands > 0 || shape.decimals == 3 && !shape.grouped) {
        Style::Otherwise(Box::new(shapes))
    } else {
        Style::Plain
    }
}

/// A sign of a format's code, or a text in it: quoted, escaped, or the room and the filling that a sign stands for.
enum Piece {
    Sign(char),
    Literal,
    /// What stands in brackets: a colour, a currency and language, a condition, elapsed time.
    Bracket(String),
}

fn pieces(code: &str) -> impl Iterator<Item = Piece> {
    let mut chars = code.chars();
    std::iter::from_fn(move || {
        Some(match chars.next()? {
            '"' => {
                chars.by_ref().find(|c| *c == '"');
                Piece::Literal
            }
            '\\' | '_' | '*' => {
                chars.next();
                Piece::Literal
            }
            '[' => Piece::Bracket(chars.by_ref().take_while(|c| *c != ']').collect()),
            sign => Piece::Sign(sign),
        })
    })
}

/// Whether a code shows a number as a day or a time of day: by its first section. Elapsed time is a number.
fn is_day(code: &str) -> bool {
    for piece in pieces(code) {
        match piece {
            Piece::Sign(';') => return false,
            Piece::Sign(sign) if matches!(sign.to_ascii_lowercase(), 'd' | 'm' | 'y' | 'h' | 's') => return true,
            Piece::Bracket(inside) => {
                let unit = inside.to_ascii_lowercase();
                let first = unit.chars().next();
                if matches!(first, Some('h' | 'm' | 's')) && unit.chars().all(|c| Some(c) == first) {
                    return false;
                }
            }
            _ => {}
        }
    }
    false
}

fn sections(code: &str) -> Vec<Vec<Piece>> {
    let mut sections = vec![Vec::new()];
    for piece in pieces(code) {
        match piece {
            Piece::Sign(';') => sections.push(Vec::new()),
            piece => sections.last_mut().expect("there is a first one").push(piece),
        }
    }
    sections
}

/// The digits that a section of a format shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// How many thousands are cut off.
    thousands: u32,
    grouped: bool,
    /// Digits before the decimal mark, at least; after it, at least and at most.
    whole: usize,
    fixed: u32,
    decimals: u32,
}

impl Shape {
    /// `None` where a section shows no plain number.
    fn of(section: &[Piece]) -> Option<Self> {
        let mut shape = Self { thousands: 0, grouped: false, whole: 0, fixed: 0, decimals: 0 };
        let (mut point, mut digits, mut commas) = (false, false, 0);
        for piece in section {
            match piece {
                Piece::Sign(sign @ ('0' | '#' | '?')) => {
                    shape.grouped |= commas > 0 && digits && !point;
                    commas = 0;
                    digits = true;
                    match (point, sign) {
                        (true, _) => {
                            shape.decimals += 1;
                            shape.fixed = if *sign == '0' { shape.decimals } else { shape.fixed };
                        }
                        (false, '0') => shape.whole += 1,
                        (false, _) => {}
                    }
                }
                Piece::Sign(',') => commas += 1,
                Piece::Sign('.') if !point => {
                    shape.thousands += if digits { commas } else { 0 };
                    (point, commas) = (true, 0);
                }
                Piece::Sign('%' | 'e' | 'E' | '/' | '@' | '.') => return None,
                // "General" and the like.
                Piece::Sign(letter) if letter.is_ascii_alphabetic() => return None,
                _ => {}
            }
        }
        shape.thousands += if digits { commas } else { 0 };
        (digits && shape.decimals <= 20 && shape.thousands <= 6).then_some(shape)
    }

    fn shown(&self, number: Amount) -> Option<String> {
        let scaled = number.abs().checked_div(Amount::from(1000i64.checked_pow(self.thousands)?))?;
        let mut digits = round(scaled, self.decimals);
        digits.rescale(self.decimals);
        let text = digits.to_string();
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let whole = if whole == "0" && self.whole == 0 { "" } else { whole };
        let decimals = match decimals.trim_end_matches('0').len() {
            kept if kept < self.fixed as usize => &decimals[..self.fixed as usize],
            kept => &decimals[..kept],
        };
        if self.thousands == 0 && decimals.len() != 3 {
            return None;
        }
        let mut shown = String::new();
        let whole = format!("{whole:0>least$}", least = self.whole);
        for (at, digit) in whole.chars().enumerate() {
            if self.grouped && at > 0 && (whole.len() - at).is_multiple_of(3) {
                shown.push(',');
            }
            shown.push(digit);
        }
        if !decimals.is_empty() {
            shown.push('.');
            shown.push_str(decimals);
        }
        Some(shown)
    }
}

/// A number as the format shows it, if it is of those that are shown with other thousands. The decimal mark is a point.
pub fn shown(sections: &Sections, number: Amount) -> Option<String> {
    let negative = number.is_sign_negative() && !number.is_zero();
    let shape = sections[if number.is_zero() { 2 } else { usize::from(negative) }]?;
    if shape.thousands == 0 && (shape.decimals != 3 || shape.grouped) {
        return None;
    }
    let shown = shape.shown(number)?;
    Some(if negative { format!("-{shown}") } else { shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_by_their_format() {
        for code in [
            "dd/mm/yyyy",
            "[$-42A]d/m/yyyy;@",
            "m\"M\"d\"D\";@",
            "H:MM:SS;@",
            "\"ngày \"dd\" tháng \"mm",
            "[Red]yy",
            "h:mm AM/PM",
        ] {
            assert_eq!(style(code), Style::Day, "{code}");
        }
        for code in [
            "General",
            "@",
            "0",
            "#,##0",
            "[h]:mm:ss",
            "[mm]",
            "0\" m\"",
            "\\d0",
            "0_d",
            "*m0",
            "#,##0\\ [$đ-42A]",
            "0;yy",
            "[Red]0",
            "[>=100]0",
        ] {
            assert_ne!(style(code), Style::Day, "{code}");
        }
    }

    #[test]
    fn what_a_format_shows_with_other_thousands() {
        for (code, number, expected) in [
            ("0.000", "27.9", Some("27.900")),
            ("0.000", "1234.5", Some("1234.500")),
            ("0.000_);(0.000)", "-27.9", Some("-27.900")),
            ("0.000", "0.0005", Some("0.001")),
            ("00.000", "7", Some("07.000")),
            ("0.000\" ha\"", "0", Some("0.000")),
            ("[Red]0.000", "27.9", Some("27.900")),
            ("0.0##", "27.9", None),
            ("0.###", "27.123", Some("27.123")),
            ("#,##0.000", "27.9", None),
            ("0.00", "27.9", None),
            ("0.000%", "27.9", None),
            ("0.000E+00", "27.9", None),
            ("General", "27.9", None),
            ("0;0.000", "27.9", None),
            ("0;0.000", "-27.9", Some("-27.900")),
            ("#,##0,", "27900000", Some("27,900")),
            ("0.0,,\" triệu\"", "27900000", Some("27.9")),
            ("#,##0", "27900000", None),
            ("[<1000]0.000;0", "27.9", None),
            ("_(* #,##0_);_(* (#,##0);_(* \"-\"??_);_(@_)", "5", None),
        ] {
            let shown = match style(code) {
                Style::Otherwise(sections) => super::shown(&sections, number.parse().unwrap()),
                _ => None,
            };
            assert_eq!(shown.as_deref(), expected, "{code} {number}");
        }
    }
}
