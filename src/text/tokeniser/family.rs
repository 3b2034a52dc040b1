//! Which tokeniser a language model has.
//!
//! | family | files | cut into | frame |
//! |---|---|---|---|
//! | BERT, DistilBERT, ELECTRA | `vocab.txt` | WordPiece | `[CLS]` ... `[SEP]` |
//! | RoBERTa | `vocab.json`, `merges.txt` | byte-level BPE | `<s>` ... `</s>` |
//! | DeBERTa | `vocab.json`, `merges.txt` | byte-level BPE | `[CLS]` ... `[SEP]` |
//! | ALBERT | `spiece.model` | Unigram | `[CLS]` ... `[SEP]` |

/// The language model that a tokeniser belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// BERT.
    Bert,
    /// RoBERTa.
    Roberta,
    /// DistilBERT: as BERT.
    DistilBert,
    /// ALBERT.
    Albert,
    /// ELECTRA: as BERT.
    Electra,
    /// DeBERTa, the first: RoBERTa's tokens with BERT's special ones.
    Deberta,
}

/// How a family cuts texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    WordPiece,
    ByteLevel,
    Unigram,
}

impl Family {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Family::Bert => "BERT",
            Family::Roberta => "RoBERTa",
            Family::DistilBert => "DistilBERT",
            Family::Albert => "ALBERT",
            Family::Electra => "ELECTRA",
            Family::Deberta => "DeBERTa",
        }
    }

    /// The class of `transformers` that reads what is written for the family.
    pub(super) fn class(self) -> &'static str {
        match self {
            Family::Bert => "BertTokenizerFast",
            Family::Roberta => "RobertaTokenizerFast",
            Family::DistilBert => "DistilBertTokenizerFast",
            Family::Albert => "AlbertTokenizerFast",
            Family::Electra => "ElectraTokenizerFast",
            Family::Deberta => "DebertaTokenizerFast",
        }
    }

    pub(super) fn cut(self) -> Cut {
        match self {
            Family::Bert | Family::DistilBert | Family::Electra => Cut::WordPiece,
            Family::Roberta | Family::Deberta => Cut::ByteLevel,
            Family::Albert => Cut::Unigram,
        }
    }

    /// The roles of special tokens with their spelling where a folder says nothing.
    pub(super) fn special(self) -> [(&'static str, &'static str); 5] {
        let [pad, unknown, class, separator, mask] = match self {
            Family::Roberta => ["<pad>", "<unk>", "<s>", "</s>", "<mask>"],
            Family::Albert => ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"],
            Family::Bert | Family::DistilBert | Family::Electra | Family::Deberta => {
                ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
            }
        };
        [
            ("pad_token", pad),
            ("unk_token", unknown),
            ("cls_token", class),
            ("sep_token", separator),
            ("mask_token", mask),
        ]
    }
}
