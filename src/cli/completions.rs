//! `danvan completions`: what a shell needs to complete commands and options, with their Vietnamese texts.

use clap::Args;
use clap_complete::Shell;

use super::{Exit, one_of, terminal, words};

#[derive(Args)]
#[group(skip)]
#[command(override_usage = "danvan completions <bash|zsh|fish|powershell>")]
pub struct Options {
    /// Chương trình dòng lệnh đang dùng: bash, zsh, fish hoặc powershell
    #[arg(
        value_name = "SHELL",
        value_parser = one_of([
            ("bash", Shell::Bash), ("zsh", Shell::Zsh), ("fish", Shell::Fish), ("powershell", Shell::PowerShell),
        ])
    )]
    shell: Shell,
}

pub fn run(options: Options) -> anyhow::Result<Exit> {
    terminal::stdout(script(options.shell).as_bytes())
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut words::command(), "danvan", &mut script);
    let script = String::from_utf8(script).expect("all texts of the command line are in UTF-8");
    // The one English text that zsh shows: the headings over a list of commands.
    match shell {
        Shell::Zsh => script.replace(" commands' commands ", ": lệnh' commands "),
        _ => script,
    }
}
