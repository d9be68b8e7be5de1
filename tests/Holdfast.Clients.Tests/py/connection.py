"""Where the server is and who we are, as the test hands it over in the environment."""
import hashlib
import os
import secrets
import sys

import boto3
from botocore.client import Config

ENDPOINT = os.environ["S3_ENDPOINT"]

# Names a client must carry unharmed; no file system is involved.
ODD_KEYS = [
    "plain", "with space", "plus+plus", "100%", "%41%2F", "ünïcödé/日本語", "emoji-🚀", "quote'\"", "amp&ersand<less>", "semi;colon,=@$!*()[]{}~^`|",
    "question?mark#hash", "back\\slash", "a", "a/", "a/b", "a//b", "a/b/", "/leading", "deep/./x", "deep/../x", "tab\tnew\nline", "k" * 1024,
]


def client(**settings):
    """A client with default settings but path style; settings go into its Config."""
    return boto3.client(
        "s3", endpoint_url=ENDPOINT, region_name=os.environ["S3_REGION"], verify=os.environ.get("S3_CA"),
        aws_access_key_id=os.environ["S3_ACCESS_KEY"], aws_secret_access_key=os.environ["S3_SECRET_KEY"],
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}, **settings))


def fresh_name(prefix="boto"):
    return f"{prefix}-{secrets.token_hex(8)}"


def hash_of(data):
    return hashlib.sha256(data).hexdigest()


def newer_than(major, minor):
    return tuple(int(part) for part in boto3.__version__.split(".")[:2]) >= (major, minor)


def run(scenarios):
    """Runs the scenario named on the command line; an assertion that fails ends the program with its trace."""
    name = sys.argv[1]
    scenarios[name]()
    print(f"done: {name} with boto3 {boto3.__version__}")
