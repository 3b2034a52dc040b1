//! `runner data recipes`: a corpus of action sequences from Recipe1M.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::experiment::StopFlag;
use crate::text::recipes::{Progress, RecipesConfig, Source, Summary, VerbsRemoved, convert};
use crate::train::StopSignal;

use super::failure::Failure;
use super::out;

#[derive(Debug, Args)]
pub(super) struct RecipesArgs {
    /// Corpus to write; must not exist yet
    out: PathBuf,
    /// Recipes of Recipe1M; rules find their actions
    #[arg(long, value_name = "FILE", required_unless_present = "extracted")]
    layer1: Option<PathBuf>,
    /// Verbs and objects that the original extracted; give it once a file, in order
    #[arg(long, value_name = "FILE", conflicts_with = "layer1")]
    extracted: Vec<PathBuf>,
    /// Which verbs are no action
    #[arg(long, value_enum, default_value_t = Verbs::Sound)]
    verbs_removed: Verbs,
    /// Recipes to read at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Print what came out as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Verbs {
    /// is, are, have, let, using ..., could and want
    Sound,
    /// The original's list, where a missing comma leaves could and want in
    Original,
}

impl RecipesArgs {
    fn config(&self) -> RecipesConfig {
        RecipesConfig {
            source: match &self.layer1 {
                Some(path) => Source::Layer1(path.clone()),
                None => Source::Extracted(self.extracted.clone()),
            },
            verbs_removed: match self.verbs_removed {
                Verbs::Sound => VerbsRemoved::Sound,
                Verbs::Original => VerbsRemoved::Original,
            },
            limit: self.limit,
        }
    }
}

pub(super) fn run(args: &RecipesArgs) -> Result<ExitCode, Failure> {
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let mut told = Told::new(if args.layer1.is_some() { "recipes" } else { "sentences" });
    let summary = convert(&args.config(), &args.out, &mut |progress| {
        told.tell(progress);
        !stop.stop_requested()
    })?;
    told.sum_up(&summary);
    match args.json {
        true => out::line(format_args!("{:#}", shown(args, &summary)))?,
        false => out::line(args.out.display())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(args: &RecipesArgs, summary: &Summary) -> serde_json::Value {
    json!({
        "corpus": args.out.display().to_string(),
        "read": summary.read,
        "without_actions": summary.without_actions,
        "recipes": summary.recipes,
        "actions": summary.actions,
        "bytes": summary.bytes,
    })
}

/// Says on stderr how far it is, now and then.
struct Told {
    what: &'static str,
    start: Instant,
    last: Instant,
}

impl Told {
    const EVERY: Duration = Duration::from_secs(5);

    fn new(what: &'static str) -> Self {
        Self { what, start: Instant::now(), last: Instant::now() }
    }

    fn tell(&mut self, progress: Progress) {
        if self.last.elapsed() < Self::EVERY {
            return;
        }
        self.last = Instant::now();
        let Progress { read, recipes } = progress;
        let what = self.what;
        match recipes {
            0 => say!("read {read} {what}, {:.0} a second", self.rate(read)),
            _ => say!("read {read} {what}, wrote {recipes} recipes"),
        }
    }

    fn sum_up(&self, summary: &Summary) {
        let Summary { read, without_actions, recipes, actions, .. } = summary;
        say!(
            "read {read} {} in {:.1} s, {without_actions} of them without an action; \
             wrote {recipes} recipes with {actions} actions",
            self.what,
            self.start.elapsed().as_secs_f64(),
        );
    }

    fn rate(&self, read: u64) -> f64 {
        read as f64 / self.start.elapsed().as_secs_f64()
    }
}
