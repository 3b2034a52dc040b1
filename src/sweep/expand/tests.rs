//! Which jobs a sweep has, and what is refused.

use super::*;

fn arguments(overrides: &[&str]) -> Vec<OverrideArg> {
    let overrides = overrides.iter().enumerate();
    overrides.map(|(index, text)| OverrideArg::argument(index + 1, text)).collect()
}

fn options(_: &str) -> Vec<String> {
    ["adam", "adamw", "sgd"].map(str::to_owned).to_vec()
}

/// The jobs, overrides joined with blanks.
fn jobs(overrides: &[&str]) -> Vec<String> {
    let jobs = expand(&arguments(overrides), &options).unwrap();
    let join =
        |job: Vec<OverrideArg>| job.into_iter().map(|arg| arg.text).collect::<Vec<_>>().join(" ");
    jobs.into_iter().map(join).collect()
}

#[test]
fn products() {
    for (id, overrides, expected) in [
        ("two", &["a=1,2", "b=x,y"][..], &["a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=y"][..]),
        ("twice", &["a=1,2", "a=3"], &["a=3"]),
        ("twice-first-place", &["a=1", "b=2", "a=3"], &["a=3 b=2"]),
        ("empty", &["a=range(0)", "b=1,2"], &[]),
        ("nothing", &[], &[""]),
        ("glob", &["opt=glob(ada*)"], &["opt=adam", "opt=adamw"]),
        ("exclude", &["opt=glob(*,exclude=[ada*])"], &["opt=sgd"]),
        ("plain", &["a=1", "~b"], &["a=1 ~b=null"]),
    ] {
        assert_eq!(jobs(overrides), expected, "{id}");
    }
}

#[test]
fn spelling() {
    for (text, expected) in [
        ("a=${b}", "a=$\\{b\\}"),
        ("c=x y", "c=x\\ y"),
        ("+d=true", "+d=True"),
        ("e=1e-7", "e=1e-07"),
        ("f=str(10)", "f=10"),
        ("g='q'", "g='q'"),
        ("~h", "~h=null"),
        ("i=", "i="),
        ("j=append(x y,'z')", "j=append(x\\ y,z)"),
        ("k=insert(-1,[a])", "k=insert(-1,[a])"),
        ("l=extend_list(1)", "l=append(1)"),
        ("m=list_clear()", "m=list_clear()"),
        ("n=replace({a:1})", "n=replace({a:1})"),
        ("o=json_str({a:1})", "o=\\{\"a\"\\:\\ 1\\}"),
    ] {
        assert_eq!(jobs(&[text]), [expected], "{text}");
    }
}

#[test]
fn zips() {
    for (id, overrides, expected) in [
        ("pairs", &["a=zip(1,2)", "b=zip(x,y)"][..], &["a=1 b=x", "a=2 b=y"][..]),
        (
            "place-of-the-first",
            &["a=zip(1,2)", "c=p,q", "b=zip(x,y)"],
            &["a=1 c=p b=x", "a=1 c=q b=x", "a=2 c=p b=y", "a=2 c=q b=y"],
        ),
        ("alone", &["a=zip(1,2)"], &["a=1", "a=2"]),
        ("one-value", &["a=zip(1)", "b=zip([x,y])"], &["a=1 b=[x,y]"]),
        ("of-sweeps", &["a=zip(range(2))", "b=zip(choice(x,y))"], &["a=0 b=x", "a=1 b=y"]),
        (
            "of-glob",
            &["a=zip(1,2,3)", "o=zip(glob(*))"],
            &["a=1 o=adam", "a=2 o=adamw", "a=3 o=sgd"],
        ),
        (
            "tags",
            &["a=tag(t,zip(1,2))", "b=zip(3,4)", "c=tag(t,zip(5,6))"],
            &["a=1 b=3 c=5", "a=1 b=4 c=5", "a=2 b=3 c=6", "a=2 b=4 c=6"],
        ),
        ("replaced", &["a=zip(1,2)", "b=zip(x,y)", "b=z"], &["a=1 b=z", "a=2 b=z"]),
    ] {
        assert_eq!(jobs(overrides), expected, "{id}");
    }
    let error = expand(&arguments(&["a=zip(1,2)", "b=zip(1,2,3)"]), &options).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("`a=zip(1,2)` (2 values) with `b=zip(1,2,3)` (3 values)"), "{text}");
    assert!(text.contains("argument 2"), "{text}");
}

#[test]
fn edits_add_up() {
    for (id, overrides, expected) in [
        ("two", &["a=append(1)", "a=append(2)"][..], &["a=append(1) a=append(2)"][..]),
        ("swept", &["a=append(1),append(2)"], &["a=append(1)", "a=append(2)"]),
        ("choice", &["a=choice(append(1),list_clear())"], &["a=append(1)", "a=list_clear()"]),
        ("value-before", &["a=[0]", "a=append(1)"], &["a=[0] a=append(1)"]),
        ("value-after", &["a=append(1)", "b=1", "a=[0]"], &["a=[0] b=1"]),
        ("value-around", &["a=[0]", "a=append(1)", "a=[2]"], &["a=[2]"]),
    ] {
        assert_eq!(jobs(overrides), expected, "{id}");
    }
}

#[test]
fn logarithmic_ranges() {
    for (text, expected) in [
        ("a=logrange(1e-5,1e-1,5)", &["1e-05", "0.0001", "0.001", "0.01", "0.1"][..]),
        ("a=logrange(1,1000,4)", &["1.0", "10.0", "100.0", "1000.0"]),
        ("a=int(logrange(1,1000,4))", &["1", "10", "100", "1000"]),
        ("a=logrange(8,1,num=4)", &["8.0", "4.0", "2.0", "1.0"]),
        ("a=logrange(0.3,3,2)", &["0.3", "3.0"]),
        ("a=logrange(1,2,3)", &["1.0", "1.41421356237", "2.0"]),
    ] {
        let values: Vec<String> = jobs(&[text]).iter().map(|job| job[2..].to_owned()).collect();
        assert_eq!(values, expected, "{text}");
    }
}

#[test]
fn refused() {
    for text in [
        "a=interval(0,1)",
        "a=zip(interval(0,1))",
        "a=zip()",
        "a=zip(1,range(2))",
        "a=range(0,1,0)",
        "a=range(0,1e30)",
        "a=range(0.0,1,0)",
        "a=[1",
        "a=logrange(0,1,3)",
        "a=logrange(-1,1,3)",
        "a=logrange(1,2,1)",
        "a=logrange(1,2,3.0)",
        "a=logrange(1,inf,3)",
        "a=logrange(1,2)",
        "a=logrange(1,2,3,4)",
        "a=logrange(1,2,1000000000)",
    ] {
        assert!(expand(&arguments(&[text]), &options).is_err(), "{text}");
    }
    let many: Vec<String> = (0..7).map(|key| format!("k{key}=range(10)")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(expand(&arguments(&many), &options), Err(SweepError::TooMany { .. })));
}

#[test]
fn a_space_keeps_what_a_grid_cannot_enumerate() {
    let space = SearchSpace::new(
        &arguments(&[
            "lr=tag(log,interval(1e-5,1))",
            "n=int(interval(1,8))",
            "o=glob(ada*)",
            "p=3",
        ]),
        &options,
    );
    let space = space.unwrap();
    let [lr, n, o, p] = space.dimensions() else { panic!("{space:?}") };
    assert_eq!((lr.key(), lr.tags()), ("lr", &["log".to_owned()][..]));
    assert!(matches!(lr.domain(), Domain::Interval { start: 1e-5, end: 1.0, whole: false }));
    assert!(matches!(n.domain(), Domain::Interval { whole: true, .. }));
    assert!(matches!(o.domain(), Domain::Choices(choices) if choices.len() == 2));
    let Domain::Choices(choices) = p.domain() else { panic!("{p:?}") };
    assert_eq!((choices[0].text(), choices[0].number()), ("3", Some(3.0)));
    assert_eq!(p.pick("4").text, "p=4");
}
