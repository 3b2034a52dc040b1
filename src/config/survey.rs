//! Everything that is wrong with a request, past the first stage that fails.
//!
//! A wrong override is left out and the rest composed again, until it composes or what is wrong is
//! not an override. What may only follow from leaving one out is not told:
//!
//! | left out | not told any more |
//! |---|---|
//! | a value | what is wrong with its key, in it or around it |
//! | the option of a group | what is wrong below the group's package |
//! | the option of a group whose files go to `_global_` | what is wrong with any key |

use super::compose::Composer;
use super::composed::Composed;
use super::error::ConfigError;
use super::key;
use super::overrides::OverrideArg;
use super::source::{Source, group_exists, options};

/// What is wrong with a request.
#[derive(Debug)]
pub struct Survey {
    /// What was found while composing; empty when nothing is wrong.
    pub errors: Vec<ConfigError>,
    /// What the good overrides compose to, unless something else is wrong.
    pub composed: Option<Composed>,
    left_out: Vec<Scope>,
}

/// The keys that an override that was left out may have had to do with.
#[derive(Debug)]
enum Scope {
    Below(String),
    Everything,
}

impl Survey {
    /// Whether an error may only be there because an override was left out.
    pub fn explains(&self, error: &ConfigError) -> bool {
        let Some(at) = error.key() else { return false };
        self.left_out.iter().any(|scope| match scope {
            Scope::Everything => true,
            Scope::Below(path) => key::is_within(at, path) || key::is_within(path, at),
        })
    }
}

impl Composer {
    /// Composes the request, or a job of its sweep, as far as that goes.
    pub fn survey(&self, job: Option<(usize, Vec<OverrideArg>)>) -> Survey {
        let (number, mut left) = match job {
            Some((number, overrides)) => (Some(number), overrides),
            None => (None, self.request().overrides.clone()),
        };
        let mut survey = Survey { errors: Vec::new(), composed: None, left_out: Vec::new() };
        loop {
            let errors = match self.with(number, left.clone()) {
                Ok(composed) => {
                    survey.composed = Some(composed);
                    return survey;
                }
                Err(errors) => errors,
            };
            let count = left.len();
            let untold = errors.iter().filter(|error| !survey.explains(error)).cloned();
            let untold: Vec<ConfigError> = untold.collect();
            survey.errors.extend(untold);
            left.retain(|one| {
                let blamed = errors.iter().any(|error| error.origin() == Some(&one.origin));
                if blamed {
                    survey.left_out.push(self.scope(&one.text));
                }
                !blamed
            });
            if left.len() == count {
                return survey;
            }
        }
    }

    fn scope(&self, text: &str) -> Scope {
        let target = text.trim_start_matches(['+', '~']).split('=').next().unwrap_or_default();
        let (name, package) = match target.split_once('@') {
            Some((name, package)) => (name, Some(package)),
            None => (target, None),
        };
        let sources = self.sources();
        let is_group = name.contains('/') || group_exists(&sources, name);
        match package {
            Some(package) => Scope::Below(package.to_owned()),
            None if is_group && is_global(&sources, name) => Scope::Everything,
            None if is_group => Scope::Below(name.replace('/', ".")),
            None => Scope::Below(name.to_owned()),
        }
    }
}

/// Whether a file of the group says that its keys go to the top.
fn is_global(sources: &[Source], group: &str) -> bool {
    options(sources, group).iter().any(|option| {
        let config = format!("{group}/{option}");
        let file = format!("{config}.yaml");
        let source = sources.iter().find(|source| source.has(&file));
        let read = source.and_then(|source| source.load(&config, &file).ok());
        read.is_some_and(|file| matches!(&file.package, Ok(Some(name)) if name == "_global_"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ComposeRequest, Runtime};
    use crate::files;

    const TREE: &[(&str, &str)] = &[
        ("config", "defaults:\n  - opt: sgd\n  - _self_\na: 1\nb: {c: 1}\n"),
        ("opt/sgd", "lr: 0.1\n"),
        ("opt/adam", "lr: 0.1\nbetas: 1\n"),
        ("experiment/x", "# @package _global_\nz: 1\n"),
    ];

    /// The arguments (from 1) that are blamed, and whether the rest composes.
    fn surveyed(overrides: &str) -> (Vec<usize>, bool) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in TREE {
            let path = dir.path().join(format!("{name}.yaml"));
            files::create_dir_all(path.parent().unwrap()).unwrap();
            files::write_atomic(&path, text.as_bytes()).unwrap();
        }
        let mut request = ComposeRequest::new(dir.path().to_owned(), Runtime::new("/".into()));
        request.overrides = OverrideArg::split(overrides);
        let survey = Composer::new(request).survey(None);
        let mut blamed: Vec<usize> = survey
            .errors
            .iter()
            .map(|error| match error.origin() {
                Some(crate::config::Origin::Argument { index, .. }) => *index,
                other => panic!("{error}: {other:?}"),
            })
            .collect();
        blamed.sort_unstable();
        (blamed, survey.composed.is_some())
    }

    #[test]
    fn every_bad_override_is_told_and_no_consequence() {
        for (overrides, blamed) in [
            ("a=2", &[][..]),
            ("b=) aa=1 opt=adm a=1,2", &[1, 2, 3, 4]),
            ("opt=adm opt.betas=2 b.d=1", &[1, 3]),
            ("+experiment=y z=2 b.d=1", &[1]),
            ("+experiment=y opt=adm", &[1, 2]),
            ("+n=) n.x=3 ++b.c=) b.e=1", &[1, 3, 4]),
            ("~nothing nothing.more=1 q=1", &[1, 2, 3]),
        ] {
            assert_eq!(surveyed(overrides), (blamed.to_vec(), true), "{overrides}");
        }
    }
}
