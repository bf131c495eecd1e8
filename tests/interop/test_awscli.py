"""The AWS CLI against `yagura emulate`."""

import json
import subprocess

from conftest import FINDINGS, HOME


def aws(python, env, url, *words):
    command = [python, "-m", "awscli", "--endpoint-url", url, "--region", HOME, "--output", "json", *words]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_get_findings_pages_whole(python, env, endpoint):
    found = aws(python, env, endpoint, "securityhub", "get-findings")["Findings"]
    assert len(found) == len({f["Id"] for f in found}) == FINDINGS


def test_list_and_describe(python, env, endpoint):
    assert aws(python, env, endpoint, "securityhub", "describe-hub")["HubArn"].endswith("hub/default")
    controls = aws(python, env, endpoint, "securityhub", "list-security-control-definitions")
    assert len(controls["SecurityControlDefinitions"]) > 120
    detectors = aws(python, env, endpoint, "guardduty", "list-detectors")["DetectorIds"]
    ids = aws(python, env, endpoint, "guardduty", "list-findings", "--detector-id", detectors[0])["FindingIds"]
    assert ids
    assert aws(python, env, endpoint, "sts", "get-caller-identity")["Account"] == "111122223333"
