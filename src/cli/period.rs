//! The period options: several ways to name a stretch of time, of which exactly one is taken.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use danvan::base::period::{Asked, Each, Part, Period, Span, Window};

use super::one_of;

/// Years far from any mistake and from the ends of every calendar.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// More columns than these no page holds.
const MOST_YEARS: i32 = 10;

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
    /// Nhiều năm liền, ví dụ 2021..2023: cả giai đoạn, mỗi năm một cột
    #[arg(long, value_name = "NĂM..NĂM", value_parser = years)]
    years: Option<(i32, i32)>,
    /// Kỳ đã kết thúc gần nhất trước hôm nay: month (tháng), quarter (quý), half (6 tháng) hoặc year (năm)
    #[arg(
        long, value_name = "KỲ",
        value_parser = one_of([
            ("month", Each::Month),
            ("quarter", Each::Quarter),
            ("half", Each::Half),
            ("year", Each::Year),
        ])
    )]
    last: Option<Each>,
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
        let whole = typed("years") || typed("last");
        if part || days || whole || typed("year") {
            self.years = self.years.filter(|_| typed("years"));
            self.last = self.last.filter(|_| typed("last"));
        }
        if part || days || whole {
            self.month = self.month.filter(|_| typed("month"));
            self.quarter = self.quarter.filter(|_| typed("quarter"));
            self.half = self.half.filter(|_| typed("half"));
            self.nine_months = self.nine_months && typed("nine_months");
        }
        if days || whole {
            self.year = self.year.filter(|_| typed("year"));
        }
        if whole {
            self.from = self.from.filter(|_| typed("from"));
            self.to = self.to.filter(|_| typed("to"));
        } else if !days && (part || typed("year")) {
            self.from = None;
            self.to = None;
        }
    }

    /// The period asked for; `None` where none is.
    pub fn asked(&self) -> Result<Option<Asked>, Usage> {
        let named = self.span()?;
        let years = self.years.map(|(first, last)| ("--years", Asked::Span(Span::Years(first, last))));
        let last = self.last.map(|each| ("--last", Asked::Last(each)));
        match (named, years, last) {
            (None, None, None) => Ok(None),
            (Some(span), None, None) => Ok(Some(Asked::Span(span))),
            (None, Some((_, asked)), None) | (None, None, Some((_, asked))) => Ok(Some(asked)),
            (_, Some(_), Some(_)) => Err(Usage("chỉ dùng một trong --years và --last cho một kỳ báo cáo".into())),
            (Some(_), Some((option, _)), None) | (Some(_), None, Some((option, _))) => {
                Err(Usage(format!("đã ghi {option} thì không ghi kỳ báo cáo bằng cách khác")))
            }
        }
    }

    /// The period named by a year, a part of it, or days.
    fn span(&self) -> Result<Option<Span>, Usage> {
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

    /// As [`Self::asked`], for a command that cannot do without.
    pub fn required(&self) -> Result<Asked, Usage> {
        self.asked()?.ok_or_else(|| Usage("cần cho biết kỳ báo cáo, ví dụ --year 2023".into()))
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

/// `2021..2023`, also as people write it, `2021-2023`.
fn years(typed: &str) -> Result<(i32, i32), String> {
    let parts = typed.split_once("..").or_else(|| typed.split_once(['-', '–']));
    let parse = |text: &str| year(text.trim_matches(['=', ' ']));
    let years = parts.and_then(|(first, last)| Some((parse(first).ok()?, parse(last).ok()?)));
    years
        .filter(|(first, last)| first < last && last - first < MOST_YEARS)
        .ok_or_else(|| format!("cần năm đầu và năm cuối, ví dụ 2021..2023, không quá {MOST_YEARS} năm"))
}

fn up_to<const LAST: u8>(typed: &str) -> Result<u8, String> {
    typed.parse().ok().filter(|number| (1..=LAST).contains(number)).ok_or_else(|| format!("cần số từ 1 đến {LAST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(year: i32, part: Part) -> Result<Option<Asked>, String> {
        Ok(Some(Asked::Span(Span::Named(Period::new(year, part)))))
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
            ("--from 2023-01-01 --to 30/06/2023", Ok(Some(Asked::Span(Span::Days(days))))),
            ("--years 2021..2023", Ok(Some(Asked::Span(Span::Years(2021, 2023))))),
            ("--years 2021-2023", Ok(Some(Asked::Span(Span::Years(2021, 2023))))),
            ("--last quarter", Ok(Some(Asked::Last(Each::Quarter)))),
            ("--last year --year 2023", Err("đã ghi --last thì không ghi kỳ báo cáo bằng cách khác".into())),
            ("--years 2021..2023 --last year", Err("chỉ dùng một trong --years và --last cho một kỳ báo cáo".into())),
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
            assert_eq!(options.asked().map_err(|usage| usage.0), expected, "{line}");
        }
    }
}
