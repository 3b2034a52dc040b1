//! What to do about stages that do not fit, or a product that is there already.

use crate::experiment::SetupError;
use crate::experiment::pipeline::PipelineError;

use super::super::failure::Failure;

impl From<PipelineError> for Failure {
    fn from(error: PipelineError) -> Self {
        SetupError::from(error).into()
    }
}

/// What to do about stages that do not fit, or a product that is there already.
pub(in super::super) fn hint(error: &PipelineError) -> Option<String> {
    const ELSEWHERE: &str =
        "`finetune.folder`, `mlm.folder`, `predict.store` or `ensemble.store` name another place";
    match error {
        PipelineError::MadeOtherwise { .. } => {
            Some(format!("`pipeline=remake` makes it again in its place; {ELSEWHERE}"))
        }
        PipelineError::Foreign { .. } => Some(format!("move it away; {ELSEWHERE}")),
        PipelineError::MakesNoStore { .. }
        | PipelineError::OtherPlace { .. }
        | PipelineError::SamePlace { .. }
        | PipelineError::Cycle { .. }
        | PipelineError::Record { .. }
        | PipelineError::Setup(_) => None,
    }
}
