"""A running `yagura emulate`, and clients that talk to it alone."""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2"]
HOME = REGIONS[0]
FINDINGS = 900
BIN = os.environ.get("YAGURA_BIN")


def environment(folder):
    """Nothing of the machine's own AWS configuration, and no way out."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    empty = Path(folder) / "empty"
    empty.touch()
    env.update(
        AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY="example",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=str(empty),
        AWS_SHARED_CREDENTIALS_FILE=str(empty),
        HOME=str(folder),
        XDG_CONFIG_HOME=str(Path(folder) / "config"),
        XDG_STATE_HOME=str(Path(folder) / "state"),
        NO_COLOR="1",
    )
    return env


@contextmanager
def emulate(env, *options):
    """The endpoint's URL while it runs."""
    if not BIN:
        pytest.skip("YAGURA_BIN names no yagura to test")
    command = [BIN, "emulate", "--findings", str(FINDINGS), *options]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        first = process.stdout.readline()
        assert first.startswith("listening on http://127.0.0.1:"), first + process.stderr.read()
        # stderr is drained, so that a chatty endpoint cannot block on it.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield first.split()[-1]
    finally:
        process.terminate()
        process.wait(timeout=10)


def client(service, url, region=HOME, **config):
    return boto3.session.Session().client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="example",
        config=Config(parameter_validation=True, **config),
    )


def yagura(env, url, *words, regions=(HOME,), timeout=300):
    """One headless run against an endpoint."""
    options = ["--endpoint-url", url]
    for region in regions:
        options += ["--region", region]
    # After the subcommand: options of the whole program are taken there, too.
    command = [BIN, words[0], *options, *words[1:]]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=timeout)


def raw_records(run):
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture(scope="session")
def env(tmp_path_factory):
    return environment(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def endpoint(env):
    with emulate(env) as url:
        yield url


@pytest.fixture(scope="session")
def hub(endpoint):
    return client("securityhub", endpoint)


@pytest.fixture(scope="session")
def all_findings(hub):
    pages = hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 100})
    return [finding for page in pages for finding in page["Findings"]]


@pytest.fixture(scope="session")
def python():
    return sys.executable
