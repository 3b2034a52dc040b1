//! Data: what a run reads, or set by set what is there. `runner data check` says more of each file.

use std::env;
use std::path::Path;
use std::rc::Rc;

use crate::data::check::{self, Finding, Item, Kind, Roots, Set, State};
use crate::experiment;

use super::super::args::ComposeArgs;
use super::super::compose;
use super::super::failure::Failure;
use super::super::pipeline;
use super::super::run::shown;
use super::asked::Asked;
use super::line::{Level, Line, Report};

const TOPIC: &str = "data";

pub(super) fn look(asked: &Asked, args: &ComposeArgs, report: &mut Report) -> Result<(), Failure> {
    let Some(prepared) = &asked.prepared else { return Ok(()) };
    let roots = experiment::roots(&prepared.config);
    match asked.is_run {
        false => sets(&roots, report),
        true => {
            let found = found(needs(prepared, args)?);
            of_run(&found, &args.overrides, report);
        }
    }
    Ok(())
}

/// What a run reads; with its stages, what none of them makes.
fn needs(prepared: &compose::Prepared, args: &ComposeArgs) -> Result<Vec<Item>, Failure> {
    if !pipeline::is_asked(&prepared.config) {
        return Ok(experiment::needs(&prepared.config)?);
    }
    let request = compose::request(args, compose::overrides(args)?, None)?;
    let own = compose::prepare(compose::composed(&request)?)?;
    Ok(pipeline::plan(&Rc::new(own), args)?.needs()?)
}

fn found(items: Vec<Item>) -> Vec<Finding> {
    let here = env::current_dir().unwrap_or_default();
    let at = |mut item: Item| {
        item.path = here.join(&item.path);
        check::look(item, false)
    };
    items.into_iter().map(at).collect()
}

/// A line for each kind that is whole, and one for each file that is not.
fn of_run(found: &[Finding], overrides: &[String], report: &mut Report) {
    if found.is_empty() {
        report.push(Line::ok(TOPIC, "files", "none is read"));
    }
    for kind in Kind::ALL {
        let of_kind: Vec<&Finding> = found.iter().filter(|one| one.item.kind == kind).collect();
        let good = of_kind.iter().filter(|one| one.state == State::Found).count();
        if good > 0 {
            report.push(Line::ok(TOPIC, kind.name(), format!("{good} of {} found", of_kind.len())));
        }
        let mut told: Vec<&Path> = Vec::new();
        for one in of_kind.iter().filter(|one| one.state != State::Found) {
            // Both data sets may read one file.
            if !told.contains(&one.item.path.as_path()) {
                report.push(wrong(one, kind, overrides));
                told.push(&one.item.path);
            }
        }
    }
}

fn wrong(one: &Finding, kind: Kind, overrides: &[String]) -> Line {
    let gap = if one.detail.is_empty() { "" } else { ": " };
    let said = format!("{} {}{gap}{}", shown(&one.item.path), one.state, one.detail);
    let fix = match &one.item.origin {
        Some(origin) => format!("from {}", origin.from),
        None => format!("`runner data check {}` says more", overrides.join(" ")),
    };
    Line::not(Level::Broken, TOPIC, kind.name(), said, fix)
}

/// A line for each data set, and one for the teachers of all.
fn sets(roots: &Roots, report: &mut Report) {
    let found = found(check::layout(roots));
    for set in Set::ALL {
        let of_set = found.iter().filter(|one| one.item.set == Some(set));
        let of_set: Vec<&Finding> = of_set.filter(|one| one.item.kind != Kind::Teachers).collect();
        let fix = format!("`runner data check --set {set}` says what and where to get it");
        report.push(counted(set.name(), &of_set, &fix));
    }
    let teachers: Vec<&Finding> =
        found.iter().filter(|one| one.item.kind == Kind::Teachers).collect();
    let fix = "`runner +experiment=ek55_teacher_bert pipeline=full` makes one; `runner data check --kind \
               teachers` lists all";
    report.push(counted("teachers", &teachers, fix));
}

/// How many of some things are there, by kind.
fn counted(name: &str, of: &[&Finding], fix: &str) -> Line {
    let by_kind = Kind::ALL.into_iter().filter_map(|kind| {
        let of_kind: Vec<_> = of.iter().filter(|one| one.item.kind == kind).collect();
        let good = of_kind.iter().filter(|one| one.state == State::Found).count();
        (!of_kind.is_empty()).then(|| format!("{good} of {} {kind}", of_kind.len()))
    });
    let said = by_kind.collect::<Vec<_>>().join(", ");
    let useless = of.iter().filter(|one| matches!(one.state, State::Broken | State::Changed));
    match useless.count() {
        0 if of.iter().all(|one| one.state == State::Found) => Line::ok(TOPIC, name, said),
        0 => Line::not(Level::Absent, TOPIC, name, said, fix),
        n => Line::not(Level::Broken, TOPIC, name, format!("{said}; {n} of no use"), fix),
    }
}
