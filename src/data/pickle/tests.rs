//! The opcode reader on small pickles, accepted and refused.

use super::*;

/// A value in Python's notation, for comparison.
fn show(value: Value<'_>) -> String {
    let list = |parts: Vec<Value<'_>>| parts.into_iter().map(show).collect::<Vec<_>>().join(", ");
    if let Some(text) = value.as_str() {
        return format!("{text:?}");
    }
    if let Some(text) = value.plain_text() {
        return text;
    }
    if let Some(bytes) = value.as_bytes() {
        return format!("b{:?}", String::from_utf8_lossy(&bytes));
    }
    if let Some(parts) = value.as_sequence() {
        return if value.is_tuple() {
            format!("({})", list(parts))
        } else {
            format!("[{}]", list(parts))
        };
    }
    if let Some(parts) = value.as_set() {
        return format!("set({})", list(parts));
    }
    if let Some(entries) = value.as_dict() {
        let entries = entries.into_iter().map(|(k, v)| format!("{}: {}", show(k), show(v)));
        return format!("{{{}}}", entries.collect::<Vec<_>>().join(", "));
    }
    if let Some(id) = value.as_persistent() {
        return format!("persistent {}", show(id));
    }
    if let Some(call) = value.call() {
        let state = call.state.map(|state| format!(" <- {}", show(state)));
        return format!("{}({}){}", call.name, list(call.args), state.unwrap_or_default());
    }
    value.name().unwrap()
}

#[test]
fn opcodes_make_values() {
    for (bytes, expected) in [
        // protocol 0, as Python writes it
        (&b"(lp0\nI1\naL2L\naF0.5\naI01\naI00\naNa."[..], "[1, 2, 0.5, True, False, None]"),
        (b"Vcaf\\u00e9 \xe9 \\U0001f600\np0\n.", "\"caf\u{e9} \u{e9} \u{1f600}\""),
        (b"V\\ud83d\\ude00\n.", "\"\u{1f600}\""),
        (b"S'a\\x00b\\n\\'\\q'\n.", r#""a\0b\n'\\q""#),
        (b"S\"quote'd\"\n.", "\"quote'd\""),
        (b"(dp0\nVk\np1\nI7\ns.", "{\"k\": 7}"),
        (b"(I1\nI2\nt.", "(1, 2)"),
        (b"(Va\nI1\nd.", "{\"a\": 1}"),
        (b"L123456789012345678901234567890L\n.", "123456789012345678901234567890"),
        (b"Fnan\n.", "NaN"),
        (b"(ios\nsystem\np0\n.", "os.system()"),
        (b"Pkey\n.", "persistent \"key\""),
        // protocols 1 and 2
        (b"\x80\x02K\x07.", "7"),
        (b"\x80\x02M\x01\x02.", "513"),
        (b"\x80\x02J\xff\xff\xff\xff.", "-1"),
        (b"\x80\x02G?\xe0\x00\x00\x00\x00\x00\x00.", "0.5"),
        (b"\x80\x02\x8a\x02\xff\x00.", "255"),
        (b"\x80\x02U\x03abc.", "\"abc\""),
        (b"\x80\x02U\x02\xff\xfe.", "b\"\u{fffd}\u{fffd}\""),
        (b"\x80\x02]q\x00(K\x01h\x00b.", "!"),
        (b"\x80\x02}q\x00(U\x01aK\x01U\x01bK\x02u.", "{\"a\": 1, \"b\": 2}"),
        (b"\x80\x02K\x01\x85K\x02\x86K\x03N\x87.", "(((1), 2), 3, None)"),
        (b"\x80\x02cos\nsystem\nU\x02ls\x85R.", "os.system(\"ls\")"),
        (b"\x80\x02(cm\nC\nK\x01o.", "m.C(1)"),
        (b"\x80\x02cm\nC\n)\x81}U\x01aK\x01sb.", "m.C() <- {\"a\": 1}"),
        (b"\x80\x02c__builtin__\nset\n]K\x01a\x85R.", "set(1)"),
        (b"\x80\x02ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR.", "m.C()"),
        (b"\x80\x02ccollections\nOrderedDict\n)RU\x01aK\x01s.", "{\"a\": 1}"),
        (
            b"\x80\x02c_codecs\nencode\nX\x02\x00\x00\x00\xc3\xbfX\x06\x00\x00\x00latin1\x86R.",
            "b\"\u{fffd}\"",
        ),
        (b"\x80\x02K\x01K\x020.", "1"),
        (b"\x80\x02K\x012\x86.", "(1, 1)"),
        (b"\x80\x02K\x01(K\x02K\x031.", "1"),
        // protocols 3 to 5
        (b"\x80\x03C\x02ab.", "b\"ab\""),
        (b"\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00\x8c\x01x\x94.", "\"x\""),
        (b"\x80\x04\x8f\x94(K\x01K\x02\x90.", "set(1, 2)"),
        (b"\x80\x04(K\x01\x91.", "set(1)"),
        (b"\x80\x04\x8c\x01m\x8c\x01C\x93)}\x92.", "m.C()"),
        (b"\x80\x04\x8c\x05numpy\x94h\x00\x86.", "(\"numpy\", \"numpy\")"),
        (b"\x80\x05\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.", "b\"ab\""),
    ] {
        match Pickle::parse(bytes) {
            Ok(pickle) => assert_eq!(show(pickle.root()), expected, "{bytes:?}"),
            Err(e) => assert_eq!("!", expected, "{:?}: {e}", String::from_utf8_lossy(bytes)),
        }
    }
}

#[test]
fn malformed_input_is_refused_with_its_place() {
    for (bytes, expected) in [
        (&b""[..], "at byte 0: 1 bytes are declared, 0 are left"),
        (b".", "at byte 0: STOP finds too few values on the stack"),
        (b"\x80\x06N.", "at byte 0: protocol 6 is not known, expected 0 to 5"),
        (b"\xff", "at byte 0: byte 0xff is no opcode"),
        (b"N", "at byte 1: 1 bytes are declared, 0 are left"),
        (b"NN", "at byte 2: 1 bytes are declared, 0 are left"),
        (b"N.N", "at byte 2: the pickle ends, 1 bytes follow"),
        (b"X\xff\xff\xff\xffab.", "at byte 5: 4294967295 bytes are declared, 3 are left"),
        (
            b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff.",
            "at byte 9: 18446744073709551615 bytes are declared, 1 are left",
        ),
        (b"T\xff\xff\xff\xff.", "at byte 0: BINSTRING holds no length that is not negative"),
        (b"\x8b\xff\xff\xff\xff.", "at byte 0: LONG4 holds no length that is not negative"),
        (b"\x95\xff\0\0\0\0\0\0\0N.", "at byte 9: 255 bytes are declared, 2 are left"),
        (b"X\x01\x00\x00\x00\xff.", "at byte 0: BINUNICODE holds no UTF-8"),
        (b"I1", "at byte 1: a line of text does not end"),
        (b"Ix\n.", "at byte 0: INT holds no integer"),
        (b"Fx\n.", "at byte 0: FLOAT holds no number"),
        (b"Sx\n.", "at byte 0: STRING holds no quoted text"),
        (b"V\\ud800\n.", "at byte 0: UNICODE holds no text in raw-unicode-escape"),
        (b"h\x05.", "at byte 0: memo entry 5 was never stored"),
        (b"gx\n.", "at byte 0: GET holds no memo index"),
        (b"t.", "at byte 0: TUPLE finds no mark on the stack"),
        (b"N(\x85.", "at byte 2: TUPLE1 finds too few values on the stack"),
        (b"N(0R.", "at byte 3: REDUCE finds too few values on the stack"),
        (b"NNa.", "at byte 2: APPEND is applied to None"),
        (b"](K\x01u.", "at byte 4: SETITEMS holds no value for the last key"),
        (b"](K\x01K\x02u.", "at byte 6: SETITEMS is applied to a list"),
        (b"NNR.", "at byte 2: REDUCE is applied to None"),
        (b"]}b.", "at byte 2: BUILD is applied to a list"),
        (b"NN\x93.", "at byte 2: STACK_GLOBAL is applied to None"),
        (b"\x82\x01.", "at byte 0: an extension code is not read"),
        (b"\x97.", "at byte 0: an out-of-band buffer is not read"),
        (b"]q\x00h\x00a.", "at byte 0: a value contains itself"),
        (b"}q\x00K\x01h\x00s.", "at byte 0: a value contains itself"),
        (b"(]q\x00h\x00a\x85tq\x01.", "contains itself"),
    ] {
        let error = Pickle::parse(bytes).expect_err(&String::from_utf8_lossy(bytes)).to_string();
        assert!(error.contains(expected), "{bytes:?}: {error}");
    }
}

#[test]
fn depth_and_number_are_bounded() {
    let nested = |depth: usize| {
        let mut bytes = vec![b')'; 1];
        bytes.extend(vec![0x85; depth - 1]);
        bytes.push(b'.');
        bytes
    };
    assert!(Pickle::parse(&nested(MAX_DEPTH)).is_ok());
    let error = Pickle::parse(&nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(error.fault, Fault::TooDeep { limit: MAX_DEPTH });
    assert!(Pickle::parse(&nested(1_000_000)).is_err());
    let mut machine = Machine::new(Cursor::new(b"NNN.", 0), 2);
    assert_eq!(machine.run().unwrap_err().fault, Fault::TooManyValues { limit: 2 });
    let mut long = vec![0x8b, 0x01, 0x04, 0, 0];
    long.extend([1; 1025]);
    long.push(b'.');
    let error = Pickle::parse(&long).unwrap_err();
    assert_eq!(error.fault, Fault::HugeInteger { bytes: 1025 });
}

/// A list of ten references to a list of ten references to ...: 10^40 texts in 1 kB.
#[test]
fn shared_values_are_not_copied() {
    let mut bytes = b"\x80\x02U\x03lolq\x00".to_vec();
    for level in 0..40 {
        bytes.extend(b"](");
        bytes.extend([b'h', level].repeat(10));
        bytes.extend([b'e', b'q', level + 1]);
    }
    bytes.push(b'.');
    let pickle = Pickle::parse(&bytes).unwrap();
    assert!(pickle.nodes.len() < 50);
    let document = PickleFile::of_bytes("x".as_ref(), bytes.clone()).unwrap();
    let error = document.parse().unwrap().tensors().unwrap_err();
    assert!(error.to_string().contains("shared so often"), "{error}");
}

/// Huge sizes in small files are refused before anything is reserved for them.
#[test]
fn declared_sizes_are_not_believed() {
    const DTYPE: &[u8] = b"cnumpy\ndtype\nU\x02f4\x85R";
    let array = |shape: &[u8], data: &[u8]| {
        let head = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\x85U\x01btR(K\x01";
        [head, shape, DTYPE, b"\x88", data, b"tb."].concat()
    };
    let billion = b"J\0\0\0\x40";
    let square = [&billion[..], billion, b"\x86"].concat();
    let cube = [&billion[..], billion, billion, b"\x87"].concat();
    let tensor = |shape: &[u8], strides: &[u8]| {
        let mut bytes = b"\x80\x02}U\x01wctorch._utils\n_rebuild_tensor_v2\n(".to_vec();
        let mut storage = Vec::new();
        let mut writer = Writer::new(&mut storage).unwrap();
        writer.tensor(&[2], &[1.0, 2.0]).unwrap();
        let start = storage.windows(13).position(|w| w == b"ctorch.storag").unwrap();
        let end = start + storage[start..].windows(2).position(|w| w == b"\x85R").unwrap() + 2;
        bytes.extend(&storage[start..end]);
        [&bytes, &b"K\0"[..], shape, strides, b"\x89NtRs."].concat()
    };
    let range = [&b"\x80\x02cpandas.core.indexes.base\n_new_Index\n(cpandas\nRangeIndex\n}(U\x05startK\0U\x04stop\x8a\x08"[..],
        &i64::MAX.to_le_bytes(), b"U\x04stepK\x01utR."].concat();
    for (bytes, expected) in [
        (array(&square, b"C\x04abcd"), "1 elements for shape"),
        (array(&cube, b"C\x04abcd"), "is too large"),
        (array(b"K\x01\x85", b"C\x03abc"), "3 bytes are no elements of 4 bytes"),
        (array(b"J\xff\xff\xff\xff\x85", b"C\x04abcd"), "a tuple of sizes was expected"),
        (tensor(b"K\x02\x85", b"K\x01\x85"), "read"),
        (tensor(b"K\x03\x85", b"K\x01\x85"), "does not fit 2 elements"),
        (tensor(&square, b"K\0K\0\x86"), "shared so often"),
        (tensor(&cube, b"K\0K\0K\0\x87"), "is too large"),
        (tensor(&square, b"K\0\x85"), "with strides [0]"),
        (range, "shared so often"),
    ] {
        let file = PickleFile::of_bytes("x".as_ref(), bytes).unwrap();
        let document = file.parse().unwrap();
        let root = document.root();
        let all = match root.as_dict().is_some() || numpy::is_array(root) {
            true => document.tensors().map(drop).map_err(|e| e.to_string()),
            false => pandas::labels(root).map(drop).map_err(|e| e.to_string()),
        };
        let text = all.err().unwrap_or_else(|| "read".into());
        assert!(text.contains(expected), "{expected}: {text}");
    }
}
