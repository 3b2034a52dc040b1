//! What a config may ask for and no part of a run would read: refused when it is started, for good.

use super::super::ExperimentConfig;
use super::Findings;

pub(super) fn find(config: &ExperimentConfig, found: &mut Findings) {
    if !config.run.task.reads_frames() {
        return;
    }
    for (key, set) in config.datasets() {
        if set.videos().is_some_and(|videos| videos.return_unsampled_video) {
            let message = "asks for the clip as it was before frames were picked, which no part of \
                           a run reads: AVT hands it to notebooks of its own. To see every frame, \
                           write data_train.frame_rate=null or data_eval.frame_rate=null";
            found.add_with(format!("{key}.return_unsampled_video"), message, &["false"]);
        }
    }
}
