use super::*;

fn params() -> Vec<(String, ParamId)> {
    let names = [
        "backbone.bn1.weight",
        "backbone.conv.weight",
        "backbone.layer.bn1.weight",
        "future_predictor.ln.weight",
        "future_predictor.ln.bias",
        "future_predictor.lstm.bias_ih_l0",
        "classifiers.action.weight",
        "classifiers.action.bias",
    ];
    names.iter().zip(1..).map(|(name, id)| ((*name).to_owned(), ParamId::from(id))).collect()
}

fn entry(modules: &[&str], lr: f64, weight_decay: f64) -> LrWd {
    LrWd { modules: modules.iter().map(|m| (*m).to_owned()).collect(), lr, weight_decay }
}

fn config(lr_wd: Vec<LrWd>) -> GroupsConfig {
    GroupsConfig { lr_wd, ..GroupsConfig::default() }
}

fn resolve(lr_wd: Vec<LrWd>) -> Result<ParamGroups, OptimError> {
    ParamGroups::resolve(&config(lr_wd), &params(), &["temporal_aggregator".to_owned()])
}

fn names(groups: &ParamGroups, index: usize) -> Vec<&str> {
    groups.groups()[index].names.iter().map(String::as_str).collect()
}

#[test]
fn the_whole_model_makes_a_rest_and_a_bias_group() {
    let groups = resolve(vec![entry(&[ALL], 0.1, 0.01)]).unwrap();
    assert_eq!(
        names(&groups, 0),
        [
            "backbone.conv.weight",
            "future_predictor.ln.weight",
            "future_predictor.lstm.bias_ih_l0",
            "classifiers.action.weight"
        ]
    );
    assert_eq!(
        names(&groups, 1),
        [
            "backbone.bn1.weight",
            "backbone.layer.bn1.weight",
            "future_predictor.ln.bias",
            "classifiers.action.bias"
        ]
    );
}

#[test]
fn the_bias_rule_sees_the_name_within_the_module() {
    let groups = resolve(vec![entry(&["backbone"], 0.1, 0.0)]).unwrap();
    assert_eq!(names(&groups, 0), ["backbone.bn1.weight", "backbone.conv.weight"]);
    assert_eq!(names(&groups, 1), ["backbone.layer.bn1.weight"]);
    assert_eq!(groups.ungrouped().len(), 5);
}

#[test]
fn rates_and_decays_are_scaled() {
    let config = GroupsConfig {
        lr_wd: vec![entry(&[ALL], 0.1, 0.01)],
        bias_bn_wd_scale: 0.5,
        world_size: 4,
        scale_lr_by_bs: Some(8),
        ..GroupsConfig::default()
    };
    let groups = ParamGroups::resolve(&config, &params(), &[]).unwrap();
    assert_eq!(groups.base_lrs(), [0.1 * 4.0 * 8.0; 2]);
    let decays: Vec<f64> = groups.groups().iter().map(|g| g.weight_decay).collect();
    assert_eq!(decays, [0.01, 0.005]);
}

#[test]
fn a_rate_of_zero_freezes_even_what_another_entry_holds() {
    let groups = resolve(vec![entry(&["backbone"], 0.0, 0.0), entry(&[ALL], 0.1, 0.0)]).unwrap();
    assert_eq!(groups.groups().len(), 2);
    assert_eq!(groups.frozen().len(), 3);
    assert!(groups.groups().iter().flat_map(|g| &g.names).all(|n| !n.starts_with("backbone")));
}

#[test]
fn a_module_without_parameters_keeps_its_place() {
    let lr_wd = vec![entry(&["temporal_aggregator"], 0.2, 0.0), entry(&[ALL], 0.1, 0.0)];
    let groups = resolve(lr_wd).unwrap();
    assert_eq!(groups.base_lrs(), [0.2, 0.2, 0.1, 0.1]);
    assert!(names(&groups, 0).is_empty());
}

#[test]
fn an_unknown_module_names_the_known_ones() {
    for module in ["clasifiers", "classifiers.action.weight", "back", ""] {
        let error = resolve(vec![entry(&[module], 0.1, 0.0)]).unwrap_err();
        let OptimError::UnknownModule { expected, .. } = error else { panic!("{error}") };
        assert_eq!(expected[0], ALL);
        for known in ["classifiers", "classifiers.action", "temporal_aggregator"] {
            assert!(expected.iter().any(|path| path == known), "{expected:?}");
        }
    }
}

#[test]
fn overlap_is_refused_or_updates_each_time() {
    let lr_wd = || vec![entry(&[ALL], 0.1, 0.0), entry(&["classifiers"], 0.2, 0.0)];
    let error = resolve(lr_wd()).unwrap_err();
    let parameter = "classifiers.action.weight".to_owned();
    assert_eq!(error, OptimError::Overlap { parameter, first: 0, second: 1 });
    let config = GroupsConfig { overlap: Overlap::UpdateEachTime, ..config(lr_wd()) };
    let groups = ParamGroups::resolve(&config, &params(), &[]).unwrap();
    assert_eq!(groups.member(ParamId::from(7)).unwrap().groups, [0, 2]);
}

#[test]
fn within_an_entry_a_parameter_counts_once_per_module() {
    let groups = resolve(vec![entry(&[ALL, "classifiers", "classifiers"], 0.1, 0.0)]).unwrap();
    assert_eq!(groups.member(ParamId::from(7)).unwrap().groups, [0, 0]);
    assert_eq!(groups.member(ParamId::from(2)).unwrap().groups, [0]);
}

#[test]
fn nothing_to_train_and_negative_rates_are_refused() {
    let error = resolve(vec![entry(&[ALL], 0.0, 0.0)]).unwrap_err();
    assert_eq!(error, OptimError::NothingToTrain);
    for (lr, decay) in [(-0.1, 0.0), (f64::NAN, 0.0), (0.1, -1.0)] {
        let error = resolve(vec![entry(&[ALL], lr, decay)]).unwrap_err();
        assert!(matches!(error, OptimError::Setting { .. }), "{error}");
    }
}

#[test]
fn names_without_decay_make_the_second_group() {
    let no_decay = ["ln".to_owned(), "gamma".to_owned()].to_vec();
    let lr_wd = vec![entry(&[ALL], 0.1, 0.01)];
    let config = GroupsConfig { no_decay, bias_bn_wd_scale: 3.0, ..config(lr_wd) };
    let groups = ParamGroups::resolve(&config, &params(), &[]).unwrap();
    assert_eq!(names(&groups, 1), ["future_predictor.ln.weight", "future_predictor.ln.bias"]);
    let decays: Vec<f64> = groups.groups().iter().map(|group| group.weight_decay).collect();
    assert_eq!(decays, [0.01, 0.0]);
}
