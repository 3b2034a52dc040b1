//! Accepted and refused conditions.

use super::*;

fn lookup(key: &str) -> Result<Value, String> {
    Ok(match key {
        "a" | "deep.er.key" => Value::Int(1),
        "half" => Value::Float(0.5),
        "on" => Value::Bool(true),
        "model/backbone" | "name" | "g@p" | "$x-y" => Value::Str("adam".to_owned()),
        "none" => Value::Null,
        "list" => Value::List(Vec::new()),
        _ => return Err(format!("`{key}` has no value")),
    })
}

fn holds(text: &str) -> Result<bool, String> {
    let condition = Condition::parse(text, &Origin::Runtime).map_err(|error| error.to_string())?;
    condition.holds(&mut lookup)
}

#[test]
fn accepted() {
    for (text, expected) in [
        ("a == 1", true),
        ("a==1.0", true),
        ("a == true", true),
        ("a != 1", false),
        ("a < 2", true),
        ("a <= 1", true),
        ("a > 1", false),
        ("a >= 1 ", true),
        ("half < a", true),
        ("half == 5e-1", true),
        ("-1 < +1", true),
        ("name == 'adam'", true),
        ("name == \"sgd\"", false),
        ("'it\\'s' == \"it's\"", true),
        ("name < 'b'", true),
        ("model/backbone == 'adam'", true),
        ("g@p == 'adam' and $x-y == name", true),
        ("deep.er.key == 1", true),
        ("none == null", true),
        ("none != NULL", false),
        ("a == '1'", false),
        ("list == 1", false),
        ("on", true),
        ("not on", false),
        ("not not on", true),
        ("true or nothing", true),
        ("false and nothing", false),
        ("a == 2 or a == 1 and half == 0.5", true),
        ("(a == 2 or a == 1) and half == 1", false),
        ("not (a == 1 and half > 1)", true),
        ("not a == 2", true),
        ("(a == 1) == (half == 0.5)", true),
        ("oracle or on", false),
        ("a < inf", true),
        ("a == nan", false),
    ] {
        let expected = if text.starts_with("oracle") { None } else { Some(expected) };
        assert_eq!(holds(text).ok(), expected, "{text}: {:?}", holds(text));
    }
}

#[test]
fn refused() {
    for (text, column, problem) in [
        ("", 1, "expected a key"),
        ("a ==", 5, "the text ends"),
        ("a = 1", 3, "`==`"),
        ("a ! 1", 3, "`==`"),
        ("a == 1 b", 8, "`and`, `or` or the end"),
        ("a < half < 2", 10, "join comparisons"),
        ("(a == 1", 8, "`)`"),
        ("a == 1)", 7, "the end"),
        ("a == 'x", 6, "not closed"),
        ("and a", 1, "expected a key"),
        ("a and or b", 7, "expected a key"),
        ("f(a)", 2, "the end"),
        ("a + 1 == 2", 3, "the end"),
        ("a == 1x", 6, "a number"),
        ("é == 'é' == 2", 10, "join"),
        ("a == #", 6, "expected a key"),
    ] {
        let error = Condition::parse(text, &Origin::Runtime).unwrap_err();
        let SweepError::ConditionSyntax { column: at, problem: got, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(*at, column, "{text}: {error}");
        assert!(got.contains(problem), "{text}: {got}");
    }
    assert!(holds(&"(".repeat(100_000)).is_err());
    assert!(holds(&"not ".repeat(100_000)).is_err());
}

#[test]
fn without_an_answer() {
    for (text, problem) in [
        ("typo == 1", "`typo` has no value"),
        ("a < 'x'", "1 and 'x' have no order"),
        ("none < 1", "None and 1 have no order"),
        ("on < 2", "have no order"),
        ("a", "expected true or false, got 1"),
        ("name", "got 'adam'"),
        ("not a", "expected true or false"),
    ] {
        let error = holds(text).unwrap_err();
        assert!(error.contains(problem), "{text}: {error}");
    }
}

#[test]
fn the_keys_it_asks_for() {
    let condition = |text| Condition::parse(text, &Origin::Runtime).unwrap();
    let text = "a == 1 and not (b.c < half or g@p == 'a') or a == true";
    assert_eq!(condition(text).keys(), ["a", "b.c", "half", "g@p", "a"]);
    assert!(condition("1 == 1").keys().is_empty());
}
