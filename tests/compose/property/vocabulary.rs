//! The words that cases are made of.

pub const KEYS: [&str; 8] = ["x", "y", "z", "n", "l", "p", "g", "h"];

/// Values in a file, one a line.
pub const SCALARS: &str = r#"1
-5
0
017
0x1f
1_000
12:30
0.5
.5
1e-4
1e5
1.e3
-.inf
.nan
1e20
6.02e23
true
No
on
null
~
???
text
two words
'quoted'
"dou\tble"
'1'
''
2020-01-01
08
1e
'it''s'
é
"a\nb"
{x: 1}
[1, [a, null]]
{}
[]"#;

/// Values with interpolations, one a line; others are made of the keys of the tree.
pub const INTERPOLATIONS: &str = r#"{a: {b: '${x}'}}
'${x}'
${x}
${n}
${.x}
${..x}
${g.x}
${l[1]}
pre-${x}
${oc.env:RUNNER_NOT_SET,7}
${oc.select:x,8}
${oc.select:q.r,9}
${oc.select:n}
${minus:5,2}
${times_int:2,1.5}
${oc.dict.keys:n}
${oc.create:{a:1,b:[2]}}
${oc.decode:'1e3'}
${hydra:job.name}"#;

/// Values of overrides.
pub const VALUES: &[&str] = &[
    "1",
    "-2",
    "0.5",
    "1e-7",
    "true",
    "null",
    "text",
    "a b",
    "'q, r'",
    "\"d\"",
    "''",
    "",
    "???",
    "[]",
    "[1,2]",
    "[a,[b,null]]",
    "{}",
    "{x: 1}",
    "{x:{y:2},z:[3]}",
    "${x}",
    "${n}",
    "'${y}-k'",
    "int('3')",
    "str(1.5)",
    "sort([2,1])",
    "float(2)",
    "a\\,b",
    "/p/q.r",
    "a:b",
    "1_0",
    "inf",
    "${oc.env:RUNNER_NOT_SET,x}",
    "{a: ${x}}",
    "bool('yes')",
    "str({x: 1})",
];

/// Values of overrides that are sweeps.
pub const SWEEPS: &[&str] = &[
    "1,2",
    "a,b,c",
    "choice(x,1)",
    "range(3)",
    "range(0,1,0.25)",
    "range(5,1,-2)",
    "[1],[2,3]",
    "{x:1},{x:2}",
    "${x},${y}",
    "'a b',c d",
    "int(1.5,'2')",
    "sort(3,1,2)",
    "true,null",
    "1,a",
    "sort(range(3),reverse=true)",
    "str(choice(1,2))",
    "1e-7,1e20",
    "tag(t,choice(1,2))",
    "a\\,b,c",
];

/// Entries of the primary defaults list.
pub const ENTRIES: &[&str] = &[
    "g: a",
    "g: a",
    "g: b",
    "h: a",
    "h: a",
    "h: b",
    "g/s: a",
    "g@p: b",
    "h@p: a",
    "h@p.x: b",
    "g@_global_: a",
    "h@_here_: a",
    "h@_group_: a",
    "optional g: zz",
    "optional h: a",
    "g: null",
    "h: [a, b]",
    "h@n: ${g}",
    "h@n.x: b",
    "extra",
    "extra@p",
    "g/s@_global_: b",
    "/h@q: a",
];
/// Entries of other lists: in any file, in those of group `g`, in the options `a`.
pub const ABSOLUTE: &[&str] =
    &["/h: a", "/h: b", "/h@_here_: a", "/h@p: [a, b]", "/h@_global_: b", "/g/s@n: a", "/h@x: b"];
pub const IN_G: &[&str] = &[
    "s: a",
    "s: b",
    "s@_here_: a",
    "s@p: b",
    "optional s: zz",
    "optional s: a",
    "s: null",
    "s@_global_: b",
];
pub const IN_A: &[&str] = &["b", "b@p", "b@_here_", "b@_global_"];
pub const PACKAGES: &[&str] = &["_global_", "_group_", "p", "p.x", "g", "n", "h", "_group_.x"];

/// Arguments that few trees can take.
pub const WILD: &[&str] = &[
    "+g=a",
    "g=zz",
    "++h=b",
    "h=[]",
    "g=[a,b]",
    "~h=a",
    "~h=b",
    "h@_global_=a",
    "+g/s@_global_=a",
    "n[x]=1",
    "a=???",
    "+n.x.y=1",
    "x=",
    "+x=1",
    "~nope",
    "h.x.y.z=1",
    "x=a=b",
    "x=[1",
    "l.7=1",
    "~l.0",
    "g/s=b",
    "n=1",
    "g.s.y=3",
    "hydra.job.name=other",
    "+x={y: 1}",
    "g.s={}",
    "+hydra.job.env_set.A=1",
    "~n.x=1",
    "h: 1",
    "p=null",
];
