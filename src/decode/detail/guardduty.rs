//! The full reading of a GuardDuty finding.

use super::tree::Tree;
use super::{resource, service};
use crate::model::{Detail, Finding};

/// Takes all that is shown out of the record into the detail.
pub(super) fn read(tree: &mut Tree<'_>, finding: &Finding<'_>, detail: &mut Detail) {
    let found = tree.within("Resource", |resource| resource::guardduty(resource, finding));
    let found = found.unwrap_or_else(|| resource::guardduty(&mut Tree::empty(&mut serde_json::Map::new()), finding));
    detail.resources = found.resources;
    detail.malware = found.volumes;
    tree.within("Service", |inner| {
        service::read(inner, detail);
        super::moment(detail, inner, "First seen", "EventFirstSeen");
        super::moment(detail, inner, "Last seen", "EventLastSeen");
        inner.flag("Archived");
    });
    service::join(&mut detail.actors, found.principals);
    super::moment(detail, tree, "Created", "CreatedAt");
    super::moment(detail, tree, "Updated", "UpdatedAt");
    let provenance = &mut detail.provenance;
    for (label, name) in [
        ("Finding ID", "Id"),
        ("Partition", "Partition"),
        ("Schema version", "SchemaVersion"),
        ("Confidence", "Confidence"),
        ("Attack sequence", "AssociatedAttackSequenceArn"),
    ] {
        tree.fact(provenance, label, name);
    }
    // The row says these.
    for name in ["Arn", "Title", "Description", "AccountId", "Region", "Type", "Severity"] {
        tree.text(name);
    }
}
