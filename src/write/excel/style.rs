//! The workbook's looks: one cell format for each combination that occurs.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::report::document::RowKind;

/// What a cell of the workbook is, as far as its look goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The sheet's title.
    Title,
    /// Lines under the sheet's title.
    Subtitle,
    /// The line above a table.
    Caption,
    /// The line below a table.
    Note,
    /// A link above the title.
    Way,
    Header,
    Body {
        row: RowKind,
        align: Align,
        number: Number,
        link: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
    /// From the left, on one line, into the empty cells beside it.
    Over,
}

/// How a number is shown; its separators are those of the reader's system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Texts, blanks, ordinals.
    General,
    Decimals(u32),
    Date,
}

/// Formats made once and looked up after; there are a few dozen.
#[derive(Default)]
pub struct Styles(Vec<(Look, Format)>);

impl Styles {
    pub fn get(&mut self, look: Look) -> &Format {
        let at = self.0.iter().position(|(known, _)| *known == look).unwrap_or_else(|| {
            self.0.push((look, format(look)));
            self.0.len() - 1
        });
        &self.0[at].1
    }
}

/// The workbook's default: what every other format starts from.
pub fn plain() -> Format {
    Format::new().set_font_name("Times New Roman").set_font_size(12).set_font_family(1)
}

/// What a figure below the office's threshold gets.
pub fn weak() -> Format {
    Format::new().set_background_color(Color::RGB(0xFFE08A)).set_font_color(Color::RGB(0x7F3F00))
}

fn format(look: Look) -> Format {
    let line = plain().set_text_wrap().set_align(FormatAlign::VerticalCenter);
    match look {
        Look::Title => line.set_bold().set_font_size(14).set_align(FormatAlign::Center),
        Look::Subtitle => line.set_italic().set_align(FormatAlign::Center),
        Look::Caption => line.set_bold(),
        Look::Note => line.set_italic().set_font_size(10),
        Look::Way => plain().set_font_size(10).set_font_color(Color::RGB(0x1F4E79)),
        Look::Header => line
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_border(FormatBorder::Thin)
            .set_background_color(Color::RGB(0xDDEBF7)),
        Look::Body { row, align, number, link } => {
            let mut format = line.set_border(FormatBorder::Thin).set_align(match align {
                Align::Left | Align::Over => FormatAlign::Left,
                Align::Center => FormatAlign::Center,
                Align::Right => FormatAlign::Right,
            });
            format = match row {
                RowKind::Body => format,
                RowKind::Total => format.set_bold().set_background_color(Color::RGB(0xF2F2F2)),
                RowKind::Group => format.set_bold(),
                RowKind::Error => format.set_background_color(Color::RGB(0xFCE4E0)),
                RowKind::Warning => format.set_background_color(Color::RGB(0xFFF6DD)),
            };
            format = match number {
                Number::General => format,
                Number::Decimals(0) => format.set_num_format("#,##0"),
                Number::Decimals(decimals) => format.set_num_format(format!("#,##0.{}", "0".repeat(decimals as usize))),
                Number::Date => format.set_num_format("dd/mm/yyyy"),
            };
            if number != Number::General || align == Align::Over {
                // A wrapped number that does not fit is cut without a sign; an unwrapped one shows ####.
                format = format.unset_text_wrap();
            }
            if link {
                // Told by its colour alone: the sheet is printed too.
                format = format.set_font_color(Color::RGB(0x1F4E79));
            }
            format
        }
    }
}
