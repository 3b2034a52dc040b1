//! The job file as a text: what is asked of Slurm, what each task runs, and the one command that runs
//! it. Pure: it neither looks at the machine nor writes anything.
//!
//! Invariant: the text works however it is submitted, by this program or by hand, in whole or in part
//! (`sbatch --array=3,5 FILE`); what a task does again is continued or left alone by the worker that it
//! starts. Every value in it went through `quote`.

use std::fmt::Write;
use std::path::Path;

use super::quote::{comment, directive, path, shell};
use super::{SlurmError, SlurmSettings, array};

/// The first words of the second line: what tells a job file of this program from others.
pub(super) const MARK: &str = "# Written by `runner -m";
/// Overrides that say how the file itself is written, and nothing about the jobs in it.
const OF_THE_FILE: [&str; 3] =
    ["hydra.launcher.submit=", "hydra.launcher.jobs_dir=", "hydra.launcher.job_file="];

/// What a job file is written from.
#[derive(Clone, Debug)]
pub struct JobFile<'a> {
    /// How jobs run.
    pub settings: &'a SlurmSettings,
    /// Name of the experiment.
    pub experiment: &'a str,
    /// The arguments that compose the sweep.
    pub arguments: &'a [String],
    /// Where it works.
    pub place: Place<'a>,
    /// Overrides of each task, by number; `None` for a point that is drawn when the task starts.
    pub tasks: &'a [Option<Vec<String>>],
}

/// Where the jobs of a job file work.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// In a sweep that has its ledger; started in `cwd`, by the program at `program`.
    Sweep {
        /// The sweep directory, absolute.
        sweep: &'a Path,
        /// Where the command was given, absolute.
        cwd: &'a Path,
        /// The program, absolute.
        program: &'a Path,
    },
    /// Wherever it is submitted: each submission makes a sweep directory of its own in `outputs`,
    /// named after the job's number, so that a task that is requeued finds it again.
    Anywhere {
        /// The directory of the experiment.
        outputs: &'a Path,
        /// Where logs go: a directory that is there, since Slurm makes none.
        logs: &'a Path,
    },
}

impl JobFile<'_> {
    /// The text.
    ///
    /// # Errors
    /// A value that no text or no line can hold.
    pub fn text(&self, file: &Path) -> Result<String, SlurmError> {
        let parts = [
            self.head(file)?,
            self.directives()?,
            "set -u\n".to_owned(),
            self.tasks_in_words(),
            self.setup(),
            self.command()?,
        ];
        Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n"))
    }

    fn is_array(&self) -> bool {
        self.tasks.len() > 1
    }

    fn head(&self, file: &Path) -> Result<String, SlurmError> {
        let words = self.arguments.iter().map(|word| shell(word)).collect::<Result<Vec<_>, _>>()?;
        let file = shell(path(file)?)?;
        let part = if self.is_array() {
            format!("#     sbatch --array=0 {file}    (one of its {} jobs)\n", self.tasks.len())
        } else {
            String::new()
        };
        Ok(format!(
            "#!/bin/bash\n{MARK} {}`.\n#\n# Works as well when it is submitted by hand:\n\
             #     sbatch {file}\n{part}",
            comment(&words.join(" "))
        ))
    }

    fn directives(&self) -> Result<String, SlurmError> {
        let settings = self.settings;
        let mut lines = vec![("job-name".to_owned(), Some(settings.name.clone()))];
        let mut add = |key: &str, value: String| lines.push((key.to_owned(), Some(value)));
        if self.is_array() {
            let all: Vec<usize> = (0..self.tasks.len()).collect();
            add("array", array::array(&all, Some(settings.parallelism)));
        }
        if let Place::Sweep { cwd, .. } = self.place {
            add("chdir", path(cwd)?.to_owned());
        }
        add("output", self.output()?);
        add("open-mode", "append".into());
        add("signal", format!("{}@{}", settings.signal, settings.notice.as_secs()));
        lines.push(("requeue".to_owned(), None));
        lines.extend(settings.lines.iter().cloned());
        let mut text = String::new();
        for (key, value) in &lines {
            match value {
                Some(value) => writeln!(text, "#SBATCH --{key}={}", directive(value)?),
                None => writeln!(text, "#SBATCH --{key}"),
            }
            .expect("a string takes everything");
        }
        Ok(text)
    }

    /// One log for stdout and stderr, to which every attempt appends.
    fn output(&self) -> Result<String, SlurmError> {
        let literal = |folder: &Path| -> Result<String, SlurmError> {
            let text = path(folder)?;
            // Slurm replaces %x, and does so no more after a backslash.
            if text.contains('\\') {
                let problem = "a backslash, which Slurm does not take in the name of a log";
                return Err(SlurmError::Unwritable { text: text.into(), problem });
            }
            Ok(text.replace('%', "%%"))
        };
        Ok(match (self.place, self.is_array()) {
            (Place::Sweep { sweep, .. }, true) => format!("{}/ledger/%4a.log", literal(sweep)?),
            (Place::Sweep { sweep, .. }, false) => format!("{}/ledger/0000.log", literal(sweep)?),
            (Place::Anywhere { logs, .. }, array) => {
                let number = if array { "%A_%a" } else { "%j" };
                format!("{}/{}-{number}.log", literal(logs)?, self.experiment.replace('%', "%%"))
            }
        })
    }

    /// A line for each task, without what all of them share.
    fn tasks_in_words(&self) -> String {
        let shared = self.shared();
        let mut text = String::from("# What it runs:\n");
        for (number, overrides) in self.tasks.iter().enumerate() {
            let own = |words: &Vec<String>| {
                let own = words.iter().filter(|word| !shared.contains(word));
                own.map(String::as_str).collect::<Vec<_>>().join(" ")
            };
            let words = match overrides.as_ref().map(own) {
                Some(own) if own.is_empty() => "the experiment as it is".to_owned(),
                Some(own) => comment(&own),
                None => "a point that is drawn when it starts".to_owned(),
            };
            writeln!(text, "# {number:>3}: {words}").expect("a string takes everything");
        }
        text
    }

    /// The overrides that every task has.
    fn shared(&self) -> Vec<&String> {
        let has =
            |task: &Option<Vec<String>>, word| task.as_ref().is_some_and(|t| t.contains(word));
        let first = self.tasks.first().into_iter().flatten().flatten();
        first.filter(|word| self.tasks.iter().all(|task| has(task, word))).collect()
    }

    fn setup(&self) -> String {
        let lines: String = self.settings.setup.iter().map(|line| format!("{line}\n")).collect();
        if lines.is_empty() { lines } else { format!("# hydra.launcher.setup\n{lines}") }
    }

    fn command(&self) -> Result<String, SlurmError> {
        let (program, sweep) = match self.place {
            Place::Sweep { sweep, program, .. } => (shell(path(program)?)?, shell(path(sweep)?)?),
            Place::Anywhere { outputs, .. } => (
                "$(command -v runner || echo target/release/runner)".to_owned(),
                format!(
                    "{}/slurm-\"${{SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}}\"",
                    shell(path(outputs)?)?
                ),
            ),
        };
        let task = if self.is_array() { "\"$SLURM_ARRAY_TASK_ID\"" } else { "0" };
        let mut srun = String::from("srun");
        let given = &self.settings.srun_args;
        let is_given = |key: &str| given.iter().any(|word| word.starts_with(key));
        // What ranks need to find each other, and not to wait for one that is gone.
        let ranks = [("--kill-on-bad-exit", "--kill-on-bad-exit=1"), ("--mpi", "--mpi=pmix")];
        let ranks = ranks.into_iter().filter(|(key, _)| self.settings.has_ranks && !is_given(key));
        let ranks = ranks.map(|(_, word)| word);
        for word in ranks.chain(given.iter().map(String::as_str)) {
            write!(srun, " {}", shell(word)?).expect("a string takes everything");
        }
        let kept = |word: &&String| !OF_THE_FILE.iter().any(|own| word.starts_with(own));
        let words = self.arguments.iter().filter(kept).map(|word| shell(word));
        let words = words.collect::<Result<Vec<_>, _>>()?.join(" \\\n    ");
        Ok(format!(
            "# Another program: RUNNER=... sbatch ...\n\
             RUNNER=${{RUNNER:-{program}}}\n\
             # srun does not ask for the cores of the job by itself.\n\
             [ -z \"${{SLURM_CPUS_PER_TASK:-}}\" ] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK\n\n\
             # Told to stop, a run writes a checkpoint and puts its task back into the queue itself; the next\n\
             # attempt goes on in the same directory. In place of this shell, so that nothing stands between.\n\
             exec {srun} \\\n    \"$RUNNER\" jobs run {sweep} {task} -- \\\n    {words}\n"
        ))
    }
}

#[cfg(test)]
mod tests;
