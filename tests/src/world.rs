//! Protocol, markets and traders, ready to act. Every instruction that goes through [`World::act`] is followed by the checks of
//! [`crate::checks`].

use crate::{
    actions::Outcome,
    checks,
    collateral::{Token, OPEN},
    defaults::{initial, params},
    expect::told,
    prices::Feed,
    Trader, Vm,
};
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction, Discriminator};
use firebreak_client::{
    decode,
    event::Event,
    instruction,
    oracle::Kind,
    program::{
        instruction::Skim,
        instructions::{InitialiseArgs, ListMarketArgs},
        state::{EngineParams, PriceSource},
    },
    risk::{price::Quality, MarketParams, Rules},
};
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Everything a test needs.
#[derive(Clone)]
pub struct World {
    /// The machine.
    pub vm: Vm,
    /// The settlement token.
    pub mint: Pubkey,
    /// Feeds of each market.
    pub feeds: Vec<Vec<Feed>>,
    /// Tokens sent to the vault past the program: in no ledger.
    pub surplus: u64,
    /// Collaterals; number 0 is the settlement token.
    pub tokens: Vec<Token>,
    /// The events of every transaction so far, in order.
    pub told: Vec<Vec<Event>>,
    pub(crate) made: u64,
}

impl World {
    /// A deployed program and a settlement token; nothing initialised.
    pub fn bare() -> Self {
        let mint = Pubkey::new_from_array([50; 32]);
        let mut world = Self { vm: Vm::new(), mint, feeds: vec![], surplus: 0, tokens: vec![], told: vec![], made: 0 };
        world.plant_mint(world.mint, 6);
        world.plant_treasury();
        world
    }

    /// An initialised protocol without markets.
    pub fn new() -> Self {
        Self::with(initial())
    }

    /// A protocol initialised with these settings, without markets.
    pub fn with(args: InitialiseArgs) -> Self {
        let mut world = Self::unlisted(args);
        world.list_settlement(OPEN);
        world
    }

    /// The same before the settlement token is listed: nothing comes and nothing leaves.
    pub fn unlisted(args: InitialiseArgs) -> Self {
        let mut world = Self::bare();
        let payer = world.payer();
        let ix = instruction::initialise(payer.pubkey(), world.mint, args);
        world.act(&[ix], &[&payer]).expect("initialises");
        world
    }

    /// A world with one market at 100 USD, fed by Pyth and Switchboard, price fresh.
    pub fn with_market() -> Self {
        let mut world = Self::new();
        world.list(params(), 100);
        world
    }

    /// The payer, who is the protocol's authority.
    pub fn payer(&self) -> Keypair {
        self.vm.payer.insecure_clone()
    }

    /// Lists the next market with a Pyth and a Switchboard source at `usd`, refreshes it, and returns its index.
    pub fn list(&mut self, params: MarketParams, usd: i64) -> u16 {
        let n = (self.feeds.len() * 2) as u8;
        self.list_with(params, vec![Feed::new(Kind::PythUpdate, n, usd), Feed::new(Kind::SwitchboardOnDemand, n + 1, usd)])
    }

    /// Lists the next market with these feeds, refreshes it until it is active, and returns its index.
    pub fn list_with(&mut self, params: MarketParams, feeds: Vec<Feed>) -> u16 {
        let index = self.list_silent(params, feeds);
        self.wake(index);
        index
    }

    /// Refreshes a new market until it is active.
    pub fn wake(&mut self, index: u16) {
        for slots in [0, 5] {
            self.vm.pass(slots);
            self.publish(index);
            self.refresh(index).expect("refreshes");
        }
    }

    /// Lists the next market with these feeds, whose accounts do not exist yet, and returns its index.
    pub fn list_silent(&mut self, params: MarketParams, feeds: Vec<Feed>) -> u16 {
        let sources = feeds.iter().map(Feed::source).collect();
        self.list_sources(params, feeds, sources).expect("lists")
    }

    /// The same with these sources, in which the feeds are in their order.
    pub fn list_sources(
        &mut self,
        params: MarketParams,
        feeds: Vec<Feed>,
        sources: Vec<PriceSource>,
    ) -> Result<u16, crate::Refused> {
        let index = self.feeds.len() as u16;
        let args = ListMarketArgs { index, name: *b"TEST-PERP\0\0\0\0\0\0\0", params: EngineParams(params), sources };
        let payer = self.payer();
        self.act(&[instruction::list_market(payer.pubkey(), args)], &[&payer])?;
        self.set_rules(index, Rules::plain(&params)).expect("takes its rules");
        self.feeds.push(feeds);
        Ok(index)
    }

    /// Lists the next market under other rules than the plain ones, like [`World::list`].
    pub fn list_ruled(&mut self, params: MarketParams, rules: Rules, usd: i64) -> u16 {
        let n = (self.feeds.len() * 2) as u8;
        let feeds = vec![Feed::new(Kind::PythUpdate, n, usd), Feed::new(Kind::SwitchboardOnDemand, n + 1, usd)];
        let index = self.list_silent(params, feeds);
        self.set_rules(index, rules).expect("takes its rules");
        self.wake(index);
        index
    }

    /// Gives a market that has seen no price yet other rules.
    pub fn set_rules(&mut self, market: u16, rules: Rules) -> Outcome {
        let payer = self.payer();
        self.act(&[instruction::set_rules(payer.pubkey(), market, rules)], &[&payer])
    }

    /// A world with `n` markets at 100 USD, all fresh.
    pub fn with_markets(n: u16) -> Self {
        let mut world = Self::new();
        for _ in 0..n {
            world.list(params(), 100);
        }
        world.pass(1);
        world
    }

    /// Publishes every feed of a market as of now.
    pub fn publish(&mut self, market: u16) {
        for feed in self.feeds[market as usize].clone() {
            feed.publish(&mut self.vm);
        }
    }

    /// Lets `slots` pass, moves all feeds of a market to `price` (10^-8 USD) and refreshes it.
    pub fn price(&mut self, market: u16, price: i64, slots: u64) {
        self.vm.pass(slots);
        self.say(market, price);
        self.refresh(market).expect("refreshes");
    }

    /// Moves all feeds of a market to `price` (10^-8 USD) and publishes them as of now, without a refresh.
    pub fn say(&mut self, market: u16, price: i64) {
        for feed in &mut self.feeds[market as usize] {
            feed.price = price;
        }
        self.publish(market);
    }

    /// Lets `slots` pass and refreshes every market at the price it had.
    pub fn pass(&mut self, slots: u64) {
        self.vm.pass(slots);
        for market in 0..self.feeds.len() as u16 {
            self.publish(market);
            self.refresh(market).expect("refreshes");
        }
        self.refresh_tokens();
    }

    /// Lets `slots` pass in steps of 20 seconds, and refreshes every market at the price it had after each: nothing grows old.
    pub fn still(&mut self, slots: u64) {
        let mut left = slots;
        while left > 0 {
            let step = left.min(50);
            self.pass(step);
            left -= step;
        }
    }

    /// Lets a market's price age out, then brings it to `quality`: with all sources, with the first one alone, or with none.
    pub fn bring(&mut self, market: u16, quality: Quality) {
        if quality < Quality::Primary {
            self.vm.pass(80); // 32 seconds: the price and every source are older than their 30
        }
        match quality {
            Quality::Primary => self.publish(market),
            Quality::Degraded => self.feeds[market as usize][0].clone().publish(&mut self.vm),
            Quality::Frozen => return,
        }
        self.refresh(market).expect("refreshes");
    }

    /// Lets `slots` pass, moves every market to `price` (10^-8 USD) and refreshes it.
    pub fn crash(&mut self, price: i64, slots: u64) {
        for feed in self.feeds.iter_mut().flatten() {
            feed.price = price;
        }
        self.pass(slots);
    }

    /// Markets to pass for the trader's positions.
    pub fn markets_of(&self, trader: &Trader, named: Option<u16>) -> Vec<u16> {
        decode::markets_of(&self.margin(trader), named)
    }

    /// Sends instructions and checks every promise: after success those that hold for all states and those about this step, after a
    /// refusal that nothing changed.
    pub fn act(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Outcome {
        let before = checks::Snapshot::of(self);
        let result = self.vm.send(instructions, signers);
        let skims = |ix: &Instruction| ix.data.starts_with(Skim::DISCRIMINATOR);
        if result.is_ok() && instructions.iter().any(skims) {
            self.surplus = 0;
        }
        let after = checks::Snapshot::of(self);
        match &result {
            Ok(meta) => {
                after.check(&before, instructions);
                let told = told(meta);
                after.check_told(&before, &told);
                self.told.push(told);
            }
            Err(_) => assert_eq!(before, after, "a refused instruction changed something"),
        }
        result
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
