use super::*;

fn schedule(warmup_epochs: f64, main: MainConfig) -> Schedule {
    schedule_with(warmup_epochs, FORK_FLOOR, main)
}

fn schedule_with(warmup_epochs: f64, floor: f64, main: MainConfig) -> Schedule {
    let warmup = WarmupConfig { init_lr_ratio: 0.0, num_epochs: warmup_epochs, floor };
    let config = ScheduleConfig { warmup, main, iters_per_epoch: 4, world_size: 1 };
    Schedule::new(config, vec![1e-3, 1e-4]).unwrap()
}

fn cosine() -> MainConfig {
    let final_lr = Some(FORK_FINAL_LR);
    MainConfig::Cosine(CosineConfig { num_epochs: 3.0, eta_min: 0.0, final_lr })
}

fn plateau(warmup: PlateauWarmup) -> MainConfig {
    let mode = PlateauGoal::Max;
    MainConfig::Plateau(PlateauConfig { mode, patience: 0, warmup, ..Default::default() })
}

#[test]
fn the_cosine_continues_from_the_warm_up() {
    let rates = rates(schedule(1.0, cosine()), 17);
    assert_eq!(rates[0], 1e-7);
    assert!((rates[3] - (0.75e-3 + 1e-7)).abs() < 1e-18);
    // The base rate is never reached: the cosine falls from the last rate of the warm-up.
    assert!(rates.iter().all(|lr| *lr <= rates[3]));
    assert!(rates[3..15].windows(2).all(|w| w[1] < w[0]));
    assert_eq!(rates[15..], [FORK_FINAL_LR; 2]);
}

fn rates(mut schedule: Schedule, count: usize) -> Vec<f64> {
    let next = || {
        let lr = schedule.lr();
        schedule.step();
        lr
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// `transformers.get_linear_schedule_with_warmup`: its two branches, by step.
#[test]
fn the_line_is_that_of_transformers() {
    let base = 1e-3;
    for (warmup_epochs, warmup_steps) in [(0.0, 0.0), (1.0, 4.0)] {
        let line = LinearConfig { num_epochs: 3.0 - warmup_epochs, final_ratio: 0.0 };
        let schedule = schedule_with(warmup_epochs, 0.0, MainConfig::Linear(line));
        for (step, lr) in (0..14).zip(rates(schedule, 14)) {
            let step = f64::from(step);
            let share = match step < warmup_steps {
                true => step / warmup_steps,
                false => ((12.0 - step) / (12.0 - warmup_steps)).max(0.0),
            };
            assert!((lr - base * share).abs() < 1e-18, "{warmup_epochs}, {step}: {lr}");
        }
    }
}

#[test]
fn a_line_ends_at_its_share() {
    let line = LinearConfig { num_epochs: 2.0, final_ratio: 0.25 };
    let rates = rates(schedule(0.0, MainConfig::Linear(line)), 12);
    assert_eq!((rates[4], rates[8], rates[11]), (0.625e-3, 0.25e-3, 0.25e-3));
}

#[test]
fn a_constant_rate_follows_the_warm_up() {
    let rates = rates(schedule(1.0, MainConfig::Constant), 6);
    assert!((rates[3] - (0.75e-3 + 1e-7)).abs() < 1e-18);
    assert_eq!(rates[4..], [1e-3; 2]);
}

#[test]
fn a_restored_schedule_continues_to_the_bit() {
    let line = MainConfig::Linear(LinearConfig { num_epochs: 3.0, final_ratio: 0.1 });
    for main in [cosine(), line, MainConfig::Constant, plateau(PlateauWarmup::PerIteration)] {
        let mut whole = schedule(1.0, main.clone());
        let mut cut = schedule(1.0, main.clone());
        for i in 0..24 {
            if i % 5 == 0 {
                let text = serde_json::to_string(cut.state()).unwrap();
                cut = schedule(1.0, main.clone());
                cut.load_state(serde_json::from_str(&text).unwrap()).unwrap();
            }
            assert_eq!(whole.lrs(), cut.lrs());
            for s in [&mut whole, &mut cut] {
                s.step();
                if i % 4 == 3 {
                    s.epoch_end(30.0 / f64::from(i)).unwrap();
                }
            }
        }
    }
}

#[test]
fn a_state_of_other_groups_is_refused() {
    let mut s = schedule(0.0, cosine());
    let mut state = s.state().clone();
    state.lrs.pop();
    let error = s.load_state(state).unwrap_err().to_string();
    assert!(error.contains("1 groups") && error.contains("2 groups"), "{error}");
    let other = schedule(0.0, plateau(PlateauWarmup::PerIteration)).state().clone();
    assert!(s.load_state(other).is_err());
}

#[test]
fn a_plateau_waits_for_the_warm_up() {
    let mut s = schedule(1.0, plateau(PlateauWarmup::PerIteration));
    s.epoch_end(50.0).unwrap();
    assert_eq!(s.state().plateau, Some(PlateauState::default()));
    (0..10).for_each(|_| s.step());
    assert!((s.lr() - (0.75e-3 + 1e-7)).abs() < 1e-18);
    s.epoch_end(50.0).unwrap();
    s.epoch_end(50.0).unwrap();
    assert!((s.lr() - (0.75e-4 + 1e-8)).abs() < 1e-18);
}

#[test]
fn a_metric_as_position_beyond_the_warm_up_is_refused() {
    let mut s = schedule(1.0, plateau(PlateauWarmup::MetricAsPosition));
    (0..10).for_each(|_| s.step());
    assert_eq!(s.lr(), 1e-7);
    let error = s.epoch_end(4.0).unwrap_err();
    assert_eq!(error, ScheduleError::MetricPastWarmup { metric: 4.0, iterations: 4.0 });
}

#[test]
fn settings_out_of_range_are_refused() {
    let multi_step = |milestone_epochs| {
        MainConfig::MultiStep(MultiStepConfig {
            milestone_epochs,
            gamma: 0.1,
            warmup_factor: 0.1,
            warmup_epochs: 1.0,
            warmup_method: Ramp::Linear,
        })
    };
    let factor = MainConfig::Plateau(PlateauConfig { factor: 1.0, ..Default::default() });
    let line = MainConfig::Linear(LinearConfig { num_epochs: 1.0, final_ratio: -1.0 });
    let rows = [
        ("final_ratio", 0.0, 1, line),
        ("milestone_epochs", 0.0, 1, multi_step(vec![3.0, 2.0])),
        ("factor", 0.0, 1, factor),
        ("init_lr_ratio", 1.5, 1, cosine()),
        ("iters_per_epoch", 0.0, 0, cosine()),
    ];
    for (word, init_lr_ratio, iters_per_epoch, main) in rows {
        let warmup = WarmupConfig { init_lr_ratio, num_epochs: 0.0, floor: 0.0 };
        let config = ScheduleConfig { warmup, main, iters_per_epoch, world_size: 1 };
        let error = Schedule::new(config, vec![1e-3]).unwrap_err().to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
}
