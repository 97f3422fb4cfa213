//! The program: hands over to [`cli`], which is declared here so that the library cannot name it.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
