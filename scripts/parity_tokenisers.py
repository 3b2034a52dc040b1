"""Writes tests/parity/fixtures/tokenisers: six small tokenisers and what `transformers` makes of texts.

    python scripts/parity_tokenisers.py [--out FOLDER]
    python scripts/parity_tokenisers.py --ids TEXTS.json

Each family's own files are trained on made-up action sentences and lie in a folder of its name;
`<family>_json` has what `save_pretrained` makes of them. `texts.json` holds 200 texts and their ids
by family; `--ids` prints those of a list of other texts. Training settles ties by chance: all files of one run belong together.

Needs transformers 5, tokenizers, and but for `--ids` sentencepiece and protobuf.
"""
import argparse
import json
import random
import tempfile
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import AlbertTokenizer, BertTokenizer, DebertaTokenizer, RobertaTokenizer

VERBS = """take put-down pick-up open close wash cut stir pour peel turn-on turn-off squeeze mix dry
    inspect-or-read divide move-around throw-into scoop""".split()
NOUNS = """pan fridge bread|slice board|chopping tap onion|red cucumber knife cup|measuring sponge
    bottle|oil|olive lid oven salt pepper|bell bacon plate eating|utensil condiment|container egg-white
    jalapeño crème|fraîche""".split()

ODD = [
    "", " ", "  take  <v>  pan ", "take <v> pan <a>  open <v>\tfridge\n", "Take <v> Red Onion", "TAKE",
    "crème brûlée <v> jalapeño", "cre\u0300me", "naïve façade <a> smörgåsbord", "\ufb01llet \u2460 cup",
    "pick-up <v> 1/2 cup of (red) onions.", "pick up - put down", "a-b-c", "it's the cook's", "don't",
    "``salt'' <v> \"pepper\"", "salt & pepper", "50% of 1,000 g at 180°C", "£3 €4 $5", "30,", "e.g.",
    "煮 <v> 米饭", "заварить <v> чай", "🍳 <v> 🥚", "zyzzyva quokka", "x" * 120, "ab" * 40, "<v>", "<a>",
    "<v><a>", "< v > < a >", "<a> <a> <v>", "[SEP] take <v> pan", "</s> take", "under_score <v> a_b",
    "take <v> pan\u00a0lid", "zero\u200bwidth", "co\u00adoperate", "nul\x01byte", "tab\tbed", "…", "–—",
]


WRITTEN = [("bert", "bert", BertTokenizer), ("distilbert", "distilbert", BertTokenizer),
           ("electra", "electra", BertTokenizer), ("roberta", "roberta", RobertaTokenizer),
           ("deberta", "deberta", DebertaTokenizer), ("albert", "albert_json", AlbertTokenizer)]


def action(draw):
    noun = " ".join(draw.choice(NOUNS).split("|")[::-1])
    return f"{draw.choice(VERBS)} <v> {noun}"


def sentences(draw, count):
    return [" <a> ".join(action(draw) for _ in range(draw.randint(1, 7))) for _ in range(count)]


def word_piece(folder, corpus, lower, config):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=180, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(corpus, trainer)
    vocabulary = tokenizer.get_vocab()
    write(folder / "vocab.txt", "".join(t + "\n" for t in sorted(vocabulary, key=vocabulary.get)))
    if config:
        write(folder / "tokenizer_config.json", json.dumps(config))
    return BertTokenizer.from_pretrained(folder)


def byte_level(folder, corpus, special, config, kind):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.model.save(str(folder))
    if config:
        write(folder / "tokenizer_config.json", json.dumps(config))
    return kind.from_pretrained(folder)


def unigram(folder, corpus):
    """As ALBERT's was trained, with a table of two characters in place of NFKC's thousands."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    with tempfile.TemporaryDirectory() as temporary:
        text, table = Path(temporary, "text"), Path(temporary, "table.tsv")
        write(text, "\n".join(corpus))
        write(table, "FB01\t66 69\n2460\t31\n")
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(Path(temporary, "spiece")), vocab_size=105,
            model_type="unigram", normalization_rule_tsv=str(table), character_coverage=1.0,
            control_symbols=["[CLS]", "[SEP]", "[MASK]"], num_threads=1, minloglevel=2,
            user_defined_symbols=["(", ")", '"', "-", ".", "–", "£", "€"],
            pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, pad_piece="<pad>", unk_piece="<unk>")
        model = sentencepiece_model_pb2.ModelProto()
        model.ParseFromString(Path(temporary, "spiece.model").read_bytes())
    for field in ("input", "model_prefix"):
        model.trainer_spec.ClearField(field)
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    (folder / "spiece.model").write_bytes(model.SerializeToString())
    # from_pretrained would make added tokens of the user-defined pieces, which cut texts before
    # SentencePiece's rules apply; the published tokenizer.json does not
    return AlbertTokenizer(vocab=[(piece.piece, piece.score) for piece in model.pieces],
                           _spm_precompiled_charsmap=model.normalizer_spec.precompiled_charsmap)


def write(path, text):
    path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    fixtures = Path(__file__).resolve().parent.parent / "tests/parity/fixtures/tokenisers"
    parser.add_argument("--out", type=Path, default=fixtures, help="where the fixtures go")
    parser.add_argument("--ids", type=Path, help="a list of texts whose ids are printed")
    args = parser.parse_args()
    out = args.out
    if args.ids:
        texts = json.loads(args.ids.read_text(encoding="utf-8"))
        print(json.dumps({name: [kind.from_pretrained(out / folder)(text)["input_ids"]
                                 for text in texts] for name, folder, kind in WRITTEN}))
        return
    draw = random.Random(6)
    corpus = sentences(draw, 400)
    capitals = [text.title().replace("<V>", "<v>").replace("<A>", "<a>") for text in corpus]

    def folder(name):
        (out / name).mkdir(parents=True, exist_ok=True)
        return out / name

    roberta = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    deberta = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
    gpt2 = {"do_lower_case": False, "vocab_type": "gpt2"}
    tokenisers = {
        "bert": word_piece(folder("bert"), corpus, True, None),
        "distilbert": word_piece(folder("distilbert"), capitals, False, {"do_lower_case": False}),
        "electra": word_piece(folder("electra"), corpus, True,
                              {"do_lower_case": True, "strip_accents": False,
                               "tokenize_chinese_chars": False}),
        "roberta": byte_level(folder("roberta"), corpus, roberta, None, RobertaTokenizer),
        "deberta": byte_level(folder("deberta"), corpus, deberta, gpt2, DebertaTokenizer),
        "albert": unigram(folder("albert"), corpus),
    }
    texts = ODD + sentences(draw, 200 - len(ODD))
    ids = {name: [tokeniser(text)["input_ids"] for text in texts]
           for name, tokeniser in tokenisers.items()}
    for name in ("distilbert", "roberta", "albert"):
        tokenisers[name].save_pretrained(folder(f"{name}_json"))
    for kept in out.glob("*_json"):
        document = json.loads((kept / "tokenizer.json").read_text())
        write(kept / "tokenizer.json", json.dumps(document, ensure_ascii=False, separators=(",", ":")))
    write(out / "texts.json", json.dumps({"texts": texts, "ids": ids}, separators=(",", ":")))


if __name__ == "__main__":
    main()
