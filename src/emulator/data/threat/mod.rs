//! `GuardDuty` findings: what was seen ([`sight`]), in `GuardDuty`'s own JSON ([`native`]) and as the copy that
//! Security Hub holds ([`copy`]).

pub(crate) mod action;
pub(crate) mod copy;
pub(crate) mod native;
pub(crate) mod process;
pub(crate) mod scan;
pub(crate) mod sequence;
pub(crate) mod sight;
pub(crate) mod target;
