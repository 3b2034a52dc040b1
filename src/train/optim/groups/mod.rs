//! Parameter groups: which parameters train, at what rate, with what decay (`opt.lr_wd`).
//!
//! Knows parameters by name and id only. An entry of `lr_wd` makes two groups, in this order:
//!
//! | group | parameters of the entry's modules | weight decay |
//! |---|---|---|
//! | rest | all others | `wd` |
//! | bias | name *within the module* ends in `bias` or contains `.bn` | `wd * bias_bn_wd_scale` |
//! | bias, with `no_decay` | name contains one of `no_decay` | 0 |
//!
//! | case | what happens |
//! |---|---|
//! | rate | `lr * world_size`, times the batch size with `scale_lr_by_bs` |
//! | rate 0 | both groups are dropped and their parameters frozen, also for other entries |
//! | a module without parameters | empty groups, which keep their place |
//! | a parameter in no entry | gets a gradient, but no update and no share in the clip norm |
//! | a parameter reached twice within an entry | updated twice per step, counted twice in the norm |
//! | a parameter in two entries with a rate | refused, or see [`Overlap`] |

use std::collections::{BTreeMap, BTreeSet};

use burn::module::ParamId;

use super::OptimError;

/// Stands for the whole model in `opt.lr_wd`.
pub const ALL: &str = "__all__";

/// One entry of `opt.lr_wd`.
#[derive(Clone, Debug, PartialEq)]
pub struct LrWd {
    /// Module paths, or [`ALL`].
    pub modules: Vec<String>,
    /// Learning rate, before scaling.
    pub lr: f64,
    /// Weight decay.
    pub weight_decay: f64,
}

/// What to do with a parameter that two entries hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// An error, as torch's optimizers raise.
    #[default]
    Refuse,
    /// One update per entry, one after the other, as the original's config comment promises.
    UpdateEachTime,
}

/// `opt.lr_wd` and what scales it.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupsConfig {
    /// The entries.
    pub lr_wd: Vec<LrWd>,
    /// Factor on the weight decay of bias groups.
    pub bias_bn_wd_scale: f64,
    /// Where it names something, parameters with one of these in their name make the bias groups, which
    /// then have no weight decay: the original's teachers.
    pub no_decay: Vec<String>,
    /// Number of processes.
    pub world_size: usize,
    /// The batch size, when rates are to be scaled by it (`opt.scale_lr_by_bs`).
    pub scale_lr_by_bs: Option<usize>,
    /// What to do with a parameter that two entries hold.
    pub overlap: Overlap,
}

impl Default for GroupsConfig {
    /// No entries, one process, nothing scaled.
    fn default() -> Self {
        Self {
            lr_wd: vec![],
            bias_bn_wd_scale: 1.0,
            no_decay: vec![],
            world_size: 1,
            scale_lr_by_bs: None,
            overlap: Overlap::default(),
        }
    }
}

impl GroupsConfig {
    /// Whether a parameter, called `inner` within its module, belongs to the bias group.
    fn is_bias(&self, inner: &str, name: &str) -> bool {
        match self.no_decay.is_empty() {
            true => inner.ends_with("bias") || inner.contains(".bn"),
            false => self.no_decay.iter().any(|part| name.contains(part.as_str())),
        }
    }

    /// Factor on the weight decay of bias groups.
    fn bias_scale(&self) -> f64 {
        if self.no_decay.is_empty() { self.bias_bn_wd_scale } else { 0.0 }
    }
}

/// Parameters that share a learning rate and a weight decay.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamGroup {
    /// Learning rate before any schedule, scaled.
    pub lr: f64,
    /// Weight decay, scaled.
    pub weight_decay: f64,
    /// Names of the parameters, once per appearance.
    pub names: Vec<String>,
}

/// A parameter that trains.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// Indices of its groups, once per appearance; never empty.
    pub(super) groups: Vec<usize>,
}

/// All groups of a run.
#[derive(Clone, Debug)]
pub struct ParamGroups {
    groups: Vec<ParamGroup>,
    members: BTreeMap<ParamId, Member>,
    frozen: Vec<(String, ParamId)>,
    ungrouped: Vec<String>,
}

impl ParamGroups {
    /// Resolves `opt.lr_wd` against a model.
    ///
    /// `params` are the parameters that require gradients, by original name and in the model's
    /// order; `modules` are further module paths that exist without such parameters (an identity
    /// backbone, say).
    ///
    /// # Errors
    /// A path that names no module, a rate or decay below 0, an overlap, nothing to train.
    pub fn resolve(
        config: &GroupsConfig,
        params: &[(String, ParamId)],
        modules: &[String],
    ) -> Result<Self, OptimError> {
        let params = unique(params);
        let mut entries = Vec::new();
        for (position, entry) in config.lr_wd.iter().enumerate() {
            entries.push(Entry::new(config, position, entry, &params, modules)?);
        }
        let (still, moving): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|e| e.lr == 0.0);
        let frozen: BTreeSet<ParamId> = still.iter().flat_map(Entry::ids).collect();
        if config.overlap == Overlap::Refuse {
            refuse_overlap(&moving)?;
        }
        let mut all =
            Self { groups: vec![], members: BTreeMap::new(), frozen: vec![], ungrouped: vec![] };
        for entry in moving {
            all.push(entry.lr, entry.decay, entry.rest, &frozen);
            all.push(entry.lr, entry.decay * config.bias_scale(), entry.bias, &frozen);
        }
        for (name, id) in params {
            if frozen.contains(&id) {
                all.frozen.push((name, id));
            } else if !all.members.contains_key(&id) {
                all.ungrouped.push(name);
            }
        }
        if all.members.is_empty() { Err(OptimError::NothingToTrain) } else { Ok(all) }
    }

    /// The groups, in order; the first one's rate is logged.
    pub fn groups(&self) -> &[ParamGroup] {
        &self.groups
    }

    /// The rate of every group before any schedule.
    pub fn base_lrs(&self) -> Vec<f64> {
        self.groups.iter().map(|group| group.lr).collect()
    }

    /// Parameters with a rate of 0.
    pub fn frozen(&self) -> &[(String, ParamId)] {
        &self.frozen
    }

    /// Names of parameters that no entry holds.
    pub fn ungrouped(&self) -> &[String] {
        &self.ungrouped
    }

    pub(super) fn member(&self, id: ParamId) -> Option<&Member> {
        self.members.get(&id)
    }

    fn push(&mut self, lr: f64, weight_decay: f64, params: Vec<Named>, frozen: &BTreeSet<ParamId>) {
        let index = self.groups.len();
        let mut names = Vec::new();
        for (name, id) in params.into_iter().filter(|(_, id)| !frozen.contains(id)) {
            names.push(name.clone());
            let fresh = || Member { name, groups: vec![] };
            self.members.entry(id).or_insert_with(fresh).groups.push(index);
        }
        self.groups.push(ParamGroup { lr, weight_decay, names });
    }
}

type Named = (String, ParamId);

/// Keeps the first name of a parameter with several.
fn unique(params: &[Named]) -> Vec<Named> {
    let mut seen = BTreeSet::new();
    params.iter().filter(|(_, id)| seen.insert(*id)).cloned().collect()
}

/// An entry of `lr_wd` with its parameters.
struct Entry {
    position: usize,
    lr: f64,
    decay: f64,
    rest: Vec<Named>,
    bias: Vec<Named>,
}

impl Entry {
    fn new(
        config: &GroupsConfig,
        position: usize,
        entry: &LrWd,
        params: &[Named],
        modules: &[String],
    ) -> Result<Self, OptimError> {
        let scale = config.scale_lr_by_bs.map_or(1.0, |batch| batch as f64);
        let lr = positive("learning rate", entry.lr)? * config.world_size as f64 * scale;
        let decay = positive("weight decay", entry.weight_decay)?;
        let mut found = Self { position, lr, decay, rest: vec![], bias: vec![] };
        let mut taken = BTreeSet::new();
        for module in entry.modules.iter().filter(|module| taken.insert(*module)) {
            for (inner, named) in members(module, params, modules)? {
                if config.is_bias(inner, &named.0) {
                    found.bias.push(named)
                } else {
                    found.rest.push(named)
                }
            }
        }
        Ok(found)
    }

    fn ids(&self) -> impl Iterator<Item = ParamId> {
        self.rest.iter().chain(&self.bias).map(|(_, id)| *id)
    }
}

/// The parameters of a module, each with its name within the module.
fn members<'a>(
    module: &str,
    params: &'a [Named],
    modules: &[String],
) -> Result<Vec<(&'a str, Named)>, OptimError> {
    let inner = |name: &'a str| match module {
        ALL => Some(name),
        _ => name.strip_prefix(module)?.strip_prefix('.'),
    };
    let found: Vec<_> =
        params.iter().filter_map(|named| Some((inner(&named.0)?, named.clone()))).collect();
    let exists = !found.is_empty() || module == ALL || modules.iter().any(|known| known == module);
    if exists {
        return Ok(found);
    }
    Err(OptimError::UnknownModule { module: module.to_owned(), expected: paths(params, modules) })
}

/// Every module path, sorted, after [`ALL`].
fn paths(params: &[Named], modules: &[String]) -> Vec<String> {
    let ends = |name: &str| name.match_indices('.').map(|(i, _)| i).collect::<Vec<_>>();
    let of_params = params.iter().flat_map(|(name, _)| {
        ends(name).into_iter().map(|end| name[..end].to_owned()).collect::<Vec<_>>()
    });
    let all: BTreeSet<String> = of_params.chain(modules.iter().cloned()).collect();
    std::iter::once(ALL.to_owned()).chain(all).collect()
}

fn positive(what: &str, value: f64) -> Result<f64, OptimError> {
    if value >= 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(OptimError::Setting {
        setting: format!("lr_wd ({what})"),
        value: value.to_string(),
        expected: "a number, 0 or more",
    })
}

fn refuse_overlap(entries: &[Entry]) -> Result<(), OptimError> {
    let mut owner: BTreeMap<ParamId, usize> = BTreeMap::new();
    for entry in entries {
        for (name, id) in entry.rest.iter().chain(&entry.bias) {
            let first = *owner.entry(*id).or_insert(entry.position);
            if first != entry.position {
                let (parameter, second) = (name.clone(), entry.position);
                return Err(OptimError::Overlap { parameter, first, second });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
