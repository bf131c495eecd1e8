//! Home and linked Regions: a home Region already holds what its linked Regions hold.
//!
//! In: `ListFindingAggregators`, `GetFindingAggregator`. Out: whether this Region is to be swept, or is
//! [covered](Standing::Covered) by a home Region that is asked too. Findings of a linked Region that is swept anyway
//! fold into the same rows, so a wrong guess costs calls, never doubles.
//!
//! A covered Region is not polled for changes either, while its home Region answers: what changes here, the home Region's
//! polls bring. Should those fail, it is polled here again, for all that has changed since it was found covered, or since it
//! was last polled. Whether it is still linked is asked with each sweep. How long AWS takes to replicate is
//! not documented: what comes later than the polls' overlap comes with the home Region's next sweep.

use super::homes::Health;
use super::{CallError, Desk, GET_FINDING_AGGREGATOR, LIST_FINDING_AGGREGATORS, SecurityHub, Take, Trouble, tolerate};

/// What this Region is to the sweep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Standing {
    #[default]
    Sweep,
    Covered {
        home: String,
    },
}

impl SecurityHub {
    pub(super) async fn aggregation(&self, desk: &Desk) -> Result<Standing, CallError> {
        let listed = desk
            .ask(&LIST_FINDING_AGGREGATORS, 0, Take::Nothing, || async {
                let call = self.client.list_finding_aggregators();
                call.send().await.map_err(|error| CallError::of(&LIST_FINDING_AGGREGATORS, &error))
            })
            .await;
        let arn = match listed {
            Ok((list, _)) => {
                list.finding_aggregators().iter().find_map(|a| a.finding_aggregator_arn().map(str::to_owned))
            }
            Err(error) => return tolerate(desk, error).map(|()| Standing::Sweep),
        };
        let Some((arn, home)) = arn.and_then(|arn| home_region(&arn).map(|home| (arn.clone(), home.to_owned()))) else {
            return Ok(Standing::Sweep);
        };
        let asked_too = self.regions.iter().any(|region| **region == *home);
        if home != *self.region && !asked_too {
            desk.note(format!("linked to home Region {home}, which is not asked"));
            return Ok(Standing::Sweep);
        }
        let got = desk
            .ask(&GET_FINDING_AGGREGATOR, 0, Take::Nothing, || async {
                let call = self.client.get_finding_aggregator().finding_aggregator_arn(&arn);
                call.send().await.map_err(|error| CallError::of(&GET_FINDING_AGGREGATOR, &error))
            })
            .await;
        match got {
            Ok((aggregator, _)) => {
                let mode = aggregator.region_linking_mode().unwrap_or_default();
                Ok(self.stand(desk, home, mode, aggregator.regions()).await)
            }
            // Whether this Region is linked is not known: sweeping it is never wrong.
            Err(error) if matches!(error.trouble, Trouble::Stopped | Trouble::Login) => Err(error),
            Err(error) => {
                desk.note(format!("home Region {home}; its links are not known: {error}"));
                Ok(Standing::Sweep)
            }
        }
    }

    async fn stand(&self, desk: &Desk, home: String, mode: &str, named: &[String]) -> Standing {
        if home == *self.region {
            desk.note(match mode {
                "ALL_REGIONS" => "home Region of all Regions".to_owned(),
                "ALL_REGIONS_EXCEPT_SPECIFIED" => format!("home Region of all Regions but {}", named.join(", ")),
                _ if named.is_empty() => "home Region, nothing linked".to_owned(),
                _ => format!("home Region of {}", named.join(", ")),
            });
            Standing::Sweep
        } else if is_linked(mode, named, &self.region) {
            if self.homes.health(&home).await == Health::Fails {
                desk.note(asked_here(&home));
                return Standing::Sweep;
            }
            desk.note(covered(&home));
            Standing::Covered { home }
        } else {
            Standing::Sweep
        }
    }
}

impl SecurityHub {
    /// Is there no use in polling this Region now. Its notes say which it is.
    pub(super) fn rests(&self, desk: &Desk) -> bool {
        let Standing::Covered { home } = self.stood() else { return false };
        let rests = self.homes.answers(&home);
        let (is, was) = if rests { (covered(&home), asked_here(&home)) } else { (asked_here(&home), covered(&home)) };
        desk.edit(|status| status.notes.retain(|note| *note != was));
        desk.note(is);
        rests
    }
}

fn covered(home: &str) -> String {
    format!("covered by home Region {home}: not asked here while that answers")
}

fn asked_here(home: &str) -> String {
    format!("home Region {home} does not answer: asked here")
}

/// The Region of `arn:aws:securityhub:eu-central-1:111122223333:finding-aggregator/...`.
fn home_region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

fn is_linked(mode: &str, named: &[String], region: &str) -> bool {
    let is_named = named.iter().any(|name| name == region);
    match mode {
        "ALL_REGIONS" => true,
        "ALL_REGIONS_EXCEPT_SPECIFIED" => !is_named,
        "SPECIFIED_REGIONS" => is_named,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linking_modes_are_the_documented_ones() {
        let named = ["eu-west-1".to_owned()];
        assert!(is_linked("ALL_REGIONS", &[], "eu-west-1"));
        assert!(!is_linked("ALL_REGIONS_EXCEPT_SPECIFIED", &named, "eu-west-1"));
        assert!(is_linked("SPECIFIED_REGIONS", &named, "eu-west-1"));
        assert!(!is_linked("SPECIFIED_REGIONS", &named, "eu-west-2"));
        assert!(!is_linked("NO_REGIONS", &named, "eu-west-1"));
        let arn = "arn:aws:securityhub:eu-central-1:111122223333:finding-aggregator/123";
        assert_eq!(home_region(arn), Some("eu-central-1"));
    }
}
