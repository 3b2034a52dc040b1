//! What each recipe reads, for `runner data check`.

use std::collections::BTreeSet;

use runner::data::check::{Content, Item, Kind, Roots, Set, layout};
use runner::experiment::config::{ExperimentConfig, Task};
use runner::experiment::{needs, roots};

use super::{experiments, good, options};

fn needed(config: &ExperimentConfig) -> Vec<Item> {
    needs(config).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_file_of_every_experiment_is_to_be_had_somewhere() {
    for experiment in experiments() {
        let config = good(&[&experiment]);
        let items = needed(&config);
        assert!(!items.is_empty(), "{experiment}");
        let Roots { external, data } = roots(&config);
        for item in items {
            let (path, origin) = (item.path.display(), &item.origin);
            assert!(origin.is_some(), "{experiment}: {} at {path}", item.purpose);
            let below = item.path.starts_with(&external) || item.path.starts_with(&data);
            let of_a_run = item.path.starts_with("outputs");
            assert!(below || of_a_run, "{experiment}: {path}");
            if let Content::Store { width, observed } = &item.content {
                assert_eq!((*width, observed.len()), (Some(config.model.backbone_dim), 1));
            }
        }
    }
}

/// A store has the width that the layout says, which is what recipes over it want.
#[test]
fn recipes_want_the_published_widths() {
    let mut checked = 0;
    for experiment in experiments() {
        let config = good(&[&experiment]);
        let published = layout(&roots(&config));
        for item in needed(&config).into_iter().filter(|item| item.kind == Kind::Features) {
            let known = published.iter().find(|one| one.path == item.path);
            let known = known.unwrap_or_else(|| panic!("{experiment}: {}", item.path.display()));
            let (Content::Store { width, .. }, Content::Store { width: wanted, .. }) =
                (&known.content, &item.content)
            else {
                panic!("{experiment}: features are stores");
            };
            assert_eq!(width, wanted, "{experiment}: {}", item.path.display());
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn what_is_made_up_is_not_read() {
    for experiment in experiments() {
        let simulated = good(&[&experiment, "+features=simulated"]);
        let kinds: BTreeSet<Kind> = needed(&simulated).iter().map(|item| item.kind).collect();
        for kind in [Kind::Features, Kind::Videos, Kind::Teachers] {
            // annotations of 50-Salads ask its videos for their frame rate
            let asked = kind == Kind::Videos && experiment.contains("50salads");
            let ensemble = simulated.run.task == Task::TeacherEnsemble;
            assert!(asked || ensemble || !kinds.contains(&kind), "{experiment}: {kind}");
        }
        let synthetic = good(&[&experiment, "+debug=synthetic"]);
        if synthetic.run.task == Task::Train {
            assert!(needed(&synthetic).is_empty(), "{experiment}");
        }
    }
}

#[test]
fn the_layout_has_every_teacher() {
    let roots = Roots { external: "/external".into(), data: "/DATA".into() };
    let items = layout(&roots).into_iter().filter(|item| item.kind == Kind::Teachers);
    let names: BTreeSet<String> =
        items.filter_map(|item| Some(item.path.file_stem()?.to_string_lossy().into())).collect();
    let chosen = options("teacher").into_iter().filter(|name| name != "none");
    assert_eq!(names, chosen.collect());
}

#[test]
fn no_path_of_the_layout_stands_for_two_things() {
    let roots = Roots { external: "/external".into(), data: "/DATA".into() };
    let mut seen = BTreeSet::new();
    for item in layout(&roots) {
        // labels of Breakfast lie beside its videos
        let twice = item.set == Some(Set::Breakfast) && item.kind == Kind::Videos;
        assert!(seen.insert(item.path.clone()) || twice, "{}", item.path.display());
    }
}
