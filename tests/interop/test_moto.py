"""`yagura findings` against moto: all that was imported comes out once; what moto lacks is named."""

import re
import subprocess
import time
import urllib.request

import pytest
from conftest import HOME, client, raw_records, yagura


@pytest.fixture(scope="module")
def moto(python, env):
    server = subprocess.Popen(
        [python, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        url = None
        for line in server.stdout:
            if match := re.search(r"http://127\.0\.0\.1:\d+", line):
                url = match.group()
                break
        assert url, "moto does not say where it listens"
        for _ in range(50):
            try:
                urllib.request.urlopen(url + "/moto-api/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def finding(number):
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"interop/{number}",
        "ProductArn": f"arn:aws:securityhub:{HOME}:123456789012:product/123456789012/default",
        "GeneratorId": "interop",
        "AwsAccountId": "123456789012",
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-01-10T00:00:00Z",
        "UpdatedAt": f"2026-01-10T00:{number % 60:02}:00Z",
        "Severity": {"Label": ["LOW", "MEDIUM", "HIGH", "CRITICAL"][number % 4]},
        "Title": f"Finding {number}",
        "Description": "Made for a test",
        "Resources": [{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::bucket-{number}"}],
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
    }


def test_findings_come_without_a_hub(env, moto):
    """moto takes and gives findings of a Region without a hub, but does not describe one there."""
    region = "eu-west-1"
    hub = client("securityhub", moto, region=region)
    findings = [finding(number) for number in range(7)]
    assert hub.batch_import_findings(Findings=findings)["FailedCount"] == 0
    run = yagura(env, moto, "findings", "-o", "raw", regions=(region,))
    printed = [record["Id"] for record in raw_records(run)]
    assert sorted(printed) == sorted(f["Id"] for f in findings), run.stderr
    assert run.returncode == 1, run.stderr
    assert "the endpoint does not support DescribeStandards" in run.stderr, run.stderr
    sources = yagura(env, moto, "sources", "-o", "json", regions=(region,))
    assert "not answered: DescribeHub" in sources.stdout, sources.stdout + sources.stderr


def test_imported_findings_come_out_all_and_once(env, moto):
    hub = client("securityhub", moto)
    hub.enable_security_hub()
    findings = [finding(number) for number in range(250)]
    for start in range(0, len(findings), 100):
        assert hub.batch_import_findings(Findings=findings[start : start + 100])["FailedCount"] == 0
    run = yagura(env, moto, "findings", "-o", "raw")
    printed = [record["Id"] for record in raw_records(run)]
    assert sorted(printed) == sorted(f["Id"] for f in findings), run.stderr
    assert run.returncode == 1, "moto does not implement everything, and that is said"
    assert run.stderr.strip()
