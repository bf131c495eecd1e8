"""Every operation of the endpoint through boto3."""

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from conftest import FINDINGS, HOME, REGIONS, client, emulate


def equals(*values):
    return [{"Value": value, "Comparison": "EQUALS"} for value in values]


def test_paging_gives_every_finding_once(all_findings):
    assert len(all_findings) == FINDINGS
    assert len({(f["Id"], f["ProductArn"]) for f in all_findings}) == FINDINGS


def test_filters_and_sort(hub, all_findings):
    pages = hub.get_paginator("get_findings").paginate(
        Filters={"SeverityLabel": equals("HIGH", "CRITICAL"), "RecordState": equals("ACTIVE")},
        SortCriteria=[{"Field": "UpdatedAt", "SortOrder": "desc"}],
        PaginationConfig={"PageSize": 13},
    )
    found = [f for page in pages for f in page["Findings"]]
    expected = {
        f["Id"]
        for f in all_findings
        if f["Severity"]["Label"] in ("HIGH", "CRITICAL") and f["RecordState"] == "ACTIVE"
    }
    assert {f["Id"] for f in found} == expected and len(found) == len(expected)
    times = [f["UpdatedAt"][:19] for f in found]
    assert times == sorted(times, reverse=True)


def test_linked_regions_hold_their_own(endpoint, all_findings):
    for region in REGIONS[1:]:
        pages = client("securityhub", endpoint, region).get_paginator("get_findings").paginate()
        own = sorted(f["Id"] for page in pages for f in page["Findings"])
        assert own == sorted(f["Id"] for f in all_findings if f["Region"] == region)


def test_hub_and_aggregator(hub):
    assert hub.describe_hub()["ControlFindingGenerator"] == "SECURITY_CONTROL"
    arn = hub.list_finding_aggregators()["FindingAggregators"][0]["FindingAggregatorArn"]
    aggregator = hub.get_finding_aggregator(FindingAggregatorArn=arn)
    assert aggregator["FindingAggregationRegion"] == HOME
    assert set(aggregator["Regions"]) == set(REGIONS[1:])
    members = [m for page in hub.get_paginator("list_members").paginate() for m in page["Members"]]
    assert len(members) > 10


def test_standards_and_controls(hub):
    def whole(name, key, **arguments):
        pages = hub.get_paginator(name).paginate(PaginationConfig={"PageSize": 20}, **arguments)
        return [item for page in pages for item in page[key]]

    assert len(whole("describe_standards", "Standards")) == 7
    enabled = whole("get_enabled_standards", "StandardsSubscriptions")
    assert len(enabled) == 5
    definitions = whole("list_security_control_definitions", "SecurityControlDefinitions")
    assert len({d["SecurityControlId"] for d in definitions}) == len(definitions) > 120
    summaries = whole(
        "list_standards_control_associations", "StandardsControlAssociationSummaries", SecurityControlId="IAM.9"
    )
    assert len(summaries) == 4
    ids = [{"SecurityControlId": "IAM.9", "StandardsArn": s["StandardsArn"]} for s in summaries]
    details = hub.batch_get_standards_control_associations(StandardsControlAssociationIds=ids)
    assert len(details["StandardsControlAssociationDetails"]) == 4
    controls = hub.batch_get_security_controls(SecurityControlIds=["IAM.9", "S3.8", "None.1"])
    assert [c["SecurityControlId"] for c in controls["SecurityControls"]] == ["IAM.9", "S3.8"]
    assert controls["UnprocessedIds"][0]["ErrorCode"] == "NOT_FOUND"


def test_update_and_import(env):
    with emulate(env) as url:
        hub = client("securityhub", url)
        finding = hub.get_findings(Filters={"WorkflowStatus": equals("NEW")}, MaxResults=1)["Findings"][0]
        key = {"Id": finding["Id"], "ProductArn": finding["ProductArn"]}
        answer = hub.batch_update_findings(
            FindingIdentifiers=[key, {"Id": "nobody", "ProductArn": finding["ProductArn"]}],
            Workflow={"Status": "SUPPRESSED"},
            Note={"Text": "seen", "UpdatedBy": "interop"},
        )
        assert answer["ProcessedFindings"] == [key]
        assert answer["UnprocessedFindings"][0]["ErrorCode"] == "FindingNotFound"
        history = hub.get_finding_history(FindingIdentifier=key)
        assert history["Records"][-1]["FindingCreated"]
        # The update shows later, as it does at AWS; the making of the finding is its product's.
        assert history["Records"][-1]["UpdateSource"]["Type"] == "BATCH_IMPORT_FINDINGS"
        pages = hub.get_paginator("get_finding_history").paginate(FindingIdentifier=key, PaginationConfig={"PageSize": 1})
        assert [r for page in pages for r in page["Records"]] == history["Records"]
        mine = {
            "SchemaVersion": "2018-10-08",
            "Id": "mine",
            "ProductArn": f"arn:aws:securityhub:{HOME}:123456789012:product/123456789012/default",
            "GeneratorId": "interop",
            "AwsAccountId": "123456789012",
            "CreatedAt": "2026-01-10T00:00:00Z",
            "UpdatedAt": "2026-01-10T00:00:00Z",
            "Severity": {"Label": "LOW"},
            "Title": "Mine",
            "Description": "Mine",
            "Resources": [{"Type": "Other", "Id": "r"}],
        }
        assert hub.batch_import_findings(Findings=[mine])["SuccessCount"] == 1
        found = hub.get_findings(Filters={"Id": equals("mine")})["Findings"]
        assert [f["Title"] for f in found] == ["Mine"]


def test_guardduty(env):
    with emulate(env) as url:
        assert client("guardduty", url, "ap-southeast-2").list_detectors()["DetectorIds"] == []
        guardduty = client("guardduty", url)
        detector = guardduty.list_detectors()["DetectorIds"][0]
        described = guardduty.get_detector(DetectorId=detector)
        assert described["Status"] == "ENABLED" and described["Features"]
        pages = guardduty.get_paginator("list_findings").paginate(
            DetectorId=detector,
            FindingCriteria={"Criterion": {"severity": {"GreaterThanOrEqual": 4}}},
            SortCriteria={"AttributeName": "updatedAt", "OrderBy": "DESC"},
            PaginationConfig={"PageSize": 10},
        )
        ids = [i for page in pages for i in page["FindingIds"]]
        assert ids and len(ids) == len(set(ids))
        findings = guardduty.get_findings(DetectorId=detector, FindingIds=ids[:50])["Findings"]
        assert {f["Id"] for f in findings} == set(ids[:50])
        assert all(f["Severity"] >= 4 and f["Service"]["DetectorId"] for f in findings)
        guardduty.archive_findings(DetectorId=detector, FindingIds=ids[:1])
        assert guardduty.get_findings(DetectorId=detector, FindingIds=ids[:1])["Findings"][0]["Service"]["Archived"]
        guardduty.unarchive_findings(DetectorId=detector, FindingIds=ids[:1])
        guardduty.update_findings_feedback(DetectorId=detector, FindingIds=ids[:1], Feedback="USEFUL")
        statistics = guardduty.get_findings_statistics(DetectorId=detector, FindingStatisticTypes=["COUNT_BY_SEVERITY"])
        assert sum(statistics["FindingStatistics"]["CountBySeverity"].values()) >= len(ids)


def test_every_guardduty_finding_has_its_copy(endpoint, all_findings):
    copies = {f["Id"]: f for f in all_findings if f["ProductName"] == "GuardDuty"}
    arns = set()
    for region in REGIONS[:-1]:
        guardduty = client("guardduty", endpoint, region)
        detector = guardduty.list_detectors()["DetectorIds"][0]
        pages = guardduty.get_paginator("list_findings").paginate(DetectorId=detector)
        ids = [i for page in pages for i in page["FindingIds"]]
        for start in range(0, len(ids), 50):
            batch = guardduty.get_findings(DetectorId=detector, FindingIds=ids[start : start + 50])
            arns.update(f["Arn"] for f in batch["Findings"])
    assert arns == set(copies)


def test_identity(endpoint):
    assert client("sts", endpoint).get_caller_identity()["Account"] == "111122223333"


def test_errors_are_those_of_the_models(hub, endpoint):
    with pytest.raises(hub.exceptions.InvalidInputException):
        hub.get_findings(NextToken="made-up")
    elsewhere = client("securityhub", endpoint, "af-south-1")
    with pytest.raises(elsewhere.exceptions.InvalidAccessException):
        elsewhere.describe_hub()
    guardduty = client("guardduty", endpoint)
    with pytest.raises(guardduty.exceptions.BadRequestException):
        guardduty.get_detector(DetectorId="0123")
    with pytest.raises(ClientError) as refused:
        hub.get_insights()
    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"


def test_throttles_are_handled_by_botocores_own_retry(env):
    with emulate(env, "--limits", "aws") as url:
        hub = client("securityhub", url, retries={"mode": "adaptive", "max_attempts": 20})
        throttled = 0
        found = 0
        for page in hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 60}):
            found += len(page["Findings"])
            throttled += page["ResponseMetadata"]["RetryAttempts"]
        assert found == FINDINGS
        assert throttled > 0
        plain = client("securityhub", url, retries={"mode": "standard", "total_max_attempts": 1})
        with pytest.raises(ClientError) as refused:
            for _ in range(10):
                plain.get_findings(MaxResults=1)
        assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


@pytest.mark.parametrize(
    ("fault", "code"),
    [("denied", "AccessDeniedException"), ("login", "ExpiredTokenException"), ("off", "InvalidAccessException")],
)
def test_faults_have_aws_names(env, fault, code):
    with emulate(env, "--faults", f"securityhub:{fault}=1") as url:
        hub = client("securityhub", url, retries={"total_max_attempts": 1})
        with pytest.raises(ClientError) as refused:
            hub.get_findings()
        assert refused.value.response["Error"]["Code"] == code


def test_server_errors_and_throttles_are_survived(env):
    with emulate(env, "--faults", "securityhub:throttle=0.2,securityhub:5xx=0.2") as url:
        hub = client("securityhub", url, retries={"mode": "standard", "total_max_attempts": 12})
        pages = hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 100})
        assert sum(len(page["Findings"]) for page in pages) == FINDINGS


def test_a_cut_body_is_never_a_page(env):
    """botocore does not retry a body that breaks off: it hands out an answer without `Findings`."""
    with emulate(env, "--faults", "securityhub:cut=1") as url:
        hub = client("securityhub", url, retries={"total_max_attempts": 1})
        try:
            assert "Findings" not in hub.get_findings(MaxResults=100)
        except (BotoCoreError, ClientError):
            pass  # a later botocore may say so
