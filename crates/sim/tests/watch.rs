//! The watch against the truth: whoever is below Maint is due, at every step of a crash.

use firebreak_risk::{margin::health, num::Result, ops::Setting, Account, Now, RiskError};
use firebreak_sim::{
    engine::{Action, Backend, Books, Effect, Engine, Guard, Setup, Who},
    policy::Size,
    scenario::Class,
    watch::Watch,
    world::{clock, Place},
    Policy, Scenario,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const TEXT: &str = "
name = \"watched\"
slots = 3000
[[market]]
name = \"A\"
class = \"mid\"
price = 50.0
noise = 0.004
path = [[0, 1.0], [400, 0.9], [600, 1.1], [1200, 0.55], [3000, 0.8]]
";

struct World(Engine);

impl World {
    fn books(&self) -> Books<'_> {
        self.0.books()
    }

    /// Everybody below Maint, by computing all.
    fn below(&self) -> Vec<Who> {
        (0..self.0.accounts())
            .filter(|who| {
                let account: &Account = self.0.account(*who);
                account.has_exposure() && health(account, &self.books(), self.0.now()).is_ok_and(|h| h.maint < 0)
            })
            .collect()
    }
}

#[test]
fn whoever_is_below_maint_is_due() {
    let scenario = Scenario::parse("watched.toml", TEXT).expect("a scenario");
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let size = Size { cap: 1 << 52, skew: 1 << 52, depth: 1_000_000_000_000, uninsured: 1 << 52 };
    let (params, rules) = Policy::firebreak().market(Class::Mid, &size);
    let mut place = Place::new(&scenario.markets[0], 1_000_000.0);
    let mut world = World(Engine::new(Setup::plain(firebreak_risk::Market::new(params, rules), clock(0))));
    let mut total = 0;
    let mut pass = |world: &mut World, slot: u64, slots: u64, rng: &mut ChaCha8Rng| {
        total += slots;
        place.step(slot, slots, rng);
        world.0.set_now(clock(total));
        if let Some(seen) = place.publish(slot, clock(total), false) {
            let _ = world.0.act(&Action::Refresh { m: 0, seen });
            let _ = world.0.act(&Action::Accrue { m: 0 });
        }
    };
    for _ in 0..20 {
        pass(&mut world, 0, 10, &mut rng);
    }
    let maker = world.0.open();
    world.0.act(&Action::Deposit { who: maker, atoms: 1_000_000_000_000_000 }).expect("deposits");
    let mut watch = Watch::new(1);
    for n in 0..300u64 {
        let who = world.0.open();
        world.0.act(&Action::Deposit { who, atoms: 1_000_000_000 }).expect("deposits");
        let lots = 200_000_000_000 * rng.random_range(1..14i64) / 2 * if n % 2 == 0 { 1 } else { -1 };
        let price = world.0.market(0).price.spot;
        let _ = world.0.act(&Action::Trade { m: 0, taker: who, maker, lots, price });
        watch.touch(who);
    }
    watch.touch(maker);
    let (mut seen, mut steps) = (0, 0u64);
    for step in 0..900u64 {
        pass(&mut world, step * 3, 3, &mut rng);
        let truth = world.below();
        let due = watch.due(&world.0).to_vec();
        let missed: Vec<_> = truth.iter().filter(|who| !due.contains(who)).collect();
        assert!(missed.is_empty(), "step {step}: {missed:?} below Maint and not due");
        seen += truth.len();
        steps += 1;
    }
    assert!(seen > 1_000, "the crash put somebody below Maint");
    let all = steps * u64::from(world.0.accounts());
    assert!(watch.computed < all / 2, "{} of {all} healths were computed", watch.computed);
}

/// A second backend can stand in the first one's place: this one counts and passes on.
struct Counting {
    inner: Engine,
    acts: u64,
}

impl Backend for Counting {
    fn now(&self) -> Now {
        self.inner.now()
    }
    fn set_now(&mut self, now: Now) {
        self.inner.set_now(now);
    }
    fn books(&self) -> Books<'_> {
        self.inner.books()
    }
    fn account(&self, who: Who) -> &Account {
        self.inner.account(who)
    }
    fn accounts(&self) -> Who {
        self.inner.accounts()
    }
    fn open(&mut self) -> Who {
        self.inner.open()
    }
    fn insurance(&self) -> &firebreak_risk::tranches::Insurance {
        self.inner.insurance()
    }
    fn setting(&self) -> Setting {
        self.inner.setting()
    }
    fn act(&mut self, action: &Action) -> Result<Effect> {
        self.acts += 1;
        self.inner.act(action)
    }
    fn try_out(&self, action: &Action) -> Result<Effect> {
        self.inner.try_out(action)
    }
    fn guard(&self) -> &Guard {
        self.inner.guard()
    }
    fn audit(&mut self) {
        self.inner.audit();
    }
    fn grant_all(&mut self) {
        self.inner.grant_all();
    }
    fn tamper(&mut self, who: Who, atoms: u64) {
        self.inner.tamper(who, atoms);
    }
}

#[test]
fn a_refused_action_changes_nothing_and_another_backend_can_be_put_in() {
    let size = Size { cap: 1 << 40, skew: 1 << 40, depth: 1 << 40, uninsured: 1 << 40 };
    let (params, rules) = Policy::firebreak().market(Class::Major, &size);
    let inner = Engine::new(Setup::plain(firebreak_risk::Market::new(params, rules), clock(0)));
    let mut backend: Box<dyn Backend> = Box::new(Counting { inner, acts: 0 });
    let who = backend.open();
    backend.act(&Action::Deposit { who, atoms: 5 }).expect("deposits");
    let before = (*backend.account(who), backend.vault());
    assert_eq!(backend.act(&Action::Withdraw { who, atoms: 6 }), Err(RiskError::InsufficientCapital));
    assert_eq!((*backend.account(who), backend.vault()), before);
    backend.audit();
    assert_eq!(backend.guard().broken(), 0);
}
