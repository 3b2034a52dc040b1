//! What a config may ask for and this version cannot run: it composes and passes every check, and is
//! refused when it is started, so that nothing is silently left out.
//!
//! Each finding names the key that asks, says what there is not, and what to write instead. A key
//! leaves this file with the change that makes it work.

use super::super::ExperimentConfig;
use super::Findings;

pub(super) fn find(config: &ExperimentConfig, found: &mut Findings) {
    let mut note = |asks: bool, key: &str, why: &str, instead: &[&str]| {
        if asks {
            let message = format!("not available in this version: {why}");
            found.add_with(key, message, instead);
        }
    };
    let legacy = &config.legacy;
    note(legacy.sync_bn, "sync_bn", "ranks normalise their own rows", &["false"]);
    note(
        legacy.data_parallel,
        "data_parallel",
        "a process trains on one device, and ranks share a batch instead",
        &["false"],
    );
}
