"""What boto3 reads is what `yagura findings -o raw` prints, each record once, unchanged in content."""

import json
import urllib.request

from conftest import REGIONS, client, raw_records, yagura


def signed(url, service, region, path, body):
    """The JSON as the endpoint sends it: boto3 would drop what its model does not know."""
    scope = f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Authorization": scope})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def hub_records(url):
    token = {}
    while True:
        page = signed(url, "securityhub", "us-east-1", "/findings", {"MaxResults": 100, **token})
        yield from page["Findings"]
        if "NextToken" not in page:
            return
        token = {"NextToken": page["NextToken"]}


def guardduty_records(url, regions):
    for region in regions:
        guardduty = client("guardduty", url, region)
        for detector in guardduty.list_detectors()["DetectorIds"]:
            pages = guardduty.get_paginator("list_findings").paginate(DetectorId=detector)
            ids = [i for page in pages for i in page["FindingIds"]]
            for start in range(0, len(ids), 50):
                path = f"/detector/{detector}/findings/get"
                yield from signed(url, "guardduty", region, path, {"findingIds": ids[start : start + 50]})["findings"]


def canonical(records):
    return sorted(json.dumps(record, sort_keys=True) for record in records)


def test_raw_prints_every_record_once(env, endpoint, all_findings):
    run = yagura(env, endpoint, "findings", "-o", "raw", regions=REGIONS)
    assert run.returncode in (0, 1), run.stderr
    printed = raw_records(run)
    expected = [*hub_records(endpoint), *guardduty_records(endpoint, REGIONS)]
    assert len(printed) == len(expected)
    assert canonical(printed) == canonical(expected)
    asff = {(r["Id"], r["ProductArn"]) for r in printed if "ProductArn" in r}
    assert asff == {(f["Id"], f["ProductArn"]) for f in all_findings}


def test_json_has_the_contracts_keys(env, endpoint):
    run = yagura(env, endpoint, "findings", "severity:critical", "-o", "json", regions=REGIONS)
    assert run.returncode in (0, 1), run.stderr
    rows = json.loads(run.stdout)
    assert rows and all(row["severity"] == "CRITICAL" and row["id"] and row["sources"] for row in rows)


def test_a_region_without_a_detector_is_named(env, endpoint):
    run = yagura(env, endpoint, "findings", "-o", "raw", regions=["us-east-1", "ap-southeast-2"])
    assert run.returncode == 1
    assert "ap-southeast-2" in run.stderr
