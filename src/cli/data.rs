//! `runner data`: making and inspecting data.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::data::{self, SynthConfig, World};

use super::check::{self, CheckArgs};
use super::export::{self, ExportArgs};
use super::failure::Failure;
use super::import::{self, ImportArgs};
use super::out;
use super::recipes::{self, RecipesArgs};

#[derive(Debug, Args)]
pub struct DataArgs {
    #[command(subcommand)]
    command: DataCommand,
}

#[derive(Debug, Subcommand)]
enum DataCommand {
    /// Write a generated data root in the real formats
    ///
    /// Annotations (EPIC-Kitchens-55 and RULSTM layouts), LMDB features and teacher predictions,
    /// with --video also videos, all marked synthetic. DIR must not exist yet:
    ///
    /// runner data synth root --train-videos 4 --val-videos 2
    #[command(verbatim_doc_comment)]
    Synth(SynthArgs),
    /// Print what a data file holds
    ///
    /// Reads csv, lists, pickles (pandas, numpy, torch; nothing in them is executed), LMDB feature
    /// stores, Sener's features, teacher stores, safetensors, HDF5 results, videos, and the
    /// checkpoints of a run:
    ///
    /// runner data show external/rulstm/RULSTM/data/ek55/training.csv --csv | head
    #[command(verbatim_doc_comment)]
    Show(ShowArgs),
    /// Check whether a data root is there and whole
    ///
    /// Says of every annotation file, feature store, video folder and teacher whether it is there,
    /// can be read, has the published size and serves the segments, and where to get what is not
    /// there. Overrides of anything but `paths` check what that run reads:
    ///
    /// runner data check paths.external=EXTERNAL --set ek55 --kind annotations --checksums
    ///
    /// runner data check +experiment=ek55_ensemble paths.data=DATA
    ///
    /// Ends with 0 when everything is found, with 2 when something is not.
    #[command(verbatim_doc_comment)]
    Check(CheckArgs),
    /// Import teacher predictions from a pickle of the original
    ///
    /// Either form is read: a list of dicts with `uid` and `logit_action`, or a dict from uid to
    /// tensor. How many segments of the annotations have a prediction is printed, of several files
    /// for each:
    ///
    /// runner data import-teacher bert.pkl bert.safetensors --dataset-version -1
    ///     --annotations egtea/training1.csv --actions egtea/actions.csv
    #[command(verbatim_doc_comment)]
    ImportTeacher(ImportArgs),
    /// Write a run's weights as safetensors for the Python original
    ///
    /// Names and layouts are those of the original's `state_dict`, class maps and other buffers
    /// included, so that its `load_state_dict` takes them:
    ///
    /// runner data export-checkpoint outputs/ek55_avt_tsn/latest avt.safetensors --which best
    #[command(verbatim_doc_comment)]
    ExportCheckpoint(ExportArgs),
    /// Make a corpus of action sequences from Recipe1M
    ///
    /// A recipe becomes a line, `verb <v> object <a> verb <v> object ...`, for `+experiment=pretrain_bert`
    /// and its kin. Its actions are found in its instructions, or were by the original:
    ///
    /// runner data recipes --layer1 layer1.json DATA/recipes/recipe_action_corpus.txt
    ///
    /// runner data recipes --extracted recipe_ie_out_1_to_750000.json
    ///     --extracted recipe_ie_out_750001_to_1029720.json --verbs-removed original corpus.txt
    #[command(verbatim_doc_comment)]
    Recipes(RecipesArgs),
}

#[derive(Debug, Args)]
struct ShowArgs {
    /// File, LMDB directory, or directory of a run
    path: PathBuf,
    /// Print all rows as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct SynthArgs {
    /// Directory to write
    dir: PathBuf,
    /// Videos to train on
    #[arg(long, default_value_t = SynthConfig::default().train_videos)]
    train_videos: usize,
    /// Videos to evaluate on
    #[arg(long, default_value_t = SynthConfig::default().val_videos)]
    val_videos: usize,
    /// Actions of each video
    #[arg(long, default_value_t = SynthConfig::default().segments_per_video)]
    segments_per_video: usize,
    /// Elements of a feature vector
    #[arg(long, default_value_t = SynthConfig::default().dim)]
    dim: usize,
    /// Fixes everything
    #[arg(long, default_value_t = SynthConfig::default().seed)]
    seed: u64,
    /// Also write the videos, which takes ffmpeg and a while
    #[arg(long)]
    video: bool,
    /// Pixels along a side of the videos
    #[arg(long, default_value_t = 64, value_name = "PIXELS", requires = "video")]
    video_size: usize,
}

pub(super) fn run(args: &DataArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        DataCommand::Synth(args) => synth(args),
        DataCommand::Show(args) => show(args),
        DataCommand::Check(args) => check::run(args),
        DataCommand::ImportTeacher(args) => import::run(args),
        DataCommand::ExportCheckpoint(args) => export::run(args),
        DataCommand::Recipes(args) => recipes::run(args),
    }
}

fn show(args: &ShowArgs) -> Result<ExitCode, Failure> {
    const ROWS: usize = 10;
    let shown = data::show(&args.path)?;
    match (args.csv, args.json) {
        (true, _) => out::write(shown.csv())?,
        (_, true) => out::line(format_args!("{:#}", shown.json()))?,
        _ => out::write(shown.text(ROWS))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn synth(args: &SynthArgs) -> Result<ExitCode, Failure> {
    let config = SynthConfig {
        train_videos: args.train_videos,
        val_videos: args.val_videos,
        segments_per_video: args.segments_per_video,
        dim: args.dim,
        seed: args.seed,
        ..SynthConfig::default()
    };
    let world = World::generate(&config)?;
    let summary = world.write_root(&args.dir)?;
    say!(
        "wrote SYNTHETIC data: {} segments, features of {} frames, teachers {}",
        summary.segments,
        summary.frames,
        summary.teachers.join(", ")
    );
    if args.video {
        let videos = world.write_videos(&summary.layout.videos, args.video_size)?;
        say!("wrote SYNTHETIC videos: {videos} of {0} x {0} pixels", args.video_size);
    }
    out::line(args.dir.display())?;
    Ok(ExitCode::SUCCESS)
}
