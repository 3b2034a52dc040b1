//! Outputs of the student by the names that the original gives them, for the results of an
//! evaluation (`eval.eval_fn.store_endpoint`) and for stores of features (`extract.endpoint`).
//! Logits, which final metrics need, are collected apart from the others.

use burn::tensor::Tensor;

use crate::models::StudentOutput;

use super::evaluate::to_host;

/// Values of one output, a row for each sample.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredOutput {
    /// Its name.
    pub name: String,
    /// Shape of one row.
    pub shape: Vec<usize>,
    /// Rows, row-major.
    pub values: Vec<f32>,
}

/// Outputs whose names start with `prefix`.
pub(super) fn endpoints(output: &StudentOutput, prefix: &str) -> Vec<StoredOutput> {
    let [samples, _] = output.future_agg.dims();
    let mut found =
        Found { wanted: &|name| name.starts_with(prefix), samples, outputs: Vec::new() };
    found.add_all(output);
    found.outputs
}

/// The output of that name, logits included.
pub(super) fn endpoint(output: &StudentOutput, name: &str) -> Option<StoredOutput> {
    let [samples, _] = output.future_agg.dims();
    let mut found = Found { wanted: &|known| known == name, samples, outputs: Vec::new() };
    for (label, logits) in &output.logits {
        found.add(format!("logits/{label}"), logits);
    }
    found.add_some("logits_regression", output.logits_regression.as_ref());
    found.add_all(output);
    found.outputs.pop()
}

struct Found<'a> {
    wanted: &'a dyn Fn(&str) -> bool,
    samples: usize,
    outputs: Vec<StoredOutput>,
}

impl Found<'_> {
    /// In the order of the original's model.
    fn add_all(&mut self, output: &StudentOutput) {
        self.add("backbone".to_owned(), &output.backbone);
        self.add("backbone_mean".to_owned(), &output.backbone_mean);
        self.add_some("backbone_mean_projected", output.backbone_mean_projected.as_ref());
        self.add("temp_agg".to_owned(), &output.temp_agg);
        self.add("temp_agg_projected".to_owned(), &output.temp_agg_projected);
        for (step, weights) in output.attentions.iter().enumerate() {
            self.add(format!("gpt2_att_{step}"), weights);
        }
        self.add("future".to_owned(), &output.future);
        self.add("past".to_owned(), &output.past);
        for (label, logits) in &output.past_logits {
            self.add(format!("past_logits/{label}"), logits);
        }
        self.add("future_projected".to_owned(), &output.future_projected);
        self.add("future_agg".to_owned(), &output.future_agg);
    }

    fn add_some<const D: usize>(&mut self, name: &str, rows: Option<&Tensor<D>>) {
        if let Some(rows) = rows {
            self.add(name.to_owned(), rows);
        }
    }

    /// Several sub-clips of a sample, each with a row of its own in the model, become one row.
    fn add<const D: usize>(&mut self, name: String, rows: &Tensor<D>) {
        if !(self.wanted)(&name) {
            return;
        }
        let dims = rows.dims();
        let clips = dims[0] / self.samples.max(1);
        let mut shape = dims[1..].to_vec();
        if clips > 1 {
            shape.insert(0, clips);
        }
        self.outputs.push(StoredOutput { name, shape, values: to_host(rows.clone()) });
    }
}

/// Appends the rows of a batch.
pub(super) fn extend(all: &mut Vec<StoredOutput>, batch: Vec<StoredOutput>) {
    for output in batch {
        match all.iter_mut().find(|o| o.name == output.name && o.shape == output.shape) {
            Some(known) => known.values.extend(output.values),
            None => all.push(output),
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// Two samples of five sub-clips each.
    fn output() -> StudentOutput {
        let device = Device::default();
        StudentOutput {
            logits: vec![("action".into(), Tensor::zeros([2, 3], &device))],
            past_logits: vec![("action".into(), Tensor::zeros([2, 5, 3], &device))],
            logits_regression: None,
            backbone: Tensor::zeros([10, 4, 1, 2, 2], &device),
            future: Tensor::zeros([2, 1, 4], &device),
            future_agg: Tensor::zeros([2, 4], &device),
            past: Tensor::zeros([2, 5, 4], &device),
            backbone_mean: Tensor::zeros([10, 4], &device),
            backbone_mean_projected: None,
            temp_agg: Tensor::zeros([10, 1, 4], &device),
            temp_agg_projected: Tensor::zeros([10, 1, 4], &device),
            future_projected: Tensor::zeros([2, 5, 4], &device),
            aux: Vec::new(),
            attentions: vec![Tensor::zeros([2, 1, 2, 5, 5], &device)],
        }
    }

    #[test]
    fn names_decide_and_batches_add_up() {
        let output = output();
        let names = |prefix: &str| -> Vec<String> {
            endpoints(&output, prefix).into_iter().map(|o| o.name).collect()
        };
        assert_eq!(names("logits"), Vec::<String>::new());
        assert_eq!(names("gpt2_att"), ["gpt2_att_0"]);
        assert_eq!(names("past"), ["past", "past_logits/action"]);
        assert_eq!(names("backbone"), ["backbone", "backbone_mean"]);
        assert_eq!(names("future"), ["future", "future_projected", "future_agg"]);
        assert_eq!(names("").len(), 10);
        let mut all = endpoints(&output, "past_logits");
        extend(&mut all, endpoints(&output, "past_logits"));
        assert_eq!((all.len(), all[0].shape.clone(), all[0].values.len()), (1, vec![5, 3], 60));
    }

    #[test]
    fn one_output_is_named_in_full_and_has_a_row_for_each_sample() {
        let output = output();
        let shape = |name| endpoint(&output, name).map(|o| o.shape);
        assert_eq!(shape("logits/action"), Some(vec![3]));
        assert_eq!(shape("backbone_mean"), Some(vec![5, 4]));
        assert_eq!(shape("backbone"), Some(vec![5, 4, 1, 2, 2]));
        assert_eq!(shape("future_agg"), Some(vec![4]));
        assert_eq!(shape("logits"), None);
        assert_eq!(shape("backbone_mean_projected"), None);
    }
}
