//! What to do about a run that cannot be set up, where an error alone does not say it.

use crate::data::{DataError, FoldsError};
use crate::experiment::SetupError;

/// What to do about missing data.
pub(super) fn of_data(key: &str, error: &DataError) -> Option<String> {
    if key.starts_with("teacher") {
        return Some(
            "point `teacher.store` at a store of predictions, or make some up with \
             `+features=simulated` or `teacher.simulate=true`; `+debug=tiny` looks for those of small \
             teachers, with `paths.made=DATA` for the real ones"
                .into(),
        );
    }
    if key == "train.init_from_model" {
        return error.is_missing_file().then(|| {
            "weights are not downloaded; `train.init_from_model=null` starts from random ones"
                .into()
        });
    }
    if let DataError::Folds(FoldsError::NoVideo { .. } | FoldsError::NoRate { .. }) = error {
        return Some(
            "point `paths.data` at the videos, or say what rate Abu Farha's annotations have: \
             `dataset.dundee50salads.annot_reader_fn.frame_rate=30`"
                .into(),
        );
    }
    error.is_missing_file().then(|| {
        "point `paths.external` at the annotations and `paths.data` at the features and videos; \
         `+features=simulated` and `+features=pictures` need the annotations alone, \
         `+debug=synthetic` and `+debug=synthetic_video` neither"
            .into()
    })
}

/// What to do about processes that cannot train one model.
pub(super) fn of_ranks(error: &SetupError) -> Option<String> {
    match error {
        SetupError::NoMpi { variable, .. } => Some(format!(
            "`cargo build --release --features mpi` or, with libtorch, `scripts/install-libtorch --mpi` makes \
             one that has; `{variable}=1` trains in one process (docs/parallel.md)"
        )),
        SetupError::OtherRanks { .. } => Some(
            "start ranks with the `mpirun` of the MPI that this was built with, or with `srun \
             --mpi=pmix` where `srun --mpi=list` has it"
                .into(),
        ),
        SetupError::OneProcess { variable, .. } => Some(format!(
            "start it once: without `mpirun`, with `srun -n 1`, or with `{variable}=1`"
        )),
        _ => None,
    }
}
