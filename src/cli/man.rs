//! `danvan man`: manual pages, one a command, in Vietnamese.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use danvan::write::place;

use super::terminal::{self, Terminal};
use super::{Exit, period, words};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan man [LỆNH] [TÙY CHỌN]")]
pub struct Options {
    /// Lệnh cần trang hướng dẫn (mặc định: trang chung; với --output: mọi trang)
    #[arg(value_name = "LỆNH")]
    command: Option<String>,
    /// Thư mục để ghi các trang (mặc định: in ra màn hình, xem bằng: danvan man | man -l -)
    #[arg(short, long, value_name = "THƯ_MỤC")]
    output: Option<PathBuf>,
}

/// What clap_mangen heads its sections with, and what they are called here.
const HEADINGS: [(&str, &str); 3] = [("NAME", "TÊN"), ("SYNOPSIS", "CÚ PHÁP"), ("OPTIONS", "TÙY CHỌN")];

pub fn run(options: Options, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut root = words::command();
    root.build();
    let mut wanted: Vec<&Command> = std::iter::once(&root).chain(root.get_subcommands()).collect();
    match &options.command {
        Some(name) => {
            wanted.retain(|command| command.get_name() == name);
            if wanted.is_empty() {
                return Err(period::Usage(words::unknown_command(name, None)).into());
            }
        }
        None if options.output.is_none() => wanted.truncate(1),
        None => {}
    }
    let pages: Vec<(String, Vec<u8>)> =
        wanted.into_iter().map(page).collect::<std::io::Result<_>>().context("không soạn được trang hướng dẫn")?;
    let Some(folder) = options.output.filter(|folder| folder.as_os_str() != "-") else {
        let pages: Vec<u8> = pages.into_iter().flat_map(|(_, page)| page).collect();
        return terminal::stdout(&pages);
    };
    place::folder(&folder)?;
    place::all(&folder, &pages)?;
    if !terminal.is_quiet() {
        terminal::stderr_line(&format!("Đã ghi {} trang hướng dẫn vào {}.", pages.len(), folder.display()));
    }
    Ok(Exit::Done)
}

/// A page's file name and text.
fn page(command: &Command) -> std::io::Result<(String, Vec<u8>)> {
    let man = Man::new(command.clone());
    // clap_mangen leaves an empty date out, and what follows it would be taken for the date. Left-aligned and without
    // hyphens, which groff would set by English rules.
    let title = command.get_display_name().unwrap_or(command.get_name());
    let mut text = format!(
        ".TH \"{title}\" \"1\" \"\" \"danvan {}\" \"Hướng dẫn danvan\"\n.nh\n.ad l\n",
        env!("CARGO_PKG_VERSION")
    )
    .into_bytes();
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_options_section(&mut text)?;
    let mut text = headed(&String::from_utf8_lossy(&text)).into_bytes();
    let mut rest = Roff::default();
    // clap_mangen would name pages that man cannot find by "danvan-report(1)" alone, under an English heading.
    if command.has_subcommands() {
        rest.control("SH", ["LỆNH"]);
        for one in command.get_subcommands() {
            rest.control("TP", []).text([roman(format!("danvan-{}(1)", one.get_name()))]);
            rest.text([roman(one.get_about().map(ToString::to_string).unwrap_or_default())]);
        }
    }
    let (heading, lines) = words::EXITS.split_once(":\n").expect("it begins with its heading");
    rest.control("SH", [heading.to_uppercase().as_str()]).control("nf", []);
    let (codes, last) = lines.split_once("\n\n").expect("what is said of variables stands apart");
    for line in codes.lines() {
        rest.text([roman(line)]);
    }
    rest.control("fi", []).control("SH", ["BIẾN MÔI TRƯỜNG"]).text([roman(last)]);
    rest.to_writer(&mut text)?;
    Ok((man.get_filename(), text))
}

/// Headings in Vietnamese. Those of groups of options are ours already.
fn headed(page: &str) -> String {
    let heading = |line: &str| {
        let english = line.strip_prefix(".SH ")?.trim_matches('"');
        let (_, ours) = HEADINGS.iter().find(|(theirs, _)| *theirs == english)?;
        Some(format!(".SH \"{ours}\""))
    };
    page.lines().map(|line| heading(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}
