//! What ranks beside the first one report to: nobody.

use crate::train::{
    CheckpointName, CheckpointSink, EvalRows, EventSink, OutsideError, Record, Snapshot,
};

/// Keeps nothing.
pub(in super::super) struct Silent;

impl EventSink for Silent {
    fn record(&mut self, _record: &Record) -> Result<(), OutsideError> {
        Ok(())
    }

    fn results(&mut self, _set: &str, _rows: &EvalRows) -> Result<(), OutsideError> {
        Ok(())
    }
}

impl<M> CheckpointSink<M> for Silent {
    fn save(
        &mut self,
        _name: CheckpointName,
        _snapshot: &Snapshot<'_, M>,
    ) -> Result<(), OutsideError> {
        Ok(())
    }
}
