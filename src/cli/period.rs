//! The period options: several ways to name a stretch of time, of which exactly one is taken.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use danvan::base::period::{Part, Period, Span, Window};

/// Years far from any mistake and from the ends of every calendar.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// A command line that is well formed but says nothing sensible.
#[derive(Debug)]
pub struct Usage(pub String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

#[derive(Args, Default)]
#[group(skip)]
#[command(next_help_heading = "Kỳ báo cáo")]
pub struct Options {
    /// Năm; ghi riêng là cả năm
    #[arg(long, value_name = "NĂM", value_parser = year)]
    year: Option<i32>,
    /// Tháng của năm đó, từ 1 đến 12
    #[arg(long, value_name = "THÁNG", value_parser = up_to::<12>)]
    month: Option<u8>,
    /// Quý của năm đó, từ 1 đến 4
    #[arg(long, value_name = "QUÝ", value_parser = up_to::<4>)]
    quarter: Option<u8>,
    /// 6 tháng của năm đó: 1 là đầu năm, 2 là cuối năm
    #[arg(long, value_name = "1|2", value_parser = up_to::<2>)]
    half: Option<u8>,
    /// 9 tháng đầu năm đó
    #[arg(long)]
    nine_months: bool,
    /// Từ ngày, ví dụ 2023-01-01 hoặc 01/01/2023; dùng cùng --to
    #[arg(long, value_name = "NGÀY", value_parser = date)]
    from: Option<NaiveDate>,
    /// Đến hết ngày
    #[arg(long, value_name = "NGÀY", value_parser = date)]
    to: Option<NaiveDate>,
    /// Lịch tính kỳ: civil (từ ngày 1), nd09 (từ ngày 15 tháng trước, Nghị định 09/2019/NĐ-CP)
    /// (mặc định: theo danvan.toml, hoặc civil)
    #[arg(long, value_name = "LỊCH")]
    pub calendar: Option<String>,
}

impl Options {
    /// Forgets what the environment says otherwise than the command line: days where a year or a part was typed, another
    /// part where a part was, both where days were. What was typed only in part is completed from the environment.
    pub fn prefer_typed(&mut self, matches: Option<&ArgMatches>) {
        let Some(matches) = matches else { return };
        let typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        let part = ["month", "quarter", "half", "nine_months"].into_iter().any(typed);
        let days = typed("from") || typed("to");
        if part || days {
            self.month = self.month.filter(|_| typed("month"));
            self.quarter = self.quarter.filter(|_| typed("quarter"));
            self.half = self.half.filter(|_| typed("half"));
            self.nine_months = self.nine_months && typed("nine_months");
        }
        if days {
            self.year = self.year.filter(|_| typed("year"));
        } else if part || typed("year") {
            self.from = None;
            self.to = None;
        }
    }

    /// The period named; `None` where none is.
    pub fn span(&self) -> Result<Option<Span>, Usage> {
        let parts: Vec<(&str, Part)> = [
            self.month.map(|month| ("--month", Part::Month(month))),
            self.quarter.map(|quarter| ("--quarter", Part::Quarter(quarter))),
            self.half.map(|half| ("--half", Part::Half(half))),
            self.nine_months.then_some(("--nine-months", Part::NineMonths)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let usage = |text: String| Err(Usage(text));
        match (self.year, &parts[..], self.from, self.to) {
            (None, [], None, None) => Ok(None),
            (_, [(first, _), (second, _), ..], ..) => {
                usage(format!("chỉ dùng một trong {first} và {second} cho một kỳ báo cáo"))
            }
            (Some(_), _, Some(_), _) | (Some(_), _, _, Some(_)) => {
                usage("đã ghi --year thì không dùng --from, --to: chọn một cách ghi kỳ báo cáo".into())
            }
            (None, [(part, _)], ..) => usage(format!("{part} cần có --year đi kèm, ví dụ --year 2023")),
            (Some(year), parts, ..) => {
                let part = parts.first().map_or(Part::Year, |(_, part)| *part);
                Ok(Some(Span::Named(Period::new(year, part))))
            }
            (None, _, Some(_), None) => usage("--from cần có --to đi kèm".into()),
            (None, _, None, Some(_)) => usage("--to cần có --from đi kèm".into()),
            (None, _, Some(from), Some(to)) if from > to => usage(format!(
                "--from ({}) phải trước hoặc trùng --to ({})",
                from.format("%d/%m/%Y"),
                to.format("%d/%m/%Y")
            )),
            (None, _, Some(from), Some(to)) => Ok(Some(Span::Days(Window { from, to }))),
        }
    }

    /// As [`Self::span`], for a command that cannot do without.
    pub fn required(&self) -> Result<Span, Usage> {
        self.span()?.ok_or_else(|| Usage("cần cho biết kỳ báo cáo, ví dụ --year 2023".into()))
    }
}

/// `2023-01-31`, or as Vietnamese write it, `31/01/2023`.
pub fn date(typed: &str) -> Result<NaiveDate, String> {
    ["%Y-%m-%d", "%d/%m/%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(typed.trim(), format).ok())
        .filter(|day| YEARS.contains(&day.year()))
        .ok_or_else(|| "cần ngày, ví dụ 2023-01-31".to_owned())
}

fn year(typed: &str) -> Result<i32, String> {
    typed
        .parse()
        .ok()
        .filter(|year| YEARS.contains(year))
        .ok_or_else(|| format!("cần năm có bốn chữ số, từ {} đến {}", YEARS.start(), YEARS.end()))
}

fn up_to<const LAST: u8>(typed: &str) -> Result<u8, String> {
    typed.parse().ok().filter(|number| (1..=LAST).contains(number)).ok_or_else(|| format!("cần số từ 1 đến {LAST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(year: i32, part: Part) -> Result<Option<Span>, String> {
        Ok(Some(Span::Named(Period::new(year, part))))
    }

    #[test]
    fn exactly_one_way_names_the_period() {
        let days = Window { from: date("2023-01-01").unwrap(), to: date("30/6/2023").unwrap() };
        for (line, expected) in [
            ("", Ok(None)),
            ("--year 2023", named(2023, Part::Year)),
            ("--year 2023 --month 6", named(2023, Part::Month(6))),
            ("--year 2023 --quarter 2", named(2023, Part::Quarter(2))),
            ("--year 2023 --half 1", named(2023, Part::Half(1))),
            ("--year 2023 --nine-months", named(2023, Part::NineMonths)),
            ("--from 2023-01-01 --to 30/06/2023", Ok(Some(Span::Days(days)))),
            ("--month 6", Err("--month cần có --year đi kèm, ví dụ --year 2023".to_owned())),
            ("--nine-months", Err("--nine-months cần có --year đi kèm, ví dụ --year 2023".into())),
            ("--year 2023 --month 6 --half 1", Err("chỉ dùng một trong --month và --half cho một kỳ báo cáo".into())),
            ("--from 2023-01-01", Err("--from cần có --to đi kèm".into())),
            ("--to 2023-01-01", Err("--to cần có --from đi kèm".into())),
            (
                "--from 2023-07-01 --to 2023-06-30",
                Err("--from (01/07/2023) phải trước hoặc trùng --to (30/06/2023)".into()),
            ),
            (
                "--year 2023 --from 2023-01-01 --to 2023-02-01",
                Err("đã ghi --year thì không dùng --from, --to: chọn một cách ghi kỳ báo cáo".into()),
            ),
        ] {
            let typed = ["danvan", "report"].into_iter().chain(line.split_whitespace());
            let matches = crate::cli::words::command().try_get_matches_from(typed).unwrap();
            let chosen = matches.subcommand().unwrap().1;
            let options = <Options as clap::FromArgMatches>::from_arg_matches(chosen).unwrap();
            assert_eq!(options.span().map_err(|usage| usage.0), expected, "{line}");
        }
    }
}
