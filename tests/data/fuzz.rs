//! Any bytes are read or refused, never a panic, never a hang, never more memory than they deserve.
//!
//! `cargo test` runs a bounded number of cases; `BOLERO_RANDOM_ITERATIONS` asks for more.

use std::path::Path;

use runner::data::pickle::{PickleFile, Value, numpy, pandas};

/// Everything that reads pickles, on one input.
fn read(bytes: &[u8]) {
    let Ok(file) = PickleFile::of_bytes(Path::new("fuzz.pkl"), bytes.to_vec()) else { return };
    let Ok(document) = file.parse() else { return };
    let _ = document.tensors();
    let _ = document.frame();
    walk(document.root(), &mut 2_000);
}

/// Interprets every value that can be reached, up to a number of steps.
fn walk(value: Value<'_>, steps: &mut usize) {
    if *steps == 0 {
        return;
    }
    *steps -= 1;
    let _ = numpy::array(value);
    let _ = pandas::frame(value);
    let _ = (value.as_bytes(), value.plain_text(), value.kind());
    let parts = value.as_sequence().or_else(|| value.as_set()).unwrap_or_default();
    let entries = value.as_dict().unwrap_or_default();
    let call =
        value.call().map(|call| call.args.into_iter().chain(call.state)).into_iter().flatten();
    parts
        .into_iter()
        .chain(entries.into_iter().flat_map(|(k, v)| [k, v]))
        .chain(call)
        .for_each(|part| walk(part, steps));
}

/// The committed pickles: what mutations start from.
fn fixtures() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pickle");
    let entries = runner::files::list(&folder).expect("the fixtures are committed");
    entries.iter().map(|e| runner::files::read(&e.path).expect("a fixture is readable")).collect()
}

#[test]
fn any_bytes() {
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| read(bytes));
}

/// Opcodes in random order: most of them get further than random bytes.
#[test]
fn any_opcodes() {
    const OPCODES: &[&[u8]] = &[
        b"(",
        b".",
        b"0",
        b"2",
        b"N",
        b"K\x01",
        b"M\x01\x02",
        b"]",
        b")",
        b"}",
        b"a",
        b"e",
        b"s",
        b"u",
        b"t",
        b"l",
        b"d",
        b"b",
        b"R",
        b"o",
        b"\x81",
        b"\x85",
        b"\x86",
        b"\x87",
        b"q\0",
        b"q\x01",
        b"h\0",
        b"h\x01",
        b"\x94",
        b"U\x01a",
        b"C\x04abcd",
        b"\x88",
        b"\x89",
        b"\x8f",
        b"\x90",
        b"\x91",
        b"\x92",
        b"\x93",
        b"Q",
        b"1",
        b"G\0\0\0\0\0\0\0\0",
        b"\x8a\x01\xff",
        b"cnumpy\ndtype\n",
        b"U\x02f4",
        b"cnumpy.core.multiarray\n_reconstruct\n",
        b"cnumpy\nndarray\n",
        b"U\x01<",
        b"ctorch._utils\n_rebuild_tensor_v2\n",
        b"ctorch\nFloatStorage\n",
        b"U\x07storage",
        b"cpandas.core.frame\nDataFrame\n",
        b"c_codecs\nencode\n",
        b"U\x06latin1",
        b"c__builtin__\nslice\n",
        b"ccollections\nOrderedDict\n",
        b"U\x04_mgr",
    ];
    bolero::check!().with_iterations(20_000).with_type::<Vec<u8>>().for_each(|picks| {
        let mut bytes: Vec<u8> =
            picks.iter().flat_map(|p| OPCODES[usize::from(*p) % OPCODES.len()]).copied().collect();
        bytes.push(b'.');
        read(&bytes);
    });
}

/// Real pickles with a few bytes changed, dropped or doubled.
#[test]
fn damaged_fixtures() {
    let fixtures = fixtures();
    let edits = (0..fixtures.len(), bolero::generator::produce::<Vec<(u16, u8, u8)>>());
    bolero::check!().with_iterations(5_000).with_generator(edits).for_each(|(which, edits)| {
        let mut bytes = fixtures[*which].clone();
        for (at, kind, byte) in edits.iter().take(8) {
            if bytes.is_empty() {
                break;
            }
            let at = usize::from(*at) % bytes.len();
            match kind % 4 {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, *byte),
                2 => bytes.truncate(at),
                _ => bytes[at] = *byte,
            }
        }
        read(&bytes);
    });
}
