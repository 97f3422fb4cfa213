//! Clap in Vietnamese: its help, its headings, its errors; and the `DANVAN_…` variable of each option.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::builder::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};

use danvan::catalogue::settings::nearest;

use super::{Cli, Exit, period, terminal};

/// Words of the parts that are not built yet: refused by name, so that nobody looks for a typing mistake.
const LATER: [&str; 2] = ["--basis", "parquet"];

/// What the variables of options begin with.
const VARIABLES: &str = "DANVAN_";

pub const EXITS: &str = "\
Mã kết thúc:
  0  xong
  1  số liệu có lỗi (lệnh check; tùy chọn --strict, --fail-on)
  2  không làm được: sai cách dùng, cài đặt sai, không có gì để đọc, không ghi được

Mỗi tùy chọn có thể đặt sẵn bằng biến môi trường, ví dụ DANVAN_WORKSPACE thay cho --workspace.";

/// The whole command line, as clap is to know it.
pub fn command() -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true).help("In hướng dẫn này");
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("In phiên bản");
    let root = Cli::command()
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading("Lệnh")
        .subcommand_value_name("LỆNH")
        .arg(help.help_heading("Tùy chọn chung"))
        .arg(version.help_heading("Tùy chọn chung"))
        .after_help(EXITS);
    polish(root).mut_subcommands(polish)
}

/// What all commands have alike. Clap's "[default: …]", "[env: …]", "[possible values: …]" cannot be put into
/// Vietnamese: the texts of the options say what they say.
fn polish(command: Command) -> Command {
    command
        .styles(Styles::plain())
        .max_term_width(100)
        .help_template("{about}\n\nCách dùng: {usage}\n\n{all-args}{after-help}\n")
        .after_help(EXITS)
        .mut_args(|arg| {
            let heading = match arg.get_help_heading() {
                Some(heading) => heading.to_owned(),
                None if arg.is_positional() => "Đối số".to_owned(),
                None => "Tùy chọn".to_owned(),
            };
            let arg = arg.help_heading(heading);
            let arg = match arg.get_action() {
                ArgAction::Help | ArgAction::Version => return arg,
                ArgAction::SetTrue => arg.value_parser(switch),
                _ => arg.hide_default_value(true).hide_possible_values(true),
            };
            let arg = arg.hide_env(true);
            match arg.get_long().map(variable) {
                Some(variable) if arg.get_env().is_none() => arg.env(variable),
                _ => arg,
            }
        })
}

/// What a switch's variable may say.
fn switch(said: &str) -> Result<bool, String> {
    match said.trim().to_lowercase().as_str() {
        "1" | "true" => Ok(true),
        "0" | "false" | "" => Ok(false),
        _ => Err("biến môi trường của tùy chọn này nhận 1, 0, true hoặc false".to_owned()),
    }
}

/// Refuses a variable whose option is not built yet, as the option itself would be.
pub fn later_variable(value: impl Fn(&str) -> Option<String>) -> Option<String> {
    LATER.iter().filter(|word| word.starts_with("--")).find_map(|option| {
        let variable = variable(&option[2..]);
        let is_on = value(&variable).is_some_and(|value| switch(&value) != Ok(false));
        is_on.then(|| format!("tùy chọn {option} (biến môi trường {variable}) chưa có trong bản này"))
    })
}

/// Tells of variables that look like ours and are no option's: a misspelt one would be passed over in silence.
pub fn warn_of_unknown_variables() {
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    unknown_variables(set).iter().for_each(|sentence| terminal::warning(sentence));
}

/// A sentence for each variable that no option has.
fn unknown_variables(set: impl Iterator<Item = String>) -> Vec<String> {
    let set: BTreeSet<String> = set.filter(|name| name.starts_with(VARIABLES)).collect();
    if set.is_empty() {
        return Vec::new();
    }
    let root = command();
    let known: BTreeSet<String> = std::iter::once(&root)
        .chain(root.get_subcommands())
        .flat_map(Command::get_arguments)
        .filter_map(|arg| Some(arg.get_env()?.to_str()?.to_owned()))
        .chain(LATER.iter().filter_map(|word| word.strip_prefix("--")).map(variable))
        .collect();
    let told = set.difference(&known).map(|name| {
        // What all begin with makes none of them like another.
        let short = |name: &'_ str| name[VARIABLES.len()..].to_owned();
        let names: Vec<String> = known.iter().map(|known| short(known)).collect();
        match nearest(&short(name), names.iter().map(String::as_str)) {
            Some(near) => {
                format!("không có biến môi trường {name} (ý bạn là {VARIABLES}{near}?): biến này không có tác dụng")
            }
            None => format!("không có biến môi trường {name}: biến này không có tác dụng"),
        }
    });
    told.collect()
}

fn variable(long: &str) -> String {
    format!("{VARIABLES}{}", long.replace('-', "_").to_uppercase())
}

/// `danvan help [LỆNH]`.
pub fn help(name: Option<&str>) -> anyhow::Result<Exit> {
    let mut root = command();
    root.build();
    let text = match name {
        None => root.render_help(),
        Some(name) => match root.find_subcommand_mut(name) {
            Some(command) => command.render_help(),
            None => return Err(period::Usage(unknown_command(name, None)).into()),
        },
    };
    terminal::stdout(text.to_string().as_bytes())
}

/// Where to read more, for a command line that was not understood.
pub fn help_for(typed: &[OsString]) -> String {
    let names: Vec<String> = command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    match typed.iter().skip(1).find_map(|word| names.iter().find(|name| word == name.as_str())) {
        Some(name) => format!("danvan {name} --help"),
        None => "danvan --help".to_owned(),
    }
}

/// What clap found wrong, in one sentence.
pub fn sentence(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (arg, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument if !arg.starts_with('-') => {
            format!("thừa \"{arg}\": lệnh này không nhận thêm đối số")
        }
        ErrorKind::UnknownArgument => {
            let name = arg.split('=').next().unwrap_or_default();
            match text(ContextKind::SuggestedArg) {
                _ if LATER.contains(&name) => format!("tùy chọn {name} chưa có trong bản này"),
                near if near.is_empty() => format!("không có tùy chọn {name}"),
                near => format!("không có tùy chọn {name} (ý bạn là {near}?)"),
            }
        }
        ErrorKind::InvalidSubcommand => {
            let near = match error.get(ContextKind::SuggestedSubcommand) {
                // The likeliest stands last.
                Some(ContextValue::Strings(near)) => near.last().cloned(),
                Some(ContextValue::String(near)) => Some(near.clone()),
                _ => None,
            };
            unknown_command(&text(ContextKind::InvalidSubcommand), near)
        }
        ErrorKind::MissingSubcommand => "cần một lệnh, ví dụ: danvan report --year 2023".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} cần có giá trị đi kèm"),
        ErrorKind::InvalidValue => {
            let known = text(ContextKind::ValidValue);
            match LATER.contains(&value.as_str()) {
                true => format!("{arg}: \"{value}\" chưa có trong bản này; các giá trị dùng được: {known}"),
                false => format!("{arg} không nhận giá trị \"{value}\"; các giá trị dùng được: {known}"),
            }
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
            format!("{arg} không nhận giá trị \"{value}\"{reason}")
        }
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg);
            match other == arg {
                true => format!("{arg} chỉ được ghi một lần"),
                false => format!("{arg} không dùng cùng {other}"),
            }
        }
        ErrorKind::MissingRequiredArgument => format!("còn thiếu {arg}"),
        ErrorKind::TooManyValues => format!("{arg} không nhận thêm giá trị \"{value}\""),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("{arg} có số giá trị chưa đúng"),
        ErrorKind::NoEquals => format!("{arg} cần dấu = trước giá trị"),
        ErrorKind::InvalidUtf8 => "dòng lệnh có ký tự không đọc được (không phải UTF-8)".to_owned(),
        _ => "không hiểu dòng lệnh này".to_owned(),
    }
}

pub fn unknown_command(name: &str, near: Option<String>) -> String {
    let root = command();
    let near = near.or_else(|| nearest(name, root.get_subcommands().map(Command::get_name)).map(str::to_owned));
    match near {
        Some(near) => format!("không có lệnh {name} (ý bạn là {near}?)"),
        None => format!("không có lệnh {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        command().debug_assert();
    }

    #[test]
    fn a_variable_is_refused_where_its_option_would_be() {
        let refused =
            |name: &'static str, value: &'static str| later_variable(|asked| (asked == name).then(|| value.to_owned()));
        let basis = "tùy chọn --basis (biến môi trường DANVAN_BASIS) chưa có trong bản này";
        assert_eq!(refused("DANVAN_BASIS", "now").as_deref(), Some(basis));
        assert!(refused("DANVAN_BASIS", "0").is_none() && refused("DANVAN_YEAR", "2023").is_none());
        for (said, expected) in
            [("1", Some(true)), ("True", Some(true)), ("0", Some(false)), ("", Some(false)), ("abc", None)]
        {
            assert_eq!(switch(said).ok(), expected, "{said}");
        }
    }

    #[test]
    fn no_two_options_share_a_variable_and_differ() {
        let command = command();
        let variable = |name: &str, long: &str| {
            let command = command.find_subcommand(name).unwrap();
            let arg = command.get_arguments().find(|arg| arg.get_long() == Some(long)).unwrap();
            arg.get_env().unwrap().to_owned()
        };
        assert_eq!(variable("report", "to"), "DANVAN_TO");
        assert_eq!(variable("convert", "to"), "DANVAN_CONVERT_TO");
    }

    #[test]
    fn a_variable_of_no_option_is_told_of() {
        let told = |name: &str| unknown_variables([name.to_owned(), "PATH".to_owned()].into_iter());
        let misspelt =
            "không có biến môi trường DANVAN_WORKSPCE (ý bạn là DANVAN_WORKSPACE?): biến này không có tác dụng";
        assert_eq!(told("DANVAN_WORKSPCE"), [misspelt]);
        assert_eq!(told("DANVAN_XYZZY"), ["không có biến môi trường DANVAN_XYZZY: biến này không có tác dụng"]);
        for known in ["DANVAN_WORKSPACE", "DANVAN_CONVERT_TO", "DANVAN_ALL", "DANVAN_BASIS", "DANVANX"] {
            assert!(told(known).is_empty(), "{known}");
        }
    }

    #[test]
    fn the_guide_names_each_variable_that_is_not_called_as_its_option() {
        let guide = include_str!("../../docs/chay-tu-dong.md");
        for command in command().get_subcommands() {
            for arg in command.get_arguments() {
                let (Some(long), Some(env)) = (arg.get_long(), arg.get_env().and_then(|env| env.to_str())) else {
                    continue;
                };
                assert!(
                    env == variable(long) || guide.contains(&format!("`{env}`")),
                    "{env} of {}",
                    command.get_name()
                );
            }
        }
    }

    #[test]
    fn clap_speaks_vietnamese() {
        for (line, expected) in [
            ("report --yaer 2023", "không có tùy chọn --yaer (ý bạn là --year?)"),
            ("report --zzz", "không có tùy chọn --zzz"),
            (
                "report --years 2020",
                "--years <NĂM..NĂM> không nhận giá trị \"2020\": cần năm đầu và năm cuối, ví dụ 2021..2023, không quá 10 năm",
            ),
            ("report --basis now", "tùy chọn --basis chưa có trong bản này"),
            ("report thua", "thừa \"thua\": lệnh này không nhận thêm đối số"),
            ("report --year", "--year <NĂM> cần có giá trị đi kèm"),
            ("report --year hai", "--year <NĂM> không nhận giá trị \"hai\": cần năm có bốn chữ số, từ 1990 đến 2100"),
            ("report --year 2023 --month 13", "--month <THÁNG> không nhận giá trị \"13\": cần số từ 1 đến 12"),
            ("report --from 31/02/2023", "--from <NGÀY> không nhận giá trị \"31/02/2023\": cần ngày, ví dụ 2023-01-31"),
            (
                "convert a.xlsx --to parquet",
                "--to <ĐỊNH_DẠNG>: \"parquet\" chưa có trong bản này; các giá trị dùng được: xlsx, csv, jsonl",
            ),
            ("report --compare x", "--compare <KỲ> không nhận giá trị \"x\"; các giá trị dùng được: previous, none"),
            ("report --year 2023 --year 2024", "--year <NĂM> chỉ được ghi một lần"),
            ("report -v -q", "--verbose không dùng cùng --quiet"),
            ("report --strict=1", "--strict không nhận thêm giá trị \"1\""),
            ("repot", "không có lệnh repot (ý bạn là report?)"),
            ("xyz", "không có lệnh xyz"),
            ("-q", "cần một lệnh, ví dụ: danvan report --year 2023"),
            ("convert", "còn thiếu <TỆP>..."),
        ] {
            let typed = std::iter::once("danvan").chain(line.split(' '));
            let error = command().try_get_matches_from(typed).expect_err(line);
            assert_eq!(sentence(&error), expected, "{line}");
        }
    }
}
