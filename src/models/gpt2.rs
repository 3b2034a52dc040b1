//! GPT-2's transformer over given embeddings: `transformers.GPT2Model` without `wte`.
//!
//! Source: Radford et al., "Language Models are Unsupervised Multitask Learners" (2019);
//! `transformers` 4.2.2, `modeling_gpt2.py` (initial values included: later versions also scale
//! the residual projections). Pre-norm blocks, three independent dropouts.

use burn::module::Module;
use burn::nn::{Dropout, Embedding};
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};

use super::error::positive;
use super::layers::{Conv1d, LayerNorm, dropout, embedding};
use super::product::product;
use super::{Activation, ModelError};

/// Sizes and dropouts of [`Gpt2`].
#[derive(Clone, Debug, PartialEq)]
pub struct Gpt2Config {
    /// Width.
    pub n_embd: usize,
    /// Number of blocks.
    pub n_layer: usize,
    /// Attention heads per block.
    pub n_head: usize,
    /// Rows of the position table.
    pub n_positions: usize,
    /// Width inside the feed-forward part; `None` is four times `n_embd`.
    pub n_inner: Option<usize>,
    /// Dropout of the embeddings.
    pub embd_pdrop: f64,
    /// Dropout of the attention weights.
    pub attn_pdrop: f64,
    /// Dropout before each residual sum.
    pub resid_pdrop: f64,
    /// Epsilon of the layer norms.
    pub layer_norm_epsilon: f64,
    /// Inside the feed-forward part.
    pub activation_function: Activation,
    /// Standard deviation of the initial weights.
    pub initializer_range: f64,
    /// Hands out the attention weights.
    pub output_attentions: bool,
}

impl Gpt2Config {
    /// The defaults of `transformers.GPT2Config` at width `n_embd`.
    pub fn new(n_embd: usize) -> Self {
        Self {
            n_embd,
            n_layer: 12,
            n_head: 12,
            n_positions: 1024,
            n_inner: None,
            embd_pdrop: 0.1,
            attn_pdrop: 0.1,
            resid_pdrop: 0.1,
            layer_norm_epsilon: 1e-5,
            activation_function: Activation::GeluNew,
            initializer_range: 0.02,
            output_attentions: false,
        }
    }

    /// Builds the transformer.
    ///
    /// # Errors
    /// [`ModelError`] when a size is zero, heads do not divide the width, or a dropout is not a
    /// probability.
    pub fn init(&self, device: &Device) -> Result<Gpt2, ModelError> {
        let (inter_dim, n_head) = (positive("inter_dim", self.n_embd)?, self.n_head);
        if positive("n_head", n_head)? > inter_dim || inter_dim % n_head != 0 {
            return Err(ModelError::Heads { inter_dim, n_head });
        }
        positive("n_layer", self.n_layer)?;
        positive("n_positions", self.n_positions)?;
        Ok(Gpt2 {
            wpe: embedding(self.n_positions, inter_dim, self.initializer_range, device),
            drop: dropout("embd_pdrop", self.embd_pdrop)?,
            h: (0..self.n_layer).map(|_| self.block(device)).collect::<Result<_, _>>()?,
            ln_f: LayerNorm::new(inter_dim, self.layer_norm_epsilon, device),
            output_attentions: self.output_attentions,
        })
    }

    fn block(&self, device: &Device) -> Result<Block, ModelError> {
        let (width, inner) = (self.n_embd, self.n_inner.unwrap_or(4 * self.n_embd));
        positive("n_inner", inner)?;
        let conv = |from, to| Conv1d::new(from, to, self.initializer_range, device);
        Ok(Block {
            ln_1: LayerNorm::new(width, self.layer_norm_epsilon, device),
            attn: Attention {
                c_attn: conv(width, 3 * width),
                c_proj: conv(width, width),
                attn_dropout: dropout("attn_pdrop", self.attn_pdrop)?,
                resid_dropout: dropout("resid_pdrop", self.resid_pdrop)?,
                n_head: self.n_head,
            },
            ln_2: LayerNorm::new(width, self.layer_norm_epsilon, device),
            mlp: Mlp {
                c_fc: conv(width, inner),
                c_proj: conv(inner, width),
                dropout: dropout("resid_pdrop", self.resid_pdrop)?,
                activation: self.activation_function,
            },
        })
    }
}

/// A causal transformer over embeddings.
#[derive(Module, Debug)]
pub struct Gpt2 {
    wpe: Embedding,
    drop: Dropout,
    h: Vec<Block>,
    ln_f: LayerNorm,
    output_attentions: bool,
}

/// What the transformer says about a sequence.
#[derive(Clone, Debug)]
pub struct Gpt2Output {
    /// Hidden states after the final norm, `[B, T, F]`.
    pub last_hidden_state: Tensor<3>,
    /// Attention weights of each block as they are applied, `[B, heads, T, seen + T]`; none unless
    /// asked for.
    pub attentions: Vec<Tensor<4>>,
}

/// Keys and values of the steps already seen, per block, each `[B * heads, T, F / heads]`.
#[derive(Clone, Debug, Default)]
pub struct KvCache(Vec<Option<[Tensor<3>; 2]>>);

impl KvCache {
    /// Number of steps already seen.
    pub fn len(&self) -> usize {
        self.0.first().and_then(Option::as_ref).map_or(0, |[key, _]| key.dims()[1])
    }

    /// Whether nothing was seen yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Gpt2 {
    /// Lets every step see itself and those before it.
    ///
    /// With a cache, the steps continue those already seen and are added to it.
    ///
    /// # Shapes
    /// - embeddings: `[B, T, F]`
    ///
    /// # Panics
    /// When the sequence is longer than the position table.
    pub fn forward(&self, embeddings: Tensor<3>, mut cache: Option<&mut KvCache>) -> Gpt2Output {
        let [b, t, f] = embeddings.dims();
        let seen = cache.as_ref().map_or(0, |c| c.len());
        let [n_positions, width] = self.wpe.weight.val().dims();
        assert_eq!(f, width, "embeddings have the transformer's width");
        assert!(seen + t <= n_positions, "{} steps exceed {n_positions} positions", seen + t);
        if let Some(cache) = cache.as_deref_mut() {
            cache.0.resize(self.h.len(), None);
        }
        let positions = self.wpe.weight.val().narrow(0, seen, t).unsqueeze_dim(0); // [1, T, F]
        let mask = causal_mask(seen, t, &embeddings.device());
        let mut x = self.drop.forward(embeddings + positions);
        let mut attentions = Vec::new();
        for (i, block) in self.h.iter().enumerate() {
            let slot = cache.as_deref_mut().map(|c| &mut c.0[i]);
            let (hidden, weights) = block.forward(x, mask.as_ref(), slot);
            x = hidden;
            if self.output_attentions {
                attentions.push(weights.reshape([b, block.attn.n_head, t, seen + t]));
            }
        }
        Gpt2Output { last_hidden_state: self.ln_f.forward(x), attentions }
    }
}

/// What is added to the attention scores, `[1, T, seen + T]`; `None` when every step may see all.
fn causal_mask(seen: usize, t: usize, device: &Device) -> Option<Tensor<3>> {
    (t > 1).then(|| {
        let diagonal = i64::try_from(seen + 1).expect("positions fit an i64");
        Tensor::<2>::full([t, seen + t], f32::NEG_INFINITY, device).triu(diagonal).unsqueeze_dim(0)
    })
}

#[derive(Module, Debug)]
struct Block {
    ln_1: LayerNorm,
    attn: Attention,
    ln_2: LayerNorm,
    mlp: Mlp,
}

impl Block {
    /// Hidden states `[B, T, F]` and attention weights `[B H, T, seen + T]`.
    fn forward(
        &self,
        x: Tensor<3>,
        mask: Option<&Tensor<3>>,
        cache: Option<&mut Option<[Tensor<3>; 2]>>,
    ) -> (Tensor<3>, Tensor<3>) {
        let (attended, weights) = self.attn.forward(self.ln_1.forward(x.clone()), mask, cache);
        let x = x + attended;
        (x.clone() + self.mlp.forward(self.ln_2.forward(x)), weights)
    }
}

#[derive(Module, Debug)]
struct Attention {
    c_attn: Conv1d,
    c_proj: Conv1d,
    attn_dropout: Dropout,
    resid_dropout: Dropout,
    n_head: usize,
}

impl Attention {
    fn forward(
        &self,
        x: Tensor<3>,
        mask: Option<&Tensor<3>>,
        cache: Option<&mut Option<[Tensor<3>; 2]>>,
    ) -> (Tensor<3>, Tensor<3>) {
        let [b, t, f] = x.dims();
        let [query, key, value] = self.split_heads(self.c_attn.forward(x));
        let [key, value] = extend(cache, [key, value]); // [B H, seen + T, F / H]
        let scale = ((f / self.n_head) as f64).sqrt().recip();
        let number = self.c_proj.weight.val().dtype();
        let scores = product(query, key.swap_dims(1, 2), number) * scale; // [B H, T, seen + T]
        let scores = match mask {
            Some(mask) => scores + mask.clone(),
            None => scores,
        };
        let weights = self.attn_dropout.forward(softmax(scores, 2));
        let heads = product(weights.clone(), value, number);
        let heads = heads.reshape([b, self.n_head, t, f / self.n_head]);
        let joined = heads.swap_dims(1, 2).reshape([b, t, f]);
        (self.resid_dropout.forward(self.c_proj.forward(joined)), weights)
    }

    /// `[B, T, 3 F]` -> query, key and value, heads folded into the batch: `[B H, T, F / H]`.
    fn split_heads(&self, qkv: Tensor<3>) -> [Tensor<3>; 3] {
        let [b, t, f3] = qkv.dims();
        let (h, d) = (self.n_head, f3 / 3 / self.n_head);
        let folded =
            qkv.reshape([b, t, 3, h, d]).permute([2, 0, 3, 1, 4]).reshape([3, b * h, t, d]);
        [0, 1, 2].map(|i| folded.clone().narrow(0, i, 1).reshape([b * h, t, d]))
    }
}

/// Appends to what the cache holds and remembers the result.
fn extend(cache: Option<&mut Option<[Tensor<3>; 2]>>, new: [Tensor<3>; 2]) -> [Tensor<3>; 2] {
    let Some(slot) = cache else { return new };
    let all = match (slot.take(), new) {
        (Some([k, v]), [key, value]) => {
            [Tensor::cat(vec![k, key], 1), Tensor::cat(vec![v, value], 1)]
        }
        (None, new) => new,
    };
    *slot = Some(all.clone());
    all
}

#[derive(Module, Debug)]
struct Mlp {
    c_fc: Conv1d,
    c_proj: Conv1d,
    dropout: Dropout,
    #[module(skip)]
    activation: Activation,
}

impl Mlp {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.dropout.forward(self.c_proj.forward(self.activation.forward(self.c_fc.forward(x))))
    }
}
