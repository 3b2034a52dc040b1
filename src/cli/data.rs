//! `runner data`: making and inspecting data.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::data::{SynthConfig, World};

use super::failure::Failure;

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
    /// all marked synthetic. DIR must not exist yet.
    Synth(SynthArgs),
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
}

pub(super) fn run(args: &DataArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        DataCommand::Synth(args) => synth(args),
    }
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
    let summary = World::generate(&config)?.write_root(&args.dir)?;
    eprintln!(
        "wrote SYNTHETIC data: {} segments, features of {} frames, teachers {}",
        summary.segments,
        summary.frames,
        summary.teachers.join(", ")
    );
    println!("{}", args.dir.display());
    Ok(ExitCode::SUCCESS)
}
