//! Writes a submission: the documents of a challenge, the archive, or both.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::analysis::{AnalysisError, Challenge, Submission, SubmissionError, archive};
use crate::data::{Annotations, Collection, Uid};
use crate::files;

use super::super::super::failure::Failure;
use super::super::super::out;
use super::super::given::Named;
use super::super::models;
use super::SubmissionArgs;

/// What is uploaded.
const ARCHIVE: &str = "submit.zip";

/// More than one in so many segments are not all too early in their videos to be anticipated.
const MANY: usize = 20;

/// A document with what there is to say about it.
struct Document {
    name: &'static str,
    set: String,
    segments: usize,
    zeros: usize,
    json: Vec<u8>,
}

/// What `--out` asks for.
enum Form {
    Document,
    Archive,
    Both,
}

pub(super) fn run(args: &SubmissionArgs, out: &Path) -> Result<ExitCode, Failure> {
    let form = match out.extension().and_then(|e| e.to_str()) {
        Some("json") => Form::Document,
        Some("zip") => Form::Archive,
        _ => Form::Both,
    };
    let named = models::named(&args.given, &args.results)?;
    let weights = args.weights.as_ref().map(|given| given.0.as_slice());
    let weights = models::weights(weights, named.len())?;
    let annotations = args.given.annotations(&args.given.set, &named)?;
    let challenge = challenge(args, &annotations)?;
    let sets = sets(args, challenge, &form);
    let targets = targets(out, &form, &sets);
    targets.iter().try_for_each(|path| models::refuse_existing(path))?;
    let mut documents = Vec::with_capacity(sets.len());
    for (name, set) in sets {
        let annotations = args.given.annotations(&set, &named)?;
        documents.push(document(args, &named, &weights, challenge, name, &set, &annotations)?);
    }
    write(out, &form, &documents)?;
    tell(args, challenge, &documents, &targets)?;
    Ok(ExitCode::SUCCESS)
}

/// The challenge that was asked for, which must be that of the data set.
fn challenge(args: &SubmissionArgs, annotations: &Annotations) -> Result<Challenge, Failure> {
    let own = match annotations.collection {
        Collection::Kitchens(version) if !annotations.synthetic => Challenge::of(version),
        _ => None,
    };
    match (own, args.challenge.map(Challenge::from)) {
        (Some(own), None) => Ok(own),
        (Some(own), Some(asked)) if own == asked => Ok(own),
        (Some(own), Some(asked)) => Err(Failure::wrong_input(format!(
            "failed to write for {asked}: the results are of {own}"
        ))),
        (None, _) => Err(Failure::wrong_input(
            "failed to write a submission: the results are neither of EPIC-Kitchens-55 nor of \
             EPIC-Kitchens-100",
        )
        .hint("`--of EXPERIMENT` says whose annotations are meant")),
    }
}

/// The documents by name, each with its set.
fn sets(args: &SubmissionArgs, challenge: Challenge, form: &Form) -> Vec<(&'static str, String)> {
    let set = args.given.set.clone();
    match (challenge, form) {
        (Challenge::Ek100, _) => vec![("test.json", set)],
        // One file, one set.
        (Challenge::Ek55, Form::Document) => vec![("seen.json", set)],
        (Challenge::Ek55, _) => vec![("seen.json", set), ("unseen.json", args.unseen.clone())],
    }
}

/// The files that are written.
fn targets(out: &Path, form: &Form, sets: &[(&str, String)]) -> Vec<PathBuf> {
    match form {
        Form::Document | Form::Archive => vec![out.to_owned()],
        Form::Both => sets.iter().map(|(n, _)| *n).chain([ARCHIVE]).map(|n| out.join(n)).collect(),
    }
}

fn document(
    args: &SubmissionArgs,
    named: &[Named],
    weights: &[f64],
    challenge: Challenge,
    name: &'static str,
    set: &str,
    annotations: &Annotations,
) -> Result<Document, Failure> {
    let pool = models::pool(models::read(named, set, annotations)?, args.scale.norm, annotations)?;
    let scores = pool.sum("submission", |_| weights);
    let segments: Vec<Uid> = annotations.segments.iter().map(|s| s.uid.clone()).collect();
    let submission = Submission {
        challenge,
        supervision: args.sls,
        scores: &scores,
        triples: &annotations.vocabulary.triples,
        segments: &segments,
    };
    if annotations.segments.iter().any(|segment| segment.labels.action >= 0) {
        say!("warning: segments of `{set}` have labels: it is no test set");
    }
    let json = submission.json()?;
    let zeros = segments.len() - scores.uids.len();
    if zeros * MANY > segments.len() {
        let all = segments.len();
        say!(
            "warning: {zeros} of {all} segments of `{set}` have no scores and get zeros: was the whole \
             set evaluated?"
        );
    }
    Ok(Document { name, set: set.to_owned(), segments: segments.len(), zeros, json })
}

fn write(out: &Path, form: &Form, documents: &[Document]) -> Result<(), Failure> {
    let packed = || {
        let documents: Vec<_> = documents.iter().map(|d| (d.name, d.json.as_slice())).collect();
        archive(&documents)
    };
    match form {
        Form::Document => documents.iter().try_for_each(|d| files::create_new(out, &d.json))?,
        Form::Archive => files::create_new(out, &packed()?)?,
        Form::Both => {
            files::create_dir_all(out)?;
            for document in documents {
                files::create_new(&out.join(document.name), &document.json)?;
            }
            files::create_new(&out.join(ARCHIVE), &packed()?)?;
        }
    }
    Ok(())
}

/// Says what was written.
fn tell(
    args: &SubmissionArgs,
    challenge: Challenge,
    documents: &[Document],
    files: &[PathBuf],
) -> Result<(), Failure> {
    if args.json {
        let document = |d: &Document| json!({ "name": d.name, "set": d.set, "segments": d.segments, "zeros": d.zeros });
        let documents: Vec<Value> = documents.iter().map(document).collect();
        let (challenge, supervision) = (challenge.to_string(), args.sls.named());
        let levels: serde_json::Map<String, Value> =
            supervision.into_iter().map(|(name, level)| (name.to_owned(), level.into())).collect();
        return out::line(format_args!(
            "{:#}",
            json!({ "challenge": challenge, "supervision": levels, "documents": documents, "files": files })
        ));
    }
    for Document { name, set, segments, zeros, .. } in documents {
        let early = match zeros {
            0 => String::new(),
            n => format!(", zeros for {n} of them that have no scores"),
        };
        say!("{name}: {challenge}, `{set}`, {segments} segments{early}");
    }
    if challenge == Challenge::Ek100 {
        let levels = args.sls.named().map(|(name, level)| format!("{name} {level}")).join(", ");
        say!("supervision levels: {levels} (`--sls`)");
    }
    files.iter().try_for_each(|path| out::line(path.display()))
}

impl From<SubmissionError> for Failure {
    fn from(error: SubmissionError) -> Self {
        AnalysisError::from(error).into()
    }
}
