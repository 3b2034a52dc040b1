"""The jobs of a sweep and how their overrides are spelt."""

from hydra_truth import swept as TRUTH  # noqa: F401

SHARED = {"options": ["adam", "adamw", "sgd"]}

LINES = {
    "none": [],
    "plain": ["a=1"],
    "product": ["a=1,2", "b=x,y"],
    "keep-order": ["a=1,2", "b=x", "c=3,4"],
    "last-wins": ["a=1,2", "a=3"],
    "last-wins-sweep": ["a=3", "b=1,2", "a=4,5"],
    "choice-mixed": ["a=choice(1,2.0,true,null,x)"],
    "choice-text": ["a=choice(1,2.0,true,x)"],
    "texts": ["a=null,TRUE,x y,'q r'"],
    "containers": ["a=[1,2],[3]", "b={x:1,y: z}"],
    "interpolations": ["a=${b},${c.d}/e", "b=$x"],
    "spelling": ['a=x y', 'b=1e-7', 'c=true', 'd=str(10)', "e='q'", 'f="it\'s"', 'g=', 'h=http://x/y'],
    "prefixes": ["+a=1,2", "++b=3", "~c", "~d=1", "g/h@p=x,y"],
    "range": ["a=range(5)"],
    "range-step": ["a=range(1,10,3)"],
    "range-down": ["a=range(10,1,-4)"],
    "range-empty": ["a=range(0)"],
    "range-wrong-way": ["a=range(3,1)"],
    "range-float": ["a=range(0,1,0.25)"],
    "range-tenths": ["a=range(0.0,0.5,0.1)"],
    "range-float-down": ["a=range(1,0,-0.3)"],
    "range-negative": ["a=range(-1.4,-3.9,-0.1)"],
    "range-zero-step": ["a=range(1,3,0)"],
    "range-zero-float-step": ["a=range(0,1,0.0)"],
    "cast-range": ["a=float(range(1,4))"],
    "cast-range-int": ["a=int(range(1.5,4.5,1.5))"],
    "sort-range": ["a=sort(range(10,1))"],
    "sort": ["a=sort(3,1,2)", "b=sort(x,y,reverse=true)"],
    "sort-choice": ["a=sort(choice(3,1,2))"],
    "casts": ["a=int(1.7,'2')", "b=str(1,true)", "c=bool(1,0)"],
    "glob": ["opt=glob(*)"],
    "glob-exclude": ["opt=glob(ada*,exclude=adamw)"],
    "glob-list": ["opt=glob([s*,adam])"],
    "glob-none": ["opt=glob(x*)"],
    "tag": ["a=tag(t1,choice(1,2))"],
    "interval": ["a=interval(0,1)"],
    "choice-not-alone": ["a=1,choice(2,3)"],
    "choice-nested": ["a=choice(choice(1,2))"],
    "choice-tuple": ["a=choice((1,2))"],
    "escapes": ['a=x\\,y,z', 'b=\\ x', 'c=a\\=b'],
    "quotes": ['a=\'x\\\\\',"y\\"z"'],
}

CASES = {id: {"args": args} for id, args in LINES.items()}
