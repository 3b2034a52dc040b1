//! What a word can be, whatever stands around it.
//!
//! Closed classes are listed whole; of verbs those of the kitchen. A verb that is a noun or an
//! adjective as often (`butter`, `dry`) needs more around it to count as one: [`Class::AMBIGUOUS`].

use std::collections::HashMap;
use std::sync::LazyLock;

/// Classes of a word, several at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Class(u32);

impl Class {
    pub const VERB: Self = Self(1);
    pub const AMBIGUOUS: Self = Self(1 << 1);
    /// Begins something new: a verb before it does not share its object.
    pub const FRESH: Self = Self(1 << 2);
    pub const DETERMINER: Self = Self(1 << 3);
    pub const QUANTITY: Self = Self(1 << 4);
    /// Counts what follows it: `cups`, and before `of` also `pot`, `rest`.
    pub const UNIT: Self = Self(1 << 5);
    pub const PARTITIVE: Self = Self(1 << 6);
    pub const PREPOSITION: Self = Self(1 << 7);
    pub const SUBORDINATOR: Self = Self(1 << 8);
    pub const PRONOUN: Self = Self(1 << 9);
    pub const AUXILIARY: Self = Self(1 << 10);
    pub const CONNECTIVE: Self = Self(1 << 11);
    pub const ADVERB: Self = Self(1 << 12);
    /// Says behind a noun what becomes of it: `dry`, `thin`.
    pub const RESULT: Self = Self(1 << 13);
    pub const TIME: Self = Self(1 << 14);
    /// Where things are in or on, not what is put in.
    pub const CONTAINER: Self = Self(1 << 15);
    pub const NEGATION: Self = Self(1 << 16);
    pub const SIZE: Self = Self(1 << 17);

    /// Whether the word is of one of the classes.
    pub fn any(self, classes: Self) -> bool {
        self.0 & classes.0 != 0
    }

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const LISTS: [(Class, &str); 17] = [
    (
        Class::VERB,
        "add adjust arrange assemble attach bake baste bbq beat blanch blend blot boil bone braise \
         bread break bring broil brush build bury caramelize carve char check chill chop \
         clarify coat collect combine cook cool core cover crack crimp crisp crumble crush cut debone \
         deglaze decorate deep-fry defrost dehydrate deseed desalt devein dice dilute dip discard \
         dissolve distribute divide drain drape dredge drizzle drop dunk eat embed empty emulsify \
         fill filter fillet finish flake flambe flatten flip flute fold form freeze fry garnish gather \
         get give grate grease griddle grill grind gut halve hang heat hold hull infuse insert invert \
         julienne keep knead knock ladle lay leave lift light line liquefy load loosen lower macerate \
         make marinate mash massage measure melt microwave mince mix moisten mound move open overlap \
         pack parboil pare pat peel pick pierce pinch pipe pit place plate pluck poach poke position \
         pound pour prebake precook preheat prepare press prick process proof pull pulse punch puree \
         push put raise reduce refrigerate reheat rehydrate remove repeat replace reserve return rinse \
         roast roll rotate rub saute save scald scatter scoop score scramble scrape scrub seal sear \
         season secure separate serve set shake shape shave shell shred shuck shut sieve sift \
         simmer skewer skim skin slice slide slit smash smear smoke soak soften soften spatchcock \
         split spoon spray spread sprinkle squeeze stack start steam steep stem sterilize stew \
         stick stir stir-fry store strain strip stuff substitute swirl switch take tap taste temper \
         tenderize test thaw thicken thread throw tie tilt tip toast top toss transfer trim truss \
         try tuck turn twist unmold unroll unwrap use warm wash weigh wet whip whisk wipe wrap zest \
         work rewarm re-roll crumple dampen degrease dissolve drip dab dot deflate cream-together \
         sauté purée flambé submerge quarter sweeten transfer chiffonade cube dust glaze frost ice \
         sugar batter brown butter clean cream crumb dress dry flour juice oil pepper pickle ripen \
         salt sandwich sauce seed shingle spice squash syrup water thin open bottle layer",
    ),
    (
        Class::AMBIGUOUS,
        "batter bbq bone bread brown butter chiffonade clean cool cream crisp crumb cube dip dress dry \
         dust fillet flour freeze frost glaze grill ice juice layer light line oil open pepper pickle \
         pit plate quarter roast salt sandwich sauce score seed shell shingle skin smoke spice squash \
         stem stew sugar syrup thin toast top warm water wet zest bottle batter clean light puree \
         purée stock pinch roll skewer steam stick taste try use work",
    ),
    (
        Class::FRESH,
        "add arrange bring cover garnish get lay place pour preheat put reduce return serve set \
         sprinkle spoon take top toss transfer turn use drizzle make leave let scatter \
         spread heat lower mix combine fold dredge dip",
    ),
    (
        Class::DETERMINER,
        "the a an this that these those my your his her our their its each every both all any some \
         either another no",
    ),
    (
        Class::QUANTITY,
        "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty \
         sixty dozen half quarter third couple few several many much more most enough little about \
         approximately around additional roughly least another plus",
    ),
    (
        Class::UNIT,
        "cup cups c tablespoon tablespoons tablespoonful tbsp tbsps tbs tb t teaspoon teaspoons tsp \
         tsps ounce ounces oz pound pounds lb lbs gram grams g kg kilo kilos kilogram ml cl dl liter \
         liters litre litres l quart quarts qt pint pints pt gallon inch inches in cm mm can cans tin \
         tins jar jars package packages packet packets pkg pkgs bag bags box boxes carton stick \
         sticks clove cloves slice slices piece pieces pinch pinches dash dashes drop drops handful \
         handfuls sprig sprigs bunch bunches stalk stalks ears ear head heads knob dollop dollops \
         splash scoop scoops spoonful spoonfuls ladleful ladle sheet sheets strip strips degrees \
         degree envelope envelopes bottle container x",
    ),
    (
        Class::PARTITIVE,
        "pot pots bowl bowls pan saucepan rest remainder half halves most amount lot lots bit plenty \
         layer layers third quarter quarters portion portions part parts quantity mound mounds kind \
         all some both each glug drizzle spray batch batches one two three four cupful",
    ),
    (
        Class::PREPOSITION,
        "about above across after against along among around at behind below beneath beside besides \
         between by despite down during except excluding following for from in including inside \
         into like minus near of off on onto out outside over per round since through throughout \
         till to toward towards under underneath until up upon using via with within without according than \
         alongside onto",
    ),
    (
        Class::SUBORDINATOR,
        "when while until till if once as because so before after since unless although though where \
         wherever whether whenever that which who whom whose what how why being just",
    ),
    (Class::PRONOUN, "i you he she it we they me him them us itself themselves yourself mine ours"),
    (
        Class::AUXILIARY,
        "is are was were be been being am has have had having will would shall should can could may \
         might must do does did ought need needs want wants isn't aren't it's they're you'll you're \
         i'm i've we're that's let allow sure certain careful let's go goes become becomes look looks",
    ),
    (Class::CONNECTIVE, "and or then but and/or plus nor"),
    (
        Class::ADVERB,
        "again ahead alone already also always apart aside away back carefully crossways crosswise \
         diagonally else even evenly ever finally first further gradually halfway here \
         however immediately instead later lastly lengthways lengthwise maybe meanwhile next now often \
         overnight perhaps please quite rather secondly simply slowly so sometimes soon still there \
         thoroughly together too twice very well yet afterwards afterward otherwise thereafter \
         meantime thirdly forward backwards clockwise sideways not occasionally only",
    ),
    (
        Class::RESULT,
        "hot warm cold dry open thin thinly fine flat clean smooth soft tender chilled well shut \
         closed thick dark crisp crispy golden brown full evenly lukewarm medium whole halfway loose \
         free straight upright sideways",
    ),
    (
        Class::TIME,
        "minute minutes min mins hour hours hr hrs second seconds sec secs day days night nights week \
         weeks time times longer while moment moments",
    ),
    (
        Class::CONTAINER,
        "bowl bowls pan pot saucepan skillet oven blender processor dish plate platter tray sheet \
         rack casserole mixer microwave refrigerator fridge freezer wok grill broiler cooker jar \
         griddle foil bag machine order place batches center centre middle half",
    ),
    (Class::SIZE, "medium high low large small big medium-high medium-low moderate deep heavy"),
];

/// Words after which nothing is to be done.
const NEGATIONS: &str = "don't don’t never avoid not dont cannot can't can’t won't";

/// Verbs with the particles that belong to them; `in` and `on` also begin where it is done.
const PHRASAL: &str = "turn:on,off,down,up,over,out set:aside put:aside,in,on,away,back stir:in fold:in mix:in \
    beat:in whisk:in pour:in,off,out rub:in blend:in toss:in work:in drizzle:in sift:in drop:in \
    throw:in,away add:in cut:in,out,off,up,away roll:out,up scoop:out,up spoon:off,out lay:out \
    spread:out take:out,off,away trim:off,away shake:off,out skim:off drain:off peel:off,away,back \
    scrape:down,up,off,out pull:out,off,apart,away squeeze:out,in wring:out press:down,out tap:out \
    heat:up warm:up clean:up,out chop:up break:up,off,apart mash:up wrap:up cover:up fill:up top:up \
    lift:out,off pick:out,off,over,up bring:down,up hollow:out rinse:off,out wash:off wipe:off,up,down \
    switch:on,off slice:off fish:out push:down,aside knock:down,back punch:down swirl:in \
    crumble:in,up grate:in pat:down,out tip:out boil:down brush:off,on cook:off strain:off,out slide:off,out \
    fold:over flip:over open:up sprinkle:on,in spoon:on measure:out";

/// Forms in `-ing` that say what a thing is for: `baking powder`.
const PURPOSES: &str = "baking boiling chopping cooking cutting dipping dressing finishing frying \
    grilling icing mixing pickling roasting serving steaming stewing stuffing whipping working";

/// Past forms that no rule makes, for what a cook tells of (`I took ...`).
const IRREGULAR: &str = "made:make took:take brought:bring left:leave ground:grind froze:freeze gave:give \
    kept:keep laid:lay threw:throw stuck:stick hung:hang got:get held:hold wound:wind shook:shake broke:break";

/// Everything that is known of words.
struct Lexicon {
    classes: HashMap<&'static str, Class>,
    gerunds: HashMap<String, &'static str>,
    pasts: HashMap<String, &'static str>,
    particles: HashMap<&'static str, Vec<&'static str>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut classes: HashMap<&'static str, Class> = HashMap::new();
    for (class, words) in LISTS.into_iter().chain([(Class::NEGATION, NEGATIONS)]) {
        for word in words.split_whitespace() {
            let known = classes.entry(word).or_default();
            *known = known.or(class);
        }
    }
    let verbs = || LISTS[0].1.split_whitespace();
    let forms = |ending| verbs().flat_map(move |verb| inflected(verb, ending)).collect();
    let mut pasts: HashMap<String, &'static str> = forms("ed");
    pasts.extend(pairs(IRREGULAR).map(|(past, verb)| (past.to_owned(), verb)));
    let mut particles: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    for (verb, all) in pairs(PHRASAL) {
        particles.entry(verb).or_default().extend(all.split(','));
    }
    Lexicon { classes, gerunds: forms("ing"), pasts, particles }
});

fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.split_whitespace().filter_map(|pair| pair.split_once(':'))
}

/// The forms that a verb may have with an ending; that some are no words does no harm.
fn inflected(verb: &'static str, ending: &str) -> Vec<(String, &'static str)> {
    let last = verb.chars().last().unwrap_or_default();
    let mut forms =
        vec![(format!("{verb}{ending}"), verb), (format!("{verb}{last}{ending}"), verb)];
    if let Some(stem) = verb.strip_suffix('e') {
        forms.push((format!("{stem}{ending}"), verb));
    }
    if let (Some(stem), "ed") = (verb.strip_suffix('y'), ending) {
        forms.push((format!("{stem}ied"), verb));
    }
    forms
}

/// What a word can be; words in `-ly` are adverbs.
pub(super) fn class(word: &str) -> Class {
    let known = LEXICON.classes.get(word).copied().unwrap_or_default();
    let is_adverb = word.len() > 4 && word.ends_with("ly") && known == Class::default();
    if is_adverb && !matches!(word, "jelly" | "belly" | "curly" | "barley") {
        return Class::ADVERB;
    }
    known
}

/// The verb of which a word is the form in `-ing`.
pub(super) fn of_gerund(word: &str) -> Option<&'static str> {
    // What is used is no action; the original leaves it out too.
    LEXICON.gerunds.get(word).copied().filter(|verb| *verb != "use")
}

/// Whether a word in `-ing` with a noun behind it is likely part of a name.
pub(super) fn is_purpose(word: &str) -> bool {
    PURPOSES.split_whitespace().any(|purpose| purpose == word)
}

/// The verb of which a word is the past form.
pub(super) fn of_past(word: &str) -> Option<&'static str> {
    LEXICON.pasts.get(word).copied()
}

/// Whether a particle belongs to a verb.
pub(super) fn is_phrasal(verb: &str, particle: &str) -> bool {
    LEXICON.particles.get(verb).is_some_and(|all| all.contains(&particle))
}

/// Verbs as they are written in the corpus: without accents.
pub(super) fn plain(verb: &str) -> String {
    verb.replace(['é', 'è'], "e")
}
