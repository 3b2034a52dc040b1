//! `runner jobs show`: one job, with all there is to know.

use super::*;

#[test]
fn a_job_that_died_is_shown_with_its_last_words() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 2);
    running(&ledger, 1, gone());
    let log = ledger.log(1);
    let text: String = (0..100).map(|n| format!("line {n}\n")).collect();
    std::fs::write(&log, text + "out of memory\n").unwrap();
    ledger.update(1, |job| job.log = Some(log)).unwrap();
    let text = stdout(&jobs(&place, &["show", "ek55_ensemble/0001/1"]));
    for part in [
        "state      failed: died without a word, the record says running\n",
        "attempts   1 (0 out of time, 0 preempted)\n",
        "directory  outputs/ek55_ensemble/0001/1 (not there yet)\n",
        "log        outputs/ek55_ensemble/0001/ledger/0001.log\n",
        "overrides  +experiment=ek55_ensemble distill=1\n",
        "    line 99\n    out of memory\n",
    ] {
        assert!(text.contains(part), "`{part}` in {text}");
    }
    assert!(!text.contains("line 50"), "{text}");
    let cwd = place.path().display();
    let repeat = format!("repeat     cd {cwd} && runner +experiment=ek55_ensemble distill=1\n");
    assert!(text.contains(&repeat), "{text}");
}

#[test]
fn the_command_to_repeat_a_job_composes_it() {
    let place = Place::new();
    let conf = crate::support::repository().join("conf").display().to_string();
    let dir = place.path().join("outputs/e/0001");
    let arguments = ["--config-path", &conf, "+experiment=ek55_ensemble", "distill=1,2"];
    let plain = sweep(&place, "e/0002", 1);
    let head = SweepRecord {
        arguments: arguments.map(str::to_owned).into(),
        jobs: 1,
        ..plain.head().clone()
    };
    let overrides = ["+experiment=ek55_ensemble", "distill=1", r"+note='it\'s; $(touch x)'"];
    let overrides = Some(overrides.map(str::to_owned).into());
    Ledger::create(&dir, head, &[JobRecord::queued(0, overrides, dir.join("0"))]).unwrap();
    let output = jobs(&place, &["show", "e/0001/0", "--json"]);
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let command = shown["command"].as_str().unwrap();
    assert!(command.contains(&format!("runner --config-path {conf} +experiment")), "{command}");
    let bin = assert_cmd::cargo::cargo_bin("runner");
    let path = format!("{}:{}", bin.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let script = format!("{command} --cfg job --package distill");
    let composed = Command::new("sh").arg("-c").arg(script).env("PATH", path).output().unwrap();
    assert!(composed.status.success(), "{command}: {}", stderr(&composed));
    assert!(stdout(&composed).contains('1'), "{}", stdout(&composed));
    assert!(!place.path().join("x").exists());
}

#[test]
fn numbers_and_errors_of_the_run_are_shown() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 2);
    let mut manifest = begun(&ledger, 0);
    let metrics = serde_json::json!({"acc1/action": 12.5});
    manifest.record_best(metrics.as_object().unwrap()).unwrap();
    manifest.complete().unwrap();
    running(&ledger, 0, ProcessStamp::current());
    ledger.update(0, |job| (job.state, job.value) = (JobState::Completed, Some(12.5))).unwrap();
    begun(&ledger, 1).fail("failed to read `x`").unwrap();
    running(&ledger, 1, ProcessStamp::current());
    let text = stdout(&jobs(&place, &["show", "ek55_ensemble/0001/0"]));
    for part in [
        "value      12.5\n",
        "metrics    acc1/action=12.50 (synthetic data)\n",
        "state      completed\n",
    ] {
        assert!(text.contains(part), "`{part}` in {text}");
    }
    let text = stdout(&jobs(&place, &["show", "ek55_ensemble/0001/1"]));
    assert!(text.contains("failed: its run says so, nobody lived to record it"), "{text}");
    assert!(text.contains("\nerror:\n    failed to read `x`\n"), "{text}");
    let text = stdout(&jobs(&place, &["list", "ek55_ensemble/0001"]));
    let head: Vec<_> = text.lines().next().unwrap().split_whitespace().collect();
    assert!(head.contains(&"value"), "{text}");
}
