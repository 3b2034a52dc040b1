//! `runner analyze`: what stored predictions say. One file a command.

mod classes;
mod errors;
mod fuse;
mod given;
mod marginalize;
mod measured;
mod metrics;
mod models;
mod submission;
mod words;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;

#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    #[command(subcommand)]
    command: AnalyzeCommand,
}

#[derive(Debug, Subcommand)]
enum AnalyzeCommand {
    /// Compute all metrics of stored predictions
    ///
    /// RESULTS are runs, results files (.h5, .pth), pickles of the study, or stores of a teacher.
    /// Several stand side by side. Where none of them is a run's, --of says whose labels are meant:
    ///
    /// runner analyze metrics ek55_ensemble/latest ek55_ensemble/1
    ///
    /// runner analyze metrics bert_E_7_preds.pkl --of ek55_bert --metrics AR5_manyshot
    #[command(verbatim_doc_comment)]
    Metrics(metrics::MetricsArgs),
    /// Turn scores of actions into scores of verbs and nouns
    ///
    /// The probability of a verb is that of its actions, added up. Prints how good these verbs and
    /// nouns are; --out stores them beside the actions in a results file that every command reads:
    ///
    /// runner analyze marginalize ek55_ensemble/latest --out marginals.h5
    #[command(verbatim_doc_comment)]
    Marginalize(marginalize::MarginalizeArgs),
    /// Add up the scores of several models (late fusion)
    ///
    /// RESULTS are runs, results files (.h5, .pth), pickles of the study, or stores of a teacher. Prints
    /// the metrics of each and of the sum; --out stores the sum as a results file:
    ///
    /// runner analyze fuse ek55_bert/latest ek55_roberta/latest --weights 1,0.5 --norm 2 --out both.h5
    ///
    /// runner analyze fuse ek55_bert/latest ek55_roberta/latest --weights search --metric action.top1
    #[command(verbatim_doc_comment)]
    Fuse(fuse::FuseArgs),
    /// Write the JSON that the EPIC-Kitchens challenges take
    ///
    /// Several RESULTS are added up first, as by fuse. A directory gets the documents and the archive
    /// to upload; --check tells what the organisers would refuse in a file:
    ///
    /// runner analyze submission ek100_avt_test_testonly/latest --out challenge
    ///
    /// runner analyze submission --check challenge/submit.zip
    #[command(verbatim_doc_comment)]
    Submission(submission::SubmissionArgs),
    /// Tell where a teacher is right and its student is wrong
    ///
    /// Counts, for every segment, which of teacher, student without and student with the teacher has
    /// the true action among its first five. Labels are those of the students' runs:
    ///
    /// runner analyze errors --teacher bert.safetensors --baseline E/1 --distilled E/2 --out errors
    #[command(verbatim_doc_comment)]
    Errors(errors::ErrorsArgs),
    /// Compare two models class by class, or tell which classes a model takes for each other
    ///
    /// Runs of one setting, joined by commas, are averaged:
    ///
    /// runner analyze classes ek55_ensemble/1 ek55_ensemble/2 --top 10
    ///
    /// runner analyze classes E/1,E/2,E/3 E/4,E/5,E/6 --label verb --metric top1 --sort support
    ///
    /// runner analyze classes ek55_ensemble/1 --correlations
    #[command(verbatim_doc_comment)]
    Classes(classes::ClassesArgs),
}

pub(super) fn run(args: &AnalyzeArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        AnalyzeCommand::Metrics(args) => metrics::run(args),
        AnalyzeCommand::Marginalize(args) => marginalize::run(args),
        AnalyzeCommand::Fuse(args) => fuse::run(args),
        AnalyzeCommand::Submission(args) => submission::run(args),
        AnalyzeCommand::Errors(args) => errors::run(args),
        AnalyzeCommand::Classes(args) => classes::run(args),
    }
}
