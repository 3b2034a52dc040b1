//! The commands of the program: one line, detail, and examples of each.

use clap::Subcommand;

use super::{analyze, data, doctor, help, jobs, man, new, runs, schema, watch};

/// What `runner COMMAND` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look after the jobs of sweeps
    ///
    /// runner jobs list
    ///
    /// runner jobs logs ek55_ensemble/0003/4 --follow
    #[command(verbatim_doc_comment)]
    Jobs(jobs::JobsArgs),
    /// Look at past runs
    ///
    /// runner runs list
    ///
    /// runner runs compare ek55_ensemble
    #[command(verbatim_doc_comment)]
    Runs(runs::RunsArgs),
    /// Ask stored predictions: metrics, fusion, errors, classes
    ///
    /// runner analyze metrics ek55_ensemble/latest
    #[command(verbatim_doc_comment)]
    Analyze(analyze::AnalyzeArgs),
    /// Watch runs and sweeps as they run
    ///
    /// runner watch
    #[command(verbatim_doc_comment)]
    Watch(watch::WatchArgs),
    /// Check that everything is there that runs need
    ///
    /// Says of every backend, the config directory, the data, the programs that a run may call and the
    /// place of its outputs whether it is there and works, and what to do where it does not:
    ///
    /// runner doctor
    ///
    /// With overrides, what that run needs, and nothing else:
    ///
    /// runner doctor +experiment=ek55_ensemble device=libtorch hydra/launcher=slurm
    ///
    /// Ends with 0 when nothing that is asked for is broken, with 1 when something is. What is absent
    /// and not needed breaks nothing.
    #[command(verbatim_doc_comment)]
    Doctor(doctor::DoctorArgs),
    /// Make and inspect data
    ///
    /// runner data check
    ///
    /// runner data synth root
    #[command(verbatim_doc_comment)]
    Data(data::DataArgs),
    /// Print the JSON Schema of the config files, for editors
    ///
    /// runner schema > schema.json
    ///
    /// runner schema opt/optimizer
    #[command(verbatim_doc_comment)]
    Schema(schema::SchemaArgs),
    /// Write a file of the config directory
    ///
    /// runner new experiment mine +experiment=ek55_ensemble distill=20
    #[command(verbatim_doc_comment)]
    New(new::NewArgs),
    /// Print a completion script for a shell
    ///
    /// For bash and zsh, and for fish:
    ///
    /// eval "$(runner completions bash)"
    ///
    /// runner completions fish | source
    ///
    /// These three know commands, flags, groups, options, keys, runs, sweeps and metrics; elvish and
    /// PowerShell commands and flags.
    #[command(verbatim_doc_comment)]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual
    ///
    /// A page of `man`; without a command, that of the program:
    ///
    /// runner man runs compare | man -l -
    ///
    /// All pages, for `man runner` and `man runner-runs-compare`:
    ///
    /// runner man --out ~/.local/share/man/man1
    #[command(verbatim_doc_comment)]
    Man(man::ManArgs),
    /// Print the help of a command, or all flags at length
    ///
    /// The same as `runner COMMAND --help`:
    ///
    /// runner help runs compare
    #[command(verbatim_doc_comment)]
    Help(help::HelpArgs),
}

#[cfg(test)]
mod tests;
