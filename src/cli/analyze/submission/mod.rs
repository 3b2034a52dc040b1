//! `runner analyze submission`: `made` writes one, `checked` reads one.

mod checked;
mod made;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::analysis::{Challenge, Supervision};

use super::super::failure::Failure;
use super::given::GivenArgs;
use super::models::{self, ScaleArgs};

#[derive(Debug, Args)]
pub(super) struct SubmissionArgs {
    /// Runs, or results files, whose scores are submitted; several are added up
    #[arg(value_name = "RESULTS", required_unless_present = "check")]
    results: Vec<String>,
    /// Which challenge; without it, that of the data set
    #[arg(long)]
    challenge: Option<ChallengeName>,
    /// Directory for documents and archive, or one file: .json or .zip
    #[arg(long, value_name = "DIR|FILE", required_unless_present = "check")]
    out: Option<PathBuf>,
    /// Weights of the models [default: all the same]
    #[arg(long, value_name = "W,..", value_parser = parse_weights, allow_hyphen_values = true)]
    weights: Option<Given>,
    #[command(flatten)]
    scale: ScaleArgs,
    /// Supervision of pre-training, labels and data, 0 to 5 each (EK100)
    #[arg(long, value_name = "PT,TL,TD", default_value = "1,4,4")]
    sls: Supervision,
    /// Set of the kitchens that are not in training (EK55)
    #[arg(long, value_name = "SET", default_value = "eval_s2")]
    unseen: String,
    /// Check a document or an archive instead of writing one
    ///
    /// With `--of RUN|EXPERIMENT` also whether it has exactly the segments of the set.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["results", "out", "weights", "challenge"])]
    check: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    given: GivenArgs,
}

/// Weights as they were given.
#[derive(Clone, Debug)]
struct Given(Vec<f64>);

fn parse_weights(text: &str) -> Result<Given, String> {
    models::parse_weights(text).map(Given)
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ChallengeName {
    /// EPIC-Kitchens-55: seen.json and unseen.json
    Ek55,
    /// EPIC-Kitchens-100: test.json
    Ek100,
}

impl From<ChallengeName> for Challenge {
    fn from(name: ChallengeName) -> Self {
        match name {
            ChallengeName::Ek55 => Self::Ek55,
            ChallengeName::Ek100 => Self::Ek100,
        }
    }
}

pub(super) fn run(args: &SubmissionArgs) -> Result<ExitCode, Failure> {
    match (&args.check, &args.out) {
        (Some(file), _) => checked::run(args, file),
        (None, Some(out)) => made::run(args, out),
        (None, None) => Err(Failure::wrong_input("failed to write: `--out` does not say where")),
    }
}
