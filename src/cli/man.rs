//! `runner man`: the manual, a page for the program and one for each command.
//!
//! Decides how the texts of `--help` are set as `man` pages: paragraphs, examples and tables as they
//! are typed. What they say is decided where the commands are; nothing here is said twice.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Command;
use clap_mangen::Man;

use crate::files;

use super::args::{self, EXAMPLES};
use super::failure::Failure;
use super::help::named;
use super::out;

#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// The page of this command; without it, that of the program
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    /// Write all pages into this directory, as `man` finds them; none of them may exist yet
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

const ENDINGS: &str = "\
.TP
.B 0
Success.
.TP
.B 1
The experiment failed, or \\fBrunner doctor\\fR found something broken.
.TP
.B 2
The command line, the config or the data is wrong: nothing was started, nothing was written.
.TP
.B 75
Stopped after a checkpoint: the same command goes on from there.
.TP
.B 130
Stopped before the first checkpoint.
";

const VARIABLES: &str = "\
.TP
.B HYDRA_VERSION_BASE
The compatibility level, as \\fB\\-\\-version\\-base\\fR.
.TP
.B NO_COLOR
No colours, whatever the terminal takes.
.TP
.B RUNNER_LIBTORCH
The binary with libtorch, where it does not lie beside this one.
.TP
.B RUST_LOG
What stderr shows of the log: \\fBwarn\\fR, \\fBinfo\\fR, \\fBdebug\\fR.
";

const PLACES: &str = "\
.TP
.I conf/
The config directory, in which groups and experiments are files.
.TP
.I outputs/EXPERIMENT/NNNN/
A run: its config, manifest, metrics, checkpoints, results and page.
.TP
.I ~/.config/runner/site.yaml
Values of this machine, over those of the config directory and under the command line.
";

pub(super) fn run(args: &ManArgs) -> Result<ExitCode, Failure> {
    let mut root = args::command();
    root.build();
    match &args.out {
        None => out::write(page(named(&root, &args.command)?)?)?,
        Some(dir) => {
            let pages = pages(&root)?;
            write(dir, &pages)?;
            say!("wrote {} pages; `man -l {}` shows one", pages.len(), shown(dir, "runner.1"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(dir: &Path, name: &str) -> String {
    super::run::shown(&dir.join(name))
}

/// Writes all of them, or none where one is there already.
fn write(dir: &Path, pages: &[(String, String)]) -> Result<(), Failure> {
    if let Some((name, _)) = pages.iter().find(|(name, _)| files::kind(&dir.join(name)).is_some()) {
        let text = format!("`{}` exists already, nothing is overwritten", shown(dir, name));
        return Err(Failure::wrong_input(text));
    }
    files::create_dir_all(dir)?;
    pages
        .iter()
        .try_for_each(|(name, text)| Ok(files::create_new(&dir.join(name), text.as_bytes())?))
}

/// All pages with their files' names.
fn pages(command: &Command) -> Result<Vec<(String, String)>, Failure> {
    let mut all = vec![(format!("{}.1", name(command)), page(command)?)];
    for below in below(command) {
        all.extend(pages(below)?);
    }
    Ok(all)
}

fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn below(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|one| !one.is_hide_set())
}

/// The page of one command.
fn page(command: &Command) -> Result<String, Failure> {
    let is_root = command.get_name() == name(command);
    let source = concat!("runner ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(name(command)).date("").source(source);
    let man = man.manual("runner");
    let mut page = Vec::new();
    let failed = |error| Failure::failed(format_args!("failed to set a page: {error}"));
    man.render_title(&mut page).map_err(failed)?;
    man.render_name_section(&mut page).map_err(failed)?;
    man.render_synopsis_section(&mut page).map_err(failed)?;
    section(&mut page, "DESCRIPTION", &text(&described(command)));
    if command.get_arguments().any(|arg| !arg.is_hide_set()) {
        man.render_options_section(&mut page).map_err(failed)?;
    }
    if below(command).next().is_some() {
        section(&mut page, "COMMANDS", &commands(command));
    }
    let more = command.get_after_long_help().or(command.get_after_help());
    if let Some(more) = more.map(ToString::to_string).filter(|_| !is_root) {
        let (head, rest) = more.split_once('\n').unwrap_or(("", &more));
        let title = if head.starts_with("Example") { "EXAMPLES" } else { "NAMES" };
        section(&mut page, title, &text(rest));
    }
    if is_root {
        of_root(&mut page);
    }
    section(&mut page, "SEE ALSO", &others(command));
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// What holds for every command.
fn of_root(page: &mut Vec<u8>) {
    let examples = EXAMPLES.split_once('\n').map_or("", |(_, rest)| rest);
    section(page, "EXAMPLES", &text(examples));
    section(page, "EXIT STATUS", ENDINGS);
    section(page, "ENVIRONMENT", VARIABLES);
    section(page, "FILES", PLACES);
}

fn section(page: &mut Vec<u8>, title: &str, body: &str) {
    if !body.trim().is_empty() {
        page.extend_from_slice(format!(".SH {title}\n{body}").as_bytes());
    }
}

fn described(command: &Command) -> String {
    command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default()
}

/// The commands below one, each with its first line.
fn commands(command: &Command) -> String {
    let line = |one: &Command| {
        let about = one.get_about().map(ToString::to_string).unwrap_or_default();
        format!(".TP\n.BR {} (1)\n{}\n", escape(name(one)), inline(&about))
    };
    below(command).map(line).collect()
}

/// The pages above and beside.
fn others(command: &Command) -> String {
    let name = name(command);
    let mut above: Vec<&str> = name.match_indices('-').map(|(at, _)| &name[..at]).collect();
    // `runner data import-teacher` has no page above it called runner-data-import.
    above.retain(|one| one.matches('-').count() < 2 && name != *one);
    let lines = above.iter().map(|one| format!(".BR {} (1)\n", escape(one)));
    lines.collect()
}

/// Paragraphs as text, examples and tables as they are typed.
fn text(about: &str) -> String {
    let mut out = String::new();
    for paragraph in about.split("\n\n").map(|one| one.trim_matches('\n')) {
        let is_typed = paragraph.starts_with("runner ") || paragraph.lines().any(is_indented);
        match is_typed {
            true => {
                let lines = paragraph.lines().map(|line| format!("{}\n", escape_line(line)));
                out.push_str(&format!(".PP\n.nf\n.RS 4\n{}.RE\n.fi\n", lines.collect::<String>()));
            }
            false => {
                let joined = paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
                out.push_str(&format!(".PP\n{}\n", inline(&joined)));
            }
        }
    }
    out
}

fn is_indented(line: &str) -> bool {
    line.starts_with("  ")
}

/// Running text, what stands between backticks in bold.
fn inline(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        1 => format!("\\fB{}\\fR", escape(part)),
        _ => escape(part),
    });
    guarded(&parts.collect::<String>())
}

fn escape_line(line: &str) -> String {
    guarded(&escape(line))
}

/// A line that does not start as a request of roff.
fn guarded(line: &str) -> String {
    match line.starts_with(['.', '\'']) {
        true => format!("\\&{line}"),
        false => line.to_owned(),
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('~', "\\(ti")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_examples_and_tables() {
        let about = "Say `it`.\n\nLong\ntext - here:\n\nrunner x 'a>1'\n    --b\n\n.no request";
        let expected = ".PP\nSay \\fBit\\fR.\n.PP\nLong text \\- here:\n\
                        .PP\n.nf\n.RS 4\nrunner x \\(aqa>1\\(aq\n    \\-\\-b\n.RE\n.fi\n\
                        .PP\n\\&.no request\n";
        assert_eq!(text(about), expected);
    }

    #[test]
    fn every_command_has_a_page() {
        fn count(command: &Command) -> usize {
            1 + command.get_subcommands().map(count).sum::<usize>()
        }
        let mut root = args::command();
        root.build();
        let pages = pages(&root).unwrap();
        assert_eq!(pages.len(), count(&root));
        for (name, page) in &pages {
            assert!(page.contains(".SH DESCRIPTION\n.PP"), "{name}: {page}");
        }
    }
}
