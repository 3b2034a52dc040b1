//! Outputs of the student by the names that the original gives them, for the results of an
//! evaluation (`eval.eval_fn.store_endpoint`). Logits, which final metrics need, are not among
//! them.

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
    let mut found = Found { prefix, outputs: Vec::new() };
    for (label, logits) in &output.past_logits {
        found.add(format!("past_logits/{label}"), logits);
    }
    found.add("future_agg".to_owned(), &output.future_agg);
    found.add("past".to_owned(), &output.past);
    for (step, weights) in output.attentions.iter().enumerate() {
        found.add(format!("gpt2_att_{step}"), weights);
    }
    found.outputs
}

struct Found<'a> {
    prefix: &'a str,
    outputs: Vec<StoredOutput>,
}

impl Found<'_> {
    fn add<const D: usize>(&mut self, name: String, rows: &Tensor<D>) {
        if name.starts_with(self.prefix) {
            let shape = rows.dims()[1..].to_vec();
            self.outputs.push(StoredOutput { name, shape, values: to_host(rows.clone()) });
        }
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

    #[test]
    fn names_decide_and_batches_add_up() {
        let device = Device::default();
        let output = StudentOutput {
            logits: vec![("action".into(), Tensor::zeros([2, 3], &device))],
            past_logits: vec![("action".into(), Tensor::zeros([2, 5, 3], &device))],
            logits_regression: None,
            future_agg: Tensor::zeros([2, 4], &device),
            past: Tensor::zeros([2, 5, 4], &device),
            backbone_mean: Tensor::zeros([2, 4], &device),
            backbone_mean_projected: None,
            temp_agg: Tensor::zeros([2, 5, 4], &device),
            temp_agg_projected: Tensor::zeros([2, 5, 4], &device),
            future_projected: Tensor::zeros([2, 5, 4], &device),
            aux: Vec::new(),
            attentions: vec![Tensor::zeros([2, 1, 2, 5, 5], &device)],
        };
        let names = |prefix: &str| -> Vec<String> {
            endpoints(&output, prefix).into_iter().map(|o| o.name).collect()
        };
        assert_eq!(names("logits"), Vec::<String>::new());
        assert_eq!(names("gpt2_att"), ["gpt2_att_0"]);
        assert_eq!(names("past"), ["past_logits/action", "past"]);
        assert_eq!(names("").len(), 4);
        let mut all = endpoints(&output, "past_logits");
        extend(&mut all, endpoints(&output, "past_logits"));
        assert_eq!((all.len(), all[0].shape.clone(), all[0].values.len()), (1, vec![5, 3], 60));
    }
}
