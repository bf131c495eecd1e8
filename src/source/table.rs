//! The table of sources: one row a service. A new source is one file and one row here.
//!
//! In: nothing. Out: what each service needs (IAM actions, request rates) and how to make it for a scope. The minimum
//! policy in `assets/iam/read-only.json` is held against this table by a test.

use std::sync::Arc;

use super::guardduty::GuardDuty;
use super::securityhub::SecurityHub;
use super::session::Session;
use super::standards::Standards;
use super::{guardduty, securityhub, standards};
use crate::model::{Scope, Service};

/// Calls a second that AWS permits an account and Region, and how many at once before that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub per_second: u32,
    pub burst: u32,
}

/// One API operation of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// As AWS names it: `GetFindings`.
    pub name: &'static str,
    /// The IAM action that permits it: `securityhub:GetFindings`.
    pub action: &'static str,
    pub rate: Rate,
}

/// One service that can be asked.
#[derive(Debug)]
pub struct Row {
    pub service: Service,
    /// Every operation that the source calls.
    pub operations: &'static [Operation],
    pub(crate) make: fn(&Session, &Arc<Scope>) -> Box<dyn super::Source>,
}

/// Every service, in the order in which they are started.
pub static SOURCES: &[Row] = &[
    Row {
        service: Service::SecurityHub,
        operations: securityhub::OPERATIONS,
        make: |session, scope| Box::new(SecurityHub::new(session, scope)),
    },
    Row {
        service: Service::GuardDuty,
        operations: guardduty::OPERATIONS,
        make: |session, scope| Box::new(GuardDuty::new(session, scope)),
    },
    Row {
        service: Service::Standards,
        operations: standards::OPERATIONS,
        make: |session, scope| Box::new(Standards::new(session, scope)),
    },
];
