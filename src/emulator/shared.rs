//! What every request sees: the world, the limits, the faults, the open pages, the clock.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::EmulatorError;
use super::clock::{Clock, Millis, millis};
use super::cursor::Cursors;
use super::data::org::{MAX_ACCOUNTS, Org};
use super::data::rng::mix2;
use super::faults::Dice;
use super::files::{self, Rejected};
use super::limits::Buckets;
use super::live::Feed;
use super::options::{Limits, Live, Options};
use super::request::Request;
use super::world::{Change, World};

#[derive(Debug)]
pub(crate) struct Shared {
    world: RwLock<World>,
    /// When the world changes next; `i64::MAX` is never.
    due: AtomicI64,
    cursors: Mutex<Cursors>,
    buckets: Mutex<Buckets>,
    limits: Limits,
    pub(crate) dice: Dice,
    clock: Clock,
    write_delay: Duration,
    seed: u64,
    calls: AtomicU64,
}

impl Shared {
    pub(crate) fn new(options: &Options) -> Result<(Self, Vec<Rejected>), EmulatorError> {
        if options.accounts == 0 || options.accounts > MAX_ACCOUNTS {
            return Err(EmulatorError::Accounts(options.accounts));
        }
        let now = options.clock.now();
        let anchor = options.anchor.unwrap_or(now - now.rem_euclid(60_000));
        let (world, rejected) = if options.data.is_empty() {
            let feed = match options.live {
                Live::Off => None,
                Live::Every(every) => Some(Feed::new(options.seed, every, now)),
            };
            let org = Org::new(options.seed, options.accounts);
            (World::made(org, options.findings, anchor, options.control_findings, feed), Vec::new())
        } else {
            files::load(&options.data, options.seed, anchor)?
        };
        let shared = Self {
            due: AtomicI64::new(world.next_due().unwrap_or(Millis::MAX)),
            world: RwLock::new(world),
            cursors: Mutex::new(Cursors::new(options.seed)),
            buckets: Mutex::default(),
            limits: options.limits,
            dice: Dice::new(&options.faults, options.seed),
            clock: options.clock.clone(),
            write_delay: options.write_delay,
            seed: options.seed,
            calls: AtomicU64::new(0),
        };
        Ok((shared, rejected))
    }

    pub(crate) fn now(&self) -> Millis {
        self.clock.now()
    }

    /// The world as it is now: what is due has happened.
    pub(crate) fn world(&self) -> RwLockReadGuard<'_, World> {
        if self.due.load(Ordering::Acquire) <= self.now() {
            drop(self.world_mut());
        }
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn world_mut(&self) -> RwLockWriteGuard<'_, World> {
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        world.advance(self.now());
        self.due.store(world.next_due().unwrap_or(Millis::MAX), Ordering::Release);
        world
    }

    /// Lets changes happen after `delay` (at once when it is zero).
    pub(crate) fn schedule(&self, delay: Duration, changes: Vec<Change>) {
        let due = self.now() + millis(delay);
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            world.schedule(due, change);
        }
        world.advance(self.now());
        self.due.store(world.next_due().unwrap_or(Millis::MAX), Ordering::Release);
    }

    pub(crate) const fn write_delay(&self) -> Duration {
        self.write_delay
    }

    pub(crate) fn cursors(&self) -> MutexGuard<'_, Cursors> {
        self.cursors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the limits let this call through.
    pub(crate) fn admits(&self, request: &Request) -> bool {
        self.limits == Limits::Off
            || self.buckets.lock().unwrap_or_else(PoisonError::into_inner).admit(request, self.now())
    }

    /// A request id, in AWS's form.
    pub(crate) fn request_id(&self) -> String {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let word = mix2(self.seed, call);
        super::data::resource::uuid(word, mix2(word, call))
    }
}
